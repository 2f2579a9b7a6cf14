use std::sync::Arc;

use reqwest::Method;

use super::stand::{CUSTOMER, FORMER, NOBODY, OPERATOR, OWNER, PROVIDER, Reply, Site, Stand, TENANT, service};
use crate::Settings;

const VERSION: &str = "api-version=2015-11-01";

fn admin(provider: &str, rest: &str) -> String {
    format!("/subscriptions/{provider}/providers/Microsoft.Subscriptions.Admin/{rest}?{VERSION}")
}

fn ids(reply: &Reply) -> Vec<String> {
    let body = reply.json();
    let listed = body["value"].as_array().unwrap_or_else(|| panic!("{body}")).iter();
    listed.map(|one| one["subscriptionId"].as_str().unwrap().to_owned()).collect()
}

async fn stand(settings: Settings) -> Site {
    Site::open(Arc::new(Stand::new()), settings).await
}

#[tokio::test]
async fn a_provider_lists_its_direct_tenants_page_by_page() {
    let site = stand(Settings { page_rows_max: 1, ..Settings::default() }).await;
    let (mut next, mut listed) = (Some(admin(OPERATOR, "subscriptions")), Vec::new());
    while let Some(link) = next {
        let reply = site.get("operator", &link).await;
        listed.extend(ids(&reply));
        next = reply.json()["nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(listed, [TENANT, PROVIDER]);
    let site = stand(Settings::default()).await;
    let deleted = format!("{}&includeDeleted=true", admin(PROVIDER, "subscriptions"));
    // Only the operator is shown deleted ones, and only its own direct tenants.
    assert_eq!(ids(&site.get("reseller", &deleted).await), [CUSTOMER]);
    let cases = [
        ("operator", admin(OPERATOR, "delegatedProviders"), vec![PROVIDER]),
        ("reseller", admin(PROVIDER, "delegatedproviders"), vec![]),
        (OWNER, format!("/subscriptions?{VERSION}"), vec![OPERATOR, TENANT, CUSTOMER, PROVIDER]),
        ("reseller", "/Subscriptions/?api-version=2022-12-01".to_owned(), vec![PROVIDER]),
        ("nobody", format!("/subscriptions?{VERSION}"), vec![]),
    ];
    for (caller, target, wanted) in cases {
        assert_eq!(ids(&site.get(caller, &target).await), wanted, "{target}");
    }
}

/// The recorded shapes, byte for byte.
#[tokio::test]
async fn a_subscription_looks_as_on_a_recorded_stamp() {
    let site = stand(Settings::default()).await;
    let offer =
        format!("/subscriptions/{OPERATOR}/resourceGroups/o/providers/Microsoft.Subscriptions.Admin/offers/Gold");
    let flat = format!(
        concat!(
            r#"{{"id":"/subscriptions/{0}/providers/Microsoft.Subscriptions.Admin/subscriptions/{1}","subscriptionId":"{1}","#,
            r#""delegatedProviderSubscriptionId":"{0}","displayName":"Subscription {1}","owner":"{2}","#,
            r#""tenantId":"30000000-0000-4000-8000-0000000000a1","routingResourceManagerType":"Default","offerId":"{3}","#,
            r#""state":"Enabled"}}"#
        ),
        OPERATOR, PROVIDER, OWNER, offer
    );
    for path in ["subscriptions", "delegatedProviders"] {
        let target = admin(OPERATOR, &format!("{path}/{PROVIDER}"));
        assert_eq!(site.get("operator", &target).await.text, flat);
    }
    let own = format!(
        concat!(
            r#"{{"offerId":"/delegatedProviders/{2}/offers/Gold","id":"/subscriptions/{0}","subscriptionId":"{0}","#,
            r#""tenantId":"30000000-0000-4000-8000-0000000000a1","displayName":"Subscription {0}","state":"Enabled","#,
            r#""subscriptionPolicies":{{"locationPlacementId":"{1}"}}}}"#
        ),
        TENANT, "AzureStack", "default"
    );
    assert_eq!(site.get(OWNER, &format!("/subscriptions/{TENANT}?{VERSION}")).await.text, own);
    let delegated = site.get(OWNER, &format!("/subscriptions/{CUSTOMER}?{VERSION}")).await.json();
    assert_eq!(delegated["offerId"], format!("/delegatedProviders/{PROVIDER}/offers/Gold"));
}

#[tokio::test]
async fn what_a_caller_may_not_see_is_not_there() {
    let site = stand(Settings::default()).await;
    let cases = [
        ("tenant", format!("/subscriptions/{TENANT}?{VERSION}"), 404, "SubscriptionNotFound"),
        ("tenant", format!("/subscriptions/{NOBODY}?{VERSION}"), 404, "SubscriptionNotFound"),
        (OWNER, format!("/subscriptions/{FORMER}?{VERSION}"), 404, "SubscriptionNotFound"),
        (OWNER, format!("/subscriptions/{TENANT}"), 400, "NoApiVersion"),
        ("tenant", admin(OPERATOR, "subscriptions"), 403, "AuthorizationFailed"),
        ("reseller", admin(PROVIDER, &format!("subscriptions/{TENANT}")), 404, "SubscriptionNotFound"),
        ("reseller", admin(PROVIDER, &format!("subscriptions/{NOBODY}")), 404, "SubscriptionNotFound"),
        ("operator", admin(OPERATOR, &format!("subscriptions/{CUSTOMER}")), 200, ""),
        ("operator", admin(OPERATOR, &format!("subscriptions/{FORMER}")), 404, "SubscriptionNotFound"),
        ("operator", admin(OPERATOR, &format!("delegatedProviders/{TENANT}")), 404, "SubscriptionNotFound"),
        ("operator", admin(OPERATOR, "subscriptions").replace("2015-11-01", "2019-01-01"), 400, "InvalidProperty"),
        ("operator", admin(OPERATOR, "locations/northwest/operationsStatus/1"), 404, "OperationNotFound"),
        ("operator", admin(OPERATOR, "locations/south/operationsStatus/1"), 404, "NotFound"),
    ];
    for (caller, target, status, code) in cases {
        let reply = site.get(caller, &target).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{caller}: {target}");
    }
}

#[tokio::test]
async fn nothing_is_written_to_a_cloud_that_follows_a_plan() {
    let site = stand(Settings::default()).await;
    let cases = [
        (Method::PUT, admin(OPERATOR, &format!("subscriptions/{TENANT}"))),
        (Method::DELETE, admin(OPERATOR, &format!("subscriptions/{TENANT}"))),
        (Method::POST, admin(OPERATOR, "moveSubscriptions")),
        (Method::PUT, directory("adatum.onmicrosoft.com")),
        (Method::POST, "/usage/v1/events".to_owned()),
    ];
    for (method, target) in cases {
        let reply = site.send("operator", method, &target, &[], "{}").await;
        assert_eq!((reply.status, reply.code().as_str()), (405, "MethodNotAllowed"), "{target}");
        assert!(reply.text.contains("emulated"), "{}", reply.text);
    }
}

fn directory(name: &str) -> String {
    format!(
        "/subscriptions/{OPERATOR}/resourcegroups/system.northwest/providers/Microsoft.Subscriptions.Admin/directoryTenants/{name}?{VERSION}"
    )
}

/// Domain notes E.9: the answers to each step, in order.
#[tokio::test]
async fn a_directory_tenant_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::open(service(folder.path()), Settings::default()).await;
    let (one, all) =
        (directory("Adatum.onmicrosoft.com"), directory("").replace("directoryTenants/?", "directoryTenants?"));
    let body = r#"{"location":"NorthWest","properties":{"tenantId":"30000000-0000-4000-8000-0000000000a1"}}"#;
    let shown = format!(
        concat!(
            r#"{{"id":"/subscriptions/{0}/resourceGroups/system.northwest/providers/Microsoft.Subscriptions.Admin/"#,
            r#"directoryTenants/Adatum.onmicrosoft.com","name":"Adatum.onmicrosoft.com","#,
            r#""type":"Microsoft.Subscriptions.Admin/directoryTenants","location":"northwest","#,
            r#""properties":{{"tenantId":"{1}"}}}}"#
        ),
        OPERATOR, "30000000-0000-4000-8000-0000000000a1"
    );
    let list = format!(r#"{{"value":[{shown}]}}"#);
    let other = one.replace("system.northwest", "elsewhere");
    let steps = [
        (Method::GET, &one, "", 404, "DirectoryTenantNotFound"),
        (Method::PUT, &one, body, 201, shown.as_str()),
        (Method::PUT, &one, body, 200, &shown),
        (Method::GET, &one, "", 200, &shown),
        (Method::GET, &all, "", 200, &list),
        (Method::GET, &other, "", 404, "DirectoryTenantNotFound"),
        (Method::PUT, &other, body, 409, "DirectoryTenantInOtherGroup"),
        (Method::PUT, &one, r#"{"location":"south"}"#, 400, "InvalidProperty"),
        (Method::PUT, &one, "{}", 400, "InvalidProperty"),
        (Method::PUT, &one, "[", 400, "InvalidRequestContent"),
        (Method::DELETE, &other, "", 204, ""),
        (Method::DELETE, &one, "", 200, ""),
        (Method::DELETE, &one, "", 204, ""),
        (Method::GET, &all, "", 200, r#"{"value":[]}"#),
    ];
    for (method, target, body, status, wanted) in steps {
        let reply = site.send("operator", method.clone(), target, &[], body).await;
        let told = if reply.status < 400 { reply.text.clone() } else { reply.code() };
        assert_eq!((reply.status, told.as_str()), (status, wanted), "{method} {target}");
    }
}

fn put(more: &str) -> String {
    format!(r#"{{"displayName":"Adatum","owner":"{OWNER}","offerId":"/offers/Gold","state":"Enabled"{more}}}"#)
}

/// Domain notes E.8: the answers to each step, in order.
#[tokio::test]
async fn subscriptions_are_made_changed_moved_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::open(service(folder.path()), Settings::default()).await;
    let of = |own: &str| admin(OPERATOR, &format!("subscriptions/{own}"));
    let other = r#","tenantId":"30000000-0000-4000-8000-0000000000b1""#;
    let offer = format!(
        "/subscriptions/{OPERATOR}/providers/Microsoft.Subscriptions.Admin/delegatedProviders/{PROVIDER}/offers/o"
    );
    let path = format!("/subscriptions/{OPERATOR}/providers/Microsoft.Subscriptions.Admin/subscriptions/{TENANT}");
    let moving = format!(r#"{{"resources":["{path}"],"targetDelegatedProviderOffer":"{offer}"}}"#);
    let steps = [
        (Method::PUT, of(PROVIDER), put(""), 201, ""),
        (Method::PUT, of(TENANT), put(r#","externalReferenceId":"""#), 201, ""),
        (Method::PUT, of(TENANT), put(""), 200, ""),
        (Method::PUT, of(TENANT), put(other), 409, "DirectoryChangeNotAllowed"),
        (Method::PUT, of(CUSTOMER), "{}".to_owned(), 400, "InvalidProperty"),
        (Method::PUT, of(CUSTOMER), put(&format!(r#","subscriptionId":"{TENANT}""#)), 400, "InvalidProperty"),
        (Method::PUT, of(CUSTOMER), put("").replace("Enabled", "Perhaps"), 400, "InvalidProperty"),
        (Method::POST, admin(OPERATOR, "validateMoveSubscriptions"), moving.clone(), 202, ""),
        (
            Method::GET,
            admin(OPERATOR, &format!("delegatedProviders/{PROVIDER}")),
            String::new(),
            404,
            "SubscriptionNotFound",
        ),
        (Method::POST, admin(OPERATOR, "moveSubscriptions"), "{}".to_owned(), 400, "InvalidProperty"),
        (
            Method::POST,
            admin(OPERATOR, "moveSubscriptions"),
            moving.replace(PROVIDER, NOBODY),
            404,
            "SubscriptionNotFound",
        ),
        (Method::POST, admin(OPERATOR, "moveSubscriptions"), moving, 202, ""),
        (Method::GET, admin(OPERATOR, &format!("delegatedProviders/{PROVIDER}")), String::new(), 200, ""),
        (Method::DELETE, of(PROVIDER), String::new(), 409, "SubscriptionInUse"),
        (Method::DELETE, of(OPERATOR), String::new(), 409, "SubscriptionInUse"),
        (Method::DELETE, of(TENANT), String::new(), 200, ""),
        (Method::DELETE, of(TENANT), String::new(), 204, ""),
        (Method::GET, of(TENANT), String::new(), 404, "SubscriptionNotFound"),
        // Its last tenant is deleted, and has usage to show.
        (Method::GET, admin(OPERATOR, &format!("delegatedProviders/{PROVIDER}")), String::new(), 200, ""),
    ];
    let mut statuses = Vec::new();
    for (method, target, body, status, code) in steps {
        let reply = site.send("operator", method.clone(), &target, &[], &body).await;
        let told = if reply.status < 400 { String::new() } else { reply.code() };
        assert_eq!((reply.status, told.as_str()), (status, code), "{method} {target} {body}: {}", reply.text);
        if status == 202 {
            assert_eq!((reply.text.as_str(), reply.header("retry-after")), ("", "1"));
            statuses.push((reply.header("location").to_owned(), reply.header("azure-asyncoperation").to_owned()));
        }
    }
    for (location, operation) in statuses {
        assert_eq!(site.get("operator", &location).await.status, 204);
        let ended = site.get("operator", &operation).await.json();
        assert_eq!((&ended["status"], &ended["percentComplete"]), (&"Succeeded".into(), &100.into()));
    }
    let gone = format!("{}&includeDeleted=TRUE", admin(OPERATOR, "subscriptions"));
    let listed = site.get("operator", &gone).await.json();
    assert_eq!(
        (&listed["value"][0]["subscriptionId"], listed["value"].as_array().unwrap().len()),
        (&PROVIDER.into(), 1)
    );
}
