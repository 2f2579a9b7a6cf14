//! Groups: made, found, tagged and deleted, as tools do it.

use hub::OfficeRecord;
use model::{ResourceGroup, ScopePath, Tags};
use serde_json::json;

use crate::{
    cast::{BRIDGE, CONTRIBUTOR, D, FABRIKAM, GROUP, GROUP_READER, OWNER, Person, READER, REGISTRAR, STRANGER},
    house::{House, refused},
};

const VERSION: &str = "api-version=2021-04-01";

fn group(name: &str) -> String {
    format!("/subscriptions/{D}/resourcegroups/{name}?{VERSION}")
}

#[test]
fn a_group_is_made_found_changed_and_deleted() {
    let house = House::open();
    let new = group("New-1");
    assert_eq!(house.put(&CONTRIBUTOR, &new, &json!({})).refusal(), refused(400, "LocationRequired"));
    let made = house.put(&CONTRIBUTOR, &new, &json!({"location": "local"}));
    assert_eq!(made.status, 201);
    let made = made.json();
    assert_eq!(made["id"], format!("/subscriptions/{D}/resourceGroups/New-1"));
    assert_eq!((&made["location"], &made["tags"]), (&json!("local"), &json!({})));
    assert_eq!(made["properties"]["provisioningState"], "Succeeded");
    let again = house.put(&CONTRIBUTOR, &group("NEW-1"), &json!({"properties": {}, "tags": {"a": "b"}})).ok();
    assert_eq!((&again["name"], &again["tags"]), (&json!("New-1"), &json!({"a": "b"})));
    let patched = house.ask(Some(&OWNER), "PATCH", &new, Some(&json!({"tags": {"c": "d"}}))).ok();
    assert_eq!((&patched["location"], &patched["tags"]), (&json!("local"), &json!({"c": "d"})));
    assert_eq!(house.get(&READER, &new).ok(), patched);
    assert_eq!(house.ask(Some(&READER), "HEAD", &new, None).status, 204);
    assert_eq!(house.delete(&OWNER, &new).status, 200);
    assert_eq!(house.ask(Some(&READER), "HEAD", &new, None).status, 404);
    assert_eq!(house.delete(&OWNER, &new).refusal(), refused(404, "ResourceGroupNotFound"));
    assert_eq!(house.get(&READER, &new).refusal(), refused(404, "ResourceGroupNotFound"));
    let patched = house.ask(Some(&OWNER), "PATCH", &new, Some(&json!({"tags": {}})));
    assert_eq!(patched.refusal(), refused(404, "ResourceGroupNotFound"));
}

#[test]
fn a_group_that_holds_a_registration_stays() {
    let house = House::open();
    let answer = house.delete(&OWNER, &format!("{GROUP}?{VERSION}"));
    assert_eq!(answer.refusal(), refused(409, "ResourceGroupDeletionBlocked"));
    assert_eq!(house.get(&OWNER, &format!("{GROUP}?{VERSION}")).status, 200);
}

#[test]
fn who_may_do_less_is_told_so_and_who_sees_nothing_is_told_nothing() {
    let house = House::open();
    let table: &[(&Person, &str, u16, &str)] = &[
        (&READER, "azurestack", 403, "AuthorizationFailed"),
        (&GROUP_READER, "azurestack", 403, "AuthorizationFailed"),
        (&GROUP_READER, "other", 404, "SubscriptionNotFound"),
        (&GROUP_READER, "missing", 404, "SubscriptionNotFound"),
        (&BRIDGE, "azurestack", 404, "SubscriptionNotFound"),
        (&FABRIKAM, "azurestack", 404, "SubscriptionNotFound"),
        (&STRANGER, "azurestack", 404, "SubscriptionNotFound"),
    ];
    let before = house.hub.office();
    for (who, name, status, code) in table {
        let answer = house.put(who, &group(name), &json!({"location": "local"}));
        assert_eq!(answer.refusal(), refused(*status, code), "{} {name}", who.name);
        assert_eq!(house.delete(who, &group(name)).refusal(), refused(*status, code), "{} {name}", who.name);
    }
    assert_eq!(house.hub.office(), before);
    assert_eq!(house.put(&REGISTRAR, &group("reg"), &json!({"location": "local"})).status, 201);
    assert_eq!(house.delete(&REGISTRAR, &group("reg")).refusal(), refused(403, "AuthorizationFailed"));
}

#[test]
fn the_list_holds_what_a_caller_may_read_and_asked_for() {
    let house = House::open();
    let table: &[(&Person, &str, &[&str])] = &[
        (&READER, "", &["azurestack", "other"]),
        (&REGISTRAR, "", &["azurestack", "other"]),
        (&GROUP_READER, "", &["azurestack"]),
        (&BRIDGE, "", &[]),
        (&READER, "&$filter=", &["azurestack", "other"]),
        (&READER, "&$filter=tagName eq 'Team'", &["azurestack"]),
        (&READER, "&$filter=tagName eq 'team' and tagValue eq 'north'", &["azurestack"]),
        (&READER, "&$filter=tagName eq 'team' and tagValue eq 'south'", &[]),
        (&READER, "&$top=1", &["azurestack"]),
    ];
    for (who, query, expected) in table {
        let answer = house.get(who, &format!("/subscriptions/{D}/resourcegroups?{VERSION}{query}"));
        assert_eq!(answer.each("/name"), *expected, "{} {query}", who.name);
    }
    for (query, code) in [
        ("$filter=name eq 'x'", "InvalidFilter"),
        ("$top=0", "InvalidParameter"),
        ("$top=-1", "InvalidParameter"),
        ("$skipToken=AAAA", "InvalidSkipToken"),
    ] {
        let answer = house.get(&READER, &format!("/subscriptions/{D}/resourceGroups?{VERSION}&{query}"));
        assert_eq!(answer.refusal(), refused(400, code), "{query}");
    }
}

#[test]
fn a_name_that_is_none_makes_no_group() {
    let house = House::open();
    for name in ["a!", "a%2E", "end.", "a,b", "a%2Fb", "a%20b", "%C3%A4", &"x".repeat(91)] {
        let answer = house.put(&OWNER, &group(name), &json!({"location": "local"}));
        assert_eq!(answer.refusal(), refused(400, "InvalidResourceGroup"), "{name}");
        assert_eq!(house.get(&OWNER, &group(name)).refusal(), refused(404, "ResourceGroupNotFound"), "{name}");
        let answer = house.put(&FABRIKAM, &group(name), &json!({"location": "local"}));
        assert_eq!(answer.refusal(), refused(404, "SubscriptionNotFound"), "{name}");
    }
    let long = json!({"location": "x".repeat(91)});
    assert_eq!(house.put(&OWNER, &group("long"), &long).refusal(), refused(400, "InvalidLocation"));
}

#[test]
fn a_long_list_comes_in_pages_that_hold_everything_once() {
    let house = House::open();
    let group = |number: usize| {
        let name = format!("g{number:04}");
        let scope = ScopePath::new(&format!("/subscriptions/{D}/resourceGroups/{name}")).unwrap();
        let (location, tags) = ("local".to_owned(), Tags::from([("many".to_owned(), String::new())]));
        OfficeRecord::ResourceGroup(ResourceGroup { scope, name, location, tags, removed: false })
    };
    house.hub.record("test", "many groups", &(0..1001).map(group).collect::<Vec<_>>()).unwrap();
    for (query, pages) in [("", vec![1000, 3]), ("&$filter=tagName eq 'many'", vec![1000, 1]), ("&$top=7", vec![7])] {
        let mut next = Some(format!("/subscriptions/{D}/resourceGroups?{VERSION}{query}"));
        let (mut names, mut lengths) = (Vec::new(), Vec::new());
        while let Some(target) = next {
            let page = house.get(&READER, &target);
            lengths.push(page.each("/name").len());
            names.extend(page.each("/name"));
            next = page.ok()["nextLink"].as_str().map(str::to_owned);
            assert!(next.as_ref().is_none_or(|next| next.starts_with(&house.origin())), "{next:?}");
        }
        assert_eq!(lengths, pages, "{query}");
        names.dedup();
        assert_eq!(names.len(), pages.iter().sum::<usize>(), "{query}");
    }
}
