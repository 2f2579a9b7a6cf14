//! Account: the hub's sums beside the stamp's own account of what ran.

use std::collections::BTreeMap;

use contract::usage_page::UsageAggregate;
use hub::Hub;
use model::{Day, LocalSubscriptionId, MeterId, Quantity, Second};
use stamp::emulate::{AccountKey, Cloud, Plan};

/// Compares every sum. Rows that the hub holds back, because no catalogue has their meter, count as well.
pub fn compare(hub: &Hub, plan: &Plan, seed: u64) {
    let cloud = Cloud::new(plan.clone()).unwrap();
    let account = cloud.account(plan.start..plan.end).unwrap();
    let mut sums: BTreeMap<AccountKey, Quantity> = BTreeMap::new();
    let mut add = |day: Day, subscription: LocalSubscriptionId, meter: MeterId, quantity: Quantity| {
        let sum = sums.entry(AccountKey { day, subscription, meter }).or_default();
        *sum = sum.checked_add(quantity).unwrap();
    };
    let days = plan.start.day()..plan.end.day().plus(3);
    hub.store()
        .daily_sums(&plan.cloud, days, &mut |sum| {
            add(sum.day, sum.subscriber.subscription.clone(), sum.meter.clone(), sum.quantity);
            Ok(())
        })
        .unwrap();
    for held in hub.store().held(Some(&plan.cloud)).unwrap() {
        let row: UsageAggregate<'_> = serde_json::from_str(&held.row.raw).unwrap();
        let facts = row.properties;
        add(
            Second::parse(&facts.usage_start_time).unwrap().day().unwrap(),
            LocalSubscriptionId::new(&facts.subscription_id).unwrap(),
            MeterId::new(&facts.meter_id).unwrap(),
            Quantity::parse(facts.quantity.get()).unwrap(),
        );
    }
    sums.retain(|_, quantity| !quantity.is_zero());
    let mut expected = account.sums;
    expected.retain(|_, quantity| !quantity.is_zero());
    assert!(!expected.is_empty(), "seed {seed}: nothing ran");
    let wrong: Vec<String> = expected
        .keys()
        .chain(sums.keys())
        .filter(|key| sums.get(key) != expected.get(key))
        .map(|key| format!("{key:?}: the hub has {:?}, the stamp {:?}", sums.get(key), expected.get(key)))
        .take(10)
        .collect();
    assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
    let proof = hub.verify(|_, _| ()).unwrap();
    assert!(proof.holds(), "seed {seed}: {:?}", proof.laws);
}
