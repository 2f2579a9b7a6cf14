//! Commerce: prices and usage on the paying side, as the clients of `Microsoft.Commerce` read them.
//!
//! Source: Azure Resource Usage and RateCard REST reference, 2015-06-01-preview and 2016-08-31-preview; azure-mgmt-commerce
//! 6.0.1, read 2026-11.

use std::fmt;

use model::Second;
use serde::Serialize;
use serde_json::value::RawValue;

pub use meters::{CommerceMeter, MeterTexts, REGION, unit_text};
pub use rate_card::{OfferTerm, RateCard, RateCardMeter};
pub(crate) use usage::offset;
pub use usage::{AdditionalFacts, PaidAggregate, PaidFacts, PaidResource};

mod meters;
mod rate_card;
mod usage;

/// The version that clients of both interfaces speak.
pub const API_VERSION: &str = "2015-06-01-preview";

/// The version whose rate card says whether a meter can still be used.
pub const RATE_CARD_VERSION: &str = "2016-08-31-preview";

/// A number that is written as its text, with every digit. It never was a float.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Exact(Box<RawValue>);

impl Exact {
    /// The number of a decimal. What is no number is written as null.
    pub fn of(decimal: &impl fmt::Display) -> Self {
        let text = decimal.to_string();
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let raw = if is_number { RawValue::from_string(text) } else { Ok(RawValue::NULL.to_owned()) };
        Self(raw.unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// Nothing.
    pub fn zero() -> Self {
        Self::of(&0)
    }
}

/// Reads a moment in any of the forms that clients of usage send, all of them UTC. Nothing for another offset.
pub fn read_moment(text: &str) -> Option<Second> {
    // The documented form `…+00:00Z` names the zone twice, and a `+` that was not escaped arrives as a blank.
    let bare = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let bare = ZONES.iter().find_map(|zone| bare.strip_suffix(zone)).unwrap_or(bare);
    let (date, time) = bare.split_once(['T', 't']).unwrap_or((bare, "00:00:00"));
    // A moment between two seconds is never a full hour, so a fraction may only be zero.
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let is_zero = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte == b'0');
    // What is left of another offset would stand behind the time.
    let lengths = date.len() == 10 && time.len() == 8;
    (lengths && is_zero).then(|| Second::parse(&format!("{date}T{time}Z")).ok()).flatten()
}

/// The ways to write no offset.
const ZONES: &[&str] = &["+00:00", " 00:00", "-00:00"];

#[cfg(test)]
mod tests;
