//! Keeper: the office of one stamp: its local subscriptions and directory tenants, read once and then kept up to date.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{DirectoryId, Hour, LocalSubscriptionId, Office, Second, Stamp, UserSubscription, UserSubscriptionState};
use serde_json::json;
use store::{AuditNote, OfficeRecord, Store, StoreError, put_all};

use super::{ChangeError, ServiceError};
use crate::{Place, SourceError};

/// How often a change is decided anew when others are faster.
const TRIES_MAX: u32 = 8;
/// Who acts when the service itself does.
const ITSELF: &str = "usage service";
/// The name of the default provider subscription. Source: domain notes, section 0.
const PROVIDER_NAME: &str = "Default Provider Subscription";

/// A change of the office that was decided.
pub(super) struct Decision<T> {
    /// New versions. Without any, nothing is recorded.
    pub records: Vec<OfficeRecord>,
    /// The word for the audit log.
    pub action: &'static str,
    /// On what.
    pub object: String,
    /// What whoever asked hears.
    pub answer: T,
}

/// The office, as the store last gave it.
#[derive(Default)]
struct Copy {
    office: Office,
    seen: u64,
    /// Made when it is first asked for.
    subscriptions: Option<Arc<Vec<UserSubscription>>>,
}

/// Keeps a copy of the office, and changes it.
pub(super) struct Keeper {
    store: Arc<dyn Store>,
    copy: Mutex<Copy>,
}

impl Keeper {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, copy: Mutex::default() }
    }

    /// Makes sure that the office is that of a stamp.
    pub fn claim(&self, place: &Place, now: Second) -> Result<(), ServiceError> {
        for _ in 0..TRIES_MAX {
            let copy = self.fresh()?;
            let records = claim(&copy.office, place, now)?;
            let (action, object) = ("stamp.claim", place.cloud.to_string());
            match self.record(&copy, ITSELF, now, Decision { records, action, object, answer: () }) {
                Err(StoreError::Conflict(_)) => {}
                answer => return Ok(answer?),
            }
        }
        Err(StoreError::Conflict("the office of the stamp".to_owned()).into())
    }

    /// Looks at the office as it is now.
    pub fn look<T>(&self, work: impl FnOnce(&Office) -> T) -> Result<T, SourceError> {
        Ok(work(&self.fresh()?.office))
    }

    /// All local subscriptions by id, also those that were deleted.
    pub fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        let mut copy = self.fresh()?;
        let copy = &mut *copy;
        let all = || Arc::new(copy.office.user_subscriptions.values().cloned().collect());
        Ok(Arc::clone(copy.subscriptions.get_or_insert_with(all)))
    }

    /// Changes the office as is decided, and decides anew when somebody else was faster.
    pub fn change<T>(
        &self,
        actor: &str,
        now: Second,
        mut decide: impl FnMut(&Office) -> Result<Decision<T>, ChangeError>,
    ) -> Result<T, ChangeError> {
        for _ in 0..TRIES_MAX {
            let copy = self.fresh().map_err(SourceError::from)?;
            let decision = decide(&copy.office)?;
            match self.record(&copy, actor, now, decision) {
                Err(StoreError::Conflict(_)) => {}
                answer => return Ok(answer.map_err(SourceError::from)?),
            }
        }
        Err(SourceError::Busy(1).into())
    }

    fn record<T>(&self, copy: &Copy, actor: &str, now: Second, decision: Decision<T>) -> Result<T, StoreError> {
        let (mut records, mut changes) = (Vec::new(), Vec::new());
        for record in decision.records {
            let difference = record.difference(&copy.office).map_err(|error| StoreError::Database {
                attempt: "write a change of the office into the audit log".to_owned(),
                cause: error.to_string(),
            })?;
            if let Some(difference) = difference {
                changes.push(difference);
                records.push(record);
            }
        }
        if records.is_empty() {
            return Ok(decision.answer);
        }
        let note = AuditNote {
            at: now,
            actor: actor.to_owned(),
            action: decision.action.to_owned(),
            object: decision.object,
            detail: json!({ "changes": changes }).to_string(),
        };
        self.store.record_office(copy.seen, &records, &note)?;
        Ok(decision.answer)
    }

    /// The copy, after what changed since.
    fn fresh(&self) -> Result<MutexGuard<'_, Copy>, StoreError> {
        // A thread that panicked may have left the copy behind the store, never ahead of it.
        let mut copy = self.copy.lock().unwrap_or_else(PoisonError::into_inner);
        let (records, seen) = self.store.office_changes(copy.seen)?;
        if seen != copy.seen {
            copy.subscriptions = None;
            put_all(&mut copy.office, records)?;
            copy.seen = seen;
        }
        Ok(copy)
    }
}

/// What is missing in the office of a stamp; or why it is the office of something else.
fn claim(office: &Office, place: &Place, now: Second) -> Result<Vec<OfficeRecord>, ServiceError> {
    let mut records = Vec::new();
    if let Some(other) = office.stamps.values().find(|stamp| stamp.id != place.cloud) {
        return Err(ServiceError::Other(format!(
            "the folder belongs to the stamp {}, not to {}: give each stamp a folder of its own",
            other.id, place.cloud
        )));
    }
    match office.stamps.get(&place.cloud).map(|stamp| &stamp.default_provider_subscription) {
        None => records.push(OfficeRecord::Stamp(stamp(place, now.hour().unwrap_or(Hour(0))))),
        Some(Some(known)) if *known == place.provider_subscription => {}
        Some(known) => {
            return Err(ServiceError::Other(format!(
                "the default provider subscription of the stamp {} is {}, not {}: it never changes",
                place.cloud,
                known.as_ref().map_or("not known", LocalSubscriptionId::as_str),
                place.provider_subscription
            )));
        }
    }
    match office.user_subscriptions.get(&place.provider_subscription).map(|known| &known.tenant) {
        None => records.push(OfficeRecord::UserSubscription(provider(place, now))),
        Some(known) => check_home(known, place)?,
    }
    Ok(records)
}

fn check_home(known: &DirectoryId, place: &Place) -> Result<(), ServiceError> {
    if *known == place.home_directory {
        return Ok(());
    }
    let (cloud, home) = (&place.cloud, &place.home_directory);
    let text = format!("the stamp {cloud} was deployed with the directory {known}, not with {home}: it never changes");
    Err(ServiceError::Other(text))
}

fn stamp(place: &Place, first_window: Hour) -> Stamp {
    Stamp {
        id: place.cloud.clone(),
        name: place.cloud.to_string(),
        region: place.region.clone(),
        partner: None,
        default_provider_subscription: Some(place.provider_subscription.clone()),
        first_window,
        credentials: Vec::new(),
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    }
}

fn provider(place: &Place, now: Second) -> UserSubscription {
    UserSubscription {
        id: place.provider_subscription.clone(),
        delegated_provider: place.provider_subscription.clone(),
        display_name: PROVIDER_NAME.to_owned(),
        external_reference: None,
        owner: String::new(),
        tenant: place.home_directory.clone(),
        offer: String::new(),
        state: UserSubscriptionState::Enabled,
        created: now,
        deleted: None,
    }
}
