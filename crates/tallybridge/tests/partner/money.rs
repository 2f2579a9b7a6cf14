//! What a partner's own routes show: customers, registrations, statements and invoices, and to whom the money is shown.

use serde_json::{Value, json};

use crate::{
    cast::{self, A1, CONTOSO, D, NORTH, P0, PROVIDER, R1, RESELLER},
    house::House,
};

/// The number of the first invoice of a partner.
pub fn first_invoice(partner: &str) -> String {
    let partner = model::PartnerId::new(partner).unwrap();
    billing::bill::number(&partner, model::DocumentKind::Invoice, 1).unwrap().to_string()
}

/// Some members of each element of a list.
fn columns(list: &Value, names: &[&str]) -> Vec<Vec<Value>> {
    let each = list.as_array().unwrap().iter();
    each.map(|one| names.iter().map(|name| one[name].clone()).collect()).collect()
}

#[test]
fn a_partner_sees_itself_with_its_resellers_their_customers_and_the_stamps_that_it_pays_for() {
    let house = House::open();
    assert_eq!(
        house.get("provider", "/partners/7000001").with(200),
        json!({ "id": PROVIDER, "name": "Provider", "kind": "indirect_provider", "provider": null,
            "resellers": ["7000002", "7000003"] })
    );
    assert_eq!(house.get("reseller", "/partners/7000002").with(200)["provider"], PROVIDER);
    let table = [
        ("contoso", CONTOSO, json!([["Adatum", CONTOSO], ["Wingtip Toys", CONTOSO]])),
        ("provider", PROVIDER, json!([["Northwind", RESELLER], ["Trey Research", cast::OTHER_RESELLER]])),
        ("reseller", RESELLER, json!([["Northwind", RESELLER]])),
        ("platform", cast::FABRIKAM, json!([["Customer of Fabrikam", cast::FABRIKAM]])),
    ];
    for (account, partner, expected) in table {
        let body = house.get(account, &format!("/partners/{partner}/customers")).with(200);
        assert_eq!(json!(columns(&body["customers"], &["name", "partner"])), expected, "{account}");
    }
    let body = house.get("contoso", "/partners/4390934/registrations").with(200);
    assert_eq!(
        body,
        json!({ "registrations": [{
            "id": cast::registration_path(D, NORTH), "name": format!("azurestack-{NORTH}"), "stamp": NORTH,
            "stampName": "stamp of 4390934", "region": "north", "state": "Registered", "billingModel": "PayAsYouUse",
            "defaultSubscription": D, "partner": CONTOSO, "approved": true, "tenants": 1, "from": "2026-10-01",
        }] })
    );
    let body = house.get("provider", "/partners/7000001/registrations").with(200);
    assert_eq!(json!(columns(&body["registrations"], &["defaultSubscription", "tenants"])), json!([[P0, 2]]));
    let body = house.get("reseller", "/partners/7000002/registrations").with(200);
    assert_eq!(body, json!({ "registrations": [] }));
}

#[test]
fn lists_come_in_pages_whose_links_lead_on() {
    let house = House::open();
    let first = house.get("contoso", "/partners/4390934/customers?size=1").with(200);
    assert_eq!(json!(columns(&first["customers"], &["name"])), json!([["Adatum"]]));
    let link = first["nextLink"].as_str().unwrap();
    let path = link.split_once("/partners").unwrap().1;
    let second = house.get("contoso", &format!("/partners{path}")).with(200);
    assert_eq!((&second["customers"][0]["name"], &second["nextLink"]), (&json!("Wingtip Toys"), &Value::Null));
    // The same place in somebody else's list.
    let other = house.get("fabrikam", &format!("/partners{}", path.replace(CONTOSO, cast::FABRIKAM)));
    assert_eq!((other.status, other.code().as_str()), (400, "InvalidContinuationToken"));
    for size in ["0", "501", "-1", "ten", ""] {
        let answer = house.get("contoso", &format!("/partners/4390934/customers?size={size}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidSize"), "{size}");
    }
}

/// S33: usage of a customer is the partner's to pay, also that of a reseller's customer, and then the provider's.
#[test]
fn a_statement_is_what_the_partner_pays_for_and_the_invoice_says_the_same() {
    let house = House::with_usage();
    let statement = house.get("contoso", "/partners/4390934/statements/2026-10").with(200);
    let names = ["subscription", "kind", "customer", "quantity", "unitPrice", "amount", "scope"];
    assert_eq!(
        json!(columns(&statement["lines"], &names)),
        json!([
            [D, "CSPSS", null, "3", "0.046", "0.14", "tenant"],
            [A1, "CSP", cast::ADATUM, "2", "0.046", "0.09", "tenant"],
        ])
    );
    assert_eq!(
        (&statement["total"], &statement["currency"], &statement["month"], &statement["partner"]),
        (&json!("0.23"), &json!("USD"), &json!("2026-10"), &json!(CONTOSO))
    );
    let invoices = house.get("contoso billing", "/partners/4390934/invoices").with(200);
    let number = first_invoice(CONTOSO);
    assert_eq!(
        invoices["documents"],
        json!([{ "number": number, "kind": "invoice", "partner": CONTOSO, "month": "2026-10", "currency": "USD",
            "total": "0.23", "lines": 2, "adjustments": 0 }])
    );
    let invoice = house.get("contoso billing", &format!("/partners/4390934/invoices/{number}")).with(200);
    let names = ["line", "subscription", "quantity", "amount"];
    assert_eq!(json!(columns(&invoice["lines"], &names)), json!([[1, D, "3", "0.14"], [2, A1, "2", "0.09"]]));
    let stored = house.hub.store().document(&model::InvoiceNumber::new(&number).unwrap()).unwrap().unwrap();
    assert_eq!(invoice["hash"], hub::hex(&stored.hash));
    assert_eq!(invoice["issued"], "2026-11-05T12:00:00Z");
    let provider = house.get("provider", "/partners/7000001/statements/2026-10").with(200);
    let customers: Vec<_> = provider["lines"].as_array().unwrap().iter().map(|line| &line["customer"]).collect();
    assert_eq!(json!(customers), json!([null, cast::OF_RESELLER, cast::OF_OTHER]));
}

#[test]
fn a_reseller_sees_quantities_of_its_own_customers_and_no_money() {
    let house = House::with_usage();
    for account in ["reseller", "reseller billing", "platform"] {
        let answer = house.get(account, "/partners/7000002/statements/2026-10");
        let body = answer.with(200);
        let names = ["subscription", "customer", "quantity"];
        assert_eq!(json!(columns(&body["lines"], &names)), json!([[R1, cast::OF_RESELLER, "50"]]), "{account}");
        for word in ["amount", "unitPrice", "total", "currency", "USD", "0.046", "tier", cast::R2, P0] {
            assert!(!answer.text.contains(word), "{account} sees {word}: {}", answer.text);
        }
        assert_eq!(house.get(account, "/partners/7000002/invoices").with(200), json!({ "documents": [] }));
        let provider = first_invoice(PROVIDER);
        let answer = house.get(account, &format!("/partners/7000002/invoices/{provider}"));
        assert_eq!((answer.status, answer.code().as_str()), (404, "InvoiceNotFound"), "{account}");
    }
}

/// A month is one sum, so a subscription that changed hands in it is shown to neither reseller.
#[test]
fn a_reseller_sees_nothing_of_a_month_in_which_a_subscription_was_also_somebody_elses() {
    let house = House::with_usage();
    let id = model::PayingSubscriptionId::new(R1).unwrap();
    let mut moved = house.hub.office().subscriptions[&id].clone();
    moved.standings.push(model::Standing {
        from: model::Day::parse("2026-10-20").unwrap(),
        partner: Some(model::PartnerId::new(cast::OTHER_RESELLER).unwrap()),
        state: model::SubscriptionState::Active,
    });
    house.hub.record("test", "a transfer", &[hub::OfficeRecord::Subscription(moved)]).unwrap();
    for (partner, expected) in [(RESELLER, json!([])), (cast::OTHER_RESELLER, json!([[cast::R2]]))] {
        let body = house.get("platform", &format!("/partners/{partner}/statements/2026-10")).with(200);
        assert_eq!(json!(columns(&body["lines"], &["subscription"])), expected, "{partner}");
    }
    let provider = house.get("provider", "/partners/7000001/statements/2026-10").with(200);
    assert_eq!(provider["lines"].as_array().unwrap().len(), 3);
}

#[test]
fn a_month_that_cannot_be_shown_is_refused_by_name() {
    let house = House::open();
    let table = [
        ("contoso", "/partners/4390934/statements/2026-13", 400, "InvalidMonth"),
        ("contoso", "/partners/4390934/statements/october", 400, "InvalidMonth"),
        ("contoso", "/partners/4390934/statements/2026-10-01", 400, "InvalidMonth"),
        ("fabrikam", "/partners/6034453/statements/2026-10", 409, "PriceListMissing"),
        ("contoso", "/partners/4390934/invoices/no%20number", 404, "InvoiceNotFound"),
        ("contoso", "/partners/4390934/statements", 404, "NotFound"),
    ];
    for (account, path, status, code) in table {
        let answer = house.get(account, path);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
    let empty = house.get("contoso", "/partners/4390934/statements/2026-09").with(200);
    assert_eq!((&empty["total"], &empty["lines"]), (&json!("0.00"), &json!([])));
}
