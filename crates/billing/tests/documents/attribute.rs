//! Runs `docs/rooms/attribute.md`.

use std::collections::BTreeMap;

use billing::attribute::{Attribution, Attributor, Rule, Unattributed};
use model::{
    BillingModel, CloudId, Day, DirectoryId, Hour, LocalSubscriptionId, Mapping, Office, Partner, PartnerId,
    PartnerKind, PayingSubscription, PayingSubscriptionId, Registration, RegistrationId, Stamp, Standing, Subscriber,
    SubscriptionKind, SubscriptionState,
};

use crate::page::{self, Block, Example, Row, cell, check, dash, need};

const HEADER: &str = "stamp local from until payer subscription rule scope charged";

#[test]
fn the_verdicts_stand_in_the_order_of_the_code() {
    let held = Unattributed::ALL.iter().map(|reason| reason.word());
    let words: Vec<&str> = held.chain(Rule::ALL.iter().map(|rule| rule.word())).collect();
    assert_eq!(page::verdicts(&page::read("attribute")), words);
}

#[test]
fn the_worked_examples_hold() {
    for example in page::examples(&page::read("attribute")) {
        run(&example);
    }
}

fn run(example: &Example) {
    let mut office = Office::default();
    let mut tenants: BTreeMap<String, Option<DirectoryId>> = BTreeMap::new();
    let mut checked = 0;
    for block in &example.blocks {
        for row in block.rows() {
            match block.kind.as_str() {
                "partners" => partner(&mut office, &row),
                "subscriptions" => standing(&mut office, &row),
                "stamps" => stamp(&mut office, &row),
                "local_subscriptions" => {
                    let tenant = cell(&row, "tenant").map(|tenant| DirectoryId::new(tenant).unwrap());
                    tenants.insert(need(&row, "id").to_owned(), tenant);
                }
                "registrations" => registration(&mut office, &row),
                "mappings" => mapping(&mut office, &row),
                "attribution" => checked += 1,
                other => panic!("{}: nobody reads a block {other:?}", example.title),
            }
        }
        if block.kind == "attribution" {
            attribution(&example.title, &office, &tenants, block);
        }
    }
    assert!(checked > 0, "{}: nothing is expected", example.title);
}

fn partner(office: &mut Office, row: &Row) {
    let id = PartnerId::new(need(row, "id")).unwrap();
    let partner = Partner {
        id: id.clone(),
        name: id.to_string(),
        kind: PartnerKind::from_word(need(row, "kind")).unwrap(),
        provider: cell(row, "provider").map(|provider| PartnerId::new(provider).unwrap()),
        price_list: None,
        retail: None,
    };
    office.partners.insert(id, partner);
}

/// Rows of one subscription are its history.
fn standing(office: &mut Office, row: &Row) {
    let id = PayingSubscriptionId::new(need(row, "id")).unwrap();
    let subscription = office.subscriptions.entry(id.clone()).or_insert_with(|| PayingSubscription {
        id: id.clone(),
        name: id.to_string(),
        kind: SubscriptionKind::from_word(need(row, "kind")).unwrap(),
        directory: DirectoryId::new("any").unwrap(),
        customer: None,
        standings: Vec::new(),
    });
    subscription.standings.push(Standing {
        from: Day::parse(need(row, "from")).unwrap(),
        partner: cell(row, "partner").map(|partner| PartnerId::new(partner).unwrap()),
        state: SubscriptionState::from_word(need(row, "state")).unwrap(),
    });
}

fn stamp(office: &mut Office, row: &Row) {
    let id = CloudId::new(need(row, "id")).unwrap();
    let stamp = Stamp {
        id: id.clone(),
        name: id.to_string(),
        region: "region1".to_owned(),
        partner: None,
        default_provider_subscription: cell(row, "default_provider_subscription")
            .map(|subscription| LocalSubscriptionId::new(subscription).unwrap()),
        first_window: Hour(0),
        credentials: Vec::new(),
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    };
    office.stamps.insert(id, stamp);
}

/// A registration of a stamp ends the one before it.
fn registration(office: &mut Office, row: &Row) {
    let stamp = CloudId::new(need(row, "stamp")).unwrap();
    let from = Day::parse(need(row, "from")).unwrap();
    let before = office.registrations.iter_mut().filter(|other| other.stamp == stamp && other.holds_on(from));
    before.for_each(|other| other.until = Some(from));
    office.registrations.push(Registration {
        number: 1,
        id: RegistrationId::new(&format!("/registrations/{stamp}")).unwrap(),
        name: stamp.to_string(),
        stamp,
        default_subscription: PayingSubscriptionId::new(need(row, "default")).unwrap(),
        billing_model: BillingModel::from_word(need(row, "model")).unwrap(),
        approved: need(row, "approved") == "yes",
        from,
        until: cell(row, "until").map(|until| Day::parse(until).unwrap()),
        mappings: Vec::new(),
        details: model::RegistrationDetails::default(),
    });
}

fn mapping(office: &mut Office, row: &Row) {
    let stamp = CloudId::new(need(row, "stamp")).unwrap();
    let from = Day::parse(need(row, "from")).unwrap();
    let registration = office
        .registrations
        .iter_mut()
        .find(|registration| registration.stamp == stamp && registration.holds_on(from))
        .expect("a registration that holds on the day of the mapping");
    registration.mappings.push(Mapping {
        tenant: DirectoryId::new(need(row, "tenant")).unwrap(),
        subscription: cell(row, "subscription").map(|subscription| PayingSubscriptionId::new(subscription).unwrap()),
        from,
    });
}

/// Asks for every day of `from..until`; each must give what the row says.
fn attribution(title: &str, office: &Office, tenants: &BTreeMap<String, Option<DirectoryId>>, expected: &Block) {
    for row in expected.rows() {
        let (local, stamp) = (need(&row, "local"), CloudId::new(need(&row, "stamp")).unwrap());
        let subscriber = Subscriber {
            subscription: LocalSubscriptionId::new(local).unwrap(),
            tenant: tenants.get(local).unwrap_or_else(|| panic!("{title}: who is {local}?")).clone(),
        };
        let (from, until) = (Day::parse(need(&row, "from")).unwrap(), Day::parse(need(&row, "until")).unwrap());
        assert!(from < until, "{title}: no day from {from} until {until}");
        let mut day = from;
        while day < until {
            let outcome = match Attributor::new(office, &stamp, day).attribute(&subscriber) {
                Attribution::Held(reason) => format!("- held {} - -", reason.word()),
                Attribution::Paid(paid) => {
                    let (subscription, charged) =
                        (&paid.paying_subscription.id, if paid.charged { "yes" } else { "no" });
                    let (rule, scope) = (paid.rule.word(), paid.scope.word());
                    format!("{} {subscription} {rule} {scope} {charged}", paid.payer.id)
                }
            };
            let actual = format!("{stamp} {local} {from} {until} {outcome}");
            let cells: Vec<String> = HEADER.split(' ').map(|column| dash(cell(&row, column))).collect();
            assert_eq!(actual, cells.join(" "), "{title}, on {day}");
            day = day.next();
        }
    }
    // The header is compared, too: a column that nobody reads would promise what is not checked.
    check(title, expected, HEADER, &expected.lines()[1..]);
}
