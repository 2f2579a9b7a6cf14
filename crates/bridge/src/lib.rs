//! Bridge: reads what a stamp reported, hour by hour, and puts it into the hub unchanged.
//!
//! The hub says which window it wants next, so the bridge keeps nothing on disk. Rows travel byte for byte: no row is
//! taken apart on the way but for the name of its local subscription.

mod body;
mod check;
mod client;
mod config;
mod error;
mod hub;
mod listing;
mod page;
mod round;
mod run;
mod stamp;
mod token;
mod wait;
mod window;

pub use body::{Packed, unpack};
pub use check::{Leg, Report, Verdict, check};
pub use config::{
    ActivationState, Clock, Config, HubSettings, OwnActivation, Program, Retry, SETTLE, Settings, SignIn, StampSettings,
};
pub use error::{BridgeError, Peer};
pub use round::{Event, Rhythm, Silence};
pub use run::{Bridge, Delivered, Failures, Summary};
pub use wait::Stop;
pub use window::{Reader, Window};
