use std::sync::Arc;

use reqwest::Method;

use super::stand::{OPERATOR, PROVIDER, Site, Stand};
use crate::{
    Settings,
    activation::{
        Shelf,
        tests::{key, published},
    },
};

fn path(group: &str, name: &str) -> String {
    let place = format!("/subscriptions/{OPERATOR}/resourceGroups/{group}/providers/Microsoft.AzureBridge.Admin");
    format!("{place}/activations{name}?api-version=2016-01-01")
}

/// Domain notes C.1: the answers to each step, in order.
#[tokio::test]
async fn a_stamp_is_activated_and_deactivated_by_its_operator() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        activation: Some(Shelf::new(folder.path().join("activation.json"))),
        trusted_keys: Some(published()),
        ..Settings::default()
    };
    let site = Site::open(Arc::new(Stand::new()), settings).await;
    let (all, one) = (path("AzureStack-Activation", ""), path("azurestack-activation", "/Default"));
    let body = format!(r#"{{"properties":{{"activationKey":"{}"}}}}"#, key());
    let damaged = body.replace(r#""}}"#, r#"AAAA"}}"#);
    let steps = [
        (Method::GET, all.clone(), "", 200, ""),
        (Method::GET, one.clone(), "", 404, "ActivationNotFound"),
        (Method::DELETE, one.clone(), "", 204, ""),
        (Method::PUT, one.clone(), "{}", 400, "InvalidProperty"),
        (Method::PUT, one.clone(), &damaged, 400, "InvalidActivationKey"),
        (Method::PUT, path("azurestack-activation", "/second"), &body, 400, "InvalidActivationName"),
        (Method::PUT, path("azurestack", "/default"), &body, 404, "ResourceGroupNotFound"),
        (Method::PUT, one.clone(), &body, 200, ""),
        (Method::GET, one.clone(), "", 200, ""),
        (Method::GET, path("azurestack-activation", "/second"), "", 404, "ActivationNotFound"),
        (Method::GET, one.replace(OPERATOR, PROVIDER), "", 403, "AuthorizationFailed"),
        (Method::GET, one.replace("2016-01-01", "2015-11-01"), "", 400, "InvalidProperty"),
    ];
    for (method, target, body, status, code) in steps {
        let reply = site.send("operator", method.clone(), &target, &[], body).await;
        let told = if reply.status < 400 { String::new() } else { reply.code() };
        assert_eq!((reply.status, told.as_str()), (status, code), "{method} {target}: {}", reply.text);
        assert!(!reply.text.contains("s3cret"), "nobody is shown the credential");
    }
    let kept = site.get("operator", &one).await;
    let listed = site.get("operator", &all).await.json();
    assert_eq!(listed["value"][0], kept.json());
    assert_eq!(kept.json()["etag"], kept.header("etag"));
    assert_eq!(kept.json()["properties"]["provisioningState"], "Succeeded");
    assert_eq!(site.send("operator", Method::DELETE, &one, &[], "").await.status, 200);
    assert_eq!(site.get("operator", &all).await.text, r#"{"value":[]}"#);
}

#[tokio::test]
async fn a_stamp_that_trusts_no_hub_says_how_it_is_activated() {
    let site = Site::open(Arc::new(Stand::new()), Settings::default()).await;
    let target = path("azurestack-activation", "/default");
    let reply = site.send("operator", Method::PUT, &target, &[], "{}").await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "ActivationNotPossible"));
    assert!(reply.text.contains("tallybridge stamp activate"), "{}", reply.text);
}
