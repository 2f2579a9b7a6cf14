//! Stamp: what stands beside a cloud. The usage service that any cloud can report through, the two usage APIs over it, and an
//! emulated cloud whose usage never was.
//!
//! The door answers requests from a [`Source`]: usage that was posted and kept, or usage that follows from a plan.

pub mod activation;
mod door;
pub mod emulate;
mod gate;
pub mod registration_token;
mod service;
mod source;

pub use door::{Https, Settings, router, serve};
pub use gate::{Caller, Gate, GateError, Identified, TokenGate};
pub use service::{
    ChangeError, Clock, EventProblem, PostError, Posted, ServiceError, SubscriptionPut, UsageEvent, UsageService,
};
pub use source::{Granularity, Page, Place, Position, Row, Selection, Source, SourceError, Subscribers};
