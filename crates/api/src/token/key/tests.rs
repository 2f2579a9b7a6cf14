//! Tests: keys have names that follow from them, show nothing of themselves, and sign headers as real ones are.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{NewKey, Signer, TokenKind, generate, jwks};
use crate::token::{PublicKey, jwks::parse};

fn header(token: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

#[test]
fn a_key_has_a_name_of_32_digits_that_no_other_key_can_take() {
    let (one, other) = (generate().unwrap(), generate().unwrap());
    for key in [&one, &other] {
        assert_eq!(key.id.len(), 32);
        assert!(key.id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{}", key.id);
        assert_eq!(Signer::from_pkcs8(&key.id, &key.pkcs8).unwrap().id(), key.id);
    }
    assert_ne!(one.id, other.id);
    let error = Signer::from_pkcs8(&one.id, &other.pkcs8).unwrap_err().to_string();
    assert!(error.contains("another key than its name says"), "{error}");
    assert!(Signer::from_pkcs8(&one.id, b"").is_err());
    assert!(Signer::from_pkcs8(&one.id, &one.pkcs8[1..]).is_err());
}

#[test]
fn a_key_shows_its_name_and_nothing_else() {
    let key = NewKey { id: "name".to_owned(), pkcs8: vec![77, 78, 79] };
    assert_eq!(format!("{key:?}"), "NewKey { id: \"name\", .. }");
    let key = generate().unwrap();
    let signer = Signer::from_pkcs8(&key.id, &key.pkcs8).unwrap();
    assert_eq!(format!("{signer:?}"), format!("Signer {{ id: {:?}, .. }}", key.id));
}

#[test]
fn the_header_says_which_key_and_which_kind() {
    let key = generate().unwrap();
    let signer = Signer::from_pkcs8(&key.id, &key.pkcs8).unwrap();
    let rows = [
        (TokenKind::Access, r#","typ":"at+jwt""#),
        (TokenKind::Id, r#","typ":"JWT""#),
        (TokenKind::Refresh, r#","typ":"rt+jwt""#),
        (TokenKind::Activation, ""),
    ];
    for (kind, typ) in rows {
        let token = signer.sign(kind, &json!({ "a": 1 })).unwrap();
        assert_eq!(header(&token), format!(r#"{{"kid":"{}","alg":"RS256"{typ}}}"#, key.id), "{kind:?}");
        assert_eq!(token.split('.').nth(1), Some(URL_SAFE_NO_PAD.encode(r#"{"a":1}"#).as_str()), "{kind:?}");
    }
}

#[test]
fn what_is_published_can_be_read_and_is_public() {
    let keys = [generate().unwrap(), generate().unwrap()];
    let signers = keys.each_ref().map(|key| Signer::from_pkcs8(&key.id, &key.pkcs8).unwrap());
    let document = jwks(&signers);
    let read = parse(document.to_string().as_bytes()).unwrap();
    assert_eq!(read.len(), 2);
    for signer in &signers {
        let jwk = signer.public_jwk();
        let mut names: Vec<_> = jwk.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!(PublicKey::from_jwk(&jwk).unwrap().id(), signer.id());
        assert!(read.contains_key(signer.id()));
    }
}
