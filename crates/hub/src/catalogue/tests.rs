//! Catalogue tests: what an office becomes, and the laws of applying.

use std::fmt::Write as _;

use model::{
    BillingModel, Change, Currency, PartnerKind, PrincipalSecret, Registration, RegistrationDetails, RegistrationId,
    RegistrationState, RoleAssignment, Rounding, Standing,
};

use super::*;

mod history;
mod refusals;

/// The last digits of an id tell who is meant; the first ones what it is.
fn guid<T: std::str::FromStr<Err = model::IdError>>(group: &str, end: &str) -> T {
    format!("{group}0000000-0000-4000-8000-0000000000{end}").parse().unwrap()
}

fn id<T: std::str::FromStr<Err = model::IdError>>(text: &str) -> T {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn noon(text: &str) -> Second {
    Second::parse(&format!("{text}T12:00:00Z")).unwrap()
}

fn partner(number: &str, name: &str, kind: PartnerKind, provider: Option<&str>) -> Partner {
    let (provider, price_list) = (provider.map(id), Some(id("list")));
    Partner { id: id(number), name: name.to_owned(), kind, provider, price_list, retail: None }
}

fn directory(group: &str, end: &str, domain: &str) -> Directory {
    Directory { id: guid(group, end), domain: domain.to_owned() }
}

fn customer(end: &str, name: &str, partner: &str) -> Customer {
    Customer { id: guid("3", end), name: name.to_owned(), partner: id(partner), retail: None }
}

/// A CSP subscription of a customer, which has the digits of the customer.
fn sold(end: &str, of: &str, partner: &str) -> WantedSubscription {
    WantedSubscription {
        id: guid("4", end),
        name: format!("Subscription {end}"),
        kind: SubscriptionKind::Csp,
        directory: guid("3", of),
        customer: Some(guid("3", of)),
        partner: Some(id(partner)),
        state: SubscriptionState::Active,
        from: Some(day("2026-09-01")),
    }
}

fn user(end: &str, name: &str) -> WantedPrincipal {
    WantedPrincipal {
        id: guid("7", end),
        kind: PrincipalKind::User,
        name: name.to_owned(),
        directory: guid("1", "02"),
        application: None,
        administrator: false,
        owner: None,
        enabled: true,
    }
}

fn role(end: &str, role: Role, scope: &str) -> WantedRole {
    WantedRole { principal: guid("7", end), role, scope: ScopePath::new(scope).unwrap(), remove: false }
}

const DEFAULT: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d0";

/// Contoso with two customers, Fabrikam with a reseller, and who works with them.
fn cast() -> Catalogue {
    let shared = WantedSubscription {
        id: guid("2", "d0"),
        kind: SubscriptionKind::Cspss,
        directory: guid("1", "02"),
        customer: None,
        ..sold("d0", "a1", "4390934")
    };
    let enterprise =
        WantedSubscription { kind: SubscriptionKind::Ea, customer: None, partner: None, ..sold("e1", "a1", "4390934") };
    let automation = WantedPrincipal {
        kind: PrincipalKind::ServicePrincipal,
        application: Some(guid("8", "01")),
        owner: Some(guid("7", "01")),
        ..user("99", "automation")
    };
    let list = PriceList {
        id: id("list"),
        name: "List".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        rounding: Rounding::HalfUp,
        prices: Vec::new(),
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    };
    let stamp = WantedStamp {
        id: guid("5", "0a"),
        name: "North".to_owned(),
        region: "north".to_owned(),
        partner: Some(id("4390934")),
        default_provider_subscription: None,
    };
    Catalogue {
        partners: vec![
            partner("4390934", "Contoso", PartnerKind::Direct, None),
            partner("7120001", "Northwind", PartnerKind::IndirectReseller, Some("6034453")),
            partner("7120002", "Southridge", PartnerKind::IndirectReseller, Some("6034453")),
            partner("6034453", "Fabrikam", PartnerKind::IndirectProvider, None),
        ],
        directories: vec![
            directory("1", "02", "iurcontosocsp.onmicrosoft.com"),
            directory("3", "a1", "adatum.onmicrosoft.com"),
            directory("3", "b1", "wingtip.onmicrosoft.com"),
            directory("3", "f1", "tailspin.onmicrosoft.com"),
        ],
        customers: vec![
            customer("a1", "Adatum", "4390934"),
            customer("b1", "Wingtip", "4390934"),
            customer("f1", "Tailspin", "7120001"),
        ],
        subscriptions: vec![
            shared,
            sold("a1", "a1", "4390934"),
            sold("b1", "b1", "4390934"),
            sold("f1", "f1", "7120001"),
            enterprise,
        ],
        stamps: vec![stamp],
        principals: vec![
            user("01", "owner@iurcontosocsp.onmicrosoft.com"),
            user("02", "user@adatum.onmicrosoft.com"),
            automation,
        ],
        roles: vec![
            role("01", Role::Owner, DEFAULT),
            role("01", Role::PartnerAdministrator, "/partners/4390934"),
            role("02", Role::PlatformOperator, "/"),
        ],
        price_lists: vec![list],
    }
}

/// The office after applying a catalogue at a moment, with what differed.
fn apply(office: &mut Office, wanted: &Catalogue, now: &str) -> Vec<Difference> {
    let compared = compare(office, wanted, &Actor::at_home("tester"), noon(now)).map_err(Listed).unwrap();
    for record in compared.records {
        assert!(record.put_into(office));
    }
    compared.differences
}

/// Problems as the lines that a person reads.
struct Listed(Vec<Problem>);

impl std::fmt::Debug for Listed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|problem| writeln!(formatter, "{problem}"))
    }
}

fn furnished() -> Office {
    let mut office = Office::default();
    apply(&mut office, &cast(), "2026-10-01");
    office
}

/// Differences as text: what happens, to what, and each member before and after.
fn told(differences: &[Difference]) -> String {
    let mut text = String::new();
    for one in differences {
        writeln!(text, "{} {} {}", one.action.word(), one.kind.word(), one.name).unwrap();
        for MemberChange { member, before, after } in &one.members {
            let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            writeln!(text, "  {member}: {} -> {}", shown(before), shown(after)).unwrap();
        }
    }
    text
}

#[test]
fn an_office_gets_what_a_catalogue_wants() {
    let mut office = Office::default();
    let differences = apply(&mut office, &cast(), "2026-10-01");
    assert_eq!(differences.len(), cast().entries());
    assert!(differences.iter().all(|one| one.action == DifferenceAction::Add));
    assert_eq!(office.subscriptions.len(), 5);
    let adatum = &office.subscriptions[&guid("4", "a1")];
    assert_eq!(office.payer(adatum, day("2026-09-01")).unwrap().name, "Contoso");
    assert_eq!(office.payer(adatum, day("2026-08-31")), None);
    let tailspin = &office.subscriptions[&guid("4", "f1")];
    assert_eq!(office.payer(tailspin, day("2026-09-01")).unwrap().name, "Fabrikam");
    assert_eq!(office.stamps[&guid("5", "0a")].first_window, noon("2026-10-01").hour().unwrap());
    let may = |end, action, scope: &str| {
        crate::access::allows(&office, &guid("7", end), action, &ScopePath::new(scope).unwrap())
    };
    assert!(may("01", "Microsoft.AzureStack/registrations/write", DEFAULT));
    assert!(!may("02", "Microsoft.AzureStack/registrations/write", DEFAULT));
    assert!(may("02", "Microsoft.AzureStack/registrations/approveMultiTenancy/action", DEFAULT));
}

#[test]
fn applied_again_nothing_differs_whatever_the_case_of_the_ids() {
    let mut office = furnished();
    let before = office.clone();
    assert_eq!(apply(&mut office, &cast(), "2026-12-24"), []);
    let mut shouted = cast();
    shouted.subscriptions[1].directory = id(&shouted.subscriptions[1].directory.as_str().to_uppercase());
    shouted.subscriptions[1].id = id(&shouted.subscriptions[1].id.as_str().to_uppercase());
    shouted.partners[0].price_list = Some(id("LIST"));
    assert_eq!(apply(&mut office, &shouted, "2026-12-24"), []);
    assert_eq!(office, before);
}

#[test]
fn what_an_office_shows_changes_nothing_there_and_makes_the_same_elsewhere() {
    let mut office = furnished();
    let shown = Catalogue::of(&office);
    assert_eq!(shown.differences(&office, noon("2026-12-24")).map_err(Listed).unwrap(), []);
    let mut other = Office::default();
    apply(&mut other, &shown, "2026-10-01");
    assert_eq!(other, office);
    // Also after it was lived in, and what was let in before is not judged again.
    office.directories.remove(&guid("3", "b1"));
    let shown = Catalogue::of(&office);
    assert_eq!(shown.differences(&office, noon("2026-12-24")).map_err(Listed).unwrap(), []);
}

#[test]
fn what_has_no_entry_stays() {
    let mut office = furnished();
    let before = office.clone();
    assert_eq!(apply(&mut office, &Catalogue::default(), "2026-10-02"), []);
    let only = Catalogue { customers: vec![customer("a1", "Adatum Corporation", "4390934")], ..Catalogue::default() };
    let differences = apply(&mut office, &only, "2026-10-02");
    assert_eq!(told(&differences), "change customer Adatum Corporation\n  name: Adatum -> Adatum Corporation\n");
    office.customers = before.customers.clone();
    assert_eq!(office, before);
}

#[test]
fn order_does_not_matter() {
    let mut turned = cast();
    turned.partners.reverse();
    turned.subscriptions.reverse();
    turned.principals.reverse();
    let mut office = Office::default();
    apply(&mut office, &turned, "2026-10-01");
    assert_eq!(office, furnished());
}

#[test]
fn secrets_credentials_and_progress_stay() {
    let mut office = furnished();
    let secret = PrincipalSecret {
        name: "first".to_owned(),
        verifier: "sha256:00".to_owned(),
        from: noon("2026-10-01"),
        until: None,
    };
    let automation: PrincipalId = guid("7", "99");
    office.principals.get_mut(&automation).unwrap().secrets.push(secret.clone());
    let stamp = office.stamps.get_mut(&guid("5", "0a")).unwrap();
    stamp.credentials.push([7; 32]);
    let first_window = stamp.first_window;
    let mut wanted = cast();
    wanted.principals[2].enabled = false;
    wanted.stamps[0].name = "Far North".to_owned();
    wanted.stamps[0].partner = None;
    let differences = apply(&mut office, &wanted, "2026-11-01");
    assert_eq!(
        told(&differences),
        "change stamp Far North\n  name: North -> Far North\nchange service_principal automation\n  enabled: yes -> no\n"
    );
    assert_eq!(office.principals[&automation].secrets, [secret]);
    let stamp = &office.stamps[&guid("5", "0a")];
    assert_eq!((stamp.credentials.as_slice(), stamp.first_window), (&[[7; 32]][..], first_window));
    assert_eq!(stamp.partner, Some(id("4390934")));
}

#[test]
fn a_role_is_taken_away_once_and_given_again_under_the_same_name() {
    let mut office = furnished();
    let before = names(&office);
    let taken = |remove| Catalogue {
        roles: vec![WantedRole { remove, ..role("01", Role::Owner, &DEFAULT.to_uppercase()) }],
        ..Catalogue::default()
    };
    let differences = apply(&mut office, &taken(true), "2026-10-02");
    let lines = told(&differences);
    assert!(lines.starts_with("remove role Owner of owner@iurcontosocsp.onmicrosoft.com\n"), "{lines}");
    assert_eq!(apply(&mut office, &taken(true), "2026-10-02"), []);
    assert_eq!(Catalogue::of(&office).roles.len(), 2);
    assert_eq!(apply(&mut office, &taken(false), "2026-10-02").len(), 1);
    assert_eq!(before, names(&office));
    assert_eq!(Catalogue::of(&office).roles.len(), 3);
}

fn names(office: &Office) -> Vec<String> {
    office.role_assignments.keys().map(ToString::to_string).collect()
}

#[test]
fn a_role_that_was_given_under_another_name_is_there_and_can_be_taken_away() {
    let mut office = furnished();
    let given = role("02", Role::Reader, DEFAULT);
    let other = RoleAssignment {
        id: id("99999999-0000-4000-8000-000000000001"),
        scope: given.scope.clone(),
        principal: given.principal.clone(),
        role: given.role,
        removed: false,
    };
    office.role_assignments.insert(other.id.clone(), other);
    let wanted = |remove| Catalogue { roles: vec![WantedRole { remove, ..given.clone() }], ..Catalogue::default() };
    assert_eq!(apply(&mut office, &wanted(false), "2026-10-02"), []);
    assert_eq!(apply(&mut office, &wanted(true), "2026-10-02").len(), 1);
    assert_eq!(apply(&mut office, &wanted(false), "2026-10-02").len(), 1);
}

#[test]
fn the_name_of_an_assignment_is_a_guid_and_does_not_change_between_versions() {
    let name = access::assignment_id(&role("01", Role::Owner, DEFAULT)).unwrap();
    assert_eq!(name.as_str(), "e38d9151-c1c5-8764-8cd0-526d6f2b1479");
    let other = access::assignment_id(&role("01", Role::Reader, DEFAULT)).unwrap();
    assert_ne!(name, other);
}

#[test]
fn everything_of_a_list_that_differs_is_told() {
    let mut office = furnished();
    let mut list = cast().price_lists.remove(0);
    let mapping = |commerce: &str| model::MeterMapping {
        meter: id("FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5"),
        scope: model::Scope::Tenant,
        from: day("2026-10-01"),
        commerce_meter: id(commerce),
    };
    let reduction = |percent: &str, until: Option<&str>| model::Reduction {
        kind: model::ReductionKind::Discount,
        paying_subscription: None,
        meter: None,
        from: day("2026-10-01"),
        until: until.map(day),
        share: model::Share::parse_percent(percent).unwrap(),
    };
    let rate = |text: &str| model::MonthlyRate {
        month: model::Month::parse("2026-10").unwrap(),
        rate: model::ExchangeRate::parse(text).unwrap(),
    };
    (list.meters, list.reductions, list.exchange) =
        (vec![mapping("one")], vec![reduction("15", None)], vec![rate("2")]);
    let wanted = |list: &PriceList| Catalogue { price_lists: vec![list.clone()], ..Catalogue::default() };
    let differences = apply(&mut office, &wanted(&list), "2026-10-02");
    assert_eq!(
        told(&differences),
        "change price_list List\n  discount of all subscriptions on all meters from 2026-10-01: - -> 15 %\n  exchange rate of 2026-10: - -> 2\n  meter fab6eb84-500b-4a09-a8ca-7358f8bbaea5 of tenant from 2026-10-01: - -> one\n"
    );
    (list.meters, list.reductions, list.exchange) =
        (vec![mapping("two")], vec![reduction("15", Some("2026-12-01"))], Vec::new());
    let differences = apply(&mut office, &wanted(&list), "2026-10-02");
    assert_eq!(
        told(&differences),
        "change price_list List\n  discount of all subscriptions on all meters from 2026-10-01: 15 % -> 15 % until 2026-12-01\n  meter fab6eb84-500b-4a09-a8ca-7358f8bbaea5 of tenant from 2026-10-01: one -> two\n  exchange rate of 2026-10: 2 -> -\n"
    );
    assert_eq!(apply(&mut office, &wanted(&list), "2026-10-02"), []);
}

#[test]
fn a_changed_price_is_told_with_its_meter() {
    let mut office = furnished();
    let price = |text: &str| model::Price {
        meter: id("FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5"),
        from: day("2026-10-01"),
        unit: model::Unit::VcpuHours,
        conversion: model::Conversion { priced_unit: "vCPU hour".to_owned(), divisor: 1 },
        included: model::Quantity::ZERO,
        tiers: vec![model::Tier { from: model::Quantity::ZERO, unit_price: model::UnitPrice::parse(text).unwrap() }],
        source: "a test".to_owned(),
    };
    let list = |prices| PriceList { prices, ..cast().price_lists.remove(0) };
    let wanted = |prices| Catalogue { price_lists: vec![list(prices)], ..Catalogue::default() };
    apply(&mut office, &wanted(vec![price("0.008")]), "2026-10-02");
    let differences = apply(&mut office, &wanted(vec![price("0.009")]), "2026-10-02");
    assert_eq!(
        told(&differences),
        "change price_list List\n  price of FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5 from 2026-10-01: 0.008 from 0 for 1 vCPU hour of 1 vcpu_hours, 0 included (a test) -> 0.009 from 0 for 1 vCPU hour of 1 vcpu_hours, 0 included (a test)\n"
    );
    assert_eq!(apply(&mut office, &wanted(Vec::new()), "2026-10-02")[0].members[0].after, None);
}

#[test]
fn ten_thousand_customers_are_compared_in_one_pass() {
    let mut wanted = Catalogue { partners: cast().partners, price_lists: cast().price_lists, ..Catalogue::default() };
    for number in 0..10_000 {
        let text = format!("30000000-0000-4000-8000-{number:012}");
        wanted.directories.push(Directory { id: id(&text), domain: format!("c{number}.example.com") });
        wanted.customers.push(Customer {
            id: id(&text),
            name: format!("Customer {number}"),
            partner: id("4390934"),
            retail: None,
        });
        wanted.subscriptions.push(WantedSubscription {
            id: id(&format!("40000000-0000-4000-8000-{number:012}")),
            directory: id(&text),
            customer: Some(id(&text)),
            ..sold("a1", "a1", "4390934")
        });
    }
    let mut office = Office::default();
    assert_eq!(apply(&mut office, &wanted, "2026-10-01").len(), 30_005);
    assert_eq!(apply(&mut office, &wanted, "2026-10-02"), []);
    // All of them go to another partner, which a scan for each would not finish in the time a test has.
    wanted.partners.push(partner("5", "New", PartnerKind::Direct, None));
    wanted.customers.iter_mut().for_each(|one| one.partner = id("5"));
    wanted.subscriptions.iter_mut().for_each(|one| (one.partner, one.from) = (Some(id("5")), None));
    assert_eq!(apply(&mut office, &wanted, "2026-10-02").len(), 20_001);
}
