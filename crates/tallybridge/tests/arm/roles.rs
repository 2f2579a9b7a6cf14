//! Roles: found by name, given, listed and taken away, and nobody gives more than they have.

use serde_json::{Value, json};

use crate::{
    cast::{
        BRIDGE, CONTRIBUTOR, D, F1, FABRIKAM, GROUP, GROUP_READER, OPERATOR, OWNER, Person, RA, READER, REGISTRAR,
        STRANGER,
    },
    house::{House, refused},
};

const VERSION: &str = "api-version=2022-04-01";
const OWNER_ROLE: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const READER_ROLE: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const BRIDGE_ROLE: &str = "6f12a6df-dd06-4f3e-bcb1-ce8be600526a";
const OPERATOR_ROLE: &str = "7a0f2f6e-5f6c-4d0e-9a53-2c1f3f0c9b03";
const NEW: &str = "90000000-0000-4000-8000-000000000001";
const ANOTHER: &str = "90000000-0000-4000-8000-000000000002";

fn at(place: &str, rest: &str) -> String {
    let sign = if rest.contains('?') { '&' } else { '?' };
    format!("{place}/providers/Microsoft.Authorization/{rest}{sign}{VERSION}")
}

fn assignment(place: &str, name: &str) -> String {
    at(place, &format!("roleAssignments/{name}"))
}

fn giving(role: &str, who: &Person) -> Value {
    json!({"properties": {"roleDefinitionId": role, "principalId": who.id}})
}

#[test]
fn roles_are_found_by_name_and_by_id() {
    let house = House::open();
    let subscription = format!("/subscriptions/{D}");
    for place in [subscription.as_str(), GROUP, RA, ""] {
        let all = house.get(&READER, &at(place, "roleDefinitions"));
        assert_eq!(all.each("/properties/roleName").len(), 5, "{place}");
        assert!(!all.each("/name").contains(&OPERATOR_ROLE.to_owned()), "{place}");
        let query = "roleDefinitions?$filter=roleName eq 'azure stack registration owner' and atScopeAndBelow()";
        assert_eq!(house.get(&READER, &at(place, query)).each("/name"), [BRIDGE_ROLE], "{place}");
        let found = house.get(&READER, &at(place, &format!("roleDefinitions/{}", OWNER_ROLE.to_uppercase())));
        assert_eq!(found.ok()["properties"]["roleName"], "Owner", "{place}");
        let missing = house.get(&READER, &at(place, &format!("roleDefinitions/{OPERATOR_ROLE}")));
        assert_eq!(missing.refusal(), refused(404, "RoleDefinitionDoesNotExist"), "{place}");
    }
}

#[test]
fn a_role_is_given_shown_and_taken_away_at_every_place() {
    let house = House::open();
    let full = format!("/subscriptions/{D}/providers/Microsoft.Authorization/roleDefinitions/{READER_ROLE}");
    for (place, role) in
        [(format!("/subscriptions/{D}"), full.as_str()), (GROUP.to_owned(), READER_ROLE), (RA.to_owned(), &full)]
    {
        let target = assignment(&place, NEW);
        assert_eq!(house.get(&STRANGER, &format!("{RA}?api-version=2017-06-01")).status, 404);
        let made = house.put(&OWNER, &target, &giving(role, &STRANGER));
        assert_eq!(made.status, 201, "{place}");
        let made = made.json();
        assert_eq!(made["id"], format!("{place}/providers/Microsoft.Authorization/roleAssignments/{NEW}"));
        assert_eq!(made["properties"]["principalType"], "User");
        assert_eq!(house.get(&STRANGER, &format!("{RA}?api-version=2017-06-01")).status, 200, "{place}");
        assert_eq!(house.put(&OWNER, &target, &giving(role, &STRANGER)).ok(), made);
        let other = house.put(&OWNER, &assignment(&place, ANOTHER), &giving(role, &STRANGER));
        assert_eq!(other.refusal(), refused(409, "RoleAssignmentExists"));
        let changed = house.put(&OWNER, &target, &giving(OWNER_ROLE, &STRANGER));
        assert_eq!(changed.refusal(), refused(409, "RoleAssignmentUpdateNotPermitted"));
        assert_eq!(house.get(&READER, &target).ok(), made);
        assert_eq!(house.delete(&OWNER, &target).ok(), made, "{place}");
        assert_eq!(house.delete(&OWNER, &target).status, 204, "{place}");
        assert_eq!(house.get(&OWNER, &target).refusal(), refused(404, "RoleAssignmentNotFound"));
        assert_eq!(house.get(&STRANGER, &format!("{RA}?api-version=2017-06-01")).status, 404, "{place}");
    }
}

#[test]
fn a_list_holds_what_counts_at_a_place() {
    let house = House::open();
    let subscription = format!("/subscriptions/{D}");
    let of = |who: &Person| format!("roleAssignments?$filter=principalId eq '{}'", who.id);
    let assigned = format!("roleAssignments?$filter=assignedTo('{}')", GROUP_READER.id);
    let above: &[&Person] = &[&OWNER, &CONTRIBUTOR, &READER, &REGISTRAR];
    let table: &[(&str, &str, Vec<&Person>)] = &[
        (&subscription, "roleAssignments", [above, &[&GROUP_READER, &BRIDGE]].concat()),
        (&subscription, "roleAssignments?$filter=atScope()", above.to_vec()),
        (GROUP, "roleAssignments?$filter=atScope()", [above, &[&GROUP_READER]].concat()),
        (RA, "roleAssignments", [above, &[&GROUP_READER, &BRIDGE]].concat()),
        (RA, &of(&BRIDGE), vec![&BRIDGE]),
        (RA, &assigned, vec![&GROUP_READER]),
        // Who runs the platform is not shown, and who is of others is not found.
        (&subscription, &of(&OPERATOR), vec![]),
        (&subscription, &of(&FABRIKAM), vec![]),
        (&subscription, "roleAssignments?$filter=principalId eq ''", vec![]),
    ];
    for (place, rest, expected) in table {
        let expected: Vec<&str> = expected.iter().map(|one| one.id).collect();
        assert_eq!(house.get(&READER, &at(place, rest)).each("/properties/principalId"), expected, "{place} {rest}");
    }
    let bad = house.get(&READER, &at(RA, "roleAssignments?$filter=principalId ne 'x'"));
    assert_eq!(bad.refusal(), refused(400, "InvalidFilter"));
}

#[test]
fn nobody_gives_more_than_they_have() {
    let house = House::open();
    let target = assignment(RA, NEW);
    let table: &[(&Person, &str, u16)] = &[
        (&REGISTRAR, OWNER_ROLE, 403),
        (&REGISTRAR, READER_ROLE, 201),
        (&CONTRIBUTOR, READER_ROLE, 403),
        (&READER, READER_ROLE, 403),
        (&BRIDGE, READER_ROLE, 403),
        (&FABRIKAM, READER_ROLE, 404),
        (&STRANGER, READER_ROLE, 404),
    ];
    for (who, role, status) in table {
        let answer = house.put(who, &target, &giving(role, &STRANGER));
        assert_eq!(answer.status, *status, "{} {role}", who.name);
        house.delete(&OWNER, &target);
    }
    // An own role in another subscription gives nothing here.
    let owners = assignment(&format!("/subscriptions/{D}"), OWNER.id);
    assert_eq!(house.delete(&FABRIKAM, &owners).refusal(), refused(404, "SubscriptionNotFound"));
    let through = assignment(&format!("/subscriptions/{F1}"), &OWNER.id.replacen('7', "8", 1));
    assert_eq!(house.delete(&FABRIKAM, &through).status, 204);
    assert_eq!(house.get(&OWNER, &format!("/subscriptions/{D}?{VERSION}")).status, 200);
}

#[test]
fn what_cannot_be_given_is_refused() {
    let house = House::open();
    let nobody = json!({"properties": {"roleDefinitionId": READER_ROLE, "principalId": NEW}});
    let table = [
        (NEW, json!({}), 400, "RoleDefinitionDoesNotExist"),
        (NEW, giving(OPERATOR_ROLE, &STRANGER), 400, "RoleDefinitionDoesNotExist"),
        (NEW, giving("Reader", &STRANGER), 400, "RoleDefinitionDoesNotExist"),
        (NEW, giving(&format!("/elsewhere/{READER_ROLE}"), &STRANGER), 400, "RoleDefinitionDoesNotExist"),
        (NEW, json!({"properties": {"roleDefinitionId": READER_ROLE}}), 400, "InvalidPrincipalId"),
        (NEW, nobody, 400, "PrincipalNotFound"),
        ("reader-for-all", giving(READER_ROLE, &STRANGER), 400, "InvalidRoleAssignmentId"),
        ("a%2Fb", giving(READER_ROLE, &STRANGER), 400, "InvalidRoleAssignmentId"),
    ];
    for (name, body, status, code) in table {
        let answer = house.put(&OWNER, &assignment(GROUP, name), &body);
        assert_eq!(answer.refusal(), refused(status, code), "{name} {body}");
    }
    for (place, code) in [(format!("{GROUP}x"), "ResourceGroupNotFound"), (format!("{RA}x"), "RegistrationNotFound")] {
        let answer = house.put(&OWNER, &assignment(&place, NEW), &giving(READER_ROLE, &STRANGER));
        assert_eq!(answer.refusal(), refused(404, code), "{place}");
    }
}

#[test]
fn permissions_say_what_the_caller_may_do() {
    let house = House::open();
    for (who, actions) in [(&OWNER, "*"), (&READER, "*/read"), (&GROUP_READER, "*/read")] {
        let answer = house.get(who, &at(GROUP, "permissions"));
        assert_eq!(answer.each("/actions/0"), [actions], "{}", who.name);
    }
    let owner = house.get(&OWNER, &at(&format!("/subscriptions/{D}"), "permissions")).ok();
    let barred = owner["value"][0]["notActions"].as_array().unwrap().clone();
    assert!(barred.contains(&json!("Microsoft.AzureStack/registrations/approveMultiTenancy/action")));
    assert_eq!(house.get(&FABRIKAM, &at(GROUP, "permissions")).refusal(), refused(404, "SubscriptionNotFound"));
}
