//! Members: what a body says beyond what is asked for changes nothing.

use serde_json::{Map, Value, json};

use crate::{
    cast::Caller,
    estate::{FOREIGN, OWN},
    house::House,
    paths::{self, Way, Whose},
};

/// Members of all shapes of the hub that no request is asked for, with values that would hurt.
fn surplus() -> Map<String, Value> {
    let members = json!({
        "id": FOREIGN.registration_path(), "name": "other", "type": "other", "kind": "other", "etag": "other",
        "partner": FOREIGN.partner(), "partnerId": FOREIGN.partner(), "mpnId": FOREIGN.partner(),
        "owner": OWN.principal("10"), "registrant": OWN.principal("10"), "administrator": true, "enabled": true,
        "role": "Platform Operator", "scope": "/", "action": "*", "removed": true, "deleted": true,
        "approved": true, "state": "Registered", "provisioningState": "Failed", "billingModel": "Development",
        "cloudId": FOREIGN.stamp(), "objectId": FOREIGN.principal("5"), "generation": 99, "revision": 99,
        "number": 99, "from": "2020-01-01", "until": "2020-01-01", "effectiveFrom": "2020-01-01",
    });
    let more = json!({
        "createdBy": "other", "systemData": {"createdBy": "other"}, "created": "2020-01-01T00:00:00Z",
        "credentials": ["00"], "mappings": [], "standings": [], "customer": FOREIGN.customer(),
        "directory": FOREIGN.home(), "defaultSubscription": FOREIGN.default(), "subscription": FOREIGN.default(),
        "managedBy": "other", "price": "0", "priceList": "none", "expires": "2099-01-01", "reset": false,
    });
    [members, more].into_iter().flat_map(|part| part.as_object().cloned().unwrap()).collect()
}

/// A body with the surplus at its top and in each object inside it but tags.
fn swollen(body: &str) -> String {
    fn swell(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.iter_mut().filter(|(name, _)| *name != "tags").for_each(|(_, inner)| swell(inner));
                for (name, inner) in surplus() {
                    members.entry(name).or_insert(inner);
                }
            }
            Value::Array(items) => items.iter_mut().filter(|item| item.is_object()).for_each(swell),
            _ => {}
        }
    }
    let mut value: Value = serde_json::from_str(body).unwrap();
    swell(&mut value);
    value.to_string()
}

/// Ids that were drawn, each as its own length.
fn without_drawn(text: &str, known: &str) -> String {
    let is_guid = |part: &str| {
        part.len() == 36
            && part.split('-').map(str::len).eq([8, 4, 4, 4, 12])
            && part.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    };
    text.split('"')
        .map(|part| if is_guid(part) && !known.contains(part) { "drawn" } else { part })
        .collect::<Vec<_>>()
        .join("\"")
}

#[test]
fn members_that_nobody_asked_for_change_nothing() {
    let mut swept = 0;
    for route in api::routes() {
        let body = paths::body(&route, OWN);
        if !body.starts_with('{') || route.access == "public" || route.access == "stamp" {
            continue;
        }
        let of_partner = ["/v1/", "/v1.0/", "/partners/"].iter().any(|start| route.path.starts_with(start));
        let caller = if of_partner {
            Caller::Administrator
        } else if route.path.ends_with("MultiTenancy") {
            Caller::Operator
        } else {
            Caller::Owner
        };
        let built = paths::build(&route, Way::Plain, |_| Whose::Own);
        let (plain, swelled) = (House::open(), House::open());
        let known = plain.office().join("\n");
        let first = plain.ask(caller, route.method, &built.target, &body);
        let second = swelled.ask(caller, route.method, &built.target, &swollen(&body));
        let context = format!("{} {}", route.method, built.target);
        // Moving and unregistering are kept back by a lock and by what is there.
        assert!(first.status < 300 || first.status == 409, "{context}: {first}");
        assert_eq!(first.status, second.status, "{context}: {second}");
        let offices = [&plain, &swelled].map(|house| {
            let mut all: Vec<_> =
                house.office().iter().map(|one| without_drawn(&one.replace(['(', ')'], "\""), &known)).collect();
            all.sort();
            all
        });
        assert_eq!(offices[0], offices[1], "{context}");
        swept += 1;
    }
    println!("{swept} routes were sent more than they ask for");
    assert!(swept > 15, "{swept}");
}
