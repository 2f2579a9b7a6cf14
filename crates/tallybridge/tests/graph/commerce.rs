//! Commerce: a partner closes its months over HTTP, and sees margins, and what lacks a mapping or a price.

use serde_json::{Value, json};

use crate::{
    cast::{self, A1, D, NORTH},
    house::{House, mark_up},
};

const INVOICES: &str = "/partners/4390934/invoices";

#[test]
fn closing_a_month_issues_a_document_once() {
    let house = House::with_usage();
    let blocked = house.post("contoso", INVOICES, &json!({ "month": "2026-10" }));
    let body = blocked.with(409);
    assert_eq!(body["error"]["code"], "MonthBlocked");
    let codes: Vec<_> = body["error"]["details"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, ["watermark_behind"], "{body:#}");
    assert_eq!(house.get("contoso", INVOICES).with(200)["documents"], json!([]));
    let wish = json!({ "month": "2026-10", "overrideReason": "few windows", "dryRun": true });
    let dry = house.post("contoso", INVOICES, &wish).with(200);
    assert_eq!((&dry["issued"], &dry["documents"]), (&json!(false), &json!([])));
    assert_eq!(dry["document"]["hash"], Value::Null);
    let wish = json!({ "month": "2026-10", "overrideReason": "few windows" });
    let issued = house.post("contoso", INVOICES, &wish).with(201);
    assert_eq!((&issued["issued"], &issued["document"]["number"]), (&json!(true), &json!("INV-4390934-000001")));
    assert_eq!(issued["document"]["lines"], dry["document"]["lines"]);
    assert_eq!(issued["overridden"][0]["code"], "watermark_behind");
    let stored = house.get("contoso", &format!("{INVOICES}/INV-4390934-000001")).with(200);
    assert_eq!(stored, issued["document"]);
    let again = house.post("contoso", INVOICES, &wish).with(200);
    assert_eq!((&again["issued"], &again["document"]), (&json!(false), &Value::Null));
    assert_eq!(again["documents"], house.get("contoso", INVOICES).with(200)["documents"]);
    let mut reasons = Vec::new();
    let looked = house.hub.store().audit(0, &mut |entry| {
        if entry.note.action == "invoice.issue" {
            reasons.push((entry.note.actor.clone(), entry.note.detail.contains("few windows")));
        }
        Ok(())
    });
    looked.unwrap();
    assert_eq!(reasons, [(format!("contoso ({})", cast::account("contoso").id()), true)]);
}

#[test]
fn what_cannot_be_closed_is_refused_by_name_and_by_role() {
    let house = House::with_usage();
    let good = json!({ "month": "2026-10", "overrideReason": "few windows" });
    let long = json!({ "month": "2026-10", "overrideReason": "x".repeat(2000) });
    let of = |partner: &str| format!("/partners/{partner}/invoices");
    let table = [
        ("contoso", cast::CONTOSO, json!({}), 400, "InvalidMonth"),
        ("contoso", cast::CONTOSO, json!({ "month": "2026-13" }), 400, "InvalidMonth"),
        ("contoso", cast::CONTOSO, long, 400, "InvalidOverrideReason"),
        ("contoso", cast::CONTOSO, json!({ "month": 7 }), 400, "InvalidRequestContent"),
        ("contoso billing", cast::CONTOSO, good.clone(), 403, "AuthorizationFailed"),
        ("fabrikam", cast::CONTOSO, good.clone(), 404, "PartnerNotFound"),
        ("adatum", cast::CONTOSO, good.clone(), 404, "PartnerNotFound"),
        ("fabrikam", cast::FABRIKAM, good.clone(), 409, "PriceListMissing"),
        ("reseller", cast::RESELLER, good.clone(), 409, "ResellerNotInvoiced"),
        ("platform", "0", good.clone(), 404, "PartnerNotFound"),
    ];
    let before = house.hub.store().documents(None).unwrap().len();
    for (account, partner, body, status, code) in table {
        let answer = house.post(account, &of(partner), &body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{account} {partner} {body}");
    }
    assert_eq!(house.hub.store().documents(None).unwrap().len(), before);
    assert_eq!(house.post("platform", INVOICES, &good).status, 201);
}

#[test]
fn a_month_is_shown_by_customer_with_what_is_charged_and_what_is_left() {
    let house = House::with_usage();
    mark_up(&house, cast::ADATUM, "10");
    let body = house.get("contoso", "/partners/4390934/statement?month=2026-10").with(200);
    let customers = body["customers"].as_array().unwrap();
    assert_eq!(customers.len(), 2, "{body:#}");
    assert_eq!((&customers[0]["customer"], &customers[0]["retail"]), (&Value::Null, &Value::Null));
    let adatum = &customers[1];
    assert_eq!((&adatum["name"], &adatum["retail"]["currency"]), (&json!("Adatum"), &json!("EUR")));
    let cents = |value: &Value| -> i64 { value.as_str().unwrap().replace('.', "").parse().unwrap() };
    let (cost, retail, margin) = (cents(&adatum["cost"]), cents(&adatum["retail"]["amount"]), cents(&adatum["margin"]));
    assert_eq!(margin, retail - cost);
    // Ten percent on top of the list, and the earned credit is the partner's own.
    assert!(margin * 10 > cost, "{body:#}");
    let whole = house.get("contoso", "/partners/4390934/statements/2026-10").with(200);
    assert_eq!(body["cost"], whole["total"]);
    assert_eq!(cents(&body["cost"]), cost + cents(&customers[0]["cost"]));
}

#[test]
fn tenants_that_nobody_mapped_and_meters_without_a_price_are_listed() {
    let house = House::with_usage();
    house.report(
        "2026-10-20T00:00:00Z",
        "2026-10-20T00:00:00Z",
        &[("a1", cast::ADATUM, "b4438d5d-453b-4ee1-b42a-dc72e377f1e4", "3")],
    );
    let body = house.get("contoso billing", "/partners/4390934/unmapped?month=2026-10").with(200);
    let tenants = body["tenants"].as_array().unwrap();
    assert_eq!(tenants.len(), 1, "{body:#}");
    for (name, value) in [
        ("tenant", cast::WINGTIP),
        ("stamp", NORTH),
        ("since", "2026-10-01"),
        ("lastDay", "2026-10-09"),
        ("defaultSubscription", D),
        ("reason", "tenant_not_mapped"),
    ] {
        assert_eq!(tenants[0][name], value, "{body:#}");
    }
    assert_eq!(tenants[0]["usage"][0]["quantity"], "45.00045");
    assert_eq!(tenants[0]["cost"]["currency"], "EUR");
    let body = house.get("contoso billing", "/partners/4390934/unpriced?month=2026-10").with(200);
    let usage = body["usage"].as_array().unwrap();
    assert_eq!(usage.len(), 1, "{body:#}");
    assert_eq!((&usage[0]["subscription"], &usage[0]["reason"]), (&json!(A1), &json!("no_price_for_meter")));
    assert_eq!((&usage[0]["quantity"], &usage[0]["firstDay"]), (&json!("3"), &json!("2026-10-20")));
    for path in ["unmapped", "unpriced", "statement"] {
        let answer = house.get("contoso", &format!("/partners/4390934/{path}?month=october"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidMonth"), "{path}");
        assert_eq!(house.get("contoso", &format!("/partners/4390934/{path}")).status, 200, "{path}");
    }
}

#[test]
fn a_reseller_sees_quantities_of_its_own_and_no_cost() {
    let house = House::with_usage();
    for path in ["statement", "unmapped", "unpriced"] {
        for account in ["reseller", "reseller billing"] {
            let answer = house.get(account, &format!("/partners/7000002/{path}?month=2026-10"));
            assert_eq!(answer.status, 200, "{account} {path}: {}", answer.text());
            for word in ["cost", "amount", "currency", "retail", "margin", "USD", "EUR"] {
                assert!(!answer.text().contains(word), "{account} {path} sees {word}: {}", answer.text());
            }
        }
        for account in ["contoso", "provider", "adatum", "registrant"] {
            assert_eq!(house.get(account, &format!("/partners/7000002/{path}")).status, 404, "{account} {path}");
        }
    }
}
