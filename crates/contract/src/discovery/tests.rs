use super::*;

const ORIGIN: &str = "https://hub.example:8443";

fn text<T: Serialize>(shape: &T) -> String {
    serde_json::to_string(shape).unwrap()
}

#[test]
fn each_version_of_the_metadata_has_its_shape() {
    let table = [
        ("", MetadataShape::First),
        ("1.0", MetadataShape::First),
        ("2015-01-01", MetadataShape::First),
        ("2018-05-01", MetadataShape::First),
        ("2019-05-01", MetadataShape::List),
        ("2020-06-01", MetadataShape::List),
        ("2022-08-31", MetadataShape::List),
        ("2022-09-01", MetadataShape::Object),
        ("2024-01-01", MetadataShape::Object),
    ];
    for (version, shape) in table {
        assert_eq!(MetadataShape::of_version(version), shape, "{version}");
    }
}

#[test]
fn the_addresses_of_a_cloud_are_written_as_clients_read_them() {
    assert_eq!(
        text(&FirstEndpoints::at(ORIGIN)),
        r#"{"galleryEndpoint":"https://hub.example:8443/","graphEndpoint":"https://hub.example:8443/graph/","portalEndpoint":"https://hub.example:8443/","authentication":{"loginEndpoint":"https://hub.example:8443/adfs","audiences":["https://hub.example:8443/"]}}"#
    );
    assert_eq!(
        text(&CloudEndpoints::at(ORIGIN, "Contoso", "t")),
        r#"{"name":"Contoso","resourceManager":"https://hub.example:8443/","portal":"https://hub.example:8443/","gallery":"https://hub.example:8443/","graph":"https://hub.example:8443/graph/","graphAudience":"https://hub.example:8443/graph/","microsoftGraphResourceId":"https://hub.example:8443/graph/","authentication":{"loginEndpoint":"https://hub.example:8443/","audiences":["https://hub.example:8443/"],"tenant":"t","identityProvider":"AAD"},"suffixes":{}}"#
    );
}

#[test]
fn an_issuer_is_at_the_origin_that_was_asked() {
    assert_eq!(
        text(&OpenIdConfiguration::at(ORIGIN, "t")),
        r#"{"issuer":"https://hub.example:8443/t/v2.0","authorization_endpoint":"https://hub.example:8443/t/oauth2/v2.0/authorize","token_endpoint":"https://hub.example:8443/t/oauth2/v2.0/token","jwks_uri":"https://hub.example:8443/t/discovery/v2.0/keys","response_types_supported":["code"],"subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"]}"#
    );
    assert_eq!(
        text(&OpenIdConfiguration::at(ORIGIN, "adfs")),
        r#"{"issuer":"https://hub.example:8443/adfs","authorization_endpoint":"https://hub.example:8443/adfs/oauth2/authorize","token_endpoint":"https://hub.example:8443/adfs/oauth2/token","jwks_uri":"https://hub.example:8443/adfs/discovery/keys","response_types_supported":["code"],"subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"]}"#
    );
}

#[test]
fn a_token_and_its_refusal_are_written_as_clients_read_them() {
    let answer = TokenAnswer::bearer("a.b.c", 3600);
    assert_eq!(
        text(&answer),
        r#"{"token_type":"Bearer","expires_in":3600,"ext_expires_in":3600,"access_token":"a.b.c"}"#
    );
    assert!(!format!("{answer:?}").contains("a.b.c"));
    let refusal = TokenRefusal {
        error: "invalid_client".to_owned(),
        error_description: "7000215: the secret is wrong".to_owned(),
        error_codes: vec![7_000_215],
        timestamp: "2026-10-01 00:00:00Z".to_owned(),
        trace_id: "t".to_owned(),
        correlation_id: "c".to_owned(),
    };
    assert_eq!(
        text(&refusal),
        r#"{"error":"invalid_client","error_description":"7000215: the secret is wrong","error_codes":[7000215],"timestamp":"2026-10-01 00:00:00Z","trace_id":"t","correlation_id":"c"}"#
    );
}
