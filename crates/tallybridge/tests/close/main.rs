//! Close: a month is closed once, whenever the program is killed and however many try.

mod dying;
#[expect(dead_code, reason = "the tests of the program use the rest of it")]
#[path = "../program/house.rs"]
mod house;
mod killed;
