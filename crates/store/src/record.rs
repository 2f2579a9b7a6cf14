//! Records: what goes into the cellar and comes out of it.

use model::{BudgetId, CloudId, Day, HeldRow, Hour, MeterId, Quantity, Second, Subscriber};
use sha2::{Digest, Sha256};

/// What is written into the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditNote {
    /// When, by the hub's clock.
    pub at: Second,
    /// Who: a principal, or `hub` for the hub itself.
    pub actor: String,
    /// What, such as `window.receive` or `invoice.issue`.
    pub action: String,
    /// On what, such as a stamp's id and an hour.
    pub object: String,
    /// More, as one JSON object.
    pub detail: String,
}

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// What it says.
    pub note: AuditNote,
    /// The hash of the entry before; zeros for the first.
    pub previous: [u8; 32],
    /// SHA-256 of the previous hash and this entry, as `AuditEntry::expected_hash` computes it.
    pub hash: [u8; 32],
}

impl AuditEntry {
    /// The hash that an entry must have: SHA-256 of a tag, the previous hash, the number, the time and each text behind its
    /// length, so that no two entries have the same bytes.
    pub fn expected_hash(previous: &[u8; 32], number: u64, note: &AuditNote) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"tallybridge audit entry 1\n");
        hash.update(previous);
        hash.update(number.to_be_bytes());
        hash.update(note.at.0.to_be_bytes());
        for text in [&note.actor, &note.action, &note.object, &note.detail] {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().into()
    }
}

/// How far a stamp has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The watermark: the first hour that was not delivered.
    pub next: Hour,
    /// The last hour that was delivered, perhaps behind a gap.
    pub last: Hour,
    /// How many resource texts are known.
    pub resources: u32,
}

/// Counts of one delivery. `received = stored + copies + held`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// Rows that came.
    pub received: u64,
    /// Rows that were new, or differ from what the window held.
    pub stored: u64,
    /// Rows that were there already.
    pub copies: u64,
    /// Rows that were newly held.
    pub held: u64,
    /// Of the stored rows, those that replaced another value.
    pub replaced: u64,
    /// Rows of the revision before that this one no longer has.
    pub removed: u64,
}

/// A difference of a daily sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumChange {
    /// The day of use.
    pub day: Day,
    /// Who used it.
    pub subscriber: Subscriber,
    /// What.
    pub meter: MeterId,
    /// By how much the quantity changes.
    pub quantity: Quantity,
    /// How many rows are booked.
    pub rows: u64,
}

/// A text of `instanceData`, as it stood in the body between its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its number on its stamp.
    pub number: u32,
    /// The text.
    pub text: String,
}

/// A delivery that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowRecord {
    /// Whose.
    pub stamp: CloudId,
    /// The reported hour.
    pub hour: Hour,
    /// The first window the stamp is expected to deliver: where its watermark starts.
    pub first_window: Hour,
    /// Hours whose windows are never wanted: the watermark passes over them.
    pub skipped: Vec<std::ops::Range<Hour>>,
    /// The latest revision that was compared with; none if there was no window.
    pub expected_revision: Option<u32>,
    /// SHA-256 of the body as it was sent.
    pub body_digest: [u8; 32],
    /// The new revision's segment; none when nothing changed.
    pub segment: Option<crate::segment::Segment>,
    /// The number of the first new resource: how many the stamp had.
    pub first_resource: u32,
    /// The texts of new resources, numbered from there.
    pub new_resources: Vec<String>,
    /// Differences of daily sums, each key once.
    pub sums: Vec<SumChange>,
    /// The rows that the new revision holds back. Counts only together with a segment.
    pub held: Vec<HeldRow>,
    /// What the delivery amounted to.
    pub counts: DeliveryCounts,
    /// The exact sum of each meter over the rows that the window now has.
    pub totals: Vec<(MeterId, Quantity)>,
    /// The audit entry.
    pub note: AuditNote,
}

/// A delivery that was recorded: what the receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whose.
    pub stamp: CloudId,
    /// The reported hour.
    pub hour: Hour,
    /// The revision that the window has after it, from 1.
    pub revision: u32,
    /// SHA-256 of that revision's segment.
    pub hash: [u8; 32],
    /// SHA-256 of the body as it was sent.
    pub body_digest: [u8; 32],
    /// What it amounted to.
    pub counts: DeliveryCounts,
    /// The exact sum of each meter over the rows that the window now has.
    pub totals: Vec<(MeterId, Quantity)>,
    /// The watermark after it.
    pub next: Hour,
    /// When it was recorded.
    pub at: Second,
}

/// One revision of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Whose.
    pub stamp: CloudId,
    /// The reported hour.
    pub hour: Hour,
    /// The revision, from 1.
    pub revision: u32,
    /// SHA-256 of its segment.
    pub hash: [u8; 32],
    /// How many rows the segment has.
    pub rows: u64,
    /// How many rows are held.
    pub held: u64,
    /// The size of the segment. Unit: bytes.
    pub bytes: u64,
    /// The days of use it holds, half-open; none when it has no rows.
    pub days: Option<std::ops::Range<Day>>,
    /// The last delivery of the window: what a repeated delivery is compared with.
    pub last_delivery: Delivery,
}

/// A row that is held now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEntry {
    /// Where.
    pub stamp: CloudId,
    /// The reported hour.
    pub hour: Hour,
    /// The revision that holds it.
    pub revision: u32,
    /// Its position among the held rows of the revision, from 0.
    pub position: u32,
    /// The row with its reason.
    pub row: HeldRow,
}

/// What a document was computed from, so that it can be computed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    /// The last delivery that counts.
    pub delivery: u64,
    /// The last change of the office that counts, as the number of its audit entry.
    pub office: u64,
    /// More for people, as one JSON object: price lists with their versions, watermarks, the digest of the windows.
    pub inputs: String,
}

/// An issued document with the proof that it was never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The document.
    pub document: model::Document,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// The hash of the partner's document before; zeros for the first.
    pub previous: [u8; 32],
    /// SHA-256 over the previous hash and the bytes.
    pub hash: [u8; 32],
    /// When it was issued.
    pub at: Second,
    /// What it was computed from; none for one of a program that did not say.
    pub pins: Option<Pins>,
}

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeChannel {
    /// A signed POST.
    Webhook,
    /// A mail.
    Mail,
}

/// Something that somebody is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about: told once.
    pub key: String,
    /// The budget it belongs to.
    pub budget: BudgetId,
    /// How it travels.
    pub channel: NoticeChannel,
    /// An address of the channel.
    pub target: String,
    /// The message, as one JSON object.
    pub body: String,
    /// When it was decided.
    pub at: Second,
}

/// A notice and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeState {
    /// Its number, from 1.
    pub number: u64,
    /// What it says.
    pub notice: Notice,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; none when it was delivered or given up.
    pub next_at: Option<Second>,
    /// When it was delivered.
    pub delivered_at: Option<Second>,
    /// Why the last attempt failed.
    pub problem: Option<String>,
}
