//! Prices: price lists from files into a hub by the program that people run, with what a change is worth.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod effects;
mod files;
mod house;
