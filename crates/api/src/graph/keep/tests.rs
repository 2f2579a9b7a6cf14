use super::*;

const FIRST: &str = "00000000-0000-4000-8000-000000000001";

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn partner(id: &str) -> PartnerId {
    PartnerId::new(id).unwrap()
}

fn keep() -> (tempfile::TempDir, Arc<Keep>) {
    let folder = tempfile::tempdir().unwrap();
    let keep = Arc::new(Keep::new(&folder.path().join("exports")));
    (folder, keep)
}

/// The end of an export with one file of a size.
fn done(bytes: u64) -> State {
    State::Succeeded { etag: "e".to_owned(), parts: vec![Part { name: "part-00000.json.gz".to_owned(), bytes }] }
}

#[test]
fn an_export_is_running_until_it_ended_and_is_gone_after_a_day() {
    let (_folder, keep) = keep();
    let claim = keep.begin(FIRST, &partner("7"), Second(100)).unwrap().unwrap();
    assert_eq!(keep.find(FIRST, Second(101)).unwrap().unwrap().state, State::Running);
    claim.end(done(5), Second(120)).unwrap();
    let found = keep.find(FIRST, Second(130)).unwrap().unwrap();
    assert_eq!((found.state, found.created, found.changed), (done(5), 100, 120));
    let last = Second(100 + AGE_SECONDS_MAX - 1);
    assert!(keep.find(&FIRST.to_ascii_uppercase(), last).unwrap().is_some());
    assert!(keep.find(FIRST, Second(100 + AGE_SECONDS_MAX)).unwrap().is_none());
}

#[test]
fn an_export_whose_writer_went_away_has_failed_also_for_another_process() {
    let (folder, keep) = keep();
    let claim = keep.begin(FIRST, &partner("7"), Second(100)).unwrap().unwrap();
    let other = Keep::new(&folder.path().join("exports"));
    assert_eq!(other.find(FIRST, Second(101)).unwrap().unwrap().state, State::Running);
    drop(claim);
    let State::Failed { code, .. } = other.find(FIRST, Second(102)).unwrap().unwrap().state else { panic!() };
    assert_eq!(code, "5001");
}

#[test]
fn no_id_climbs_out_of_the_folder() {
    let (_folder, keep) = keep();
    keep.begin(FIRST, &partner("7"), Second(100)).unwrap().unwrap().end(done(5), Second(100)).unwrap();
    for id in ["", ".", "..", "../x", "operation.json", &format!("../exports/{FIRST}"), &format!("{FIRST}/..")] {
        assert!(keep.find(id, Second(101)).unwrap().is_none(), "{id}");
    }
}

#[test]
fn the_oldest_of_a_partner_make_room_and_nobody_elses() {
    let (_folder, keep) = keep();
    keep.begin(FIRST, &partner("8"), Second(1)).unwrap().unwrap().end(done(5), Second(1)).unwrap();
    for number in 100..100 + KEPT_MAX + 2 {
        let at = Second(i64::try_from(number).unwrap());
        keep.begin(&id(number), &partner("7"), at).unwrap().unwrap().end(done(5), at).unwrap();
    }
    let now = Second(1000);
    let there = |number: usize| keep.find(&id(number), now).unwrap().is_some();
    assert!(keep.find(FIRST, now).unwrap().is_some());
    let found: Vec<usize> = (100..100 + KEPT_MAX + 2).filter(|number| there(*number)).collect();
    assert_eq!(found, (102..100 + KEPT_MAX + 2).collect::<Vec<_>>());
}

#[test]
fn who_has_as_many_unfinished_exports_as_it_may_begins_no_other() {
    let (_folder, keep) = keep();
    let claims: Vec<Claim> =
        (0..KEPT_MAX).map(|number| keep.begin(&id(number), &partner("7"), Second(1)).unwrap().unwrap()).collect();
    assert!(keep.begin(&id(100), &partner("7"), Second(2)).unwrap().is_none());
    assert!(keep.begin(&id(101), &partner("8"), Second(2)).unwrap().is_some());
    drop(claims);
    assert!(keep.begin(&id(102), &partner("7"), Second(3)).unwrap().is_some());
}

#[test]
fn the_oldest_make_room_where_all_together_are_too_large() {
    let (_folder, keep) = keep();
    for (number, at) in [(1, 1), (2, 2), (3, 3)] {
        let claim = keep.begin(&id(number), &partner("7"), Second(at)).unwrap().unwrap();
        claim.end(done(KEPT_BYTES_MAX / 2), Second(at)).unwrap();
    }
    keep.begin(&id(4), &partner("8"), Second(4)).unwrap().unwrap();
    let there = |number: usize| keep.find(&id(number), Second(5)).unwrap().is_some();
    assert_eq!([1, 2, 3].map(there), [false, true, true]);
}

#[test]
fn what_is_not_done_is_never_more_than_a_few_at_the_same_time() {
    let (_folder, keep) = keep();
    let now = Mutex::new((0_usize, 0_usize));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                keep.in_turn(|| {
                    let mut counts = now.lock().unwrap();
                    counts.0 += 1;
                    counts.1 = counts.1.max(counts.0);
                    drop(counts);
                    std::thread::yield_now();
                    now.lock().unwrap().0 -= 1;
                });
            });
        }
    });
    assert!((1..=WRITTEN_MAX).contains(&now.lock().unwrap().1));
}
