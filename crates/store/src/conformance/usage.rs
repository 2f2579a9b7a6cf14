//! Usage: events come in once, hours are sealed, rows come back in order and never change.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use model::{DirectoryId, Hour, LocalSubscriptionId, Quantity};
use proptest::{prelude::*, test_runner::TestRunner};

use super::{
    Place, cases,
    samples::{day, hour, meter, quantity},
};
use crate::{EventIdentity, EventRecord, Posting, UsagePosition, UsageQuery, UsageRecord, UsageSpan, UsageStore};

cases! {
    nothing_is_sealed_and_there_are_no_rows_at_first,
    one_event_comes_back_as_it_was_sent,
    events_of_one_resource_are_one_row_with_the_exact_sum,
    spellings_differ_and_the_row_is_one,
    rows_keep_the_order_in_which_their_first_events_came,
    a_late_event_makes_another_row_in_a_later_hour,
    a_day_has_its_rows_when_it_is_over,
    nothing_is_reported_in_a_sealed_hour_when_the_clock_goes_back,
    the_same_event_counts_once_and_another_with_its_name_refuses_all,
    rows_of_an_hour_come_once_it_is_sealed_and_not_before,
    everybody_finds_their_own_rows,
    very_many_rows_are_sealed_in_steps,
    usage_is_there_after_the_database_was_opened_again,
    two_services_on_one_database_see_each_other,
    whatever_comes_no_usage_is_lost_and_none_is_counted_twice,
}

/// An event that is told in short.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub name: String,
    pub who: &'static str,
    pub what: &'static str,
    pub resource: &'static str,
    pub used: Hour,
    pub size: &'static str,
}

pub(crate) fn told(name: &str, who: &'static str, used: Hour, size: &'static str) -> Told {
    Told { name: name.to_owned(), who, what: "M-1", resource: "/Vm/1", used, size }
}

impl Told {
    pub(crate) fn event(&self) -> EventRecord {
        let said = [self.who, self.what, self.resource, self.size, &self.used.to_string()];
        EventRecord {
            identity: EventIdentity::new(&["source", &self.name], &said),
            subscription: LocalSubscriptionId::new(self.who).unwrap(),
            tenant: DirectoryId::new("contoso.example").unwrap(),
            meter: meter(self.what),
            resource: self.resource.to_ascii_lowercase(),
            instance_data: format!("{{\"uri\":\"{}\",\"from\":\"{}\"}}", self.resource, self.name),
            used: self.used,
            quantity: quantity(self.size),
            quantity_text: self.size.to_owned(),
        }
    }
}

/// Posts events that must be taken, and says in which hour they are reported.
pub(crate) fn post(store: &dyn UsageStore, now: Hour, events: &[Told]) -> Hour {
    let events: Vec<EventRecord> = events.iter().map(Told::event).collect();
    match store.post_events(now, &events).unwrap() {
        Posting::Posted { reported, .. } => reported,
        refused @ Posting::Refused(_) => panic!("{refused:?}"),
    }
}

/// Something in every table of the usage service.
pub(crate) fn furnish_usage(store: &dyn UsageStore) {
    post(store, hour(1), &[told("first", "S-1", hour(0), "1.0"), told("second", "s-2", hour(0), "2")]);
    store.seal(hour(26)).unwrap();
    post(store, hour(26), &[told("third", "s-2", hour(25), "3")]);
    store.seal(hour(27)).unwrap();
    post(store, hour(27), &[told("open", "s-2", hour(25), "4")]);
}

pub(crate) fn query(span: UsageSpan, reported: Range<Hour>, who: Option<&[&str]>) -> UsageQuery {
    let from = UsagePosition { reported: reported.start, row: 0 };
    let id = |text: &&str| LocalSubscriptionId::new(text).unwrap();
    UsageQuery { span, reported, from, subscriptions: who.map(|who| Arc::new(who.iter().map(id).collect())) }
}

fn all() -> Range<Hour> {
    Hour(0)..hour(1000)
}

fn rows(store: &dyn UsageStore, span: UsageSpan) -> Vec<UsageRecord> {
    store.usage_rows(&query(span, all(), None), usize::MAX).unwrap()
}

/// All rows, read in pages.
pub(crate) fn paged(store: &dyn UsageStore, mut query: UsageQuery, page: usize) -> Vec<UsageRecord> {
    let mut found: Vec<UsageRecord> = Vec::new();
    loop {
        let mut more = store.usage_rows(&query, page.saturating_add(1)).unwrap();
        let next = (more.len() > page).then(|| more.pop().unwrap().position);
        found.extend(more);
        let Some(next) = next else { return found };
        query.from = next;
    }
}

/// Rows in short: reported, number, who, hour of use, what, quantity.
fn short(rows: &[UsageRecord]) -> Vec<String> {
    let since = |moment: Hour| i64::from(moment.0) - i64::from(hour(0).0);
    let short = |row: &UsageRecord| {
        let place = row.position;
        let (reported, used) = (since(place.reported), since(row.used));
        format!("{reported}.{} {} {used} {} {}", place.row, row.subscription, row.meter, row.quantity)
    };
    rows.iter().map(short).collect()
}

fn nothing_is_sealed_and_there_are_no_rows_at_first(place: &dyn Place) {
    let store = place.open_usage();
    assert_eq!(store.sealed_until().unwrap(), Hour(0));
    assert_eq!(rows(store.as_ref(), UsageSpan::Hour), []);
    assert_eq!(store.seal(hour(5)).unwrap(), hour(5));
    assert_eq!(store.seal(hour(3)).unwrap(), hour(5), "what is sealed stays sealed");
    assert_eq!(store.sealed_until().unwrap(), hour(5));
    assert_eq!(rows(store.as_ref(), UsageSpan::Day), []);
}

fn one_event_comes_back_as_it_was_sent(place: &dyn Place) {
    let store = place.open_usage();
    let event =
        Told { what: "FAB6EB84500B4A09A8CA7358F8BBAEA5", ..told("e", "Local-A", hour(3), "6.36465847492218e-06") };
    assert_eq!(post(store.as_ref(), hour(4), std::slice::from_ref(&event)), hour(4));
    store.seal(hour(24)).unwrap();
    for (span, reported, used) in [(UsageSpan::Hour, hour(4), hour(3)), (UsageSpan::Day, hour(0), hour(0))] {
        let found = rows(store.as_ref(), span);
        let [row] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((row.position, row.used), (UsagePosition { reported, row: 0 }, used));
        assert_eq!((row.subscription.as_str(), row.tenant.as_str()), ("Local-A", "contoso.example"));
        assert_eq!((row.meter.as_ref(), row.quantity.as_str()), (event.what, event.size));
        assert_eq!(row.instance_data.as_ref(), event.event().instance_data);
    }
}

fn events_of_one_resource_are_one_row_with_the_exact_sum(place: &dyn Place) {
    let store = place.open_usage();
    let events = ["0.1", "0.20", "1e-36"].map(|size| told(size, "s", hour(0), size));
    post(store.as_ref(), hour(1), &events[..2]);
    post(store.as_ref(), hour(1), &events[2..]);
    store.seal(hour(24)).unwrap();
    for span in [UsageSpan::Hour, UsageSpan::Day] {
        let found = rows(store.as_ref(), span);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].quantity, "0.300000000000000000000000000000000001");
        assert_eq!(found[0].instance_data.as_ref(), events[2].event().instance_data, "the last document counts");
    }
}

fn spellings_differ_and_the_row_is_one(place: &dyn Place) {
    let store = place.open_usage();
    let first = Told { what: "A", resource: "/resourceGroups/Rg", ..told("1", "Sub", hour(0), "1") };
    let second = Told { what: "a", resource: "/resourcegroups/rG", ..told("2", "SUB", hour(0), "1") };
    let other = Told { resource: "/resourcegroups/rg2", ..second.clone() };
    post(store.as_ref(), hour(0), &[first, second, Told { name: "3".to_owned(), ..other }]);
    store.seal(hour(1)).unwrap();
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Hour)), ["0.0 Sub 0 A 2", "0.1 SUB 0 a 1"]);
    let of_one = store.usage_rows(&query(UsageSpan::Hour, all(), Some(&["sUB"])), 9).unwrap();
    assert_eq!(of_one.len(), 2, "whatever the spelling");
}

fn rows_keep_the_order_in_which_their_first_events_came(place: &dyn Place) {
    let store = place.open_usage();
    let events =
        ["c", "a", "b", "a", "c"].iter().zip(0..).map(|(who, name)| told(&format!("{name}"), who, hour(0), "1"));
    let events: Vec<Told> = events.collect();
    post(store.as_ref(), hour(1), &events[..4]);
    post(store.as_ref(), hour(1), &events[4..]);
    store.seal(hour(24)).unwrap();
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Hour)), ["1.0 c 0 M-1 2", "1.1 a 0 M-1 2", "1.2 b 0 M-1 1"]);
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Day)), ["0.0 c 0 M-1 2", "0.1 a 0 M-1 2", "0.2 b 0 M-1 1"]);
}

fn a_late_event_makes_another_row_in_a_later_hour(place: &dyn Place) {
    let store = place.open_usage();
    post(store.as_ref(), hour(1), &[told("in time", "s", hour(0), "1.0")]);
    store.seal(hour(2)).unwrap();
    post(store.as_ref(), hour(2), &[told("late", "s", hour(0), "2.0")]);
    store.seal(hour(24)).unwrap();
    post(store.as_ref(), hour(30), &[told("later", "s", hour(0), "4.0"), told("today", "s", hour(29), "8.0")]);
    store.seal(hour(48)).unwrap();
    let hourly = ["1.0 s 0 M-1 1.0", "2.0 s 0 M-1 2.0", "30.0 s 0 M-1 4.0", "30.1 s 29 M-1 8.0"];
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Hour)), hourly);
    let daily = ["0.0 s 0 M-1 3", "24.0 s 0 M-1 4.0", "24.1 s 24 M-1 8.0"];
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Day)), daily);
}

fn a_day_has_its_rows_when_it_is_over(place: &dyn Place) {
    let store = place.open_usage();
    post(store.as_ref(), hour(20), &[told("1", "s", hour(19), "1")]);
    for (until, count) in [(21, 0), (23, 0), (24, 1), (25, 1)] {
        store.seal(hour(until)).unwrap();
        assert_eq!(rows(store.as_ref(), UsageSpan::Day).len(), count, "sealed until {until}");
    }
}

fn nothing_is_reported_in_a_sealed_hour_when_the_clock_goes_back(place: &dyn Place) {
    let store = place.open_usage();
    store.seal(hour(7)).unwrap();
    for (now, reported) in [(3, 7), (7, 7), (9, 9), (8, 8)] {
        let name = format!("{now}");
        assert_eq!(post(store.as_ref(), hour(now), &[told(&name, "s", hour(0), "1")]), hour(reported), "at {now}");
    }
    assert!(store.post_events(Hour(u32::MAX), &[]).is_err(), "a clock that is out of its mind");
    assert!(store.seal(Hour(u32::MAX)).is_err());
    assert_eq!(store.sealed_until().unwrap(), hour(7));
}

fn the_same_event_counts_once_and_another_with_its_name_refuses_all(place: &dyn Place) {
    let store = place.open_usage();
    let event = |name: &str, size| told(name, "s", hour(0), size).event();
    let posted = |accepted, duplicates| Posting::Posted { accepted, duplicates, reported: hour(1) };
    let table = [
        (vec![event("a", "1"), event("b", "1"), event("a", "1")], posted(2, 1)),
        (vec![event("a", "1"), event("b", "1")], posted(0, 2)),
        (vec![event("c", "1"), event("a", "2"), event("c", "1")], Posting::Refused(vec![1])),
        (vec![event("c", "1"), event("d", "1"), event("c", "2"), event("b", "3")], Posting::Refused(vec![2, 3])),
        (vec![event("c", "5")], posted(1, 0)),
        (vec![], posted(0, 0)),
    ];
    for (events, expected) in table {
        assert_eq!(store.post_events(hour(1), &events).unwrap(), expected);
    }
    store.seal(hour(2)).unwrap();
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Hour)), ["1.0 s 0 M-1 7"]);
    assert_eq!(store.post_events(hour(9), &[event("a", "1")]).unwrap(), {
        Posting::Posted { accepted: 0, duplicates: 1, reported: hour(9) }
    });
    assert_eq!(store.post_events(hour(9), &[event("a", "9")]).unwrap(), Posting::Refused(vec![0]));
}

fn rows_of_an_hour_come_once_it_is_sealed_and_not_before(place: &dyn Place) {
    let store = place.open_usage();
    let events: Vec<Told> = (0..6).map(|number| told(&format!("{number}"), "s", hour(number), "1")).collect();
    for (event, now) in events.iter().zip(0..) {
        post(store.as_ref(), hour(now), std::slice::from_ref(event));
    }
    store.seal(hour(4)).unwrap();
    for (reported, count) in
        [(hour(0)..hour(9), 4), (hour(1)..hour(3), 2), (hour(3)..hour(9), 1), (hour(5)..hour(9), 0)]
    {
        let found = store.usage_rows(&query(UsageSpan::Hour, reported.clone(), None), 9).unwrap();
        assert_eq!(found.len(), count, "{reported:?}");
    }
    let later = UsageQuery { from: UsagePosition { reported: hour(2), row: 0 }, ..query(UsageSpan::Hour, all(), None) };
    assert_eq!(short(&store.usage_rows(&later, 1).unwrap()), ["2.0 s 2 M-1 1"]);
    assert_eq!(store.usage_rows(&later, 0).unwrap(), []);
}

fn everybody_finds_their_own_rows(place: &dyn Place) {
    const WHO: [&str; 40] = {
        let names = "abcdefghijklmnopqrstuvwxyz0123456789!#$%";
        let mut who = [""; 40];
        let mut rest = names;
        let mut index = 0;
        while index < 40 {
            let (one, others) = rest.split_at(1);
            who[index] = one;
            rest = others;
            index += 1;
        }
        who
    };
    let store = place.open_usage();
    for number in 0..400_usize {
        let who = WHO[(number * number + number / 7) % WHO.len()];
        let number_hour = hour(u32::try_from(number / 9).unwrap());
        post(store.as_ref(), number_hour, &[told(&format!("{number}"), who, number_hour, "1")]);
    }
    store.seal(hour(48)).unwrap();
    for span in [UsageSpan::Hour, UsageSpan::Day] {
        let everything = rows(store.as_ref(), span);
        for who in [&WHO[..0], &WHO[..1], &WHO[7..9], &WHO[..16], &WHO[3..25], &WHO[..], &["nobody"], &["Q", "nobody"]]
        {
            let own: BTreeSet<LocalSubscriptionId> =
                who.iter().map(|id| LocalSubscriptionId::new(id).unwrap()).collect();
            let of = |range: &Range<Hour>| -> Vec<UsageRecord> {
                let theirs =
                    |row: &&UsageRecord| range.contains(&row.position.reported) && own.contains(&row.subscription);
                everything.iter().filter(theirs).cloned().collect()
            };
            for range in [all(), hour(0)..hour(24), hour(5)..hour(31)] {
                for page in [1, 3, 17, 1000] {
                    let found = paged(store.as_ref(), query(span, range.clone(), Some(who)), page);
                    assert_eq!(found, of(&range), "{who:?} in {range:?} by {page}");
                }
            }
        }
    }
}

fn very_many_rows_are_sealed_in_steps(place: &dyn Place) {
    let store = place.open_usage();
    let count = 12_000;
    for (now, names) in [(hour(22), 0..count), (hour(23), count..2 * count)] {
        let event = |name: u32| EventRecord {
            resource: format!("/vm/{}", name % count),
            ..told(&format!("{name}"), "s", hour(21), "1").event()
        };
        store.post_events(now, &names.map(event).collect::<Vec<_>>()).unwrap();
    }
    store.seal(hour(24)).unwrap();
    let found = paged(store.as_ref(), query(UsageSpan::Hour, all(), None), 1000);
    let places = [(hour(22), 0..count), (hour(23), 0..count)];
    let places = places.into_iter().flat_map(|(reported, rows)| rows.map(move |row| UsagePosition { reported, row }));
    assert!(found.iter().map(|row| row.position).eq(places));
    let found = paged(store.as_ref(), query(UsageSpan::Day, all(), None), 1000);
    assert_eq!(found.len(), usize::try_from(count).unwrap());
    assert!(found.iter().all(|row| row.quantity == "2"));
}

fn usage_is_there_after_the_database_was_opened_again(place: &dyn Place) {
    let store = place.open_usage();
    furnish_usage(store.as_ref());
    let before = [UsageSpan::Hour, UsageSpan::Day].map(|span| rows(store.as_ref(), span));
    assert_eq!(before.each_ref().map(Vec::len), [3, 2]);
    drop(store);
    let store = place.open_usage();
    assert_eq!([UsageSpan::Hour, UsageSpan::Day].map(|span| rows(store.as_ref(), span)), before);
    assert_eq!(store.sealed_until().unwrap(), hour(27));
    let again = told("first", "S-1", hour(0), "1.0").event();
    let answer = store.post_events(hour(27), &[again]).unwrap();
    assert_eq!(answer, Posting::Posted { accepted: 0, duplicates: 1, reported: hour(27) });
    store.seal(hour(48)).unwrap();
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Hour))[3..], ["27.0 s-2 25 M-1 4"]);
    assert_eq!(short(&rows(store.as_ref(), UsageSpan::Day))[2..], ["24.0 s-2 24 M-1 7"]);
    assert_eq!(place.open().check().unwrap(), Vec::<String>::new());
}

fn two_services_on_one_database_see_each_other(place: &dyn Place) {
    let (one, other) = (place.open_usage(), place.open_usage());
    for number in 0..12_u32 {
        let (writer, reader) = if number.is_multiple_of(2) { (&one, &other) } else { (&other, &one) };
        // Each makes texts and subscribers known that the other must number alike.
        let who = ["a", "b", "c"][usize::try_from(number % 3).unwrap()];
        post(writer.as_ref(), hour(number), &[told(&format!("{number}"), who, hour(number), "1")]);
        reader.seal(hour(number + 1)).unwrap();
        assert_eq!(rows(writer.as_ref(), UsageSpan::Hour), rows(reader.as_ref(), UsageSpan::Hour));
        assert_eq!(rows(writer.as_ref(), UsageSpan::Hour).len(), usize::try_from(number + 1).unwrap());
    }
    std::thread::scope(|scope| {
        for store in [&one, &other] {
            scope.spawn(|| {
                for number in 12..60 {
                    post(store.as_ref(), hour(number), &[told("same", "s", hour(0), "1")]);
                    store.seal(hour(number)).unwrap();
                }
            });
        }
    });
    assert_eq!(short(&rows(one.as_ref(), UsageSpan::Hour)).iter().filter(|row| row.contains(" s ")).count(), 1);
}

/// One step of a story.
#[derive(Debug, Clone)]
enum Step {
    /// Events by number, posted when the clock shows an hour.
    Post(u32, Vec<usize>),
    /// Hours are sealed.
    Seal(u32),
}

fn pool() -> Vec<Told> {
    let sizes = ["1", "0.1", "2.50", "1e-30", "0", "6.36465847492218e-06"];
    let mut pool = Vec::new();
    for number in 0..48_usize {
        pool.push(Told {
            name: format!("{}", number % 40),
            who: ["s1", "S1", "s2"][number % 3],
            what: ["m1", "M1", "m2"][number / 2 % 3],
            resource: ["/a", "/A", "/b"][number / 5 % 3],
            used: hour(u32::try_from(number * 7 % 50).unwrap()),
            size: sizes[number % sizes.len()],
        });
    }
    pool
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..60_u32, prop::collection::vec(0..48_usize, 0..9)).prop_map(|(now, events)| Step::Post(now, events)),
        1 => (0..60_u32).prop_map(Step::Seal),
    ];
    prop::collection::vec(step, 1..20)
}

type Sums = BTreeMap<(String, String, Hour), Quantity>;

fn sums<'a>(facts: impl Iterator<Item = (&'a str, &'a str, Hour, Quantity)>) -> Sums {
    let mut sums = Sums::new();
    for (who, what, used, size) in facts {
        let sum = sums.entry((who.to_ascii_lowercase(), what.to_ascii_lowercase(), used)).or_default();
        *sum = sum.checked_add(size).unwrap();
    }
    sums
}

fn of_rows(rows: &[UsageRecord], place: fn(Hour) -> Hour) -> Sums {
    let size = |row: &UsageRecord| {
        Quantity::from_decimal(&row.quantity).unwrap_or_else(|| Quantity::parse(&row.quantity).unwrap())
    };
    sums(rows.iter().map(|row| (row.subscription.as_str(), row.meter.as_ref(), place(row.used), size(row))))
}

/// Whatever the order, the batches, repetitions and jumps of the clock: the rows sum up to the distinct events that were
/// taken, days to their hours, and what was once read never changes.
fn follow(store: &dyn UsageStore, steps: &[Step]) {
    let pool = pool();
    let mut taken: BTreeMap<String, Told> = BTreeMap::new();
    let mut read: Vec<UsageRecord> = Vec::new();
    for step in steps {
        match step {
            Step::Post(now, numbers) => {
                let batch: Vec<&Told> = numbers.iter().map(|number| &pool[*number]).collect();
                let events: Vec<EventRecord> = batch.iter().map(|event| event.event()).collect();
                let before = taken.clone();
                let mut other = Vec::new();
                for (index, event) in batch.into_iter().enumerate() {
                    let known = taken.entry(event.name.clone()).or_insert_with(|| event.clone());
                    if known.event().identity != event.event().identity {
                        other.push(index);
                    }
                }
                match store.post_events(hour(*now), &events).unwrap() {
                    Posting::Refused(places) => {
                        assert_eq!(places, other);
                        taken = before;
                    }
                    Posting::Posted { accepted, reported, .. } => {
                        assert_eq!(other, Vec::<usize>::new());
                        assert_eq!(usize::try_from(accepted).unwrap(), taken.len() - before.len());
                        assert!(reported >= hour(*now) && reported >= store.sealed_until().unwrap());
                    }
                }
            }
            Step::Seal(until) => {
                let sealed = store.seal(hour(*until)).unwrap();
                assert!(sealed >= hour(*until));
            }
        }
        let now = rows(store, UsageSpan::Hour);
        assert_eq!(now[..read.len()], read, "rows that were read changed");
        read = now;
    }
    store.seal(hour(72)).unwrap();
    let (hourly, daily) = (rows(store, UsageSpan::Hour), rows(store, UsageSpan::Day));
    let expected = sums(taken.values().map(|event| (event.who, event.what, event.used, quantity(event.size))));
    assert_eq!(of_rows(&hourly, |used| used), expected);
    assert_eq!(of_rows(&daily, |day| day), of_rows(&hourly, |used| used.day().first_hour()));
    assert!(daily.iter().all(|row| row.position.reported.day().first_hour() == row.position.reported));
    for page in [1, 2, 7] {
        assert_eq!(paged(store, query(UsageSpan::Hour, all(), None), page), hourly);
        assert_eq!(paged(store, query(UsageSpan::Day, day(0).first_hour()..day(9).first_hour(), None), page), daily);
    }
}

fn whatever_comes_no_usage_is_lost_and_none_is_counted_twice(place: &dyn Place) {
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&steps(), |steps| {
            follow(place.another().open_usage().as_ref(), &steps);
            Ok(())
        })
        .unwrap();
}
