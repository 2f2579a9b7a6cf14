//! Store: the cellar. It keeps and finds; it never decides.
//!
//! One trait, [`Store`], and one conformance suite that every database behind it must pass. All methods block.

#[cfg(test)]
mod conformance;
mod office;
mod record;
pub mod segment;
pub mod sqlite;
mod usage;

pub use office::{OfficeRecord, TenantMappings};
pub use record::{
    AuditEntry, AuditNote, Delivery, DeliveryCounts, Document, HeldEntry, Notice, NoticeChannel, NoticeState, Pins,
    Progress, Resource, SumChange, Window, WindowRecord,
};
pub use usage::{EventIdentity, EventRecord, Posting, UsagePosition, UsageQuery, UsageRecord, UsageSpan, UsageStore};

use model::{CloudId, DailySum, Day, Hour, InvoiceNumber, Month, Office, PartnerId};

/// Why the store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the same thing first; load again and decide again.
    #[error("{0} was changed by somebody else meanwhile")]
    Conflict(String),
    /// What is stored cannot be read: it was damaged or changed by hand.
    #[error("{place} is damaged: {problem}")]
    Damaged {
        /// Where, as a person would look for it.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// The database was written by a newer version.
    #[error("the database has schema {found}, this program knows up to {known}: use a newer program")]
    TooNew {
        /// The schema's number in the database.
        found: u32,
        /// The highest number this program knows.
        known: u32,
    },
    /// The database failed: the disk is full, the file is locked, the server is gone.
    #[error("{attempt}: {cause}")]
    Database {
        /// What was attempted.
        attempt: String,
        /// What the database said.
        cause: String,
    },
}

/// What a store gives back.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Puts records into their places in an office.
///
/// # Errors
///
/// When one belongs to something that is not there.
pub fn put_all(office: &mut Office, records: Vec<OfficeRecord>) -> Result<()> {
    for record in records {
        let (kind, id) = record.key();
        if !record.put_into(office) {
            let problem = "it belongs to a registration that is not there".to_owned();
            return Err(StoreError::Damaged { place: format!("the {kind} {id} in the office"), problem });
        }
    }
    Ok(())
}

/// The cellar of one hub.
pub trait Store: Send + Sync {
    /// The random name of this database, made when it was created. A bridge sees by it that a hub was replaced.
    fn incarnation(&self) -> Result<String>;

    // The office.

    /// The latest version of everything in the office that changed after an audit entry, in an order in which each can be
    /// put into its place, with the number of the last audit entry that changed the office. After 0 is everything.
    fn office_changes(&self, after: u64) -> Result<(Vec<OfficeRecord>, u64)>;

    /// Everything in the office as it is known now, with the number of the last audit entry that changed it.
    fn office(&self) -> Result<(Office, u64)> {
        let (records, seen) = self.office_changes(0)?;
        let mut office = Office::default();
        put_all(&mut office, records)?;
        Ok((office, seen))
    }

    /// Everything in the office as it was known after an audit entry.
    fn office_as_of(&self, number: u64) -> Result<Office>;

    /// Adds new versions of office records and one audit entry, in one transaction. `seen` is the number that
    /// [`Store::office`] gave; if the office changed since, this is a [`StoreError::Conflict`].
    fn record_office(&self, seen: u64, records: &[OfficeRecord], note: &AuditNote) -> Result<u64>;

    // Windows.

    /// How far a stamp has come; none before its first delivery.
    fn progress(&self, stamp: &CloudId) -> Result<Option<Progress>>;

    /// The latest revision of a window with its last delivery.
    fn window(&self, stamp: &CloudId, hour: Hour) -> Result<Option<Window>>;

    /// The bytes of one stored segment. The caller checks the hash.
    fn segment(&self, stamp: &CloudId, hour: Hour, revision: u32) -> Result<Vec<u8>>;

    /// Every revision of the windows of a stamp in a range of hours, by hour and revision.
    fn windows(&self, stamp: &CloudId, hours: std::ops::Range<Hour>) -> Result<Vec<Window>>;

    /// The latest revisions of the windows of a stamp that hold usage of a day, by hour.
    fn windows_of_day(&self, stamp: &CloudId, day: Day) -> Result<Vec<Window>>;

    /// The number of the last delivery; 0 before the first.
    fn last_delivery(&self) -> Result<u64>;

    /// Every delivery of a stamp, oldest first.
    fn deliveries(&self, stamp: &CloudId, each: &mut dyn FnMut(Delivery) -> Result<()>) -> Result<()>;

    /// Texts of `instanceData` by number, from a number on, in order.
    fn resources(&self, stamp: &CloudId, first: u32, each: &mut dyn FnMut(Resource) -> Result<()>) -> Result<()>;

    /// The text of one resource.
    fn resource(&self, stamp: &CloudId, number: u32) -> Result<Option<String>>;

    /// Records deliveries, all in one transaction: segment, resources, sums, held rows, watermark and an audit entry each.
    ///
    /// The answers are in the order of the records. A record whose `expected_revision` or `first_resource` no longer fits is
    /// a [`StoreError::Conflict`] of its own and leaves the others alone. When the transaction as a whole fails nothing is
    /// kept, and the outer error says why.
    fn record_windows(&self, records: &[WindowRecord]) -> Result<Vec<Result<Delivery>>>;

    /// Keeps one part of a window until the last one is there. Sent again, it replaces itself.
    fn put_part(&self, stamp: &CloudId, hour: Hour, part: u32, parts: u32, body: &[u8]) -> Result<()>;

    /// The parts that are kept of a window for a given number of parts, as (part, body), by part.
    fn parts(&self, stamp: &CloudId, hour: Hour, parts: u32) -> Result<Vec<(u32, Vec<u8>)>>;

    /// The rows that are held now: those of the latest revisions, by stamp, hour and position.
    fn held(&self, stamp: Option<&CloudId>) -> Result<Vec<HeldEntry>>;

    /// The rows that are held now of windows of a stamp in a range of hours, one by one, by hour and position: a stamp may
    /// hold more than fits in memory.
    fn each_held(
        &self,
        stamp: &CloudId,
        hours: std::ops::Range<Hour>,
        each: &mut dyn FnMut(HeldEntry) -> Result<()>,
    ) -> Result<()>;

    // Sums.

    /// The daily sums of a stamp in a range of days, by day, local subscription, tenant and meter.
    fn daily_sums(
        &self,
        stamp: &CloudId,
        days: std::ops::Range<Day>,
        each: &mut dyn FnMut(&DailySum) -> Result<()>,
    ) -> Result<()>;

    /// The daily sums as they were after a delivery, in the same order. It is exact for months for which a document had been
    /// issued by then, and leaves out sums to which nothing had been booked.
    fn daily_sums_as_of(
        &self,
        delivery: u64,
        stamp: &CloudId,
        days: std::ops::Range<Day>,
        each: &mut dyn FnMut(&DailySum) -> Result<()>,
    ) -> Result<()>;

    /// The months that have daily sums of a stamp, in order.
    fn months(&self, stamp: &CloudId) -> Result<Vec<Month>>;

    // Documents.

    /// Every issued document of a partner, or of all, in order of issue.
    fn documents(&self, partner: Option<&PartnerId>) -> Result<Vec<Document>>;

    /// One issued document.
    fn document(&self, number: &InvoiceNumber) -> Result<Option<Document>>;

    /// Issues a document and adds one audit entry, in one transaction. `seen` is the number of documents of the partner that
    /// the caller knew; if there are more by now, this is a [`StoreError::Conflict`]. So it is when the office changed since
    /// the one that is pinned, or when one of `stamps` delivered usage of the document's months after the delivery that is.
    fn issue(&self, seen: u64, stamps: &[CloudId], document: &Document, note: &AuditNote) -> Result<()>;

    // Notices.

    /// Adds what somebody is to be told, unless it was added before.
    fn add_notices(&self, notices: &[Notice]) -> Result<()>;

    /// Every notice, newest first, at most so many.
    fn notices(&self, most: usize) -> Result<Vec<NoticeState>>;

    /// The notices that are to be tried at a moment, oldest first, at most so many.
    fn notices_due(&self, now: model::Second, most: usize) -> Result<Vec<NoticeState>>;

    /// Says what became of an attempt: delivered, to be tried again, or given up.
    fn settle_notice(&self, state: &NoticeState) -> Result<()>;

    // Audit.

    /// Adds an audit entry on its own.
    fn note(&self, note: &AuditNote) -> Result<u64>;

    /// The audit log from a number on, in order.
    fn audit(&self, first: u64, each: &mut dyn FnMut(AuditEntry) -> Result<()>) -> Result<()>;

    // Proof.

    /// What the database itself says about its health: nothing, or one text per problem. Includes that what must never change
    /// is still guarded.
    fn check(&self) -> Result<Vec<String>>;
}
