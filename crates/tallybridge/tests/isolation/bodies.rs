//! Bodies: what a request names beside its path. Foreign things in a body are answered as if they were not there, too.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hub::OfficeRecord;
use serde_json::json;

use crate::{
    cast::Caller,
    estate::{Estate, FOREIGN, MISSING, OWN},
    house::{Answer, House},
    paths,
};

const VERSION: &str = "?api-version=2021-04-01";

/// A registration token of a stamp, for a bridge.
pub fn token(stamp: &str, bridge: &str) -> String {
    let members = json!({
        "billingModel": "PayAsYouUse", "objectId": bridge, "cloudId": stamp, "hardwareInfo": [], "issuer": "test",
        "version": "1.0", "regionNames": ["north"],
    });
    STANDARD.encode(members.to_string())
}

/// The body of a registration with such a token.
fn registering(stamp: &str, bridge: &str) -> String {
    json!({"properties": {"registrationToken": token(stamp, bridge)}}).to_string()
}

fn order(more: &str) -> String {
    format!(r#"{{"lineItems":[{{"offerId":"MS-AZR-0145P","quantity":1{more}}}]}}"#)
}

/// A request on own things: caller, method, target. The body names things of an estate.
type Request = (Caller, &'static str, String, fn(Estate) -> String);

fn requests() -> Vec<Request> {
    let (group, registration) = (OWN.group_path(), OWN.registration_path());
    let moves = format!("{group}/moveResources{VERSION}");
    let orders = format!("/v1/customers/{}/orders", OWN.customer());
    let mapping = format!("{registration}/customerSubscriptions/{}?api-version=2017-06-01", OWN.paying());
    let subscription = format!("/v1/customers/{}/subscriptions/{}", OWN.customer(), OWN.paying());
    vec![
        (Caller::Owner, "POST", moves.clone(), |estate| paths::moving(&OWN.registration_path(), &estate.group_path())),
        (Caller::Owner, "POST", moves.clone(), |estate| {
            paths::moving(&OWN.registration_path(), &estate.group_path().to_uppercase())
        }),
        (Caller::Owner, "POST", moves.clone(), |estate| paths::moving(&estate.registration_path(), &OWN.group_path())),
        (Caller::Owner, "POST", moves, |estate| paths::moving(&estate.registration_path(), &estate.group_path())),
        (Caller::Owner, "PUT", mapping.clone(), |estate| {
            json!({"properties": {"tenantId": estate.customer()}}).to_string()
        }),
        (Caller::Contributor, "PUT", mapping, |estate| {
            json!({"id": estate.registration_path(), "properties": {"tenantId": estate.home()}}).to_string()
        }),
        (Caller::Owner, "PUT", format!("{registration}?api-version=2017-06-01"), |estate| {
            registering(&estate.stamp(), &OWN.principal("5"))
        }),
        (Caller::Owner, "PUT", format!("{registration}?api-version=2017-06-01"), |estate| {
            registering(&OWN.stamp(), &estate.principal("5"))
        }),
        (Caller::Owner, "PUT", format!("{group}{VERSION}"), |estate| {
            json!({"id": estate.group_path(), "name": estate.group(), "location": "x"}).to_string()
        }),
        (Caller::Administrator, "POST", orders.clone(), |estate| {
            order(&format!(r#","partnerIdOnRecord":"{}""#, estate.partner()))
        }),
        (Caller::Administrator, "POST", orders.clone(), |estate| {
            order(&format!(r#","subscriptionId":"{}""#, estate.paying()))
        }),
        (Caller::Administrator, "POST", orders, |estate| {
            order("").replacen('{', &format!(r#"{{"referenceCustomerId":"{}","#, estate.customer()), 1)
        }),
        (Caller::Administrator, "PATCH", subscription, |estate| {
            json!({"id": estate.paying(), "partnerId": estate.partner(), "owner": estate.home()}).to_string()
        }),
    ]
}

fn ask(house: &House, request: &Request, estate: Estate) -> Answer {
    let (caller, method, target, body) = request;
    let body = body(estate);
    let answer = house.ask(*caller, method, target, &body);
    // What a body names may be said again.
    let decoded: Vec<String> = ids_of(estate);
    assert!(!answer.tells(FOREIGN.mark, &decoded), "{caller:?} {method} {target} {body}: {answer}");
    answer
}

/// The ids of an estate that bodies name.
fn ids_of(estate: Estate) -> Vec<String> {
    vec![
        estate.registration_path(),
        estate.group_path(),
        estate.group(),
        estate.stamp(),
        estate.principal("5"),
        estate.customer(),
        estate.home(),
        estate.paying(),
        estate.partner(),
    ]
}

#[test]
fn a_foreign_thing_in_a_body_is_answered_as_if_there_were_none() {
    for request in requests() {
        // One house each, so that both find the same.
        let (first, second) = (House::open(), House::open());
        let before = first.holdings(FOREIGN, OWN);
        let (foreign, missing) = (ask(&first, &request, FOREIGN), ask(&second, &request, MISSING));
        let (caller, method, target, body) = request;
        let context = format!("{caller:?} {method} {target} {}", body(FOREIGN));
        // Links begin with the address of the house, and nothing else differs.
        assert_eq!(foreign.blotted(), missing.blotted(), "{context}");
        assert!(foreign.status < 500 && foreign.status != 401, "{context}: {foreign}");
        assert_eq!(first.holdings(FOREIGN, OWN), before, "{context}");
    }
}

/// A claim: caller, method, target, body, the status and the code of the answer, and what it may say again.
type Claim = (Caller, &'static str, String, String, (u16, &'static str), Vec<String>);

fn claims() -> Vec<Claim> {
    let customer =
        |body, code, sent| (Caller::Administrator, "POST", "/v1/customers".to_owned(), body, (409, code), sent);
    let new = OWN.registration_path().replace("azurestack-", "new-");
    let role = |digits: &str| {
        let id = OWN.assignment(9).replacen("509", digits, 1);
        format!("{}/providers/Microsoft.Authorization/roleAssignments/{id}{VERSION}", OWN.group_path())
    };
    vec![
        (
            Caller::Owner,
            "PUT",
            format!("{new}?api-version=2017-06-01"),
            registering(&FOREIGN.stamp(), &OWN.principal("5")),
            (409, "CloudIdAlreadyRegistered"),
            vec![FOREIGN.stamp()],
        ),
        (
            Caller::Owner,
            "PUT",
            format!("{new}?api-version=2017-06-01"),
            registering(&FOREIGN.other_stamp(), &OWN.principal("5")),
            (409, "CloudIdAlreadyRegistered"),
            vec![FOREIGN.other_stamp()],
        ),
        (
            Caller::Owner,
            "PUT",
            format!("{}/customerSubscriptions/{}?api-version=2017-06-01", OWN.registration_path(), FOREIGN.paying()),
            "{}".to_owned(),
            (400, "BadCustomerSubscriptionId"),
            vec![FOREIGN.paying()],
        ),
        customer(paths::customer(&FOREIGN.domain(), ""), "DomainTaken", vec![FOREIGN.domain()]),
        customer(
            paths::customer("new.example", &format!(r#","tenantId":"{}""#, FOREIGN.customer())),
            "DomainTaken",
            vec![FOREIGN.customer()],
        ),
        customer(
            paths::customer(&FOREIGN.domain(), &format!(r#","tenantId":"{}""#, FOREIGN.customer())),
            "CustomerExists",
            vec![FOREIGN.customer(), FOREIGN.domain()],
        ),
        (
            Caller::Owner,
            "PUT",
            role("600"),
            paths::assignment(&MISSING.principal("1")),
            (400, "PrincipalNotFound"),
            vec![],
        ),
        // A role may be given to a guest. That the guest is somebody is all that the answer says.
        (
            Caller::Owner,
            "PUT",
            role("601"),
            paths::assignment(&FOREIGN.principal("1")),
            (201, ""),
            vec![FOREIGN.principal("1")],
        ),
    ]
}

/// What can be only once in the hub cannot be hidden when somebody else claims it. The refusal names what was sent and no more.
#[test]
fn a_claim_to_what_somebody_else_has_is_refused_without_saying_who() {
    let house = House::open();
    // A registration that has expired is still its owner's.
    let number = house.hub.office().registrations.iter().position(|one| one.stamp.as_str() == FOREIGN.other_stamp());
    let mut expired = house.hub.office().registrations[number.unwrap()].clone();
    expired.details.expires = Some(expired.from);
    expired.mappings.clear();
    house.hub.record("test", "its year is over", &[OfficeRecord::Registration(expired)]).unwrap();
    let before = house.holdings(FOREIGN, OWN);
    for (caller, method, target, body, (status, code), sent) in claims() {
        let answer = house.ask(caller, method, &target, &body);
        assert_eq!(answer.status, status, "{method} {target} {body}: {answer}");
        assert!(answer.text.contains(code), "{method} {target} {body}: {answer}");
        assert!(!answer.tells(FOREIGN.mark, &sent), "{method} {target} {body}: {answer}");
    }
    assert_eq!(house.holdings(FOREIGN, OWN), before);
}

/// A customer owns its subscription and sees what is in it. What it costs is between the partner and the platform.
#[test]
fn a_customer_has_its_own_subscription_and_not_its_costs() {
    let house = House::open();
    let own = format!("/subscriptions/{}", OWN.paying());
    let table = [
        ("GET", format!("{own}{VERSION}"), 200),
        ("GET", format!("{own}/resourceGroups{VERSION}"), 200),
        ("PUT", format!("{own}/resourceGroups/mine{VERSION}"), 201),
        ("GET", format!("{own}/resources{VERSION}"), 200),
        ("GET", format!("{}{VERSION}", OWN.subscription_path()), 404),
        ("GET", format!("{}{VERSION}", OWN.registration_path()), 404),
        ("GET", format!("/partners/{}/statements/2026-10", OWN.partner()), 404),
        ("GET", format!("/v1/customers/{}", OWN.customer()), 404),
        ("GET", format!("/v1/customers/{}/subscriptions", OWN.customer()), 404),
    ];
    for (method, target, status) in table {
        let answer = house.ask(Caller::Customer, method, &target, r#"{"location":"local"}"#);
        assert_eq!(answer.status, status, "{method} {target}: {answer}");
        assert!(!answer.tells(FOREIGN.mark, &[]), "{method} {target}: {answer}");
    }
    let seen = house.ask(Caller::Customer, "GET", &format!("/subscriptions{VERSION}"), "");
    assert!(seen.text.contains(&OWN.paying()) && !seen.text.contains(&OWN.default()), "{seen}");
}
