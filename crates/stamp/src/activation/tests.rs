use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;

/// The hub's key and somebody else's.
static KEYS: LazyLock<[KeyPair; 2]> = LazyLock::new(|| [(), ()].map(|()| KeyPair::generate(KeySize::Rsa2048).unwrap()));

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The key set that the hub publishes: an old key, and the one that is in use.
pub(crate) fn published() -> String {
    let key = |number: usize, id: &str| {
        let public = KEYS[number].public_key();
        let n = encode(public.modulus().big_endian_without_leading_zero());
        let e = encode(public.exponent().big_endian_without_leading_zero());
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": id, "n": n, "e": e})
    };
    let elliptic = json!({"kty": "EC", "crv": "P-256", "kid": "curve", "x": encode([1; 32]), "y": encode([2; 32])});
    json!({"keys": [key(1, "old"), elliptic, key(0, "present")]}).to_string()
}

fn claims() -> Value {
    json!({
        "subscriptionId": "20000000-0000-4000-8000-0000000000d0",
        "resourceGroupName": "azurestack",
        "registrationName": "azurestack-north",
        "usageEndpoint": "https://hub.example/",
        "expires": "9999-12-30T23:59:59.9999999Z",
        "cloudId": "50000000-0000-4000-8000-00000000000a",
        "billingModel": "PayAsYouUse",
        "hardwareInfo": [{"name": "north-node01"}],
        "regionNames": ["north", "north2"],
        "agreementNumber": null,
        "usageReportingEnabled": true,
        "marketplaceSyndicationEnabled": false,
        "usageCredential": "s3cret",
        "keysEndpoint": "https://hub.example/keys",
    })
}

fn signed(header: &Value, claims: &str) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims));
    let mut signature = vec![0; KEYS[0].public_modulus_len()];
    KEYS[0].sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}

fn header() -> Value {
    json!({"kid": "present", "alg": "RS256"})
}

/// A key of the hub for the cloud that the other claims name.
pub(crate) fn key() -> String {
    signed(&header(), &claims().to_string())
}

/// A key of the hub with another value for one claim; `null` takes it away.
fn key_with(claim: &str, value: Value) -> String {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(claim)
    } else {
        members.insert(claim.to_owned(), value)
    };
    signed(&header(), &claims.to_string())
}

fn now() -> Second {
    Second::parse("2026-10-01T12:00:00Z").unwrap()
}

fn activate_here(key: &str) -> Result<Activation, ActivationError> {
    let own = CloudId::new("50000000-0000-4000-8000-00000000000A").unwrap();
    let provider = LocalSubscriptionId::new("60000000-0000-4000-8000-000000000000").unwrap();
    activate(key, &own, &published(), &provider, now())
}

/// The activation that the key stands for.
pub(crate) fn activation() -> Activation {
    activate_here(&key()).unwrap()
}

#[test]
fn an_operator_sees_the_activation_without_its_credential() {
    let key = format!("\n {}\r\n", signed(&header(), &claims().to_string()));
    let activation = activate_here(&key).unwrap();
    assert_eq!(
        activation.to_json(),
        r#"{"id":"/subscriptions/60000000-0000-4000-8000-000000000000/resourceGroups/azurestack-activation/providers/Microsoft.AzureBridge.Admin/activations/default","name":"default","type":"Microsoft.AzureBridge.Admin/activations","etag":"W/\"datetime'2026-10-01T12%3A00%3A00Z'\"","location":"north","properties":{"displayName":"Azure Stack Activation","azureRegistrationResourceIdentifier":"/subscriptions/20000000-0000-4000-8000-0000000000d0/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/azurestack-north","azureEnvironmentName":"AzureCloud","expiration":"9999-12-30T23:59:59Z","marketplaceSyndicationEnabled":false,"usageReportingEnabled":true,"provisioningState":"Succeeded"}}"#
    );
    assert!(!format!("{activation:?}").contains("s3cret"));
    assert_eq!((activation.hub.as_str(), activation.credential.reveal()), ("https://hub.example/", "s3cret"));
}

#[test]
fn what_is_kept_is_read_again_and_nothing_else_is() {
    let mut activation = activate_here(&signed(&header(), &claims().to_string())).unwrap();
    assert_eq!(Activation::from_file(&activation.to_file()), Ok(activation.clone()));
    activation.expires = Some(Second::parse("2027-01-01T00:00:00Z").unwrap());
    activation.agreement_number = Some("A-1".to_owned());
    let text = activation.to_file();
    assert_eq!(Activation::from_file(&text), Ok(activation));
    let bad = [
        String::new(),
        "{}".to_owned(),
        text.replace("2027-01-01", "2027-01-32"),
        text.replace("s3cret\"", "s3cret\",\"more\":\"x\""),
        text.replace("50000000-0000", " a b "),
        format!("{text}{}", " ".repeat(70_000)),
    ];
    for text in bad {
        assert!(matches!(Activation::from_file(&text), Err(ActivationError::File(_))), "{text}");
    }
}

#[test]
fn a_key_holds_until_the_moment_it_expires_and_not_at_it() {
    let moment = |text: &str| Second::parse(text).unwrap();
    let table = [
        ("9999-12-30T23:59:59.9999999Z", Ok(None)),
        ("9999-12-30T23:59:59Z", Ok(None)),
        ("2026-10-01T12:00:01Z", Ok(Some(moment("2026-10-01T12:00:01Z")))),
        ("2027-09-30T23:59:59.9999999Z", Ok(Some(moment("2027-09-30T23:59:59Z")))),
        ("2026-10-01T12:00:00Z", Err(moment("2026-10-01T12:00:00Z"))),
        ("2026-10-01T13:59:59+02:00", Err(moment("2026-10-01T11:59:59Z"))),
    ];
    for (text, expected) in table {
        let found = activate_here(&key_with("expires", json!(text)));
        match expected {
            Ok(expires) => {
                let activation = found.unwrap();
                assert_eq!(activation.expires, expires, "{text}");
                assert!(!activation.has_expired(now()));
                assert_eq!(activation.has_expired(moment("9000-01-01T00:00:00Z")), expires.is_some());
            }
            Err(expires) => assert_eq!(found, Err(ActivationError::Expired { expires, now: now() }), "{text}"),
        }
    }
}

#[test]
fn a_key_that_the_hub_did_not_sign_for_this_cloud_is_refused() {
    let claims = claims().to_string();
    let good = signed(&header(), &claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let named = |name: &str| signed(&json!({"kid": name, "alg": "RS256"}), &claims);
    let algorithm = |name: &str| signed(&json!({"kid": "present", "alg": name}), &claims);
    let unsigned = format!("{}.{}.", encode(json!({"alg": "none"}).to_string()), encode(&claims));
    let forged = message.replace(&encode(&claims), &encode(claims.replace("s3cret", "other")));
    let mut other_digest = vec![0; KEYS[0].public_modulus_len()];
    KEYS[0].sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), message.as_bytes(), &mut other_digest).unwrap();
    let malformed = ActivationError::Malformed;
    let table = [
        (String::new(), malformed("it has no signature")),
        ("abc".to_owned(), malformed("it has no signature")),
        ("a.b".to_owned(), malformed("it has no claims")),
        (format!("{good}.x"), malformed("it has more than three parts")),
        (format!("*.{signature}.x"), malformed("a part of it is not base64url")),
        (format!("{}.x.x", encode([0xff])), malformed("a part of it is not UTF-8")),
        (signed(&json!({"kid": "present"}), &claims), malformed("its header has no algorithm")),
        (
            signed(&json!({"kid": "present", "alg": "RS256", "crit": ["exp"]}), &claims),
            malformed("its header asks for rules that are not known"),
        ),
        ("a".repeat(64 * 1024 + 1), ActivationError::TooLong(64 * 1024 + 1)),
        (unsigned, ActivationError::Algorithm("none".to_owned())),
        (algorithm("None"), ActivationError::Algorithm("None".to_owned())),
        (algorithm("HS256"), ActivationError::Algorithm("HS256".to_owned())),
        (algorithm("RS512"), ActivationError::Algorithm("RS512".to_owned())),
        (algorithm("rs256"), ActivationError::Algorithm("rs256".to_owned())),
        (named("unknown"), ActivationError::UnknownKey("unknown".to_owned())),
        (signed(&json!({"alg": "RS256"}), &claims), ActivationError::UnknownKey(String::new())),
        (named("curve"), ActivationError::TrustedKeys("the key \"curve\" is no RSA key".to_owned())),
        (named("old"), ActivationError::Signature),
        (format!("{forged}.{signature}"), ActivationError::Signature),
        (format!("{message}."), ActivationError::Signature),
        (format!("{message}.{}", encode([0; 256])), ActivationError::Signature),
        (format!("{message}.{}", encode(other_digest)), ActivationError::Signature),
    ];
    for (key, error) in table {
        assert_eq!(activate_here(&key), Err(error), "{}", key.get(..40).unwrap_or(&key));
    }
}

#[test]
fn a_key_with_a_claim_that_is_missing_or_wrong_is_refused_by_its_name() {
    let own = CloudId::new("50000000-0000-4000-8000-00000000000a").unwrap();
    for cloud in ["50000000-0000-4000-8000-00000000000b", "cloud1", ""] {
        let error = ActivationError::OtherCloud { key: cloud.to_owned(), own: own.clone() };
        assert_eq!(activate_here(&key_with("cloudId", json!(cloud))), Err(error));
    }
    let upper = "50000000-0000-4000-8000-00000000000A";
    assert!(activate_here(&key_with("cloudId", json!(upper))).is_ok());
    let missing = Value::Null;
    let table = [
        ("subscriptionId", missing.clone()),
        ("subscriptionId", json!("a/b")),
        ("resourceGroupName", json!("")),
        ("registrationName", json!(" ")),
        ("usageEndpoint", json!("hub.example")),
        ("usageEndpoint", json!("https://")),
        ("usageEndpoint", json!("https://hub example")),
        ("keysEndpoint", json!("file:///keys")),
        ("keysEndpoint", missing.clone()),
        ("expires", json!("soon")),
        ("expires", missing.clone()),
        ("cloudId", missing.clone()),
        ("billingModel", missing.clone()),
        ("usageCredential", missing.clone()),
        ("usageCredential", json!("")),
        ("usageReportingEnabled", missing),
        ("usageReportingEnabled", json!("true")),
    ];
    for (claim, value) in table {
        let Err(ActivationError::Claims(text)) = activate_here(&key_with(claim, value.clone())) else {
            panic!("{claim} may not be {value}");
        };
        assert!(text.contains(claim) || text.contains("boolean"), "{text} does not name {claim}");
    }
    let not_json = activate_here(&signed(&header(), "claims"));
    assert!(matches!(not_json, Err(ActivationError::Claims(_))), "{not_json:?}");
}

#[test]
fn keys_of_the_hub_that_cannot_be_read_are_said_to_be() {
    let key = signed(&header(), &claims().to_string());
    let own = CloudId::new("50000000-0000-4000-8000-00000000000a").unwrap();
    let provider = LocalSubscriptionId::new("60000000-0000-4000-8000-000000000000").unwrap();
    let long = published().replace("{\"keys\"", &format!("{}{{\"keys\"", " ".repeat(300_000)));
    for keys in ["", "{}", "[]", "{\"keys\":7}", long.as_str()] {
        let found = activate(&key, &own, keys, &provider, now());
        assert!(matches!(found, Err(ActivationError::TrustedKeys(_))), "{found:?}");
    }
    let found = activate(&key, &own, "{\"keys\":[]}", &provider, now());
    assert_eq!(found, Err(ActivationError::UnknownKey("present".to_owned())));
}
