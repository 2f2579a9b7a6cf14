//! Delivery: what hub and bridge say to each other about windows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::error::{ErrorBody, ErrorDetail};

/// The path of a stamp's windows below the hub's address.
pub fn windows_path(stamp: &str) -> String {
    format!("/stamps/{stamp}/windows")
}

/// The path of one window below the hub's address. `hour` such as `2026-10-01T18:00:00Z`.
pub fn window_path(stamp: &str, hour: &str) -> String {
    format!("/stamps/{stamp}/windows/{hour}")
}

/// Whether a stamp is to report now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportingState {
    /// It is: windows are taken.
    #[default]
    Reporting,
    /// Its registration says that it does not report.
    Off,
    /// It has no registration any more.
    Unregistered,
    /// Its registration was reset, because the directory of its default subscription changed.
    Reset,
    /// Its registration has expired.
    Expired,
}

/// Hours that are never to be sent, half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotWanted {
    /// The first of them.
    pub from: String,
    /// The first hour after them.
    pub until: String,
    /// Why not, for people.
    pub reason: String,
}

/// The answer to `GET /stamps/{stamp}/windows`: what the hub wants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    /// The watermark: the first hour that was not delivered.
    pub next: String,
    /// Hours that should be sent again.
    pub resend: Vec<String>,
    /// The hub's incarnation. Another one means another database.
    pub hub: String,
    /// Whether the stamp is to report now. In all states but the first a window is refused.
    #[serde(default)]
    pub state: ReportingState,
    /// What people should know about it.
    #[serde(default)]
    pub message: String,
    /// Hours that are never to be sent.
    #[serde(default)]
    pub not_wanted: Vec<NotWanted>,
}

/// The answer to `PUT /stamps/{stamp}/windows/{hour}` and to the `GET` of the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Whose.
    pub stamp: String,
    /// The reported hour.
    pub hour: String,
    /// SHA-256 of the stored segment, in hex.
    pub hash: String,
    /// The revision that the window has now, from 1.
    pub revision: u32,
    /// Rows that came. `received = stored + copies + held`.
    pub received: u64,
    /// Rows that were new or differ.
    pub stored: u64,
    /// Rows that were there already.
    pub copies: u64,
    /// Rows that are newly held.
    pub held: u64,
    /// Of the stored rows, those that replaced another value.
    pub replaced: u64,
    /// Rows of the revision before that are gone.
    pub removed: u64,
    /// The exact sum of each meter over the rows that the window has now, as decimals.
    pub totals: BTreeMap<String, String>,
    /// How many rows the window holds back now, by reason.
    pub held_reasons: BTreeMap<String, u64>,
    /// The watermark after it.
    pub next: String,
}

/// The answer to a part that is not the last one to arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartKept {
    /// The parts that are here.
    pub parts: Vec<u32>,
    /// The parts that are missing. Nothing counts before they are here.
    pub missing: Vec<u32>,
}

/// A line of the table of local subscriptions that travels with a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalSubscription {
    /// The local subscription.
    pub subscription_id: String,
    /// The directory it belongs to.
    pub tenant_id: String,
}
