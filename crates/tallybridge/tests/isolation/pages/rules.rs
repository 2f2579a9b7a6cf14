//! Rules: who may open which page and send which form of the portal, written out by hand from the documented rights.
//!
//! Source: domain notes G (who sees what).

use portal::RouteFacts;

use crate::{bodies::token, cast::Caller, estate::Estate};

/// The pages of a partner.
const PARTNER: &str = "/portal/partners/{partner}";

/// The methods, the path and the rights at the first partner's own things. `P:` is the partner.
///
/// The columns are those of the rules of the other routes: owner, contributor, reader, registrar, bridge; partner
/// administrator, billing reader, platform operator; customer, stranger, unknown account; nobody, stamp. `+` may; `3` sees the
/// partner and may not (403); `4` is told that there is nothing (404); `1` is sent to sign in.
const RULES: &[(&str, &str, &str)] = &[
    ("GET", "/portal/assets/{mark}/{file}", "+++++ +++ +++ ++"),
    ("GET POST", "/portal/sign-in", "+++++ +++ +++ ++"),
    ("GET", "/portal/sign-in/at/{door}", "+++++ +++ +++ ++"),
    ("GET", "/portal/sign-in/return", "+++++ +++ +++ ++"),
    ("POST", "/portal/preferences", "+++++ +++ +++ ++"),
    ("GET", "/portal", "+++++ +++ ++1 11"),
    ("POST", "/portal/sign-out", "+++++ +++ ++1 11"),
    // Partners are made by whoever runs the platform.
    ("GET POST", "/portal/first", "44444 44+ 441 11"),
    // Costs are the partner's: not the registering account's, and not the customer's, whatever it owns.
    ("GET", "P:", "44444 +++ 441 11"),
    ("GET", "P:/usage", "44444 +++ 441 11"),
    ("GET", "P:/usage.csv", "44444 +++ 441 11"),
    ("GET", "P:/usage.parquet", "44444 +++ 441 11"),
    ("GET", "P:/held", "44444 +++ 441 11"),
    ("GET", "P:/prices", "44444 +++ 441 11"),
    ("GET", "P:/prices/versions", "44444 +++ 441 11"),
    ("GET", "P:/prices/difference", "44444 +++ 441 11"),
    ("GET", "P:/prices/what-if", "44444 +++ 441 11"),
    ("GET", "P:/invoices", "44444 +++ 441 11"),
    ("GET", "P:/invoices/{number}", "44444 +++ 441 11"),
    ("GET", "P:/invoices/{number}/files/{file}", "44444 +++ 441 11"),
    ("GET", "P:/invoices/{number}/lines/{line}", "44444 +++ 441 11"),
    // Who only reads costs may see what a close would bring, and closes nothing.
    ("GET", "P:/invoices/close", "44444 +++ 441 11"),
    ("POST", "P:/invoices/close", "44444 +3+ 441 11"),
    // A mapping is made below a registration, and takes a role there that neither of these has.
    ("GET", "P:/customers", "44444 +++ 441 11"),
    ("GET", "P:/customers/{customer}", "44444 +++ 441 11"),
    ("GET", "P:/customers/map", "44444 +++ 441 11"),
    ("POST", "P:/customers/map", "44444 333 441 11"),
    ("GET", "P:/customers/unmap", "44444 +++ 441 11"),
    ("POST", "P:/customers/unmap", "44444 333 441 11"),
    // Without a role in a default subscription there is none to register below.
    ("GET", "P:/stamps", "44444 +++ 441 11"),
    ("GET", "P:/stamps/{stamp}", "44444 +++ 441 11"),
    ("GET", "P:/stamps/register", "44444 +++ 441 11"),
    ("POST", "P:/stamps/register", "44444 434 441 11"),
    // No partner approves its own registration.
    ("POST", "P:/stamps/{stamp}/approve", "44444 33+ 441 11"),
    ("POST", "P:/stamps/{stamp}/key", "44444 333 441 11"),
    ("POST", "P:/stamps/{stamp}/lock", "44444 333 441 11"),
    ("POST", "P:/stamps/{stamp}/move", "44444 333 441 11"),
    // Who only reads costs is not told who did what, and who may.
    ("GET", "P:/audit", "44444 +3+ 441 11"),
    ("GET", "P:/audit/{number}", "44444 +3+ 441 11"),
    ("GET", "P:/access", "44444 +3+ 441 11"),
    // Budgets hold where messages go, and by what they are signed.
    ("GET", "P:/settings", "44444 +++ 441 11"),
    ("GET POST", "P:/settings/new-budget", "44444 +3+ 441 11"),
    ("GET POST", "P:/settings/budgets/{budget}", "44444 +3+ 441 11"),
    ("POST", "P:/settings/budgets/{budget}/end", "44444 +3+ 441 11"),
];

/// What somebody may not do who is both an administrator of the partner and an owner of its default subscription.
const NOT_OF_BOTH: &[(&str, char)] = &[("/portal/first", '4'), ("P:/stamps/{stamp}/approve", '3')];

/// The fields of a budget.
const BUDGET: &[(&str, &str)] = &[
    ("name", "another"),
    ("amount", "100"),
    ("currency", "USD"),
    ("side", "cost"),
    ("customer", "{customer}"),
    ("thresholds", "80"),
];

/// The fields of a form, or the query of a page that needs one.
type Fields = &'static [(&'static str, &'static str)];

/// What is sent beside the token, with things of an estate in braces.
const FIELDS: &[(&str, &str, Fields)] = &[
    ("GET", "P:/customers/map", &[("stamp", "{stamp}"), ("tenant", "{customer}"), ("subscription", "{paying}")]),
    ("GET", "P:/customers/unmap", &[("stamp", "{stamp}"), ("tenant", "{customer}")]),
    ("GET", "P:/prices/difference", &[("from", "1"), ("to", "1")]),
    (
        "POST",
        "P:/customers/map",
        &[("stamp", "{stamp}"), ("tenant", "{customer}"), ("subscription", "{paying}"), ("from", "2026-11-01")],
    ),
    ("POST", "P:/customers/unmap", &[("stamp", "{stamp}"), ("tenant", "{customer}"), ("subscription", "{paying}")]),
    ("POST", "P:/invoices/close", &[("month", "2026-10"), ("confirm", "yes"), ("reason", "a test")]),
    ("POST", "P:/stamps/register", &[("subscription", "{default}"), ("group", "azurestack"), ("token", "{token}")]),
    ("POST", "P:/stamps/{stamp}/lock", &[("lock", "on")]),
    ("POST", "P:/stamps/{stamp}/move", &[("subscription", "{default}"), ("group", "azurestack")]),
    ("POST", "P:/settings/new-budget", BUDGET),
    ("POST", "P:/settings/budgets/{budget}", BUDGET),
];

/// Fields of forms whose refusals tell what is another partner's from what is not there, because the protocol has two words:
/// BadCustomerSubscriptionId and InvalidCSPSubscription.
const TOLD_APART: &[(&str, &str, &str)] = &[("POST", "P:/customers/map", "subscription")];

/// Whether a foreign thing in a field may be told from a missing one.
pub fn told_apart(route: &RouteFacts, field: &str) -> bool {
    let fits = |path: &str| path.replacen("P:", PARTNER, 1) == route.path;
    TOLD_APART.iter().any(|(method, path, name)| *method == route.method && fits(path) && *name == field)
}

/// Every method and path that has a rule.
pub fn all() -> Vec<(&'static str, String, &'static str)> {
    let each = |(methods, path, rights): &(&'static str, &'static str, &'static str)| {
        let path = path.replacen("P:", PARTNER, 1);
        let rights = *rights;
        methods.split(' ').map(move |method| (method, path.clone(), rights)).collect::<Vec<_>>()
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

/// The same for somebody with both roles.
pub fn right_of_both(route: &RouteFacts) -> char {
    let refused = NOT_OF_BOTH.iter().find(|(path, _)| path.replacen("P:", PARTNER, 1) == route.path);
    refused.map_or('+', |(_, right)| *right)
}

/// What is sent with a route, of the things of an estate.
pub fn fields(route: &RouteFacts, estate: Estate) -> Vec<(&'static str, String)> {
    let fits = |method: &str, path: &str| method == route.method && path.replacen("P:", PARTNER, 1) == route.path;
    let found = FIELDS.iter().find(|(method, path, _)| fits(method, path)).map(|(_, _, fields)| *fields);
    let value = |text: &str| match text {
        "{stamp}" => estate.stamp(),
        "{customer}" => estate.customer(),
        "{paying}" => estate.paying(),
        "{default}" => estate.default(),
        "{token}" => token(&estate.stamp(), &estate.principal("5")),
        plain => plain.to_owned(),
    };
    found.unwrap_or_default().iter().map(|(name, text)| (*name, value(text))).collect()
}
