//! Contract: the shapes on the wire, and nothing else.

pub mod activation_key;
pub mod arm;
mod bounded;
pub mod commerce;
pub mod delivery;
pub mod discovery;
pub mod error;
pub mod graph;
pub mod hardware;
pub mod partner;
pub mod partner_center;
pub mod partner_center_billing;
pub mod partner_commerce;
pub mod registration_token;
pub mod secret;
pub mod usage_page;
pub mod window;
