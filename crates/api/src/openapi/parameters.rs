//! Parameters: what can be said in a path, in a query and in the head of a request.

use contract::arm::AzureStackVersion;
use serde_json::{Value, json};

use crate::route::{BodyKind, Route, Versions};

/// The segments in braces of a path.
pub(super) fn segments(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
}

/// Every parameter of a route.
pub(super) fn of(route: &Route) -> Vec<Value> {
    let mut all: Vec<Value> = segments(route.path).map(in_path).collect();
    all.extend(version(route.versions));
    all.extend(route.query.iter().map(|name| in_query(name)));
    all.extend(in_head(route));
    all
}

fn in_path(name: &str) -> Value {
    let text = match name {
        "stamp" => "The cloud id of a stamp.",
        "hour" => "The first moment of an hour, such as 2026-10-01T18:00:00Z.",
        "tenant" => "A directory by its id or domain, or one of common, organizations and adfs.",
        "subscription" => "The id of a subscription.",
        "group" => "The name of a resource group.",
        "registration" => "The name of a registration.",
        "customer" => "The id of a customer, or of a customer's subscription.",
        "namespace" => "A namespace, such as Microsoft.AzureStack.",
        "lock" => "The name of a lock.",
        "role" => "The GUID of a role.",
        "assignment" => "A GUID that the client draws.",
        "partner" => "The id of a partner.",
        "month" => "A month, such as 2026-10.",
        "number" => "The number of a document.",
        "provider" => "One of onetime, azure, office and all.",
        "type" => "One of billinglineitems and usagelineitems.",
        "operation" | "export" => "The id of an export.",
        "manifest" => "The id of an export that is done.",
        "blob" => "The name of a file, as the manifest has it.",
        "sheet" => "Such as fxrates(Month='202610').",
        _ => "",
    };
    json!({ "name": name, "in": "path", "required": true, "description": text, "schema": { "type": "string" } })
}

fn version(versions: Versions) -> Option<Value> {
    let known = |filter: fn(AzureStackVersion) -> bool| -> Value {
        let texts: Vec<&str> =
            AzureStackVersion::ALL.iter().filter(|one| filter(**one)).map(|one| one.text()).collect();
        json!({ "type": "string", "enum": texts })
    };
    let schema = match versions {
        Versions::None => return None,
        Versions::Any => {
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9A-Za-z]{0,31})?$" })
        }
        Versions::AzureStack => known(|_| true),
        Versions::CustomerSubscriptions => known(AzureStackVersion::has_customer_subscriptions),
    };
    let text = "The version of the interface that the client speaks.";
    Some(json!({ "name": "api-version", "in": "query", "required": true, "description": text, "schema": schema }))
}

fn in_query(name: &str) -> Value {
    let number = |max: u32| json!({ "type": "integer", "minimum": 1, "maximum": max });
    let plain = || json!({ "type": "string" });
    let (schema, text) = match name {
        "api-version" => (plain(), "A date. The shape of the answer depends on it."),
        "$filter" => (plain(), "Conditions in OData, such as name eq 'north', joined by and."),
        "$top" => (number(1_000_000), "How many are wanted at the most."),
        "$expand" => (plain(), "Some of createdTime, changedTime and provisioningState, with commas between."),
        "$skipToken" => (plain(), "The place of a further page, as nextLink has it."),
        "size" => (number(2_000), "How many a page has at the most. Lists of customers and subscriptions have 500."),
        "offset" => (json!({ "type": "integer", "minimum": 0 }), "How many are passed over."),
        "provider" => (plain(), "One of onetime, azure, office and all."),
        "invoicelineitemtype" => (plain(), "One of billinglineitems and usagelineitems."),
        "currencycode" | "currency" => {
            (plain(), "A currency, such as USD. Another one than that of the list is refused.")
        }
        "region" => (plain(), "A country. The prices are the same in all."),
        "period" => (plain(), "One of current and previous."),
        "seekOperation" | "seek_operation" => (plain(), "Next, with the place of a further page."),
        "reportedStartTime" | "start_time" => (plain(), "The first moment of the reports, in UTC."),
        "reportedEndTime" | "end_time" => (plain(), "The first moment after the reports, in UTC."),
        "aggregationGranularity" | "granularity" => (plain(), "One of Daily and Hourly. Daily when nothing is said."),
        "showDetails" | "show_details" => {
            (plain(), "Whether each resource has rows of its own. True when nothing is said.")
        }
        "continuationToken" => (plain(), "The place of a further page, as the page before has it."),
        "filter" => (plain(), r#"Such as {"Field":"CompanyName","Value":"Ad","Operator":"starts_with"}."#),
        "part" => (number(16), "Which part of the window this is, from 1."),
        "parts" => (number(16), "How many parts the window has."),
        "code" => (plain(), "The code that the program shows."),
        "sv" | "sr" | "sp" | "se" | "sig" => (plain(), "A part of the sasToken, as the manifest has it."),
        "timeline" => (plain(), "One of current, history and future."),
        "month" => (plain(), "A month: 2026-10, for price sheets 202610. This one when nothing is said."),
        _ => (plain(), ""),
    };
    json!({ "name": name, "in": "query", "description": text, "schema": schema })
}

fn in_head(route: &Route) -> Vec<Value> {
    let one = |name: &str, required: bool, text: &str| {
        json!({
            "name": name, "in": "header", "required": required, "description": text, "schema": { "type": "string" },
        })
    };
    if route.body == BodyKind::Window {
        let packed = "zstd, gzip or identity.";
        let digest = "sha-256=:<base64>: of the body as it is sent. Source: RFC 9530.";
        return vec![one("Content-Digest", true, digest), one("Content-Encoding", false, packed)];
    }
    if !route.path.starts_with("/v1/") {
        return Vec::new();
    }
    let mut all = vec![one("MS-CorrelationId", false, "The client's name for work of several requests.")];
    all.push(match route.method {
        "GET" if route.query.is_empty() => return all,
        "GET" => one("MS-ContinuationToken", false, "The place of a further page, as the page before has it."),
        _ => one("MS-RequestId", false, "The client's name for this request: the same one is carried out once."),
    });
    all
}
