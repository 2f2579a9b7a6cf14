use std::collections::BTreeSet;

use super::*;
use crate::emulate::{
    AccountKey, Cloud, Row,
    tests::{hour, sums},
};

fn plan(profile: Profile, seed: u64, days: u32) -> Plan {
    Plan::of(profile, seed, hour("2026-10-01T00"), days, None).unwrap()
}

fn ids(plan: &Plan) -> BTreeSet<String> {
    let tenants = plan.tenants.iter().map(|tenant| tenant.directory.to_string());
    let planned = plan.tenants.iter().flat_map(|tenant| &tenant.subscriptions).map(|planned| planned.id.to_string());
    let own = [plan.cloud.to_string(), plan.home_directory.to_string(), plan.provider_subscription.to_string()];
    tenants.chain(planned).chain(own).collect()
}

#[test]
fn the_same_words_give_the_same_plan_and_two_seeds_share_no_id() {
    for profile in Profile::ALL {
        let (one, same, other) = (plan(profile, 1, 30), plan(profile, 1, 30), plan(profile, 2, 30));
        assert_eq!(format!("{one:?}"), format!("{same:?}"));
        assert!(ids(&one).is_disjoint(&ids(&other)));
        let subscriptions: usize = one.tenants.iter().map(|tenant| tenant.subscriptions.len()).sum();
        assert_eq!(ids(&one).len(), one.tenants.len() + subscriptions + 3);
        assert_eq!(one.tenants.len(), usize::try_from(profile.tenants()).unwrap());
        assert_eq!(profile.name().parse::<Profile>(), Ok(profile));
    }
    assert!("castle".parse::<Profile>().unwrap_err().contains("small-office, hoster, many-tenants"));
}

#[test]
fn a_plan_without_hours_or_with_too_many_is_refused() {
    let of = |days| Plan::of(Profile::SmallOffice, 1, hour("2026-10-01T00"), days, None).map(|_| ()).unwrap_err();
    assert!(matches!(of(0), PlanError::NoHours { .. }));
    assert!(matches!(of(DAYS_MAX + 1), PlanError::TooLong { .. }));
}

#[test]
fn resellers_stay_and_have_customers_and_some_subscriptions_come_and_go() {
    for profile in [Profile::Hoster, Profile::ManyTenants] {
        let plan = plan(profile, 1, 30);
        let planned: Vec<_> = plan.tenants.iter().flat_map(|tenant| &tenant.subscriptions).collect();
        let providers: BTreeSet<_> = plan.story.delegations.iter().map(|one| one.provider.clone()).collect();
        assert_eq!(providers.len(), usize::try_from(profile.resellers()).unwrap());
        for provider in &providers {
            let reseller = planned.iter().find(|planned| planned.id == *provider).unwrap();
            assert_eq!((reseller.from, reseller.deleted_at), (plan.start, None));
        }
        assert!(planned.iter().any(|planned| planned.from > plan.start));
        assert!(planned.iter().any(|planned| planned.deleted_at.is_some_and(|deleted| deleted < plan.end)));
    }
}

#[test]
fn a_delegated_provider_has_to_be_a_direct_tenant() {
    let good = plan(Profile::Hoster, 1, 1);
    let one = good.story.delegations[0].clone();
    let stranger = LocalSubscriptionId::new("00000000-0000-4000-8000-000000000000").unwrap();
    for (subscription, provider) in [
        (one.subscription.clone(), stranger.clone()),
        (stranger, one.provider.clone()),
        (one.subscription.clone(), one.subscription.clone()),
        (one.subscription.clone(), good.provider_subscription.clone()),
        (good.provider_subscription.clone(), one.provider.clone()),
        (one.provider.clone(), one.subscription.clone()),
    ] {
        let mut bad = good.clone();
        bad.story.delegations.push(Delegation { subscription, provider });
        assert!(matches!(Cloud::new(bad), Err(PlanError::Delegation { .. })));
    }
}

fn all_rows(cloud: &Cloud) -> impl Iterator<Item = Row> {
    let plan = cloud.plan();
    (plan.start.0..plan.end.0 + 48).flat_map(|hour| cloud.window(Hour(hour)))
}

/// A month of a small cloud, and of the larger ones as much as a test may take.
#[test]
fn the_account_of_every_profile_is_the_sum_of_what_its_windows_say() {
    for (profile, days, resources) in
        [(Profile::SmallOffice, 30, None), (Profile::Hoster, 2, Some(4_000)), (Profile::ManyTenants, 1, None)]
    {
        let plan = Plan::of(profile, 1, hour("2026-10-01T00"), days, resources).unwrap();
        let cloud = Cloud::new(plan).unwrap();
        let account = cloud.account(cloud.plan().start..cloud.plan().end.plus(48)).unwrap();
        let (mut rows, mut summed) = (0_u64, std::collections::BTreeMap::<AccountKey, model::Quantity>::new());
        for (key, quantity) in sums(all_rows(&cloud).inspect(|_| rows += 1)) {
            summed.insert(key, quantity);
        }
        assert_eq!((account.rows, account.sums), (rows, summed), "{}", profile.name());
    }
}
