//! Who may ask for what, and that what is somebody else's is the same as what is not there.

use crate::{
    cast::{A1, ADATUM, CONTOSO, F1, FABRIKAM, OF_FABRIKAM, OF_RESELLER, R1, RESELLER},
    house::{Answer, House},
};

const CUSTOMER: &str = r#"{"companyProfile":{"domain":"new.example"},"billingProfile":{"companyName":"New"}}"#;
const ORDER: &str = r#"{"lineItems":[{"offerId":"MS-AZR-0145P","quantity":1}]}"#;

/// Everything that there is of Contoso, with what is answered to those who may ask.
fn routes() -> Vec<(&'static str, String, &'static str, u16)> {
    let own = format!("/partners/{CONTOSO}");
    vec![
        ("GET", "/v1/customers".to_owned(), "", 200),
        ("GET", format!("/v1/customers/{ADATUM}"), "", 200),
        ("GET", format!("/v1/customers/{ADATUM}/subscriptions"), "", 200),
        ("GET", format!("/v1/customers/{ADATUM}/subscriptions/{A1}"), "", 200),
        ("PATCH", format!("/v1/customers/{ADATUM}/subscriptions/{A1}"), "{}", 200),
        ("POST", "/v1/customers".to_owned(), CUSTOMER, 201),
        ("POST", format!("/v1/customers/{ADATUM}/orders"), ORDER, 201),
        ("GET", own.clone(), "", 200),
        ("GET", format!("{own}/customers"), "", 200),
        ("GET", format!("{own}/registrations"), "", 200),
        ("GET", format!("{own}/statements/2026-10"), "", 200),
        ("GET", format!("{own}/invoices"), "", 200),
        ("GET", format!("{own}/invoices/{}", crate::money::first_invoice(CONTOSO)), "", 200),
    ]
}

/// For each route in the order above, whether an account may (`+`), is told that there is nothing (`-`), or is answered with
/// its own (`=`).
const TABLE: &[(&str, &str)] = &[
    ("contoso", "+++++++++++++"),
    ("contoso billing", "-------+-++++"),
    ("fabrikam", "=----=-------"),
    ("provider", "=----=-------"),
    ("reseller", "=----=-------"),
    ("registrant", "-------------"),
    ("adatum", "-------------"),
    ("platform", "-------++++++"),
    ("stranger", "-------------"),
];

#[test]
fn only_who_has_a_role_of_a_partner_sees_anything_of_it() {
    let house = House::with_usage();
    for (account, row) in TABLE {
        for ((method, path, body, success), may) in routes().into_iter().zip(row.chars()) {
            // A domain is one directory's, so each account takes another.
            let body = body.replace("new.example", &format!("new-{}.example", account.replace(' ', "-")));
            let answer = house.send(account, method, &path, &[], &body);
            let expected = if may == '-' { 404 } else { success };
            assert_eq!(answer.status, expected, "{account} {method} {path}: {}", answer.text);
            if may == '=' {
                assert!(!answer.text.contains("Adatum"), "{account} {method} {path}: {}", answer.text);
            }
        }
    }
    for (method, path, body, _) in routes() {
        let answer = house.send("nobody", method, &path, &[], body);
        assert_eq!((answer.status, answer.code().as_str()), (401, "AuthenticationFailed"), "{method} {path}");
    }
}

#[test]
fn partners_are_listed_to_those_who_may_look_at_them() {
    let house = House::open();
    let table = [
        ("contoso", "4390934"),
        ("contoso billing", "4390934"),
        ("provider", "7000001"),
        ("reseller", "7000002"),
        ("platform", "4390934 6034453 7000001 7000002 7000003"),
        ("registrant", ""),
        ("adatum", ""),
        ("stranger", ""),
    ];
    for (account, expected) in table {
        let body = house.get(account, "/partners").with(200);
        let ids: Vec<_> = body["partners"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids.join(" "), expected, "{account}");
    }
}

/// Asks in a way in which nothing of the answer is the hub's choice.
fn ask(house: &House, account: &str, method: &str, path: &str, body: &str) -> Answer {
    let names = [
        ("MS-RequestId", "70dbd1a4-0000-4000-8000-000000000001"),
        ("MS-CorrelationId", "70dbd1a4-0000-4000-8000-000000000002"),
        ("x-ms-correlation-request-id", "70dbd1a4-0000-4000-8000-000000000003"),
    ];
    house.send(account, method, path, &names, body)
}

#[test]
fn what_belongs_to_somebody_else_is_answered_as_what_is_not_there() {
    let house = House::with_usage();
    let nothing = "99999999-0000-4000-8000-000000000000";
    let contosos = crate::money::first_invoice(CONTOSO);
    let table: &[(&str, &str, &str, &str, &str)] = &[
        ("contoso", "GET", "/v1/customers/{}", OF_FABRIKAM, ""),
        ("contoso", "GET", "/v1/customers/{}", OF_RESELLER, ""),
        ("contoso", "GET", "/v1/customers/{}/subscriptions", OF_FABRIKAM, ""),
        ("contoso", "GET", "/v1/customers/{}/subscriptions/x", OF_FABRIKAM, ""),
        ("contoso", "POST", "/v1/customers/{}/orders", OF_FABRIKAM, ORDER),
        ("contoso", "POST", "/v1/customers/{}/orders", OF_FABRIKAM, r#"{"lineItems":[]}"#),
        ("contoso", "PATCH", "/v1/customers/{}/subscriptions/x", OF_FABRIKAM, r#"{"status":"deleted"}"#),
        ("contoso", "GET", "/v1/customers/30000000-0000-4000-8000-0000000000a1/subscriptions/{}", F1, ""),
        ("contoso", "GET", "/v1/customers/30000000-0000-4000-8000-0000000000a1/subscriptions/{}", R1, ""),
        (
            "contoso",
            "PATCH",
            "/v1/customers/30000000-0000-4000-8000-0000000000a1/subscriptions/{}",
            F1,
            r#"{"status":"deleted"}"#,
        ),
        ("reseller", "GET", "/v1/customers/{}", crate::cast::OF_OTHER, ""),
        ("contoso", "GET", "/partners/{}", FABRIKAM, ""),
        ("contoso", "GET", "/partners/{}/customers", FABRIKAM, ""),
        ("contoso", "GET", "/partners/{}/registrations", FABRIKAM, ""),
        ("contoso", "GET", "/partners/{}/statements/2026-10", FABRIKAM, ""),
        ("contoso", "GET", "/partners/{}/statements/never", FABRIKAM, ""),
        ("contoso", "GET", "/partners/{}/invoices", RESELLER, ""),
        ("adatum", "GET", "/partners/{}", CONTOSO, ""),
        ("adatum", "GET", "/partners/{}/statements/2026-10", CONTOSO, ""),
        ("registrant", "GET", "/partners/{}/invoices", CONTOSO, ""),
        ("provider", "GET", "/partners/7000001/invoices/{}", &contosos, ""),
    ];
    for (account, method, path, theirs, body) in table {
        let mut foreign = ask(&house, account, method, &path.replace("{}", theirs), body);
        let mut missing = ask(&house, account, method, &path.replace("{}", nothing), body);
        missing.text = missing.text.replace(nothing, theirs);
        // Some ids are shorter than others.
        for answer in [&mut foreign, &mut missing] {
            assert!(answer.headers.remove("content-length").is_some());
        }
        assert_eq!(foreign.status, 404, "{account} {method} {path}: {}", foreign.text);
        assert_eq!(foreign, missing, "{account} {method} {path}");
    }
}
