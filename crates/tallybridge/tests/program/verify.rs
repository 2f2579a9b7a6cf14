//! Verify: what is changed by hand in the database file is found, and named by its place.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::house::{PARTNER, body, furnish, hub, receive, run, stdout};
use hub::MonthClose;
use model::{Hour, Month};
use rusqlite::Connection;

/// Stands for a change that SQL cannot say.
const FLIP: &str = "flip one byte of a segment";
/// The place of the first sum.
const FIRST_SUM: &str = "day 2026-09-30, local subscription 60000000-0000-4000-8000-000000000000";

/// A house with a closed month.
fn closed_month(folder: &Path) {
    let hub = hub(folder, "2026-10-04T00");
    furnish(&hub, &["stamp-a"], "2026-09-30");
    for hour in (0..96).map(|hours| Hour::parse("2026-09-30T00").unwrap().plus(hours)) {
        receive(&hub, "stamp-a", hour, &body(hour, 6));
    }
    let closed = hub.close(&MonthClose {
        partner: PARTNER.parse().unwrap(),
        month: Month::parse("2026-09").unwrap(),
        actor: "test".to_owned(),
        override_reason: None,
        dry_run: false,
    });
    assert_eq!(closed.unwrap().document.unwrap().number.as_str(), "INV-4390934-000001");
}

/// Changes the database behind the program's back: guards are taken off, and put back as they were.
fn tamper(folder: &Path, table: &str, change: &str) {
    let database = Connection::open(folder.join("tallybridge.db")).unwrap();
    let mut guards =
        database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1").unwrap();
    let guards: Vec<(String, String)> =
        guards.query_map([table], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    for (name, _) in &guards {
        database.execute(&format!("DROP TRIGGER {name}"), []).unwrap();
    }
    database.pragma_update(None, "foreign_keys", false).unwrap();
    if change == FLIP {
        flip_a_byte(&database);
    } else {
        assert_eq!(database.execute(change, []).unwrap(), 1, "{change}");
    }
    for (_, sql) in &guards {
        database.execute_batch(sql).unwrap();
    }
}

/// Changes one byte in the middle of the fourth window's segment.
fn flip_a_byte(database: &Connection) {
    let fourth = "SELECT rowid, segment FROM windows ORDER BY hour LIMIT 1 OFFSET 3";
    let (row, mut segment): (i64, Vec<u8>) =
        database.query_row(fourth, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let middle = segment.len() / 2;
    segment[middle] ^= 1;
    database.execute("UPDATE windows SET segment = ?1 WHERE rowid = ?2", (segment, row)).unwrap();
}

#[test]
fn one_changed_byte_anywhere_is_found_and_named() {
    // table, change, place that must be named
    let table = [
        ("windows", FLIP, "hour 2026-09-30T03:00:00Z, revision 1"),
        ("resources", "UPDATE resources SET block = zeroblob(length(block)) WHERE first_number = 0", "stamp stamp-a"),
        ("daily_sums", "UPDATE daily_sums SET rows = rows + 1 WHERE <first>", FIRST_SUM),
        ("daily_sums", "UPDATE daily_sums SET quantity = x'01' WHERE <first>", FIRST_SUM),
        ("daily_sums", "DELETE FROM daily_sums WHERE <first>", FIRST_SUM),
        ("document_lines", "UPDATE document_lines SET amount = '0.01' WHERE position = 0", "INV-4390934-000001"),
        ("document_lines", "UPDATE document_lines SET tier = 2 WHERE position = 0", "INV-4390934-000001"),
        (
            "documents",
            "UPDATE documents SET bytes = CAST(replace(CAST(bytes AS TEXT), '2026-09', '2026-08') AS BLOB)",
            "INV-4390934-000001",
        ),
        ("audit", "UPDATE audit SET actor = 'nobody' WHERE number = 7", "audit entry 7"),
        ("deliveries", "UPDATE deliveries SET stored = stored - 1 WHERE number = 5", "hour 2026-09-30T04:00:00Z"),
        ("progress", "UPDATE progress SET next_hour = next_hour + 1", "the watermark is"),
    ];
    let original = tempfile::tempdir().unwrap();
    closed_month(original.path());
    for (place, change, named) in table {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(original.path().join("tallybridge.db"), folder.path().join("tallybridge.db")).unwrap();
        let path = folder.path().to_str().unwrap();
        let good = run(&["verify", "--data", path]);
        assert!(good.status.success(), "{good:?}");
        let change = change.replace(
            "<first>",
            "(stamp, day, subscription) = (SELECT stamp, day, subscription FROM daily_sums ORDER BY stamp, day, subscription)",
        );
        tamper(folder.path(), place, &change);
        let bad = run(&["verify", "--data", path]);
        assert_eq!(bad.status.code(), Some(1), "{change}: {}", stdout(&bad));
        assert!(stdout(&bad).contains(named), "{change}: {}", stdout(&bad));
    }
}

#[test]
fn a_proof_holds_while_a_hub_goes_on_receiving() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path(), "2026-12-01T00");
    furnish(&hub, &["stamp-a"], "2026-09-01");
    let first = Hour::parse("2026-09-01T00").unwrap();
    receive(&hub, "stamp-a", first, &body(first, 6));
    let proved = AtomicBool::new(false);
    let received = std::thread::scope(|scope| {
        let receiving = scope.spawn(|| {
            let mut received = 0;
            while received < 2_000 && !proved.load(Ordering::SeqCst) {
                received += 1;
                let hour = first.plus(received);
                receive(&hub, "stamp-a", hour, &body(hour, 6));
            }
            received
        });
        for _ in 0..5 {
            let proof = run(&["verify", "--data", folder.path().to_str().unwrap()]);
            assert!(proof.status.success(), "{}", stdout(&proof));
        }
        proved.store(true, Ordering::SeqCst);
        receiving.join().unwrap()
    });
    assert!(received > 5, "only {received} windows came meanwhile");
}

#[test]
fn a_guard_that_was_taken_off_is_found() {
    let folder = tempfile::tempdir().unwrap();
    closed_month(folder.path());
    let database = Connection::open(folder.path().join("tallybridge.db")).unwrap();
    database.execute("DROP TRIGGER windows_are_never_updated", []).unwrap();
    drop(database);
    let bad = run(&["verify", "--data", folder.path().to_str().unwrap()]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("windows_are_never_updated"), "{}", stdout(&bad));
}

#[test]
fn the_database_itself_refuses_to_change_an_invoice() {
    let folder = tempfile::tempdir().unwrap();
    closed_month(folder.path());
    let database = Connection::open(folder.path().join("tallybridge.db")).unwrap();
    for change in [
        "UPDATE documents SET at = 0",
        "DELETE FROM documents",
        "UPDATE document_lines SET tier = 2",
        "DELETE FROM document_lines",
        "UPDATE windows SET rows = 0",
        "DELETE FROM audit",
    ] {
        assert!(database.execute(change, []).is_err(), "{change}");
    }
}
