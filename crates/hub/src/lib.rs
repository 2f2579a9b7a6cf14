//! Hub: the hallway and the office. It loads, lets a room decide, and records.

pub mod access;
mod actor;
mod budget;
mod catalogue;
mod close;
mod daily;
mod desk;
mod explain;
mod forecast;
mod gather;
mod key;
mod mapping;
mod office;
mod prices;
mod principal;
mod receive;
mod refusal;
mod registration;
mod reporting;
pub mod resource;
mod stamp;
mod statement;
mod usage;
mod verify;
mod what_if;
mod writer;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use model::{CloudId, Office, Second};
use store::AuditNote;

pub use store::{AuditEntry, Delivery, DeliveryCounts, HeldEntry, OfficeRecord, Store, StoreError};

pub use actor::Actor;
pub use budget::{
    BUDGET_SECRET_BYTES_MIN, BUDGET_THRESHOLDS_MAX, BUDGETS_MAX, BudgetCheck, BudgetError, BudgetStanding,
};
pub use catalogue::{
    CATALOGUE_ENTRIES_MAX, Catalogue, CatalogueError, Difference, DifferenceAction, EntryKind, MemberChange, Problem,
    WantedPrincipal, WantedRole, WantedStamp, WantedSubscription,
};
pub use close::{CloseError, Closed, GRACE_HOURS, MonthClose};
pub use daily::{DailyMonth, Side, View, retail_terms};
pub use explain::{ExplainError, ExplainedRow, ExplainedSum, Explanation};
pub use forecast::{Forecast, Outlook};
pub use mapping::{CustomerSubscription, MappingRequest};
pub use prices::{MonthEffect, PartnerEffect, PriceChange, PriceChangeError, PriceWish};
pub use receive::{Intake, ReceiveError, Received, SentFields, hex};
pub use refusal::{Refusal, RegisterError};
pub use registration::{NAMESPACE, RegistrationPath, RegistrationPut, RegistrationTerms};
pub use reporting::{REPORTING_DAYS_MAX, Reporting, StampStanding};
pub use stamp::Credential;
pub use statement::{
    Breakdown, Cell, Cells, Compared, Counts, Days, Group, GroupTotal, Grouping, Margins, Statement, StatementQuestion,
    Sums, Unmapped, UnmappedUsage, Unpriced,
};
pub use usage::{PaidPage, PaidRow, UsageGranularity, UsagePosition, UsageQuestion, UsedResource};
pub use verify::{Law, Proof};
pub use what_if::{CustomerEffect, Supposition, WhatIf, WhatIfError};

pub use billing::bill::{cut, published_unit_price};
pub use store::Document as StoredDocument;

use desk::Desk;
use office::OfficeCopy;
use writer::Writer;

/// Reads the address of a resource from its `instanceData` text, or says what is wrong with the text.
pub type ReadAddress = fn(&str) -> Result<String, String>;

/// Where the hub reads the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Second;
}

/// The hub of one database.
pub struct Hub {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    read_address: ReadAddress,
    writer: Writer,
    office: RwLock<OfficeCopy>,
    /// Changes of the office of one process follow each other, so that they do not have to be decided anew.
    changing: Mutex<()>,
    desks: Mutex<HashMap<CloudId, Arc<Mutex<Desk>>>>,
    desk_bytes_max: usize,
}

/// How much memory the known resource texts of all stamps may take before those of idle stamps are forgotten.
///
/// Unit: bytes.
pub const DESK_BYTES_MAX: usize = 192 * 1024 * 1024;

impl Hub {
    /// A hub on a database.
    ///
    /// # Errors
    ///
    /// When the office cannot be read.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, read_address: ReadAddress) -> Result<Self, StoreError> {
        let hub = Self {
            writer: Writer::start(Arc::clone(&store)),
            store,
            clock,
            read_address,
            office: RwLock::default(),
            changing: Mutex::default(),
            desks: Mutex::default(),
            desk_bytes_max: DESK_BYTES_MAX,
        };
        hub.refresh()?;
        Ok(hub)
    }

    /// The present moment by the hub's clock.
    pub fn now(&self) -> Second {
        self.clock.now()
    }

    /// The database's random name.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn incarnation(&self) -> Result<String, StoreError> {
        self.store.incarnation()
    }

    /// The store, for reading.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The office as it is now, also after another process changed it.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn current_office(&self) -> Result<Arc<Office>, StoreError> {
        self.refresh()?;
        Ok(self.office())
    }

    /// The office as it was read last.
    pub fn office(&self) -> Arc<Office> {
        Arc::clone(&self.office.read().unwrap_or_else(PoisonError::into_inner).office)
    }

    /// The office as it was read last, with the number of the audit entry that changed it last.
    fn numbered_office(&self) -> (Arc<Office>, u64) {
        let copy = self.office.read().unwrap_or_else(PoisonError::into_inner);
        (Arc::clone(&copy.office), copy.seen)
    }

    /// The stamp that a credential is of. `digest` is the credential's SHA-256.
    ///
    /// # Errors
    ///
    /// When the office cannot be read.
    pub fn stamp_of_credential(&self, digest: &[u8; 32]) -> Result<Option<Credential>, StoreError> {
        let find = |copy: &OfficeCopy| (copy.credentials.get(digest).cloned(), copy.read_at);
        let (found, read_at) = find(&self.office.read().unwrap_or_else(PoisonError::into_inner));
        // Another process may have changed the office, and withdrawn a credential; asking once a second is cheap enough for a
        // flood of wrong ones.
        if read_at == Some(self.clock.now()) {
            return Ok(found);
        }
        self.refresh()?;
        Ok(find(&self.office.read().unwrap_or_else(PoisonError::into_inner)).0)
    }

    /// Brings the copy of the office up to date. What did not change is not read.
    fn refresh(&self) -> Result<(), StoreError> {
        loop {
            let known = self.office.read().unwrap_or_else(PoisonError::into_inner).seen;
            let (records, seen) = self.store.office_changes(known)?;
            let read_at = Some(self.clock.now());
            let mut copy = self.office.write().unwrap_or_else(PoisonError::into_inner);
            if copy.seen != known {
                // Somebody else was faster; perhaps there is more by now.
                continue;
            }
            let stamps_changed = records.iter().any(|record| matches!(record, OfficeRecord::Stamp(_)));
            copy.put(records)?;
            if stamps_changed {
                let stamps = copy.office.stamps.values();
                let each = stamps.flat_map(|stamp| {
                    let withdrawn = stamp.withdrawn_credentials.iter();
                    let withdrawn = withdrawn.map(|one| (*one, Credential::Withdrawn(stamp.id.clone())));
                    withdrawn.chain(stamp.credentials.iter().map(|one| (*one, Credential::Valid(stamp.id.clone()))))
                });
                copy.credentials = each.collect();
            }
            (copy.seen, copy.read_at) = (seen, read_at);
            return Ok(());
        }
    }

    /// Changes the office: `decide` sees it as it is now and gives what is to be recorded, with the words for the audit log,
    /// where what differs is added, before and after. When it gives nothing, nothing is recorded. When somebody else was
    /// faster it is asked again.
    ///
    /// # Errors
    ///
    /// What `decide` refuses, or when the store fails.
    pub fn change_office<E: From<StoreError>>(
        &self,
        actor: &str,
        mut decide: impl FnMut(&Office) -> Result<Option<OfficeChange>, E>,
    ) -> Result<(), E> {
        let _turn = lock(&self.changing);
        for _ in 0..8 {
            self.refresh()?;
            let (office, seen) = {
                let copy = self.office.read().unwrap_or_else(PoisonError::into_inner);
                (Arc::clone(&copy.office), copy.seen)
            };
            let Some(mut change) = decide(&office)? else { return Ok(()) };
            change.detail["changes"] = differences(&change.records, &office)?;
            drop(office);
            let note = self.note(actor, change.action, &change.object, &change.detail);
            match self.store.record_office(seen, &change.records, &note) {
                Ok(_) => return self.refresh().map_err(E::from),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict("the office".to_owned()).into())
    }

    fn note(&self, actor: &str, action: &str, object: &str, detail: &serde_json::Value) -> AuditNote {
        AuditNote {
            at: self.clock.now(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            detail: detail.to_string(),
        }
    }

    fn desk(&self, stamp: &CloudId) -> Arc<Mutex<Desk>> {
        Arc::clone(lock(&self.desks).entry(stamp.clone()).or_default())
    }
}

/// What records change in an office, for the audit log.
fn differences(records: &[OfficeRecord], office: &Office) -> Result<serde_json::Value, StoreError> {
    let parts = records.iter().cloned().flat_map(OfficeRecord::split);
    let each = parts.filter_map(|record| record.difference(office).transpose());
    let all: Result<Vec<_>, _> = each.collect();
    all.map(serde_json::Value::Array).map_err(|error| StoreError::Database {
        attempt: "write a change of the office into the audit log".to_owned(),
        cause: error.to_string(),
    })
}

/// What is to be recorded in the office.
pub struct OfficeChange {
    /// New versions.
    pub records: Vec<OfficeRecord>,
    /// The word for the audit log, such as `mapping.put`.
    pub action: &'static str,
    /// On what.
    pub object: String,
    /// What else a reader of the log needs: one JSON object. What differs is added to it.
    pub detail: serde_json::Value,
}

/// Takes a lock. A thread that panicked left nothing half done: everything that lasts is in the store.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
