//! Contract: the shapes on the wire, and nothing else.

pub mod delivery;
pub mod window;
