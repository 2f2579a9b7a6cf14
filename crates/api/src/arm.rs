//! Arm: the protocol of Azure Resource Manager, as much as registrations need.

pub(crate) mod customer_subscriptions;
pub(crate) mod groups;
pub(crate) mod locks;
mod moving;
pub(crate) mod providers;
pub(crate) mod registrations;
pub(crate) mod resources;
pub(crate) mod roles;
pub(crate) mod subscriptions;

pub(crate) mod filter;
mod page;
mod place;
