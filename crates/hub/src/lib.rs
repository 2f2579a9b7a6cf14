//! Hub: the hallway and the office. It loads, lets a room decide, and records.

mod close;
mod desk;
mod explain;
mod gather;
mod receive;
mod register;
mod statement;
mod verify;
mod writer;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use model::{CloudId, Hour, Office, Second};
use store::AuditNote;

pub use store::{Delivery, DeliveryCounts, HeldEntry, OfficeRecord, Store, StoreError};

pub use close::{CloseError, Closed, GRACE_HOURS, MonthClose};
pub use explain::{ExplainError, ExplainedRow, ExplainedSum, Explanation};
pub use receive::{Intake, ReceiveError, Received, SentFields, hex};
pub use register::{MappingRequest, Refusal, RegisterError, RegistrationRequest};
pub use statement::{Counts, Statement};
pub use verify::{Law, Proof};

use desk::Desk;
use writer::Writer;

/// Reads the address of a resource from its `instanceData` text, or says what is wrong with the text.
pub type ReadAddress = fn(&str) -> Result<String, String>;

/// Where the hub reads the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Second;
}

/// The office as it was read last.
#[derive(Default)]
struct OfficeCopy {
    office: Arc<Office>,
    /// The number of the audit entry that changed it last.
    seen: u64,
    /// Whose windows a credential may write, by the credential's SHA-256.
    credentials: HashMap<[u8; 32], CloudId>,
    read_at: Option<Second>,
}

/// The hub of one database.
pub struct Hub {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    read_address: ReadAddress,
    writer: Writer,
    office: RwLock<OfficeCopy>,
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
            desks: Mutex::default(),
            desk_bytes_max: DESK_BYTES_MAX,
        };
        hub.read_office()?;
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

    /// The office as it was read last.
    pub fn office(&self) -> Arc<Office> {
        Arc::clone(&self.office.read().unwrap_or_else(PoisonError::into_inner).office)
    }

    /// The stamp whose windows a credential may write. `digest` is the credential's SHA-256.
    ///
    /// # Errors
    ///
    /// When the office cannot be read.
    pub fn stamp_of_credential(&self, digest: &[u8; 32]) -> Result<Option<CloudId>, StoreError> {
        let find = |copy: &OfficeCopy| (copy.credentials.get(digest).cloned(), copy.read_at);
        let (found, read_at) = find(&self.office.read().unwrap_or_else(PoisonError::into_inner));
        // Another process may have changed the office; asking once a second keeps a flood of wrong credentials cheap.
        if found.is_some() || read_at == Some(self.clock.now()) {
            return Ok(found);
        }
        self.read_office()?;
        Ok(find(&self.office.read().unwrap_or_else(PoisonError::into_inner)).0)
    }

    /// Reads the office again.
    fn read_office(&self) -> Result<(), StoreError> {
        let (office, seen) = self.store.office()?;
        let credentials = office
            .stamps
            .values()
            .flat_map(|stamp| stamp.credentials.iter().map(|digest| (*digest, stamp.id.clone())))
            .collect();
        let read_at = Some(self.clock.now());
        *self.office.write().unwrap_or_else(PoisonError::into_inner) =
            OfficeCopy { office: Arc::new(office), seen, credentials, read_at };
        Ok(())
    }

    /// Changes the office: `decide` sees it as it is now and gives what is to be recorded, with the words for the audit log.
    /// When it gives nothing, nothing is recorded. When somebody else was faster it is asked again.
    ///
    /// # Errors
    ///
    /// What `decide` refuses, or when the store fails.
    pub fn change_office<E: From<StoreError>>(
        &self,
        actor: &str,
        mut decide: impl FnMut(&Office) -> Result<Option<OfficeChange>, E>,
    ) -> Result<(), E> {
        for _ in 0..8 {
            self.read_office()?;
            let (office, seen) = {
                let copy = self.office.read().unwrap_or_else(PoisonError::into_inner);
                (Arc::clone(&copy.office), copy.seen)
            };
            let Some(change) = decide(&office)? else { return Ok(()) };
            let note = self.note(actor, change.action, &change.object, &change.detail);
            match self.store.record_office(seen, &change.records, &note) {
                Ok(_) => return self.read_office().map_err(E::from),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict("the office".to_owned()).into())
    }

    /// How far a stamp has come: the first hour that was not delivered. For a stamp that delivered nothing, where it begins.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn next_window(&self, stamp: &CloudId) -> Result<Option<Hour>, StoreError> {
        if let Some(progress) = self.store.progress(stamp)? {
            return Ok(Some(progress.next));
        }
        Ok(self.office().stamps.get(stamp).map(|stamp| stamp.first_window))
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

/// What is to be recorded in the office.
pub struct OfficeChange {
    /// New versions.
    pub records: Vec<OfficeRecord>,
    /// The word for the audit log, such as `mapping.put`.
    pub action: &'static str,
    /// On what.
    pub object: String,
    /// Before and after, or whatever else a reader of the log needs.
    pub detail: serde_json::Value,
}

/// Takes a lock. A thread that panicked left nothing half done: everything that lasts is in the store.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
