//! Usage: what the usage service of one stamp keeps: events, and the hourly and daily rows that sum them up.
//!
//! An hour is *open* until it is sealed. Posting and sealing exclude each other, so who sees [`UsageStore::sealed_until`]
//! at or after an hour sees everything that was reported before that hour, for ever unchanged.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use model::{DirectoryId, Hour, LocalSubscriptionId, MeterId, Quantity};
use sha2::{Digest, Sha256};

use crate::Result;

/// By what an event is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventIdentity {
    /// The event itself, whatever it says.
    pub event: [u8; 16],
    /// What it says.
    pub content: [u8; 8],
}

impl EventIdentity {
    /// The identity of an event that is named by some texts and says some texts. Each stands behind its length, so that no
    /// two lists have the same bytes.
    pub fn new(names: &[&str], content: &[&str]) -> Self {
        Self {
            event: digest(b"tallybridge usage event 1\n", names),
            content: digest(b"tallybridge usage content 1\n", content),
        }
    }
}

/// The first bytes of SHA-256 of a tag and texts.
pub(crate) fn digest<const LENGTH: usize>(tag: &[u8], texts: &[&str]) -> [u8; LENGTH] {
    let mut hash = Sha256::new();
    hash.update(tag);
    for text in texts {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text.as_bytes());
    }
    let full: [u8; 32] = hash.finalize().into();
    let mut first = [0; LENGTH];
    for (to, from) in first.iter_mut().zip(full) {
        *to = from;
    }
    first
}

/// A usage event that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// By what it is known again.
    pub identity: EventIdentity,
    /// Who used it, as it was sent.
    pub subscription: LocalSubscriptionId,
    /// The directory that the local subscription had then.
    pub tenant: DirectoryId,
    /// The meter, as it was sent.
    pub meter: MeterId,
    /// The compared form of the resource's address.
    pub resource: String,
    /// The document about the resource, as rows carry it.
    pub instance_data: String,
    /// The UTC hour of use.
    pub used: Hour,
    /// The number.
    pub quantity: Quantity,
    /// The number as it was sent.
    pub quantity_text: String,
}

/// What became of posted events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posting {
    /// All are kept.
    Posted {
        /// Events that were new.
        accepted: u64,
        /// Events that were there already, with the same content.
        duplicates: u64,
        /// The hour that the new ones are reported in.
        reported: Hour,
    },
    /// Nothing is kept: the events at these places are there with other content, or twice in the list.
    Refused(Vec<usize>),
}

/// How much of use one row sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageSpan {
    /// One UTC hour.
    Hour,
    /// One UTC day.
    Day,
}

/// The place of a row. Rows that are reported later never come before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsagePosition {
    /// The reported hour; for daily rows, the first hour of the reported day.
    pub reported: Hour,
    /// The row's number in that hour or day, from 0.
    pub row: u32,
}

/// Which rows are wanted.
#[derive(Debug, Clone)]
pub struct UsageQuery {
    /// Hourly or daily rows.
    pub span: UsageSpan,
    /// The reported hours, half-open. Those that are not sealed have no rows yet.
    pub reported: Range<Hour>,
    /// The first place that is wanted.
    pub from: UsagePosition,
    /// Whose; everybody's when none is given.
    pub subscriptions: Option<Arc<BTreeSet<LocalSubscriptionId>>>,
}

/// One row, with every text as it was emitted first, and the document that was emitted last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRecord {
    /// Where it stands.
    pub position: UsagePosition,
    /// Who used it.
    pub subscription: LocalSubscriptionId,
    /// The directory that the local subscription had then.
    pub tenant: DirectoryId,
    /// The first hour of use that it sums up.
    pub used: Hour,
    /// The meter.
    pub meter: Arc<str>,
    /// The document about the resource.
    pub instance_data: Arc<str>,
    /// The number: as it was sent when there is one event behind it, else the exact sum.
    pub quantity: String,
}

/// What the usage service of one stamp keeps. All methods block.
pub trait UsageStore: Send + Sync {
    /// Keeps events, all in one transaction or none. They are reported in the hour given, or in the first one that is not
    /// closed if that is later, so never in a sealed hour.
    fn post_events(&self, now: Hour, events: &[EventRecord]) -> Result<Posting>;

    /// Closes all hours before one, sums up their events, and then the UTC days that are complete, in steps of bounded
    /// size. What an interrupted call began, the next one finishes. Says what [`UsageStore::sealed_until`] would.
    fn seal(&self, until: Hour) -> Result<Hour>;

    /// The first hour that is not sealed; the first of all when nothing ever was.
    fn sealed_until(&self) -> Result<Hour>;

    /// At most so many rows of sealed hours, in order.
    fn usage_rows(&self, query: &UsageQuery, rows_max: usize) -> Result<Vec<UsageRecord>>;
}
