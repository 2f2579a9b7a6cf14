//! Schemas: the shapes of the contract, as the document describes them. Answers are closed: a member that no schema names is
//! a fault of one of the two. Requests are open: clients send what nobody reads.

mod billing;
mod delivery;
mod graph;
mod identity;
mod partner;
mod partner_center;
mod resource_manager;

use serde_json::{Map, Value, json};

/// A named shape.
type Named = (&'static str, Value);

/// Every shape by its name.
pub(super) fn all() -> Map<String, Value> {
    let tables = [
        billing::shapes(),
        delivery::shapes(),
        graph::shapes(),
        identity::shapes(),
        partner::shapes(),
        partner_center::shapes(),
        resource_manager::answers(),
        resource_manager::requests(),
    ];
    tables.into_iter().flatten().map(|(name, shape)| (name.to_owned(), shape)).collect()
}

/// A named shape, where it is used.
pub(super) fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// One of several named shapes.
fn any_of(names: &[&str]) -> Value {
    json!({ "anyOf": names.iter().map(|name| named(name)).collect::<Vec<_>>() })
}

fn text() -> Value {
    json!({ "type": "string" })
}

/// A text, or null.
fn text_or_null() -> Value {
    json!({ "type": "string", "nullable": true })
}

fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// A count, or another number that is never below zero.
fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn list(item: &Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn texts() -> Value {
    list(&text())
}

/// An object whose member names are not fixed.
fn map(value: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

/// An object of an answer: these members and no others.
fn object(required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let mut shape = open(required, optional);
    if let Some(shape) = shape.as_object_mut() {
        shape.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    shape
}

/// An object of a request: members that nobody reads are let through.
fn open(required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let members = required.iter().chain(optional);
    let properties: Map<String, Value> = members.map(|(name, shape)| ((*name).to_owned(), shape.clone())).collect();
    let names: Vec<&str> = required.iter().map(|(name, _)| *name).collect();
    if names.is_empty() {
        json!({ "type": "object", "properties": properties })
    } else {
        json!({ "type": "object", "properties": properties, "required": names })
    }
}
