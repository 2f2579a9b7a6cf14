//! Service: the usage service of a stamp. It takes events, sums them by hour and day, and keeps who uses the stamp.

use model::{Hour, LocalSubscriptionId, MeterId, Second};

use crate::Place;

/// What one resource used of one meter in part of an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageEvent {
    /// Its id: the same event posted again counts once.
    pub id: String,
    /// Who says so. Ids of different sources are different.
    pub source: String,
    /// Who used it.
    pub subscription: LocalSubscriptionId,
    /// The meter, spelled as it is to be reported.
    pub meter: MeterId,
    /// The number as it was sent, not below zero.
    pub quantity: String,
    /// When the use began.
    pub start: Second,
    /// When it ended, exclusive; in the same UTC hour.
    pub end: Second,
    /// The resource's address on the stamp.
    pub resource_uri: String,
    /// The region.
    pub location: String,
    /// Empty, the word `null`, or a JSON object as text.
    pub tags: String,
    /// Empty, or a JSON object as text.
    pub additional_info: String,
}

/// What became of posted events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// Events that were new.
    pub accepted: u64,
    /// Events that were there already, with the same content.
    pub duplicates: u64,
    /// The hour that the new ones are reported in.
    pub reported: Hour,
}

/// The usage service of one stamp.
pub struct UsageService {
    place: Place,
}

impl UsageService {
    /// What the stamp is.
    pub fn place(&self) -> &Place {
        &self.place
    }
}
