//! Forge: tokens made out of good claims and a good key, with whatever is wanted wrong.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{self, RsaEncoding},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// Edits of an object: a name, and the text of its new value, or none to take it out.
pub(crate) type Edits<'a> = &'a [(&'a str, Option<&'a str>)];

/// Makes tokens out of good claims.
pub(crate) struct Forge {
    header: Vec<(String, String)>,
    claims: Vec<(String, String)>,
    /// The key.
    pub(crate) pair: KeyPair,
}

impl Forge {
    /// From good claims, and the key that signs them.
    pub(crate) fn new(claims: &Value, key_id: &str, pkcs8: &[u8]) -> Self {
        let header = serde_json::json!({ "typ": "at+jwt", "alg": "RS256", "kid": key_id });
        let members = |object: &Value| {
            object.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
        };
        Self { header: members(&header), claims: members(claims), pair: KeyPair::from_pkcs8(pkcs8).unwrap() }
    }

    /// A token with an edited header and edited claims, and a good signature.
    pub(crate) fn token(&self, header: Edits, claims: Edits) -> String {
        self.sign(&format!("{}.{}", encode(self.header_text(header)), encode(self.claims_text(claims))))
    }

    /// A good token of exactly so many bytes.
    pub(crate) fn token_of(&self, bytes: usize) -> String {
        for in_header in 1..5 {
            for in_claims in 1..bytes {
                let (x5t, x) = ("h".repeat(in_header), "c".repeat(in_claims));
                let header = self.header_text(&[("x5t", Some(&text(&x5t)))]);
                let claims = self.claims_text(&[("x", Some(&text(&x)))]);
                let length = |text: &str| (text.len() * 4).div_ceil(3);
                let total = length(&header) + length(&claims) + 2 + (self.pair.public_modulus_len() * 4).div_ceil(3);
                if total == bytes {
                    return self.sign(&format!("{}.{}", encode(header), encode(claims)));
                }
                if total > bytes {
                    break;
                }
            }
        }
        panic!("no token has {bytes} bytes");
    }

    /// Signs what stands before the second point.
    pub(crate) fn sign(&self, message: &str) -> String {
        sign_with(&self.pair, &signature::RSA_PKCS1_SHA256, message)
    }

    /// The header, edited.
    pub(crate) fn header_text(&self, edits: Edits) -> String {
        object(&self.header, edits)
    }

    /// The claims, edited.
    pub(crate) fn claims_text(&self, edits: Edits) -> String {
        object(&self.claims, edits)
    }

    /// The good header and other claims, still to be signed.
    pub(crate) fn message(&self, header: Edits, claims: Edits) -> String {
        format!("{}.{}", encode(self.header_text(header)), encode(self.claims_text(claims)))
    }

    /// The text of one good claim.
    pub(crate) fn claim(&self, name: &str) -> &str {
        &self.claims.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// The moment for which the good claims are made.
    pub(crate) fn now(&self) -> i64 {
        self.claim("nbf").parse().unwrap()
    }
}

/// Signs what stands before the second point with any key and padding.
pub(crate) fn sign_with(pair: &KeyPair, encoding: &'static dyn RsaEncoding, message: &str) -> String {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", encode(signature))
}

/// An object with some members changed, added or taken out.
fn object(members: &[(String, String)], edits: Edits) -> String {
    let mut members = members.to_vec();
    for (name, value) in edits {
        match (members.iter_mut().find(|(known, _)| known == name), value) {
            (Some(member), Some(value)) => (*value).clone_into(&mut member.1),
            (None, Some(value)) => members.push(((*name).to_owned(), (*value).to_owned())),
            (_, None) => members.retain(|(known, _)| known != name),
        }
    }
    let members: Vec<String> = members.iter().map(|(name, value)| format!("{}:{value}", text(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// A text as JSON.
pub(crate) fn text(value: &str) -> String {
    Value::from(value).to_string()
}

/// Bytes as they stand in a token.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
