//! Resource manager: the shapes of registrations, and of everything that they live in.

use serde_json::{Value, json};

use super::{Named, list, map, named, object, open, text, text_or_null, texts, whole, word};

/// What is answered.
pub(super) fn answers() -> Vec<Named> {
    let mut shapes = vec![
        ("Count", object(&[("type", text()), ("value", whole())], &[])),
        ("Registrations", page("Registration")),
        ("Registration", registration()),
        ("SystemData", system_data()),
        ("ActivationKey", object(&[("activationKey", text())], &[])),
        ("CustomerSubscriptions", page("CustomerSubscription")),
        (
            "CustomerSubscription",
            object(
                &[
                    ("id", text()),
                    ("name", text()),
                    ("type", text()),
                    ("properties", object(&[("tenantId", text())], &[])),
                ],
                &[("etag", text()), ("systemData", named("SystemData"))],
            ),
        ),
        ("ResourceGroups", page("ResourceGroup")),
        (
            "ResourceGroup",
            resource(&[
                ("location", text()),
                ("tags", map(&text())),
                ("properties", object(&[("provisioningState", text())], &[])),
            ]),
        ),
        ("GenericResources", page("GenericResource")),
        ("GenericResource", generic_resource()),
        ("Locks", page("Lock")),
        ("Lock", resource(&[("properties", named("LockProperties"))])),
        ("LockProperties", object(&[("level", word(&["CanNotDelete", "ReadOnly"]))], &[("notes", text())])),
    ];
    shapes.extend(subscriptions());
    shapes.extend(providers());
    shapes.extend(roles());
    shapes
}

/// A list of something, or a page of one.
fn page(item: &str) -> Value {
    object(&[("value", list(&named(item)))], &[("nextLink", text()), ("count", named("Count"))])
}

/// What has an id, a name and a type, and these members.
fn resource(members: &[Named]) -> Value {
    let mut all = vec![("id", text()), ("name", text()), ("type", text())];
    all.extend_from_slice(members);
    object(&all, &[])
}

fn registration() -> Value {
    let properties = [("objectId", text()), ("cloudId", text()), ("billingModel", text())];
    object(
        &[
            ("id", text()),
            ("name", text()),
            ("type", text()),
            ("location", text()),
            ("tags", map(&text())),
            ("etag", text()),
            ("properties", object(&properties, &[])),
        ],
        &[("systemData", named("SystemData"))],
    )
}

fn system_data() -> Value {
    object(
        &[
            ("createdBy", text()),
            ("createdByType", text()),
            ("createdAt", text()),
            ("lastModifiedBy", text()),
            ("lastModifiedByType", text()),
            ("lastModifiedAt", text()),
        ],
        &[],
    )
}

fn generic_resource() -> Value {
    object(
        &[("id", text()), ("name", text()), ("type", text()), ("location", text()), ("tags", map(&text()))],
        &[("createdTime", text()), ("changedTime", text()), ("provisioningState", text())],
    )
}

fn subscriptions() -> Vec<Named> {
    let policies = [("locationPlacementId", text()), ("quotaId", text()), ("spendingLimit", text())];
    vec![
        ("Subscriptions", page("Subscription")),
        (
            "Subscription",
            object(
                &[
                    ("id", text()),
                    ("subscriptionId", text()),
                    ("tenantId", text()),
                    ("displayName", text()),
                    ("state", word(&["Enabled", "Disabled", "Deleted"])),
                    ("authorizationSource", text()),
                    ("managedByTenants", list(&object(&[("tenantId", text())], &[]))),
                    ("subscriptionPolicies", object(&policies, &[])),
                ],
                &[],
            ),
        ),
        ("Locations", page("Location")),
        (
            "Location",
            object(
                &[
                    ("id", text()),
                    ("name", text()),
                    ("displayName", text()),
                    ("latitude", text()),
                    ("longitude", text()),
                ],
                &[],
            ),
        ),
        ("Tenants", page("Tenant")),
        (
            "Tenant",
            object(
                &[
                    ("id", text()),
                    ("tenantId", text()),
                    ("displayName", text()),
                    ("defaultDomain", text()),
                    ("tenantCategory", text()),
                ],
                &[],
            ),
        ),
    ]
}

fn providers() -> Vec<Named> {
    let display = [("provider", text()), ("resource", text()), ("operation", text()), ("description", text())];
    vec![
        ("Providers", page("Provider")),
        (
            "Provider",
            object(
                &[
                    ("id", text()),
                    ("namespace", text()),
                    ("registrationPolicy", text()),
                    ("registrationState", word(&["Registered", "NotRegistered"])),
                    ("resourceTypes", list(&named("ResourceType"))),
                ],
                &[],
            ),
        ),
        (
            "ResourceType",
            object(
                &[("resourceType", text()), ("locations", texts()), ("apiVersions", texts()), ("capabilities", text())],
                &[],
            ),
        ),
        ("Operations", page("Operation")),
        ("Operation", object(&[("name", text()), ("display", object(&display, &[]))], &[])),
    ]
}

fn roles() -> Vec<Named> {
    vec![
        ("RoleDefinitions", page("RoleDefinition")),
        ("RoleDefinition", resource(&[("properties", named("RoleDefinitionProperties"))])),
        (
            "RoleDefinitionProperties",
            object(
                &[
                    ("roleName", text()),
                    ("type", text()),
                    ("description", text()),
                    ("assignableScopes", texts()),
                    ("permissions", list(&named("Permission"))),
                ],
                &[],
            ),
        ),
        ("Permissions", page("Permission")),
        (
            "Permission",
            object(
                &[("actions", texts()), ("notActions", texts()), ("dataActions", texts()), ("notDataActions", texts())],
                &[],
            ),
        ),
        ("RoleAssignments", page("RoleAssignment")),
        ("RoleAssignment", resource(&[("properties", named("RoleAssignmentProperties"))])),
        (
            "RoleAssignmentProperties",
            object(
                &[
                    ("scope", text()),
                    ("roleDefinitionId", text()),
                    ("principalId", text()),
                    ("principalType", word(&["User", "ServicePrincipal"])),
                ],
                &[],
            ),
        ),
    ]
}

/// What is sent.
pub(super) fn requests() -> Vec<Named> {
    let tags = json!({ "type": "object", "additionalProperties": text_or_null() });
    let token = open(&[], &[("registrationToken", text_or_null())]);
    let tenant = open(&[], &[("tenantId", text_or_null())]);
    let lock = open(&[("level", word(&["CanNotDelete", "ReadOnly"]))], &[("notes", text_or_null())]);
    let role = open(&[("roleDefinitionId", text()), ("principalId", text())], &[("principalType", text_or_null())]);
    let resources = json!({ "type": "array", "items": text(), "minItems": 1, "maxItems": 100 });
    vec![
        (
            "RegistrationRequest",
            open(&[], &[("location", text_or_null()), ("tags", tags.clone()), ("properties", token)]),
        ),
        ("CustomerSubscriptionRequest", open(&[], &[("properties", tenant)])),
        ("ResourceGroupRequest", open(&[], &[("location", text_or_null()), ("tags", tags)])),
        ("LockRequest", open(&[("properties", lock)], &[])),
        ("RoleAssignmentRequest", open(&[("properties", role)], &[])),
        ("MoveRequest", open(&[("resources", resources), ("targetResourceGroup", text())], &[])),
    ]
}
