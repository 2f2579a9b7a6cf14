//! History: what happens to a subscription is added to its past.

use super::*;

fn only(subscription: WantedSubscription) -> Catalogue {
    Catalogue { subscriptions: vec![subscription], ..Catalogue::default() }
}

fn adatum() -> WantedSubscription {
    WantedSubscription { from: None, ..sold("a1", "a1", "4390934") }
}

fn standings(office: &Office) -> Vec<(String, String, &'static str)> {
    let standings = &office.subscriptions[&guid("4", "a1")].standings;
    let text = |one: &Standing| {
        (one.from.to_string(), one.partner.as_ref().map(ToString::to_string).unwrap_or_default(), one.state.word())
    };
    standings.iter().map(text).collect()
}

fn listed(rows: &[(&str, &str, &'static str)]) -> Vec<(String, String, &'static str)> {
    rows.iter().map(|(from, partner, state)| ((*from).to_owned(), (*partner).to_owned(), *state)).collect()
}

#[test]
fn suspending_resuming_and_cancelling_leave_the_past_as_it_was() {
    let mut office = furnished();
    let mut rows = vec![("2026-09-01", "4390934", "active")];
    let steps = [
        ("2026-10-05", SubscriptionState::Suspended),
        ("2026-10-09", SubscriptionState::Active),
        ("2026-10-20", SubscriptionState::Cancelled),
    ];
    for (today, state) in steps {
        let wanted = only(WantedSubscription { state, ..adatum() });
        assert_eq!(apply(&mut office, &wanted, today).len(), 1);
        assert_eq!(apply(&mut office, &wanted, "2026-10-30"), [], "applied again on another day");
        rows.push((today, "4390934", state.word()));
        assert_eq!(standings(&office), listed(&rows));
    }
}

#[test]
fn a_transfer_changes_the_partner_from_a_day_on() {
    let mut office = furnished();
    let transfer = Catalogue {
        customers: vec![customer("a1", "Adatum", "7120001")],
        subscriptions: vec![WantedSubscription {
            partner: Some(id("7120001")),
            from: Some(day("2026-11-01")),
            ..adatum()
        }],
        ..Catalogue::default()
    };
    let differences = apply(&mut office, &transfer, "2026-10-20");
    assert_eq!(
        told(&differences),
        "change customer Adatum\n  partner: 4390934 -> 7120001\nchange subscription Subscription a1\n  partner: 4390934 -> 7120001\n  from: 2026-09-01 -> 2026-11-01\n"
    );
    assert_eq!(apply(&mut office, &transfer, "2026-12-24"), []);
    assert_eq!(standings(&office), listed(&[("2026-09-01", "4390934", "active"), ("2026-11-01", "7120001", "active")]));
    let subscription = &office.subscriptions[&guid("4", "a1")];
    let payer = |text| office.payer(subscription, day(text)).unwrap().name.as_str();
    assert_eq!((payer("2026-10-31"), payer("2026-11-01")), ("Contoso", "Fabrikam"));
}

#[test]
fn two_changes_of_one_day_are_both_kept_and_the_last_counts() {
    let mut office = furnished();
    for state in [SubscriptionState::Suspended, SubscriptionState::Active] {
        apply(&mut office, &only(WantedSubscription { state, ..adatum() }), "2026-10-05");
    }
    let subscription = &office.subscriptions[&guid("4", "a1")];
    assert_eq!(subscription.standings.len(), 3);
    assert_eq!(subscription.standing(day("2026-10-05")).unwrap().state, SubscriptionState::Active);
}

#[test]
fn a_new_name_is_no_change_of_standing() {
    let mut office = furnished();
    let wanted =
        only(WantedSubscription { name: "Adatum, main".to_owned(), from: Some(day("2026-01-01")), ..adatum() });
    let differences = apply(&mut office, &wanted, "2026-10-05");
    assert_eq!(told(&differences), "change subscription Adatum, main\n  name: Subscription a1 -> Adatum, main\n");
    assert_eq!(standings(&office).len(), 1);
}

fn registration(number: u32, until: Option<&str>) -> Registration {
    Registration {
        number,
        id: RegistrationId::new(&format!("{DEFAULT}/resourceGroups/azurestack/providers/x/registrations/{number}"))
            .unwrap(),
        name: format!("azurestack-{number}"),
        stamp: guid("5", "0a"),
        default_subscription: guid("2", "d0"),
        billing_model: BillingModel::PayAsYouUse,
        approved: true,
        from: day("2026-09-01"),
        until: until.map(day),
        mappings: vec![model::Mapping {
            tenant: guid("3", "a1"),
            subscription: Some(guid("4", "a1")),
            from: day("2026-09-01"),
        }],
        details: RegistrationDetails { revision: 3, ..RegistrationDetails::default() },
    }
}

#[test]
fn a_new_directory_of_the_default_subscription_resets_its_registration() {
    let mut office = furnished();
    office.registrations = vec![registration(1, Some("2026-09-15")), registration(2, None)];
    let mut wanted = Catalogue {
        directories: vec![directory("1", "03", "other.onmicrosoft.com")],
        subscriptions: vec![cast().subscriptions.remove(0)],
        ..Catalogue::default()
    };
    wanted.subscriptions[0].directory = guid("1", "03");
    let differences = apply(&mut office, &wanted, "2026-10-05");
    let last = differences.last().unwrap();
    assert_eq!(told(std::slice::from_ref(last)), "change registration azurestack-2\n  state: Registered -> Reset\n");
    let [ended, reset] = office.registrations.as_slice() else { panic!() };
    assert!(!ended.details.reset);
    assert_eq!(reset.state(day("2026-10-05")), RegistrationState::Reset);
    let changed = Change { by: "tester".to_owned(), kind: PrincipalKind::User, at: noon("2026-10-05") };
    assert_eq!((reset.details.revision, &reset.details.changed), (4, &Some(changed)));
    assert_eq!(reset.mappings, registration(2, None).mappings, "tenants stay mapped");
    assert!(reset.approved);
    assert_eq!(apply(&mut office, &wanted, "2026-10-06"), []);
    // Another directory does not reset it once more.
    wanted.subscriptions[0].directory = guid("1", "02");
    assert_eq!(apply(&mut office, &wanted, "2026-10-06").len(), 1);
}

#[test]
fn only_the_directory_resets_a_registration() {
    let mut office = furnished();
    office.registrations = vec![registration(1, None)];
    let mut wanted = only(cast().subscriptions.remove(0));
    wanted.subscriptions[0].name = "Shared".to_owned();
    wanted.subscriptions[0].state = SubscriptionState::Suspended;
    wanted.subscriptions[0].from = None;
    assert_eq!(apply(&mut office, &wanted, "2026-10-05").len(), 1);
    assert_eq!(office.registrations, [registration(1, None)]);
}
