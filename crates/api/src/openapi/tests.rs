use std::collections::BTreeSet;

use super::*;

/// Every operation of the document: its method, its path and itself.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push((method.to_ascii_uppercase(), path.clone(), operation.clone()));
        }
    }
    all
}

/// Every reference in a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(name)) = members.get("$ref") {
                found.insert(name.rsplit('/').next().unwrap().to_owned());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, found)),
        _ => {}
    }
}

#[test]
fn every_row_of_the_table_is_in_the_document_and_nothing_else_is() {
    let described: BTreeSet<(String, String)> =
        operations(&document()).into_iter().map(|(method, path, _)| (method, path)).collect();
    let answered: BTreeSet<_> = route::all().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    assert_eq!(described, answered);
}

#[test]
fn every_segment_in_braces_is_described_and_no_parameter_stands_twice() {
    for (method, path, operation) in operations(&document()) {
        let mut described = BTreeSet::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (place, name) = (parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap());
            assert_ne!(parameter["description"], "", "{method} {path} {name}");
            assert!(described.insert((place.to_owned(), name.to_owned())), "{method} {path} {name}");
        }
        let in_path: BTreeSet<_> =
            described.iter().filter(|(place, _)| place == "path").map(|(_, name)| name).collect();
        let braces: Vec<String> =
            path.split('/').filter(|part| part.starts_with('{')).map(|part| part.replace(['{', '}'], "")).collect();
        assert_eq!(in_path, braces.iter().collect(), "{method} {path}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_known_area() {
    let mut names = BTreeSet::new();
    let areas: Vec<&str> = operation::AREAS.iter().map(|(tag, _)| *tag).collect();
    for (method, path, operation) in operations(&document()) {
        assert!(names.insert(operation["operationId"].to_string()), "{method} {path}");
        assert!(areas.contains(&operation["tags"][0].as_str().unwrap()), "{method} {path}");
    }
}

#[test]
fn every_route_has_its_shapes_once_and_none_of_them_is_idle() {
    for route in route::all() {
        let found: Vec<_> = shapes::entries(route).collect();
        assert_eq!(found.len(), 1, "{} {}: {found:?}", route.method, route.path);
        assert_eq!(
            found.first().unwrap().body.is_some(),
            route.body != BodyKind::None,
            "{} {}",
            route.method,
            route.path
        );
    }
    assert_eq!(shapes::idle(), Vec::<&str>::new());
}

#[test]
fn every_shape_that_is_named_is_there_and_every_shape_is_named() {
    let document = document();
    let mut named = BTreeSet::new();
    references(&document, &mut named);
    let there: BTreeSet<String> = document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(named, there);
}

#[test]
fn the_document_in_the_repository_is_the_one_that_is_served() {
    let made = format!("{:#}\n", document());
    let kept = include_str!("../../../../docs/reference/openapi.json");
    if made != kept {
        let place = std::env::temp_dir().join("tallybridge-openapi.json");
        std::fs::write(&place, made).unwrap();
        panic!("docs/reference/openapi.json is out of date: replace it with {}", place.display());
    }
}
