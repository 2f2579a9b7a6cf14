//! The watermark: the first hour that a stamp has not delivered.

use super::{
    Place, cases,
    samples::{corrected, delivered, hour, other_stamp, record, repeated, stamp},
};
use crate::{Progress, WindowRecord};

cases! {
    it_moves_over_every_window_that_is_there,
    it_starts_at_the_first_expected_window,
    it_never_moves_for_a_correction_or_a_copy,
    it_passes_over_hours_that_are_never_wanted,
    each_stamp_has_its_own,
    one_batch_fills_a_gap,
}

fn it_moves_over_every_window_that_is_there(place: &dyn Place) {
    let store = place.open();
    // Delivered hour, then the watermark and the last hour after it.
    for (number, next, last) in [(0, 1, 0), (2, 1, 2), (3, 1, 3), (5, 1, 5), (1, 4, 5), (4, 6, 5), (6, 7, 6)] {
        let delivery = record(store.as_ref(), &delivered(&stamp(), hour(number)));
        assert_eq!(delivery.next, hour(next), "after hour {number}");
        let progress = Progress { next: hour(next), last: hour(last), resources: 0 };
        assert_eq!(store.progress(&stamp()).unwrap(), Some(progress), "after hour {number}");
    }
}

fn it_starts_at_the_first_expected_window(place: &dyn Place) {
    let store = place.open();
    let sent = |number| WindowRecord { first_window: hour(4), ..delivered(&stamp(), hour(number)) };
    // Hours before the first expected one are kept, and count for nothing here; a later first window changes nothing.
    for (number, next) in [(2, 4), (3, 4), (5, 4), (4, 6)] {
        assert_eq!(record(store.as_ref(), &sent(number)).next, hour(next), "after hour {number}");
    }
    let moved = WindowRecord { first_window: hour(90), ..delivered(&stamp(), hour(6)) };
    assert_eq!(record(store.as_ref(), &moved).next, hour(7));
}

fn it_never_moves_for_a_correction_or_a_copy(place: &dyn Place) {
    let store = place.open();
    record(store.as_ref(), &delivered(&stamp(), hour(0)));
    record(store.as_ref(), &delivered(&stamp(), hour(2)));
    for again in [corrected(&stamp(), hour(0), 1), repeated(&stamp(), hour(0), 2), corrected(&stamp(), hour(2), 1)] {
        assert_eq!(record(store.as_ref(), &again).next, hour(1));
    }
    assert_eq!(record(store.as_ref(), &delivered(&stamp(), hour(1))).next, hour(3));
}

fn it_passes_over_hours_that_are_never_wanted(place: &dyn Place) {
    let store = place.open();
    // Delivered hour, what is skipped by then, and the watermark after it.
    let none: &[(u32, u32)] = &[];
    for (number, skipped, next) in [
        (0, none, 1),
        // Skipped since, where it stands: any delivery shows it, also one behind a gap and one that changes nothing.
        (12, &[(1, 4)][..], 4),
        (4, &[(1, 4), (5, 8)], 8),
        // Ranges that touch, and windows between them.
        (10, &[(1, 4), (5, 8), (8, 9)], 9),
        (9, &[(1, 4), (5, 8), (8, 9), (11, 12)], 13),
        // One that was never reached, and one in the past.
        (13, &[(1, 4), (20, 30), (0, 2)], 14),
    ] {
        let skipped = skipped.iter().map(|(from, until)| hour(*from)..hour(*until)).collect();
        let sent = WindowRecord { skipped, ..delivered(&stamp(), hour(number)) };
        assert_eq!(record(store.as_ref(), &sent).next, hour(next), "after hour {number}");
    }
    let skipped = vec![hour(14)..hour(16)];
    let again = WindowRecord { skipped, ..repeated(&stamp(), hour(0), 1) };
    assert_eq!(record(store.as_ref(), &again).next, hour(16));
    let other = WindowRecord { skipped: vec![hour(0)..hour(3)], ..delivered(&other_stamp(), hour(5)) };
    assert_eq!(record(store.as_ref(), &other).next, hour(3));
}

fn each_stamp_has_its_own(place: &dyn Place) {
    let store = place.open();
    record(store.as_ref(), &delivered(&stamp(), hour(0)));
    record(store.as_ref(), &delivered(&stamp(), hour(1)));
    assert_eq!(record(store.as_ref(), &delivered(&other_stamp(), hour(0))).next, hour(1));
    assert_eq!(store.progress(&stamp()).unwrap().unwrap().next, hour(2));
}

fn one_batch_fills_a_gap(place: &dyn Place) {
    let store = place.open();
    let batch: Vec<WindowRecord> = [3, 1, 0, 2].map(|number| delivered(&stamp(), hour(number))).into();
    let answers = store.record_windows(&batch).unwrap();
    let next: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().next).collect();
    assert_eq!(next, [hour(0), hour(0), hour(2), hour(4)]);
}
