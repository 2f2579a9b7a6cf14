//! Plan: what a cloud is told to be, before it does anything.

use std::collections::{BTreeMap, BTreeSet};

use model::{CloudId, DirectoryId, Hour, IdError, LocalSubscriptionId, NumberError};

use crate::Place;

/// Everything that decides what a cloud does.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The number that all chance is drawn from.
    pub seed: u64,
    /// The cloud, for ever.
    pub cloud: CloudId,
    /// A name for people.
    pub name: String,
    /// The region that rows and addresses carry.
    pub region: String,
    /// The directory the cloud was deployed with.
    pub home_directory: DirectoryId,
    /// The operator's own local subscription, where infrastructure runs.
    pub provider_subscription: LocalSubscriptionId,
    /// Who uses it.
    pub tenants: Vec<Tenant>,
    /// The first hour in which anything runs.
    pub start: Hour,
    /// The hour in which everything has stopped, exclusive.
    pub end: Hour,
    /// How many resources each local subscription has in the whole run. From about 20 on every service occurs.
    pub resources_per_subscription: u32,
    /// The bearer token that callers must show; without one everybody may read.
    pub token: Option<String>,
    /// What happens besides, for a demonstration.
    pub story: Story,
}

/// One directory with its local subscriptions.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The directory.
    pub directory: DirectoryId,
    /// Its domain, such as `adatum.onmicrosoft.com`.
    pub domain: String,
    /// Its local subscriptions on this cloud.
    pub subscriptions: Vec<PlannedSubscription>,
}

/// One local subscription.
#[derive(Debug, Clone)]
pub struct PlannedSubscription {
    /// Its id.
    pub id: LocalSubscriptionId,
    /// The hour in which it was created.
    pub from: Hour,
    /// The hour in which it is gone, exclusive; none when it stays.
    pub deleted_at: Option<Hour>,
}

/// What is planned besides: how much runs, who delegates, and things that happen at a planned hour and not by chance.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// What runs in the local subscriptions.
    pub workload: Workload,
    /// Local subscriptions whose provider is not the operator.
    pub delegations: Vec<Delegation>,
    /// Rows that are reported besides everything else.
    pub late: Vec<LateRow>,
    /// A window that repeats one of its rows exactly.
    pub copy: Option<CopiedRow>,
    /// A row of a meter that no catalogue holds.
    pub custom_meter: Option<CustomMeterRow>,
}

/// What runs in the local subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Workload {
    /// A sample of every service in each local subscription, [`Plan::resources_per_subscription`] of them.
    #[default]
    Sample,
    /// Resources that come, change and go, unevenly spread over the local subscriptions.
    Fleet {
        /// How many there are at a time, about.
        resources: u32,
    },
}

/// A local subscription that another one provides with its offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The local subscription.
    pub subscription: LocalSubscriptionId,
    /// Its delegated provider: a local subscription whose own provider is the operator.
    pub provider: LocalSubscriptionId,
}

/// A further row of a given window.
#[derive(Debug, Clone)]
pub struct LateRow {
    /// The window in which it is reported.
    pub reported: Hour,
    /// The hour of use, not after `reported`.
    pub used: Hour,
    /// Who used it.
    pub subscription: LocalSubscriptionId,
    /// The meter, spelled as it is to be sent.
    pub meter: String,
    /// The resource's address on the stamp, different from that of every resource that runs.
    pub resource_uri: String,
    /// How much: the number as it is to be sent, not below zero.
    pub quantity: String,
}

/// A row that stands twice in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopiedRow {
    /// The window in which it is reported.
    pub reported: Hour,
    /// Which of the window's rows, from 0. The copy follows it. Nothing happens when the window has fewer rows.
    pub row: usize,
}

/// An hour of a custom App Service worker tier, whose meter is named after the tier.
#[derive(Debug, Clone)]
pub struct CustomMeterRow {
    /// The window in which it is reported. Its hour of use is the one before.
    pub reported: Hour,
    /// Who used it.
    pub subscription: LocalSubscriptionId,
    /// The name of the tier, such as `Contoso Memory 64`.
    pub tier: String,
}

/// Why a plan cannot run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It ends before it begins.
    #[error("plan the cloud {cloud}: it starts at {start}, which is not before its end {end}")]
    NoHours {
        /// The cloud.
        cloud: CloudId,
        /// Its first hour.
        start: Hour,
        /// Its end.
        end: Hour,
    },
    /// It is longer than a cloud can be planned.
    #[error("plan a cloud for {days} days: the longest plan has {most}")]
    TooLong {
        /// Unit: days.
        days: u32,
        /// Unit: days.
        most: u32,
    },
    /// A local subscription stands there twice.
    #[error("plan the cloud {cloud}: the local subscription {subscription} stands there twice")]
    SubscriptionTwice {
        /// The cloud.
        cloud: CloudId,
        /// The local subscription.
        subscription: LocalSubscriptionId,
    },
    /// The story names a local subscription that the plan does not have.
    #[error("plan the story: the local subscription {0} is not on this cloud")]
    UnknownSubscription(LocalSubscriptionId),
    /// The story reports a use before it happens.
    #[error("plan the story: a row used in {used} cannot be reported in {reported}")]
    ReportedBeforeUse {
        /// The hour of use.
        used: Hour,
        /// The window.
        reported: Hour,
    },
    /// A local subscription cannot have this one as its delegated provider.
    #[error(
        "plan the cloud: {provider} cannot be the delegated provider of {subscription}: both have to be local \
             subscriptions of tenants, and the provider's own provider has to be the operator"
    )]
    Delegation {
        /// The local subscription.
        subscription: LocalSubscriptionId,
        /// What was to be its provider.
        provider: LocalSubscriptionId,
    },
    /// The story has a quantity that is no number.
    #[error("plan the story: {text:?} is not a quantity: {reason}")]
    Quantity {
        /// The text.
        text: String,
        /// Why not.
        reason: NumberError,
    },
    /// The story has a quantity below zero.
    #[error("plan the story: the quantity {0:?} is below zero")]
    Negative(String),
    /// The document about a resource cannot be written.
    #[error("describe a resource of the cloud: {0}")]
    Document(String),
    /// The story holds an id that cannot be one.
    #[error("plan the story: {text:?} is not an id: {reason}")]
    Id {
        /// The text.
        text: String,
        /// Why not.
        reason: IdError,
    },
}

impl Plan {
    /// What the cloud is.
    pub fn place(&self) -> Place {
        Place {
            cloud: self.cloud.clone(),
            region: self.region.clone(),
            provider_subscription: self.provider_subscription.clone(),
            home_directory: self.home_directory.clone(),
        }
    }

    /// The directory of a local subscription, the default provider subscription included.
    pub fn directory_of(&self, subscription: &LocalSubscriptionId) -> Option<&DirectoryId> {
        if *subscription == self.provider_subscription {
            return Some(&self.home_directory);
        }
        let owns = |tenant: &&Tenant| tenant.subscriptions.iter().any(|planned| planned.id == *subscription);
        self.tenants.iter().find(owns).map(|tenant| &tenant.directory)
    }

    /// The provider of each local subscription that is not a direct tenant of the operator.
    pub(crate) fn delegated_providers(&self) -> BTreeMap<&LocalSubscriptionId, &LocalSubscriptionId> {
        self.story.delegations.iter().map(|one| (&one.subscription, &one.provider)).collect()
    }

    fn check_delegations(&self, known: &BTreeSet<&LocalSubscriptionId>) -> Result<(), PlanError> {
        let delegated = self.delegated_providers();
        let tenants = |id: &LocalSubscriptionId| known.contains(id) && *id != self.provider_subscription;
        let fits = |one: &Delegation| {
            tenants(&one.subscription) && tenants(&one.provider) && !delegated.contains_key(&one.provider)
        };
        match self.story.delegations.iter().find(|one| !fits(one)) {
            Some(Delegation { subscription, provider }) => {
                Err(PlanError::Delegation { subscription: subscription.clone(), provider: provider.clone() })
            }
            None => Ok(()),
        }
    }

    /// Looks for what would make the cloud contradict itself.
    pub(crate) fn check(&self) -> Result<(), PlanError> {
        let (start, end) = (self.start, self.end);
        if start >= end {
            return Err(PlanError::NoHours { cloud: self.cloud.clone(), start, end });
        }
        let mut seen = BTreeSet::from([&self.provider_subscription]);
        for planned in self.tenants.iter().flat_map(|tenant| &tenant.subscriptions) {
            if !seen.insert(&planned.id) {
                let (cloud, subscription) = (self.cloud.clone(), planned.id.clone());
                return Err(PlanError::SubscriptionTwice { cloud, subscription });
            }
        }
        let named = self.story.late.iter().map(|late| &late.subscription);
        for subscription in named.chain(self.story.custom_meter.iter().map(|row| &row.subscription)) {
            if !seen.contains(subscription) {
                return Err(PlanError::UnknownSubscription(subscription.clone()));
            }
        }
        self.check_delegations(&seen)?;
        match self.story.late.iter().find(|late| late.used > late.reported) {
            Some(late) => Err(PlanError::ReportedBeforeUse { used: late.used, reported: late.reported }),
            None => Ok(()),
        }
    }
}
