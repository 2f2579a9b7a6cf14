//! Public key: what an issuer's signatures are checked with, and for which algorithms.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde_json::Value;

/// The longest key id that is read. Unit: bytes.
pub(crate) const KEY_ID_BYTES_MAX: usize = 256;
/// The sizes of an RSA modulus that are believed. Unit: bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;
/// The smallest public exponent that is believed: that of nearly every key there is.
const EXPONENT_MIN: u32 = 65_537;
/// How long a coordinate of the two curves is. Unit: bytes.
const COORDINATE_BYTES: usize = 32;
/// What only a private or a symmetric key has.
const SECRET_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A way to sign. There is none with a shared secret, and no way to sign with nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSA with the padding of PKCS#1, version 1.5.
    Rs256,
    /// RSA with PSS.
    Ps256,
    /// ECDSA on P-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Reads the name that a header has, case and all.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa].into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The name that a header has.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    fn of_library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Ps256 => jsonwebtoken::Algorithm::PS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// Why a published key is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwkError(String);

impl fmt::Display for JwkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for JwkError {}

/// A key that signatures are checked with.
#[derive(Clone)]
pub struct PublicKey {
    id: String,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PublicKey")
            .field("id", &self.id)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

impl PublicKey {
    /// Reads a published key. It must be public, have a name, be meant for signatures and be strong enough.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JwkError> {
        let id = text(jwk, "kid")?;
        if id.is_empty() || id.len() > KEY_ID_BYTES_MAX {
            return Err(JwkError(format!("the \"kid\" of a key must have 1 to {KEY_ID_BYTES_MAX} bytes")));
        }
        let refused = |problem: &str| JwkError(format!("the key {id:?} {problem}"));
        if SECRET_MEMBERS.iter().any(|name| jwk.get(name).is_some()) {
            return Err(refused("is not a public key; its owner should replace it"));
        }
        if text(jwk, "use")? != "sig" {
            return Err(refused("is not for signatures"));
        }
        if let Some(operations) = jwk.get("key_ops")
            && !operations.as_array().is_some_and(|list| list.iter().any(|operation| operation == "verify"))
        {
            return Err(refused("is not for checking signatures"));
        }
        let (mut algorithms, key) = match text(jwk, "kty")? {
            "RSA" => (vec![Algorithm::Rs256, Algorithm::Ps256], rsa(jwk)?),
            "EC" => (vec![Algorithm::Es256], p256(jwk)?),
            "OKP" => (vec![Algorithm::EdDsa], ed25519(jwk)?),
            _ => return Err(refused("is of a type that is not used; RSA, EC and OKP are")),
        };
        if jwk.get("alg").is_some() {
            let only = text(jwk, "alg")?;
            algorithms.retain(|algorithm| algorithm.name() == only);
        }
        if algorithms.is_empty() {
            return Err(refused("names an algorithm that its type does not have, or that is not used"));
        }
        Ok(Self { id: id.to_owned(), algorithms, key })
    }

    /// The name of the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The algorithms that it may be used with.
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// Whether a signature, in base64url, is that of a message.
    pub(super) fn has_signed(&self, algorithm: Algorithm, message: &[u8], signature: &str) -> bool {
        self.algorithms.contains(&algorithm)
            && jsonwebtoken::crypto::verify(signature, message, &self.key, algorithm.of_library()).unwrap_or(false)
    }
}

fn rsa(jwk: &Value) -> Result<DecodingKey, JwkError> {
    // Some publish the sign byte of DER as well.
    let unsigned = |bytes: Vec<u8>| bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    let modulus = unsigned(bytes(jwk, "n")?);
    let exponent = unsigned(bytes(jwk, "e")?);
    let bits = modulus.len().saturating_mul(8).saturating_sub(modulus.first().map_or(0, |byte| zeros(*byte)));
    if !MODULUS_BITS.contains(&bits) {
        return Err(JwkError(format!("an RSA key has {bits} bits; it must have 2048 to 8192")));
    }
    let value = exponent.iter().try_fold(0_u32, |value, byte| value.checked_mul(256)?.checked_add(u32::from(*byte)));
    if value.is_none_or(|value| value < EXPONENT_MIN || value.is_multiple_of(2)) {
        return Err(JwkError("the \"e\" of an RSA key must be odd, and from 65537 to 4294967295".to_owned()));
    }
    RsaPublicKeyComponents { n: &modulus, e: &exponent }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .map_err(|_| JwkError("\"n\" and \"e\" of an RSA key are no key".to_owned()))?;
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn p256(jwk: &Value) -> Result<DecodingKey, JwkError> {
    if text(jwk, "crv")? != "P-256" {
        return Err(JwkError("the curve of an EC key is not used; P-256 is".to_owned()));
    }
    let mut point = vec![4];
    point.extend(coordinate(jwk, "x")?);
    point.extend(coordinate(jwk, "y")?);
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
        .map_err(|_| JwkError("\"x\" and \"y\" of an EC key are no point of P-256".to_owned()))?;
    Ok(DecodingKey::from_ec_der(&point))
}

fn ed25519(jwk: &Value) -> Result<DecodingKey, JwkError> {
    if text(jwk, "crv")? != "Ed25519" {
        return Err(JwkError("the curve of an OKP key is not used; Ed25519 is".to_owned()));
    }
    let point = coordinate(jwk, "x")?;
    ParsedPublicKey::new(&ED25519, &point)
        .map_err(|_| JwkError("\"x\" of an OKP key is no point of Ed25519".to_owned()))?;
    Ok(DecodingKey::from_ed_der(&point))
}

/// How many of the highest bits are zero.
fn zeros(byte: u8) -> usize {
    usize::try_from(byte.leading_zeros()).unwrap_or(8)
}

fn coordinate(jwk: &Value, name: &str) -> Result<Vec<u8>, JwkError> {
    let bytes = bytes(jwk, name)?;
    if bytes.len() == COORDINATE_BYTES {
        Ok(bytes)
    } else {
        Err(JwkError(format!("{name:?} of a key has {} bytes; it must have {COORDINATE_BYTES}", bytes.len())))
    }
}

fn bytes(jwk: &Value, name: &str) -> Result<Vec<u8>, JwkError> {
    URL_SAFE_NO_PAD
        .decode(text(jwk, name)?)
        .map_err(|_| JwkError(format!("{name:?} of a key is not base64url without padding")))
}

fn text<'a>(jwk: &'a Value, name: &str) -> Result<&'a str, JwkError> {
    jwk.get(name).and_then(Value::as_str).ok_or_else(|| JwkError(format!("{name:?} of a key is missing, or no text")))
}

#[cfg(test)]
mod tests;
