//! Tests: tables of tokens that are refused and of tokens that pass, and what holds for each of them.

use std::{collections::BTreeSet, sync::LazyLock};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PSS_SHA256,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{DirectoryId, Second};
use serde_json::{Value, json};

use super::{Claims, KeySet, OneKey, TokenError, TrustedIssuer, verify, verify_own};
use crate::token::{Algorithm, NewKey, PublicKey, Signer, TokenKind, generate, peek};

pub(crate) mod forge;
pub(crate) mod hostile;
mod sign_in;

use forge::{Forge, sign_with};
use hostile::hostile_tokens;

const ISSUER: &str = "https://login.example/contoso/v2.0";
const AUDIENCE: &str = "https://hub.example";
const DIRECTORY: &str = "2f7dbf48-6f35-4c57-a4a3-0c6d9e1b7a11";
/// 2026-11-01T00:00:00Z.
const NOW: i64 = 1_793_491_200;

/// RSA keys take a while to make, so the tests share one.
static KEY: LazyLock<NewKey> = LazyLock::new(|| generate().unwrap());

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "exp": NOW + 3_600, "nbf": NOW, "iat": NOW, "tid": DIRECTORY,
        "oid": "object-1", "sub": "subject-1", "appid": "application-1", "upn": "ada@contoso.example",
    })
}

fn forge() -> Forge {
    Forge::new(&claims(), &KEY.id, &KEY.pkcs8)
}

fn signer() -> Signer {
    Signer::from_pkcs8(&KEY.id, &KEY.pkcs8).unwrap()
}

fn public_key() -> PublicKey {
    PublicKey::from_jwk(&signer().public_jwk()).unwrap()
}

fn trusted() -> TrustedIssuer {
    TrustedIssuer {
        issuer: ISSUER.to_owned(),
        audiences: vec![AUDIENCE.to_owned(), format!("{AUDIENCE}/")],
        algorithms: vec![Algorithm::Rs256],
        directory: Some(DirectoryId::new(DIRECTORY).unwrap()),
        types: vec!["at+jwt".to_owned()],
    }
}

fn one_key(key: PublicKey) -> OneKey {
    OneKey { issuer: ISSUER.to_owned(), key }
}

fn check(token: &str) -> Result<Claims, TokenError> {
    verify(token, &[trusted()], &one_key(public_key()), Second(NOW))
}

#[test]
fn a_hostile_token_is_refused_for_what_is_wrong_with_it() {
    let rows = hostile_tokens(&forge());
    let names: BTreeSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len(), "each row has a name of its own");
    assert!(rows.len() >= 180, "there are {} rows", rows.len());
    for row in rows {
        let error = check(&row.token).expect_err(row.name).to_string();
        assert!(error.contains(row.because), "{}: {error}", row.name);
    }
}

#[test]
fn a_refusal_says_nothing_about_keys_and_repeats_nothing_of_the_token() {
    for row in hostile_tokens(&forge()) {
        let error = check(&row.token).expect_err(row.name).to_string();
        assert!(error.is_ascii() && !error.contains(char::is_control), "{}: {error:?}", row.name);
        assert!(error.len() < 120 && !error.ends_with('.'), "{}: {error:?}", row.name);
        for secret in [KEY.id.as_str(), "attacker", "somebody-else", AUDIENCE, ISSUER, DIRECTORY] {
            assert!(!error.contains(secret), "{}: {error:?}", row.name);
        }
    }
}

#[test]
fn only_tokens_of_other_types_pass_at_an_issuer_that_does_not_say_which_it_uses() {
    let untyped = TrustedIssuer { types: Vec::new(), ..trusted() };
    let mut passed = BTreeSet::new();
    for row in hostile_tokens(&forge()) {
        if verify(&row.token, std::slice::from_ref(&untyped), &one_key(public_key()), Second(NOW)).is_ok() {
            passed.insert(row.name);
        }
    }
    assert_eq!(passed, BTreeSet::from(["an id token", "no typ"]));
}

#[test]
fn a_good_token_says_who_comes() {
    let token = forge().token(&[], &[]);
    let expected = Claims {
        issuer: ISSUER.to_owned(),
        directory: DirectoryId::new(DIRECTORY).unwrap(),
        object: "object-1".to_owned(),
        application: Some("application-1".to_owned()),
        name: Some("ada@contoso.example".to_owned()),
        expires: Second(NOW + 3_600),
        issued: Second(NOW),
    };
    assert_eq!(check(&token), Ok(expected));
    let peek = peek(&token).unwrap();
    assert_eq!((peek.issuer.as_str(), &peek.key_id), (ISSUER, &KEY.id));
}

#[test]
fn a_token_that_is_unusual_and_right_passes() {
    let forge = forge();
    let number = |offset: i64| (NOW + offset).to_string();
    let claim = |name: &str, value: &str| forge.token(&[], &[(name, Some(value))]);
    let header = |name: &str, value: &str| forge.token(&[(name, Some(value))], &[]);
    let rows = [
        ("ended within the leeway", {
            forge.token(&[], &[("nbf", Some(&number(-3_600))), ("iat", None), ("exp", Some(&number(-59)))])
        }),
        ("begins within the leeway", claim("nbf", &number(60))),
        ("issued within the leeway", claim("iat", &number(60))),
        ("valid for 24 hours", claim("exp", &number(24 * 3_600))),
        ("no iat", forge.token(&[], &[("iat", None)])),
        ("the other audience", claim("aud", r#""https://hub.example/""#)),
        ("our audience in a list of one", claim("aud", r#"["https://hub.example"]"#)),
        ("our audience as the last of eight", {
            claim("aud", r#"["a","b","c","d","e","f","g","https://hub.example"]"#)
        }),
        ("the directory in upper case", claim("tid", &format!("\"{}\"", DIRECTORY.to_uppercase()))),
        ("claims that nobody reads", claim("extra", r#"{"deep":[1e400,null,{"exp":0}]}"#)),
        ("a claim spelled with an escape", claim("oid", r#""ob\u006aect-1""#)),
        ("a thumbprint in the header", header("x5t", r#""abc""#)),
        ("a type with its prefix", header("typ", r#""application/at+jwt""#)),
        ("a type in upper case", header("typ", r#""AT+JWT""#)),
        ("exactly 8 KiB", forge.token_of(8 * 1024)),
    ];
    for (name, token) in rows {
        let claims = check(&token);
        assert!(claims.is_ok(), "{name}: {claims:?}");
        assert_eq!(claims.unwrap().object, "object-1", "{name}");
    }
}

#[test]
fn the_caller_is_taken_from_the_first_claim_that_there_is() {
    let forge = forge();
    let of = |edits: &[(&str, Option<&str>)]| {
        let claims = check(&forge.token(&[], edits)).unwrap();
        (claims.object, claims.application.unwrap_or_default(), claims.name.unwrap_or_default())
    };
    let row =
        |object: &str, application: &str, name: &str| (object.to_owned(), application.to_owned(), name.to_owned());
    assert_eq!(of(&[("oid", None)]), row("subject-1", "application-1", "ada@contoso.example"));
    assert_eq!(of(&[("appid", None), ("upn", None)]), row("object-1", "", ""));
    assert_eq!(of(&[("azp", Some(r#""two""#))]), row("object-1", "application-1", "ada@contoso.example"));
    assert_eq!(of(&[("appid", None), ("azp", Some(r#""two""#))]), row("object-1", "two", "ada@contoso.example"));
    let names = [("upn", None), ("unique_name", Some(r#""u""#)), ("preferred_username", Some(r#""p""#))];
    assert_eq!(of(&names), row("object-1", "application-1", "p"));
    assert_eq!(of(&[("upn", None), ("unique_name", Some(r#""u""#))]), row("object-1", "application-1", "u"));
}

#[test]
fn a_token_changed_in_one_character_is_refused() {
    let token = forge().token(&[], &[]);
    let key = one_key(public_key());
    for at in 0..token.len() {
        for other in ["A", "B", "_", "."] {
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            let passes = verify(&changed, &[trusted()], &key, Second(NOW)).is_ok();
            assert_eq!(passes, changed == token, "{other:?} at {at}");
        }
    }
}

#[test]
fn a_token_that_is_cut_anywhere_is_refused() {
    let token = forge().token(&[], &[]);
    for at in 0..token.len() {
        assert!(check(&token[..at]).is_err(), "cut at {at}");
        assert!(check(&token[at + 1..]).is_err(), "cut before {at}");
    }
}

#[test]
fn the_moment_of_the_check_decides_and_no_other_clock() {
    let token = forge().token(&[], &[]);
    let at = |now: i64| verify(&token, &[trusted()], &one_key(public_key()), Second(now)).map(|_| ());
    let rows = [
        (NOW - 61, Err(TokenError::NotYetValid(Second(NOW)))),
        (NOW - 60, Ok(())),
        (NOW + 3_659, Ok(())),
        (NOW + 3_660, Err(TokenError::Expired(Second(NOW + 3_600)))),
        (i64::MIN, Err(TokenError::NotYetValid(Second(NOW)))),
        (i64::MAX, Err(TokenError::Expired(Second(NOW + 3_600)))),
    ];
    for (now, expected) in rows {
        assert_eq!(at(now), expected, "at {now}");
    }
}

#[test]
fn an_issuer_for_all_directories_is_believed_with_any() {
    let open = TrustedIssuer { directory: None, ..trusted() };
    let of = |tid: Option<&str>| {
        let token = forge().token(&[], &[("tid", tid)]);
        verify(&token, std::slice::from_ref(&open), &one_key(public_key()), Second(NOW)).map(|claims| claims.directory)
    };
    assert_eq!(of(Some(r#""fabrikam""#)), Ok(DirectoryId::new("fabrikam").unwrap()));
    assert_eq!(of(None), Err(TokenError::Missing("tid")));
}

#[test]
fn each_algorithm_passes_where_it_is_trusted_and_nowhere_else() {
    let forge = forge();
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let edwards = Ed25519KeyPair::generate().unwrap();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let point = p256.public_key().as_ref();
    let mut rsa = signer().public_jwk();
    rsa.as_object_mut().unwrap().remove("alg");
    let jwk = |more: Value| {
        let mut jwk = json!({ "use": "sig", "kid": KEY.id });
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        PublicKey::from_jwk(&jwk).unwrap()
    };
    let message = |alg: &str| {
        let token = forge.token(&[("alg", Some(&format!("\"{alg}\"")))], &[]);
        token.rsplit_once('.').unwrap().0.to_owned()
    };
    let random = aws_lc_rs::rand::SystemRandom::new();
    let es256 = p256.sign(&random, message("ES256").as_bytes()).unwrap();
    let eddsa = edwards.sign(message("EdDSA").as_bytes());
    let ec = json!({ "kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..]) });
    let okp = json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(edwards.public_key().as_ref()) });
    let rows = [
        (Algorithm::Rs256, jwk(rsa.clone()), forge.token(&[], &[])),
        (Algorithm::Ps256, jwk(rsa), sign_with(&forge.pair, &RSA_PSS_SHA256, &message("PS256"))),
        (Algorithm::Es256, jwk(ec), format!("{}.{}", message("ES256"), encode(es256.as_ref()))),
        (Algorithm::EdDsa, jwk(okp), format!("{}.{}", message("EdDSA"), encode(eddsa.as_ref()))),
    ];
    let all: Vec<Algorithm> = rows.iter().map(|row| row.0).collect();
    for (algorithm, key, token) in &rows {
        for trusted_with in &all {
            let issuer = TrustedIssuer { algorithms: vec![*trusted_with], ..trusted() };
            let passes = verify(token, &[issuer], &one_key(key.clone()), Second(NOW)).map(|_| ());
            let expected = if trusted_with == algorithm { Ok(()) } else { Err(TokenError::Algorithm) };
            assert_eq!(passes, expected, "{algorithm} where {trusted_with} is trusted");
        }
        for (other, key, _) in rows.iter().filter(|row| row.1.algorithms() != key.algorithms()) {
            let issuer = TrustedIssuer { algorithms: all.clone(), ..trusted() };
            let refused = verify(token, &[issuer], &one_key(key.clone()), Second(NOW));
            assert_eq!(refused, Err(TokenError::Signature), "{algorithm} under the key of {other}");
        }
    }
}

#[test]
fn the_key_of_one_issuer_does_not_sign_for_another() {
    let token = forge().token(&[], &[("iss", Some(r#""https://other.example""#))]);
    let other = TrustedIssuer { issuer: "https://other.example".to_owned(), ..trusted() };
    let ours = one_key(public_key());
    assert!(ours.key(ISSUER, &KEY.id).is_some());
    assert_eq!(verify(&token, &[trusted(), other], &ours, Second(NOW)), Err(TokenError::UnknownKey));
}

#[test]
fn a_token_of_the_hub_passes_as_its_own_kind_only() {
    let signer = signer();
    let keys = [public_key()];
    let kinds = [TokenKind::Access, TokenKind::Id, TokenKind::Refresh, TokenKind::Activation];
    for signed in kinds {
        let token = signer.sign(signed, &claims()).unwrap();
        for asked in kinds {
            let checked = verify_own(&token, asked, &keys, ISSUER, &[AUDIENCE.to_owned()], Second(NOW));
            let passes = signed == asked && asked != TokenKind::Activation;
            let expected = if passes { Ok(()) } else { Err(TokenError::Type) };
            assert_eq!(checked.map(|_| ()), expected, "{signed:?} asked for as {asked:?}");
        }
        let elsewhere = verify_own(&token, signed, &keys, "https://other.example", &[AUDIENCE.to_owned()], Second(NOW));
        assert!(elsewhere.is_err(), "{signed:?} of another hub");
    }
}
