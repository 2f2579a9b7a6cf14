//! Graph: billing data as files, from the wish to the last byte, with the published storage client; price sheets; and what a
//! partner does with its months over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../partner/cast.rs"]
mod cast;
#[path = "../clients/environment.rs"]
mod environment;

mod blobs;
mod commerce;
mod exports;
mod house;
mod prices;
mod python;
mod race;
