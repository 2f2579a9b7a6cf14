//! Exceptions: where what is somebody else's and what is not there are told apart on purpose, each with its reason.

use api::RouteFacts;

/// Routes whose answers may differ between foreign and missing ids, with the parameter that makes the difference.
const TOLD_APART: &[(&str, &str, &str, &str)] = &[
    (
        "PUT",
        "/customerSubscriptions/{customer}",
        "customer",
        "the protocol has two words: BadCustomerSubscriptionId for another partner's, InvalidCSPSubscription for none",
    ),
    (
        "PUT",
        "/roleAssignments/{assignment}",
        "assignment",
        "the name of a role assignment is a GUID that its giver draws, unique in the hub: a used one is refused, as in any cloud",
    ),
    ("GET", "/.well-known/openid-configuration", "tenant", "which directories there are is public, as in any cloud"),
    ("GET", "/discovery/v2.0/keys", "tenant", "the same"),
    ("POST", "/token", "tenant", "the same"),
    ("POST", "/devicecode", "tenant", "the same"),
];

/// Routes whose answers name everybody's stamps: monitoring, which strangers are kept away from by the proxy.
pub const NAMES_ALL_STAMPS: &[&str] = &["/metrics"];

/// Whether a foreign parameter of a route may be told from a missing one.
pub fn told_apart(route: &RouteFacts, foreign: &[&str]) -> bool {
    TOLD_APART
        .iter()
        .any(|(method, end, param, _)| route.method == *method && route.path.ends_with(end) && foreign.contains(param))
}
