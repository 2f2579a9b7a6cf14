//! Dying: a store whose process is killed at a call that was chosen before, just before it is made or just after.

use std::{
    ops::Range,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use model::{CloudId, DailySum, Day, Hour, InvoiceNumber, Month, Office, PartnerId, Second};
use store::{
    AuditEntry, AuditNote, Delivery, Document, HeldEntry, Notice, NoticeState, OfficeRecord, Progress, Resource,
    Result, Store, Window, WindowRecord,
};

/// A store that counts its calls. Each has two moments: before and after.
pub struct Dying {
    inner: Arc<dyn Store>,
    moments: AtomicU64,
    dies_at: u64,
}

impl Dying {
    /// A store whose process is killed at a moment, from 1; never when it is 0.
    pub fn new(inner: Arc<dyn Store>, dies_at: u64) -> Self {
        Self { inner, moments: AtomicU64::new(0), dies_at }
    }

    /// How many moments there were.
    pub fn moments(&self) -> u64 {
        self.moments.load(Ordering::SeqCst)
    }

    fn moment(&self) {
        if self.moments.fetch_add(1, Ordering::SeqCst) + 1 == self.dies_at {
            let process = std::process::id().to_string();
            Command::new("kill").args(["-9", &process]).status().unwrap();
            // The signal is on its way; nothing more may happen.
            loop {
                std::thread::park();
            }
        }
    }

    fn around<T>(&self, call: impl FnOnce(&dyn Store) -> T) -> T {
        self.moment();
        let done = call(self.inner.as_ref());
        self.moment();
        done
    }
}

macro_rules! delegated {
    ($(fn $name:ident(&self $(, $argument:ident: $type:ty)*) -> $result:ty;)*) => {
        impl Store for Dying {
            $(fn $name(&self $(, $argument: $type)*) -> $result {
                self.around(|store| store.$name($($argument),*))
            })*
        }
    };
}

delegated! {
    fn incarnation(&self) -> Result<String>;
    fn office_changes(&self, after: u64) -> Result<(Vec<OfficeRecord>, u64)>;
    fn office_as_of(&self, number: u64) -> Result<Office>;
    fn record_office(&self, seen: u64, records: &[OfficeRecord], note: &AuditNote) -> Result<u64>;
    fn progress(&self, stamp: &CloudId) -> Result<Option<Progress>>;
    fn window(&self, stamp: &CloudId, hour: Hour) -> Result<Option<Window>>;
    fn segment(&self, stamp: &CloudId, hour: Hour, revision: u32) -> Result<Vec<u8>>;
    fn windows(&self, stamp: &CloudId, hours: Range<Hour>) -> Result<Vec<Window>>;
    fn windows_of_day(&self, stamp: &CloudId, day: Day) -> Result<Vec<Window>>;
    fn last_delivery(&self) -> Result<u64>;
    fn deliveries(&self, stamp: &CloudId, each: &mut dyn FnMut(Delivery) -> Result<()>) -> Result<()>;
    fn resources(&self, stamp: &CloudId, first: u32, each: &mut dyn FnMut(Resource) -> Result<()>) -> Result<()>;
    fn resource(&self, stamp: &CloudId, number: u32) -> Result<Option<String>>;
    fn record_windows(&self, records: &[WindowRecord]) -> Result<Vec<Result<Delivery>>>;
    fn put_part(&self, stamp: &CloudId, hour: Hour, part: u32, parts: u32, body: &[u8]) -> Result<()>;
    fn parts(&self, stamp: &CloudId, hour: Hour, parts: u32) -> Result<Vec<(u32, Vec<u8>)>>;
    fn held(&self, stamp: Option<&CloudId>) -> Result<Vec<HeldEntry>>;
    fn each_held(&self, stamp: &CloudId, hours: Range<Hour>, each: &mut dyn FnMut(HeldEntry) -> Result<()>) -> Result<()>;
    fn daily_sums(&self, stamp: &CloudId, days: Range<Day>, each: &mut dyn FnMut(&DailySum) -> Result<()>) -> Result<()>;
    fn daily_sums_as_of(&self, delivery: u64, stamp: &CloudId, days: Range<Day>, each: &mut dyn FnMut(&DailySum) -> Result<()>) -> Result<()>;
    fn months(&self, stamp: &CloudId) -> Result<Vec<Month>>;
    fn documents(&self, partner: Option<&PartnerId>) -> Result<Vec<Document>>;
    fn document(&self, number: &InvoiceNumber) -> Result<Option<Document>>;
    fn issue(&self, seen: u64, stamps: &[CloudId], document: &Document, note: &AuditNote) -> Result<()>;
    fn add_notices(&self, notices: &[Notice]) -> Result<()>;
    fn notices(&self, most: usize) -> Result<Vec<NoticeState>>;
    fn notices_due(&self, now: Second, most: usize) -> Result<Vec<NoticeState>>;
    fn settle_notice(&self, state: &NoticeState) -> Result<()>;
    fn note(&self, note: &AuditNote) -> Result<u64>;
    fn audit(&self, first: u64, each: &mut dyn FnMut(AuditEntry) -> Result<()>) -> Result<()>;
    fn check(&self) -> Result<Vec<String>>;
}
