//! Parts: kept until their window is there.

use super::{
    Place, cases,
    samples::{corrected, delivered, hour, other_stamp, record, repeated, stamp},
};

cases! {
    parts_come_in_order_and_replace_themselves,
    parts_of_another_division_are_apart,
    a_delivery_ends_the_parts_of_its_window,
}

fn parts_come_in_order_and_replace_themselves(place: &dyn Place) {
    let store = place.open();
    store.put_part(&stamp(), hour(0), 2, 3, b"two").unwrap();
    store.put_part(&stamp(), hour(0), 0, 3, b"zero").unwrap();
    store.put_part(&stamp(), hour(0), 2, 3, b"").unwrap();
    assert_eq!(store.parts(&stamp(), hour(0), 3).unwrap(), [(0, b"zero".to_vec()), (2, Vec::new())]);
    assert_eq!(store.parts(&stamp(), hour(1), 3).unwrap(), []);
    assert_eq!(store.parts(&other_stamp(), hour(0), 3).unwrap(), []);
    assert_eq!(store.progress(&stamp()).unwrap(), None, "a part is no delivery");
}

fn parts_of_another_division_are_apart(place: &dyn Place) {
    let store = place.open();
    store.put_part(&stamp(), hour(0), 0, 2, b"half").unwrap();
    store.put_part(&stamp(), hour(0), 0, 3, b"third").unwrap();
    assert_eq!(store.parts(&stamp(), hour(0), 2).unwrap(), [(0, b"half".to_vec())]);
    assert_eq!(store.parts(&stamp(), hour(0), 3).unwrap(), [(0, b"third".to_vec())]);
}

fn a_delivery_ends_the_parts_of_its_window(place: &dyn Place) {
    let store = place.open();
    let put = || {
        for (whose, when) in [(stamp(), hour(0)), (stamp(), hour(1)), (other_stamp(), hour(0))] {
            store.put_part(&whose, when, 0, 2, b"part").unwrap();
        }
    };
    for delivery in [delivered(&stamp(), hour(0)), corrected(&stamp(), hour(0), 1), repeated(&stamp(), hour(0), 2)] {
        put();
        record(store.as_ref(), &delivery);
        assert_eq!(store.parts(&stamp(), hour(0), 2).unwrap(), []);
        assert_eq!(store.parts(&stamp(), hour(1), 2).unwrap().len(), 1);
        assert_eq!(store.parts(&other_stamp(), hour(0), 2).unwrap().len(), 1);
    }
    // A delivery that is refused ends nothing.
    put();
    assert!(store.record_windows(&[delivered(&stamp(), hour(0))]).unwrap().pop().unwrap().is_err());
    assert_eq!(store.parts(&stamp(), hour(0), 2).unwrap().len(), 1);
}
