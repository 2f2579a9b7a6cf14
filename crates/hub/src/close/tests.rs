//! Close tests: which stamps a month waits for.

use model::{BillingModel, PayingSubscriptionId, Registration, RegistrationDetails, RegistrationId};

use super::*;

/// The stamp, the first day, and the first day on which it holds no more.
type Row = (&'static str, &'static str, Option<&'static str>);

fn registration(stamp: &str, from: &str, until: Option<&str>) -> Registration {
    let day = |text| Day::parse(text).unwrap();
    Registration {
        number: 1,
        id: RegistrationId::new("/registrations/one").unwrap(),
        name: "one".to_owned(),
        stamp: CloudId::new(stamp).unwrap(),
        default_subscription: PayingSubscriptionId::new("default").unwrap(),
        billing_model: BillingModel::PayAsYouUse,
        approved: false,
        from: day(from),
        until: until.map(day),
        mappings: Vec::new(),
        details: RegistrationDetails::default(),
    }
}

#[test]
fn a_month_waits_for_a_stamp_that_was_registered_on_one_of_its_days() {
    let table: &[(&[Row], bool)] = &[
        (&[], false),
        (&[("S", "2026-09-01", None)], true),
        (&[("T", "2026-09-01", None)], false),
        (&[("S", "2026-09-01", Some("2026-10-01"))], false),
        (&[("S", "2026-11-01", None)], false),
        (&[("S", "2026-10-31", None)], true),
        (&[("S", "2026-10-30", Some("2026-10-30"))], false),
        // Removed on the last day and registered again on the next: what it had not delivered is wanted again.
        (&[("S", "2026-09-01", Some("2026-10-31")), ("S", "2026-11-01", None)], true),
        (&[("S", "2026-09-01", Some("2026-10-02"))], true),
    ];
    for (registrations, expected) in table {
        let registrations =
            registrations.iter().map(|(stamp, from, until)| registration(stamp, from, *until)).collect();
        let office = Office { registrations, ..Office::default() };
        let found = was_registered_in(&office, &CloudId::new("s").unwrap(), Month::parse("2026-10").unwrap());
        assert_eq!(found, *expected, "{:?}", office.registrations);
    }
}
