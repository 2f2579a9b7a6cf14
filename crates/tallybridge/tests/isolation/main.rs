//! Isolation: every route, asked by everybody, for what is their own, somebody else's and nobody's, over real HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod cast;
mod estate;
mod exceptions;
mod house;
mod matrix;
mod members;
mod pages;
mod paths;
mod rules;
