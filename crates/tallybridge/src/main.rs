//! tallybridge.
fn main() {}
