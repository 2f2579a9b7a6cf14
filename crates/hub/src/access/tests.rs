use model::{AssignmentId, RoleAssignment};

use super::*;

#[test]
fn every_role_has_a_definition_of_its_own() {
    for role in Role::ALL {
        assert_eq!(definition(*role).role, *role);
        assert!(!definition(*role).id.is_empty());
        assert_eq!(ROLES.iter().filter(|one| one.id == definition(*role).id).count(), 1);
    }
}

#[test]
fn a_star_stands_for_any_text() {
    let table = [
        ("*", "anything/at/all", true),
        ("*/read", "Microsoft.AzureStack/registrations/read", true),
        ("*/read", "Microsoft.AzureStack/registrations/write", false),
        ("a/*/action", "a/b/c/action", true),
        ("a/*/action", "a/action", false),
        ("a/*", "a/b", true),
        ("a/*", "ab", false),
        ("A/B", "a/b", true),
        ("a/b", "a/b/c", false),
        ("a/*/b/*/c", "a/x/b/y/c", true),
        ("a/*/b/*/c", "a/x/y/c", false),
    ];
    for (pattern, action, expected) in table {
        assert_eq!(matches(pattern, action), expected, "{pattern} {action}");
    }
}

/// Domain notes C.6, one row for each kind of caller and each column.
#[test]
fn who_may_do_what_with_a_registration() {
    let actions = [
        "Microsoft.AzureStack/registrations/write",
        "Microsoft.AzureStack/registrations/customerSubscriptions/write",
        "Microsoft.AzureStack/registrations/customerSubscriptions/read",
        "Microsoft.AzureStack/registrations/read",
        "Microsoft.AzureStack/registrations/getActivationKey/action",
        "Microsoft.AzureStack/registrations/approveMultiTenancy/action",
        "Microsoft.Authorization/locks/write",
        "Tallybridge/partners/invoices/read",
    ];
    let table = [
        (Role::Owner, [true, true, true, true, true, false, true, false]),
        (Role::Contributor, [true, true, true, true, true, false, false, false]),
        (Role::Reader, [false, false, true, true, false, false, false, false]),
        (Role::AzureStackRegistration, [true, true, true, true, true, false, false, false]),
        (Role::AzureStackRegistrationOwner, [false, false, false, true, false, false, false, false]),
        (Role::PartnerAdministrator, [false, false, false, false, false, false, false, true]),
        (Role::BillingReader, [false, false, false, false, false, false, false, true]),
        (Role::PlatformOperator, [false, false, true, true, false, true, false, true]),
    ];
    for (role, expected) in table {
        let found = actions.map(|action| definition(role).permits(action));
        assert_eq!(found, expected, "{}", role.word());
    }
}

#[test]
fn a_role_holds_where_it_was_given_and_below_until_it_is_taken_away() {
    let scope = |text: &str| ScopePath::new(text).unwrap();
    let (me, other) = (PrincipalId::new("me").unwrap(), PrincipalId::new("other").unwrap());
    let mut office = Office::default();
    let assignment = RoleAssignment {
        id: AssignmentId::new("1").unwrap(),
        scope: scope("/subscriptions/s/resourceGroups/g"),
        principal: me.clone(),
        role: Role::Reader,
        removed: false,
    };
    office.role_assignments.insert(assignment.id.clone(), assignment.clone());
    let table = [
        ("/subscriptions/s", false, true),
        ("/subscriptions/S/resourcegroups/G", true, true),
        ("/subscriptions/s/resourceGroups/g/providers/x/y/z", true, true),
        ("/subscriptions/s/resourceGroups/g2", false, false),
        ("/subscriptions/t", false, false),
        ("/", false, true),
    ];
    for (path, allowed, seen) in table {
        assert_eq!(allows(&office, &me, "a/read", &scope(path)), allowed, "{path}");
        assert_eq!(sees(&office, &me, "a/read", &scope(path)), seen, "{path}");
        assert!(!allows(&office, &other, "a/read", &scope(path)), "{path}");
        assert!(!allows(&office, &me, "a/write", &scope(path)), "{path}");
    }
    office.role_assignments.insert(assignment.id.clone(), RoleAssignment { removed: true, ..assignment });
    assert!(!allows(&office, &me, "a/read", &scope("/subscriptions/s/resourceGroups/g")));
}
