//! Compact: a token's three segments, its header, and what it claims about its issuer.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    members::Members,
    public_key::{Algorithm, KEY_ID_BYTES_MAX},
    verify::TokenError,
};

/// The longest token that is read. Unit: bytes.
pub(super) const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// What a header may not have. Keys and addresses of keys would let a token vouch for itself; the others change what
/// the segments mean.
const FORBIDDEN: &[&str] = &["crit", "jwk", "jku", "x5u", "x5c", "enc", "zip", "b64", "cty"];

/// What a token says before anything of it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    /// Who is said to have signed it.
    pub issuer: String,
    /// With which key.
    pub key_id: String,
}

/// Reads which issuer and which key a token claims. Nothing is checked yet but its form.
pub fn peek(token: &str) -> Result<Peek, TokenError> {
    let parts = Parts::split(token)?;
    let header = Header::read(&parts.header)?;
    let issuer = issuer(&parts.claims()?)?;
    Ok(Peek { issuer, key_id: header.key_id })
}

/// Who is said to have signed the token.
pub(super) fn issuer(claims: &Members<'_>) -> Result<String, TokenError> {
    claims.text("iss").map_err(|_| TokenError::Issuer)
}

/// A token taken apart.
pub(super) struct Parts<'a> {
    /// The bytes of the header.
    pub(super) header: Vec<u8>,
    payload: Vec<u8>,
    /// What is signed.
    pub(super) message: &'a [u8],
    /// The signature in base64url, which is well formed.
    pub(super) signature: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn split(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::TooLong);
        }
        let mut segments = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (segments.next(), segments.next(), segments.next(), segments.next())
        else {
            return Err(TokenError::Segments);
        };
        // This decoder refuses padding, blanks, the standard alphabet and bits that are left over.
        let decode = |segment: &str| URL_SAFE_NO_PAD.decode(segment).map_err(|_| TokenError::Encoding);
        if decode(signature)?.is_empty() {
            return Err(TokenError::Unsigned);
        }
        let signed = header.len().saturating_add(1).saturating_add(payload.len());
        let message = token.as_bytes().get(..signed).ok_or(TokenError::Segments)?;
        Ok(Self { header: decode(header)?, payload: decode(payload)?, message, signature })
    }

    pub(super) fn claims(&self) -> Result<Members<'_>, TokenError> {
        Members::read(&self.payload).ok_or(TokenError::Payload)
    }
}

/// The header of a token.
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: String,
    /// The media type, without `application/`.
    pub(super) media_type: Option<String>,
}

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, TokenError> {
        let members = Members::read(bytes).ok_or(TokenError::Header)?;
        if let Some(name) = FORBIDDEN.iter().find(|name| members.has(name)) {
            return Err(TokenError::HeaderMember(name));
        }
        let name = members.text("alg").map_err(|_| TokenError::Algorithm)?;
        let algorithm = Algorithm::from_name(&name).ok_or(TokenError::Algorithm)?;
        let key_id = members.text("kid").map_err(|_| TokenError::KeyId)?;
        if key_id.is_empty() || key_id.len() > KEY_ID_BYTES_MAX || !key_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::KeyId);
        }
        let media_type = members.text_if_any("typ").map_err(|_| TokenError::Type)?.map(|text| {
            // Source: RFC 7515, JSON Web Signature, May 2015, section 4.1.9: the prefix may be left out.
            let text = text.to_ascii_lowercase();
            text.strip_prefix("application/").unwrap_or(&text).to_owned()
        });
        Ok(Self { algorithm, key_id, media_type })
    }
}
