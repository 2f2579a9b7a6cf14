//! Answers: what the program says and tells by itself about money that was spent.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod contoso;
#[expect(dead_code, reason = "the tests of the program use the rest of it")]
#[path = "../program/house.rs"]
mod house;
mod notices;
mod post_office;
mod receiver;
