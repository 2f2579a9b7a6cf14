//! Local: what a stamp keeps about who uses it: its user subscriptions and the directories it admits.

use crate::{DirectoryId, LocalSubscriptionId, Second, meter::words};

words! {
    /// Whether a user subscription can be used. Source: Azure Stack Hub `Microsoft.Subscriptions.Admin` 2015-11-01.
    UserSubscriptionState {
        /// It can.
        Enabled = "Enabled",
        /// It cannot for now.
        Disabled = "Disabled",
    }
}

/// A subscription that is valid on one stamp only. The default provider subscription is one too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSubscription {
    /// Its id.
    pub id: LocalSubscriptionId,
    /// Whose direct tenant it is. The default provider subscription is its own.
    pub delegated_provider: LocalSubscriptionId,
    /// A name for people.
    pub display_name: String,
    /// What another system calls it.
    pub external_reference: Option<String>,
    /// The account that owns it, such as `owner@adatum.onmicrosoft.com`.
    pub owner: String,
    /// Its directory: the same for ever, also after it was deleted, because usage is attributed by it.
    pub tenant: DirectoryId,
    /// The path of the offer that was subscribed to.
    pub offer: String,
    /// Whether it can be used.
    pub state: UserSubscriptionState,
    /// When it was made.
    pub created: Second,
    /// When it was deleted. Its usage stays.
    pub deleted: Option<Second>,
}

/// A directory whose people may sign in to a stamp. Source: domain notes E.9.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryTenant {
    /// Its domain, such as `adatum.onmicrosoft.com`. Compared without case.
    pub name: String,
    /// The resource group it is listed in, by convention `system.` and the region.
    pub group: String,
    /// The region.
    pub location: String,
    /// The directory.
    pub tenant: DirectoryId,
    /// Whether it was taken away.
    pub removed: bool,
}

impl DirectoryTenant {
    /// The name as it is compared.
    pub fn key(&self) -> String {
        self.name.to_ascii_lowercase()
    }
}
