//! Close: a month is closed once, whenever the program is killed and however many try.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod dying;
#[expect(dead_code, reason = "the tests of the program use the rest of it")]
#[path = "../program/house.rs"]
mod house;
mod killed;
