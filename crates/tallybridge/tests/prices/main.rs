//! Prices: price lists from files into a hub by the program that people run, with what a change is worth.
#![expect(clippy::unwrap_used, clippy::format_push_string, reason = "a test that cannot go on has failed")]

mod effects;
mod files;
mod house;
mod statement;
