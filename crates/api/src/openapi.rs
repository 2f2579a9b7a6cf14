//! Openapi: the description of everything that is answered, written from the table of routes and from nothing else.
//!
//! Source: OpenAPI Specification 3.0.3, 2020-02.

mod operation;
mod parameters;
mod schemas;
mod shapes;

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::{
    answer::{Answer, Reply},
    call::Call,
    route::{self, Access, BodyKind, Handle, Route, Versions},
};

/// The route of the document.
pub(crate) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/openapi.json",
    access: Access::Public,
    versions: Versions::None,
    summary: "This description.",
    success: &[200],
    refusals: &[],
    query: &[],
    body: BodyKind::None,
    handle: Handle::Call(show),
}];

/// The table does not change while the program runs.
static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

fn show(_: &Call<'_>) -> Reply {
    Answer::ok(&*DOCUMENT)
}

/// The document.
fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in route::all() {
        let path = paths.entry(route.path).or_insert_with(|| Value::Object(Map::new()));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.to_ascii_lowercase(), operation::of(route));
        }
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Tallybridge",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Usage and billing for clouds that stand in many datacenters.",
        },
        "servers": [{ "url": "/" }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                operation::TOKEN: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of this hub, or of an issuer that it trusts.",
                },
                operation::STAMP: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The credential of the stamp in the path.",
                },
            },
        },
    })
}

fn tags() -> Vec<Value> {
    operation::AREAS.iter().map(|(tag, text)| json!({ "name": tag, "description": text })).collect()
}

#[cfg(test)]
mod tests;
