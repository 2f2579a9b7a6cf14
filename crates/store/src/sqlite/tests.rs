//! What holds for SQLite alone: guards, damage, schema numbers, folders and lost power.

use rusqlite::Connection;

use super::{SqliteStore, check, usage};
use crate::{
    EventRecord, Store, StoreError, UsageSpan, UsageStore,
    conformance::{
        Place, collected,
        commerce::before_commerce,
        house::{contents, furnish},
        samples::{change, day, delivered, hour, record, stamp, subscriber},
        usage::{Told, furnish_usage, post, query, told},
    },
};

/// The tables whose rows may change, because they follow from the others or are not yet evidence.
const UNGUARDED: [&str; 8] = [
    "daily_sums",
    "identity",
    "notices",
    "open_daily_rows",
    "open_hourly_rows",
    "progress",
    "usage_progress",
    "window_parts",
];

/// A folder that is removed after the test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with something in every table.
    fn furnished() -> Self {
        let folder = Self::new();
        furnish(&folder.store());
        furnish_usage(&folder.store());
        folder
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(self.0.path()).unwrap()
    }

    /// The file as somebody with another program opens it.
    fn by_hand(&self) -> Connection {
        Connection::open(self.0.path().join("tallybridge.db")).unwrap()
    }

    /// Changes the file as somebody does who first takes the guards away.
    fn forge(&self, sql: &str) {
        let database = self.by_hand();
        for guard in names(&database, "trigger") {
            database.execute_batch(&format!("DROP TRIGGER {guard}")).unwrap();
        }
        database.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;").unwrap();
        database.execute_batch(sql).unwrap();
    }
}

impl Place for Folder {
    fn open(&self) -> Box<dyn Store> {
        Box::new(self.store())
    }

    fn open_usage(&self) -> Box<dyn UsageStore> {
        Box::new(self.store())
    }

    fn another(&self) -> Box<dyn Place> {
        Box::new(Self::new())
    }
}

fn names(database: &Connection, kind: &str) -> Vec<String> {
    let mut statement = database.prepare("SELECT name FROM sqlite_schema WHERE type = ?1 ORDER BY name").unwrap();
    statement.query_map([kind], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn evidence_cannot_be_updated_deleted_or_replaced() {
    let folder = Folder::furnished();
    let database = folder.by_hand();
    let mut guarded = 0;
    for table in names(&database, "table") {
        if UNGUARDED.contains(&table.as_str()) {
            continue;
        }
        guarded += 1;
        let rows: u32 = database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert!(rows > 0, "table {table} is empty, so nothing was tried");
        let statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let mut attempts = vec![
            format!("DELETE FROM {table}"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
            format!("INSERT INTO {table} SELECT * FROM {table}"),
        ];
        attempts.extend(statement.column_names().map(|column| format!("UPDATE {table} SET {column} = {column}")));
        for attempt in attempts {
            let answer = database.execute_batch(&attempt);
            assert!(answer.is_err(), "{attempt} was allowed");
        }
    }
    assert_eq!(guarded, 16);
    assert_eq!(folder.store().check().unwrap(), Vec::<String>::new());
}

#[test]
fn what_was_done_to_the_schema_or_a_reference_is_reported() {
    let table = [
        ("DROP TRIGGER audit_is_never_deleted", "the trigger audit_is_never_deleted is missing from the schema"),
        (
            "DROP TRIGGER windows_are_never_updated;
             CREATE TRIGGER windows_are_never_updated BEFORE UPDATE ON windows BEGIN SELECT 1; END",
            "the trigger windows_are_never_updated in the schema was changed",
        ),
        (
            "CREATE TRIGGER more AFTER INSERT ON daily_sums BEGIN DELETE FROM daily_sums; END",
            "the trigger more in the schema is from somebody else",
        ),
        ("DROP INDEX windows_by_day", "the index windows_by_day is missing from the schema"),
        ("ALTER TABLE progress ADD COLUMN more TEXT", "the table progress in the schema was changed"),
        (
            "PRAGMA foreign_keys = OFF; INSERT INTO progress VALUES (99, 0, 0)",
            "table progress: row 99 names something that is not in table names",
        ),
    ];
    for (sql, problem) in table {
        let folder = Folder::furnished();
        folder.by_hand().execute_batch(sql).unwrap();
        assert_eq!(folder.store().check().unwrap(), [problem], "after {sql}");
    }
}

/// Reads everything, and says what cannot be read.
fn first_damage(store: &SqliteStore) -> Option<(String, String)> {
    let read = || -> crate::Result<()> {
        store.office()?;
        store.documents(None)?;
        store.held(None)?;
        store.audit(1, &mut |_| Ok(()))?;
        store.progress(&stamp())?;
        store.windows(&stamp(), hour(0)..hour(9))?;
        store.deliveries(&stamp(), &mut |_| Ok(()))?;
        store.resources(&stamp(), 0, &mut |_| Ok(()))?;
        store.months(&stamp())?;
        store.daily_sums(&stamp(), day(0)..day(9), &mut |_| Ok(()))?;
        store.daily_sums_as_of(0, &stamp(), day(0)..day(9), &mut |_| Ok(()))?;
        store.office_as_of(99)?;
        store.notices(9)?;
        for span in [UsageSpan::Hour, UsageSpan::Day] {
            store.usage_rows(&query(span, hour(0)..hour(99), None), 99)?;
        }
        Ok(())
    };
    match read() {
        Ok(()) => None,
        Err(StoreError::Damaged { place, problem }) => Some((place, problem)),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_cannot_be_read_is_damage_at_a_place_that_a_person_can_find() {
    let table = [
        ("UPDATE daily_sums SET quantity = x'0000'", "local subscription s1, tenant contoso.example, meter m1"),
        ("UPDATE daily_sums SET quantity = x''", "the daily sum of stamp cloud1, day 2026-10-01"),
        ("UPDATE daily_sums SET meter = 99", "a daily sum of stamp cloud1, day 2026-10-01"),
        ("UPDATE daily_sums SET tenant = meter", "a daily sum of stamp cloud1, day 2026-10-01"),
        ("UPDATE daily_sums SET rows = -1", "the daily sum of stamp cloud1, day 2026-10-01"),
        ("UPDATE daily_sums SET day = 4000000000", "a daily sum of stamp cloud1, day number 4000000000"),
        ("UPDATE deliveries SET totals = 'm1 1.50'", "a delivery of the window 2026-10-01T00:00:00Z of stamp cloud1"),
        ("UPDATE deliveries SET stored = -1", "a delivery of the window 2026-10-01T00:00:00Z of stamp cloud1"),
        ("UPDATE deliveries SET body_digest = x'00'", "a delivery of the window 2026-10-01T00:00:00Z of stamp cloud1"),
        ("UPDATE windows SET hash = x'00'", "of stamp cloud1"),
        ("UPDATE windows SET first_day = -1", "the window 2026-10-01T00:00:00Z of stamp cloud1"),
        ("UPDATE progress SET next_hour = -1", "the progress of stamp cloud1"),
        ("UPDATE held_rows SET reason = 'dislike'", "a held row of the window 2026-10-01T00:00:00Z of stamp cloud1"),
        ("UPDATE resources SET block = x'28b52ffd'", "the block of resources from number 0 on of stamp cloud1"),
        ("UPDATE resources SET plain_bytes = 3", "the block of resources from number 0 on of stamp cloud1"),
        ("UPDATE resources SET count = 7", "the block of resources from number 0 on of stamp cloud1"),
        ("UPDATE audit SET hash = x'00'", "entry 1 of the audit log"),
        ("UPDATE documents SET currency = 'XXX'", "document 1"),
        ("UPDATE documents SET total = '1'", "document 1"),
        ("UPDATE documents SET lines = 3", "document 1"),
        ("UPDATE document_lines SET quantity = '1.0' WHERE position = 1", "line 1 of document 1"),
        ("UPDATE document_lines SET customer = 'a b' WHERE position = 1", "line 1 of document 1"),
        ("UPDATE document_lines SET tier = -1 WHERE position = 1", "line 1 of document 1"),
        ("UPDATE document_lines SET commerce_meter = 'a b' WHERE position = 1", "line 1 of document 1"),
        ("UPDATE document_lines SET discount = 'half' WHERE position = 1", "line 1 of document 1"),
        ("UPDATE document_lines SET credit = '' WHERE position = 1", "line 1 of document 1"),
        (
            "UPDATE document_lines SET price_currency = 'XXX', exchange_rate = '1' WHERE position = 1",
            "line 1 of document 1",
        ),
        (
            "UPDATE document_lines SET price_currency = 'EUR', exchange_rate = '0' WHERE position = 1",
            "line 1 of document 1",
        ),
        ("UPDATE documents SET pinned_delivery = -1", "document 1"),
        ("UPDATE sum_changes SET quantity = x'0000'", "local subscription s1, tenant contoso.example, meter m1"),
        ("UPDATE sum_changes SET rows = -1", "the daily sum of stamp cloud1, day 2026-10-01"),
        ("UPDATE notices SET channel = 'pigeon'", "notice 2"),
        ("UPDATE notices SET budget = 'a b' WHERE number = 1", "notice 1"),
        ("INSERT INTO office VALUES ('partner', 'p', 1, 1, '{}')", "the partner p in the office"),
        (
            "INSERT INTO office VALUES ('directory', 'd', 1, 1, '{\"id\":\"e\",\"domain\":\"e\"}')",
            "the directory d in the office",
        ),
        ("INSERT INTO office VALUES ('thing', 't', 1, 1, '{}')", "the thing t in the office"),
        ("UPDATE hourly_rows SET used = -1", "row 0 of the usage that was reported in 2026-10-01T01:00:00Z"),
        ("UPDATE hourly_rows SET meter = 99", "row 0 of the usage that was reported in 2026-10-01T01:00:00Z"),
        ("UPDATE daily_rows SET document = 99", "row 0 of the usage that was reported in 2026-10-01T00:00:00Z"),
        ("UPDATE usage_subscribers SET tenant = ''", "row 0 of the usage that was reported in 2026-10-01T01:00:00Z"),
        ("UPDATE usage_progress SET sealed_until = -1", "the progress of the usage service"),
    ];
    assert_eq!(first_damage(&Folder::furnished().store()), None);
    for (sql, expected) in table {
        let folder = Folder::furnished();
        folder.forge(sql);
        let Some((place, problem)) = first_damage(&folder.store()) else { panic!("{sql} was not seen") };
        assert!(place.contains(expected), "after {sql}: {place}: {problem}");
    }
}

#[test]
fn names_that_were_changed_by_hand_keep_the_database_closed() {
    for sql in ["UPDATE names SET folded = 'other' WHERE number = 2", "DELETE FROM names WHERE number = 1"] {
        let folder = Folder::furnished();
        folder.forge(sql);
        let answer = SqliteStore::open(folder.0.path());
        assert!(matches!(answer, Err(StoreError::Damaged { .. })), "after {sql}: {answer:?}");
    }
}

#[test]
fn a_line_that_was_changed_by_hand_differs_from_the_bytes() {
    let folder = Folder::furnished();
    let before = folder.store().documents(None).unwrap();
    folder.forge("UPDATE document_lines SET amount = '-0.04' WHERE position = 0");
    let after = folder.store().documents(None).unwrap();
    assert_ne!(after[0].document, before[0].document);
    assert_eq!((&after[0].bytes, after[0].hash), (&before[0].bytes, before[0].hash));
}

#[test]
fn adding_to_a_sum_that_is_damaged_names_it() {
    let folder = Folder::furnished();
    folder.forge("UPDATE daily_sums SET quantity = x'0000'");
    let answer = folder.store().record_windows(&[delivered(&stamp(), hour(1))]);
    let Err(StoreError::Damaged { place, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(
        place,
        "the daily sum of stamp cloud1, day 2026-10-01, local subscription s1, tenant contoso.example, meter m1"
    );
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_left_as_it_is() {
    let folder = Folder::furnished();
    folder.by_hand().execute_batch("PRAGMA user_version = 4711").unwrap();
    for answer in [SqliteStore::open(folder.0.path()), SqliteStore::open_read_only(folder.0.path())] {
        assert!(matches!(answer, Err(StoreError::TooNew { found: 4711, known: 3 })), "{answer:?}");
    }
    folder.by_hand().execute_batch("PRAGMA user_version = 3").unwrap();
    assert_eq!(folder.store().check().unwrap(), Vec::<String>::new());
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let folder = Folder::new();
    std::fs::write(folder.0.path().join("tallybridge.db"), "this is no database at all, ".repeat(100)).unwrap();
    let answer = SqliteStore::open(folder.0.path());
    assert!(matches!(answer, Err(StoreError::Damaged { .. })), "{answer:?}");
}

#[test]
fn reading_only_needs_a_database_of_this_version_and_writes_nothing() {
    let folder = Folder::new();
    assert!(SqliteStore::open_read_only(folder.0.path()).is_err(), "there is no file");
    drop(folder.by_hand());
    assert!(SqliteStore::open_read_only(folder.0.path()).is_err(), "the file is empty");
    let store = folder.store();
    furnish(&store);
    let reader = SqliteStore::open_read_only(folder.0.path()).unwrap();
    let before = contents(&store);
    assert_eq!(contents(&reader), before);
    record(&store, &delivered(&stamp(), hour(3)));
    assert_eq!(contents(&reader), before, "it sees the moment at which it was opened");
    let later = SqliteStore::open_read_only(folder.0.path()).unwrap();
    assert_eq!(contents(&later), contents(&store), "a later one sees what was written since");
    let refused = reader.record_windows(&[delivered(&stamp(), hour(4))]);
    assert!(matches!(refused, Err(StoreError::Database { .. })), "{refused:?}");
    drop(store);
    assert!(contents(&reader).contains("first delivery"), "it reads on when the hub is gone");
}

#[test]
fn the_committed_schema_is_what_the_migrations_make() {
    let made = check::schema_text().unwrap();
    assert_eq!(made, include_str!("schema.sql"), "schema.sql must read:\n{made}");
}

#[test]
fn a_database_of_the_first_schema_is_brought_up_to_date_with_its_office() {
    let folder = Folder::new();
    let database = folder.by_hand();
    database.execute_batch(include_str!("migrations/0001_cellar.sql")).unwrap();
    database
        .execute_batch(
            "INSERT INTO audit VALUES (1, 0, 'hub', 'a', 'o', '{}', zeroblob(32), zeroblob(32));
             INSERT INTO office_changes VALUES (1);
             INSERT INTO office VALUES ('directory', 'd', 1, 1, '{\"id\":\"D\",\"domain\":\"first\"}');
             INSERT INTO office VALUES ('directory', 'd', 2, 1, '{\"id\":\"D\",\"domain\":\"second\"}');
             PRAGMA user_version = 1;",
        )
        .unwrap();
    let store = folder.store();
    let (office, seen) = store.office().unwrap();
    let domains: Vec<&str> = office.directories.values().map(|directory| directory.domain.as_str()).collect();
    assert_eq!((domains, seen), (vec!["second"], 1));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let versions: u32 = database.query_row("SELECT count(*) FROM office", [], |row| row.get(0)).unwrap();
    assert_eq!(versions, 2, "the history is kept");
    furnish_usage(&store);
}

#[test]
fn documents_of_the_first_schema_say_nothing_of_commerce() {
    let folder = Folder::new();
    let database = folder.by_hand();
    database.execute_batch(include_str!("migrations/0001_cellar.sql")).unwrap();
    database
        .execute_batch(
            "INSERT INTO audit VALUES (1, 0, 'hub', 'a', 'o', '{}', zeroblob(32), zeroblob(32));
             INSERT INTO documents VALUES (1, 'INV-P-000001', 'inv-p-000001', 'P', 'p', 1, '2026-10', 'invoice', 'EUR',
                '0.05', 1, 7, 1, zeroblob(32), zeroblob(32), x'00');
             INSERT INTO document_lines VALUES (1, 0, '2026-10', 'A1', 'S', 'M', 'tenant', '2026-10-01', 1, 'usage',
                NULL, '0.05', 1, '1', '0.05', '0');
             PRAGMA user_version = 1;",
        )
        .unwrap();
    let documents = folder.store().documents(None).unwrap();
    let [issued] = documents.as_slice() else { panic!("{documents:?}") };
    let [line] = issued.document.lines.as_slice() else { panic!("{issued:?}") };
    assert_eq!((&line.key.commerce_meter, line.exchange), (&line.key.meter, None));
    assert!(line.key.discount.is_zero() && line.key.credit.is_zero(), "{line:?}");
    assert_eq!((&issued.pins, issued.document.total.decimal().as_str()), (&None, "0.05"));
    assert_eq!(folder.store().check().unwrap(), Vec::<String>::new());
}

#[test]
fn an_office_of_before_commerce_is_read_and_written_as_it_was() {
    let folder = Folder::new();
    drop(folder.store());
    let database = folder.by_hand();
    database
        .execute_batch(
            "INSERT INTO audit VALUES (1, 0, 'hub', 'a', 'o', '{}', zeroblob(32), zeroblob(32));
             INSERT INTO office_changes VALUES (1);",
        )
        .unwrap();
    let records = before_commerce();
    for (kind, body, record) in &records {
        let insert = "INSERT INTO office VALUES (?1, ?2, 1, 1, ?3)";
        database.execute(insert, (kind, record.key().1, body)).unwrap();
        assert_eq!(record.json().unwrap(), *body, "what says nothing is not written");
    }
    let (read, _) = folder.store().office_changes(0).unwrap();
    assert_eq!(read.len(), records.len());
    assert!(records.iter().all(|(_, _, record)| read.contains(record)), "{read:?}");
}

#[test]
fn sealing_that_was_interrupted_anywhere_is_finished_by_the_next_call() {
    let events = || (0..6_000).map(|name: u32| told(&format!("{name}"), "s", hour(name % 24), "1"));
    let look = |store: &SqliteStore| {
        [UsageSpan::Hour, UsageSpan::Day].map(|span| store.usage_rows(&query(span, hour(0)..hour(99), None), 99_999))
    };
    let shown = |store: &SqliteStore| look(store).map(|rows| format!("{:?}", rows.unwrap()));
    let fill = |folder: &Folder| {
        let many = |event: Told| EventRecord { resource: format!("/{}", event.name), ..event.event() };
        folder.store().post_events(hour(23), &events().map(many).collect::<Vec<_>>()).unwrap();
    };
    let whole = Folder::new();
    fill(&whole);
    assert_eq!(whole.store().seal(hour(24)).unwrap(), hour(24));
    let expected = shown(&whole.store());
    for steps in 0..6 {
        let folder = Folder::new();
        fill(&folder);
        let store = folder.store();
        let step = |number: i32| {
            store.connections.change("seal by hand", |change| match number {
                0 => usage::close(change, hour(24)),
                1 | 2 => usage::move_hours(change, hour(24)),
                _ => usage::move_days(change, hour(24)),
            })
        };
        for number in 0..steps {
            assert!(step(number).unwrap());
        }
        drop(store);
        let store = folder.store();
        assert_eq!(shown(&store), ["[]", "[]"], "nothing is shown half, after {steps} steps");
        let reported = post(&store, hour(23), &[told("late", "s", hour(0), "1")]);
        assert_eq!(reported, if steps == 0 { hour(23) } else { hour(24) }, "after {steps} steps");
        if steps > 0 {
            assert_eq!(store.seal(hour(24)).unwrap(), hour(24));
            assert_eq!(shown(&store), expected, "after {steps} steps");
        }
    }
}

#[test]
fn several_processes_may_make_the_database_at_the_same_time() {
    let folder = Folder::new();
    let names: Vec<String> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..4).map(|_| scope.spawn(|| folder.store().incarnation().unwrap())).collect();
        openers.into_iter().map(|opener| opener.join().unwrap()).collect()
    });
    assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
}

#[test]
fn a_full_disk_refuses_a_delivery_and_leaves_the_rest_at_work() {
    let folder = Folder::furnished();
    let store = folder.store();
    let before = contents(&store);
    let limit_pages = |pages: u32| {
        let limit = format!("PRAGMA max_page_count = {pages}");
        store.connections.change("limit the file", |change| Ok(change.view.database.execute_batch(&limit)?)).unwrap();
    };
    // Below what it has, the limit becomes what it has.
    limit_pages(1);
    let large = crate::WindowRecord {
        new_resources: (0..200_000).map(|number| format!("{}", number * 7_919 % 1_000_003)).collect(),
        first_resource: 2,
        ..delivered(&stamp(), hour(1))
    };
    let refused = store.record_windows(std::slice::from_ref(&large));
    let Err(StoreError::Database { cause, .. }) = refused else { panic!("{refused:?}") };
    assert!(cause.contains("full"), "{cause}");
    assert_eq!(contents(&store), before);
    limit_pages(u32::MAX / 2);
    assert_eq!(record(&store, &large).next, hour(3));
}

#[test]
fn after_power_was_lost_the_oldest_deliveries_are_there_and_the_books_agree() {
    let folder = Folder::new();
    let store = folder.store();
    for number in 0..12 {
        let sums = vec![change(day(0), subscriber("s", None), "m", "0.1")];
        record(&store, &crate::WindowRecord { sums, ..delivered(&stamp(), hour(number)) });
    }
    let file = std::fs::read(folder.0.path().join("tallybridge.db")).unwrap();
    let log = std::fs::read(folder.0.path().join("tallybridge.db-wal")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for cut in (0..=log.len()).rev().step_by(log.len() / 97).chain([log.len() - 1, 0]) {
        let copy = Folder::new();
        std::fs::write(copy.0.path().join("tallybridge.db"), &file).unwrap();
        // The end of the log never reached the disk, or only as another sector's bytes.
        let mut rest = log[..cut].to_vec();
        rest.extend(log[..log.len().min(512)].iter());
        std::fs::write(copy.0.path().join("tallybridge.db-wal"), rest).unwrap();
        let store = copy.store();
        assert_eq!(store.check().unwrap(), Vec::<String>::new(), "cut at {cut}");
        let count = store.progress(&stamp()).unwrap().map_or(0, |progress| progress.next.0 - hour(0).0);
        let sums = collected(|each| store.daily_sums(&stamp(), day(0)..day(1), &mut |sum| each(sum.clone())));
        let rows = sums.first().map_or(0, |sum| sum.rows);
        let deliveries = collected(|each| store.deliveries(&stamp(), each)).len();
        let entries = collected(|each| store.audit(1, each)).len();
        let found = (rows, u64::try_from(deliveries).unwrap(), u64::try_from(entries).unwrap());
        assert_eq!(found, (u64::from(count), u64::from(count), u64::from(count)), "cut at {cut}");
        if cut == log.len() {
            assert_eq!(count, 12, "what was answered is there");
        }
        seen.insert(count);
    }
    assert!(seen.len() > 8, "only {seen:?}");
}
