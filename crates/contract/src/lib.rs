//! Contract: the shapes on the wire, and nothing else.

pub mod activation_key;
mod bounded;
pub mod delivery;
pub mod error;
pub mod hardware;
pub mod registration_token;
pub mod secret;
pub mod usage_page;
pub mod window;
