//! Tests: keys that are private, weak, for other purposes or no keys are not used.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Algorithm, PublicKey};

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A number of so many bits, odd, as the modulus of a key is.
fn modulus(bits: usize) -> String {
    let mut bytes = vec![0xa5; bits.div_ceil(8)];
    bytes[0] = 0xff >> (bytes.len() * 8 - bits);
    encode(&bytes)
}

fn rsa() -> Value {
    json!({ "kty": "RSA", "use": "sig", "kid": "one", "n": modulus(2_048), "e": "AQAB" })
}

fn p256() -> Value {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    json!({ "kty": "EC", "use": "sig", "kid": "two", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..]) })
}

fn ed25519() -> Value {
    let pair = Ed25519KeyPair::generate().unwrap();
    json!({ "kty": "OKP", "use": "sig", "kid": "three", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) })
}

fn with(mut jwk: Value, name: &str, value: Value) -> Value {
    jwk[name] = value;
    jwk
}

fn without(mut jwk: Value, name: &str) -> Value {
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}

#[test]
fn a_key_is_used_with_the_algorithms_of_its_type_or_with_the_one_it_names() {
    let mut padded = vec![0];
    padded.extend(URL_SAFE_NO_PAD.decode(modulus(2_048)).unwrap());
    let rows = [
        (rsa(), vec![Algorithm::Rs256, Algorithm::Ps256]),
        (with(rsa(), "alg", json!("RS256")), vec![Algorithm::Rs256]),
        (with(rsa(), "alg", json!("PS256")), vec![Algorithm::Ps256]),
        (with(rsa(), "n", json!(modulus(8_192))), vec![Algorithm::Rs256, Algorithm::Ps256]),
        (with(rsa(), "n", json!(encode(&padded))), vec![Algorithm::Rs256, Algorithm::Ps256]),
        (with(rsa(), "key_ops", json!(["verify"])), vec![Algorithm::Rs256, Algorithm::Ps256]),
        (with(rsa(), "x5c", json!(["MIIB"])), vec![Algorithm::Rs256, Algorithm::Ps256]),
        (p256(), vec![Algorithm::Es256]),
        (with(p256(), "alg", json!("ES256")), vec![Algorithm::Es256]),
        (ed25519(), vec![Algorithm::EdDsa]),
        (with(ed25519(), "alg", json!("EdDSA")), vec![Algorithm::EdDsa]),
    ];
    for (jwk, expected) in rows {
        assert_eq!(PublicKey::from_jwk(&jwk).unwrap().algorithms(), expected, "{jwk}");
    }
}

#[test]
fn a_key_that_cannot_be_relied_on_is_not_used() {
    let rows = [
        ("no key", json!([]), "missing"),
        ("no name", without(rsa(), "kid"), "\"kid\""),
        ("the empty name", with(rsa(), "kid", json!("")), "\"kid\""),
        ("a long name", with(rsa(), "kid", json!("a".repeat(257))), "\"kid\""),
        ("no purpose", without(rsa(), "use"), "\"use\""),
        ("for encryption", with(rsa(), "use", json!("enc")), "not for signatures"),
        ("for signing", with(rsa(), "key_ops", json!(["sign"])), "not for checking"),
        ("operations that are no list", with(rsa(), "key_ops", json!("verify")), "not for checking"),
        ("no type", without(rsa(), "kty"), "\"kty\""),
        ("a type in lower case", with(rsa(), "kty", json!("rsa")), "type that is not used"),
        ("a shared secret", json!({ "kty": "oct", "use": "sig", "kid": "one", "k": "c2VjcmV0" }), "not a public key"),
        ("a shared secret without it", json!({ "kty": "oct", "use": "sig", "kid": "one" }), "type that is not used"),
        ("a private RSA key", with(rsa(), "d", json!("AQAB")), "not a public key"),
        ("half a private RSA key", with(rsa(), "dp", json!("AQAB")), "not a public key"),
        ("a private P-256 key", with(p256(), "d", json!("AQAB")), "not a public key"),
        ("a private Ed25519 key", with(ed25519(), "d", json!("AQAB")), "not a public key"),
        ("1024 bits", with(rsa(), "n", json!(modulus(1_024))), "1024 bits"),
        ("2047 bits", with(rsa(), "n", json!(modulus(2_047))), "2047 bits"),
        ("8193 bits", with(rsa(), "n", json!(modulus(8_193))), "8193 bits"),
        ("the empty modulus", with(rsa(), "n", json!("")), "0 bits"),
        ("a modulus with padding", with(rsa(), "n", json!("AQAB==")), "base64url"),
        ("the exponent 1", with(rsa(), "e", json!("AQ")), "65537"),
        ("the exponent 3", with(rsa(), "e", json!("Aw")), "65537"),
        ("an even exponent", with(rsa(), "e", json!("AQAC")), "65537"),
        ("an exponent of five bytes", with(rsa(), "e", json!("AQAAAAE")), "65537"),
        ("RSA for ES256", with(rsa(), "alg", json!("ES256")), "algorithm"),
        ("RSA for HS256", with(rsa(), "alg", json!("HS256")), "algorithm"),
        ("RSA for RS384", with(rsa(), "alg", json!("RS384")), "algorithm"),
        ("RSA for encryption by its algorithm", with(rsa(), "alg", json!("RSA-OAEP")), "algorithm"),
        ("P-256 for RS256", with(p256(), "alg", json!("RS256")), "algorithm"),
        ("Ed25519 for ES256", with(ed25519(), "alg", json!("ES256")), "algorithm"),
        ("another curve", with(p256(), "crv", json!("P-384")), "curve"),
        ("another Edwards curve", with(ed25519(), "crv", json!("Ed448")), "curve"),
        ("a short coordinate", with(p256(), "x", json!("AQAB")), "3 bytes"),
        ("no coordinate", without(p256(), "y"), "\"y\""),
        ("no point of the curve", with(p256(), "y", json!(encode(&[1; 32]))), "no point"),
        ("a short Edwards point", with(ed25519(), "x", json!(encode(&[1; 31]))), "31 bytes"),
    ];
    for (name, jwk, because) in rows {
        let error = PublicKey::from_jwk(&jwk).expect_err(name).to_string();
        assert!(error.contains(because), "{name}: {error}");
    }
}

#[test]
fn a_name_of_an_algorithm_is_read_to_the_letter() {
    for algorithm in [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa] {
        assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
        assert_eq!(Algorithm::from_name(&algorithm.name().to_lowercase()), None);
        assert_eq!(Algorithm::from_name(&format!("{algorithm} ")), None);
    }
}
