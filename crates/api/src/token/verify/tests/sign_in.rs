//! Sign-in: tokens by which an issuer tells a client who signed in.

use model::{DirectoryId, Second};

use super::{
    AUDIENCE, DIRECTORY, ISSUER, KEY, NOW, forge::Forge, hostile::hostile_tokens, one_key, public_key, trusted,
};
use crate::token::{Claims, TokenError, TrustedIssuer, verify_id};

const CLIENT: &str = "portal-client";
const NONCE: &str = "a-nonce-that-was-drawn";

fn forge() -> Forge {
    let claims = serde_json::json!({
        "iss": ISSUER, "aud": CLIENT, "exp": NOW + 3_600, "iat": NOW, "sub": "subject-1", "nonce": NONCE,
    });
    Forge::new(&claims, &KEY.id, &KEY.pkcs8)
}

fn check(token: &str) -> Result<Claims, TokenError> {
    verify_id(token, &trusted(), CLIENT, NONCE, &one_key(public_key()), Second(NOW))
}

/// A token with the type of tokens for clients, and some claims that differ.
fn token(claims: &[(&str, Option<&str>)]) -> String {
    forge().token(&[("typ", Some(r#""JWT""#))], claims)
}

#[test]
fn the_token_of_a_sign_in_says_who_comes() {
    let expected = Claims {
        issuer: ISSUER.to_owned(),
        directory: DirectoryId::new(DIRECTORY).unwrap(),
        object: "subject-1".to_owned(),
        application: None,
        name: None,
        expires: Second(NOW + 3_600),
        issued: Second(NOW),
    };
    assert_eq!(check(&token(&[])), Ok(expected.clone()));
    assert_eq!(check(&forge().token(&[("typ", None)], &[])), Ok(expected.clone()));
    let object = check(&token(&[("oid", Some(r#""object-1""#))])).map(|claims| claims.object);
    assert_eq!(object, Ok("object-1".to_owned()));
    let several = token(&[("aud", Some(r#"["portal-client","other"]"#)), ("azp", Some(r#""portal-client""#))]);
    assert_eq!(check(&several), Ok(expected));
}

/// What is wrong, the claims that say so, and why it is refused.
type Row<'a> = (&'a str, Vec<(&'a str, Option<&'a str>)>, TokenError);

#[test]
fn a_token_that_answers_another_sign_in_or_client_is_refused() {
    let number = |offset: i64| (NOW + offset).to_string();
    let (old, late, early) = (number(-61), number(-7_200), number(61));
    let hub = format!("\"{AUDIENCE}\"");
    let table: [Row; 13] = [
        ("another nonce", vec![("nonce", Some(r#""another""#))], TokenError::Nonce),
        ("no nonce", vec![("nonce", None)], TokenError::Missing("nonce")),
        ("a nonce that is no text", vec![("nonce", Some("1"))], TokenError::Malformed("nonce")),
        ("another audience", vec![("aud", Some(r#""other""#))], TokenError::Audience),
        ("the audience of the hub", vec![("aud", Some(&hub))], TokenError::Audience),
        ("several audiences", vec![("aud", Some(r#"["portal-client","other"]"#))], TokenError::Audience),
        ("made for another", vec![("azp", Some(r#""other""#))], TokenError::Audience),
        ("another issuer", vec![("iss", Some(r#""https://other.example""#))], TokenError::Issuer),
        ("expired", vec![("iat", Some(&late)), ("exp", Some(&old))], TokenError::Expired(Second(NOW - 61))),
        ("no moment", vec![("iat", None)], TokenError::Missing("iat")),
        ("not yet", vec![("iat", Some(&early))], TokenError::NotYetValid(Second(NOW + 61))),
        ("no subject", vec![("sub", None)], TokenError::Missing("sub")),
        ("another directory", vec![("tid", Some(r#""30000000-0000-4000-8000-000000000001""#))], TokenError::Directory),
    ];
    for (name, claims, expected) in table {
        assert_eq!(check(&token(&claims)), Err(expected), "{name}");
    }
    assert_eq!(check(&forge().token(&[("typ", Some(r#""at+jwt""#))], &[])), Err(TokenError::Type));
}

#[test]
fn a_nonce_that_nobody_drew_passes_nowhere() {
    let found = verify_id(&token(&[]), &trusted(), CLIENT, "", &one_key(public_key()), Second(NOW));
    assert_eq!(found, Err(TokenError::Nonce));
}

#[test]
fn an_issuer_of_several_directories_must_name_one() {
    let open = TrustedIssuer { directory: None, ..trusted() };
    let found = verify_id(&token(&[]), &open, CLIENT, NONCE, &one_key(public_key()), Second(NOW));
    assert_eq!(found, Err(TokenError::Missing("tid")));
}

#[test]
fn no_token_that_is_refused_at_the_hub_passes_as_a_sign_in() {
    for row in hostile_tokens(&super::forge()) {
        assert!(check(&row.token).is_err(), "{}", row.name);
    }
}
