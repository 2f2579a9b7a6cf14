//! Sight: what a caller may not see looks like what is not there, however the path is written.

use serde_json::json;

use crate::{
    cast::{BRIDGE, D, FABRIKAM, GROUP, GROUP_READER, NOWHERE, OTHER_GROUP, OWNER, RA, RA_NAME, READER, STRANGER},
    house::{House, refused},
};

const VERSION: &str = "api-version=2021-04-01";

/// Everything that is read at a place, and in it.
const RESTS: &[&str] = &[
    "/providers/Microsoft.Authorization/locks",
    "/providers/Microsoft.Authorization/locks/x",
    "/providers/Microsoft.Authorization/roleDefinitions",
    "/providers/Microsoft.Authorization/roleDefinitions/x",
    "/providers/Microsoft.Authorization/roleAssignments",
    "/providers/Microsoft.Authorization/roleAssignments/x",
    "/providers/Microsoft.Authorization/permissions",
];

#[test]
fn a_hidden_place_and_a_missing_one_give_the_same_bytes() {
    let house = House::open();
    for rest in RESTS {
        for place in ["", "/resourceGroups/azurestack", RA.strip_prefix(&format!("/subscriptions/{D}")).unwrap()] {
            let ask = |id: &str| house.get(&FABRIKAM, &format!("/subscriptions/{id}{place}{rest}?{VERSION}"));
            let (hidden, missing) = (ask(D), ask(NOWHERE));
            assert_eq!(hidden.refusal(), refused(404, "SubscriptionNotFound"), "{place}{rest}");
            assert_eq!(String::from_utf8(hidden.body).unwrap().replace(D, NOWHERE).as_bytes(), missing.body);
        }
        // The same inside a subscription that the caller sees a part of.
        for who in [&GROUP_READER, &BRIDGE] {
            let hidden = house.get(who, &format!("{OTHER_GROUP}{rest}?{VERSION}"));
            let missing = house.get(who, &format!("{OTHER_GROUP}x{rest}?{VERSION}"));
            assert_eq!(hidden.refusal(), refused(404, "SubscriptionNotFound"), "{rest}");
            assert_eq!(hidden, missing, "{rest}");
        }
    }
}

#[test]
fn a_path_may_be_written_in_many_ways() {
    let house = House::open();
    let lock = "providers/Microsoft.Authorization/locks/l";
    let body = json!({"properties": {"level": "CanNotDelete"}});
    let doubled = RA.replace("/registrations/", "//registrations/");
    let first = house.put(&OWNER, &format!("{doubled}//{lock}?{VERSION}"), &body);
    assert_eq!(first.status, 201);
    let table = [
        format!("{RA}/{lock}"),
        format!("/{RA}/{lock}/"),
        format!("{}/{}", RA.to_uppercase(), lock.to_uppercase()),
        format!("{}/{}", RA.to_lowercase(), lock.to_lowercase()),
        format!("{RA}/{lock}").replace("Microsoft.", "Microsoft%2E").replace("/locks/l", "/%6Cocks/%6c"),
        format!("{}/{lock}", RA.replace(RA_NAME, &RA_NAME.replacen('-', "%2d", 1))),
    ];
    for path in table {
        assert_eq!(house.get(&READER, &format!("{path}?{VERSION}")).ok(), first.json(), "{path}");
    }
}

#[test]
fn an_encoded_slash_leads_nowhere() {
    let house = House::open();
    let registrations = format!("{GROUP}/providers/Microsoft.AzureStack/registrations");
    let locks = "providers/Microsoft.Authorization/locks";
    let inside = RA.rsplit_once("/resourceGroups/").unwrap().1.replace('/', "%2F");
    let table = [
        (format!("/subscriptions/{D}%2FresourceGroups%2Fazurestack"), "SubscriptionNotFound"),
        (format!("/subscriptions/{D}/resourceGroups/azurestack%2F..%2Fother"), "ResourceGroupNotFound"),
        (format!("/subscriptions/{D}/resourceGroups/{inside}/{locks}"), "ResourceGroupNotFound"),
        (format!("/subscriptions/{D}/resourceGroups/{inside}/resources"), "ResourceGroupNotFound"),
        (format!("{registrations}/..%2F{RA_NAME}/{locks}"), "RegistrationNotFound"),
        (format!("{registrations}/{RA_NAME}%2Fx/{locks}"), "RegistrationNotFound"),
    ];
    for (path, code) in table {
        let answer = house.get(&OWNER, &format!("{path}?{VERSION}"));
        assert_eq!(answer.refusal(), refused(404, code), "{path}");
        let answer = house.get(&GROUP_READER, &format!("{path}?{VERSION}"));
        let code = if path.starts_with(&registrations) { code } else { "SubscriptionNotFound" };
        assert_eq!(answer.refusal(), refused(404, code), "{path}");
    }
    for path in ["/subscriptions/%FF", "/subscriptions/%00"] {
        assert_eq!(house.get(&OWNER, &format!("{path}?{VERSION}")).refusal(), refused(400, "InvalidPath"), "{path}");
    }
}

#[test]
fn who_has_no_role_sees_nothing_and_lists_are_empty() {
    let house = House::open();
    let target = format!("{GROUP}?{VERSION}");
    assert_eq!(house.get(&STRANGER, &target).refusal(), refused(404, "SubscriptionNotFound"));
    assert_eq!(house.ask(Some(&STRANGER), "HEAD", &target, None).status, 404);
    let other_method = house.ask(Some(&OWNER), "POST", &target, None);
    assert_eq!(other_method.refusal(), refused(405, "MethodNotAllowed"));
}
