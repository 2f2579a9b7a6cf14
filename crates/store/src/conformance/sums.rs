//! Sums: exact, by day, local subscription, tenant and meter.

use model::{DailySum, Month, Quantity};

use super::{
    Place, cases, collected,
    samples::{change, corrected, day, delivered, hour, meter, other_stamp, quantity, record, stamp, subscriber},
};
use crate::{Store, StoreError, SumChange, WindowRecord};

cases! {
    sums_are_exact,
    sums_come_by_day_subscription_tenant_and_meter,
    sums_of_one_batch_and_of_many_deliveries_are_the_same,
    ids_that_differ_in_case_only_share_a_sum,
    a_sum_that_does_not_fit_keeps_nothing_of_the_batch,
    months_are_those_that_have_sums,
}

fn with_sums(record: WindowRecord, sums: Vec<SumChange>) -> WindowRecord {
    WindowRecord { sums, ..record }
}

fn all(store: &dyn Store) -> Vec<DailySum> {
    collected(|each| store.daily_sums(&stamp(), day(0)..day(1_000), &mut |sum| each(sum.clone())))
}

fn sums_are_exact(place: &dyn Place) {
    let store = place.open();
    let sizes = ["999999999999999999", "1e-36", "8.381903171539307e-08", "-0.5", "999999999999999999", "0"];
    let mut expected = Quantity::ZERO;
    for (number, size) in (0..).zip(sizes) {
        let sums = vec![change(day(0), subscriber("s", None), "m", size)];
        record(store.as_ref(), &with_sums(delivered(&stamp(), hour(number)), sums));
        expected = expected.checked_add(quantity(size)).unwrap();
        let found = all(store.as_ref());
        let [sum] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((sum.quantity, sum.rows), (expected, u64::from(number) + 1), "after {size}");
    }
    assert_eq!(expected.to_string(), "1999999999999999997.500000083819031715393070000000000001");
    // Down to nothing and below it.
    let back = SumChange { quantity: expected.negated(), ..change(day(0), subscriber("s", None), "m", "0") };
    record(store.as_ref(), &with_sums(corrected(&stamp(), hour(0), 1), vec![back]));
    assert_eq!(all(store.as_ref())[0].quantity, Quantity::ZERO);
    let sums = vec![change(day(0), subscriber("s", None), "m", "-1e-36")];
    record(store.as_ref(), &with_sums(corrected(&stamp(), hour(0), 2), sums));
    assert_eq!(all(store.as_ref())[0].quantity, quantity("-1e-36"));
}

fn sums_come_by_day_subscription_tenant_and_meter(place: &dyn Place) {
    let store = place.open();
    // Numbers are given in the order of arrival, which is none of the orders asked for.
    let keys = [
        (1, "b", Some("t2"), "m1"),
        (0, "c", None, "m2"),
        (0, "b", Some("t2"), "m3"),
        (0, "b", Some("t2"), "m1"),
        (0, "b", Some("t1"), "m3"),
        (0, "b", None, "m9"),
        (2, "a", None, "m1"),
        (0, "a", Some("t3"), "m1"),
    ];
    let change_of = |(on, who, tenant, what): (u32, &str, Option<&str>, &str)| {
        change(day(on), subscriber(who, tenant), what, "2.5")
    };
    record(store.as_ref(), &with_sums(delivered(&stamp(), hour(0)), keys.map(change_of).into()));
    record(store.as_ref(), &delivered(&other_stamp(), hour(0)));
    let mut sorted = keys;
    sorted.sort_unstable();
    let expected: Vec<DailySum> = sorted
        .map(|(on, who, tenant, what)| DailySum {
            stamp: stamp(),
            day: day(on),
            subscriber: subscriber(who, tenant),
            meter: meter(what),
            quantity: quantity("2.5"),
            rows: 1,
        })
        .into();
    assert_eq!(all(store.as_ref()), expected);
    let of_days = |from: u32, until: u32| {
        collected(|each| store.daily_sums(&stamp(), day(from)..day(until), &mut |sum| each(sum.clone())))
            .into_iter()
            .map(|sum| sum.day.0)
    };
    assert!(of_days(1, 2).eq([day(1).0]));
    assert!(of_days(1, 3).eq([day(1).0, day(2).0]));
    assert_eq!(of_days(3, 9).count(), 0);
}

fn sums_of_one_batch_and_of_many_deliveries_are_the_same(place: &dyn Place) {
    let store = place.open();
    let sums = |size| {
        vec![
            change(day(0), subscriber("s1", Some("t")), "m1", size),
            change(day(1), subscriber("s1", Some("t")), "m1", "-3"),
            change(day(0), subscriber("s2", Some("t")), "m1", "1e-30"),
        ]
    };
    let batch: Vec<WindowRecord> = ["1", "0.1", "17"]
        .iter()
        .zip(0..)
        .map(|(size, number)| with_sums(delivered(&stamp(), hour(number)), sums(size)))
        .collect();
    assert!(store.record_windows(&batch).unwrap().iter().all(Result::is_ok));
    let together = all(store.as_ref());
    let shown: Vec<_> = together.iter().map(|sum| (sum.quantity.to_string(), sum.rows)).collect();
    let expected = [("18.1", 3), ("0.000000000000000000000000000003", 3), ("-9", 3)];
    assert_eq!(shown, expected.map(|(size, rows)| (size.to_owned(), rows)));
    for (size, number) in ["1", "0.1", "17"].iter().zip(3..) {
        record(store.as_ref(), &with_sums(delivered(&stamp(), hour(number)), sums(size)));
    }
    for (one, both) in together.iter().zip(all(store.as_ref())) {
        assert_eq!((one.quantity.checked_add(one.quantity), one.rows * 2), (Ok(both.quantity), both.rows));
    }
}

fn ids_that_differ_in_case_only_share_a_sum(place: &dyn Place) {
    let store = place.open();
    let guid = "FAB6EB84500B4A09A8CA7358F8BBAEA5";
    let dashed = "fab6eb84-500b-4a09-a8ca-7358f8bbaea5";
    let spellings = [("Sub", "Contoso.example", guid), ("SUB", "contoso.EXAMPLE", dashed)];
    for ((who, tenant, what), number) in spellings.into_iter().zip(0..) {
        let sums = vec![change(day(0), subscriber(who, Some(tenant)), what, "1")];
        record(store.as_ref(), &with_sums(delivered(&stamp(), hour(number)), sums));
    }
    let found = all(store.as_ref());
    let [sum] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(sum.quantity, quantity("2"));
    let tenant = sum.subscriber.tenant.as_ref().unwrap();
    assert_eq!(
        (sum.subscriber.subscription.as_str(), tenant.as_str(), sum.meter.as_str()),
        ("Sub", "Contoso.example", guid)
    );
}

fn a_sum_that_does_not_fit_keeps_nothing_of_the_batch(place: &dyn Place) {
    let store = place.open();
    let mut huge = quantity("999999999999999999");
    while let Ok(twice) = huge.checked_add(huge) {
        huge = twice;
    }
    let change = |who: &str, quantity| SumChange { quantity, ..change(day(0), subscriber(who, None), "m", "1") };
    record(store.as_ref(), &with_sums(delivered(&stamp(), hour(0)), vec![change("s", huge)]));
    let before = all(store.as_ref());
    // The sum overflows against what is stored, and within one batch.
    let against_stored = [
        with_sums(delivered(&stamp(), hour(1)), vec![change("fresh", quantity("1"))]),
        with_sums(delivered(&stamp(), hour(2)), vec![change("s", huge)]),
    ];
    let within = [
        with_sums(delivered(&stamp(), hour(1)), vec![change("t", huge)]),
        with_sums(delivered(&stamp(), hour(2)), vec![change("t", huge)]),
    ];
    for batch in [&against_stored, &within] {
        let failed = store.record_windows(batch);
        let Err(StoreError::Database { attempt, cause }) = failed else { panic!("{failed:?}") };
        assert!(attempt.contains("cloud1, day 2026-10-01, local subscription"), "{attempt}");
        assert!(cause.contains("too large to be kept exactly"), "{cause}");
        assert_eq!(all(store.as_ref()), before);
        assert_eq!(store.window(&stamp(), hour(1)).unwrap(), None);
        assert_eq!(store.progress(&stamp()).unwrap().unwrap().last, hour(0));
        assert_eq!(collected(|each| store.audit(1, each)).len(), 1);
    }
    // Names that were lost with a transaction are given again.
    record(store.as_ref(), &with_sums(delivered(&stamp(), hour(1)), vec![change("another", quantity("1"))]));
    record(store.as_ref(), &with_sums(delivered(&stamp(), hour(2)), vec![change("fresh", quantity("2"))]));
    for store in [store, place.open()] {
        let found: Vec<_> = all(store.as_ref())
            .into_iter()
            .map(|sum| (sum.subscriber.subscription.to_string(), sum.quantity))
            .collect();
        let expected = [("another", quantity("1")), ("fresh", quantity("2")), ("s", huge)];
        assert_eq!(found, expected.map(|(who, size)| (who.to_owned(), size)));
    }
}

fn months_are_those_that_have_sums(place: &dyn Place) {
    let store = place.open();
    let on = |text: &str| change(model::Day::parse(text).unwrap(), subscriber("s", None), "m", "1");
    let sums = ["2026-12-31", "2026-10-01", "2026-10-31", "2027-01-01"].map(on).into();
    record(store.as_ref(), &with_sums(delivered(&stamp(), hour(0)), sums));
    let months: Vec<String> = store.months(&stamp()).unwrap().iter().map(Month::to_string).collect();
    assert_eq!(months, ["2026-10", "2026-12", "2027-01"]);
    assert_eq!(store.months(&other_stamp()).unwrap(), []);
}
