use model::{LocalSubscriptionId, ResourceNumber};

use super::*;

/// Rows from lines of `subscription meter address resource hour quantity`.
fn rows(table: &str) -> WindowRows {
    let mut window = WindowRows::default();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [subscription, meter, address, resource, hour, quantity] = columns.as_slice() else { panic!("{line}") };
        let subscriber = Subscriber { subscription: LocalSubscriptionId::new(subscription).unwrap(), tenant: None };
        let start = Hour(hour.parse().unwrap());
        let row = UsageRow {
            subscriber: indices(&mut window.subscribers, &[subscriber])[0],
            meter: indices(&mut window.meters, &[MeterId::new(meter).unwrap()])[0],
            resource: ResourceNumber(resource.parse().unwrap()),
            address: ResourceNumber(address.parse().unwrap()),
            start: start.start(),
            end: start.end(),
            quantity: Quantity::parse(quantity).unwrap(),
            text_start: 0,
            text_length: 0,
        };
        window.rows.push(row);
    }
    window
}

fn changes(comparison: &Comparison) -> Vec<String> {
    comparison
        .changes
        .iter()
        .map(|change| {
            format!(
                "{} {} {} {} {}",
                change.day, change.subscriber.subscription, change.meter, change.quantity, change.rows
            )
        })
        .collect()
}

#[test]
fn a_row_is_checked_in_the_documented_order() {
    let hour = |text: &str| Hour::parse(text).unwrap();
    let window = hour("2026-10-01T18");
    let table = [
        // start, end, quantity, verdict
        ("2026-10-01T17:00:00Z", "2026-10-01T18:00:00Z", "1", Ok(())),
        ("2026-10-01T18:00:00Z", "2026-10-01T19:00:00Z", "0", Ok(())),
        ("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", "24", Ok(())),
        ("2026-09-01T17:00:00Z", "2026-09-01T17:01:00Z", "1", Ok(())),
        ("2026-10-01T18:00:00Z", "2026-10-01T18:00:00Z", "1", Err(HeldReason::BadTime)),
        ("2026-10-01T18:00:00Z", "2026-10-01T17:00:00Z", "1", Err(HeldReason::BadTime)),
        ("1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z", "1", Err(HeldReason::BadTime)),
        ("2026-09-30T23:00:00Z", "2026-10-01T01:00:00Z", "-1", Err(HeldReason::CrossesDay)),
        ("2026-10-01T19:00:00Z", "2026-10-01T20:00:00Z", "-1", Err(HeldReason::Future)),
        ("2026-10-01T17:00:00Z", "2026-10-01T18:00:00Z", "-1", Err(HeldReason::Negative)),
        ("2026-10-01T17:00:00Z", "2026-10-01T18:00:00Z", "-0", Ok(())),
    ];
    for (start, end, quantity, verdict) in table {
        let (start, end) = (Second::parse(start).unwrap(), Second::parse(end).unwrap());
        let found = check(window, start, end, Quantity::parse(quantity).unwrap());
        assert_eq!(found, verdict, "{start} {end} {quantity}");
    }
}

#[test]
fn an_unknown_meter_is_held() {
    let catalogue = MeterCatalogue::published();
    let known = MeterId::new("F271A8A388C44D93956A063E1D2FA80B").unwrap();
    let unknown = MeterId::new("00000000-0000-4000-8000-000000000000").unwrap();
    assert_eq!(check_meter(catalogue, &known), Ok(()));
    assert_eq!(check_meter(catalogue, &unknown), Err(HeldReason::UnknownMeter));
}

#[test]
fn copies_count_once_and_contradictions_not_at_all() {
    let window = rows(
        "# subscription meter address resource hour quantity
         s m 1 1 10 5
         s m 2 2 10 5
         s m 1 1 10 5
         s m 1 1 11 6
         s m 3 3 10 1
         s m 3 3 10 2
         s m 3 3 10 1
         t m 1 1 10 7
         s m 4 4 10 1
         s m 4 5 10 1",
    );
    let settlement = settle(&window);
    assert_eq!(settlement.copies, 1);
    assert_eq!(settlement.conflicts, [4, 5, 6, 8, 9]);
    let mut kept = settlement.kept.clone();
    kept.sort_unstable();
    assert_eq!(kept.iter().filter(|position| [0, 2].contains(*position)).count(), 1);
    assert_eq!(kept.len(), 4);
    assert_eq!(settlement.kept.len() + 1 + settlement.conflicts.len(), window.rows.len());
}

#[test]
fn only_the_difference_moves() {
    let first = "s m 1 1 10 5
                 s m 2 2 10 0.5
                 t m 1 1 10 7";
    // now, stored copies replaced removed, changes
    let table: [(&str, [u64; 4], &[&str]); 7] = [
        (first, [0, 3, 0, 0], &[]),
        ("", [0, 0, 0, 3], &["1970-01-01 s m -5.5 0", "1970-01-01 t m -7 0"]),
        (
            "t M 1 1 10 7
             s M 2 2 10 0.25
             s M 1 1 10 5",
            [1, 2, 1, 0],
            &["1970-01-01 s M -0.25 1"],
        ),
        (
            "s m 1 1 10 5
             s m 2 2 10 0.5
             t m 1 1 10 7
             t m 1 1 30 7",
            [1, 3, 0, 0],
            &["1970-01-02 t m 7 1"],
        ),
        (
            "s m 2 2 10 0.5
             t m 1 1 10 7",
            [0, 2, 0, 1],
            &["1970-01-01 s m -5 0"],
        ),
        (
            "s m 1 9 10 5
             s m 2 2 10 0.5
             t m 1 1 10 7",
            [1, 2, 1, 0],
            &["1970-01-01 s m 0 1"],
        ),
        (
            "s n 1 1 10 5
             s m 2 2 10 0.5
             t m 1 1 10 7",
            [1, 2, 0, 1],
            &["1970-01-01 s n 5 1", "1970-01-01 s m -5 0"],
        ),
    ];
    for (now, counts, expected) in table {
        let comparison = compare(&rows(first), &rows(now)).unwrap();
        let found = [comparison.stored, comparison.copies, comparison.replaced, comparison.removed];
        assert_eq!(found, counts, "{now}");
        assert_eq!(changes(&comparison), expected, "{now}");
    }
}

#[test]
fn a_first_revision_stores_every_row() {
    let window = rows("s m 1 1 10 5\ns m 2 2 10 0.5\nt m 1 1 10 7\ns m 1 1 34 1");
    let comparison = compare(&WindowRows::default(), &window).unwrap();
    assert_eq!((comparison.stored, comparison.copies, comparison.removed), (4, 0, 0));
    assert_eq!(changes(&comparison), ["1970-01-01 s m 5.5 2", "1970-01-01 t m 7 1", "1970-01-02 s m 1 1"]);
}
