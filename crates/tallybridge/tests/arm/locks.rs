//! Locks: set, listed and taken away at every place, and they hold.

use serde_json::json;

use crate::{
    cast::{BRIDGE, CONTRIBUTOR, D, FABRIKAM, GROUP, OTHER_GROUP, OWNER, RA, READER},
    house::{House, refused},
};

const LOCKS: &str = "providers/Microsoft.Authorization/locks";
const VERSION: &str = "api-version=2016-09-01";

fn lock(place: &str, name: &str) -> String {
    format!("{place}/{LOCKS}/{name}?{VERSION}")
}

#[test]
fn a_lock_is_set_shown_changed_and_taken_away_at_every_place() {
    let house = House::open();
    for place in [format!("/subscriptions/{D}"), GROUP.to_owned(), RA.to_owned()] {
        let at = lock(&place, "RegistrationResourceLock");
        let body = json!({"properties": {"level": "CanNotDelete", "notes": "why"}});
        let made = house.put(&OWNER, &at, &body);
        assert_eq!(made.status, 201, "{place}");
        let made = made.json();
        assert_eq!(made["id"], format!("{place}/{LOCKS}/RegistrationResourceLock"));
        assert_eq!(made["properties"], body["properties"]);
        assert_eq!(house.put(&OWNER, &at, &body).ok(), made, "{place}");
        let shouted = lock(&place.to_uppercase(), "REGISTRATIONRESOURCELOCK");
        assert_eq!(house.get(&READER, &shouted).ok(), made, "{place}");
        let weaker = json!({"properties": {"level": "readonly"}});
        assert_eq!(house.put(&OWNER, &shouted, &weaker).ok()["properties"], json!({"level": "ReadOnly"}));
        assert_eq!(house.delete(&OWNER, &shouted).status, 200, "{place}");
        assert_eq!(house.delete(&OWNER, &at).status, 204, "{place}");
        assert_eq!(house.get(&OWNER, &at).refusal(), refused(404, "LockNotFound"), "{place}");
    }
}

#[test]
fn a_list_holds_the_locks_of_everything_inside() {
    let house = House::open();
    let body = json!({"properties": {"level": "CanNotDelete"}});
    let subscription = format!("/subscriptions/{D}");
    for place in [&subscription, GROUP, OTHER_GROUP, RA] {
        assert_eq!(house.put(&OWNER, &lock(place, "l"), &body).status, 201);
    }
    let list = |place: &str, query: &str| {
        let answer = house.get(&READER, &format!("{place}/{LOCKS}?{VERSION}{query}"));
        let ids = answer.each("/id");
        ids.iter().map(|id| id.split_once("/providers/Microsoft.Authorization").unwrap().0.to_owned()).collect()
    };
    let table: &[(&str, &str, &[&str])] = &[
        (&subscription, "", &[&subscription, GROUP, RA, OTHER_GROUP]),
        (&subscription, "&$filter=atScope()", &[&subscription]),
        (GROUP, "", &[GROUP, RA]),
        (OTHER_GROUP, "", &[OTHER_GROUP]),
        (RA, "", &[RA]),
    ];
    for (place, query, expected) in table {
        let mut found: Vec<String> = list(place, query);
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{place} {query}");
    }
}

#[test]
fn a_lock_prevents_what_it_says() {
    let house = House::open();
    let body = json!({"properties": {"level": "CanNotDelete"}});
    house.put(&OWNER, &lock(OTHER_GROUP, "l"), &body);
    let group = format!("{OTHER_GROUP}?{VERSION}");
    assert_eq!(house.delete(&OWNER, &group).refusal(), refused(409, "ScopeLocked"));
    assert_eq!(house.put(&OWNER, &group, &json!({"location": "local", "tags": {"a": "b"}})).status, 200);
    house.put(&OWNER, &lock(OTHER_GROUP, "l"), &json!({"properties": {"level": "ReadOnly"}}));
    assert_eq!(house.put(&OWNER, &group, &json!({"tags": {"a": "c"}})).refusal(), refused(409, "ScopeLocked"));
    house.delete(&OWNER, &lock(OTHER_GROUP, "l"));
    assert_eq!(house.delete(&OWNER, &group).status, 200);
}

#[test]
fn only_owners_lock_and_nothing_is_locked_that_is_not_there() {
    let house = House::open();
    let body = json!({"properties": {"level": "CanNotDelete"}});
    for who in [&CONTRIBUTOR, &READER, &BRIDGE] {
        assert_eq!(house.put(who, &lock(RA, "l"), &body).refusal(), refused(403, "AuthorizationFailed"));
        assert_eq!(house.delete(who, &lock(RA, "l")).refusal(), refused(403, "AuthorizationFailed"));
    }
    for place in [RA, GROUP, &format!("{GROUP}x")] {
        assert_eq!(house.put(&FABRIKAM, &lock(place, "l"), &body).refusal(), refused(404, "SubscriptionNotFound"));
    }
    for (place, code) in [(format!("{GROUP}x"), "ResourceGroupNotFound"), (format!("{RA}x"), "RegistrationNotFound")] {
        assert_eq!(house.put(&OWNER, &lock(&place, "l"), &body).refusal(), refused(404, code), "{place}");
        assert_eq!(house.get(&OWNER, &format!("{place}/{LOCKS}?{VERSION}")).refusal(), refused(404, code), "{place}");
    }
}

#[test]
fn a_lock_without_a_level_or_with_an_odd_name_is_refused() {
    let house = House::open();
    for body in [json!({}), json!({"properties": {}}), json!({"properties": {"level": "Firm"}})] {
        assert_eq!(house.put(&OWNER, &lock(GROUP, "l"), &body).refusal(), refused(400, "InvalidLock"), "{body}");
    }
    let body = json!({"properties": {"level": "CanNotDelete"}});
    for name in ["a%2Fb", "a%3Fb", "a%25b", &"x".repeat(513)] {
        assert_eq!(house.put(&OWNER, &lock(GROUP, name), &body).refusal(), refused(400, "InvalidLock"), "{name}");
    }
    assert_eq!(house.put(&OWNER, &lock(GROUP, "With%20blanks%20%C3%A4"), &body).status, 201);
    assert_eq!(house.get(&OWNER, &lock(GROUP, "with%20blanks%20%C3%A4")).ok()["name"], "With blanks ä");
    assert_eq!(house.put(&OWNER, &lock(GROUP, "l"), &json!([])).refusal(), refused(400, "InvalidRequestContent"));
}
