//! Operation: one row of the table of routes, as the document describes it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    parameters,
    schemas::named,
    shapes::{self, Content},
};
use crate::{
    answer::JSON,
    route::{Access, BodyKind, Handle, Route},
};

/// The scheme of tokens.
pub(super) const TOKEN: &str = "token";
/// The scheme of stamps' own credentials.
pub(super) const STAMP: &str = "stampCredential";

/// The areas of the interface.
pub(super) const AREAS: &[(&str, &str)] = &[
    ("hub", "The hub itself."),
    ("delivery", "Windows of usage, delivered by bridges."),
    ("sign-in", "Tokens and what they are proved with."),
    ("registrations", "Who pays for a stamp."),
    ("customer subscriptions", "Who pays for a tenant of a stamp."),
    ("subscriptions", "Subscriptions, resource groups and what lies in them."),
    ("locks", "What keeps things from being changed."),
    ("roles", "Who may do what."),
    ("partners", "What a partner sees of its own."),
    ("exports", "Billing data as files."),
    ("partner catalogue", "Customers and subscriptions of a partner, as in the partner's catalogue."),
];

/// The area of a path.
fn area(path: &str) -> &'static str {
    let starts = |texts: &[&str]| texts.iter().any(|text| path.starts_with(text));
    let has = |text: &str| path.contains(text);
    match () {
        () if starts(&["/stamps"]) => "delivery",
        () if starts(&["/partners"]) => "partners",
        () if starts(&["/v1.0/", "/exports"]) => "exports",
        () if starts(&["/v1"]) => "partner catalogue",
        () if has("/locks") => "locks",
        () if has("/Microsoft.Authorization") => "roles",
        () if has("/customerSubscriptions") => "customer subscriptions",
        () if has("/Microsoft.AzureStack") => "registrations",
        () if starts(&["/subscriptions", "/tenants"]) => "subscriptions",
        () if starts(&["/{tenant}", "/adfs", "/discovery", "/devicelogin"]) => "sign-in",
        () => "hub",
    }
}

/// One row.
pub(super) fn of(route: &Route) -> Value {
    let shapes = shapes::of(route);
    let responses: Map<String, Value> = statuses(route)
        .into_iter()
        .map(|status| (status.to_string(), response(route, shapes.answer, status)))
        .collect();
    let mut operation = json!({
        "operationId": id(route),
        "summary": route.summary,
        "tags": [area(route.path)],
        "responses": responses,
        "security": security(route.access),
        "x-tallybridge-access": access(route.access),
    });
    let parameters = parameters::of(route);
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    if let Some(shape) = shapes.body {
        operation["requestBody"] = body(route, shape);
    }
    operation
}

/// A name for the operation: the method and the words of the path.
pub(super) fn id(route: &Route) -> String {
    let mut id = route.method.to_ascii_lowercase();
    for part in route.path.split('/').filter(|part| !part.is_empty()) {
        let is_named = part.starts_with('{');
        let mut begins = true;
        id.push_str(if is_named { "By" } else { "" });
        for letter in part.chars() {
            if letter.is_ascii_alphanumeric() {
                id.push(if begins { letter.to_ascii_uppercase() } else { letter });
                begins = false;
            } else {
                begins = true;
            }
        }
    }
    id
}

fn security(access: Access) -> Value {
    match access {
        Access::Public => json!([]),
        Access::Stamp => json!([{ STAMP: [] }]),
        Access::SignedIn | Access::At { .. } | Access::Partner { .. } => json!([{ TOKEN: [] }]),
    }
}

fn access(access: Access) -> Value {
    match access {
        Access::Public => json!({ "who": "everybody" }),
        Access::Stamp => json!({ "who": "stamp" }),
        Access::SignedIn => json!({ "who": "signedIn" }),
        Access::At { action, scope, .. } => json!({ "who": "role", "action": action, "scope": scope }),
        Access::Partner { action } => {
            json!({ "who": "role", "action": action, "scope": "the partner of the caller" })
        }
    }
}

fn body(route: &Route, shape: &str) -> Value {
    let types: &[&str] = match route.body {
        BodyKind::Form => &["application/x-www-form-urlencoded"],
        BodyKind::Window => &["application/json", "application/x-ndjson"],
        BodyKind::Json | BodyKind::None => &["application/json"],
    };
    let content: Map<String, Value> =
        types.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": named(shape) }))).collect();
    // The resource manager takes a missing body for an empty one.
    let required = route.body != BodyKind::Json || route.path.starts_with("/v1/");
    json!({ "required": required, "content": content })
}

/// Every status that a row can have.
fn statuses(route: &Route) -> BTreeSet<u16> {
    let mut all: BTreeSet<u16> = route.success.iter().chain(route.refusals).copied().collect();
    all.extend([500, 503]);
    if matches!(route.handle, Handle::Call(_)) {
        // A path or a Host that cannot be read, an api-version that is none, an address that is too long.
        all.extend([400, 414]);
    }
    match route.access {
        Access::Public => {}
        Access::Stamp => all.extend([401, 404]),
        Access::SignedIn => all.extend([401]),
        Access::At { action, sight, .. } => {
            all.extend([401, 404]);
            all.extend((action != sight).then_some(403));
        }
        // Whoever has roles of several partners is told to take another account.
        Access::Partner { .. } => all.extend([401, 404, 409]),
    }
    if parameters::segments(route.path).next().is_some() {
        all.insert(404);
    }
    if parameters::segments(route.path).any(|name| name == "hour") {
        all.insert(400);
    }
    if route.body != BodyKind::None {
        all.extend([408, 413]);
    }
    all
}

fn response(route: &Route, answer: Content, status: u16) -> Value {
    let known = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let description = known.unwrap_or_default();
    let content = if status < 300 || status == StatusCode::NOT_MODIFIED.as_u16() {
        success(route, answer, status)
    } else {
        refusal(route, status)
    };
    // What answers HEAD has no body, whatever its head says.
    if content.is_empty() || route.method == "HEAD" {
        return json!({ "description": description });
    }
    let content: Map<String, Value> =
        content.into_iter().map(|(kind, schema)| (kind.to_owned(), json!({ "schema": schema }))).collect();
    json!({ "description": description, "content": content })
}

fn success(route: &Route, answer: Content, status: u16) -> Vec<(&'static str, Value)> {
    // Handlers that read their own body write the type without its charset.
    let json = if matches!(route.handle, Handle::Stream(_)) { "application/json" } else { JSON };
    match answer {
        _ if [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].iter().any(|one| status == one.as_u16()) => Vec::new(),
        Content::Nothing => Vec::new(),
        Content::Json("Receipt") if status == StatusCode::ACCEPTED.as_u16() => vec![(json, named("PartKept"))],
        Content::Json(shape) => vec![(json, named(shape))],
        Content::Page => vec![("text/html; charset=utf-8", json!({ "type": "string" }))],
        Content::File(types) => {
            types.iter().map(|one| (*one, json!({ "type": "string", "format": "binary" }))).collect()
        }
        Content::Metrics => {
            vec![("application/openmetrics-text; version=1.0.0; charset=utf-8", json!({ "type": "string" }))]
        }
    }
}

fn refusal(route: &Route, status: u16) -> Vec<(&'static str, Value)> {
    let or = |other: &str| json!({ "anyOf": [named(other), named("ErrorBody")] });
    if route.path.starts_with("/exports/") {
        // In the words of the storage service.
        return vec![("application/xml", json!({ "type": "string" }))];
    }
    let schema = match area(route.path) {
        "partner catalogue" if [400, 403, 404, 409].contains(&status) => or("Fault"),
        "sign-in" if route.path != "/devicelogin" && ![408, 414, 500].contains(&status) => or("TokenRefusal"),
        _ => named("ErrorBody"),
    };
    let mut content = vec![(JSON, schema)];
    if route.path == "/devicelogin" && route.body == BodyKind::Form {
        content.push(("text/html; charset=utf-8", json!({ "type": "string" })));
    }
    content
}
