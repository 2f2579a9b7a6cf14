//! Bridge: reads what a stamp reported, hour by hour, and puts it into the hub unchanged.
//!
//! The hub says which window it wants next, so the bridge keeps nothing on disk. Rows travel byte for byte: no row is
//! taken apart on the way but for the name of its local subscription.

mod body;
mod client;
mod config;
mod error;
mod hub;
mod run;
mod stamp;

pub use config::{Config, Retry};
pub use error::{BridgeError, Peer};
pub use run::{Bridge, Delivered, Summary};
