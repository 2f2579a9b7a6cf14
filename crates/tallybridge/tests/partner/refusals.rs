//! What is too long, damaged or hostile is refused by name, in the shape that the tools read, and changes nothing.

use serde_json::{Value, json};

use crate::{
    cast::{A1, ADATUM},
    house::{House, in_query},
};

const CUSTOMERS: &str = "/v1/customers";
const ORDERS: &str = "/v1/customers/30000000-0000-4000-8000-0000000000a1/orders";

fn line(members: &Value) -> String {
    let mut line = json!({ "offerId": "MS-AZR-0145P", "quantity": 1 });
    for (name, value) in members.as_object().unwrap() {
        line[name] = value.clone();
    }
    json!({ "lineItems": [line] }).to_string()
}

fn company(domain: &str, name: &str) -> String {
    json!({ "companyProfile": { "domain": domain }, "billingProfile": { "companyName": name } }).to_string()
}

#[test]
fn a_wrong_body_is_a_fault_with_a_word_and_a_sentence_and_changes_nothing() {
    let house = House::open();
    let subscription = format!("/v1/customers/{ADATUM}/subscriptions/{A1}");
    let lines =
        |count| json!({ "lineItems": vec![json!({ "offerId": "MS-AZR-0145P", "quantity": 1 }); count] }).to_string();
    let deep = format!("{}1{}", r#"{"a":"#.repeat(20), "}".repeat(20));
    let long = json!({ "x": "x".repeat(70_000) }).to_string();
    let table: Vec<(&str, &str, String, u16, &str)> = vec![
        ("POST", CUSTOMERS, String::new(), 400, "InvalidRequestContent"),
        ("POST", CUSTOMERS, "{}".to_owned(), 400, "InvalidRequestContent"),
        ("POST", CUSTOMERS, "[]".to_owned(), 400, "InvalidRequestContent"),
        ("POST", CUSTOMERS, deep, 400, "InvalidRequestContent"),
        ("POST", CUSTOMERS, long.clone(), 400, "InvalidRequestContent"),
        ("POST", CUSTOMERS, company("adatum.example", "Other"), 409, "DomainTaken"),
        ("POST", CUSTOMERS, company("ADATUM.example", "Other"), 409, "DomainTaken"),
        // The text of a directory's id is no domain that is free.
        ("POST", CUSTOMERS, company(ADATUM, "Other"), 409, "DomainTaken"),
        ("POST", CUSTOMERS, company("no domain", "Other"), 400, "InvalidInput"),
        ("POST", CUSTOMERS, company("", "Other"), 400, "InvalidInput"),
        ("POST", CUSTOMERS, company("new.example", " "), 400, "InvalidInput"),
        ("POST", CUSTOMERS, company("new.example", &"x".repeat(257)), 400, "InvalidInput"),
        ("POST", CUSTOMERS, company("new.example", "a\u{202e}b"), 400, "InvalidInput"),
        ("POST", ORDERS, lines(0), 400, "InvalidRequestContent"),
        ("POST", ORDERS, lines(101), 400, "InvalidRequestContent"),
        ("POST", ORDERS, lines(2), 400, "InvalidLineItem"),
        ("POST", ORDERS, line(&json!({ "offerId": "MS-AZR-0017G" })), 400, "OfferNotFound"),
        ("POST", ORDERS, line(&json!({ "quantity": 2 })), 400, "InvalidQuantity"),
        ("POST", ORDERS, line(&json!({ "quantity": 0 })), 400, "InvalidQuantity"),
        ("POST", ORDERS, line(&json!({ "subscriptionId": A1 })), 400, "SubscriptionIdNotAllowed"),
        ("POST", ORDERS, line(&json!({ "partnerIdOnRecord": "6034453" })), 400, "PartnerNotFound"),
        ("POST", ORDERS, line(&json!({ "partnerIdOnRecord": "no partner" })), 400, "PartnerNotFound"),
        ("POST", ORDERS, line(&json!({ "friendlyName": "x".repeat(257) })), 400, "InvalidInput"),
        (
            "POST",
            ORDERS,
            json!({ "referenceCustomerId": "b", "lineItems": [] }).to_string(),
            400,
            "InvalidRequestContent",
        ),
        (
            "POST",
            ORDERS,
            json!({ "referenceCustomerId": "b", "lineItems": [{ "offerId": "a", "quantity": 1 }] }).to_string(),
            400,
            "CustomerMismatch",
        ),
        (
            "POST",
            ORDERS,
            json!({ "billingCycle": "annual", "lineItems": [{ "offerId": "a", "quantity": 1 }] }).to_string(),
            400,
            "InvalidBillingCycle",
        ),
        ("PATCH", &subscription, String::new(), 400, "InvalidRequestContent"),
        ("PATCH", &subscription, r#"{"status":"expired"}"#.to_owned(), 400, "InvalidRequestContent"),
        ("PATCH", &subscription, json!({ "friendlyName": "x".repeat(257) }).to_string(), 400, "InvalidInput"),
        ("PATCH", &subscription, long, 400, "InvalidRequestContent"),
    ];
    let audited = house.audited();
    for (method, path, body, status, code) in table {
        let answer = house.send("contoso", method, path, &[], &body);
        let shown = body.get(..body.len().min(80)).unwrap_or_default();
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{method} {path} {shown}: {}", answer.text);
        let fault = answer.json();
        let description = fault["description"].as_str().unwrap();
        assert!(description.ends_with('.') && description.len() > 20, "{description}");
        assert_eq!((&fault["data"], &fault["source"]), (&json!([]), &json!("Tallybridge")));
    }
    assert_eq!(house.audited(), audited);
}

#[test]
fn what_is_asked_for_wrongly_is_a_fault() {
    let house = House::open();
    let filter = |text: &str| format!("/v1/customers?filter={}", in_query(text));
    let token = house.get("contoso", "/v1/customers?size=1").with(200)["continuationToken"].clone();
    let token = token.as_str().unwrap();
    let flipped = format!("{}{}", if token.starts_with('A') { "B" } else { "A" }, &token[1..]);
    let table: &[(&str, String, &str)] = &[
        ("contoso", "/v1/customers?size=0".to_owned(), "InvalidSize"),
        ("contoso", "/v1/customers?size=501".to_owned(), "InvalidSize"),
        ("contoso", "/v1/customers?size=many".to_owned(), "InvalidSize"),
        ("contoso", "/v1/customers?continuationToken=x".to_owned(), "InvalidContinuationToken"),
        ("contoso", format!("/v1/customers?continuationToken={flipped}"), "InvalidContinuationToken"),
        ("fabrikam", format!("/v1/customers?continuationToken={token}"), "InvalidContinuationToken"),
        (
            "contoso",
            format!("/v1/customers/{ADATUM}/subscriptions?continuationToken={token}"),
            "InvalidContinuationToken",
        ),
        ("contoso", filter("Adatum"), "InvalidFilter"),
        ("contoso", filter("{}"), "InvalidFilter"),
        ("contoso", filter(r#"{"Field":"CompanyName","Value":"a","Operator":"equals"}"#), "InvalidFilter"),
        ("contoso", filter(r#"{"Field":"Partner","Value":"a","Operator":"starts_with"}"#), "InvalidFilter"),
        (
            "contoso",
            format!(
                "{}&continuationToken={token}",
                filter(r#"{"Field":"Domain","Value":"a","Operator":"starts_with"}"#)
            ),
            "InvalidContinuationToken",
        ),
    ];
    for (account, path, code) in table {
        let answer = house.get(account, path);
        assert_eq!((answer.status, answer.code().as_str()), (400, *code), "{path}: {}", answer.text);
    }
    let long = "x".repeat(129);
    let body = company("new.example", "New");
    let answer = house.send("contoso", "POST", CUSTOMERS, &[("MS-RequestId", &long)], &body);
    assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidRequestId"));
}

#[test]
fn what_the_dispatcher_refuses_has_the_shape_of_all_other_refusals() {
    let house = House::open();
    let table = [
        ("nobody", "GET", CUSTOMERS, String::new(), 401, "AuthenticationFailed"),
        ("stranger", "GET", CUSTOMERS, String::new(), 404, "NotFound"),
        ("contoso", "DELETE", CUSTOMERS, String::new(), 405, "MethodNotAllowed"),
        ("contoso", "POST", CUSTOMERS, "x".repeat(1024 * 1024 + 1), 413, "BodyTooLarge"),
    ];
    for (account, method, path, body, status, code) in table {
        let answer = house.send(account, method, path, &[], &body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert_eq!(answer.json()["error"]["code"], code, "{method} {path}");
    }
}

#[test]
fn an_order_is_all_or_nothing() {
    let house = House::open();
    let lines: Vec<Value> = (0..100)
        .map(|number| {
            json!({ "lineItemNumber": number, "offerId": "MS-AZR-0145P", "quantity": 1,
            "friendlyName": if number == 99 { "x".repeat(257) } else { format!("line {number}") } })
        })
        .collect();
    let answer = house.post("contoso", ORDERS, &json!({ "lineItems": lines }));
    assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidInput"));
    let path = format!("/v1/customers/{ADATUM}/subscriptions");
    assert_eq!(house.get("contoso", &path).with(200)["totalCount"], 1);
    let answer = house.post("contoso", ORDERS, &json!({ "lineItems": lines[..99] }));
    assert_eq!(answer.with(201)["lineItems"].as_array().unwrap().len(), 99);
    assert_eq!(house.get("contoso", &path).with(200)["totalCount"], 100);
}
