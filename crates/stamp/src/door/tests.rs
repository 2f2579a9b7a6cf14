//! What a caller hears from the door of a stamp, over real HTTP.

mod activation;
mod emulated;
mod events;
mod operator;
mod stand;
mod usage;
