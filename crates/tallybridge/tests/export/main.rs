//! Export: files for finance, written by the program, added up again, and read by the tools that finance people use.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cast;
#[path = "../clients/environment.rs"]
mod environment;
mod focus;
mod house;
mod proof;
mod python;
mod reconciliation;
mod refusals;
mod table;
