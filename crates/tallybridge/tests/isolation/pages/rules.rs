//! Rules: who may open which page and send which form of the portal, written out by hand from the documented rights.
//!
//! Source: domain notes G (who sees what).

use portal::RouteFacts;

use crate::cast::Caller;

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
    // Costs are the partner's: not the registering account's, and not the customer's, whatever it owns.
    ("GET", "P:", "44444 +++ 441 11"),
    ("GET", "P:/usage", "44444 +++ 441 11"),
    ("GET", "P:/customers", "44444 +++ 441 11"),
    ("GET", "P:/stamps", "44444 +++ 441 11"),
    ("GET", "P:/prices", "44444 +++ 441 11"),
    ("GET", "P:/held", "44444 +++ 441 11"),
    ("GET", "P:/invoices", "44444 +++ 441 11"),
    ("GET", "P:/settings", "44444 +++ 441 11"),
    // Who only reads costs is not told who did what, and who may.
    ("GET", "P:/audit", "44444 +3+ 441 11"),
    ("GET", "P:/access", "44444 +3+ 441 11"),
];

/// What a form is sent with beside its token, by the end of its path. `{mark}` is the mark of an estate.
const FORMS: &[(&str, &[(&str, &str)])] = &[];

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

/// The fields of a form, with the mark of an estate in them.
pub fn fields(route: &RouteFacts, mark: &str) -> Vec<(&'static str, String)> {
    let found = FORMS.iter().find(|(path, _)| path.replacen("P:", PARTNER, 1) == route.path);
    let fields = found.map(|(_, fields)| *fields).unwrap_or_default();
    fields.iter().map(|(name, value)| (*name, value.replace("{mark}", mark))).collect()
}
