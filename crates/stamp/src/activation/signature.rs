//! Signature: whether the hub signed a key, before anybody believes what it says.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::activation_key::KEY_BYTES_MAX;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    crypto::verify,
    jwk::{AlgorithmParameters, JwkSet},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::ActivationError;

/// The longest key set that is looked at. Unit: bytes.
pub const TRUSTED_KEYS_BYTES_MAX: usize = 256 * 1024;

/// What a key says about its signature.
#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// Names of rules that a reader must know. None is known here.
    #[serde(default)]
    crit: Option<Box<RawValue>>,
}

/// The claims of a key that the hub signed, as JSON.
pub(super) fn check(key: &str, trusted_jwks: &str) -> Result<String, ActivationError> {
    if key.len() > KEY_BYTES_MAX {
        return Err(ActivationError::TooLong(key.len()));
    }
    let malformed = ActivationError::Malformed;
    let (message, signature) = key.rsplit_once('.').ok_or(malformed("it has no signature"))?;
    let (header, claims) = message.split_once('.').ok_or(malformed("it has no claims"))?;
    if claims.contains('.') {
        return Err(malformed("it has more than three parts"));
    }
    let header: Header =
        serde_json::from_str(&decode(header)?).map_err(|_| malformed("its header has no algorithm"))?;
    // The algorithm is compared before any key is looked up: a public key must never be taken for a shared secret.
    if header.alg != "RS256" {
        return Err(ActivationError::Algorithm(header.alg));
    }
    if header.crit.is_some() {
        return Err(malformed("its header asks for rules that are not known"));
    }
    let public = find(trusted_jwks, header.kid.unwrap_or_default())?;
    match verify(signature, message.as_bytes(), &public, Algorithm::RS256) {
        Ok(true) => decode(claims),
        Ok(false) | Err(_) => Err(ActivationError::Signature),
    }
}

fn decode(part: &str) -> Result<String, ActivationError> {
    let bytes =
        URL_SAFE_NO_PAD.decode(part).map_err(|_| ActivationError::Malformed("a part of it is not base64url"))?;
    String::from_utf8(bytes).map_err(|_| ActivationError::Malformed("a part of it is not UTF-8"))
}

/// The trusted key with an id.
fn find(trusted_jwks: &str, id: String) -> Result<DecodingKey, ActivationError> {
    if trusted_jwks.len() > TRUSTED_KEYS_BYTES_MAX {
        let text = format!("they have {} bytes, at most {TRUSTED_KEYS_BYTES_MAX} are read", trusted_jwks.len());
        return Err(ActivationError::TrustedKeys(text));
    }
    let unreadable = |error: &dyn std::error::Error| ActivationError::TrustedKeys(error.to_string());
    let keys: JwkSet = serde_json::from_str(trusted_jwks).map_err(|error| unreadable(&error))?;
    let Some(key) = keys.find(&id) else {
        return Err(ActivationError::UnknownKey(id));
    };
    if !matches!(key.algorithm, AlgorithmParameters::RSA(_)) {
        return Err(ActivationError::TrustedKeys(format!("the key {id:?} is no RSA key")));
    }
    DecodingKey::from_jwk(key).map_err(|error| unreadable(&error))
}
