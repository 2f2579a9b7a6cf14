use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn registration(mappings: &[(&str, Option<&str>, &str)]) -> Registration {
    Registration {
        number: 1,
        id: RegistrationId::new("/registrations/one").unwrap(),
        name: "one".to_owned(),
        stamp: CloudId::new("cloud1").unwrap(),
        default_subscription: PayingSubscriptionId::new("default").unwrap(),
        billing_model: BillingModel::PayAsYouUse,
        approved: true,
        from: day("2026-10-05"),
        until: Some(day("2026-10-20")),
        mappings: mappings
            .iter()
            .map(|(tenant, subscription, from)| Mapping {
                tenant: DirectoryId::new(tenant).unwrap(),
                subscription: subscription.map(|id| PayingSubscriptionId::new(id).unwrap()),
                from: day(from),
            })
            .collect(),
        details: crate::RegistrationDetails::default(),
    }
}

#[test]
fn a_registration_holds_from_its_first_day_until_the_day_it_ends() {
    let table = [("2026-10-04", false), ("2026-10-05", true), ("2026-10-19", true), ("2026-10-20", false)];
    for (date, expected) in table {
        assert_eq!(registration(&[]).holds_on(day(date)), expected, "{date}");
    }
    let open = Registration { until: None, ..registration(&[]) };
    assert!(open.holds_on(day("2999-12-31")));
}

#[test]
fn the_last_mapping_of_a_tenant_that_has_begun_counts() {
    let mappings = [
        ("contoso", Some("first"), "2026-10-06"),
        ("fabrikam", Some("other"), "2026-10-06"),
        ("contoso", Some("second"), "2026-10-10"),
        ("contoso", None, "2026-10-12"),
        ("contoso", Some("third"), "2026-10-14"),
        ("contoso", Some("fourth"), "2026-10-14"),
        ("contoso", Some("back-dated"), "2026-10-13"),
    ];
    let table = [
        ("contoso", "2026-10-05", None),
        ("contoso", "2026-10-06", Some("first")),
        ("CONTOSO", "2026-10-09", Some("first")),
        ("contoso", "2026-10-10", Some("second")),
        ("contoso", "2026-10-12", None),
        ("contoso", "2026-10-13", Some("back-dated")),
        ("contoso", "2026-10-14", Some("back-dated")),
        ("fabrikam", "2026-10-14", Some("other")),
        ("adatum", "2026-10-14", None),
    ];
    let registration = registration(&mappings);
    for (tenant, date, expected) in table {
        let found = registration.mapped(&DirectoryId::new(tenant).unwrap(), day(date));
        assert_eq!(found.map(PayingSubscriptionId::as_str), expected, "{tenant} on {date}");
    }
    let until_thirteenth = Registration { mappings: registration.mappings[..6].to_vec(), ..registration };
    let found = until_thirteenth.mapped(&DirectoryId::new("contoso").unwrap(), day("2026-10-14"));
    assert_eq!(found.map(PayingSubscriptionId::as_str), Some("fourth"), "two on one day");
}

#[test]
fn pay_as_you_use_reports_capacity_does_not_and_the_others_say_so() {
    use BillingModel::{Capacity, Custom, Development, PayAsYouUse, Ruggedized};
    let table = [(PayAsYouUse, true, true), (Capacity, false, false), (Development, true, false)];
    for (model, switched_on, switched_off) in [&table[..], &[(Custom, true, false), (Ruggedized, true, false)]].concat()
    {
        for (usage_reporting, expected) in [(true, switched_on), (false, switched_off)] {
            let details = crate::RegistrationDetails { usage_reporting, ..crate::RegistrationDetails::default() };
            let registration = Registration { billing_model: model, details, ..registration(&[]) };
            assert_eq!(registration.is_reporting(), expected, "{model:?} {usage_reporting}");
        }
    }
}

#[test]
fn hours_in_a_range_are_passed_over_whatever_the_order_of_the_ranges() {
    let ranges =
        [9..12, 3..5, 5..6, 12..12, 4..9].map(|range: std::ops::Range<u32>| Hour(range.start)..Hour(range.end));
    for (from, expected) in [(0, 0), (2, 2), (3, 12), (5, 12), (11, 12), (12, 12), (13, 13)] {
        assert_eq!(pass_over(&ranges, Hour(from)), Hour(expected), "{from}");
    }
    assert_eq!(pass_over(&[], Hour(7)), Hour(7));
}
