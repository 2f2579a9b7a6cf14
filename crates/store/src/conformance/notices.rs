//! Notices: told once, tried until they are delivered or given up.

use model::{BudgetId, Second};

use super::{Place, cases};
use crate::{Notice, NoticeChannel, NoticeState, Store};

cases! {
    a_notice_comes_back_as_it_was_added,
    the_same_thing_is_told_once,
    notices_are_due_by_their_moment_until_they_are_settled,
    at_most_so_many_are_given,
}

/// When everything here happens, more or less. Unit: seconds.
const NOON: i64 = 1_790_000_000;

pub(crate) fn notice(key: &str, at: i64) -> Notice {
    let channel = if key.len().is_multiple_of(2) { NoticeChannel::Webhook } else { NoticeChannel::Mail };
    Notice {
        key: key.to_owned(),
        budget: BudgetId::new("Budget-1").unwrap(),
        channel,
        target: format!("https://hooks.example/{key}?a=ä"),
        body: r#"{"text":"half of it"}"#.to_owned(),
        at: Second(NOON + at),
    }
}

fn fresh(number: u64, notice: Notice) -> NoticeState {
    let next_at = Some(notice.at);
    NoticeState { number, notice, attempts: 0, next_at, delivered_at: None, problem: None }
}

fn keys(states: &[NoticeState]) -> Vec<&str> {
    states.iter().map(|state| state.notice.key.as_str()).collect()
}

fn due(store: &dyn Store, at: i64) -> Vec<String> {
    store.notices_due(Second(NOON + at), 100).unwrap().into_iter().map(|state| state.notice.key).collect()
}

fn a_notice_comes_back_as_it_was_added(place: &dyn Place) {
    let store = place.open();
    assert_eq!(store.notices(10).unwrap(), []);
    store.add_notices(&[]).unwrap();
    store.add_notices(&[notice("mail.", 0), notice("hook", 5)]).unwrap();
    let expected = [fresh(2, notice("hook", 5)), fresh(1, notice("mail.", 0))];
    for store in [store, place.open()] {
        assert_eq!(format!("{:?}", store.notices(10).unwrap()), format!("{expected:?}"));
    }
}

fn the_same_thing_is_told_once(place: &dyn Place) {
    let store = place.open();
    store.add_notices(&[notice("a", 0), notice("a", 1)]).unwrap();
    let other = Notice { body: "{}".to_owned(), budget: BudgetId::new("other").unwrap(), ..notice("a", 2) };
    store.add_notices(&[other.clone(), notice("b", 2)]).unwrap();
    let [b, a] = &store.notices(10).unwrap()[..] else { panic!("two notices") };
    assert_eq!((&a.notice, &b.notice), (&notice("a", 0), &notice("b", 2)), "the first counts");
    // What was told is not told again.
    let told = NoticeState { attempts: 1, next_at: None, delivered_at: Some(Second(NOON + 3)), ..a.clone() };
    store.settle_notice(&told).unwrap();
    store.add_notices(&[other]).unwrap();
    assert_eq!(store.notices(10).unwrap()[1], told);
    assert_eq!(due(store.as_ref(), 1_000), ["b"]);
}

fn notices_are_due_by_their_moment_until_they_are_settled(place: &dyn Place) {
    let store = place.open();
    store.add_notices(&[notice("late", 20), notice("soon", 10), notice("also-soon", 10)]).unwrap();
    let table = [(9, vec![]), (10, vec!["soon", "also-soon"]), (20, vec!["soon", "also-soon", "late"])];
    for (at, expected) in table {
        assert_eq!(due(store.as_ref(), at), expected, "at {at}");
    }
    let mut states = store.notices_due(Second(NOON + 20), 100).unwrap();
    let [soon, also_soon, late] = states.as_mut_slice() else { panic!("three notices") };
    // One is delivered, one is tried again later, one is given up.
    (soon.attempts, soon.next_at, soon.delivered_at) = (1, None, Some(Second(NOON + 21)));
    (also_soon.attempts, also_soon.next_at) = (1, Some(Second(NOON + 60)));
    also_soon.problem = Some("connection refused".to_owned());
    (late.attempts, late.next_at, late.problem) = (9, None, Some("no such host".to_owned()));
    for state in [&*soon, &*also_soon, &*late] {
        store.settle_notice(state).unwrap();
    }
    assert_eq!(due(store.as_ref(), 59), Vec::<String>::new());
    assert_eq!(due(store.as_ref(), 60), ["also-soon"]);
    assert_eq!(store.notices(10).unwrap(), [also_soon.clone(), soon.clone(), late.clone()]);
    // Another attempt succeeds, and the problem is forgotten.
    (also_soon.attempts, also_soon.next_at, also_soon.delivered_at) = (2, None, Some(Second(NOON + 61)));
    also_soon.problem = None;
    store.settle_notice(also_soon).unwrap();
    assert_eq!(due(store.as_ref(), 1_000), Vec::<String>::new());
    // Nobody knows this one, so nothing becomes of it.
    store.settle_notice(&fresh(99, notice("nobody", 0))).unwrap();
    assert_eq!(store.notices(10).unwrap().len(), 3);
}

fn at_most_so_many_are_given(place: &dyn Place) {
    let store = place.open();
    store.add_notices(&["a", "b", "c"].map(|key| notice(key, 0))).unwrap();
    for (most, newest, oldest) in [(0, &[][..], &[][..]), (2, &["c", "b"], &["a", "b"])] {
        assert_eq!(keys(&store.notices(most).unwrap()), newest);
        assert_eq!(keys(&store.notices_due(Second(NOON), most).unwrap()), oldest);
    }
    assert_eq!(keys(&store.notices(3).unwrap()), ["c", "b", "a"]);
}
