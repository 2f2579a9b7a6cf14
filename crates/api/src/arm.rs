//! Arm: the protocol of Azure Resource Manager, as much as registrations need.

pub(crate) mod customer_subscriptions;
pub(crate) mod groups;
mod moving;
pub(crate) mod registrations;

mod page;
