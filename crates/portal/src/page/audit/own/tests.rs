use model::{
    BillingModel, Budget, BudgetId, BudgetSide, CloudId, Currency, Customer, CustomerId, Day, DirectoryId, Hour, Money,
    Office, Partner, PartnerId, PartnerKind, PayingSubscription, PayingSubscriptionId, PriceListId, Registration,
    RegistrationId, Share, Stamp, Standing, SubscriptionKind, SubscriptionState,
};
use serde_json::{Value, json};

use super::{Named, Ownership};

const MINE: &str = "40000000-0000-4000-8000-0000000000a1";
const THEIRS: &str = "40000000-0000-4000-8000-0000000000b1";
const MOVED: &str = "40000000-0000-4000-8000-0000000000c1";
const STAMP: &str = "50000000-0000-4000-8000-00000000000a";
const OTHER_STAMP: &str = "50000000-0000-4000-8000-00000000000b";
const RESOLD_STAMP: &str = "50000000-0000-4000-8000-00000000000c";

fn partner(id: &str, list: &str) -> Partner {
    Partner {
        id: PartnerId::new(id).unwrap(),
        name: id.to_owned(),
        kind: PartnerKind::Direct,
        provider: None,
        price_list: Some(PriceListId::new(list).unwrap()),
        retail: None,
    }
}

fn subscription(id: &str, partners: &[&str]) -> PayingSubscription {
    let standing = |partner: &&str| Standing {
        from: Day(0),
        partner: Some(PartnerId::new(partner).unwrap()),
        state: SubscriptionState::Active,
    };
    PayingSubscription {
        id: PayingSubscriptionId::new(id).unwrap(),
        name: id.to_owned(),
        kind: SubscriptionKind::Csp,
        directory: DirectoryId::new("directory").unwrap(),
        customer: None,
        standings: partners.iter().map(standing).collect(),
    }
}

fn stamp(id: &str, partner: &str) -> Stamp {
    Stamp {
        id: CloudId::new(id).unwrap(),
        name: id.to_owned(),
        region: "local".to_owned(),
        partner: PartnerId::new(partner).ok(),
        default_provider_subscription: None,
        first_window: Hour(0),
        credentials: Vec::new(),
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    }
}

fn registration(number: u32, stamp: &str, subscription: &str) -> Registration {
    Registration {
        number,
        id: RegistrationId::new(&path(subscription, stamp)).unwrap(),
        name: format!("azurestack-{stamp}"),
        stamp: CloudId::new(stamp).unwrap(),
        default_subscription: PayingSubscriptionId::new(subscription).unwrap(),
        billing_model: BillingModel::PayAsYouUse,
        approved: true,
        from: Day(0),
        until: None,
        mappings: Vec::new(),
        details: model::RegistrationDetails::default(),
    }
}

fn path(subscription: &str, stamp: &str) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/azurestack-{stamp}"
    )
}

fn office() -> Office {
    let mut office = Office::default();
    for (id, list) in [("4390934", "mine"), ("777", "shared"), ("888", "shared")] {
        office.partners.insert(PartnerId::new(id).unwrap(), partner(id, list));
    }
    for (id, partners) in [(MINE, vec!["4390934"]), (THEIRS, vec!["777"]), (MOVED, vec!["777", "4390934"])] {
        office.subscriptions.insert(PayingSubscriptionId::new(id).unwrap(), subscription(id, &partners));
    }
    for (id, partner) in [(STAMP, "4390934"), (OTHER_STAMP, "777"), (RESOLD_STAMP, "4390934")] {
        office.stamps.insert(CloudId::new(id).unwrap(), stamp(id, partner));
    }
    let each = [(1, STAMP, MINE), (2, OTHER_STAMP, THEIRS), (3, RESOLD_STAMP, THEIRS), (4, RESOLD_STAMP, MINE)];
    office.registrations = each.map(|(number, stamp, payer)| registration(number, stamp, payer)).to_vec();
    for (id, partner) in [("a", "4390934"), ("odd one/b", "777"), ("customer-of-mine", "4390934")] {
        let customer = Customer {
            id: CustomerId::new(&id.replace(' ', "_")).unwrap(),
            name: id.to_owned(),
            partner: PartnerId::new(partner).unwrap(),
            retail: None,
        };
        office.customers.insert(customer.id.clone(), customer);
    }
    for (id, partner) in [("monthly", "4390934"), ("of-another", "777")] {
        let currency = Currency::parse("USD").unwrap();
        let budget = Budget {
            id: BudgetId::new(id).unwrap(),
            partner: PartnerId::new(partner).unwrap(),
            customer: None,
            side: BudgetSide::Cost,
            amount: Money { currency, minor: 100 },
            thresholds: vec![Share::parse_percent("80").unwrap()],
            webhook: None,
            secret: None,
            mail: Vec::new(),
            ended: false,
        };
        office.budgets.insert(budget.id.clone(), budget);
    }
    office
}

#[test]
fn an_entry_is_shown_when_it_names_something_of_the_partner_and_nothing_of_another() {
    let office = office();
    let id = PartnerId::new("4390934").unwrap();
    let own = Ownership::new(&office, &id);
    let nothing = json!({});
    let change = |kind: &str, id: &str, after: Value| json!({ "changes": [{ "kind": kind, "id": id, "before": null, "after": after }] });
    let table: Vec<(bool, &str, String, Value)> = vec![
        (true, "registration.put", path(MINE, STAMP), nothing.clone()),
        (true, "registration.put", path(MINE, STAMP).to_uppercase(), nothing.clone()),
        (false, "registration.put", path(THEIRS, OTHER_STAMP), nothing.clone()),
        // The stamp was another's before, and so was the subscription.
        (false, "window.receive", format!("{RESOLD_STAMP} 2026-10-01T00:00:00Z"), nothing.clone()),
        (false, "group.put", format!("/subscriptions/{MOVED}/resourceGroups/azurestack"), nothing.clone()),
        (true, "window.receive", format!("{STAMP} 2026-10-01T00:00:00Z"), nothing.clone()),
        (false, "window.receive", format!("{OTHER_STAMP} 2026-10-01T00:00:00Z"), nothing.clone()),
        (true, "mapping.put", path(MINE, STAMP), json!({ "subscription": MINE })),
        (false, "mapping.put", path(MINE, STAMP), json!({ "note": format!("was of {THEIRS}.") })),
        (false, "mapping.put", path(MINE, STAMP), json!({ "note": THEIRS.replace('-', "") })),
        (false, "mapping.put", path(MINE, STAMP), json!({ "deep": [{ THEIRS: 1 }] })),
        (true, "role.put", "/partners/4390934".to_owned(), json!({ "principal": "someone" })),
        (false, "role.put", "/partners/777".to_owned(), json!({ "principal": "someone" })),
        (false, "role.put", "/".to_owned(), nothing.clone()),
        (true, "invoice.issue", "INV-4390934-000001".to_owned(), json!({ "inputs": { "priceList": "shared" } })),
        (true, "credit_note.issue", "CN-4390934-000001".to_owned(), nothing.clone()),
        (false, "invoice.issue", "INV-777-000001".to_owned(), nothing.clone()),
        (true, "budget.end", "monthly".to_owned(), nothing.clone()),
        (false, "budget.end", "of-another".to_owned(), nothing.clone()),
        (false, "budget.put", "gone".to_owned(), change("budget", "gone", json!({ "partner": "777" }))),
        (true, "budget.threshold", "x".to_owned(), json!({ "partner": { "id": "4390934", "name": "777" } })),
        (false, "budget.threshold", "x".to_owned(), json!({ "partner": { "id": "777", "name": "4390934" } })),
        (true, "price_list.apply", "mine".to_owned(), nothing.clone()),
        (false, "price_list.apply", "shared".to_owned(), nothing.clone()),
        // The number of a registration is no id of anything else.
        (true, "x", "x".to_owned(), change("registration", "1", json!({ "approved": true }))),
        (false, "x", "x".to_owned(), change("registration", "2", json!({ "approved": true }))),
        (false, "x", "x".to_owned(), json!({ "count": 4_390_934, "at": "4390934" })),
        // A short id may be any word, and an odd one may stand anywhere.
        (false, "x", "a stamp".to_owned(), json!({ "reason": "a word" })),
        (true, "x", "x".to_owned(), change("customer", "a", json!({ "name": "A" }))),
        (true, "x", "customer-of-mine".to_owned(), nothing.clone()),
        (false, "x", path(MINE, STAMP), json!({ "reason": "about odd_one/b here" })),
        (false, "catalogue.apply", "the catalogue".to_owned(), change("principal", "90000000", json!({ "name": "x" }))),
        (
            false,
            "catalogue.apply",
            "the catalogue".to_owned(),
            json!({ "changes": [
                { "kind": "partner", "id": "4390934", "after": {} },
                { "kind": "partner", "id": "777", "after": {} },
            ] }),
        ),
    ];
    for (expected, action, object, detail) in table {
        let named = own.of_entry(action, &object, &detail);
        assert_eq!(named.is_own(), expected, "{action} {object} {detail}: {named:?}");
    }
}

#[test]
fn of_an_own_entry_only_own_changes_are_told() {
    let office = office();
    let id = PartnerId::new("4390934").unwrap();
    let own = Ownership::new(&office, &id);
    let table = [
        (json!({ "kind": "partner", "id": "4390934", "after": { "name": "x" } }), true),
        (json!({ "kind": "principal", "id": "90000000-0000-4000-8000-000000000002", "after": { "name": "x" } }), false),
        (json!({ "kind": "role_assignment", "id": "8", "after": { "scope": "/" } }), false),
        (json!({ "kind": "role_assignment", "id": "8", "after": { "scope": "/partners/4390934" } }), true),
        (json!({ "kind": "key", "id": "1", "after": {} }), false),
        (json!({ "kind": "tenant_mapping", "id": "1/t", "after": { "mappings": [{ "subscription": null }] } }), true),
        (json!({ "kind": "price_list", "id": "shared", "after": {} }), false),
    ];
    for (change, expected) in table {
        assert_eq!(own.of_change(&change).is_own(), expected, "{change}");
    }
}

#[test]
fn what_belongs_to_both_is_nobodys() {
    assert!(!Named { own: true, foreign: true }.is_own());
}
