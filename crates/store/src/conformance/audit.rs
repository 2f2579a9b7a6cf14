//! The audit log: numbered from 1, each entry with the hash of the one before.

use super::{
    Place, cases, collected,
    documents::document,
    samples::{corrected, delivered, hour, note, record, stamp},
};
use crate::AuditEntry;

cases! {
    every_change_is_one_link_of_the_chain,
    the_log_is_read_from_a_number_on,
    texts_come_back_as_they_were,
}

fn every_change_is_one_link_of_the_chain(place: &dyn Place) {
    let store = place.open();
    record(store.as_ref(), &delivered(&stamp(), hour(0)));
    assert_eq!(store.note(&note("on its own")).unwrap(), 2);
    assert_eq!(store.record_office(0, &[], &note("office")).unwrap(), 3);
    store.issue(0, &[], &document("1", "P1"), &note("issue")).unwrap();
    let batch = [corrected(&stamp(), hour(0), 1), delivered(&stamp(), hour(1))];
    assert!(store.record_windows(&batch).unwrap().iter().all(Result::is_ok));
    let entries = collected(|each| store.audit(1, each));
    let objects: Vec<&str> = entries.iter().map(|entry| entry.note.object.as_str()).collect();
    assert_eq!(objects, ["first delivery", "on its own", "office", "issue", "correction", "first delivery"]);
    let mut previous = [0; 32];
    for (entry, number) in entries.iter().zip(1..) {
        assert_eq!((entry.number, entry.previous), (number, previous));
        assert_eq!(entry.hash, AuditEntry::expected_hash(&previous, number, &entry.note), "entry {number}");
        previous = entry.hash;
    }
}

fn the_log_is_read_from_a_number_on(place: &dyn Place) {
    let store = place.open();
    for _ in 0..3 {
        store.note(&note("again")).unwrap();
    }
    for (first, numbers) in [(0, &[1, 2, 3][..]), (1, &[1, 2, 3]), (3, &[3]), (4, &[]), (u64::MAX, &[])] {
        let found: Vec<u64> = collected(|each| store.audit(first, each)).iter().map(|entry| entry.number).collect();
        assert_eq!(found, numbers, "from {first}");
    }
}

fn texts_come_back_as_they_were(place: &dyn Place) {
    let store = place.open();
    let mut odd = note("ü \u{0} ' \" \n 字");
    odd.detail = String::new();
    store.note(&odd).unwrap();
    assert_eq!(collected(|each| store.audit(1, each))[0].note, odd);
}
