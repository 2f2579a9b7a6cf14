//! Service: the usage service of a stamp. It takes events, sums them by hour and day, and keeps who uses the stamp.

mod directories;
mod event;
mod keeper;
mod rows;
mod subscriptions;

use std::sync::{Arc, Mutex, TryLockError};

use model::{DirectoryTenant, Hour, LocalSubscriptionId, MeterId, Second, UserSubscription};
use store::{Posting, Store, StoreError, UsageStore};

use self::keeper::Keeper;
pub use self::subscriptions::{ChangeError, SubscriptionPut};
use crate::{Page, Place, Position, Selection, Source, SourceError};

/// How many events one list may have.
const EVENTS_MAX: usize = contract::usage_page::event::EVENTS_MAX;
/// How many problems or conflicts are named.
const PROBLEMS_MAX: usize = 100;

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

/// What is wrong with one posted event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProblem {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its id as it was sent, cut to what can be shown.
    pub id: String,
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// Why posted events were refused. None of them was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Some cannot be taken: the first hundred of them.
    #[error("{} events cannot be taken", .0.len())]
    Invalid(Vec<EventProblem>),
    /// Some are there with other content: the first hundred of them, by place and id.
    #[error("{} events were posted before with other content", .0.len())]
    Conflict(Vec<(usize, String)>),
    /// The service could not do it.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Why a usage service could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The folder holds the usage of something else.
    #[error("{0}")]
    Other(String),
    /// The store failed.
    #[error("open the usage service: {0}")]
    Store(#[from] StoreError),
}

/// A clock: the present moment whenever it is asked.
pub type Clock = Arc<dyn Fn() -> Second + Send + Sync>;

/// The usage service of one stamp.
pub struct UsageService {
    place: Place,
    keeper: Keeper,
    usage: Arc<dyn UsageStore>,
    clock: Clock,
    /// Held by whoever seals.
    sealing: Mutex<()>,
}

impl UsageService {
    /// Opens the service over what is kept of it. Makes the default provider subscription's own record when it is missing.
    ///
    /// # Errors
    ///
    /// When what is kept belongs to another stamp, or cannot be read.
    pub fn open(
        place: Place,
        store: Arc<dyn Store>,
        usage: Arc<dyn UsageStore>,
        clock: Clock,
    ) -> Result<Self, ServiceError> {
        let keeper = Keeper::new(store);
        keeper.claim(&place, clock())?;
        Ok(Self { place, keeper, usage, clock, sealing: Mutex::new(()) })
    }

    /// Takes events: all of them, or none.
    ///
    /// # Errors
    ///
    /// When one cannot be taken, or was posted before with other content.
    pub fn post(&self, events: &[UsageEvent]) -> Result<Posted, PostError> {
        if let Some(first) = events.get(EVENTS_MAX) {
            let reason = format!("a list has at most {EVENTS_MAX} events; send the others in another one");
            return Err(PostError::Invalid(vec![event::problem(EVENTS_MAX, first, "id", reason)]));
        }
        let now = self.hour()?;
        let subscriptions = self.keeper.subscriptions()?;
        let records = event::check_all(events, &subscriptions, now).map_err(PostError::Invalid)?;
        match self.usage.post_events(now, &records).map_err(SourceError::from)? {
            Posting::Posted { accepted, duplicates, reported } => Ok(Posted { accepted, duplicates, reported }),
            Posting::Refused(places) => {
                let named = places.into_iter().take(PROBLEMS_MAX);
                let id = |index: usize| events.get(index).map(|event| (index, event.id.clone()));
                Err(PostError::Conflict(named.filter_map(id).collect()))
            }
        }
    }

    /// Makes or changes a local subscription. Says whether it was made.
    ///
    /// # Errors
    ///
    /// When it would change its directory, names what is not there, or cannot be kept.
    pub fn put_subscription(
        &self,
        actor: &str,
        put: &SubscriptionPut,
    ) -> Result<(UserSubscription, bool), ChangeError> {
        let now = (self.clock)();
        self.keeper.change(actor, now, |office| subscriptions::put(office, &self.place, put, now))
    }

    /// Deletes a local subscription; its usage stays. False when it was not there.
    ///
    /// # Errors
    ///
    /// When it is the default provider subscription, or has direct tenants.
    pub fn delete_subscription(&self, actor: &str, id: &LocalSubscriptionId) -> Result<bool, ChangeError> {
        let now = (self.clock)();
        self.keeper.change(actor, now, |office| subscriptions::delete(office, &self.place, id, now))
    }

    /// Whether local subscriptions may become direct tenants of another one.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn check_move(&self, ids: &[LocalSubscriptionId], target: &LocalSubscriptionId) -> Result<(), ChangeError> {
        self.keeper.look(|office| subscriptions::relocate(office, &self.place, ids, target).map(drop))?
    }

    /// Makes local subscriptions direct tenants of another one: all of them, or none.
    ///
    /// # Errors
    ///
    /// As [`UsageService::check_move`].
    pub fn move_subscriptions(
        &self,
        actor: &str,
        ids: &[LocalSubscriptionId],
        target: &LocalSubscriptionId,
    ) -> Result<(), ChangeError> {
        let now = (self.clock)();
        self.keeper.change(actor, now, |office| subscriptions::relocate(office, &self.place, ids, target))
    }

    /// The directories whose people may sign in, by name.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn directory_tenants(&self) -> Result<Vec<DirectoryTenant>, SourceError> {
        self.keeper.look(|office| {
            let live = office.directory_tenants.values().filter(|tenant| !tenant.removed);
            live.cloned().collect()
        })
    }

    /// Adds or changes a directory tenant. Says whether it was added.
    ///
    /// # Errors
    ///
    /// When it cannot be kept.
    pub fn put_directory_tenant(&self, actor: &str, tenant: &DirectoryTenant) -> Result<bool, ChangeError> {
        self.keeper.change(actor, (self.clock)(), |office| directories::put(office, tenant))
    }

    /// Takes a directory tenant away. False when it was not there.
    ///
    /// # Errors
    ///
    /// When the change cannot be kept.
    pub fn delete_directory_tenant(&self, actor: &str, name: &str) -> Result<bool, ChangeError> {
        self.keeper.change(actor, (self.clock)(), |office| Ok(directories::delete(office, name)))
    }

    fn hour(&self) -> Result<Hour, SourceError> {
        let now = (self.clock)();
        now.hour().ok_or_else(|| SourceError::Failed(format!("the clock shows {now}, which no usage can be of")))
    }
}

impl Source for UsageService {
    fn place(&self) -> &Place {
        &self.place
    }

    fn now(&self) -> Second {
        (self.clock)()
    }

    fn processed_until(&self) -> Result<Hour, SourceError> {
        let now = self.hour()?;
        let sealed = self.usage.sealed_until()?;
        if sealed >= now {
            return Ok(sealed);
        }
        // While somebody else seals, what is sealed so far is a true answer; whoever asks again finds more.
        let _turn = match self.sealing.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(sealed),
        };
        Ok(self.usage.seal(now)?)
    }

    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        self.keeper.subscriptions()
    }

    fn usage(&self, selection: &Selection, from: Position, rows_max: usize) -> Result<Page, SourceError> {
        rows::page(self.usage.as_ref(), selection, from, rows_max)
    }

    fn service(&self) -> Option<&UsageService> {
        Some(self)
    }
}

impl From<StoreError> for SourceError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

#[cfg(test)]
mod tests;
