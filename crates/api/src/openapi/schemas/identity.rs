//! Identity: the shapes of forms, tokens, keys and the documents by which clients find them.

use serde_json::Value;

use super::{Named, any_of, list, map, named, object, open, text, texts, whole, word};

pub(super) fn shapes() -> Vec<Named> {
    let mut shapes = vec![
        ("Endpoints", endpoints()),
        ("TokenForm", token_form()),
        (
            "DeviceCodeForm",
            open(&[("client_id", text())], &[("client_secret", text()), ("scope", text()), ("resource", text())]),
        ),
        (
            "SignInForm",
            open(
                &[("code", text())],
                &[("username", text()), ("password", text()), ("decision", word(&["approve", "decline"]))],
            ),
        ),
        ("Token", any_of(&["TokenAnswer", "UserTokenAnswer"])),
        ("TokenAnswer", object(&token(), &[])),
        ("UserTokenAnswer", user_token()),
        (
            "DeviceCodeAnswer",
            object(
                &[
                    ("user_code", text()),
                    ("device_code", text()),
                    ("verification_uri", text()),
                    ("expires_in", whole()),
                    ("interval", whole()),
                    ("message", text()),
                ],
                &[],
            ),
        ),
        ("TokenRefusal", refusal()),
        ("IssuerDocument", issuer_document()),
        ("KeySet", object(&[("keys", list(&named("Key")))], &[])),
        ("Key", key()),
    ];
    shapes.extend(metadata());
    shapes
}

fn endpoints() -> Value {
    serde_json::json!({ "anyOf": [
        named("FirstEndpoints"),
        list(&named("CloudEndpoints")),
        named("CloudEndpoints"),
    ] })
}

fn token_form() -> Value {
    let grants = [
        "client_credentials",
        "password",
        "urn:ietf:params:oauth:grant-type:device_code",
        "device_code",
        "refresh_token",
    ];
    open(
        &[("grant_type", word(&grants))],
        &[
            ("client_id", text()),
            ("client_secret", text()),
            ("scope", text()),
            ("resource", text()),
            ("username", text()),
            ("password", text()),
            ("device_code", text()),
            ("code", text()),
            ("refresh_token", text()),
            ("nonce", text()),
            ("client_info", text()),
        ],
    )
}

fn token() -> [Named; 4] {
    [("token_type", word(&["Bearer"])), ("expires_in", whole()), ("ext_expires_in", whole()), ("access_token", text())]
}

fn user_token() -> Value {
    let mut members = token().to_vec();
    members.extend([("scope", text()), ("id_token", text()), ("refresh_token", text())]);
    object(&members, &[("client_info", text())])
}

fn refusal() -> Value {
    object(
        &[
            ("error", text()),
            ("error_description", text()),
            ("error_codes", list(&whole())),
            ("timestamp", text()),
            ("trace_id", text()),
            ("correlation_id", text()),
        ],
        &[],
    )
}

fn key() -> Value {
    let members = [("kty", text()), ("use", text()), ("alg", text()), ("kid", text()), ("n", text()), ("e", text())];
    object(&members, &[])
}

fn issuer_document() -> Value {
    object(
        &[
            ("issuer", text()),
            ("authorization_endpoint", text()),
            ("token_endpoint", text()),
            ("jwks_uri", text()),
            ("response_types_supported", texts()),
            ("subject_types_supported", texts()),
            ("id_token_signing_alg_values_supported", texts()),
            ("device_authorization_endpoint", text()),
            ("grant_types_supported", texts()),
            ("token_endpoint_auth_methods_supported", texts()),
        ],
        &[],
    )
}

fn metadata() -> [Named; 4] {
    [
        (
            "FirstEndpoints",
            object(
                &[
                    ("galleryEndpoint", text()),
                    ("graphEndpoint", text()),
                    ("portalEndpoint", text()),
                    ("authentication", named("FirstAuthentication")),
                ],
                &[],
            ),
        ),
        ("FirstAuthentication", object(&[("loginEndpoint", text()), ("audiences", texts())], &[])),
        (
            "CloudEndpoints",
            object(
                &[
                    ("name", text()),
                    ("resourceManager", text()),
                    ("portal", text()),
                    ("gallery", text()),
                    ("graph", text()),
                    ("graphAudience", text()),
                    ("microsoftGraphResourceId", text()),
                    ("authentication", named("CloudAuthentication")),
                    ("suffixes", map(&text())),
                ],
                &[],
            ),
        ),
        (
            "CloudAuthentication",
            object(
                &[("loginEndpoint", text()), ("audiences", texts()), ("tenant", text()), ("identityProvider", text())],
                &[],
            ),
        ),
    ]
}
