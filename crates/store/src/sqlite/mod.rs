//! SQLite: the embedded cellar, one file in the data folder.
//!
//! One connection writes, so changes follow each other; each reader has a connection and a snapshot of its own and waits for
//! nobody. Several processes may open one folder at the same time.

mod audit;
mod change;
mod check;
mod connections;
mod documents;
mod fault;
mod migrations;
mod names;
mod notices;
mod office;
mod parts;
mod recording;
mod resources;
mod sums;
mod usage;
mod windows;

use std::{ops::Range, path::Path};

use model::{CloudId, DailySum, Day, Hour, InvoiceNumber, Month, PartnerId, Second};

use self::connections::Connections;
use crate::{
    AuditEntry, AuditNote, Delivery, Document, EventRecord, HeldEntry, Notice, NoticeState, OfficeRecord, Posting,
    Progress, Resource, Result, Store, UsageQuery, UsageRecord, UsageStore, Window, WindowRecord,
};

/// A cellar in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connections: Connections,
    usage_numbers: usage::Numbers,
}

impl SqliteStore {
    /// Opens the file `tallybridge.db` in a folder; makes both if they are missing and brings an older schema up to date.
    ///
    /// # Errors
    ///
    /// When the folder or file cannot be made or read, or was written by a newer version.
    pub fn open(folder: &Path) -> Result<Self> {
        Ok(Self { connections: Connections::open(folder)?, usage_numbers: usage::Numbers::default() })
    }

    /// Opens the file in a folder for reading only. It must be there, with the schema of this version.
    ///
    /// All that is read is the state of one moment, so that a proof holds while a hub goes on receiving. What reads in turn
    /// while it is handed something would wait for ever.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or was written by another version.
    pub fn open_read_only(folder: &Path) -> Result<Self> {
        let connections = Connections::open_read_only(folder)?;
        Ok(Self { connections, usage_numbers: usage::Numbers::default() })
    }
}

impl Store for SqliteStore {
    fn incarnation(&self) -> Result<String> {
        self.connections.read("read the incarnation", |view| {
            Ok(view.database.query_row("SELECT incarnation FROM identity WHERE one = 1", [], |row| row.get(0))?)
        })
    }

    fn office_changes(&self, after: u64) -> Result<(Vec<OfficeRecord>, u64)> {
        self.connections.read("read the office", |view| office::changes(view, after))
    }

    fn office_as_of(&self, number: u64) -> Result<model::Office> {
        let records = self.connections.read("read the office as it was", |view| office::as_of(view, number))?;
        let mut office = model::Office::default();
        crate::put_all(&mut office, records)?;
        Ok(office)
    }

    fn record_office(&self, seen: u64, records: &[OfficeRecord], note: &AuditNote) -> Result<u64> {
        self.connections.change("record a change of the office", |change| office::record(change, seen, records, note))
    }

    fn progress(&self, stamp: &CloudId) -> Result<Option<Progress>> {
        self.connections.read("read the progress of a stamp", |view| windows::progress(view, stamp))
    }

    fn window(&self, stamp: &CloudId, hour: Hour) -> Result<Option<Window>> {
        self.connections.read("read a window", |view| windows::latest(view, stamp, hour))
    }

    fn segment(&self, stamp: &CloudId, hour: Hour, revision: u32) -> Result<Vec<u8>> {
        self.connections.read("read a segment", |view| windows::segment(view, stamp, hour, revision))
    }

    fn windows(&self, stamp: &CloudId, hours: Range<Hour>) -> Result<Vec<Window>> {
        self.connections.read("read the windows of a stamp", |view| windows::of_hours(view, stamp, &hours))
    }

    fn windows_of_day(&self, stamp: &CloudId, day: Day) -> Result<Vec<Window>> {
        self.connections.read("read the windows of a day", |view| windows::of_day(view, stamp, day))
    }

    fn last_delivery(&self) -> Result<u64> {
        self.connections.read("read the number of the last delivery", |view| {
            let sql = "SELECT coalesce(max(number), 0) FROM deliveries";
            Ok(view.database.query_row(sql, [], |row| row.get(0))?)
        })
    }

    fn deliveries(&self, stamp: &CloudId, each: &mut dyn FnMut(Delivery) -> Result<()>) -> Result<()> {
        self.connections.read("read the deliveries of a stamp", |view| windows::deliveries(view, stamp, each))
    }

    fn resources(&self, stamp: &CloudId, first: u32, each: &mut dyn FnMut(Resource) -> Result<()>) -> Result<()> {
        self.connections.read("read the resources of a stamp", |view| resources::from_number(view, stamp, first, each))
    }

    fn resource(&self, stamp: &CloudId, number: u32) -> Result<Option<String>> {
        self.connections.read("read a resource", |view| resources::one(view, stamp, number))
    }

    fn record_windows(&self, records: &[WindowRecord]) -> Result<Vec<Result<Delivery>>> {
        self.connections.change("record windows", |change| recording::record(change, records))
    }

    fn put_part(&self, stamp: &CloudId, hour: Hour, part: u32, parts: u32, body: &[u8]) -> Result<()> {
        self.connections
            .change("keep a part of a window", |change| parts::put(change, stamp, hour, (part, parts), body))
    }

    fn parts(&self, stamp: &CloudId, hour: Hour, parts: u32) -> Result<Vec<(u32, Vec<u8>)>> {
        self.connections.read("read the parts of a window", |view| parts::read(view, stamp, hour, parts))
    }

    fn held(&self, stamp: Option<&CloudId>) -> Result<Vec<HeldEntry>> {
        self.connections.read("read held rows", |view| windows::held(view, stamp))
    }

    fn each_held(
        &self,
        stamp: &CloudId,
        hours: Range<Hour>,
        each: &mut dyn FnMut(HeldEntry) -> Result<()>,
    ) -> Result<()> {
        self.connections.read("read held rows", |view| windows::each_held(view, stamp, &hours, each))
    }

    fn daily_sums(
        &self,
        stamp: &CloudId,
        days: Range<Day>,
        each: &mut dyn FnMut(&DailySum) -> Result<()>,
    ) -> Result<()> {
        self.connections.read("read daily sums", |view| sums::read(view, stamp, &days, each))
    }

    fn daily_sums_as_of(
        &self,
        delivery: u64,
        stamp: &CloudId,
        days: Range<Day>,
        each: &mut dyn FnMut(&DailySum) -> Result<()>,
    ) -> Result<()> {
        self.connections
            .read("read daily sums as they were", |view| sums::read_as_of(view, delivery, stamp, &days, each))
    }

    fn months(&self, stamp: &CloudId) -> Result<Vec<Month>> {
        self.connections.read("read the months of a stamp", |view| sums::months(view, stamp))
    }

    fn documents(&self, partner: Option<&PartnerId>) -> Result<Vec<Document>> {
        self.connections.read("read documents", |view| documents::read(view, partner))
    }

    fn document(&self, number: &InvoiceNumber) -> Result<Option<Document>> {
        self.connections.read("read a document", |view| documents::one(view, number))
    }

    fn issue(&self, seen: u64, stamps: &[CloudId], document: &Document, note: &AuditNote) -> Result<()> {
        self.connections.change("issue a document", |change| documents::issue(change, seen, stamps, document, note))
    }

    fn add_notices(&self, notices: &[Notice]) -> Result<()> {
        self.connections.change("add notices", |change| notices::add(change, notices))
    }

    fn notices(&self, most: usize) -> Result<Vec<NoticeState>> {
        self.connections.read("read notices", |view| notices::newest(view, most))
    }

    fn notices_due(&self, now: Second, most: usize) -> Result<Vec<NoticeState>> {
        self.connections.read("read notices that are due", |view| notices::due(view, now, most))
    }

    fn settle_notice(&self, state: &NoticeState) -> Result<()> {
        self.connections.change("settle a notice", |change| notices::settle(change, state))
    }

    fn note(&self, note: &AuditNote) -> Result<u64> {
        self.connections.change("add an audit entry", |change| audit::append(change, note))
    }

    fn audit(&self, first: u64, each: &mut dyn FnMut(AuditEntry) -> Result<()>) -> Result<()> {
        self.connections.read("read the audit log", |view| audit::read(view, first, each))
    }

    fn check(&self) -> Result<Vec<String>> {
        self.connections.read("check the database", |view| check::problems(view.database))
    }
}

impl UsageStore for SqliteStore {
    fn post_events(&self, now: Hour, events: &[EventRecord]) -> Result<Posting> {
        let (posting, fresh) = self
            .connections
            .change("keep usage events", |change| usage::post(change, &self.usage_numbers, now, events))?;
        self.usage_numbers.remember(fresh);
        Ok(posting)
    }

    fn seal(&self, until: Hour) -> Result<Hour> {
        const ATTEMPT: &str = "seal hours of usage";
        if self.connections.change(ATTEMPT, |change| usage::close(change, until))? {
            while self.connections.change(ATTEMPT, |change| usage::move_hours(change, until))? {}
            while self.connections.change(ATTEMPT, |change| usage::move_days(change, until))? {}
        }
        self.connections.change(ATTEMPT, |change| usage::finish(change, until))
    }

    fn sealed_until(&self) -> Result<Hour> {
        self.connections.read("read which hours of usage are sealed", |view| Ok(usage::progress(view.database)?.sealed))
    }

    fn usage_rows(&self, query: &UsageQuery, rows_max: usize) -> Result<Vec<UsageRecord>> {
        self.connections.read("read rows of usage", |view| usage::read(view, query, rows_max))
    }
}

#[cfg(test)]
pub(crate) mod tests;
