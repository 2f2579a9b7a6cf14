//! Key: what the hub signs with, and what others check it with.

use std::fmt;

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{self, KeyPair as _},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The smallest modulus that is signed with. Unit: bytes.
const MODULUS_BYTES_MIN: usize = 256;
/// How much of the digest of a public key names it. Unit: bytes.
const ID_BYTES: usize = 16;

/// Why a key cannot be made, read or used. The text says nothing about the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyError(String);

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for KeyError {}

/// A private key that was just made. Whoever keeps it keeps it secret.
#[derive(Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Its name: 32 lower hexadecimal digits from the digest of the public key.
    pub id: String,
    /// The private key as PKCS#8.
    pub pkcs8: Vec<u8>,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NewKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Makes an RSA key of 2,048 bits.
pub fn generate() -> Result<NewKey, KeyError> {
    let failed = || KeyError("a new RSA key of 2048 bits could not be made; try again".to_owned());
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| failed())?;
    let pkcs8 = pair.as_der().map_err(|_| failed())?.as_ref().to_vec();
    Ok(NewKey { id: Coordinates::of(&pair).id(), pkcs8 })
}

/// What a token is for. A token of one kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// It opens the hub's interface.
    Access,
    /// It tells a client who its person is.
    Id,
    /// It is exchanged for new tokens.
    Refresh,
    /// It activates a stamp; its header has a key id and an algorithm, and no type.
    Activation,
}

impl TokenKind {
    /// The type in the header, where this kind has one.
    pub fn media_type(self) -> Option<&'static str> {
        match self {
            Self::Access => Some("at+jwt"),
            Self::Id => Some("JWT"),
            Self::Refresh => Some("rt+jwt"),
            Self::Activation => None,
        }
    }
}

/// A private key in use.
pub struct Signer {
    id: String,
    pair: KeyPair,
    coordinates: Coordinates,
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signer").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The header of a token. The order of its fields is that of real activation keys.
#[derive(Serialize)]
struct Header<'a> {
    kid: &'a str,
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<&'static str>,
}

impl Signer {
    /// Reads a private key, and checks that it is the one of this name.
    pub fn from_pkcs8(id: &str, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(pkcs8)
            .map_err(|_| KeyError(format!("the signing key {id:?} is no RSA key in PKCS#8; make a new one")))?;
        if pair.public_modulus_len() < MODULUS_BYTES_MIN {
            return Err(KeyError(format!("the signing key {id:?} is shorter than 2048 bits; make a new one")));
        }
        let coordinates = Coordinates::of(&pair);
        if coordinates.id() != id {
            return Err(KeyError(format!(
                "the signing key {id:?} is another key than its name says; look for the right one or make a new one"
            )));
        }
        Ok(Self { id: id.to_owned(), pair, coordinates })
    }

    /// The name of the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Signs claims with RS256. The claims come out in the order in which they serialize.
    pub fn sign(&self, kind: TokenKind, claims: &impl Serialize) -> Result<String, KeyError> {
        let failed =
            |error: &dyn fmt::Display| KeyError(format!("a token of kind {kind:?} could not be made: {error}"));
        let header = Header { kid: &self.id, alg: "RS256", typ: kind.media_type() };
        let header = serde_json::to_vec(&header).map_err(|error| failed(&error))?;
        let claims = serde_json::to_vec(claims).map_err(|error| failed(&error))?;
        let mut token = URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| failed(&"the signature failed"))?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The public half, as others read it.
    pub fn public_jwk(&self) -> serde_json::Value {
        serde_json::json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.id,
            "n": self.coordinates.modulus,
            "e": self.coordinates.exponent,
        })
    }
}

/// The public halves of some keys, as one document.
pub fn jwks<'a>(signers: impl IntoIterator<Item = &'a Signer>) -> serde_json::Value {
    let keys: Vec<_> = signers.into_iter().map(Signer::public_jwk).collect();
    serde_json::json!({ "keys": keys })
}

/// The two numbers of a public key, in base64url.
#[derive(Clone)]
struct Coordinates {
    modulus: String,
    exponent: String,
}

impl Coordinates {
    fn of(pair: &KeyPair) -> Self {
        let public = pair.public_key();
        Self {
            modulus: URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            exponent: URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        }
    }

    /// The first half of the key's thumbprint. Source: RFC 7638, JSON Web Key Thumbprint, September 2015.
    fn id(&self) -> String {
        let text = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, self.exponent, self.modulus);
        Sha256::digest(text.as_bytes()).iter().take(ID_BYTES).fold(String::new(), |id, byte| format!("{id}{byte:02x}"))
    }
}

#[cfg(test)]
mod tests;
