//! Hostile tokens: each is wrong in one way, and says in which. They can be sent to anything that takes tokens.
//!
//! The verifier must trust the issuer of the good claims with RS256 alone and with the type `at+jwt` alone, know the
//! one key, and hold the moment `nbf` of the good claims for now.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaEncoding},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use super::forge::{Edits, Forge, encode, sign_with, text};

/// A token that must be refused.
#[derive(Debug, Clone)]
pub(crate) struct Hostile {
    /// What is wrong with it.
    pub(crate) name: &'static str,
    /// Words that are in the text of the refusal.
    pub(crate) because: &'static str,
    /// The token.
    pub(crate) token: String,
}

const ALGORITHM: &str = "algorithm that its issuer is trusted with";
const ENCODING: &str = "not base64url";
const KEY_ID: &str = "names no key";
const SEGMENTS: &str = "three segments";
const SIGNATURE: &str = "signature of the token is wrong";
const TYPE: &str = "another type";
const UNSIGNED: &str = "has no signature";
const HEADER: &str = "header of the token is no JSON object";
const PAYLOAD: &str = "payload of the token is no JSON object";
const ISSUER: &str = "no issuer that is trusted";
const AUDIENCE: &str = "another audience";
const EXP: &str = "claim \"exp\"";
const NBF: &str = "claim \"nbf\"";
const LONG: &str = "longer than 8192 bytes";

/// All of them: more than a hundred.
pub(crate) fn hostile_tokens(forge: &Forge) -> Vec<Hostile> {
    let mut rows = Vec::new();
    unsigned_and_symmetric(forge, &mut rows);
    other_algorithms(forge, &mut rows);
    other_signatures(forge, &mut rows);
    key_ids(forge, &mut rows);
    header_members(forge, &mut rows);
    kinds(forge, &mut rows);
    ends(forge, &mut rows);
    beginnings(forge, &mut rows);
    issuers_and_audiences(forge, &mut rows);
    callers(forge, &mut rows);
    segments(forge, &mut rows);
    encodings(forge, &mut rows);
    documents(forge, &mut rows);
    rows
}

fn add(rows: &mut Vec<Hostile>, because: &'static str, name: &'static str, token: String) {
    rows.push(Hostile { name, because, token });
}

fn unsigned_and_symmetric(forge: &Forge, rows: &mut Vec<Hostile>) {
    let unsigned = |alg: &str| format!("{}.", forge.message(&[("alg", Some(alg))], &[]));
    add(rows, UNSIGNED, "alg none without a signature", unsigned(r#""none""#));
    add(rows, UNSIGNED, "alg None without a signature", unsigned(r#""None""#));
    add(rows, UNSIGNED, "alg NONE without a signature", unsigned(r#""NONE""#));
    add(rows, UNSIGNED, "alg RS256 without a signature", unsigned(r#""RS256""#));
    add(rows, ALGORITHM, "alg none with a good signature", forge.token(&[("alg", Some(r#""none""#))], &[]));
    add(rows, ALGORITHM, "alg nOnE with a good signature", forge.token(&[("alg", Some(r#""nOnE""#))], &[]));
    let public = forge.pair.public_key();
    let der: PublicKeyX509Der = public.as_der().unwrap();
    let lines: Vec<String> = STANDARD
        .encode(der.as_ref())
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
    let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
    let symmetric = |algorithm, name: &str, secret: &[u8]| {
        let message = forge.message(&[("alg", Some(&text(name)))], &[]);
        let tag = hmac::sign(&hmac::Key::new(algorithm, secret), message.as_bytes());
        format!("{message}.{}", encode(tag))
    };
    let hs256 = |secret: &[u8]| symmetric(hmac::HMAC_SHA256, "HS256", secret);
    add(rows, ALGORITHM, "HS256 with the public key as PEM", hs256(pem.as_bytes()));
    add(rows, ALGORITHM, "HS256 with the public key as PEM, trimmed", hs256(pem.trim().as_bytes()));
    add(rows, ALGORITHM, "HS256 with the public key as DER", hs256(der.as_ref()));
    add(rows, ALGORITHM, "HS256 with the public key as PKCS#1", hs256(public.as_ref()));
    add(rows, ALGORITHM, "HS256 with the modulus", hs256(&modulus));
    add(rows, ALGORITHM, "HS256 with the modulus as text", hs256(encode(&modulus).as_bytes()));
    add(rows, ALGORITHM, "HS256 with the empty secret", hs256(b""));
    add(rows, ALGORITHM, "HS384 with the public key as PEM", symmetric(hmac::HMAC_SHA384, "HS384", pem.as_bytes()));
    add(rows, ALGORITHM, "HS512 with the public key as PEM", symmetric(hmac::HMAC_SHA512, "HS512", pem.as_bytes()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pem.as_bytes()), forge.message(&[], &[]).as_bytes());
    add(rows, SIGNATURE, "RS256 with a tag of HMAC", format!("{}.{}", forge.message(&[], &[]), encode(tag)));
}

fn other_algorithms(forge: &Forge, rows: &mut Vec<Hostile>) {
    let named = |name: &str, encoding: &'static dyn RsaEncoding| {
        sign_with(&forge.pair, encoding, &forge.message(&[("alg", Some(&text(name)))], &[]))
    };
    add(rows, ALGORITHM, "RS384", named("RS384", &signature::RSA_PKCS1_SHA384));
    add(rows, ALGORITHM, "RS512", named("RS512", &signature::RSA_PKCS1_SHA512));
    add(rows, ALGORITHM, "PS256, which another issuer may use", named("PS256", &signature::RSA_PSS_SHA256));
    add(rows, ALGORITHM, "rs256 in lower case", named("rs256", &signature::RSA_PKCS1_SHA256));
    add(rows, ALGORITHM, "the empty alg", named("", &signature::RSA_PKCS1_SHA256));
    add(rows, ALGORITHM, "an alg with a blank", named("RS256 ", &signature::RSA_PKCS1_SHA256));
    add(rows, ALGORITHM, "no alg", forge.token(&[("alg", None)], &[]));
    add(rows, ALGORITHM, "alg null", forge.token(&[("alg", Some("null"))], &[]));
    add(rows, ALGORITHM, "alg as a list", forge.token(&[("alg", Some(r#"["RS256"]"#))], &[]));
    let message = forge.message(&[("alg", Some(r#""ES256""#))], &[]);
    let pair = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    add(rows, ALGORITHM, "ES256 with an unknown key", format!("{message}.{}", encode(signature)));
    let message = forge.message(&[("alg", Some(r#""EdDSA""#))], &[]);
    let signature = Ed25519KeyPair::generate().unwrap().sign(message.as_bytes());
    add(rows, ALGORITHM, "EdDSA with an unknown key", format!("{message}.{}", encode(signature)));
}

fn other_signatures(forge: &Forge, rows: &mut Vec<Hostile>) {
    let good = forge.token(&[], &[]);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let other = forge.token(&[], &[("oid", Some(r#""somebody-else""#))]);
    let (other_message, other_signature) = other.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut flipped = bytes.clone();
    flipped[100] ^= 1;
    let mut longer = bytes.clone();
    longer.push(0);
    let sign = |encoding: &'static dyn RsaEncoding| sign_with(&forge.pair, encoding, message);
    let stranger = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let strange = sign_with(&stranger, &signature::RSA_PKCS1_SHA256, message);
    let moved = format!("{}.{}", forge.header_text(&[]), forge.claims_text(&[]));
    add(rows, SIGNATURE, "a tampered payload", format!("{other_message}.{signature}"));
    add(rows, SIGNATURE, "the signature of another token", format!("{message}.{other_signature}"));
    add(rows, SIGNATURE, "a tampered header", {
        let padded = encode(format!(" {}", forge.header_text(&[])));
        good.replacen(header, &padded, 1)
    });
    add(rows, SIGNATURE, "a tampered signature", format!("{message}.{}", encode(&flipped)));
    add(rows, SIGNATURE, "a signature of zeros", format!("{message}.{}", encode(vec![0; bytes.len()])));
    add(rows, SIGNATURE, "half a signature", format!("{message}.{}", encode(&bytes[..128])));
    add(rows, SIGNATURE, "a signature with one byte more", format!("{message}.{}", encode(&longer)));
    add(rows, SIGNATURE, "a signature of one byte", format!("{message}.AA"));
    add(
        rows,
        SIGNATURE,
        "an empty payload's signature",
        format!("{message}.{}", tail(&forge.sign(&format!("{header}.")))),
    );
    add(
        rows,
        SIGNATURE,
        "a signature over the text that is not encoded",
        format!("{message}.{}", tail(&forge.sign(&moved))),
    );
    add(rows, SIGNATURE, "RS256 signed with SHA-384", sign(&signature::RSA_PKCS1_SHA384));
    add(rows, SIGNATURE, "RS256 signed with PSS", sign(&signature::RSA_PSS_SHA256));
    add(rows, SIGNATURE, "another key under the name of ours", strange);
}

fn key_ids(forge: &Forge, rows: &mut Vec<Hostile>) {
    const UNKNOWN: &str = "does not publish";
    let with = |value: &str| forge.token(&[("kid", Some(value))], &[]);
    add(rows, KEY_ID, "no kid", forge.token(&[("kid", None)], &[]));
    add(rows, KEY_ID, "the empty kid", with(r#""""#));
    add(rows, KEY_ID, "kid null", with("null"));
    add(rows, KEY_ID, "kid as a number", with("1"));
    add(rows, KEY_ID, "kid as an object", with("{}"));
    add(rows, KEY_ID, "a kid with a line break", with(r#""a\nb""#));
    add(rows, KEY_ID, "a kid with a zero byte", with(r#""a\u0000""#));
    add(rows, KEY_ID, "a very long kid", with(&text(&"a".repeat(2_000))));
    add(rows, UNKNOWN, "an unknown kid", with(r#""00000000000000000000000000000000""#));
    add(rows, UNKNOWN, "a kid that is a path", with(r#""../../../../dev/null""#));
    add(rows, UNKNOWN, "a kid that is an address", with(r#""https://attacker.example/jwks""#));
    add(rows, UNKNOWN, "a kid that is SQL", with(r#""'/**/OR/**/1=1--""#));
}

fn header_members(forge: &Forge, rows: &mut Vec<Hostile>) {
    let stranger = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = stranger.public_key();
    let jwk = serde_json::json!({
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "mine",
        "n": encode(public.modulus().big_endian_without_leading_zero()),
        "e": encode(public.exponent().big_endian_without_leading_zero()),
    })
    .to_string();
    let stranger_signs =
        |header: Edits| sign_with(&stranger, &signature::RSA_PKCS1_SHA256, &forge.message(header, &[]));
    let with = |name: &str, value: &str| forge.token(&[(name, Some(value))], &[]);
    let address = r#""https://attacker.example/keys""#;
    add(rows, "\"jwk\"", "its own key within", stranger_signs(&[("jwk", Some(&jwk)), ("kid", Some(r#""mine""#))]));
    add(rows, "\"jwk\"", "its own key under the name of ours", stranger_signs(&[("jwk", Some(&jwk))]));
    add(rows, "\"jwk\"", "jwk null", with("jwk", "null"));
    add(rows, "\"jku\"", "jku", stranger_signs(&[("jku", Some(address))]));
    add(rows, "\"jku\"", "jku with a good signature", with("jku", address));
    add(rows, "\"x5u\"", "x5u", with("x5u", address));
    add(rows, "\"x5c\"", "x5c", with("x5c", r#"["MIIB"]"#));
    add(rows, "\"crit\"", "crit", with("crit", r#"["exp"]"#));
    add(rows, "\"crit\"", "the empty crit", with("crit", "[]"));
    add(rows, "\"b64\"", "b64 false", with("b64", "false"));
    add(rows, "\"zip\"", "zip", with("zip", r#""DEF""#));
    add(rows, "\"enc\"", "enc", with("enc", r#""A256GCM""#));
    add(rows, "\"cty\"", "a token in a token", with("cty", r#""JWT""#));
}

fn kinds(forge: &Forge, rows: &mut Vec<Hostile>) {
    let with = |value: &str| forge.token(&[("typ", Some(value))], &[]);
    add(rows, TYPE, "a refresh token", with(r#""rt+jwt""#));
    add(rows, TYPE, "an id token", with(r#""JWT""#));
    add(rows, TYPE, "a logout token", with(r#""logout+jwt""#));
    add(rows, TYPE, "no typ", forge.token(&[("typ", None)], &[]));
    add(rows, TYPE, "the empty typ", with(r#""""#));
    add(rows, TYPE, "typ null", with("null"));
    add(rows, TYPE, "typ as a list", with(r#"["at+jwt"]"#));
    let activation = serde_json::json!({
        "subscriptionId": "4afd19a5-1cf7-4099-80ea-9aa2afdcb1e7", "resourceGroupName": "group",
        "registrationName": "registration", "expires": "9999-12-30T23:59:59.9999999Z", "cloudId": "cloud1",
        "issuer": "Microsoft.AzureStack", "version": "1.0",
    });
    let header = forge.header_text(&[("typ", None)]);
    let message = format!("{}.{}", encode(header), encode(activation.to_string()));
    add(rows, ISSUER, "an activation key", forge.sign(&message));
    let header = forge.header_text(&[]);
    let message = format!("{}.{}", encode(header), encode(activation.to_string()));
    add(rows, ISSUER, "an activation key under the type of an access token", forge.sign(&message));
}

fn ends(forge: &Forge, rows: &mut Vec<Hostile>) {
    let now = forge.now();
    let with = |exp: &str| forge.token(&[], &[("exp", Some(exp))]);
    let from_to = |nbf: i64, exp: i64| {
        forge.token(&[], &[("nbf", Some(&nbf.to_string())), ("iat", None), ("exp", Some(&exp.to_string()))])
    };
    add(rows, "expired", "expired an hour ago", from_to(now - 7_200, now - 3_600));
    add(rows, "expired", "expired just past the leeway", from_to(now - 3_600, now - 60));
    add(rows, "expired", "exp 0", from_to(0, 0));
    add(rows, EXP, "no exp", forge.token(&[], &[("exp", None)]));
    add(rows, EXP, "exp as a text", with(&text(forge.claim("exp"))));
    add(rows, EXP, "exp as the empty text", with(r#""""#));
    add(rows, EXP, "exp null", with("null"));
    add(rows, EXP, "exp true", with("true"));
    add(rows, EXP, "exp as a list", with(&format!("[{}]", forge.claim("exp"))));
    add(rows, EXP, "exp negative", with("-1"));
    add(rows, EXP, "exp minus zero", with("-0"));
    add(rows, EXP, "exp the smallest of 64 bits", with("-9223372036854775808"));
    add(rows, EXP, "exp with decimals", with(&format!("{}.5", forge.claim("exp"))));
    add(rows, EXP, "exp with decimals that are zero", with(&format!("{}.0", forge.claim("exp"))));
    add(rows, EXP, "exp 1e99", with("1e99"));
    add(rows, EXP, "exp 1e400", with("1e400"));
    add(rows, EXP, "exp with an exponent", with(&format!("{}e0", forge.claim("exp"))));
    add(rows, EXP, "exp of 30 digits", with("999999999999999999999999999999"));
    add(rows, EXP, "exp the largest of 64 bits", with("9223372036854775807"));
    add(rows, EXP, "exp the largest of 64 bits without a sign", with("18446744073709551615"));
    add(rows, EXP, "exp in milliseconds", with(&format!("{}000", forge.claim("exp"))));
    add(rows, "24 hours", "valid for 25 hours", from_to(now, now + 25 * 3_600));
    add(rows, "24 hours", "valid for a second more than 24 hours", from_to(now, now + 24 * 3_600 + 1));
    add(rows, "24 hours", "valid for ever", from_to(now, 253_402_300_799));
    add(rows, "24 hours", "valid for no time", from_to(now, now));
    add(rows, "24 hours", "ends before it begins", from_to(now + 30, now - 30));
}

fn beginnings(forge: &Forge, rows: &mut Vec<Hostile>) {
    let now = forge.now();
    let with = |nbf: &str| forge.token(&[], &[("nbf", Some(nbf))]);
    let issued = |iat: &str| forge.token(&[], &[("iat", Some(iat))]);
    add(rows, "not valid before", "begins in ten minutes", with(&(now + 600).to_string()));
    add(rows, "not valid before", "begins just past the leeway", with(&(now + 61).to_string()));
    add(rows, "not valid before", "issued in the future", issued(&(now + 61).to_string()));
    add(rows, NBF, "no nbf", forge.token(&[], &[("nbf", None)]));
    add(rows, NBF, "nbf as a text", with(&text(forge.claim("nbf"))));
    add(rows, NBF, "nbf null", with("null"));
    add(rows, NBF, "nbf negative", with("-1"));
    add(rows, NBF, "nbf with decimals", with(&format!("{now}.5")));
    add(rows, NBF, "nbf 1e99", with("1e99"));
    add(rows, NBF, "nbf of 30 digits", with("999999999999999999999999999999"));
    add(rows, NBF, "nbf the largest of 64 bits without a sign", with("18446744073709551615"));
    add(rows, "claim \"iat\"", "iat as a text", issued(&text(&now.to_string())));
    add(rows, "claim \"iat\"", "iat null", issued("null"));
    add(rows, "claim \"iat\"", "iat with decimals", issued(&format!("{now}.25")));
}

fn issuers_and_audiences(forge: &Forge, rows: &mut Vec<Hostile>) {
    let issuer: String = serde_json::from_str(forge.claim("iss")).unwrap();
    let audience: String = serde_json::from_str(forge.claim("aud")).unwrap();
    let iss = |value: &str| forge.token(&[], &[("iss", Some(value))]);
    let aud = |value: &str| forge.token(&[], &[("aud", Some(value))]);
    add(rows, ISSUER, "another issuer", iss(r#""https://attacker.example/""#));
    add(rows, ISSUER, "our issuer with a slash more", iss(&text(&format!("{issuer}/"))));
    add(rows, ISSUER, "our issuer with more behind it", iss(&text(&format!("{issuer}.attacker.example"))));
    add(rows, ISSUER, "the beginning of our issuer", iss(&text(&issuer[..issuer.len() - 1])));
    add(rows, ISSUER, "our issuer in upper case", iss(&text(&issuer.to_uppercase())));
    add(rows, ISSUER, "our issuer with a blank", iss(&text(&format!(" {issuer}"))));
    add(rows, ISSUER, "the empty issuer", iss(r#""""#));
    add(rows, ISSUER, "our issuer in a list", iss(&format!("[{}]", text(&issuer))));
    add(rows, ISSUER, "iss null", iss("null"));
    add(rows, ISSUER, "no iss", forge.token(&[], &[("iss", None)]));
    let mut many = vec![r#""https://other.example""#.to_owned(); 8];
    many.push(text(&audience));
    add(rows, AUDIENCE, "another audience", aud(r#""https://other.example""#));
    add(rows, AUDIENCE, "a list without our audience", aud(r#"["https://other.example","other"]"#));
    add(rows, AUDIENCE, "the empty list of audiences", aud("[]"));
    add(rows, AUDIENCE, "the empty audience", aud(r#""""#));
    add(rows, AUDIENCE, "our audience with more behind it", aud(&text(&format!("{audience}.attacker.example"))));
    add(rows, AUDIENCE, "our audience in upper case", aud(&text(&audience.to_uppercase())));
    add(rows, "claim \"aud\"", "nine audiences", aud(&format!("[{}]", many.join(","))));
    add(rows, "claim \"aud\"", "a list of our audience and a number", aud(&format!("[{},1]", text(&audience))));
    add(rows, "claim \"aud\"", "aud as an object", aud(r#"{"a":1}"#));
    add(rows, "claim \"aud\"", "aud null", aud("null"));
    add(rows, "claim \"aud\"", "no aud", forge.token(&[], &[("aud", None)]));
}

fn callers(forge: &Forge, rows: &mut Vec<Hostile>) {
    const TENANT: &str = "claim \"tid\"";
    const OBJECT: &str = "claim \"oid\"";
    let with = |name: &str, value: &str| forge.token(&[], &[(name, Some(value))]);
    add(rows, TENANT, "no tid", forge.token(&[], &[("tid", None)]));
    add(rows, TENANT, "tid null", with("tid", "null"));
    add(rows, TENANT, "the empty tid", with("tid", r#""""#));
    add(rows, TENANT, "tid as a number", with("tid", "1"));
    add(
        rows,
        TENANT,
        "a tid with blanks around it",
        with("tid", &text(&format!(" {} ", forge.claim("tid").replace('"', "")))),
    );
    add(rows, TENANT, "a very long tid", with("tid", &text(&"a".repeat(600))));
    add(rows, "does not speak for", "another directory", with("tid", r#""9f3fbd4b-0c2a-4e5e-9a8f-6a1a2b3c4d5e""#));
    add(rows, OBJECT, "neither oid nor sub", forge.token(&[], &[("oid", None), ("sub", None)]));
    add(rows, OBJECT, "the empty oid", with("oid", r#""""#));
    add(rows, OBJECT, "oid null", with("oid", "null"));
    add(rows, OBJECT, "oid as a list", with("oid", r#"["a","b"]"#));
    add(rows, OBJECT, "an oid with a line break", with("oid", r#""a\nb""#));
    add(rows, OBJECT, "a very long oid", with("oid", &text(&"a".repeat(600))));
    add(rows, "claim \"sub\"", "no oid and the empty sub", forge.token(&[], &[("oid", None), ("sub", Some(r#""""#))]));
    add(rows, "claim \"appid\"", "appid as a number", with("appid", "1"));
    add(rows, "claim \"upn\"", "a upn with a line break", with("upn", r#""a\r\nSet-Cookie: b""#));
}

fn segments(forge: &Forge, rows: &mut Vec<Hostile>) {
    let good = forge.token(&[], &[]);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (_, payload) = message.split_once('.').unwrap();
    add(rows, LONG, "a MiB", forge.token(&[], &[("x", Some(&text(&"x".repeat(1024 * 1024))))]));
    add(rows, LONG, "a MiB of points", ".".repeat(1024 * 1024));
    add(rows, LONG, "a byte more than 8 KiB", forge.token_of(8 * 1024 + 1));
    add(rows, SEGMENTS, "nothing", String::new());
    add(rows, SEGMENTS, "one segment", payload.to_owned());
    add(rows, SEGMENTS, "two segments", message.to_owned());
    add(rows, SEGMENTS, "four segments", format!("{good}.{signature}"));
    add(rows, SEGMENTS, "a point behind the signature", format!("{good}."));
    add(rows, SEGMENTS, "five segments, as an encrypted token has", format!("{good}.{payload}.{signature}"));
    add(rows, UNSIGNED, "two points alone", "..".to_owned());
    add(rows, UNSIGNED, "the empty signature", format!("{message}."));
    add(rows, HEADER, "the empty header", forge.sign(&format!(".{payload}")));
}

fn encodings(forge: &Forge, rows: &mut Vec<Hostile>) {
    let good = forge.token(&[], &[]);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    let marks = forge.claims_text(&[("x", Some(r#""????????""#))]);
    let last = signature.chars().last().unwrap();
    let next = char::from(u8::try_from(last).unwrap() + 1);
    add(rows, ENCODING, "padding behind the signature", format!("{good}=="));
    add(rows, ENCODING, "padding in the payload", forge.sign(&format!("{header}.{payload}=")));
    add(rows, ENCODING, "padding in the header", forge.sign(&format!("{header}=.{payload}")));
    add(rows, ENCODING, "the standard alphabet", forge.sign(&format!("{header}.{}", STANDARD_NO_PAD.encode(marks))));
    add(rows, ENCODING, "a blank within", forge.sign(&format!("{header}. {payload}")));
    add(rows, ENCODING, "a line break within", forge.sign(&format!("{header}.{}\n{}", &payload[..20], &payload[20..])));
    add(rows, ENCODING, "a blank before", format!(" {good}"));
    add(rows, ENCODING, "a line break behind", format!("{good}\n"));
    add(rows, ENCODING, "a zero byte behind", format!("{good}\0"));
    add(rows, SIGNATURE, "one character more", format!("{good}A"));
    add(rows, ENCODING, "bits that are left over", format!("{message}.{}{next}", &signature[..signature.len() - 1]));
    add(rows, ENCODING, "a character that is not ASCII", format!("{message}.{}ä", &signature[2..]));
    add(rows, ENCODING, "a byte order mark before", format!("\u{feff}{good}"));
    add(rows, ENCODING, "the scheme before it", format!("Bearer {good}"));
    add(rows, ENCODING, "percent encoding", good.replacen("ey", "%65y", 1));
}

fn documents(forge: &Forge, rows: &mut Vec<Hostile>) {
    let (header, claims) = (forge.header_text(&[]), forge.claims_text(&[]));
    let with_header = |header: &[u8]| forge.sign(&format!("{}.{}", encode(header), encode(&claims)));
    let with_payload = |payload: &[u8]| forge.sign(&format!("{}.{}", encode(&header), encode(payload)));
    let twice = |object: &str, more: &str| format!("{},{more}}}", object.strip_suffix('}').unwrap());
    let mut broken = claims.clone().into_bytes();
    let at = claims.find("\"oid\":\"").unwrap() + 8;
    broken[at] = 0xff;
    add(rows, HEADER, "a header that is not JSON", with_header(b"typ=JWT"));
    add(rows, HEADER, "a header that is a list", with_header(b"[]"));
    add(rows, HEADER, "a header with a byte order mark", with_header(format!("\u{feff}{header}").as_bytes()));
    add(rows, HEADER, "a header that is not UTF-8", with_header(b"{\"alg\":\"\xff\"}"));
    add(rows, HEADER, "a header with more behind it", with_header(format!("{header}{header}").as_bytes()));
    add(rows, HEADER, "two alg", with_header(twice(&header, r#""alg":"none""#).as_bytes()));
    add(rows, HEADER, "two alg that are the same", with_header(twice(&header, r#""alg":"RS256""#).as_bytes()));
    add(rows, HEADER, "two kid", with_header(twice(&header, r#""kid":"other""#).as_bytes()));
    add(rows, PAYLOAD, "two exp", with_payload(twice(&claims, r#""exp":1"#).as_bytes()));
    add(rows, PAYLOAD, "two exp, one spelled otherwise", with_payload(twice(&claims, r#""\u0065xp":1"#).as_bytes()));
    add(rows, PAYLOAD, "two iss", with_payload(twice(&claims, r#""iss":"https://attacker.example""#).as_bytes()));
    add(rows, PAYLOAD, "two oid", with_payload(twice(&claims, r#""oid":"somebody-else""#).as_bytes()));
    add(rows, PAYLOAD, "two of a claim that nobody reads", with_payload(twice(&claims, r#""y":1,"y":1"#).as_bytes()));
    add(rows, PAYLOAD, "an empty payload", with_payload(b""));
    add(rows, PAYLOAD, "a payload that is a list", with_payload(format!("[{claims}]").as_bytes()));
    add(rows, PAYLOAD, "a payload that is a text", with_payload(text(&claims).as_bytes()));
    add(rows, PAYLOAD, "a payload that is null", with_payload(b"null"));
    add(rows, PAYLOAD, "a payload that is not UTF-8", with_payload(&broken));
    add(rows, PAYLOAD, "a payload with a byte order mark", with_payload(format!("\u{feff}{claims}").as_bytes()));
    add(rows, PAYLOAD, "a payload with more behind it", with_payload(format!("{claims}{claims}").as_bytes()));
    add(rows, PAYLOAD, "a payload that is cut", with_payload(&claims.as_bytes()[..claims.len() - 1]));
    add(rows, PAYLOAD, "a payload with a comment", with_payload(format!("/**/{claims}").as_bytes()));
    add(rows, PAYLOAD, "a payload of many brackets", with_payload("[".repeat(4_000).as_bytes()));
}

/// The signature of a token.
fn tail(token: &str) -> &str {
    token.rsplit_once('.').unwrap().1
}
