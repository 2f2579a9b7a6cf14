use super::*;

fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[test]
fn no_two_routes_are_the_same() {
    let mut seen = std::collections::BTreeSet::new();
    for route in all() {
        let pattern: Vec<_> =
            route.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        assert!(seen.insert((route.method, pattern.join("/").to_ascii_lowercase())), "{} {}", route.method, route.path);
    }
}

#[test]
fn every_scope_is_made_of_the_segments_of_its_route() {
    for route in all() {
        let Access::At { scope: pattern, .. } = route.access else { continue };
        let path = route.path.replace(['{', '}'], "");
        let Found::Route(found, params) = find(TABLES, route.method, &segments(&path)) else { panic!("{path}") };
        assert_eq!(found.path, route.path);
        assert!(scope(pattern, &params).is_some(), "{} {pattern}", route.path);
    }
}

#[test]
fn a_path_is_compared_without_case_and_a_segment_in_braces_keeps_it() {
    let path = "/SUBSCRIPTIONS/S/resourcegroups/G/PROVIDERS/microsoft.azurestack/Registrations/R/GetActivationKey";
    let Found::Route(route, params) = find(TABLES, "POST", &segments(path)) else { panic!("{path}") };
    assert!(route.path.ends_with("/getactivationkey"));
    assert_eq!((params.get("subscription"), params.get("registration")), (Some("S"), Some("R")));
}

#[test]
fn a_slash_inside_a_segment_climbs_nowhere() {
    let mut params = Params::default();
    params.add("subscription", "a/b");
    assert_eq!(scope("/subscriptions/{subscription}", &params).unwrap().as_str(), "/subscriptions/a%2Fb");
}
