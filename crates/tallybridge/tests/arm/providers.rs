//! Providers: namespaces are found, registered and unregistered.

use crate::{
    cast::{BRIDGE, CONTRIBUTOR, D, F1, FABRIKAM, GROUP_READER, OWNER, READER},
    house::{House, refused},
};

const VERSION: &str = "api-version=2024-11-01";

fn one(subscription: &str, rest: &str) -> String {
    format!("/subscriptions/{subscription}/providers/{rest}?{VERSION}")
}

#[test]
fn namespaces_are_shown_with_the_newest_version_first() {
    let house = House::open();
    let list = house.get(&GROUP_READER, &format!("/subscriptions/{D}/providers?{VERSION}"));
    assert_eq!(list.each("/namespace"), ["Microsoft.AzureStack", "Microsoft.Resources", "Microsoft.Authorization"]);
    assert_eq!(list.each("/registrationState"), ["Registered", "Registered", "Registered"]);
    let found = house.get(&BRIDGE, &one(D, "microsoft.azurestack")).ok();
    assert_eq!(found["id"], format!("/subscriptions/{D}/providers/Microsoft.AzureStack"));
    let registrations = found["resourceTypes"].as_array().unwrap().iter();
    let registrations = registrations.into_iter().find(|one| one["resourceType"] == "registrations").unwrap();
    assert_eq!(registrations["apiVersions"][0], "2022-06-01");
    let unknown = house.get(&READER, &one(D, "Microsoft.Compute"));
    assert_eq!(unknown.refusal(), refused(404, "InvalidResourceNamespace"));
}

#[test]
fn a_namespace_is_registered_and_unregistered() {
    let house = House::open();
    let state = || house.get(&FABRIKAM, &one(F1, "Microsoft.AzureStack")).ok()["registrationState"].clone();
    let post = |rest: &str| house.ask(Some(&FABRIKAM), "POST", &one(F1, rest), None);
    assert_eq!(state(), "NotRegistered");
    assert_eq!(post("Microsoft.AzureStack/register").ok()["registrationState"], "Registered");
    assert_eq!(post("MICROSOFT.AZURESTACK/Register").ok()["registrationState"], "Registered");
    assert_eq!(state(), "Registered");
    assert_eq!(post("Microsoft.AzureStack/unregister").ok()["registrationState"], "NotRegistered");
    assert_eq!(state(), "NotRegistered");
    assert_eq!(post("Microsoft.Resources/register").ok()["registrationState"], "Registered");
    assert_eq!(post("Microsoft.Resources/unregister").refusal(), refused(409, "CannotUnregisterNamespace"));
    assert_eq!(post("Microsoft.Compute/register").refusal(), refused(404, "InvalidResourceNamespace"));
}

#[test]
fn a_namespace_in_use_stays_and_readers_register_nothing() {
    let house = House::open();
    let unregister = one(D, "Microsoft.AzureStack/unregister");
    let answer = house.ask(Some(&OWNER), "POST", &unregister, None);
    assert_eq!(answer.refusal(), refused(409, "CannotUnregisterNamespace"));
    let register = one(D, "Microsoft.AzureStack/register");
    assert_eq!(house.ask(Some(&CONTRIBUTOR), "POST", &register, None).status, 200);
    assert_eq!(house.ask(Some(&READER), "POST", &register, None).refusal(), refused(403, "AuthorizationFailed"));
    assert_eq!(house.ask(Some(&FABRIKAM), "POST", &register, None).refusal(), refused(404, "SubscriptionNotFound"));
}
