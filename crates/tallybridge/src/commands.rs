//! Commands: one file each.

pub mod account;
pub mod audit;
pub mod bridge;
pub mod budget;
pub mod catalog;
pub mod chargeback;
pub mod close;
pub mod credential;
pub mod explain;
pub mod export;
pub mod forecast;
pub mod held;
pub mod import;
pub mod invoice;
pub mod keys;
pub mod prices;
pub mod serve;
pub mod stamp;
pub mod stamps;
pub mod statement;
pub mod unmapped;
pub mod unpriced;
pub mod verify;
pub mod what_if;
