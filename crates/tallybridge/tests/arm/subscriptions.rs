//! Subscriptions: everybody sees their own, also who has a role only further down.

use serde_json::json;

use crate::{
    cast::{A2, ADATUM, BRIDGE, D, DQ, F1, FABRIKAM, GROUP_READER, NOWHERE, OPERATOR, OWNER, Person, STRANGER},
    house::{House, refused},
};

const VERSION: &str = "api-version=2016-06-01";

#[test]
fn the_list_holds_what_a_caller_has_a_role_in() {
    let house = House::open();
    let table: &[(&Person, &[&str])] = &[
        (&OWNER, &[D]),
        (&GROUP_READER, &[D]),
        (&BRIDGE, &[D]),
        (&FABRIKAM, &[F1]),
        (&ADATUM, &[A2]),
        (&STRANGER, &[]),
    ];
    for (who, expected) in table {
        let answer = house.get(who, &format!("/subscriptions?{VERSION}"));
        assert_eq!(answer.each("/subscriptionId"), *expected, "{}", who.name);
        assert_eq!(answer.ok()["count"], json!({"type": "Total", "value": expected.len()}), "{}", who.name);
    }
    assert_eq!(house.get(&OPERATOR, &format!("/subscriptions?{VERSION}")).each("/id").len(), 4);
}

#[test]
fn one_is_shown_as_clients_read_it() {
    let house = House::open();
    for who in [&OWNER, &GROUP_READER, &BRIDGE] {
        let found = house.get(who, &format!("/Subscriptions/{}?{VERSION}", D.to_uppercase())).ok();
        assert_eq!(found["id"], format!("/subscriptions/{D}"));
        assert_eq!((&found["tenantId"], &found["state"]), (&json!(DQ), &json!("Enabled")));
        assert_eq!(found["subscriptionPolicies"]["spendingLimit"], "Off");
    }
    assert_eq!(house.get(&ADATUM, &format!("/subscriptions/{A2}?{VERSION}")).ok()["state"], "Disabled");
}

#[test]
fn a_foreign_one_is_told_from_a_missing_one_by_nothing_but_its_id() {
    let house = House::open();
    let rests = ["", "/locations", "/resourceGroups", "/resources", "/providers", "/providers/Microsoft.AzureStack"];
    for rest in rests {
        let ask = |id: &str| house.get(&FABRIKAM, &format!("/subscriptions/{id}{rest}?{VERSION}"));
        let (foreign, missing) = (ask(D), ask(NOWHERE));
        assert_eq!(foreign.refusal(), refused(404, "SubscriptionNotFound"), "{rest}");
        let foreign = String::from_utf8(foreign.body).unwrap().replace(D, NOWHERE);
        assert_eq!(foreign.as_bytes(), missing.body, "{rest}");
    }
}

#[test]
fn locations_and_the_own_directory_are_shown() {
    let house = House::open();
    let locations = house.get(&GROUP_READER, &format!("/subscriptions/{D}/locations?{VERSION}"));
    assert_eq!(locations.each("/name"), ["global", "local"]);
    let tenants = house.get(&STRANGER, &format!("/tenants?{VERSION}"));
    assert_eq!(tenants.each("/tenantId"), [DQ]);
    assert_eq!(tenants.each("/defaultDomain"), ["IURContosoCSP.onmicrosoft.com"]);
}

#[test]
fn nobody_is_told_anything_without_a_token_or_a_version() {
    let house = House::open();
    for target in ["/subscriptions", "/tenants", "/subscriptions/x", "/subscriptions/x/resourceGroups/y"] {
        let answer = house.ask(None, "GET", &format!("{target}?{VERSION}"), None);
        assert_eq!(answer.refusal(), refused(401, "AuthenticationFailed"), "{target}");
    }
    assert_eq!(house.get(&OWNER, "/subscriptions").refusal(), refused(400, "MissingApiVersionParameter"));
    let odd = house.get(&OWNER, "/subscriptions?api-version=new");
    assert_eq!(odd.refusal(), refused(400, "InvalidApiVersionParameter"));
}
