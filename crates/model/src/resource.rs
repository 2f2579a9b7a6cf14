//! Resources: the little of a resource manager that registrations live in.

use std::collections::BTreeMap;

use crate::{PayingSubscriptionId, ScopePath, meter::words};

/// Names with values that people attach to things.
pub type Tags = BTreeMap<String, String>;

/// A group of resources in a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceGroup {
    /// Its path: `/subscriptions/{id}/resourceGroups/{name}`.
    pub scope: ScopePath,
    /// Its name as it was first written.
    pub name: String,
    /// Where its metadata is said to be. It means nothing here and is kept as sent.
    pub location: String,
    /// Tags.
    pub tags: Tags,
    /// Whether it was deleted.
    pub removed: bool,
}

words! {
    /// What a lock prevents.
    LockLevel {
        /// Deleting and moving.
        CanNotDelete = "CanNotDelete",
        /// Any change.
        ReadOnly = "ReadOnly",
    }
}

/// Keeps a thing from being deleted, or from being changed at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// What it protects.
    pub scope: ScopePath,
    /// Its name as it was first written.
    pub name: String,
    /// What it prevents.
    pub level: LockLevel,
    /// Why it is there.
    pub notes: String,
    /// Whether it was taken away.
    pub removed: bool,
}

impl Lock {
    /// What tells it from other locks.
    pub fn key(&self) -> String {
        format!("{}/locks/{}", self.scope.folded(), self.name.to_ascii_lowercase())
    }
}

/// Whether the resources of a namespace, such as `Microsoft.AzureStack`, may be made in a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceRegistration {
    /// The subscription.
    pub subscription: PayingSubscriptionId,
    /// The namespace.
    pub namespace: String,
    /// Whether it is registered now.
    pub registered: bool,
}

impl NamespaceRegistration {
    /// What tells it from others.
    pub fn key(&self) -> String {
        format!("{}/{}", self.subscription.folded(), self.namespace.to_ascii_lowercase())
    }
}
