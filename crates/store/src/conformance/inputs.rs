//! Inputs: what a document was computed from is the newest when it is issued, and can be read for ever.

use std::collections::BTreeMap;

use model::{CloudId, DailySum, Day, Hour, Month};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::{
    Place, cases, collected,
    documents::{document, pinned},
    samples::{
        change, corrected, day, delivered, hour, note, other_stamp, quantity, record, repeated, segment_of, stamp,
        subscriber,
    },
};
use crate::{Document, Store, StoreError, SumChange, WindowRecord};

cases! {
    a_document_is_issued_only_on_the_newest_that_matters_to_it,
    the_last_delivery_is_that_of_all_stamps,
    sums_as_of_a_document_are_what_they_were,
    sums_after_a_later_delivery_are_out_of_reach_of_a_document,
}

/// The first window of November; the document is for October.
const NOVEMBER: u32 = 31 * 24;

/// What happens between reading and issuing.
type Meanwhile = fn(&dyn Store);

fn take_away(store: &dyn Store) {
    let nothing = Some(segment_of(&stamp(), hour(0), &[]));
    record(store, &WindowRecord { segment: nothing, ..corrected(&stamp(), hour(0), 1) });
}

fn move_to(store: &dyn Store, of_hour: u32, revision: u32, day_of: u32) {
    let moved = Some(segment_of(&stamp(), hour(day_of), &["1"]));
    record(store, &WindowRecord { segment: moved, ..corrected(&stamp(), hour(of_hour), revision) });
}

const TABLE: &[(&str, Meanwhile, Option<&str>)] = &[
    ("nothing", |_| {}, None),
    ("usage of October", |store| drop(record(store, &delivered(&stamp(), hour(7)))), Some("the usage of stamp cloud1")),
    ("a correction", |store| drop(record(store, &corrected(&stamp(), hour(0), 1))), Some("the usage of stamp cloud1")),
    ("usage taken away", take_away, Some("the usage of stamp cloud1")),
    ("usage moved to November", |store| move_to(store, 0, 1, NOVEMBER), Some("the usage of stamp cloud1")),
    ("usage moved from November", |store| move_to(store, NOVEMBER, 1, 0), Some("the usage of stamp cloud1")),
    ("usage of November", |store| drop(record(store, &delivered(&stamp(), hour(NOVEMBER + 1)))), None),
    ("a correction of November", |store| drop(record(store, &corrected(&stamp(), hour(NOVEMBER), 1))), None),
    ("what left October before", |store| move_to(store, 1, 2, NOVEMBER), None),
    (
        "nothing of a window",
        |store| {
            let nothing = Some(segment_of(&stamp(), hour(8), &[]));
            record(store, &WindowRecord { segment: nothing, ..delivered(&stamp(), hour(8)) });
        },
        None,
    ),
    ("usage of another partner's stamp", |store| drop(record(store, &delivered(&other_stamp(), hour(0)))), None),
    ("a note", |store| assert!(store.note(&note("something else")).is_ok()), None),
    ("the office", |store| assert!(store.record_office(3, &[], &note("office")).is_ok()), Some("the office")),
];

fn a_document_is_issued_only_on_the_newest_that_matters_to_it(place: &dyn Place) {
    for (meanwhile, happens, conflict) in TABLE {
        let place = place.another();
        let store = place.open();
        record(store.as_ref(), &delivered(&stamp(), hour(0)));
        record(store.as_ref(), &delivered(&stamp(), hour(1)));
        let office = store.record_office(0, &[], &note("office")).unwrap();
        move_to(store.as_ref(), 1, 1, NOVEMBER);
        record(store.as_ref(), &delivered(&stamp(), hour(NOVEMBER)));
        let delivery = store.last_delivery().unwrap();
        happens(store.as_ref());
        let entries = collected(|each| store.audit(1, each)).len();
        // A stamp that never delivered is asked for as well.
        let stamps = [stamp(), CloudId::new("never").unwrap()];
        let issued = store.issue(0, &stamps, &pinned("1", "P1", delivery, office), &note("issue"));
        match (issued, conflict) {
            (Ok(()), None) => assert_eq!(store.documents(None).unwrap().len(), 1, "{meanwhile}"),
            (Err(StoreError::Conflict(what)), Some(expected)) => {
                assert_eq!(what, *expected, "{meanwhile}");
                assert_eq!(store.documents(None).unwrap(), [], "{meanwhile}");
                assert_eq!(collected(|each| store.audit(1, each)).len(), entries, "{meanwhile}");
            }
            (other, _) => panic!("after {meanwhile}: {other:?}"),
        }
        // A document that does not say what it was computed from is asked nothing.
        store.issue(0, &stamps, &document("2", "P2"), &note("issue")).unwrap();
    }
}

fn the_last_delivery_is_that_of_all_stamps(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.last_delivery().unwrap(), 0);
    record(store.as_ref(), &delivered(&stamp(), hour(0)));
    record(store.as_ref(), &delivered(&other_stamp(), hour(0)));
    record(store.as_ref(), &repeated(&stamp(), hour(0), 1));
    assert!(store.record_windows(&[delivered(&stamp(), hour(0))]).unwrap().pop().unwrap().is_err());
    store.note(&note("something else")).unwrap();
    assert_eq!(store.last_delivery().unwrap(), 3);
}

/// What happens in a generated history.
#[derive(Debug, Clone)]
enum Step {
    /// A window of one of two stamps, with changes of sums.
    Deliver { other: bool, hour: u32, changes: Vec<Booked> },
    /// A document for October, or for November.
    Issue { november: bool },
}

#[derive(Debug, Clone)]
struct Booked {
    day: u32,
    who: u8,
    tenant: bool,
    meter: u8,
    size: &'static str,
    rows: u64,
}

fn any_step() -> impl Strategy<Value = Step> {
    let day = prop::sample::select(vec![0, 1, 30, 31, 32, 61]);
    let size = prop::sample::select(vec!["1", "-1", "0", "1e-36", "-0.5", "999999999999999999"]);
    let booked = (day, 0..2_u8, any::<bool>(), 0..2_u8, size, 0..3_u64)
        .prop_map(|(day, who, tenant, meter, size, rows)| Booked { day, who, tenant, meter, size, rows });
    let deliver = (prop::sample::select(vec![false, false, true]), 0..4_u32, prop::collection::vec(booked, 0..5))
        .prop_map(|(other, hour, changes)| Step::Deliver { other, hour, changes });
    prop_oneof![4 => deliver, 1 => any::<bool>().prop_map(|november| Step::Issue { november })]
}

/// A document with the month's end, the delivery it is pinned to, and the sums of both stamps then.
struct Issued {
    end: Day,
    delivery: u64,
    sums: [Vec<DailySum>; 2],
}

fn sums_as_of_a_document_are_what_they_were(place: &dyn Place) {
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(any_step(), 3..14);
    TestRunner::new(config)
        .run(&steps, |steps| {
            let place = place.another();
            let store = place.open();
            let mut revisions: BTreeMap<(bool, u32), u32> = BTreeMap::new();
            let mut issued: Vec<Issued> = Vec::new();
            for step in &steps {
                match step {
                    Step::Deliver { other, hour, changes } => {
                        let revision = revisions.entry((*other, *hour)).or_default();
                        deliver(store.as_ref(), *other, super::samples::hour(*hour), *revision, changes);
                        *revision += 1;
                    }
                    Step::Issue { november } => issued.push(issue(store.as_ref(), issued.len(), *november)),
                }
                // Whatever came later: every document so far is still seen as it was.
                for document in &issued {
                    for (stamp, expected) in [stamp(), other_stamp()].iter().zip(&document.sums) {
                        let seen = collected(|each| {
                            let mut give = |sum: &DailySum| each(sum.clone());
                            store.daily_sums_as_of(document.delivery, stamp, day(0)..document.end, &mut give)
                        });
                        prop_assert_eq!(&seen, expected, "as of delivery {}", document.delivery);
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

/// Records a window. Each key comes once, and rows are booked first where nothing was booked before.
fn deliver(store: &dyn Store, other: bool, hour: Hour, revision: u32, booked: &[Booked]) {
    let whose = if other { other_stamp() } else { stamp() };
    let known = sums(store, &whose, day(100));
    let mut changes: Vec<SumChange> = Vec::new();
    for Booked { day: on, who, tenant, meter, size, rows } in booked {
        let tenant = tenant.then_some("contoso.example");
        let what = format!("m{meter}");
        let mut change = change(day(*on), subscriber(&format!("s{who}"), tenant), &what, size);
        let is_known = known
            .iter()
            .any(|sum| sum.day == change.day && sum.subscriber == change.subscriber && sum.meter == change.meter);
        change.rows = if is_known { *rows } else { rows + 1 };
        let same = |other: &SumChange| {
            other.day == change.day && other.subscriber == change.subscriber && other.meter == change.meter
        };
        if !changes.iter().any(same) {
            changes.push(change);
        }
    }
    let window = if revision == 0 { delivered(&whose, hour) } else { corrected(&whose, hour, revision) };
    record(store, &WindowRecord { sums: changes, ..window });
}

fn issue(store: &dyn Store, before: usize, november: bool) -> Issued {
    let month = Month::parse(if november { "2026-11" } else { "2026-10" }).unwrap();
    let delivery = store.last_delivery().unwrap();
    let mut document: Document = pinned(&format!("D-{before}"), "P1", delivery, 0);
    document.document.month = month;
    store.issue(u64::try_from(before).unwrap(), &[stamp(), other_stamp()], &document, &note("issue")).unwrap();
    let end = month.next().first_day();
    Issued { end, delivery, sums: [stamp(), other_stamp()].map(|stamp| sums(store, &stamp, end)) }
}

fn sums(store: &dyn Store, stamp: &CloudId, end: Day) -> Vec<DailySum> {
    collected(|each| store.daily_sums(stamp, day(0)..end, &mut |sum| each(sum.clone())))
}

/// What is written down is what changes before the end of the newest month for which there is a document.
fn sums_after_a_later_delivery_are_out_of_reach_of_a_document(place: &dyn Place) {
    let store = place.open();
    let on = |number: u32, size: &str| vec![change(day(number), subscriber("s", None), "m", size)];
    let book = |hour_number: u32, number: u32, size: &str| {
        record(store.as_ref(), &WindowRecord { sums: on(number, size), ..delivered(&stamp(), hour(hour_number)) });
    };
    let as_of = |delivery: u64| {
        let sums = collected(|each| {
            store.daily_sums_as_of(delivery, &stamp(), day(0)..day(100), &mut |sum| each(sum.clone()))
        });
        sums.into_iter().map(|sum| (sum.day.0 - day(0).0, sum.quantity, sum.rows)).collect::<Vec<_>>()
    };
    book(0, 0, "1");
    book(1, 0, "2");
    assert_eq!(as_of(1), [(0, quantity("3"), 2)], "there was no document, so nothing was written down");
    store.issue(0, &[], &pinned("1", "P1", 2, 0), &note("issue")).unwrap();
    book(2, 0, "-3");
    book(3, 5, "7");
    book(4, 31, "9");
    assert_eq!(as_of(2), [(0, quantity("3"), 2), (31, quantity("9"), 1)], "November was open");
    assert_eq!(as_of(3), [(0, quantity("0"), 3), (31, quantity("9"), 1)]);
    assert_eq!(as_of(5), [(0, quantity("0"), 3), (5, quantity("7"), 1), (31, quantity("9"), 1)]);
    assert_eq!(
        collected(|each| store.daily_sums_as_of(2, &other_stamp(), day(0)..day(100), &mut |sum| each(sum.clone()))),
        []
    );
}
