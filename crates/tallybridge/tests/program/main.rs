//! Program: the executable that people run, from outside.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod account;
mod audit;
mod bridge;
mod catalog;
mod crash;
mod house;
mod import;
mod readme;
mod served;
mod stamp;
mod stamp_serve;
mod verify;
