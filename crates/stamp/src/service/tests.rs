//! What a usage service takes, seals and gives back. Who uses the stamp is in `tests/subscribers.rs`.

mod subscribers;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::atomic::{AtomicI64, AtomicU32, Ordering},
};

use model::{CloudId, DirectoryId, Quantity, UserSubscriptionState};
use rand::{Rng as _, SeedableRng as _};
use store::sqlite::SqliteStore;

use super::*;
use crate::{Granularity, Row, Subscribers};

const PROVIDER: &str = "60000000-0000-4000-8000-000000000000";
const ADATUM: &str = "60000000-0000-4000-8000-0000000000a1";
const WINGTIP: &str = "60000000-0000-4000-8000-0000000000b1";
const HOME: &str = "10000000-0000-4000-8000-000000000001";
const DIRECTORY_A: &str = "30000000-0000-4000-8000-0000000000a1";
const DIRECTORY_B: &str = "30000000-0000-4000-8000-0000000000b1";

/// The hour of a day that all usage lies in or after: number 0 is 2026-10-01T00.
fn hour(number: u32) -> Hour {
    Hour::parse("2026-10-01T00").unwrap().plus(number)
}

fn id(text: &str) -> LocalSubscriptionId {
    LocalSubscriptionId::new(text).unwrap()
}

fn directory(text: &str) -> DirectoryId {
    DirectoryId::new(text).unwrap()
}

fn place() -> Place {
    Place {
        cloud: CloudId::new("50000000-0000-4000-8000-00000000000a").unwrap(),
        region: "north".to_owned(),
        provider_subscription: id(PROVIDER),
        home_directory: directory(HOME),
    }
}

/// A stamp in a folder that is removed after the test, with a clock that is set by hand.
struct Stage {
    folder: PathBuf,
    seconds: Arc<AtomicI64>,
}

impl Stage {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tallybridge-service-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        let stage = Self { folder, seconds: Arc::new(AtomicI64::new(0)) };
        stage.set(hour(0));
        stage
    }

    /// The clock shows a quarter past an hour.
    fn set(&self, hour: Hour) {
        self.seconds.store(hour.start().0 + 900, Ordering::Relaxed);
    }

    fn store(&self) -> Arc<SqliteStore> {
        Arc::new(SqliteStore::open(&self.folder).unwrap())
    }

    fn try_open(&self, place: Place) -> Result<UsageService, ServiceError> {
        let store = self.store();
        let seconds = Arc::clone(&self.seconds);
        UsageService::open(place, store.clone(), store, Arc::new(move || Second(seconds.load(Ordering::Relaxed))))
    }

    fn open(&self) -> UsageService {
        self.try_open(place()).unwrap()
    }

    /// With local subscriptions of two directories.
    fn furnished(&self) -> UsageService {
        let service = self.open();
        for (subscription, tenant) in [(ADATUM, DIRECTORY_A), (WINGTIP, DIRECTORY_B)] {
            service.put_subscription("operator", &put(subscription, Some(tenant))).unwrap();
        }
        service
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A folder that stays behind does no harm to another test.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn put(subscription: &str, tenant: Option<&str>) -> SubscriptionPut {
    SubscriptionPut {
        id: id(subscription),
        delegated_provider: None,
        display_name: "a name".to_owned(),
        external_reference: None,
        owner: "owner@adatum.example".to_owned(),
        tenant: tenant.map(directory),
        offer: "/offers/one".to_owned(),
        state: UserSubscriptionState::Enabled,
    }
}

fn event(name: &str, used: Hour, quantity: &str) -> UsageEvent {
    UsageEvent {
        id: name.to_owned(),
        source: "compute".to_owned(),
        subscription: id(ADATUM),
        meter: MeterId::new("6dab500f-a4fd-49c4-956d-229bb9c8c793").unwrap(),
        quantity: quantity.to_owned(),
        start: used.start(),
        end: used.end(),
        resource_uri: "/subscriptions/a/resourceGroups/Web/providers/Microsoft.Compute/virtualMachines/Web1".to_owned(),
        location: "north".to_owned(),
        tags: "null".to_owned(),
        additional_info: r#"{"ServiceType":"Standard_F2s","ImageType":null}"#.to_owned(),
    }
}

fn rows(service: &UsageService, granularity: Granularity, reported: std::ops::Range<Hour>) -> Vec<Row> {
    let from = Position { reported: reported.start, row: 0 };
    let selection = Selection { reported, granularity, subscribers: Subscribers::All };
    let page = service.usage(&selection, from, usize::MAX - 1).unwrap();
    assert_eq!(page.next, None);
    page.rows
}

fn paged(service: &UsageService, selection: &Selection, page: usize) -> Vec<Row> {
    let mut from = Position { reported: selection.reported.start, row: 0 };
    let mut all = Vec::new();
    loop {
        let page = service.usage(selection, from, page).unwrap();
        all.extend(page.rows);
        let Some(next) = page.next else { return all };
        assert!(next > from || all.is_empty());
        from = next;
    }
}

#[test]
fn one_event_comes_back_as_it_was_emitted() {
    let stage = Stage::new();
    let service = stage.furnished();
    let sent = event("e", hour(0), "6.36465847492218e-06");
    stage.set(hour(1));
    let posted = service.post(std::slice::from_ref(&sent)).unwrap();
    assert_eq!(posted, Posted { accepted: 1, duplicates: 0, reported: hour(1) });
    stage.set(hour(24));
    assert_eq!(service.processed_until().unwrap(), hour(24));
    let found = rows(&service, Granularity::Hourly, hour(0)..hour(24));
    let [row] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((row.start, row.end), (hour(0).start(), hour(0).end()));
    assert_eq!((row.meter.as_ref(), row.quantity.as_str()), (sent.meter.as_str(), sent.quantity.as_str()));
    assert_eq!((row.subscription.as_str(), row.position), (ADATUM, Position { reported: hour(1), row: 0 }));
    let document = concat!(
        r#"{"Microsoft.Resources":{"resourceUri":"/subscriptions/a/resourceGroups/Web/providers/Microsoft.Compute/"#,
        r#"virtualMachines/Web1","location":"north","tags":"null","additionalInfo":"#,
        r#""{\"ServiceType\":\"Standard_F2s\",\"ImageType\":null}"}}"#
    );
    assert_eq!(row.instance_data.as_ref(), document);
    let daily = rows(&service, Granularity::Daily, hour(0)..hour(24));
    assert_eq!((daily[0].start, daily[0].end), (hour(0).start(), hour(24).start()));
    assert_eq!((daily.len(), daily[0].quantity.as_str()), (1, sent.quantity.as_str()));
}

/// An event, the field that is wrong with it, and a part of the reason.
type Case = (UsageEvent, &'static str, &'static str);

fn wrong_events() -> Vec<Case> {
    let good = || event("good", hour(5), "1");
    let long = |length: usize| "x".repeat(length);
    let text = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes));
    let from = |start: i64, end: i64| UsageEvent { start: Second(start), end: Second(end), ..good() };
    let (start, end) = (hour(5).start().0, hour(5).end().0);
    let mut cases = vec![
        (UsageEvent { id: String::new(), ..good() }, "id", "empty"),
        (UsageEvent { id: long(257), ..good() }, "id", "257 bytes"),
        (UsageEvent { source: String::new(), ..good() }, "source", "empty"),
        (UsageEvent { source: long(257), ..good() }, "source", "257 bytes"),
        (
            UsageEvent { subscription: id(WINGTIP).to_string().replace('b', "c").parse().unwrap(), ..good() },
            "subscriptionId",
            "no local subscription",
        ),
        (UsageEvent { location: String::new(), ..good() }, "location", "empty"),
        (UsageEvent { location: long(129), ..good() }, "location", "129 bytes"),
        (UsageEvent { resource_uri: String::new(), ..good() }, "resourceUri", "empty"),
        (UsageEvent { resource_uri: "subscriptions/a".to_owned(), ..good() }, "resourceUri", "slash"),
        (UsageEvent { resource_uri: format!("/{}", long(2048)), ..good() }, "resourceUri", "2049 bytes"),
        (from(start, start), "usageEndTime", "not after"),
        (from(start, start - 1), "usageEndTime", "not after"),
        (from(start, end + 1), "usageEndTime", "more than one UTC hour"),
        (from(start + 1, end + 1), "usageEndTime", "more than one UTC hour"),
        (from(start - 1, end), "usageEndTime", "more than one UTC hour"),
        (from(-7200, -3600), "usageStartTime", "before 1970"),
        (event("later", hour(7), "1"), "usageStartTime", "in the future"),
    ];
    for number in
        ["", "x", "1,5", "NaN", "1 ", " 1", "0x10", "1e", "1e99", "1e-99", "1.00000000000000000000000000000000001"]
    {
        cases.push((UsageEvent { quantity: number.to_owned(), ..good() }, "quantity", ""));
    }
    for number in ["-1", "-0", "-1e-9"] {
        cases.push((UsageEvent { quantity: number.to_owned(), ..good() }, "quantity", "below zero"));
    }
    for number in ["+1", "01", "00.5"] {
        cases.push((UsageEvent { quantity: number.to_owned(), ..good() }, "quantity", "JSON number"));
    }
    for document in ["[]", "1", "true", "{", "{}x", "nul", "\"text\"", "{\"a\":}"] {
        cases.push((UsageEvent { tags: document.to_owned(), ..good() }, "tags", "JSON object"));
        cases.push((UsageEvent { additional_info: document.to_owned(), ..good() }, "additionalInfo", "JSON object"));
    }
    // Short enough each, and together too long for a row, in which the marks are marked twice.
    let marks = format!("{{\"a\":\"{}\"}}", "\\\"".repeat(6 * 1024));
    cases.push((UsageEvent { tags: marks.clone(), additional_info: marks, ..good() }, "additionalInfo", "of a row"));
    cases.push((UsageEvent { tags: text(16 * 1024), ..good() }, "tags", "bytes"));
    cases.push((UsageEvent { additional_info: text(16 * 1024), ..good() }, "additionalInfo", "bytes"));
    cases
}

#[test]
fn what_cannot_be_taken_is_named_and_nothing_of_the_list_is_kept() {
    let stage = Stage::new();
    let service = stage.furnished();
    stage.set(hour(6));
    let cases = wrong_events();
    for (sent, field, reason) in &cases {
        let Err(PostError::Invalid(problems)) = service.post(&[event("before", hour(5), "1"), sent.clone()]) else {
            panic!("{sent:?} was taken")
        };
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!((problem.index, problem.field), (1, *field), "{problem:?}");
        assert!(problem.reason.contains(reason), "{problem:?}");
        assert!(sent.id.starts_with(&problem.id) && problem.id.len() <= 256);
    }
    let all: Vec<UsageEvent> = cases.iter().map(|case| case.0.clone()).collect();
    let Err(PostError::Invalid(problems)) = service.post(&all) else { panic!("all were taken") };
    assert_eq!(
        problems.iter().map(|problem| problem.field).collect::<Vec<_>>(),
        cases.iter().map(|case| case.1).collect::<Vec<_>>()
    );
    let many: Vec<UsageEvent> = all.iter().cycle().take(300).cloned().collect();
    let Err(PostError::Invalid(problems)) = service.post(&many) else { panic!("many were taken") };
    assert_eq!(problems.len(), 100);
    let too_many = vec![event("e", hour(5), "1"); 10_001];
    let Err(PostError::Invalid(problems)) = service.post(&too_many) else { panic!("too many were taken") };
    assert_eq!((problems.len(), problems[0].index), (1, 10_000));
    stage.set(hour(24));
    service.processed_until().unwrap();
    assert_eq!(rows(&service, Granularity::Hourly, hour(0)..hour(24)), []);
}

#[test]
fn what_is_only_just_allowed_is_taken() {
    let stage = Stage::new();
    let service = stage.furnished();
    stage.set(hour(5));
    let good = |name: &str| event(name, hour(5), "0");
    let object = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
    let events = [
        UsageEvent { id: "x".repeat(256), source: "y".repeat(256), ..good("") },
        UsageEvent { tags: object(16 * 1024), additional_info: String::new(), ..good("documents") },
        UsageEvent { tags: String::new(), additional_info: "null".to_owned(), ..good("empty") },
        UsageEvent { resource_uri: format!("/{}", "x".repeat(2047)), ..good("address") },
        UsageEvent { meter: MeterId::new("no-catalogue-has-it").unwrap(), ..good("meter") },
        UsageEvent { start: Second(hour(4).end().0 - 1), end: hour(4).end(), ..good("second") },
        UsageEvent { subscription: id(&ADATUM.to_uppercase()), ..good("spelling") },
        UsageEvent { quantity: "999999999999999999".to_owned(), ..good("large") },
        UsageEvent { quantity: "1E-5".to_owned(), ..good("exponent") },
        UsageEvent { source: "another".to_owned(), quantity: "7".to_owned(), ..good("large") },
    ];
    assert_eq!(service.post(&events).unwrap().accepted, 10);
}

#[test]
fn an_event_counts_once_and_a_list_with_another_of_its_name_is_refused() {
    let stage = Stage::new();
    let service = stage.furnished();
    let first = event("a", hour(0), "1");
    let posted = |accepted, duplicates| Posted { accepted, duplicates, reported: hour(0) };
    assert_eq!(service.post(&[first.clone(), first.clone()]).unwrap(), posted(1, 1));
    assert_eq!(service.post(std::slice::from_ref(&first)).unwrap(), posted(0, 1));
    let others = [
        UsageEvent { quantity: "1.0".to_owned(), ..first.clone() },
        UsageEvent { subscription: id(WINGTIP), ..first.clone() },
        UsageEvent { meter: MeterId::new("m").unwrap(), ..first.clone() },
        UsageEvent { start: Second(first.start.0 + 1), ..first.clone() },
        UsageEvent { end: Second(first.end.0 - 1), ..first.clone() },
        UsageEvent { resource_uri: "/other".to_owned(), ..first.clone() },
        UsageEvent { location: "south".to_owned(), ..first.clone() },
        UsageEvent { tags: String::new(), ..first.clone() },
        UsageEvent { additional_info: String::new(), ..first.clone() },
    ];
    for other in others {
        let answer = service.post(&[event("new", hour(0), "1"), other]);
        assert_eq!(answer, Err(PostError::Conflict(vec![(1, "a".to_owned())])));
    }
    let many: Vec<UsageEvent> = (0..150).map(|_| UsageEvent { tags: "{}".to_owned(), ..first.clone() }).collect();
    let Err(PostError::Conflict(named)) = service.post(&many) else { panic!("it was taken") };
    assert_eq!((named.len(), named[0].0, named[99].0), (100, 0, 99));
    stage.set(hour(1));
    service.processed_until().unwrap();
    let found = rows(&service, Granularity::Hourly, hour(0)..hour(1));
    assert_eq!(found.iter().map(|row| row.quantity.as_str()).collect::<Vec<_>>(), ["1"]);
}

#[test]
fn an_hour_is_processed_once_it_is_over() {
    let stage = Stage::new();
    let service = stage.furnished();
    stage.set(hour(3));
    service.post(&[event("a", hour(2), "1")]).unwrap();
    assert_eq!(service.processed_until().unwrap(), hour(3));
    assert_eq!(rows(&service, Granularity::Hourly, hour(0)..hour(9)), []);
    stage.set(hour(4));
    assert_eq!(service.processed_until().unwrap(), hour(4));
    assert_eq!(rows(&service, Granularity::Hourly, hour(0)..hour(9)).len(), 1);
    // The clock goes back: what was processed stays so, and nothing is reported there.
    stage.set(hour(2));
    assert_eq!(service.processed_until().unwrap(), hour(4));
    assert_eq!(service.post(&[event("b", hour(2), "1")]).unwrap().reported, hour(4));
    assert_eq!(rows(&service, Granularity::Hourly, hour(0)..hour(9)).len(), 1);
    stage.set(hour(5));
    service.processed_until().unwrap();
    assert_eq!(rows(&service, Granularity::Hourly, hour(4)..hour(5)).len(), 1);
}

#[test]
fn a_clock_before_1970_is_an_error_and_no_hour() {
    let stage = Stage::new();
    let service = stage.furnished();
    stage.seconds.store(-1, Ordering::Relaxed);
    assert!(matches!(service.processed_until(), Err(SourceError::Failed(_))));
    assert!(matches!(service.post(&[]), Err(PostError::Source(SourceError::Failed(_)))));
}

#[test]
fn everything_is_there_after_the_service_was_opened_again() {
    let stage = Stage::new();
    let service = stage.furnished();
    let sent = [event("a", hour(0), "1.50"), event("b", hour(0), "2")];
    service.post(&sent).unwrap();
    stage.set(hour(24));
    service.processed_until().unwrap();
    let look = |service: &UsageService| {
        let rows = [Granularity::Hourly, Granularity::Daily].map(|by| rows(service, by, hour(0)..hour(24)));
        (rows, service.subscriptions().unwrap(), service.directory_tenants().unwrap())
    };
    let before = look(&service);
    assert_eq!(before.0[0][0].quantity, "3.5");
    drop(service);
    let service = stage.open();
    assert_eq!(look(&service), before);
    assert_eq!(service.post(&sent).unwrap(), Posted { accepted: 0, duplicates: 2, reported: hour(24) });
}

#[test]
fn a_folder_belongs_to_one_stamp() {
    let stage = Stage::new();
    drop(stage.open());
    drop(stage.open());
    let others = [
        (Place { cloud: CloudId::new("another").unwrap(), ..place() }, "belongs to the stamp"),
        (Place { provider_subscription: id("another"), ..place() }, "default provider subscription"),
        (Place { home_directory: directory("another"), ..place() }, "was deployed with the directory"),
    ];
    for (other, reason) in others {
        let Err(ServiceError::Other(text)) = stage.try_open(other) else { panic!("it was opened") };
        assert!(text.contains(reason), "{text}");
    }
    drop(stage.try_open(Place { region: "moved".to_owned(), ..place() }).unwrap());
}

type Sums = BTreeMap<(LocalSubscriptionId, String, Second), Quantity>;

fn add(sums: &mut Sums, who: &LocalSubscriptionId, what: &str, start: Second, size: Quantity) {
    let sum = sums.entry((who.clone(), what.to_ascii_lowercase(), start)).or_default();
    *sum = sum.checked_add(size).unwrap();
}

fn of_rows(rows: &[Row], start: fn(&Row) -> Second) -> Sums {
    let mut sums = Sums::new();
    for row in rows {
        let size = Quantity::from_decimal(&row.quantity).unwrap_or_else(|| Quantity::parse(&row.quantity).unwrap());
        add(&mut sums, &row.subscription, &row.meter, start(row), size);
    }
    sums
}

/// Whatever the order, the lists, repetitions and jumps of the clock, the rows sum up to the distinct events, the days to
/// their hours, and what was processed never changes.
#[test]
fn no_usage_is_lost_and_none_is_counted_twice() {
    for seed in 0..12 {
        let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let stage = Stage::new();
        let service = stage.furnished();
        let mut taken: BTreeMap<String, UsageEvent> = BTreeMap::new();
        let mut processed: Vec<Row> = Vec::new();
        for _ in 0..40 {
            let now = hour(dice.random_range(0..60));
            stage.set(now);
            let mut batch = Vec::new();
            for _ in 0..dice.random_range(0..12) {
                let number = dice.random_range(0..200_u32);
                let used = Hour(hour(0).0 + number % 50);
                let sent = UsageEvent {
                    subscription: id([ADATUM, WINGTIP, PROVIDER][usize::try_from(number % 3).unwrap()]),
                    meter: MeterId::new(["m", "M", "other"][usize::try_from(number / 3 % 3).unwrap()]).unwrap(),
                    resource_uri: ["/a", "/A", "/b"][usize::try_from(number / 7 % 3).unwrap()].to_owned(),
                    ..event(&format!("{number}"), used, &format!("{}.{number:03}e-{}", number % 4, number % 20))
                };
                if used <= now {
                    batch.push(sent);
                }
            }
            let fresh: BTreeSet<&String> = batch.iter().map(|sent| &sent.id).collect();
            let fresh = fresh.into_iter().filter(|name| !taken.contains_key(*name)).count();
            let posted = service.post(&batch).unwrap();
            assert_eq!(usize::try_from(posted.accepted).unwrap(), fresh);
            taken.extend(batch.into_iter().map(|sent| (sent.id.clone(), sent)));
            if dice.random_range(0..3) == 0 {
                let until = service.processed_until().unwrap();
                let now = rows(&service, Granularity::Hourly, Hour(0)..until);
                assert_eq!(now[..processed.len()], processed, "seed {seed}");
                processed = now;
            }
        }
        stage.set(hour(72));
        assert_eq!(service.processed_until().unwrap(), hour(72));
        let hourly = rows(&service, Granularity::Hourly, Hour(0)..hour(72));
        let daily = rows(&service, Granularity::Daily, Hour(0)..hour(72));
        let mut expected = Sums::new();
        for sent in taken.values() {
            let size = Quantity::parse(&sent.quantity).unwrap();
            add(&mut expected, &sent.subscription, sent.meter.as_str(), sent.start, size);
        }
        assert_eq!(of_rows(&hourly, |row| row.start), expected, "seed {seed}");
        let day = |row: &Row| row.start.day().unwrap().start();
        assert_eq!(of_rows(&daily, |row| row.start), of_rows(&hourly, day), "seed {seed}");
        for page in [1, 2, 7, 1000] {
            for subscribers in [Subscribers::All, Subscribers::Of(Arc::new([id(ADATUM), id(PROVIDER)].into()))] {
                for (granularity, all) in [(Granularity::Hourly, &hourly), (Granularity::Daily, &daily)] {
                    let reported = Hour(0)..hour(72);
                    let selection = Selection { reported, granularity, subscribers: subscribers.clone() };
                    let wanted = all.iter().filter(|row| subscribers.include(&row.subscription));
                    assert!(paged(&service, &selection, page).iter().eq(wanted), "seed {seed}, pages of {page}");
                }
            }
        }
    }
}
