//! Resources: what lies in a subscription or a group, filtered as tools ask for it.

use serde_json::json;

use crate::{
    cast::{BRIDGE, D, GROUP, GROUP_READER, OTHER_GROUP, OWNER, RA, RA_NAME, READER, REGISTRAR, STRANGER},
    house::{House, refused},
};

const VERSION: &str = "api-version=2022-09-01";

#[test]
fn a_filter_lets_through_what_it_names() {
    let house = House::open();
    let table = [
        ("", true),
        ("&$filter=", true),
        ("&$filter=resourceGroup eq 'azurestack' and resourceType eq 'Microsoft.AzureStack/registrations'", true),
        ("&$filter=resourceGroup%20eq%20%27AzureStack%27", true),
        ("&$filter=resourceType+eq+'microsoft.azurestack/registrations'", true),
        ("&%24filter=resourceType eq 'Microsoft.Compute/virtualMachines'", false),
        ("&$filter=resourceGroup eq 'other'", false),
        ("&$filter=name eq 'nobody'", false),
        ("&$top=1", true),
    ];
    for (query, found) in table {
        let answer = house.get(&READER, &format!("/subscriptions/{D}/resources?{VERSION}{query}"));
        assert_eq!(!answer.each("/id").is_empty(), found, "{query}");
    }
    let named = house.get(&READER, &format!("/subscriptions/{D}/resources?{VERSION}&$filter=name eq '{RA_NAME}'"));
    assert_eq!(named.each("/id"), [RA]);
}

#[test]
fn a_filter_that_cannot_be_read_is_refused_with_its_place() {
    let house = House::open();
    let answer = house.get(&READER, &format!("/subscriptions/{D}/resources?{VERSION}&$filter=name ne 'x'"));
    assert_eq!(answer.refusal(), refused(400, "InvalidFilter"));
    let expected = "The $filter is invalid at position 5: 'eq' is expected.";
    assert_eq!(answer.json()["error"]["message"], expected);
    let answer = house.get(&READER, &format!("/subscriptions/{D}/resources?{VERSION}&$expand=secrets"));
    assert_eq!(answer.refusal(), refused(400, "InvalidParameter"));
}

#[test]
fn more_is_shown_on_demand() {
    let house = House::open();
    let plain = house.get(&READER, &format!("/subscriptions/{D}/resources?{VERSION}")).ok();
    assert_eq!(
        plain["value"][0],
        json!({
            "id": RA, "name": RA_NAME, "type": "Microsoft.AzureStack/registrations", "location": "global", "tags": {},
        })
    );
    let query = "$expand=createdTime,changedTime,provisioningState";
    let more = house.get(&READER, &format!("/subscriptions/{D}/resources?{VERSION}&{query}")).ok();
    assert_eq!(more["value"][0]["createdTime"], "2026-10-02T08:00:00Z");
    assert_eq!(more["value"][0]["changedTime"], "2026-10-02T08:00:00Z");
    assert_eq!(more["value"][0]["provisioningState"], "Succeeded");
}

#[test]
fn everybody_finds_what_they_may_read() {
    let house = House::open();
    for who in [&OWNER, &READER, &REGISTRAR, &GROUP_READER, &BRIDGE] {
        for scope in [format!("/subscriptions/{D}"), GROUP.to_owned(), GROUP.to_lowercase()] {
            let answer = house.get(who, &format!("{scope}/resources?{VERSION}"));
            assert_eq!(answer.each("/id"), [RA], "{} {scope}", who.name);
        }
    }
    let empty = house.get(&READER, &format!("{OTHER_GROUP}/resources?{VERSION}"));
    assert!(empty.each("/id").is_empty());
    let missing = house.get(&READER, &format!("/subscriptions/{D}/resourceGroups/missing/resources?{VERSION}"));
    assert_eq!(missing.refusal(), refused(404, "ResourceGroupNotFound"));
    for (who, group) in [(&GROUP_READER, "other"), (&GROUP_READER, "missing"), (&BRIDGE, "other"), (&STRANGER, "other")]
    {
        let answer = house.get(who, &format!("/subscriptions/{D}/resourceGroups/{group}/resources?{VERSION}"));
        assert_eq!(answer.refusal(), refused(404, "SubscriptionNotFound"), "{} {group}", who.name);
    }
}
