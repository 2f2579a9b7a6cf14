use serde::de::DeserializeOwned;

use super::{
    access::{RoleAssignment, RoleAssignmentProperties, RoleAssignmentRequest, RoleDefinition},
    customer_subscription::{CustomerSubscription, CustomerSubscriptionRequest},
    group::{GenericResource, Lock, LockRequest, ResourceGroup, ResourceGroupRequest},
    provider::{Operation, Provider, RegistrationState, azure_stack_operations, azure_stack_types},
    registration::{ActivationKey, Registration, RegistrationProperties, RegistrationRequest},
    subscription::{Location, Subscription, Tenant},
    *,
};
use crate::secret::Secret;

const SUBSCRIPTION: &str = "20000000-0000-4000-8000-0000000000d0";
const CUSTOMER: &str = "40000000-0000-4000-8000-0000000000a1";
const TENANT: &str = "30000000-0000-4000-8000-0000000000a1";
const PATH: &str = "/subscriptions/20000000-0000-4000-8000-0000000000d0/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/r1";

/// The shape is written as this text, and the text is read as the same shape.
fn same<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(shape: &T, text: &str) {
    assert_eq!(serde_json::to_string(shape).unwrap(), text);
    assert_eq!(&serde_json::from_str::<T>(text).unwrap(), shape);
}

fn system_data() -> SystemData {
    let (by, kind) = (|| "owner@contoso.example".to_owned(), || "User".to_owned());
    SystemData {
        created_by: by(),
        created_by_type: kind(),
        created_at: "2026-10-01T00:00:00Z".to_owned(),
        last_modified_by: by(),
        last_modified_by_type: kind(),
        last_modified_at: "2026-10-02T00:00:00Z".to_owned(),
    }
}

fn registration() -> Registration {
    Registration {
        id: registration::path(SUBSCRIPTION, "azurestack", "r1"),
        name: "r1".to_owned(),
        kind: registration::TYPE.to_owned(),
        location: registration::LOCATION.to_owned(),
        tags: Tags::from([("team".to_owned(), "billing".to_owned())]),
        etag: "\"1\"".to_owned(),
        system_data: Some(system_data()),
        properties: RegistrationProperties {
            object_id: "70000000-0000-4000-8000-000000000001".to_owned(),
            cloud_id: "50000000-0000-4000-8000-00000000000a".to_owned(),
            billing_model: "PayAsYouUse".to_owned(),
        },
    }
}

const SYSTEM_DATA: &str = r#","systemData":{"createdBy":"owner@contoso.example","createdByType":"User","createdAt":"2026-10-01T00:00:00Z","lastModifiedBy":"owner@contoso.example","lastModifiedByType":"User","lastModifiedAt":"2026-10-02T00:00:00Z"}"#;

#[test]
fn only_the_preview_says_who_changed_a_resource() {
    for version in AzureStackVersion::ALL {
        let data = if version.text() == "2020-06-01-preview" { SYSTEM_DATA } else { "" };
        let expected = format!(
            r#"{{"id":"{PATH}","name":"r1","type":"Microsoft.AzureStack/registrations","location":"global","tags":{{"team":"billing"}},"etag":"\"1\""{data},"properties":{{"objectId":"70000000-0000-4000-8000-000000000001","cloudId":"50000000-0000-4000-8000-00000000000a","billingModel":"PayAsYouUse"}}}}"#
        );
        same(&registration().shown_in(*version), &expected);
        let mut customer = CustomerSubscription::of(PATH, "r1", CUSTOMER, TENANT);
        customer.system_data = Some(system_data());
        customer.etag = Some("\"1\"".to_owned());
        let expected = format!(
            r#"{{"id":"{PATH}/customerSubscriptions/{CUSTOMER}","name":"r1/{CUSTOMER}","type":"Microsoft.AzureStack/registrations/customerSubscriptions","etag":"\"1\""{data},"properties":{{"tenantId":"{TENANT}"}}}}"#
        );
        same(&customer.shown_in(*version), &expected);
    }
}

#[test]
fn a_version_is_read_without_case_and_no_other_is() {
    for version in AzureStackVersion::ALL {
        assert_eq!(AzureStackVersion::from_text(&version.text().to_ascii_uppercase()), Some(*version));
    }
    for other in ["", "2017-06-02", "2020-06-01", "2017-06-01-preview", "2022-06-01 ", "1.0"] {
        assert_eq!(AzureStackVersion::from_text(other), None, "{other}");
    }
}

#[test]
fn a_list_has_a_value_even_when_it_is_empty() {
    same(&List::<Tenant>::complete(Vec::new()), r#"{"value":[]}"#);
    same(
        &List::page(vec!["a".to_owned()], Some("https://hub/x".to_owned())),
        r#"{"value":["a"],"nextLink":"https://hub/x"}"#,
    );
    same(&List::counted(vec!["a".to_owned()]), r#"{"value":["a"],"count":{"type":"Total","value":1}}"#);
}

#[test]
fn groups_locks_and_resources_have_the_shape_that_clients_read() {
    let key = ActivationKey { activation_key: Secret::new("a.b.c") };
    same(&key, r#"{"activationKey":"a.b.c"}"#);
    same(
        &ResourceGroup::of("s", "azurestack", "local", Tags::new()),
        r#"{"id":"/subscriptions/s/resourceGroups/azurestack","name":"azurestack","type":"Microsoft.Resources/resourceGroups","location":"local","tags":{},"properties":{"provisioningState":"Succeeded"}}"#,
    );
    same(
        &Lock::on("/subscriptions/s", "RegistrationResourceLock", "CanNotDelete", Some("keep")),
        r#"{"id":"/subscriptions/s/providers/Microsoft.Authorization/locks/RegistrationResourceLock","name":"RegistrationResourceLock","type":"Microsoft.Authorization/locks","properties":{"level":"CanNotDelete","notes":"keep"}}"#,
    );
    same(
        &Lock::on("/subscriptions/s", "l", "ReadOnly", None),
        r#"{"id":"/subscriptions/s/providers/Microsoft.Authorization/locks/l","name":"l","type":"Microsoft.Authorization/locks","properties":{"level":"ReadOnly"}}"#,
    );
    let shown = registration();
    let mut resource = GenericResource {
        id: shown.id,
        name: shown.name,
        kind: shown.kind,
        location: shown.location,
        tags: shown.tags,
        created_time: None,
        changed_time: None,
        provisioning_state: None,
    };
    let plain = format!(
        r#"{{"id":"{PATH}","name":"r1","type":"Microsoft.AzureStack/registrations","location":"global","tags":{{"team":"billing"}}"#
    );
    same(&resource, &format!("{plain}}}"));
    resource.created_time = Some("2026-10-01T00:00:00Z".to_owned());
    resource.changed_time = Some("2026-10-02T00:00:00Z".to_owned());
    resource.provisioning_state = Some("Succeeded".to_owned());
    let further =
        r#""createdTime":"2026-10-01T00:00:00Z","changedTime":"2026-10-02T00:00:00Z","provisioningState":"Succeeded""#;
    same(&resource, &format!("{plain},{further}}}"));
}

#[test]
fn subscriptions_places_and_tenants_have_the_shape_that_clients_read() {
    same(
        &Subscription::of("s", "t", "Contoso", "Enabled"),
        r#"{"id":"/subscriptions/s","subscriptionId":"s","tenantId":"t","displayName":"Contoso","state":"Enabled","authorizationSource":"RoleBased","managedByTenants":[],"subscriptionPolicies":{"locationPlacementId":"Internal_2014-09-01","quotaId":"Internal_2014-09-01","spendingLimit":"Off"}}"#,
    );
    same(
        &Location::of("s", "local"),
        r#"{"id":"/subscriptions/s/locations/local","name":"local","displayName":"local","latitude":"0","longitude":"0"}"#,
    );
    same(
        &Tenant::home("t", "Contoso", "contoso.example"),
        r#"{"id":"/tenants/t","tenantId":"t","displayName":"Contoso","defaultDomain":"contoso.example","tenantCategory":"Home"}"#,
    );
}

#[test]
fn a_provider_names_its_types_with_the_newest_stable_version_first() {
    let mut provider = Provider::of("s", NAMESPACE, RegistrationState::Registered, azure_stack_types());
    provider.resource_types.remove(0);
    same(
        &provider,
        r#"{"id":"/subscriptions/s/providers/Microsoft.AzureStack","namespace":"Microsoft.AzureStack","registrationPolicy":"RegistrationRequired","registrationState":"Registered","resourceTypes":[{"resourceType":"registrations","locations":["global"],"apiVersions":["2022-06-01","2020-06-01-preview","2017-06-01","2016-01-01"],"capabilities":"None"},{"resourceType":"registrations/customerSubscriptions","locations":["global"],"apiVersions":["2022-06-01","2020-06-01-preview","2017-06-01"],"capabilities":"None"}]}"#,
    );
    let operations: List<Operation> = List::complete(azure_stack_operations());
    let text = serde_json::to_string(&operations).unwrap();
    assert!(text.starts_with(r#"{"value":[{"name":"Microsoft.AzureStack/Operations/read","display":{"provider":"Microsoft.AzureStack","resource":"Operations","operation":"List operations","description":"Lists what roles can allow."}},"#), "{text}");
    assert_eq!(operations.value.len(), 9);
}

#[test]
fn roles_have_the_shape_that_clients_read() {
    same(
        &RoleDefinition::built_in("g", "Reader", "Looks.", &["*/read"], &[]),
        r#"{"id":"/providers/Microsoft.Authorization/roleDefinitions/g","name":"g","type":"Microsoft.Authorization/roleDefinitions","properties":{"roleName":"Reader","type":"BuiltInRole","description":"Looks.","assignableScopes":["/"],"permissions":[{"actions":["*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}]}}"#,
    );
    let properties = |scope: &str| RoleAssignmentProperties {
        scope: scope.to_owned(),
        role_definition_id: "/providers/Microsoft.Authorization/roleDefinitions/g".to_owned(),
        principal_id: "p".to_owned(),
        principal_type: "ServicePrincipal".to_owned(),
    };
    same(
        &RoleAssignment::of("a", properties("/subscriptions/s")),
        r#"{"id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a","name":"a","type":"Microsoft.Authorization/roleAssignments","properties":{"scope":"/subscriptions/s","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/g","principalId":"p","principalType":"ServicePrincipal"}}"#,
    );
    assert_eq!(RoleAssignment::of("a", properties("/")).id, "/providers/Microsoft.Authorization/roleAssignments/a");
}

#[test]
fn a_registration_request_is_read_in_every_form_that_clients_send() {
    let tags = |pairs: &[(&str, &str)]| -> Tags {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let put_back = serde_json::to_string(&registration()).unwrap();
    let table = [
        (r#"{"location":"Global","properties":{"registrationToken":"abc"}}"#, Some("abc"), None),
        (r#"{"properties":{"registrationToken":""}}"#, Some(""), None),
        (r#"{"properties":{"registrationToken":null}}"#, None, None),
        (r#"{"properties":null,"location":null,"tags":null}"#, None, None),
        (r#"{"tags":{"a":"b","c":null}}"#, None, Some(tags(&[("a", "b"), ("c", "")]))),
        (r#"{"tags":{}}"#, None, Some(tags(&[]))),
        (put_back.as_str(), None, Some(tags(&[("team", "billing")]))),
        ("\u{feff} {} ", None, None),
        ("", None, None),
        ("null", None, None),
    ];
    for (body, token, tags) in table {
        let request: RegistrationRequest = read_request(body.as_bytes()).unwrap();
        assert_eq!((request.token(), &request.tags), (token, &tags), "{body}");
    }
}

#[test]
fn a_customer_subscription_request_may_say_anything_but_another_type() {
    let table = [
        ("", None),
        (" \r\n", None),
        ("{}", None),
        ("null", None),
        (r#"{"properties":{}}"#, None),
        (r#"{"properties":null}"#, None),
        (r#"{"properties":{"tenantId":null}}"#, None),
        (r#"{"location":"local","properties":{"tenantId":"t"}}"#, Some("t")),
        (r#"{"id":1,"name":[],"properties":{"tenantId":"t","more":{}}}"#, Some("t")),
    ];
    for (body, tenant) in table {
        let request: CustomerSubscriptionRequest = read_request(body.as_bytes()).unwrap();
        assert_eq!(request.tenant(), tenant, "{body}");
    }
}

#[test]
fn the_other_requests_are_read_as_clients_send_them() {
    let group: ResourceGroupRequest =
        read_request(br#"{"properties":{},"location":"local","tags":{"a":"b"}}"#).unwrap();
    assert_eq!((group.location.as_deref(), group.tags.map(|tags| tags.len())), (Some("local"), Some(1)));
    let lock: LockRequest = read_request(br#"{"properties":{"level":"CanNotDelete","notes":null}}"#).unwrap();
    assert_eq!(lock.properties.unwrap().level.as_deref(), Some("CanNotDelete"));
    let body = br#"{"properties":{"roleDefinitionId":"/d","principalId":"p","condition":null}}"#;
    let role = read_request::<RoleAssignmentRequest>(body).unwrap().properties.unwrap();
    assert_eq!((role.role_definition_id.as_deref(), role.principal_id.as_deref()), (Some("/d"), Some("p")));
    assert_eq!(role.principal_type, None);
}

#[test]
fn a_body_of_another_shape_is_refused_with_its_fault() {
    let long = vec![b' '; REQUEST_BYTES_MAX + 1];
    let table: [(&[u8], &str); 9] = [
        (b"{", "EOF"),
        (b"[]", "expected a JSON object"),
        (b"7", "expected a JSON object"),
        (b"\xff{}", "utf-8"),
        (b"{}{}", "trailing"),
        (br#"{"properties":["abc"]}"#, "expected a JSON object"),
        (br#"{"properties":{"registrationToken":7}}"#, "expected a string"),
        (br#"{"properties":{"registrationToken":"a","registrationToken":"b"}}"#, "stands twice"),
        (&long, "longer than 524288 bytes"),
    ];
    for (body, what) in table {
        let problem = read_request::<RegistrationRequest>(body).unwrap_err().to_string();
        assert!(problem.contains(what), "{problem}");
    }
}
