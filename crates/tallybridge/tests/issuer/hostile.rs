//! Tokens that must open nothing: each is wrong in one way. They are those that the verifier is tested with, sent to the front
//! door, and a few that are wrong only where a hub has directories and accounts.

use std::collections::BTreeSet;

use api::token::{Signer, TokenKind};
use model::KeyPurpose;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::{
    forge::Forge,
    house::{ADATUM, Answer, CONTOSO, House, NOW, ORIGIN, PROGRAM, PROGRAM_OBJECT},
    tokens::hostile_tokens,
};

/// What no header can carry: nothing is sent.
const UNSENDABLE: [&str; 3] = ["a line break behind", "a line break within", "a zero byte behind"];
/// What is refused before anybody looks for a token: the head of the request is too large.
const TOO_LARGE: [&str; 2] = ["a MiB", "a MiB of points"];
/// Blanks before a token are the header's, not the token's. Source: RFC 9110, June 2022, 11.4.
const BLANK_BEFORE: &str = "a blank before";

fn good() -> Value {
    json!({
        "iss": issuer(CONTOSO), "aud": ORIGIN, "exp": NOW + 3_600, "nbf": NOW, "iat": NOW,
        "tid": CONTOSO, "oid": PROGRAM_OBJECT, "sub": PROGRAM_OBJECT, "appid": PROGRAM,
    })
}

fn issuer(directory: &str) -> String {
    format!("{ORIGIN}/{directory}/v2.0")
}

/// The key that signs in a house.
fn key(house: &House) -> model::HubKey {
    hub::Hub::key(&house.hub.office(), KeyPurpose::Signing).unwrap().clone()
}

#[track_caller]
fn assert_challenged(name: &str, answer: &Answer) {
    assert_eq!(answer.status, 401, "{name}: {}", answer.text);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Bearer "), "{name}: {challenge}");
    let error = &answer.json()["error"];
    let code = error["code"].as_str().unwrap();
    assert!(["InvalidAuthenticationToken", "AuthenticationFailed"].contains(&code), "{name}: {}", answer.text);
    assert!(!answer.text.contains("attacker") && !challenge.contains("attacker"), "{name}: it is repeated");
}

#[test]
fn every_token_that_the_verifier_refuses_is_refused_at_the_door() {
    let house = House::open();
    let key = key(&house);
    let forge = Forge::new(&good(), &key.id, &key.secret);
    assert_eq!(house.knock(&forge.token(&[], &[])).status, 200, "the good one passes");
    let rows = hostile_tokens(&forge);
    let (mut unsendable, mut too_large, mut challenged) = (BTreeSet::new(), BTreeSet::new(), 0);
    for row in &rows {
        if HeaderValue::from_str(&row.token).is_err() {
            unsendable.insert(row.name);
            continue;
        }
        let answer = house.knock(&row.token);
        match answer.status {
            431 => drop(too_large.insert(row.name)),
            200 => assert_eq!(row.name, BLANK_BEFORE),
            _ => {
                assert_challenged(&format!("{}, which {}", row.name, row.because), &answer);
                challenged += 1;
            }
        }
    }
    assert_eq!(unsendable, BTreeSet::from(UNSENDABLE));
    assert_eq!(too_large, BTreeSet::from(TOO_LARGE));
    assert_eq!(challenged, rows.len() - UNSENDABLE.len() - TOO_LARGE.len() - 1);
    assert!(challenged >= 175, "{challenged} were refused");
}

#[test]
fn a_good_signature_opens_nothing_for_another_directory_account_or_kind() {
    let house = House::open();
    let key = key(&house);
    let signer = Signer::from_pkcs8(&key.id, &key.secret).unwrap();
    let edited = |edits: &[(&str, Value)]| {
        let mut claims = good();
        for (name, value) in edits {
            claims[*name] = value.clone();
        }
        signer.sign(TokenKind::Access, &claims).unwrap()
    };
    let rows = [
        ("the issuer of another directory", edited(&[("iss", json!(issuer(ADATUM)))])),
        ("another directory that is there", edited(&[("tid", json!(ADATUM))])),
        ("an account in another directory", edited(&[("iss", json!(issuer(ADATUM))), ("tid", json!(ADATUM))])),
        ("a directory that is not there", {
            let nowhere = "30000000-0000-4000-8000-0000000000ff";
            edited(&[("iss", json!(issuer(nowhere))), ("tid", json!(nowhere))])
        }),
        ("an issuer without its version", edited(&[("iss", json!(format!("{ORIGIN}/{CONTOSO}")))])),
        ("an issuer whose origin only begins as ours", {
            edited(&[("iss", json!(format!("{ORIGIN}.attacker.example/{CONTOSO}/v2.0")))])
        }),
        ("the audience of the other protocol", edited(&[("aud", json!(format!("{ORIGIN}/graph")))])),
        ("an account that is not there", edited(&[("oid", json!("40000000-0000-4000-8000-0000000000ff"))])),
        ("an id token", signer.sign(TokenKind::Id, &good()).unwrap()),
        ("a refresh token", signer.sign(TokenKind::Refresh, &good()).unwrap()),
        ("an activation key", signer.sign(TokenKind::Activation, &good()).unwrap()),
    ];
    assert_eq!(house.knock(&edited(&[])).status, 200, "the good one passes");
    for (name, token) in rows {
        assert_challenged(name, &house.knock(&token));
    }
}
