//! Rules: who may do what, written out by hand from the documented rights and not computed from the roles of the hub.
//!
//! Source: domain notes C.6 (who may do it) and G (who sees what).

use api::RouteFacts;

use crate::cast::Caller;

const SUBSCRIPTION: &str = "/subscriptions/{subscription}";
const GROUP: &str = "/subscriptions/{subscription}/resourceGroups/{group}";
const REGISTRATION: &str =
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.AzureStack/registrations/{registration}";

/// The methods, the path and the rights at the first partner's own things. `S:`, `G:` and `R:` are a subscription, a group and
/// a registration; where several are named, each is a route.
///
/// A column for each caller: owner, contributor, reader, registrar, bridge; partner administrator, billing reader, platform
/// operator; customer, stranger, unknown account; nobody, stamp. `+` may; `3` sees the thing and may not (403); `4` is told
/// that there is nothing (404); `1` is not let in (401).
const RULES: &[(&str, &str, &str)] = &[
    // Everybody.
    ("GET", "/health", "+++++ +++ +++ ++"),
    ("GET", "/metrics", "+++++ +++ +++ ++"),
    ("GET", "/openapi.json", "+++++ +++ +++ ++"),
    ("GET", "/metadata/endpoints", "+++++ +++ +++ ++"),
    ("GET", "/adfs/.well-known/openid-configuration", "+++++ +++ +++ ++"),
    ("GET", "/adfs/{tenant}/v2.0/.well-known/openid-configuration", "+++++ +++ +++ ++"),
    ("GET", "/{tenant}/.well-known/openid-configuration", "+++++ +++ +++ ++"),
    ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", "+++++ +++ +++ ++"),
    ("GET", "/adfs/discovery/keys", "+++++ +++ +++ ++"),
    ("GET", "/discovery/v2.0/keys", "+++++ +++ +++ ++"),
    ("GET", "/{tenant}/discovery/v2.0/keys", "+++++ +++ +++ ++"),
    ("POST", "/adfs/oauth2/token", "+++++ +++ +++ ++"),
    ("POST", "/{tenant}/oauth2/token", "+++++ +++ +++ ++"),
    ("POST", "/{tenant}/oauth2/v2.0/token", "+++++ +++ +++ ++"),
    ("POST", "/adfs/oauth2/devicecode", "+++++ +++ +++ ++"),
    ("POST", "/{tenant}/oauth2/devicecode", "+++++ +++ +++ ++"),
    ("POST", "/{tenant}/oauth2/v2.0/devicecode", "+++++ +++ +++ ++"),
    ("GET POST", "/devicelogin", "+++++ +++ +++ ++"),
    // Windows are the stamp's, and nobody's who has a token.
    ("GET", "/stamps/{stamp}/windows", "11111 111 111 1+"),
    ("GET PUT", "/stamps/{stamp}/windows/{hour}", "11111 111 111 1+"),
    // Whoever signed in, each with what is in sight.
    ("GET", "/subscriptions", "+++++ +++ ++1 11"),
    ("GET", "/tenants", "+++++ +++ ++1 11"),
    ("GET", "/partners", "+++++ +++ ++1 11"),
    ("GET", "/providers/Microsoft.AzureStack/operations", "+++++ +++ ++1 11"),
    ("GET", "/providers/Microsoft.Authorization/roleDefinitions", "+++++ +++ ++1 11"),
    ("GET", "/providers/Microsoft.Authorization/roleDefinitions/{role}", "+++++ +++ ++1 11"),
    // Whoever has any role in the subscription.
    ("GET", "S:", "+++++ 44+ 441 11"),
    ("GET", "S:/locations", "+++++ 44+ 441 11"),
    ("GET", "S:/resourceGroups", "+++++ 44+ 441 11"),
    ("GET", "S:/providers", "+++++ 44+ 441 11"),
    ("GET", "S:/providers/{namespace}", "+++++ 44+ 441 11"),
    ("GET", "S:G:/resources", "+++++ 44+ 441 11"),
    // Namespaces. Registering is of the registration role, ending that is not.
    ("POST", "S:/providers/{namespace}/register", "++3+4 443 441 11"),
    ("POST", "S:/providers/{namespace}/unregister", "++334 443 441 11"),
    // Groups.
    ("GET HEAD", "G:", "++++4 44+ 441 11"),
    ("PUT PATCH", "G:", "++3+4 443 441 11"),
    ("DELETE", "G:", "++334 443 441 11"),
    // Only who registered may move, and a move takes more than the registration role.
    ("POST", "G:/moveResources", "+3334 443 441 11"),
    // Registrations. A contributor did not register these, so it may not change them.
    ("GET", "S:G:/providers/Microsoft.AzureStack/registrations", "++++4 44+ 441 11"),
    ("GET HEAD", "R:", "+++++ 44+ 441 11"),
    ("PUT PATCH DELETE", "R:", "+33+3 443 441 11"),
    ("POST", "R:/getactivationkey", "++3+3 443 441 11"),
    ("POST", "R:/enableRemoteManagement", "++3+3 443 441 11"),
    // No owner approves its own registration.
    ("POST", "R:/approveMultiTenancy", "33333 44+ 441 11"),
    ("POST", "R:/withdrawMultiTenancy", "33333 44+ 441 11"),
    // Customer subscriptions. The bridge sees its registration and not whose customers are on it.
    ("GET", "R:/customerSubscriptions", "++++3 44+ 441 11"),
    ("GET HEAD", "R:/customerSubscriptions/{customer}", "++++3 44+ 441 11"),
    ("PUT DELETE", "R:/customerSubscriptions/{customer}", "++3+3 443 441 11"),
    // Locks are the owner's, and are not of the registration role.
    ("GET", "S:G:/providers/Microsoft.Authorization/locks", "+++34 44+ 441 11"),
    ("GET", "R:/providers/Microsoft.Authorization/locks", "+++33 44+ 441 11"),
    ("GET", "S:G:/providers/Microsoft.Authorization/locks/{lock}", "+++34 44+ 441 11"),
    ("GET", "R:/providers/Microsoft.Authorization/locks/{lock}", "+++33 44+ 441 11"),
    ("PUT DELETE", "S:G:/providers/Microsoft.Authorization/locks/{lock}", "+3334 443 441 11"),
    ("PUT DELETE", "R:/providers/Microsoft.Authorization/locks/{lock}", "+3333 443 441 11"),
    // Roles are given by owners, and by registrars as far as the bridge needs them.
    ("GET", "S:G:/providers/Microsoft.Authorization/roleDefinitions", "++++4 44+ 441 11"),
    ("GET", "R:/providers/Microsoft.Authorization/roleDefinitions", "++++3 44+ 441 11"),
    ("GET", "S:G:/providers/Microsoft.Authorization/roleDefinitions/{role}", "++++4 44+ 441 11"),
    ("GET", "R:/providers/Microsoft.Authorization/roleDefinitions/{role}", "++++3 44+ 441 11"),
    ("GET", "S:G:/providers/Microsoft.Authorization/roleAssignments", "++++4 44+ 441 11"),
    ("GET", "R:/providers/Microsoft.Authorization/roleAssignments", "++++3 44+ 441 11"),
    ("GET", "S:G:/providers/Microsoft.Authorization/roleAssignments/{assignment}", "++++4 44+ 441 11"),
    ("GET", "R:/providers/Microsoft.Authorization/roleAssignments/{assignment}", "++++3 44+ 441 11"),
    ("PUT DELETE", "S:G:/providers/Microsoft.Authorization/roleAssignments/{assignment}", "+33+4 443 441 11"),
    ("PUT DELETE", "R:/providers/Microsoft.Authorization/roleAssignments/{assignment}", "+33+3 443 441 11"),
    ("GET", "S:G:/providers/Microsoft.Authorization/permissions", "++++4 44+ 441 11"),
    ("GET", "R:/providers/Microsoft.Authorization/permissions", "++++3 44+ 441 11"),
    // Costs are the partner's: not the registering account's, and not the customer's, whatever it owns.
    ("GET", "/partners/{partner}", "44444 +++ 441 11"),
    ("GET", "/partners/{partner}/customers", "44444 +4+ 441 11"),
    ("GET", "/partners/{partner}/registrations", "44444 +++ 441 11"),
    ("GET", "/partners/{partner}/statements/{month}", "44444 +++ 441 11"),
    ("GET", "/partners/{partner}/invoices", "44444 +++ 441 11"),
    ("GET", "/partners/{partner}/invoices/{number}", "44444 +++ 441 11"),
    ("GET", "/partners/{partner}/statement", "44444 +++ 441 11"),
    ("GET", "/partners/{partner}/unmapped", "44444 +++ 441 11"),
    ("GET", "/partners/{partner}/unpriced", "44444 +++ 441 11"),
    // Who only reads costs closes no month.
    ("POST", "/partners/{partner}/invoices", "44444 +3+ 441 11"),
    // The same as files, and the prices. The operator has no partner of its own.
    ("POST", "/v1.0/reports/partners/billing/usage/billed/export", "44444 ++4 441 11"),
    ("POST", "/v1.0/reports/partners/billing/usage/unbilled/export", "44444 ++4 441 11"),
    ("POST", "/v1.0/reports/partners/billing/reconciliation/billed/export", "44444 ++4 441 11"),
    ("POST", "/v1.0/reports/partners/billing/reconciliation/unbilled/export", "44444 ++4 441 11"),
    ("GET", "/v1.0/reports/partners/billing/operations/{operation}", "44444 ++4 441 11"),
    ("GET", "/v1.0/reports/partners/billing/manifests/{manifest}", "44444 ++4 441 11"),
    ("GET", "/v1.0/sales/{sheet}/$value", "44444 ++4 441 11"),
    // Files are opened by the signature in their query, and by no token.
    ("GET", "/exports/{export}/{blob}", "33333 333 333 33"),
    // The partner's catalogue is for who administers the partner. The operator has no partner of its own.
    ("GET POST", "/v1/customers", "44444 +44 441 11"),
    ("GET", "/v1/customers/{customer}", "44444 +44 441 11"),
    ("POST", "/v1/customers/{customer}/orders", "44444 +44 441 11"),
    ("GET", "/v1/customers/{customer}/subscriptions", "44444 +44 441 11"),
    ("GET PATCH", "/v1/customers/{customer}/subscriptions/{subscription}", "44444 +44 441 11"),
    // Usage of the default subscription is its owner's too; prices are the partner administrator's alone.
    ("GET", "S:/providers/Microsoft.Commerce/RateCard", "33333 +3+ 441 11"),
    ("GET", "S:/providers/Microsoft.Commerce/UsageAggregates", "+++33 +++ 441 11"),
    // Costs and documents are for whoever may look at the partner's billing, prices and budgets for who administers it.
    ("GET", "/v1/invoices", "44444 ++4 441 11"),
    ("GET", "/v1/invoices/summary", "44444 ++4 441 11"),
    ("GET", "/v1/invoices/summaries", "44444 ++4 441 11"),
    ("GET", "/v1/invoices/{number}", "44444 ++4 441 11"),
    ("GET", "/v1/invoices/{number}/documents/statement", "44444 ++4 441 11"),
    ("GET", "/v1/invoices/{number}/lineitems", "44444 ++4 441 11"),
    ("GET", "/v1/invoices/{number}/lineitems/{provider}/{type}", "44444 ++4 441 11"),
    ("GET", "/v1/invoices/unbilled/lineitems", "44444 ++4 441 11"),
    ("GET", "/v1/ratecards/azure", "44444 +44 441 11"),
    ("GET", "/v1/customers/usagerecords", "44444 ++4 441 11"),
    ("GET", "/v1/usagesummary", "44444 ++4 441 11"),
    ("GET", "/v1/customers/{customer}/usagesummary", "44444 ++4 441 11"),
    ("GET", "/v1/customers/{customer}/subscriptions/usagerecords", "44444 ++4 441 11"),
    ("GET", "/v1/customers/{customer}/subscriptions/{subscription}/usagesummary", "44444 ++4 441 11"),
    ("GET", "/v1/customers/{customer}/subscriptions/{subscription}/meterusagerecords", "44444 ++4 441 11"),
    ("GET", "/v1/customers/{customer}/subscriptions/{subscription}/resourceusagerecords", "44444 ++4 441 11"),
    ("GET", "/v1/customers/{customer}/subscriptions/{subscription}/utilizations/azure", "44444 ++4 441 11"),
    ("GET", "/v1/customers/{customer}/usagebudget", "44444 ++4 441 11"),
    ("PATCH", "/v1/customers/{customer}/usagebudget", "44444 +44 441 11"),
];

/// The paths that a text stands for.
fn paths(text: &str) -> Vec<String> {
    let (mut rest, mut places) = (text, Vec::new());
    for (letter, place) in [("S:", SUBSCRIPTION), ("G:", GROUP), ("R:", REGISTRATION)] {
        if let Some(after) = rest.strip_prefix(letter) {
            rest = after;
            places.push(place);
        }
    }
    if places.is_empty() {
        vec![rest.to_owned()]
    } else {
        places.iter().map(|place| format!("{place}{rest}")).collect()
    }
}

/// Every method and path that has a rule.
pub fn all() -> Vec<(&'static str, String, &'static str)> {
    let each = |(methods, text, rights): &(&'static str, &'static str, &'static str)| {
        let rights = *rights;
        let of_method = |method| paths(text).into_iter().map(move |path| (method, path, rights));
        methods.split(' ').flat_map(of_method).collect::<Vec<_>>()
    };
    RULES.iter().flat_map(each).collect()
}

/// The rules of a route: one.
pub fn of(route: &RouteFacts) -> Vec<&'static str> {
    let fits = |(method, path, _): &(&str, String, &str)| *method == route.method && path == route.path;
    all().into_iter().filter(fits).map(|(_, _, rights)| rights).collect()
}

/// What a caller may do with a route. A route without a rule lets nobody pass.
pub fn right(route: &RouteFacts, caller: Caller) -> char {
    let column = Caller::ALL.iter().position(|one| *one == caller).unwrap();
    let rights = of(route).first().copied().unwrap_or_default();
    rights.chars().filter(|letter| *letter != ' ').nth(column).unwrap_or('?')
}
