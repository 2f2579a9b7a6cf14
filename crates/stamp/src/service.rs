//! Service: the usage service of a stamp. It takes events, sums them by hour and day, and keeps who uses the stamp.

mod subscriptions;

use std::sync::Arc;

use model::{DirectoryTenant, Hour, LocalSubscriptionId, MeterId, Second, UserSubscription};
use store::{Store, UsageStore};

pub use self::subscriptions::{ChangeError, SubscriptionPut};
use crate::{Page, Place, Position, Selection, Source, SourceError};

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
    Store(#[from] store::StoreError),
}

/// A clock: the present moment whenever it is asked.
pub type Clock = Arc<dyn Fn() -> Second + Send + Sync>;

/// The usage service of one stamp.
pub struct UsageService {
    place: Place,
    store: Arc<dyn Store>,
    usage: Arc<dyn UsageStore>,
    clock: Clock,
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
        Ok(Self { place, store, usage, clock })
    }

    /// Takes events: all of them, or none.
    ///
    /// # Errors
    ///
    /// When one cannot be taken, or was posted before with other content.
    pub fn post(&self, _events: &[UsageEvent]) -> Result<Posted, PostError> {
        self.usage.sealed_until().map_err(|error| SourceError::Failed(error.to_string()))?;
        Err(SourceError::Busy(1).into())
    }

    /// Makes or changes a local subscription. Says whether it was made.
    ///
    /// # Errors
    ///
    /// When it would change its directory, names what is not there, or cannot be kept.
    pub fn put_subscription(
        &self,
        _actor: &str,
        _put: &SubscriptionPut,
    ) -> Result<(UserSubscription, bool), ChangeError> {
        self.store.incarnation().map_err(|error| SourceError::Failed(error.to_string()))?;
        Err(SourceError::Busy(1).into())
    }

    /// Deletes a local subscription; its usage stays. False when it was not there.
    ///
    /// # Errors
    ///
    /// When it is the default provider subscription, or has direct tenants.
    pub fn delete_subscription(&self, _actor: &str, _id: &LocalSubscriptionId) -> Result<bool, ChangeError> {
        Err(SourceError::Busy(1).into())
    }

    /// Whether local subscriptions may become direct tenants of another one.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn check_move(&self, _ids: &[LocalSubscriptionId], _target: &LocalSubscriptionId) -> Result<(), ChangeError> {
        Err(SourceError::Busy(1).into())
    }

    /// Makes local subscriptions direct tenants of another one: all of them, or none.
    ///
    /// # Errors
    ///
    /// As [`UsageService::check_move`].
    pub fn move_subscriptions(
        &self,
        _actor: &str,
        _ids: &[LocalSubscriptionId],
        _target: &LocalSubscriptionId,
    ) -> Result<(), ChangeError> {
        Err(SourceError::Busy(1).into())
    }

    /// The directories whose people may sign in, by name.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn directory_tenants(&self) -> Result<Vec<DirectoryTenant>, SourceError> {
        Err(SourceError::Busy(1))
    }

    /// Adds or changes a directory tenant. Says whether it was added.
    ///
    /// # Errors
    ///
    /// When it cannot be kept.
    pub fn put_directory_tenant(&self, _actor: &str, _tenant: &DirectoryTenant) -> Result<bool, ChangeError> {
        Err(SourceError::Busy(1).into())
    }

    /// Takes a directory tenant away. False when it was not there.
    ///
    /// # Errors
    ///
    /// When the change cannot be kept.
    pub fn delete_directory_tenant(&self, _actor: &str, _name: &str) -> Result<bool, ChangeError> {
        Err(SourceError::Busy(1).into())
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
        Err(SourceError::Busy(1))
    }

    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        Err(SourceError::Busy(1))
    }

    fn usage(&self, _selection: &Selection, _from: Position, _rows_max: usize) -> Result<Page, SourceError> {
        Err(SourceError::Busy(1))
    }

    fn service(&self) -> Option<&UsageService> {
        Some(self)
    }
}
