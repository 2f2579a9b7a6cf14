//! Paths: what stands for each parameter of a route, of whose estate, and how it is written.

use std::fmt::Write as _;

use api::RouteFacts;

use crate::estate::{Estate, FOREIGN, HOUR, MISSING, OWN};

/// The role "Reader", the same in every estate.
pub const READER_ROLE: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

/// How a path is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Plain,
    Upper,
    /// Every character as `%XX`.
    Encoded,
}

/// Whose a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    /// The same partner's, and of its other stamp.
    OtherStamp,
    Foreign,
    Missing,
}

/// A path that was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// The path with its query.
    pub target: String,
    /// The texts that stand for the parameters.
    pub sent: Vec<String>,
}

/// The parameters of a path, in order.
pub fn params(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}

/// Those that belong to an estate. The others mean the same to everybody.
pub fn ids(path: &str) -> Vec<&str> {
    params(path).into_iter().filter(|param| value(path, param, Whose::Own).contains(OWN.mark)).collect()
}

/// What stands for a parameter. A new parameter needs a line here.
fn value(path: &str, param: &str, whose: Whose) -> String {
    let estate = match whose {
        Whose::Own | Whose::OtherStamp => OWN,
        Whose::Foreign => FOREIGN,
        Whose::Missing => MISSING,
    };
    let other = whose == Whose::OtherStamp;
    let catalogue = path.starts_with("/v1/");
    match param {
        "subscription" if catalogue => estate.paying(),
        "subscription" => estate.default(),
        "group" => estate.group(),
        "registration" if other => format!("azurestack-{}", estate.other_stamp()),
        "registration" => format!("azurestack-{}", estate.stamp()),
        "stamp" if other => estate.other_stamp(),
        "stamp" => estate.stamp(),
        "customer" if catalogue => estate.customer(),
        "customer" => estate.paying(),
        "lock" => estate.lock(),
        "assignment" => estate.assignment(place(path)),
        "partner" => estate.partner(),
        "number" => estate.invoice(),
        "operation" | "manifest" | "export" => estate.export(),
        "blob" => "part-00000.json.gz".to_owned(),
        "sheet" => "fxrates(Month='202610')".to_owned(),
        "tenant" => estate.customer(),
        "month" => "2026-10".to_owned(),
        "provider" => "onetime".to_owned(),
        "type" => "usagelineitems".to_owned(),
        "hour" => HOUR.to_owned(),
        "namespace" => "Microsoft.AzureStack".to_owned(),
        "role" => READER_ROLE.to_owned(),
        _ => panic!("{path}: no value for the parameter {param:?}. Say what is own, foreign and missing for it"),
    }
}

fn place(path: &str) -> u8 {
    match (path.contains("{group}"), path.contains("{registration}")) {
        (_, true) => 3,
        (true, false) => 2,
        (false, false) => 1,
    }
}

/// The api-version of a path.
fn query(path: &str) -> &'static str {
    let versioned = ["/subscriptions", "/providers", "/tenants"].iter().any(|start| path.starts_with(start));
    let own_versions = ["Microsoft.AzureStack/registrations", "Microsoft.AzureStack/operations"];
    if !versioned {
        ""
    } else if own_versions.iter().any(|part| path.contains(part)) && !path.contains("Microsoft.Authorization") {
        "?api-version=2017-06-01"
    } else {
        "?api-version=2021-04-01"
    }
}

/// The path of a route. `whose` says of each parameter whose it is.
pub fn build(route: &RouteFacts, way: Way, whose: impl Fn(&str) -> Whose) -> Built {
    let mut built = fill(route.path, |param| {
        let value = value(route.path, param, whose(param));
        (spell(&value, way), value)
    });
    built.target.push_str(query(route.path));
    built
}

/// A path with a text for each parameter: as it is written, and as it is meant.
pub fn fill(path: &str, text: impl Fn(&str) -> (String, String)) -> Built {
    let mut target = String::new();
    let mut sent = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        target.push('/');
        let Some(param) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            target.push_str(part);
            continue;
        };
        let (written, meant) = text(param);
        target.push_str(&written);
        sent.push(meant);
    }
    Built { target, sent }
}

/// How a text is written in a path.
pub fn spell(text: &str, way: Way) -> String {
    match way {
        Way::Plain => text.to_owned(),
        Way::Upper => text.to_uppercase(),
        Way::Encoded => text.bytes().fold(String::new(), |mut all, byte| {
            write!(all, "%{byte:02X}").unwrap();
            all
        }),
    }
}

/// A body that somebody who may ask for a route would send.
pub fn body(route: &RouteFacts, estate: Estate) -> String {
    let (method, path) = (route.method, route.path);
    if method == "GET" || method == "HEAD" || method == "DELETE" {
        return String::new();
    }
    if path.contains("oauth2") || path == "/devicelogin" {
        return "grant_type=none".to_owned();
    }
    let last = path.rsplit('/').next().unwrap();
    match (method, last) {
        ("PUT" | "PATCH", "{registration}") => r#"{"tags":{"a":"b"}}"#.to_owned(),
        ("PUT" | "PATCH", "{group}") => r#"{"location":"local","tags":{"a":"b"}}"#.to_owned(),
        ("PUT", "{lock}") => r#"{"properties":{"level":"CanNotDelete","notes":"mine"}}"#.to_owned(),
        ("PUT", "{assignment}") => assignment(&estate.holder()),
        ("POST", "moveResources") => moving(&estate.registration_path(), &estate.group_path()),
        ("POST", "invoices") => r#"{"month":"2026-10"}"#.to_owned(),
        ("POST", "export") if path.contains("/billed/") => format!(r#"{{"invoiceId":"{}"}}"#, estate.invoice()),
        ("POST", "export") => r#"{"currencyCode":"USD","billingPeriod":"last"}"#.to_owned(),
        ("POST", "customers") => customer("new.example", ""),
        ("POST", "orders") => r#"{"lineItems":[{"offerId":"MS-AZR-0145P","quantity":1}]}"#.to_owned(),
        _ => "{}".to_owned(),
    }
}

pub fn assignment(principal: &str) -> String {
    format!(r#"{{"properties":{{"roleDefinitionId":"{READER_ROLE}","principalId":"{principal}"}}}}"#)
}

pub fn moving(resource: &str, group: &str) -> String {
    format!(r#"{{"resources":["{resource}"],"targetResourceGroup":"{group}"}}"#)
}

pub fn customer(domain: &str, more: &str) -> String {
    format!(r#"{{"companyProfile":{{"domain":"{domain}"{more}}},"billingProfile":{{"companyName":"New"}}}}"#)
}
