//! Arm: the part of a resource manager that registrations live in, over real HTTP, as several callers see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cast;
mod groups;
mod house;
mod locks;
mod metadata;
mod providers;
mod resources;
mod roles;
mod sight;
mod subscriptions;
