//! Killed: the process of a close is killed at every step, and later the same document is issued.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use hub::{Hub, MonthClose};
use model::{Hour, Month};
use rand::{Rng as _, SeedableRng as _};
use store::{Store as _, sqlite::SqliteStore};

use crate::{
    dying::Dying,
    house::{PARTNER, StoppedClock, body, furnish, hub, program, receive},
};

/// How often the program is killed at a moment that chance chooses.
const KILLS: u32 = 60;
/// Where the folder stands for the process that dies, and at which moment.
const FOLDER: &str = "TALLYBRIDGE_TEST_FOLDER";
const DIES_AT: &str = "TALLYBRIDGE_TEST_DIES_AT";
const NOW: &str = "2026-11-04T00";

/// A house with two months of usage that nobody closed.
fn house(folder: &Path) {
    let hub = hub(folder, NOW);
    furnish(&hub, &["stamp-a", "stamp-b"], "2026-10-30");
    for hour in (0..110).map(|hours| Hour::parse("2026-10-30T00").unwrap().plus(hours)) {
        receive(&hub, "stamp-a", hour, &body(hour, 4));
        receive(&hub, "stamp-b", hour, &body(hour, 3));
    }
}

fn wish() -> MonthClose {
    MonthClose {
        partner: PARTNER.parse().unwrap(),
        month: Month::parse("2026-10").unwrap(),
        actor: "test".to_owned(),
        override_reason: None,
        dry_run: false,
    }
}

/// A copy of a folder.
fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.path().join(entry.file_name())).unwrap();
    }
    to
}

/// The bytes of every document, with their pins.
fn papers(folder: &Path) -> Vec<(Vec<u8>, Option<store::Pins>)> {
    let documents = SqliteStore::open(folder).unwrap().documents(None).unwrap();
    documents.into_iter().map(|document| (document.bytes, document.pins)).collect()
}

/// After a process was killed: nothing or the whole document is there, and closing again leaves exactly that one.
fn same_document_afterwards(folder: &Path, expected: &[(Vec<u8>, Option<store::Pins>)], what: &str) -> bool {
    let before = papers(folder);
    assert!(before.is_empty() || before == expected, "{what}: a part of a document was left");
    let after = hub(folder, NOW);
    after.close(&wish()).unwrap();
    assert_eq!(papers(folder), expected, "{what}");
    assert_eq!(after.close(&wish()).unwrap().document, None, "{what}: closed again");
    let proof = after.verify(|_, _| ()).unwrap();
    let broken: Vec<_> = proof.laws.iter().filter(|law| !law.failures.is_empty()).collect();
    assert!(broken.is_empty(), "{what}: {broken:?}");
    !before.is_empty()
}

/// Closes the month in this process, which may die.
fn close_here(folder: &Path, dies_at: u64) -> u64 {
    let store = Arc::new(Dying::new(Arc::new(SqliteStore::open(folder).unwrap()), dies_at));
    let clock = Arc::new(StoppedClock(Hour::parse(NOW).unwrap().start()));
    let hub = Hub::new(store.clone(), clock, api::read_address).unwrap();
    hub.close(&wish()).unwrap();
    store.moments()
}

#[test]
fn a_close_that_is_killed_before_or_after_any_call_to_the_store_issues_the_same_bytes_later() {
    // This test starts itself as the process that is to die.
    if let (Ok(folder), Ok(dies_at)) = (std::env::var(FOLDER), std::env::var(DIES_AT)) {
        close_here(Path::new(&folder), dies_at.parse().unwrap());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    house(folder.path());
    let undisturbed = copy(folder.path());
    let moments = close_here(undisturbed.path(), 0);
    let expected = papers(undisturbed.path());
    assert_eq!(expected.len(), 1);
    let mut issued = 0;
    for moment in 1..=moments {
        let disturbed = copy(folder.path());
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["a_close_that_is_killed_before", "--nocapture"])
            .env(FOLDER, disturbed.path())
            .env(DIES_AT, moment.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.signal(), Some(9), "moment {moment}: the process was not killed");
        let was_issued = same_document_afterwards(disturbed.path(), &expected, &format!("moment {moment}"));
        issued += u64::from(was_issued);
    }
    assert!(moments > 20 && (1..moments).contains(&issued), "{issued} of {moments} moments came after the issue");
    println!("killed at {moments} moments, {issued} of them after the document was issued");
}

#[test]
fn the_program_killed_at_any_moment_of_a_close_issues_the_same_bytes_later() {
    let folder = tempfile::tempdir().unwrap();
    house(folder.path());
    let close = |folder: &Path| {
        Command::new(program())
            .args(["close", "--month", "2026-10", "--override", "a test", "--data"])
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let undisturbed = copy(folder.path());
    let start = std::time::Instant::now();
    assert!(close(undisturbed.path()).wait().unwrap().success());
    let whole = u64::try_from(start.elapsed().as_micros()).unwrap();
    let expected = papers(undisturbed.path());
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
    let mut issued = 0;
    for kill in 1..=KILLS {
        let disturbed = copy(folder.path());
        let mut child = close(disturbed.path());
        std::thread::sleep(Duration::from_micros(random.random_range(0..whole)));
        child.kill().unwrap();
        child.wait().unwrap();
        issued += u32::from(same_document_afterwards(disturbed.path(), &expected, &format!("kill {kill}")));
    }
    println!("{KILLS} kills, {issued} of them after the document was issued");
}
