//! Subscriptions: who uses the stamp, who provides for whom, and how that changes.

use model::{DirectoryId, LocalSubscriptionId, UserSubscriptionState};

use crate::SourceError;

/// What somebody says a local subscription is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionPut {
    /// Its id.
    pub id: LocalSubscriptionId,
    /// Whose direct tenant it is. Without it: as it was, or the default provider subscription.
    pub delegated_provider: Option<LocalSubscriptionId>,
    /// A name for people.
    pub display_name: String,
    /// What another system calls it.
    pub external_reference: Option<String>,
    /// The account that owns it.
    pub owner: String,
    /// Its directory. Without it: as it was, that of the owner's domain, or the home directory.
    pub tenant: Option<DirectoryId>,
    /// The path of the offer.
    pub offer: String,
    /// Whether it can be used.
    pub state: UserSubscriptionState,
}

/// Why a change was refused. Nothing of it was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// It names a local subscription that is not there.
    #[error("the local subscription {0} is not there")]
    NotFound(LocalSubscriptionId),
    /// It would carry a local subscription from one directory into another.
    #[error("{0}")]
    OtherDirectory(String),
    /// What is to be deleted is needed.
    #[error("{0}")]
    InUse(String),
    /// What was sent cannot be kept.
    #[error("{0}")]
    Invalid(String),
    /// The service could not do it.
    #[error(transparent)]
    Source(#[from] SourceError),
}
