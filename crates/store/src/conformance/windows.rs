//! Windows: revisions, deliveries, held rows and resources.

use model::CloudId;

use super::{
    Place, cases, collected,
    samples::{
        corrected, day, delivered, held, hour, other_stamp, quantity, record, record_all, repeated, segment_of, stamp,
    },
};
use crate::{Delivery, Resource, StoreError, Window, WindowRecord};

cases! {
    an_unknown_stamp_has_nothing,
    a_delivered_window_is_found_again,
    a_correction_is_a_further_revision_and_leaves_the_first,
    a_copy_makes_a_delivery_and_no_revision,
    a_window_without_rows_has_no_days,
    windows_are_found_by_hours_with_every_revision,
    windows_are_found_by_a_day_of_use_with_their_latest_revision,
    a_delivery_that_compared_with_another_revision_is_a_conflict_of_its_own,
    a_copy_of_nothing_is_a_conflict,
    one_batch_may_hold_a_window_and_its_correction,
    deliveries_come_oldest_first,
    held_rows_are_those_of_the_latest_revisions,
    resources_are_numbered_without_gaps,
    resources_that_somebody_else_numbered_meanwhile_are_a_conflict,
    long_and_many_resources_come_back_as_they_were,
    stamps_are_compared_without_case_and_shown_as_first_sent,
    a_missing_segment_is_an_error,
}

fn an_unknown_stamp_has_nothing(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.progress(&stamp()).unwrap(), None);
    assert_eq!(store.window(&stamp(), hour(0)).unwrap(), None);
    assert_eq!(store.windows(&stamp(), hour(0)..hour(9)).unwrap(), []);
    assert_eq!(store.windows_of_day(&stamp(), day(0)).unwrap(), []);
    assert_eq!(collected(|each| store.deliveries(&stamp(), each)), []);
    assert_eq!(collected(|each| store.resources(&stamp(), 0, each)), []);
    assert_eq!(store.resource(&stamp(), 0).unwrap(), None);
    assert_eq!(store.parts(&stamp(), hour(0), 2).unwrap(), []);
    assert_eq!(store.held(Some(&stamp())).unwrap(), []);
    assert_eq!(collected(|each| store.daily_sums(&stamp(), day(0)..day(9), &mut |sum| each(sum.clone()))), []);
    assert_eq!(store.months(&stamp()).unwrap(), []);
}

/// What a record must look like once it is stored as a revision.
fn expected(record: &WindowRecord, revision: u32, delivery: &Delivery) -> Window {
    let segment = record.segment.as_ref().unwrap();
    Window {
        stamp: record.stamp.clone(),
        hour: record.hour,
        revision,
        hash: segment.hash,
        rows: segment.rows,
        held: u64::try_from(record.held.len()).unwrap(),
        bytes: u64::try_from(segment.bytes.len()).unwrap(),
        days: segment.days.clone(),
        last_delivery: delivery.clone(),
    }
}

fn a_delivered_window_is_found_again(place: &dyn Place) {
    let store = place.open();
    let sent = delivered(&stamp(), hour(0));
    let delivery = record(store.as_ref(), &sent);
    let answer = Delivery {
        stamp: stamp(),
        hour: hour(0),
        revision: 1,
        hash: sent.segment.as_ref().unwrap().hash,
        body_digest: sent.body_digest,
        counts: sent.counts,
        totals: sent.totals.clone(),
        next: hour(1),
        at: sent.note.at,
    };
    assert_eq!(delivery, answer);
    assert_eq!(store.window(&stamp(), hour(0)).unwrap(), Some(expected(&sent, 1, &delivery)));
    assert_eq!(store.segment(&stamp(), hour(0), 1).unwrap(), sent.segment.unwrap().bytes);
    assert_eq!(store.window(&stamp(), hour(1)).unwrap(), None);
    assert_eq!(store.window(&other_stamp(), hour(0)).unwrap(), None);
}

fn a_correction_is_a_further_revision_and_leaves_the_first(place: &dyn Place) {
    let store = place.open();
    let first = delivered(&stamp(), hour(0));
    let second = corrected(&stamp(), hour(0), 1);
    record(store.as_ref(), &first);
    let delivery = record(store.as_ref(), &second);
    assert_eq!((delivery.revision, delivery.hash), (2, second.segment.as_ref().unwrap().hash));
    assert_eq!(store.window(&stamp(), hour(0)).unwrap(), Some(expected(&second, 2, &delivery)));
    assert_eq!(store.segment(&stamp(), hour(0), 1).unwrap(), first.segment.unwrap().bytes);
    assert_eq!(store.segment(&stamp(), hour(0), 2).unwrap(), second.segment.unwrap().bytes);
}

fn a_copy_makes_a_delivery_and_no_revision(place: &dyn Place) {
    let store = place.open();
    let sent = delivered(&stamp(), hour(0));
    record(store.as_ref(), &sent);
    let copy = WindowRecord { body_digest: [9; 32], ..repeated(&stamp(), hour(0), 1) };
    let delivery = record(store.as_ref(), &copy);
    assert_eq!((delivery.revision, delivery.hash), (1, sent.segment.as_ref().unwrap().hash));
    assert_eq!((delivery.body_digest, delivery.counts), ([9; 32], copy.counts));
    assert_eq!(store.windows(&stamp(), hour(0)..hour(1)).unwrap(), [expected(&sent, 1, &delivery)]);
    assert_eq!(collected(|each| store.deliveries(&stamp(), each)).len(), 2);
    assert_eq!(collected(|each| store.audit(1, each)).len(), 2);
}

fn a_window_without_rows_has_no_days(place: &dyn Place) {
    let store = place.open();
    let empty = WindowRecord {
        segment: Some(segment_of(&stamp(), hour(0), &[])),
        sums: Vec::new(),
        totals: Vec::new(),
        ..delivered(&stamp(), hour(0))
    };
    let delivery = record(store.as_ref(), &empty);
    let window = store.window(&stamp(), hour(0)).unwrap().unwrap();
    assert_eq!((window.rows, window.days, window.last_delivery), (0, None, delivery));
    assert_eq!(store.windows_of_day(&stamp(), day(0)).unwrap(), []);
}

fn windows_are_found_by_hours_with_every_revision(place: &dyn Place) {
    let store = place.open();
    for number in [2, 0, 3, 1] {
        record(store.as_ref(), &delivered(&stamp(), hour(number)));
    }
    record(store.as_ref(), &corrected(&stamp(), hour(1), 1));
    record(store.as_ref(), &delivered(&other_stamp(), hour(1)));
    let found = store.windows(&stamp(), hour(1)..hour(3)).unwrap();
    let found: Vec<_> = found.iter().map(|window| (window.hour, window.revision)).collect();
    assert_eq!(found, [(hour(1), 1), (hour(1), 2), (hour(2), 1)]);
}

fn windows_are_found_by_a_day_of_use_with_their_latest_revision(place: &dyn Place) {
    let store = place.open();
    let reported = |number: u32, used: u32, revision: Option<u32>| WindowRecord {
        expected_revision: revision,
        segment: Some(segment_of(&stamp(), hour(used), &["1"])),
        ..delivered(&stamp(), hour(number))
    };
    record(store.as_ref(), &reported(24, 23, None));
    record(store.as_ref(), &reported(23, 22, None));
    record(store.as_ref(), &reported(25, 24, None));
    // An hour that moved to the next day is no longer found under the first.
    record(store.as_ref(), &reported(22, 21, None));
    record(store.as_ref(), &reported(22, 26, Some(1)));
    let found = |number| -> Vec<_> {
        let windows = store.windows_of_day(&stamp(), day(number)).unwrap();
        windows.iter().map(|window| (window.hour, window.revision)).collect()
    };
    assert_eq!(found(0), [(hour(23), 1), (hour(24), 1)]);
    assert_eq!(found(1), [(hour(22), 2), (hour(25), 1)]);
    assert_eq!(found(2), []);
}

fn a_delivery_that_compared_with_another_revision_is_a_conflict_of_its_own(place: &dyn Place) {
    let store = place.open();
    record(store.as_ref(), &delivered(&stamp(), hour(0)));
    let answers = record_all(
        store.as_ref(),
        &[
            delivered(&stamp(), hour(0)),
            delivered(&stamp(), hour(1)),
            corrected(&stamp(), hour(0), 2),
            corrected(&stamp(), hour(5), 1),
            repeated(&stamp(), hour(0), 7),
            delivered(&other_stamp(), hour(0)),
        ],
    );
    let taken: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [false, true, false, false, false, true]);
    for answer in answers.into_iter().filter_map(Result::err) {
        assert!(matches!(answer, StoreError::Conflict(_)), "{answer}");
    }
    // What was refused left no trace: no delivery, no audit entry, no sum.
    assert_eq!(collected(|each| store.deliveries(&stamp(), each)).len(), 2);
    assert_eq!(collected(|each| store.audit(1, each)).len(), 3);
    let sums = collected(|each| store.daily_sums(&stamp(), day(0)..day(1), &mut |sum| each(sum.clone())));
    assert_eq!(sums.iter().map(|sum| sum.quantity).collect::<Vec<_>>(), [quantity("3")]);
}

fn a_copy_of_nothing_is_a_conflict(place: &dyn Place) {
    let store = place.open();
    let nothing = WindowRecord { segment: None, ..delivered(&stamp(), hour(0)) };
    let answers = record_all(store.as_ref(), &[nothing]);
    assert!(matches!(answers.as_slice(), [Err(StoreError::Conflict(_))]), "{answers:?}");
    assert_eq!(store.progress(&stamp()).unwrap(), None);
}

fn one_batch_may_hold_a_window_and_its_correction(place: &dyn Place) {
    let store = place.open();
    let batch = [
        delivered(&stamp(), hour(0)),
        corrected(&stamp(), hour(0), 1),
        corrected(&stamp(), hour(0), 1),
        repeated(&stamp(), hour(0), 2),
    ];
    let revisions: Vec<Option<u32>> =
        record_all(store.as_ref(), &batch).into_iter().map(|answer| answer.ok().map(|it| it.revision)).collect();
    assert_eq!(revisions, [Some(1), Some(2), None, Some(2)]);
}

fn deliveries_come_oldest_first(place: &dyn Place) {
    let store = place.open();
    let mut sent = vec![
        record(store.as_ref(), &delivered(&stamp(), hour(3))),
        record(store.as_ref(), &delivered(&stamp(), hour(0))),
        record(store.as_ref(), &repeated(&stamp(), hour(3), 1)),
    ];
    record(store.as_ref(), &delivered(&other_stamp(), hour(0)));
    sent.push(record(store.as_ref(), &corrected(&stamp(), hour(3), 1)));
    assert_eq!(collected(|each| store.deliveries(&stamp(), each)), sent);
    let mut seen = 0;
    let stopped = store.deliveries(&stamp(), &mut |_| {
        seen += 1;
        Err(StoreError::Conflict("the reader".to_owned()))
    });
    assert!(matches!(stopped, Err(StoreError::Conflict(_))), "{stopped:?}");
    assert_eq!(seen, 1, "the reader's error ends the reading");
}

fn held_rows_are_those_of_the_latest_revisions(place: &dyn Place) {
    let store = place.open();
    let holding = |record: WindowRecord, rows: &[u32]| WindowRecord {
        held: rows.iter().map(|row| held(*row)).collect(),
        ..record
    };
    record(store.as_ref(), &holding(delivered(&stamp(), hour(1)), &[1, 2]));
    record(store.as_ref(), &holding(delivered(&stamp(), hour(0)), &[3]));
    record(store.as_ref(), &holding(delivered(&other_stamp(), hour(0)), &[4]));
    assert_eq!(store.window(&stamp(), hour(1)).unwrap().unwrap().held, 2);
    let found = |of: Option<&CloudId>| -> Vec<_> {
        let entries = store.held(of).unwrap();
        entries.into_iter().map(|entry| (entry.stamp, entry.hour, entry.revision, entry.position, entry.row)).collect()
    };
    let of_stamp =
        [(stamp(), hour(0), 1, 0, held(3)), (stamp(), hour(1), 1, 0, held(1)), (stamp(), hour(1), 1, 1, held(2))];
    assert_eq!(found(Some(&stamp())), of_stamp);
    let mut all = vec![(other_stamp(), hour(0), 1, 0, held(4))];
    all.extend(of_stamp);
    assert_eq!(found(None), all);
    let between = |from: u32, until: u32| {
        let mut rows = Vec::new();
        let mut each = |entry: crate::HeldEntry| {
            rows.push((entry.hour, entry.position));
            Ok(())
        };
        store.each_held(&stamp(), hour(from)..hour(until), &mut each).unwrap();
        rows
    };
    assert_eq!(between(0, 1), [(hour(0), 0)]);
    assert_eq!(between(1, 2), [(hour(1), 0), (hour(1), 1)]);
    assert_eq!((between(0, 2).len(), between(2, 9).len()), (3, 0));
    // A copy holds what the revision holds; a correction holds anew.
    record(store.as_ref(), &repeated(&stamp(), hour(1), 1));
    assert_eq!(found(Some(&stamp())).len(), 3);
    record(store.as_ref(), &holding(corrected(&stamp(), hour(1), 1), &[5]));
    record(store.as_ref(), &corrected(&stamp(), hour(0), 1));
    assert_eq!(found(Some(&stamp())), [(stamp(), hour(1), 2, 0, held(5))]);
}

fn with_resources(record: WindowRecord, first: u32, texts: &[&str]) -> WindowRecord {
    WindowRecord {
        first_resource: first,
        new_resources: texts.iter().map(|text| (*text).to_owned()).collect(),
        ..record
    }
}

fn resources_are_numbered_without_gaps(place: &dyn Place) {
    let store = place.open();
    record(store.as_ref(), &with_resources(delivered(&stamp(), hour(0)), 0, &["a", "", "ü"]));
    record(store.as_ref(), &with_resources(delivered(&stamp(), hour(1)), 3, &["d"]));
    record(store.as_ref(), &with_resources(delivered(&other_stamp(), hour(0)), 0, &["x"]));
    // Without new ones it does not matter how many the delivery believed in.
    record(store.as_ref(), &with_resources(delivered(&stamp(), hour(2)), 1, &[]));
    assert_eq!(store.progress(&stamp()).unwrap().unwrap().resources, 4);
    for (first, texts) in [(0, &["a", "", "ü", "d"][..]), (1, &["", "ü", "d"]), (3, &["d"]), (4, &[])] {
        let expected: Vec<Resource> =
            texts.iter().zip(first..).map(|(text, number)| Resource { number, text: (*text).to_owned() }).collect();
        assert_eq!(collected(|each| store.resources(&stamp(), first, each)), expected, "from {first}");
    }
    for (number, text) in [(0, Some("a")), (1, Some("")), (2, Some("ü")), (3, Some("d")), (4, None), (u32::MAX, None)]
    {
        assert_eq!(store.resource(&stamp(), number).unwrap().as_deref(), text, "{number}");
    }
}

fn resources_that_somebody_else_numbered_meanwhile_are_a_conflict(place: &dyn Place) {
    let store = place.open();
    let answers = record_all(
        store.as_ref(),
        &[
            with_resources(delivered(&stamp(), hour(0)), 1, &["a"]),
            with_resources(delivered(&stamp(), hour(1)), 0, &["b"]),
            with_resources(delivered(&stamp(), hour(2)), 0, &["c"]),
            with_resources(delivered(&stamp(), hour(3)), 1, &["d"]),
        ],
    );
    let taken: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [false, true, false, true]);
    let texts: Vec<String> =
        collected(|each| store.resources(&stamp(), 0, each)).into_iter().map(|it| it.text).collect();
    assert_eq!(texts, ["b", "d"]);
}

fn long_and_many_resources_come_back_as_they_were(place: &dyn Place) {
    let store = place.open();
    let long = "{\\\"tags\\\":null}".repeat(120_000);
    let texts: Vec<String> =
        (0..3_000).map(|number| if number == 1_500 { long.clone() } else { format!("{number:0900}") }).collect();
    record(store.as_ref(), &WindowRecord { new_resources: texts.clone(), ..delivered(&stamp(), hour(0)) });
    let found: Vec<String> =
        collected(|each| store.resources(&stamp(), 0, each)).into_iter().map(|it| it.text).collect();
    assert!(found == texts, "the texts differ");
    for number in [0, 1_499, 1_500, 1_501, 2_999] {
        let text = store.resource(&stamp(), number).unwrap();
        assert!(text.as_ref() == texts.get(usize::try_from(number).unwrap()), "text {number} differs");
    }
}

fn stamps_are_compared_without_case_and_shown_as_first_sent(place: &dyn Place) {
    let store = place.open();
    let spelled = |text: &str| CloudId::new(text).unwrap();
    record(store.as_ref(), &delivered(&spelled("Cloud1"), hour(0)));
    record(store.as_ref(), &delivered(&spelled("CLOUD1"), hour(1)));
    let found = store.windows(&spelled("cloud1"), hour(0)..hour(2)).unwrap();
    let shown: Vec<&str> = found.iter().map(|window| window.stamp.as_str()).collect();
    assert_eq!(shown, ["Cloud1", "Cloud1"]);
}

fn a_missing_segment_is_an_error(place: &dyn Place) {
    let store = place.open();
    record(store.as_ref(), &delivered(&stamp(), hour(0)));
    for (whose, when, revision) in [(stamp(), hour(0), 2), (stamp(), hour(1), 1), (other_stamp(), hour(0), 1)] {
        let found = store.segment(&whose, when, revision);
        assert!(matches!(found, Err(StoreError::Damaged { .. })), "{found:?}");
    }
}
