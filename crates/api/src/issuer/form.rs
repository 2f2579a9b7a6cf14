//! Form: what a client sends to the issuer. Names that nobody reads are let through: every library has its own.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::PrincipalId;
use percent_encoding::percent_decode_str;

use super::refusal::Refusal;
use crate::call::Call;

/// The largest form. Unit: bytes.
const FORM_BYTES_MAX: usize = 64 * 1024;
/// The longest client id. Unit: bytes.
const CLIENT_BYTES_MAX: usize = 128;

/// The members of a form.
pub(super) struct Form(Vec<(String, String)>);

/// The program that asks, with what it proves itself with.
pub(super) struct Client {
    /// Its client id.
    pub(super) id: String,
    /// Its secret, where it has one.
    pub(super) secret: Option<String>,
}

impl Form {
    /// Reads a form.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > FORM_BYTES_MAX {
            return Err(Refusal::too_large(FORM_BYTES_MAX));
        }
        let members = form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned()));
        Ok(Self(members.collect()))
    }

    /// A member that is there once and says something. Source: RFC 6749, 3.2: none may be there twice, an empty one is none.
    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut found = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let first = found.next();
        if found.next().is_some() {
            return Err(Refusal::malformed(format!("The parameter '{name}' was sent more than once.")));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// A member that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name)?.ok_or_else(|| Refusal::missing(name))
    }

    /// The program that asks: by the form, or by HTTP Basic.
    pub(super) fn client(&self, call: &Call<'_>) -> Result<Client, Refusal> {
        let named = self.get("client_id")?.map(str::to_owned);
        let secret = self.get("client_secret")?.map(str::to_owned);
        let client = match basic(call)? {
            None => Client { id: named.ok_or_else(|| Refusal::missing("client_id"))?, secret },
            Some(_) if secret.is_some() => {
                return Err(Refusal::malformed("The secret was sent in the form and in the header. Send it once."));
            }
            Some((id, _)) if named.is_some_and(|named| named != id) => {
                return Err(Refusal::malformed("The form and the header name different clients."));
            }
            Some((id, secret)) => Client { id, secret: Some(secret) },
        };
        if client.id.len() > CLIENT_BYTES_MAX || PrincipalId::new(&client.id).is_err() {
            return Err(Refusal::malformed("The parameter 'client_id' is no client id."));
        }
        Ok(client)
    }
}

/// Client and secret of a header. Source: RFC 6749, 2.3.1.
fn basic(call: &Call<'_>) -> Result<Option<(String, String)>, Refusal> {
    let Some(sent) = call.headers.get(axum::http::header::AUTHORIZATION) else { return Ok(None) };
    let broken = || Refusal::malformed("The Authorization header is not Basic with a client id and a secret.");
    let (scheme, rest) = sent.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(broken)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(broken());
    }
    let text = STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(broken)?;
    let (id, secret) = text.split_once(':').ok_or_else(broken)?;
    let decode = |part: &str| percent_decode_str(part).decode_utf8().map(std::borrow::Cow::into_owned);
    Ok(Some((decode(id).map_err(|_| broken())?, decode(secret).map_err(|_| broken())?)))
}
