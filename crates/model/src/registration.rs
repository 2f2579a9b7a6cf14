//! Registrations: who pays for a stamp.

use std::ops::Range;

use crate::{
    CloudId, Day, DirectoryId, Hour, LocalSubscriptionId, PartnerId, PayingSubscriptionId, PrincipalId, PrincipalKind,
    RegistrationId, Second, Tags, meter::words,
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
    /// SHA-256 of the credentials that ended with its last registration. They write nothing; their bridge is told why.
    pub withdrawn_credentials: Vec<[u8; 32]>,
    /// Hours whose windows are never wanted, oldest first. The watermark passes over them.
    pub skipped: Vec<Skipped>,
    /// The hour in which a registration switched its reporting off; none while it reports.
    pub reporting_off_since: Option<Hour>,
}

words! {
    /// Why windows are never wanted. Source: domain notes F.2, cases 9, 13 and 23.
    SkippedReason {
        /// The registration said that the stamp does not report.
        ReportingOff = "reporting_off",
        /// The stamp had no registration that takes usage, and more than 30 days went by before it was registered again.
        TooOld = "too_old",
    }
}

impl SkippedReason {
    /// The reason in a sentence for people.
    pub fn explain(self) -> &'static str {
        match self {
            Self::ReportingOff => "usage reporting was switched off",
            Self::TooOld => "it was older than 30 days when the stamp was registered again",
        }
    }
}

/// Hours whose windows are never wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Which, half-open.
    pub hours: Range<Hour>,
    /// Why not.
    pub reason: SkippedReason,
}

impl Stamp {
    /// Why a window is never wanted; nothing when it is.
    pub fn skips(&self, hour: Hour) -> Option<&Skipped> {
        self.skipped.iter().find(|skipped| skipped.hours.contains(&hour))
    }

    /// The hours that are never wanted.
    pub fn skipped_hours(&self) -> Vec<Range<Hour>> {
        self.skipped.iter().map(|skipped| skipped.hours.clone()).collect()
    }
}

/// The first hour from one on that lies in none of some ranges, whatever their order.
pub fn pass_over(ranges: &[Range<Hour>], mut hour: Hour) -> Hour {
    // Each step leaves a range behind, so there are no more of them than ranges.
    while let Some(range) = ranges.iter().find(|range| range.contains(&hour)) {
        hour = range.end;
    }
    hour
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
    /// What tells it from all others, also from an earlier one with the same path. From 1.
    pub number: u32,
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
    /// What else is known of it. Nothing here decides who pays.
    pub details: RegistrationDetails,
}

words! {
    /// Where a registration stands. Source: domain notes C.4.
    RegistrationState {
        /// It holds.
        Registered = "Registered",
        /// The year of a capacity registration is over.
        Expired = "Expired",
        /// The directory of its default subscription changed: it must be registered again.
        Reset = "Reset",
    }
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The name of who did it.
    pub by: String,
    /// What did it.
    pub kind: PrincipalKind,
    /// When.
    pub at: Second,
}

/// What a registration carries besides who pays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistrationDetails {
    /// Who registered: nobody else may change it.
    pub registrant: Option<PrincipalId>,
    /// The object id of the bridge's service principal.
    pub object_id: String,
    /// Tags.
    pub tags: Tags,
    /// Whether the stamp reports usage.
    pub usage_reporting: bool,
    /// Whether the stamp may take items of the marketplace.
    pub marketplace_syndication: bool,
    /// The number of the agreement that a capacity registration is bought under.
    pub agreement_number: Option<String>,
    /// The tag of a custom registration.
    pub asset_tag: Option<String>,
    /// The facts of the hosts, as JSON.
    pub hardware: String,
    /// The regions of the stamp.
    pub region_names: Vec<String>,
    /// Who made the token.
    pub token_issuer: Option<String>,
    /// The version of the token.
    pub token_version: String,
    /// The first day on which a capacity registration has expired.
    pub expires: Option<Day>,
    /// Whether the directory of the default subscription changed since it was registered.
    pub reset: bool,
    /// How often it was registered with a token. Each time the bridge gets another credential.
    pub generation: u32,
    /// How often it was changed.
    pub revision: u32,
    /// Who made it.
    pub created: Option<Change>,
    /// Who changed it last.
    pub changed: Option<Change>,
}

impl Registration {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Where it stands on a day.
    pub fn state(&self, today: Day) -> RegistrationState {
        if self.details.reset {
            return RegistrationState::Reset;
        }
        match self.details.expires {
            Some(expires) if expires <= today => RegistrationState::Expired,
            _ => RegistrationState::Registered,
        }
    }

    /// Whether it says that its stamp reports usage, whatever its state. Source: domain notes C.5.
    pub fn is_reporting(&self) -> bool {
        match self.billing_model {
            BillingModel::PayAsYouUse => true,
            BillingModel::Capacity => false,
            BillingModel::Development | BillingModel::Custom | BillingModel::Ruggedized => self.details.usage_reporting,
        }
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
