//! Registrations: who pays for a stamp.

use crate::{
    CloudId, Day, DirectoryId, Hour, LocalSubscriptionId, PartnerId, PayingSubscriptionId, RegistrationId, meter::words,
};

words! {
    /// How a stamp is paid for. Source: registration page 2020-04; domain notes C.5.
    BillingModel {
        /// By usage, to the default and the tenants' subscriptions.
        PayAsYouUse = "PayAsYouUse",
        /// A yearly fee per core; usage is not charged and no tenant can be mapped.
        Capacity = "Capacity",
        /// A development system; everything costs nothing.
        Development = "Development",
        /// By contract; usage is not charged here.
        Custom = "Custom",
        /// An appliance for rent; usage is not charged.
        Ruggedized = "Ruggedized",
    }
}

/// One cloud in one datacenter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Its id, for ever.
    pub id: CloudId,
    /// The name people know.
    pub name: String,
    /// Its region, as rows call it.
    pub region: String,
    /// Who runs it; none while nobody has registered it.
    pub partner: Option<PartnerId>,
    /// The operator's own local subscription: infrastructure lives there.
    pub default_provider_subscription: Option<LocalSubscriptionId>,
    /// The first window it is expected to deliver.
    pub first_window: Hour,
    /// SHA-256 of the credentials that may write its windows. Two at a time allow a change without a gap.
    pub credentials: Vec<[u8; 32]>,
}

/// From a day on, a tenant's usage goes to a subscription, or to the default again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The directory.
    pub tenant: DirectoryId,
    /// Who pays; none after the mapping was removed.
    pub subscription: Option<PayingSubscriptionId>,
    /// The first day that this holds.
    pub from: Day,
}

/// Says which subscriptions pay for one stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its full resource path.
    pub id: RegistrationId,
    /// Its name: the last segment of the path.
    pub name: String,
    /// The stamp.
    pub stamp: CloudId,
    /// Who pays for what has no mapping.
    pub default_subscription: PayingSubscriptionId,
    /// How the stamp is paid for.
    pub billing_model: BillingModel,
    /// Whether the platform operator approved it for several tenants.
    pub approved: bool,
    /// The first day it holds.
    pub from: Day,
    /// The first day it no longer holds; none while it does.
    pub until: Option<Day>,
    /// Its mappings, oldest first. For one tenant and day the last entry counts.
    pub mappings: Vec<Mapping>,
}

impl Registration {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// The subscription that a tenant is mapped to on a day.
    pub fn mapped(&self, tenant: &DirectoryId, day: Day) -> Option<&PayingSubscriptionId> {
        self.mappings
            .iter()
            .rev()
            .find(|mapping| mapping.tenant == *tenant && mapping.from <= day)
            .and_then(|mapping| mapping.subscription.as_ref())
    }
}

#[cfg(test)]
mod tests;
