use std::sync::Arc;

use ::stamp::{Page, Place, Position, Row, Selection, Source, SourceError};
use model::{CloudId, Day, DirectoryId, Hour, LocalSubscriptionId, MeterId, Month, Second, UserSubscription};

use super::{Months, address, resources, sums};

/// Usage of one virtual machine and one disk a day, in pages of two rows.
struct Fake {
    place: Place,
    sealed: Hour,
    rows: Vec<Row>,
}

impl Source for Fake {
    fn place(&self) -> &Place {
        &self.place
    }

    fn now(&self) -> Second {
        self.sealed.start()
    }

    fn processed_until(&self) -> Result<Hour, SourceError> {
        Ok(self.sealed)
    }

    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        Ok(Arc::default())
    }

    fn usage(&self, selection: &Selection, from: Position, _rows_max: usize) -> Result<Page, SourceError> {
        let fits = |row: &&Row| {
            row.position >= from
                && selection.reported.contains(&row.position.reported)
                && selection.subscribers.include(&row.subscription)
        };
        let mut rows: Vec<Row> = self.rows.iter().filter(fits).take(3).cloned().collect();
        let next = (rows.len() == 3).then(|| rows.pop()).flatten().map(|row| row.position);
        Ok(Page { rows, next })
    }
}

fn id(text: &str) -> LocalSubscriptionId {
    LocalSubscriptionId::new(text).unwrap()
}

/// Each row: reported on, used on, by whom, by which resource, how much.
fn fake(sealed: &str, rows: &[(&str, &str, &str, &str, &str)]) -> Fake {
    let day = |text: &str| Day::parse(text).unwrap();
    let row = |(number, (reported, used, who, resource, quantity)): (usize, &(&str, &str, &str, &str, &str))| Row {
        position: Position { reported: day(reported).first_hour(), row: u64::try_from(number).unwrap() },
        subscription: id(who),
        start: day(used).start(),
        end: day(used).next().start(),
        meter: Arc::from("m"),
        instance_data: Arc::from(format!(r#"{{"Microsoft.Resources":{{"resourceUri":"{resource}"}}}}"#)),
        quantity: (*quantity).to_owned(),
    };
    Fake {
        place: Place {
            cloud: CloudId::new("cloud").unwrap(),
            region: "local".to_owned(),
            provider_subscription: id("operator"),
            home_directory: DirectoryId::new("directory").unwrap(),
        },
        sealed: Second::parse(sealed).unwrap().hour().unwrap(),
        rows: rows.iter().enumerate().map(row).collect(),
    }
}

const ROWS: &[(&str, &str, &str, &str, &str)] = &[
    ("2026-10-01", "2026-09-30", "a", "vm", "100"),
    ("2026-10-01", "2026-10-01", "a", "vm", "1.5"),
    ("2026-10-01", "2026-10-01", "b", "disk", "2"),
    ("2026-10-02", "2026-10-01", "a", "vm", "0.25"),
    ("2026-10-02", "2026-10-02", "a", "disk", "many"),
    ("2026-10-02", "2026-10-02", "a", "disk", "4"),
    // Late, but within the grace.
    ("2026-11-02", "2026-10-31", "a", "vm", "8"),
    ("2026-11-02", "2026-11-02", "a", "vm", "16"),
    // Too late for this month.
    ("2026-11-03", "2026-10-31", "a", "vm", "32"),
];

#[test]
fn a_month_has_what_was_used_in_it_as_far_as_whole_days_are_sealed() {
    let table = [
        ("2026-10-01T00:00:00Z", ""),
        ("2026-10-01T23:00:00Z", ""),
        ("2026-10-02T05:00:00Z", "a 1.5, b 2"),
        ("2026-10-03T00:00:00Z", "a 5.75, b 2"),
        ("2026-12-01T00:00:00Z", "a 13.75, b 2"),
    ];
    for (sealed, expected) in table {
        let used = Months::default().of(&fake(sealed, ROWS), Month::parse("2026-10").unwrap()).unwrap();
        let sums = sums(&used.cells, |subscription, _, _| Some(subscription.to_string())).unwrap();
        let shown: Vec<String> = sums.iter().map(|(who, sum)| format!("{who} {sum}")).collect();
        assert_eq!(shown.join(", "), expected, "{sealed}");
    }
}

#[test]
fn a_month_is_added_up_again_when_more_of_it_is_sealed() {
    let (months, month) = (Months::default(), Month::parse("2026-10").unwrap());
    let first = months.of(&fake("2026-10-02T05:00:00Z", ROWS), month).unwrap();
    let same = months.of(&fake("2026-10-02T06:00:00Z", ROWS), month).unwrap();
    let more = months.of(&fake("2026-10-03T00:00:00Z", ROWS), month).unwrap();
    assert!(Arc::ptr_eq(&first, &same) && !Arc::ptr_eq(&first, &more));
}

#[test]
fn resources_are_those_of_the_subscription_alone() {
    let (source, month) = (fake("2026-12-01T00:00:00Z", ROWS), Month::parse("2026-10").unwrap());
    for (who, expected) in [("a", "disk 4, vm 9.75"), ("b", "disk 2"), ("c", "")] {
        let found = resources(&source, month, &id(who), &MeterId::new("m").unwrap()).unwrap();
        let shown: Vec<String> = found.iter().map(|(name, sum)| format!("{name} {sum}")).collect();
        assert_eq!(shown.join(", "), expected, "{who}");
    }
}

#[test]
fn the_address_of_a_resource_is_found_or_left_out() {
    let table = [
        (r#"{"Microsoft.Resources":{"resourceUri":"/subscriptions/s/x"}}"#, "/subscriptions/s/x"),
        (r#"{"Microsoft.Resources":{}}"#, ""),
        (r#"{"Microsoft.Resources":{"resourceUri":"a\u0007b"}}"#, "a\u{fffd}b"),
        ("no document", ""),
        ("", ""),
    ];
    for (text, expected) in table {
        assert_eq!(address(text), expected, "{text}");
    }
}
