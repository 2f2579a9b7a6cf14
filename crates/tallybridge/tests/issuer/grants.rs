//! Tokens for secrets, passwords and refresh tokens, and the documents by which clients find them.

use api::Settings;
use model::PrincipalId;
use serde_json::json;

use crate::house::{
    ADA, ADA_OBJECT, ADATUM, CONTOSO, House, NOW, ORIGIN, PASSWORD, PROGRAM, PROGRAM_OBJECT, SECRET, TOOL, claims, part,
};

const SCOPE: &str = "https://hub.example/.default";

fn program<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", PROGRAM),
        ("client_secret", SECRET),
        ("scope", SCOPE),
        ("x-client-SKU", "MSAL.Python"),
    ]
}

fn person<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "password"),
        ("client_id", TOOL),
        ("username", ADA),
        ("password", PASSWORD),
        ("scope", "https://hub.example/.default offline_access openid profile"),
    ]
}

/// A form with one member changed, or left out.
fn with<'a>(form: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form: Vec<_> = form.iter().copied().filter(|(known, _)| *known != name).collect();
    form.extend((!value.is_empty()).then_some((name, value)));
    form
}

#[test]
fn a_program_with_its_secret_gets_a_token_that_opens_the_door() {
    let house = House::open();
    let answer = house.token(&program());
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let body = answer.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3_600)));
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
    let token = answer.text_of("access_token");
    assert_eq!(part(&token, 0)["typ"], "at+jwt");
    let said = claims(&token);
    let expected = json!({
        "aud": ORIGIN, "iss": format!("{ORIGIN}/{CONTOSO}/v2.0"), "iat": NOW, "nbf": NOW, "exp": NOW + 3_600,
        "appid": PROGRAM, "oid": PROGRAM_OBJECT, "sub": PROGRAM_OBJECT, "tid": CONTOSO, "idtyp": "app", "ver": "2.0",
        "uti": said["uti"],
    });
    assert_eq!(said, expected);
    assert_eq!(house.knock(&token).status, 200);
    assert_ne!(claims(&house.token(&program()).text_of("access_token"))["uti"], said["uti"]);
    house.wait(3_600 + 61);
    assert_eq!(house.knock(&token).status, 401);
}

#[test]
fn every_way_in_which_clients_ask_for_a_token_is_understood() {
    let house = House::open();
    for path in [
        &format!("/{CONTOSO}/oauth2/v2.0/token"),
        "/contoso.example/oauth2/v2.0/token?client-request-id=1",
        "/CONTOSO.example//oauth2/v2.0/token",
        "/common/oauth2/v2.0/token",
        "/organizations/oauth2/v2.0/token",
        "/adfs/oauth2/token",
        &format!("/{CONTOSO}/oauth2/token"),
    ] {
        assert_eq!(house.post(path, &program()).status, 200, "{path}");
    }
    let v1 = with(&with(&program(), "scope", ""), "resource", "https://hub.example/");
    assert_eq!(house.post("/contoso.example/oauth2/token", &v1).status, 200);
    let basic = house.send(|client, at| {
        let form = [("grant_type", "client_credentials"), ("scope", SCOPE)];
        client.post(format!("{at}/common/oauth2/v2.0/token")).basic_auth(PROGRAM, Some(SECRET)).form(&form)
    });
    assert_eq!(basic.status, 200, "{}", basic.text);
    for (scope, audience) in [
        ("https://hub.example//.default", ORIGIN),
        ("https://hub.example/graph/.default", "https://hub.example/graph"),
        ("https://management.azure.com//.default", "https://management.azure.com"),
        ("", ORIGIN),
    ] {
        let token = house.token(&with(&program(), "scope", scope)).text_of("access_token");
        assert_eq!(claims(&token)["aud"], audience, "{scope}");
        assert_eq!(house.knock(&token).status == 200, !audience.ends_with("graph"), "{scope}");
    }
}

#[test]
fn what_is_wrong_is_said_in_the_words_and_numbers_that_clients_know() {
    let house = House::open();
    let (program, person) = (program(), person());
    let long = "x".repeat(64 * 1024);
    let mut twice = program.clone();
    twice.push(("client_id", PROGRAM));
    let table = [
        ("no grant", with(&program, "grant_type", ""), 400, "invalid_request", 900_144),
        ("another grant", with(&program, "grant_type", "implicit"), 400, "unsupported_grant_type", 70_003),
        ("no client", with(&program, "client_id", ""), 400, "invalid_request", 900_144),
        ("a client with blanks", with(&program, "client_id", "a b"), 400, "invalid_request", 90_014),
        ("a client twice", twice, 400, "invalid_request", 90_014),
        ("no secret", with(&program, "client_secret", ""), 401, "invalid_client", 7_000_218),
        ("a wrong secret", with(&program, "client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        ("an unknown client", with(&program, "client_id", TOOL), 401, "invalid_client", 7_000_215),
        ("the object id", with(&program, "client_id", PROGRAM_OBJECT), 401, "invalid_client", 7_000_215),
        (
            "another audience",
            with(&program, "scope", "https://other.example/.default"),
            400,
            "invalid_resource",
            500_011,
        ),
        (
            "a longer host",
            with(&program, "scope", "https://hub.example.org/.default"),
            400,
            "invalid_resource",
            500_011,
        ),
        ("two audiences", with(&program, "resource", "https://management.azure.com"), 400, "invalid_request", 90_014),
        ("a wrong password", with(&person, "password", "wrong"), 400, "invalid_grant", 50_126),
        ("nobody", with(&person, "username", "nobody@contoso.example"), 400, "invalid_grant", 50_126),
        ("a program as a person", with(&person, "username", "a program"), 400, "invalid_grant", 50_126),
        ("no password", with(&person, "password", ""), 400, "invalid_request", 900_144),
        ("a form that is too large", with(&program, "x", &long), 413, "invalid_request", 90_014),
    ];
    for (name, form, status, error, number) in table {
        let answer = house.token(&form);
        let body = answer.json();
        assert_eq!((answer.status, body["error"].as_str()), (status, Some(error)), "{name}: {}", answer.text);
        assert_eq!(body["error_codes"], json!([number]), "{name}");
        assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{number}: ")), "{name}");
        assert!(body["timestamp"].is_string() && body["trace_id"].is_string(), "{name}");
        assert!(!answer.text.contains(SECRET) && !answer.text.contains(PASSWORD), "{name}");
    }
    let unknown = house.post("/nowhere.example/oauth2/v2.0/token", &program);
    assert_eq!((unknown.status, unknown.json()["error_codes"].clone()), (400, json!([90_002])));
    let elsewhere = house.post(&format!("/{ADATUM}/oauth2/v2.0/token"), &program);
    assert_eq!((elsewhere.status, elsewhere.json()["error_codes"].clone()), (401, json!([7_000_215])));
    let named = house.post("/common/oauth2/v2.0/token?client-request-id=abc", &with(&program, "client_secret", "x"));
    assert_eq!(named.text_of("correlation_id"), "abc");
}

#[test]
fn who_is_wrong_ten_times_in_a_minute_waits_even_with_the_right_secret() {
    let house = House::open();
    for (good, name) in [(program(), "client_secret"), (person(), "password")] {
        for _ in 0..10 {
            assert_ne!(house.token(&with(&good, name, "wrong")).status, 429);
        }
        house.wait(20);
        let locked = house.token(&good);
        assert_eq!((locked.status, locked.headers["retry-after"].to_str().unwrap()), (429, "40"), "{name}");
        house.wait(40);
        assert_eq!(house.token(&good).status, 200, "{name}");
    }
}

#[test]
fn a_person_gets_all_that_identity_libraries_want() {
    let house = House::open();
    let form = [person(), vec![("client_info", "1"), ("nonce", "n-1")]].concat();
    let answer = house.token(&form);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let access = claims(&answer.text_of("access_token"));
    assert_eq!((&access["idtyp"], &access["upn"], &access["name"]), (&json!("user"), &json!(ADA), &json!(ADA)));
    assert_eq!((&access["appid"], &access["oid"]), (&json!(TOOL), &json!(ADA_OBJECT)));
    let id = claims(&answer.text_of("id_token"));
    assert_eq!((&id["aud"], &id["nonce"], &id["tid"]), (&json!(TOOL), &json!("n-1"), &json!(CONTOSO)));
    assert_eq!((&id["preferred_username"], &id["sub"]), (&json!(ADA), &json!(ADA_OBJECT)));
    let info = part(&answer.text_of("client_info"), 0);
    assert_eq!(info, json!({ "uid": ADA_OBJECT, "utid": CONTOSO }));
    assert_eq!(answer.text_of("scope"), SCOPE);
    assert_eq!(house.knock(&answer.text_of("access_token")).status, 200);
    for other in ["id_token", "refresh_token"] {
        assert_eq!(house.knock(&answer.text_of(other)).status, 401, "{other}");
    }
}

#[test]
fn a_refresh_token_holds_until_the_account_changes() {
    let house = House::open();
    let ada = PrincipalId::new(ADA_OBJECT).unwrap();
    let sign_in = |password| house.token(&with(&person(), "password", password));
    let refresh = |token: &str, client| {
        house.token(&[("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)])
    };
    let first = sign_in(PASSWORD);
    let token = first.text_of("refresh_token");
    house.wait(12 * 3_600 - 1);
    let second = refresh(&token, TOOL);
    assert_eq!(second.status, 200, "{}", second.text);
    assert_eq!(house.knock(&second.text_of("access_token")).status, 200);
    let refused = |name: &str, token: &str, client| {
        let answer = refresh(token, client);
        assert_eq!(
            (answer.status, answer.text_of("error").as_str()),
            (400, "invalid_grant"),
            "{name}: {}",
            answer.text
        );
    };
    refused("an access token", &second.text_of("access_token"), TOOL);
    refused("an id token", &second.text_of("id_token"), TOOL);
    refused("another client", &second.text_of("refresh_token"), PROGRAM_OBJECT);
    refused("no token", "nothing", TOOL);
    house.wait(61);
    refused("it has ended", &token, TOOL);
    let token = second.text_of("refresh_token");
    house.hub.disable_principal("test", &ada).unwrap();
    refused("the account is off", &token, TOOL);
    assert_eq!(house.knock(&second.text_of("access_token")).status, 401);
    assert_eq!(sign_in(PASSWORD).status, 400);
    house.hub.enable_principal("test", &ada).unwrap();
    assert_eq!(refresh(&token, TOOL).status, 200);
    house.hub.set_password("test", &ada, "another long password").unwrap();
    refused("the password is another", &token, TOOL);
    assert_eq!(sign_in(PASSWORD).status, 400);
    assert_eq!(sign_in("another long password").status, 200);
}

#[test]
fn a_key_that_was_replaced_proves_what_it_signed_and_signs_no_more() {
    let house = House::open();
    let kid = |token: &str| part(token, 0)["kid"].clone();
    let published = || house.get(&format!("/{CONTOSO}/discovery/v2.0/keys")).json()["keys"].as_array().unwrap().len();
    let old = house.token(&program()).text_of("access_token");
    assert_eq!(published(), 1);
    house.rotate();
    let new = house.token(&program()).text_of("access_token");
    assert_ne!(kid(&old), kid(&new));
    assert_eq!((house.knock(&old).status, house.knock(&new).status, published()), (200, 200, 2));
    house.wait(30 * 24 * 3_600);
    assert_eq!(published(), 1);
}

#[test]
fn clients_find_what_they_need() {
    let house = House::open();
    for (tenant, named) in [(CONTOSO, CONTOSO), ("contoso.example", CONTOSO), ("common", "common")] {
        let found = house.get(&format!("/{tenant}/v2.0/.well-known/openid-configuration")).json();
        assert_eq!(found["issuer"], format!("{ORIGIN}/{named}/v2.0"), "{tenant}");
        assert_eq!(found["token_endpoint"], format!("{ORIGIN}/{named}/oauth2/v2.0/token"), "{tenant}");
        assert_eq!(found["device_authorization_endpoint"], format!("{ORIGIN}/{named}/oauth2/v2.0/devicecode"));
        assert!(found["authorization_endpoint"].is_string());
        let keys = found["jwks_uri"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
        assert_eq!(house.get(&keys).json()["keys"][0]["kty"], "RSA", "{tenant}");
    }
    let adfs = house.get("/adfs/.well-known/openid-configuration").json();
    assert_eq!(
        (&adfs["issuer"], &adfs["token_endpoint"]),
        (&json!("https://hub.example/adfs"), &json!("https://hub.example/adfs/oauth2/token"))
    );
    let by_domain = house.get("/adfs/contoso.example/v2.0/.well-known/openid-configuration").json();
    assert_eq!(by_domain["token_endpoint"], format!("{ORIGIN}/{CONTOSO}/oauth2/v2.0/token"));
    assert_eq!(house.get("/adfs/discovery/keys").json()["keys"].as_array().unwrap().len(), 1);
    let unknown = house.get("/nowhere.example/v2.0/.well-known/openid-configuration");
    assert_eq!((unknown.status, unknown.text_of("error").as_str()), (400, "invalid_tenant"));
}

#[test]
fn a_hub_that_issues_no_tokens_has_none_of_this() {
    let settings = Settings { public_url: Some(ORIGIN.to_owned()), embedded_issuer: false, ..Settings::default() };
    let house = House::open_with(settings);
    for path in ["/common/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys", "/devicelogin"] {
        assert_eq!(house.get(path).status, 404, "{path}");
    }
    for path in ["/common/oauth2/v2.0/token", "/common/oauth2/v2.0/devicecode", "/adfs/oauth2/token", "/devicelogin"] {
        assert_eq!(house.post(path, &program()).status, 404, "{path}");
    }
}
