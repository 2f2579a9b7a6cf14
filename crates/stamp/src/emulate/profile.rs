//! Profile: whole plans from a few words: how large a cloud is, and a seed that decides the rest.

use std::str::FromStr;

use model::{CloudId, DirectoryId, Hour, IdError, LocalSubscriptionId};
use uuid::Uuid;

use crate::emulate::{
    Delegation, Plan, PlanError, PlannedSubscription, Story, Tenant, Workload,
    dice::{Chance, Dice},
};

/// The size of a generated cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Three tenants with about 40 resources.
    SmallOffice,
    /// 60 tenants, some of them customers of three resellers, with about 11,000 resources.
    Hoster,
    /// 2,000 tenants with a few resources each.
    ManyTenants,
}

/// The streams of chance that decide about tenants.
const TENANT_STREAMS: u64 = 3 << 62;

/// The longest plan. Unit: days.
pub const DAYS_MAX: u32 = 1_500;

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 3] = [Self::SmallOffice, Self::Hoster, Self::ManyTenants];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmallOffice => "small-office",
            Self::Hoster => "hoster",
            Self::ManyTenants => "many-tenants",
        }
    }

    /// How many tenants it has.
    pub fn tenants(self) -> u32 {
        match self {
            Self::SmallOffice => 3,
            Self::Hoster => 60,
            Self::ManyTenants => 2_000,
        }
    }

    /// How many resources it has at a time unless told otherwise, about.
    pub fn resources(self) -> u32 {
        match self {
            Self::SmallOffice => 40,
            Self::Hoster => 11_000,
            Self::ManyTenants => 8_000,
        }
    }

    /// How many of its first tenants are resellers, delegated providers of others.
    fn resellers(self) -> u32 {
        match self {
            Self::SmallOffice => 0,
            Self::Hoster => 3,
            Self::ManyTenants => 10,
        }
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|profile| profile.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|profile| profile.name()).collect();
            format!("give one of {}", names.join(", "))
        })
    }
}

impl Plan {
    /// A whole plan. Ids follow from profile and seed: two seeds share none.
    ///
    /// # Errors
    ///
    /// When it would be empty or longer than 1,500 days.
    pub fn of(profile: Profile, seed: u64, start: Hour, days: u32, resources: Option<u32>) -> Result<Self, PlanError> {
        let names =
            Names { space: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{} {seed}", profile.name()).as_bytes()) };
        let chance = Chance::new(seed);
        let cloud = names.id("cloud", CloudId::new)?;
        let end = start.plus(days.saturating_mul(24));
        if days > DAYS_MAX {
            return Err(PlanError::TooLong { days, most: DAYS_MAX });
        }
        let tenants = (0..profile.tenants()).map(|number| tenant(profile, seed, &names, &chance, start, number));
        let tenants: Vec<Tenant> = tenants.collect::<Result<_, _>>()?;
        let plan = Self {
            seed,
            name: format!("{} {seed}", profile.name()),
            region: "emulated".to_owned(),
            home_directory: names.id("home directory", DirectoryId::new)?,
            provider_subscription: names.id("provider subscription", LocalSubscriptionId::new)?,
            start,
            end,
            resources_per_subscription: 0,
            token: None,
            story: Story {
                workload: Workload::Fleet { resources: resources.unwrap_or_else(|| profile.resources()) },
                delegations: delegate(profile, &tenants),
                ..Story::default()
            },
            cloud,
            tenants,
        };
        plan.check()?;
        Ok(plan)
    }
}

/// Where the ids of one cloud come from.
struct Names {
    space: Uuid,
}

impl Names {
    fn id<T>(&self, name: &str, read: impl Fn(&str) -> Result<T, IdError>) -> Result<T, PlanError> {
        let text = Uuid::new_v5(&self.space, name.as_bytes()).to_string();
        read(&text).map_err(|reason| PlanError::Id { text, reason })
    }
}

fn tenant(
    profile: Profile,
    seed: u64,
    names: &Names,
    chance: &Chance,
    start: Hour,
    number: u32,
) -> Result<Tenant, PlanError> {
    let mut dice = chance.of_subject(TENANT_STREAMS.saturating_add(u64::from(number)));
    let spans = match profile {
        // In a cloud this small chance would often leave out what there is to see.
        Profile::SmallOffice => match number {
            0 => vec![(0, None), (24 * 2, Some(24 * 20))],
            1 => vec![(0, None)],
            _ => vec![(24 * 3 + 9, None)],
        },
        // Resellers stay: others depend on them.
        _ if number < profile.resellers() => vec![(0, None)],
        _ => (0..if dice.one_in(4) { 2 } else { 1 }).map(|_| span(&mut dice)).collect(),
    };
    let subscription = |((from, deleted), ordinal): ((u32, Option<u32>), u32)| {
        Ok(PlannedSubscription {
            id: names.id(&format!("subscription {number} {ordinal}"), LocalSubscriptionId::new)?,
            from: start.plus(from),
            deleted_at: deleted.map(|hours| start.plus(hours)),
        })
    };
    Ok(Tenant {
        directory: names.id(&format!("directory {number}"), DirectoryId::new)?,
        domain: format!("tenant{number:04}.seed{seed}.example"),
        subscriptions: spans.into_iter().zip(0..).map(subscription).collect::<Result<_, PlanError>>()?,
    })
}

/// One local subscription in ten comes in the first 20 days, one in fifteen goes after 5 to 60. Unit: hours.
fn span(dice: &mut Dice) -> (u32, Option<u32>) {
    let hours = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let from = if dice.one_in(10) { hours(dice.below(24 * 20)) } else { 0 };
    let deleted = dice.one_in(15).then(|| from.saturating_add(hours(dice.within(24 * 5, 24 * 60))));
    (from, deleted)
}

/// One tenant in three is the customer of a reseller.
fn delegate(profile: Profile, tenants: &[Tenant]) -> Vec<Delegation> {
    let count = usize::try_from(profile.resellers()).unwrap_or(0);
    let (resellers, others) = tenants.split_at(count.min(tenants.len()));
    let providers = resellers.iter().flat_map(|reseller| &reseller.subscriptions).map(|planned| &planned.id).cycle();
    let customers = others.iter().step_by(3).zip(providers);
    let delegation = |(tenant, provider): (&Tenant, &LocalSubscriptionId)| -> Vec<Delegation> {
        let planned = tenant.subscriptions.iter();
        planned.map(|one| Delegation { subscription: one.id.clone(), provider: provider.clone() }).collect()
    };
    customers.flat_map(delegation).collect()
}

#[cfg(test)]
mod tests;
