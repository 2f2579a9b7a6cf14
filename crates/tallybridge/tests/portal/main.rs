//! Portal: the data of the demonstration, looked at and changed through its pages with a real browser.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod eyes;
mod house;
mod journey;
mod pages;
mod parts;
mod site;
mod window;
