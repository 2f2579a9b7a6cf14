//! Contract: the shapes on the wire, and nothing else.

pub mod delivery;
pub mod usage_page;
pub mod window;
