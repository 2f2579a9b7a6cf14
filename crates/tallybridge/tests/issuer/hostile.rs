//! Tokens that must open nothing: each is wrong in one way.

use api::token::{Signer, TokenKind, generate};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::KeyPurpose;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::house::{ADATUM, CONTOSO, House, NOW, ORIGIN, PROGRAM, PROGRAM_OBJECT};

fn good() -> Value {
    json!({
        "iss": format!("{ORIGIN}/{CONTOSO}/v2.0"), "aud": ORIGIN, "exp": NOW + 3_600, "nbf": NOW, "iat": NOW,
        "tid": CONTOSO, "oid": PROGRAM_OBJECT, "sub": PROGRAM_OBJECT, "appid": PROGRAM,
    })
}

/// Claims that are wrong in one way: a name, and its value, or null to take it out.
fn claims() -> Vec<(&'static str, Value)> {
    vec![
        ("iss", Value::Null),
        ("iss", json!("https://attacker.example/v2.0")),
        ("iss", json!(format!("{ORIGIN}/{ADATUM}/v2.0"))),
        ("iss", json!(format!("{ORIGIN}/{CONTOSO}"))),
        ("iss", json!(format!("{ORIGIN}.attacker.example/{CONTOSO}/v2.0"))),
        ("iss", json!([format!("{ORIGIN}/{CONTOSO}/v2.0")])),
        ("aud", Value::Null),
        ("aud", json!("https://attacker.example")),
        ("aud", json!("https://hub.example/graph")),
        ("aud", json!("https://hub.example.attacker.example")),
        ("aud", json!([])),
        ("aud", json!(["a", "b", "c", "d", "e", "f", "g", "h", ORIGIN])),
        ("exp", Value::Null),
        ("exp", json!((NOW + 3_600).to_string())),
        ("exp", json!(NOW - 60)),
        ("exp", json!(-1)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(NOW + 24 * 3_600 + 1)),
        ("nbf", Value::Null),
        ("nbf", json!(NOW + 61)),
        ("nbf", json!("0")),
        ("iat", json!(NOW + 61)),
        ("tid", Value::Null),
        ("tid", json!(ADATUM)),
        ("tid", json!("")),
        ("oid", json!("")),
        ("oid", json!("40000000-0000-4000-8000-0000000000ff")),
        ("oid", json!(["a", "b"])),
        ("oid", json!("a\nb")),
        ("appid", json!(1)),
    ]
}

fn edited(name: &str, value: &Value) -> Value {
    let mut claims = good();
    let members = claims.as_object_mut().unwrap();
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value.clone());
    }
    claims
}

/// HMAC by its definition. Source: RFC 2104, February 1997.
fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mut block = [0_u8; 64];
    let short = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block[..short.len()].copy_from_slice(&short);
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::digest([&padded(0x36)[..], message.as_bytes()].concat());
    Sha256::digest([&padded(0x5c)[..], &inner[..]].concat()).to_vec()
}

fn forged(token: &str, signer: &Signer) -> Vec<(String, String)> {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (_, payload) = message.split_once('.').unwrap();
    let header = |value: &Value| format!("{}.{payload}", URL_SAFE_NO_PAD.encode(value.to_string()));
    let modulus = signer.public_jwk()["n"].as_str().unwrap().to_owned();
    let symmetric = |key: &[u8]| {
        let message = header(&json!({ "alg": "HS256", "typ": "at+jwt", "kid": signer.id() }));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac(key, &message)))
    };
    let mut other = URL_SAFE_NO_PAD.decode(signature).unwrap();
    other[0] ^= 1;
    let mut rows = vec![
        ("nothing".to_owned(), ".".to_owned()),
        ("two segments".to_owned(), message.to_owned()),
        ("four segments".to_owned(), format!("{token}.{signature}")),
        ("no signature".to_owned(), format!("{message}.")),
        ("padding".to_owned(), format!("{token}==")),
        ("one character more".to_owned(), format!("{token}A")),
        ("a bit of the signature".to_owned(), format!("{message}.{}", URL_SAFE_NO_PAD.encode(other))),
        ("a longer token than is read".to_owned(), format!("{token}{}", "A".repeat(8 * 1024))),
        ("HS256 with the modulus".to_owned(), symmetric(modulus.as_bytes())),
        ("HS256 with the bytes of the modulus".to_owned(), symmetric(&URL_SAFE_NO_PAD.decode(&modulus).unwrap())),
        ("HS256 with the empty secret".to_owned(), symmetric(b"")),
        ("HS256 with the key's name".to_owned(), symmetric(signer.id().as_bytes())),
    ];
    for alg in ["none", "None", "NONE", "RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256", ""] {
        let value = json!({ "alg": alg, "typ": "at+jwt", "kid": signer.id() });
        rows.push((format!("alg {alg:?}"), format!("{}.{signature}", header(&value))));
        rows.push((format!("alg {alg:?} without a signature"), format!("{}.", header(&value))));
    }
    for name in ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc", "cty"] {
        let value = json!({ "alg": "RS256", "typ": "at+jwt", "kid": signer.id(), name: "https://attacker.example" });
        rows.push((format!("the header {name}"), format!("{}.{signature}", header(&value))));
    }
    rows
}

#[test]
fn a_hostile_token_opens_nothing() {
    let house = House::open();
    let office = house.hub.office();
    let key = hub::Hub::key(&office, KeyPurpose::Signing).unwrap();
    let signer = Signer::from_pkcs8(&key.id, &key.secret).unwrap();
    let token = signer.sign(TokenKind::Access, &good()).unwrap();
    assert_eq!(house.knock(&token).status, 200, "the good one passes");
    let mut rows = forged(&token, &signer);
    for (name, value) in claims() {
        let token = signer.sign(TokenKind::Access, &edited(name, &value)).unwrap();
        rows.push((format!("{name} is {value}"), token));
    }
    for kind in [TokenKind::Id, TokenKind::Refresh, TokenKind::Activation] {
        rows.push((format!("{kind:?}"), signer.sign(kind, &good()).unwrap()));
    }
    let stranger = generate().unwrap();
    let stranger = Signer::from_pkcs8(&stranger.id, &stranger.pkcs8).unwrap();
    rows.push(("a stranger's key".to_owned(), stranger.sign(TokenKind::Access, &good()).unwrap()));
    assert!(rows.len() >= 70, "there are {} rows", rows.len());
    for (name, token) in rows {
        let answer = house.knock(&token);
        assert_eq!(answer.status, 401, "{name}: {}", answer.text);
        assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer "), "{name}");
    }
}
