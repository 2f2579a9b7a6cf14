//! Exports: what is in them, who may ask, and what is said when there is nothing.

use serde_json::{Value, json};

use crate::{
    cast,
    house::{BLOBS, House, digits, sum},
};

const FULL: usize = 55;
const BASIC: usize = 30;

fn billed(house: &House, kind: &str, number: &str, set: &str) -> Value {
    house.export("contoso", kind, &json!({ "invoiceId": number, "attributeSet": set }))
}

/// The amounts of all rows are the document's total, to the last decimal.
#[track_caller]
fn adds_up(rows: &[Value], name: &str, document: &model::Document) {
    assert_eq!(sum(rows, name), digits(&document.total.decimal()), "{rows:#?}");
    assert!(rows.iter().all(|row| row["InvoiceNumber"] == document.number.as_str()));
}

#[test]
fn the_rows_of_a_document_add_up_to_it_also_after_late_usage_and_the_next_document() {
    let house = House::with_usage();
    let first = house.close();
    let operation = billed(&house, "usage/billed", first.number.as_str(), "full");
    let rows = house.rows(&operation);
    adds_up(&rows, "BillingPreTaxTotal", &first);
    assert!(rows.iter().all(|row| row.as_object().unwrap().len() == FULL));
    assert!(rows.iter().any(|row| row["ChargeType"] == "rounding adjustment"));
    // Late usage of a closed month comes with the next document, and the first one's rows stay what they were.
    house.report("2026-10-30T00:00:00Z", "2026-10-30T00:00:00Z", &[("a1", cast::ADATUM, BLOBS, "12.5")]);
    let second = house.close();
    let late = house.rows(&billed(&house, "usage/billed", second.number.as_str(), "full"));
    adds_up(&late, "BillingPreTaxTotal", &second);
    assert!(late.iter().all(|row| row["ChargeType"] == "adjustment"), "{late:#?}");
    let again = billed(&house, "usage/billed", first.number.as_str(), "full");
    assert_eq!(again["resourceLocation"]["eTag"], operation["resourceLocation"]["eTag"]);
    assert_eq!(house.rows(&again), rows);
}

#[test]
fn a_row_has_the_documented_attributes_in_their_order() {
    let house = House::with_usage();
    let document = house.close();
    for (set, expected) in [("full", FULL), ("basic", BASIC)] {
        let operation = billed(&house, "usage/billed", document.number.as_str(), set);
        let rows = house.rows(&operation);
        let first = rows.iter().find(|row| row["UsageDate"] == "2026-10-06T00:00:00Z").unwrap();
        assert_eq!(first.as_object().unwrap().len(), expected);
        for (name, value) in [
            ("PartnerId", json!(cast::CONTOSO)),
            ("BillingCurrency", json!("EUR")),
            ("PricingCurrency", json!("USD")),
            ("PCToBCExchangeRate", serde_json::from_str("0.846202666").unwrap()),
            ("ChargeStartDate", json!("2026-10-01T00:00:00Z")),
        ] {
            assert_eq!(first[name], value, "{name}: {first:#}");
        }
        let info: Value = serde_json::from_str(first["AdditionalInfo"].as_str().unwrap()).unwrap();
        assert!(info["azureStack.SubscriptionId"].as_str().unwrap().starts_with("60000000-"), "{info}");
        let names = ["PartnerId", "InvoiceNumber", "SubscriptionId", "UsageDate", "ChargeType", "BenefitType"];
        let text = serde_json::to_string(&first).unwrap();
        let places: Vec<_> = names.iter().map(|name| text.find(&format!("\"{name}\""))).collect();
        assert!(places.iter().all(Option::is_some), "{text}");
    }
}

#[test]
fn lines_are_exported_too_and_add_up() {
    let house = House::with_usage();
    let document = house.close();
    let rows = house.rows(&billed(&house, "reconciliation/billed", document.number.as_str(), "full"));
    adds_up(&rows, "Total", &document);
    assert_eq!(rows.len(), document.lines.len());
}

#[test]
fn unbilled_usage_is_that_of_a_month_until_it_is_closed_and_its_tag_changes_with_it() {
    let house = House::with_usage();
    let body = json!({ "currencyCode": "EUR", "billingPeriod": "last", "attributeSet": "full" });
    let first = house.export("contoso billing", "usage/unbilled", &body);
    let rows = house.rows(&first);
    // Nine days of three meters, of which two days cross a step.
    assert_eq!(rows.len(), 29);
    assert!(rows.iter().all(|row| row["InvoiceNumber"] == "" && row["ChargeType"] == "new"));
    let same = house.export("contoso", "usage/unbilled", &body);
    let tag = |operation: &Value| operation["resourceLocation"]["eTag"].as_str().unwrap().to_owned();
    assert_eq!(tag(&same), tag(&first));
    house.use_day(12, "5", "5");
    let more = house.export("contoso", "usage/unbilled", &body);
    assert_ne!(tag(&more), tag(&first));
    assert!(house.rows(&more).len() > rows.len());
    let lines = house.rows(&house.export("contoso", "reconciliation/unbilled", &body));
    let document = house.close();
    assert_eq!(sum(&lines, "Total"), digits(&document.total.decimal()));
    let closed = house.export("contoso", "usage/unbilled", &body);
    assert_eq!((&closed["status"], &closed["error"]["code"]), (&json!("failed"), &json!("5000")));
}

#[test]
fn an_operation_has_the_published_shape_and_its_manifest_stands_in_it_and_alone() {
    let house = House::with_usage();
    let document = house.close();
    let operation = billed(&house, "usage/billed", document.number.as_str(), "basic");
    let kind = "#microsoft.graph.partners.billing.exportSuccessOperation";
    assert_eq!((&operation["@odata.type"], &operation["status"]), (&json!(kind), &json!("succeeded")));
    let link = operation["resourceLocation@odata.navigationLink"].as_str().unwrap();
    let alone = house.get("contoso", link).with(200);
    assert_eq!(alone, operation["resourceLocation"]);
    let manifest = &operation["resourceLocation"];
    assert_eq!(
        (&manifest["dataFormat"], &manifest["partitionType"]),
        (&json!("compressedJSONLines"), &json!("default"))
    );
    assert_eq!((&manifest["blobCount"], &manifest["blobs"][0]["partitionValue"]), (&json!(1), &json!("default")));
    let none = json!({ "currencyCode": "EUR", "billingPeriod": "current" });
    let failed = house.export("contoso", "usage/unbilled", &none);
    assert_eq!(failed["@odata.type"], "#microsoft.graph.partners.billing.failedOperation");
    assert_eq!(failed["error"], json!({ "code": "5000", "message": "No data available" }));
    let id = failed["id"].as_str().unwrap();
    let answer = house.get("contoso", &format!("/v1.0/reports/partners/billing/manifests/{id}"));
    assert_eq!((answer.status, answer.code().as_str()), (409, "NotSucceeded"));
}

#[test]
fn a_wrong_wish_is_refused_by_name() {
    let house = House::with_usage();
    let number = house.close().number.to_string();
    let table = [
        ("usage/billed", json!({}), 400, "InvalidInvoiceId"),
        ("usage/billed", json!({ "invoiceId": number, "attributeSet": "all" }), 400, "InvalidAttributeSet"),
        ("usage/billed", json!({ "invoiceId": "INV-6034453-000001" }), 404, "InvoiceNotFound"),
        ("reconciliation/billed", json!({ "invoiceId": "no number" }), 404, "InvoiceNotFound"),
        ("usage/unbilled", json!({ "billingPeriod": "last" }), 400, "InvalidCurrencyCode"),
        ("usage/unbilled", json!({ "currencyCode": "XXQ", "billingPeriod": "last" }), 400, "InvalidCurrencyCode"),
        ("usage/unbilled", json!({ "currencyCode": "EUR", "billingPeriod": "next" }), 400, "InvalidBillingPeriod"),
        ("reconciliation/unbilled", json!({ "currencyCode": "EUR" }), 400, "InvalidBillingPeriod"),
    ];
    for (kind, body, status, code) in table {
        let answer = house.post("contoso", &format!("/v1.0/reports/partners/billing/{kind}/export"), &body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{kind} {body}");
    }
    let dollars = json!({ "currencyCode": "USD", "billingPeriod": "last" });
    assert_eq!(house.export("contoso", "usage/unbilled", &dollars)["error"]["code"], "5000");
}

#[test]
fn exports_are_the_partners_and_a_reseller_has_none() {
    let house = House::with_usage();
    let number = house.close().number.to_string();
    let body = json!({ "invoiceId": number });
    let path = "/v1.0/reports/partners/billing/usage/billed/export";
    let table = [
        ("fabrikam", 404),
        ("provider", 404),
        ("reseller", 404),
        ("adatum", 404),
        ("registrant", 404),
        ("nobody", 401),
    ];
    for (account, status) in table {
        assert_eq!(house.post(account, path, &body).status, status, "{account}");
    }
    let operation = billed(&house, "usage/billed", &number, "full");
    let id = operation["id"].as_str().unwrap();
    for account in ["fabrikam", "provider", "reseller", "adatum", "platform"] {
        for kind in ["operations", "manifests"] {
            let answer = house.get(account, &format!("/v1.0/reports/partners/billing/{kind}/{id}"));
            assert_eq!(answer.status, 404, "{account} {kind}");
        }
    }
    let unbilled = json!({ "currencyCode": "EUR", "billingPeriod": "last" });
    for account in ["reseller", "reseller billing"] {
        assert_eq!(house.export(account, "usage/unbilled", &unbilled)["error"]["code"], "5000", "{account}");
    }
}
