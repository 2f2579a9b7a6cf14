//! The house: what holds for all rooms together.

use super::{
    Place, cases, collected,
    documents::pinned,
    notices::notice,
    office::everything,
    samples::{
        change, corrected, day, delivered, held, hour, note, other_stamp, quantity, record, repeated, stamp, subscriber,
    },
};
use crate::{Store, WindowRecord};

cases! {
    a_healthy_database_has_no_problems,
    everything_is_there_after_the_database_was_opened_again,
    two_hubs_on_one_database_see_each_other,
    many_threads_may_use_one_store,
    a_reader_keeps_what_it_sees_while_others_write,
    each_database_has_its_own_name,
}

/// Something in every room.
pub(crate) fn furnish(store: &dyn Store) {
    let first = WindowRecord {
        new_resources: vec!["a".to_owned(), "b".to_owned()],
        held: vec![held(1)],
        ..delivered(&stamp(), hour(0))
    };
    record(store, &first);
    record(store, &delivered(&stamp(), hour(2)));
    record(store, &repeated(&stamp(), hour(2), 1));
    store.put_part(&stamp(), hour(1), 0, 2, b"part").unwrap();
    let office = store.record_office(0, &everything(), &note("office")).unwrap();
    let document = pinned("1", "P1", store.last_delivery().unwrap(), office);
    store.issue(0, &[stamp(), other_stamp()], &document, &note("issue")).unwrap();
    // Late usage of a month for which there is a document.
    record(store, &delivered(&stamp(), hour(5)));
    store.add_notices(&[notice("first", 3), notice("second", 1)]).unwrap();
}

/// All that can be read, as one text.
pub(crate) fn contents(store: &dyn Store) -> String {
    let mut rooms = vec![
        store.incarnation().unwrap(),
        format!("{:?}", store.office().unwrap()),
        format!("{:?}", store.documents(None).unwrap()),
        format!("{:?}", store.held(None).unwrap()),
        format!("{:?}", collected(|each| store.audit(1, each))),
        format!("{:?}", store.notices(100).unwrap()),
        format!("{:?}", store.office_as_of(4).unwrap()),
    ];
    for stamp in [stamp(), other_stamp()] {
        rooms.extend([
            format!("{:?}", store.progress(&stamp).unwrap()),
            format!("{:?}", store.windows(&stamp, hour(0)..hour(100)).unwrap()),
            format!("{:?}", collected(|each| store.deliveries(&stamp, each))),
            format!("{:?}", collected(|each| store.resources(&stamp, 0, each))),
            format!("{:?}", collected(|each| store.daily_sums(&stamp, day(0)..day(100), &mut |sum| each(sum.clone())))),
            format!(
                "{:?}",
                collected(|each| store.daily_sums_as_of(3, &stamp, day(0)..day(100), &mut |sum| each(sum.clone())))
            ),
            format!("{:?}", store.parts(&stamp, hour(1), 2).unwrap()),
        ]);
    }
    rooms.join("\n")
}

fn a_healthy_database_has_no_problems(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    furnish(store.as_ref());
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

fn everything_is_there_after_the_database_was_opened_again(place: &dyn Place) {
    let store = place.open();
    furnish(store.as_ref());
    let before = contents(store.as_ref());
    drop(store);
    let store = place.open();
    assert_eq!(contents(store.as_ref()), before);
    record(store.as_ref(), &corrected(&stamp(), hour(0), 1));
    assert_eq!(store.held(None).unwrap(), []);
}

fn two_hubs_on_one_database_see_each_other(place: &dyn Place) {
    let (one, other) = (place.open(), place.open());
    furnish(one.as_ref());
    assert_eq!(contents(other.as_ref()), contents(one.as_ref()));
    // Each gives numbers to names that the other must know, in turns.
    for number in 3..9 {
        let (writer, reader) = if number % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let who = format!("from-{number}");
        let sums = vec![change(day(0), subscriber(&who, Some(&who)), "m1", "1")];
        record(writer.as_ref(), &WindowRecord { sums, ..delivered(&other_stamp(), hour(number)) });
        assert_eq!(contents(reader.as_ref()), contents(writer.as_ref()), "after {number}");
    }
    // Both compared with the same revision: one of them is late.
    record(one.as_ref(), &corrected(&stamp(), hour(0), 1));
    assert!(other.record_windows(&[corrected(&stamp(), hour(0), 1)]).unwrap().pop().unwrap().is_err());
}

fn many_threads_may_use_one_store(place: &dyn Place) {
    let store = place.open();
    let hours_each = 8;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = store.as_ref();
            scope.spawn(move || {
                for number in 0..hours_each {
                    let hour = hour(thread * hours_each + number);
                    let who = format!("s{number}");
                    let sums = vec![change(day(0), subscriber(&who, None), "m1", "0.1")];
                    record(store, &WindowRecord { sums, ..delivered(&stamp(), hour) });
                    assert!(store.window(&stamp(), hour).unwrap().is_some());
                    contents(store);
                }
            });
        }
    });
    assert_eq!(store.progress(&stamp()).unwrap().unwrap().next, hour(4 * hours_each));
    let sums = collected(|each| store.daily_sums(&stamp(), day(0)..day(1), &mut |sum| each(sum.clone())));
    assert_eq!(sums.len(), 8);
    assert!(sums.iter().all(|sum| sum.quantity == quantity("0.4") && sum.rows == 4), "{sums:?}");
}

fn a_reader_keeps_what_it_sees_while_others_write(place: &dyn Place) {
    let store = place.open();
    record(store.as_ref(), &delivered(&stamp(), hour(0)));
    record(store.as_ref(), &delivered(&stamp(), hour(1)));
    let mut seen = 0;
    store
        .deliveries(&stamp(), &mut |_| {
            seen += 1;
            // Writing and reading go on inside the reader's hands; it does not see the new delivery.
            record(store.as_ref(), &delivered(&stamp(), hour(1 + seen)));
            assert_eq!(store.windows(&stamp(), hour(0)..hour(9)).unwrap().len(), usize::try_from(2 + seen).unwrap());
            Ok(())
        })
        .unwrap();
    assert_eq!(seen, 2);
}

fn each_database_has_its_own_name(place: &dyn Place) {
    let name = place.open().incarnation().unwrap();
    assert_eq!(name.len(), 32);
    assert_eq!(place.open().incarnation().unwrap(), name);
    assert!(name.chars().any(|digit| digit != '0'), "{name} is not random");
}
