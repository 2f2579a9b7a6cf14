use std::collections::BTreeSet;

use super::*;
use crate::{
    Subscribers,
    emulate::{
        Cloud, CopiedRow, Story,
        tests::{ADATUM, PROVIDER, WINGTIP, plan},
    },
};

fn handle() -> CloudHandle {
    let copy = Some(CopiedRow { reported: plan().start.plus(40), row: 3 });
    let story = Story { copy, ..Story::default() };
    CloudHandle::new(Cloud::new(Plan { story, ..plan() }).unwrap(), plan().end)
}

fn of(texts: &[&str]) -> Subscribers {
    let ids = texts.iter().map(|text| LocalSubscriptionId::new(text).unwrap());
    Subscribers::Of(Arc::new(ids.collect::<BTreeSet<_>>()))
}

/// All rows of a selection, in pages of so many.
fn read(source: &dyn Source, selection: &Selection, rows_max: usize) -> Vec<Row> {
    let (mut rows, mut from) = (Vec::new(), Position { reported: selection.reported.start, row: 0 });
    loop {
        let page = source.usage(selection, from, rows_max).unwrap();
        assert!(page.rows.len() <= rows_max);
        rows.extend(page.rows);
        match page.next {
            Some(next) => from = next,
            None => return rows,
        }
    }
}

fn select(granularity: Granularity, subscribers: Subscribers) -> Selection {
    Selection { reported: plan().start..plan().end, granularity, subscribers }
}

#[test]
fn pages_of_any_size_hold_each_row_once_and_the_filter_changes_no_position() {
    let handle = handle();
    for granularity in [Granularity::Hourly, Granularity::Daily] {
        let all = read(&handle, &select(granularity, Subscribers::All), 1_000);
        assert!(all.len() > 300 && all.is_sorted_by_key(|row| row.position));
        for subscribers in [Subscribers::All, of(&[ADATUM]), of(&[WINGTIP, PROVIDER]), of(&[])] {
            let wanted: Vec<_> = all.iter().filter(|row| subscribers.include(&row.subscription)).cloned().collect();
            for rows_max in [1, 7, 999, 100_000] {
                assert_eq!(read(&handle, &select(granularity, subscribers.clone()), rows_max), wanted);
            }
        }
    }
}

#[test]
fn hourly_rows_are_those_of_the_windows_numbered_from_0() {
    let handle = handle();
    let rows = read(&handle, &select(Granularity::Hourly, Subscribers::All), 50);
    let window = plan().start.plus(40);
    let read: Vec<_> = rows.iter().filter(|row| row.position.reported == window).collect();
    let told = handle.window(window);
    assert_eq!(read.len(), told.len());
    for ((row, told), number) in read.iter().zip(&told).zip(0_u64..) {
        assert_eq!((row.position.row, &row.subscription), (number, &told.subscription));
        assert_eq!((&*row.quantity, &*row.meter), (told.number.text(), told.meter.as_ref()));
        assert_eq!((row.start, row.end), (told.used.start(), told.used.next().start()));
    }
}

type Sums = HashMap<(Day, String, String, String, Day), (Quantity, Vec<String>)>;

#[test]
fn a_daily_row_is_the_exact_sum_of_its_hours_and_a_single_hour_keeps_its_text() {
    let handle = handle();
    let (hourly, daily) = (select(Granularity::Hourly, Subscribers::All), select(Granularity::Daily, Subscribers::All));
    let mut sums: Sums = HashMap::new();
    let copied = plan().start.plus(40);
    for row in read(&handle, &hourly, 1_000) {
        // The copy of the story was used once.
        if row.position == (Position { reported: copied, row: 4 }) {
            continue;
        }
        let texts = (row.subscription.to_string(), row.meter.to_string(), row.instance_data.to_string());
        let key = (row.position.reported.day(), texts.0, texts.1, texts.2, row.start.day().unwrap());
        let (sum, numbers) = sums.entry(key).or_default();
        *sum = sum.checked_add(Quantity::parse(&row.quantity).unwrap()).unwrap();
        numbers.push(String::from(&*row.quantity));
    }
    let days = read(&handle, &daily, 1_000);
    assert_eq!(days.len(), sums.len());
    let mut single = 0;
    for row in days {
        let texts = (row.subscription.to_string(), row.meter.to_string(), row.instance_data.to_string());
        let key = (row.position.reported.day(), texts.0, texts.1, texts.2, row.start.day().unwrap());
        let (sum, numbers) = &sums[&key];
        assert_eq!(Quantity::parse(&row.quantity).unwrap(), *sum);
        assert_eq!(row.end.0 - row.start.0, 86_400);
        if let [only] = numbers.as_slice() {
            assert_eq!(&*row.quantity, only);
            single += 1;
        }
    }
    assert!(single > 0);
}

#[test]
fn subscriptions_are_those_that_were_made_by_now_and_the_deleted_ones_say_when() {
    let handle = handle();
    let deleted = |handle: &CloudHandle| -> Vec<(String, bool)> {
        let listed = handle.subscriptions().unwrap();
        listed.iter().map(|one| (one.id.to_string(), one.deleted.is_some())).collect()
    };
    let named = |wingtip| vec![(PROVIDER.to_owned(), false), (ADATUM.to_owned(), false), (WINGTIP.to_owned(), wingtip)];
    assert_eq!(deleted(&handle), named(true));
    handle.set_now(plan().start.plus(47));
    assert_eq!(deleted(&handle), named(false));
    assert_eq!(handle.processed_until().unwrap(), plan().start.plus(47));
    let listed = handle.subscriptions().unwrap();
    assert!(listed.iter().all(|one| one.delegated_provider.as_str() == PROVIDER));
}

#[test]
fn a_correction_is_seen_by_whoever_read_the_window_before() {
    let handle = handle();
    let (window, selection) = (plan().start.plus(30), select(Granularity::Hourly, Subscribers::All));
    let from = Position { reported: window, row: 7 };
    let before = handle.usage(&selection, from, 1).unwrap().rows;
    handle.correct(window, 7, "3.25").unwrap();
    let after = handle.usage(&selection, from, 1).unwrap().rows;
    assert_ne!(before, after);
    assert_eq!(&*after[0].quantity, "3.25");
}
