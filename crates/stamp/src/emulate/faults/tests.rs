use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use model::{LocalSubscriptionId, Quantity};

use super::*;
use crate::{
    Row, Subscribers,
    emulate::{Account, AccountKey, Cloud, CloudHandle, Plan, Profile, tests::hour},
};

const ALL: &str = "late=0.3,repeat=0.2,repeat-page=0.2,lose=0.2,busy=0.2,slow=0.2,timeout=0.2,clock=-300";

fn cloud() -> Arc<CloudHandle> {
    let plan = Plan::of(Profile::SmallOffice, 3, hour("2026-10-05T00"), 3, Some(120)).unwrap();
    let end = plan.end;
    Arc::new(CloudHandle::new(Cloud::new(plan).unwrap(), end))
}

fn faults(list: &str, seed: u64) -> (Faults, Arc<AtomicU64>) {
    let pauses = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&pauses);
    let pause = Box::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    (Faults::new(cloud(), Faults::parse(list).unwrap(), seed, pause), pauses)
}

/// Reads a window in pages as a patient reader does: it asks again, and counts a row once.
fn read_window(source: &Faults, window: Hour) -> Vec<Row> {
    let reported = window..window.next();
    let selection = Selection { reported, granularity: Granularity::Hourly, subscribers: Subscribers::All };
    let (mut rows, mut from) = (BTreeMap::new(), Position { reported: window, row: 0 });
    loop {
        let page = (0..=REFUSALS_MAX).find_map(|_| source.usage(&selection, from, 10).ok()).expect("refusals end");
        rows.extend(page.rows.into_iter().map(|row| (row.position, row)));
        match page.next {
            Some(next) => from = next,
            None => return rows.into_values().collect(),
        }
    }
}

fn windows() -> impl Iterator<Item = Hour> {
    let plan = cloud().cloud().plan().clone();
    (plan.start.0..plan.end.0).map(Hour)
}

#[test]
fn what_is_read_a_second_time_is_what_the_account_says() {
    let (source, pauses) = faults(ALL, 1);
    let first: Vec<_> = windows().map(|window| read_window(&source, window)).collect();
    let second: Vec<_> = windows().map(|window| read_window(&source, window)).collect();
    assert!(first != second, "no fault was seen");
    let counts = source.counts();
    assert!(FaultKind::ALL.iter().all(|kind| counts.get(kind).is_some_and(|count| *count > 0)), "{counts:?}");
    assert_eq!(pauses.load(Ordering::Relaxed), counts[&FaultKind::Slow]);

    let mut sums: BTreeMap<AccountKey, Quantity> = BTreeMap::new();
    for row in second.iter().flatten() {
        let key = AccountKey {
            day: row.start.day().unwrap(),
            subscription: row.subscription.clone(),
            meter: model::MeterId::new(&row.meter).unwrap(),
        };
        let sum = sums.entry(key).or_default();
        *sum = sum.checked_add(Quantity::parse(&row.quantity).unwrap()).unwrap();
    }
    let cloud = cloud();
    let plan = cloud.cloud().plan();
    assert!(sums == Account::of_reported(cloud.cloud(), plan.start..plan.end).unwrap().sums, "rows are missing");
    let misread = |source: &Faults| -> Vec<u64> {
        let kinds = [FaultKind::Late, FaultKind::Repeat, FaultKind::RepeatPage, FaultKind::Lose];
        kinds.iter().map(|kind| source.counts()[kind]).collect()
    };
    let before = misread(&source);
    assert_eq!(windows().map(|window| read_window(&source, window)).collect::<Vec<_>>(), second);
    assert_eq!(misread(&source), before);
}

#[test]
fn the_same_seed_gives_the_same_faults_and_another_seed_gives_others() {
    let read = |seed| {
        let (source, _) = faults(ALL, seed);
        let rows: Vec<_> = windows().map(|window| read_window(&source, window)).collect();
        (rows, source.counts())
    };
    assert_eq!(read(1), read(1));
    assert_ne!(read(1), read(2));
}

#[test]
fn each_fault_alone_does_what_its_name_says() {
    let whole: Vec<_> = {
        let (source, _) = faults("", 1);
        windows().map(|window| read_window(&source, window).len()).collect()
    };
    let first = |list: &str| -> Vec<usize> {
        let (source, _) = faults(list, 1);
        windows().map(|window| read_window(&source, window).len()).collect()
    };
    let late: Vec<_> = whole.iter().map(|rows| rows.saturating_sub(1)).collect();
    assert_eq!(first("late=1"), late);
    assert_eq!(first("repeat=1"), whole);
    assert_eq!(first("repeat-page=1"), whole);
    // Every second page is lost.
    let lost = |rows: &usize| (0..*rows).filter(|row| row / 10 % 2 == 0).count();
    assert_eq!(first("lose=1"), whole.iter().map(lost).collect::<Vec<_>>());
    for list in ["busy=1", "timeout=1", "slow=1"] {
        assert_eq!(first(list), whole, "{list}");
    }
}

#[test]
fn repeated_rows_stand_on_two_pages_of_one_reading() {
    let (source, _) = faults("repeat=1", 1);
    let window = windows().nth(30).unwrap();
    let reported = window..window.next();
    let selection = Selection { reported, granularity: Granularity::Hourly, subscribers: Subscribers::All };
    let one = source.usage(&selection, Position { reported: window, row: 0 }, 10).unwrap();
    let two = source.usage(&selection, one.next.unwrap(), 10).unwrap();
    assert_eq!(one.rows.last(), two.rows.first());
}

#[test]
fn the_clock_is_wrong_by_what_was_said_and_nothing_else_is() {
    let (source, right) = (faults("clock=-300", 1).0, cloud());
    assert_eq!(Source::now(&source).0, Source::now(right.as_ref()).0 - 300);
    assert_eq!(source.processed_until(), right.processed_until());
    assert_eq!(source.place(), right.place());
    let ids = |listed: Arc<Vec<UserSubscription>>| -> BTreeSet<LocalSubscriptionId> {
        listed.iter().map(|one| one.id.clone()).collect()
    };
    assert_eq!(ids(source.subscriptions().unwrap()), ids(right.subscriptions().unwrap()));
    assert!(source.service().is_none());
}
