//! Audience: for whom a token is to be, as liberally as clients ask for it. Source: clients' rule 15.

use super::{form::Form, refusal::Refusal};
use crate::{call::Call, identity::Identity};

/// Words of a scope that say nothing about the audience.
const WORDS: &[&str] = &["openid", "profile", "email", "offline_access"];
/// What stands behind an audience in a scope.
const ENDINGS: &[&str] = &["/.default", "/user_impersonation"];
/// The longest audience. Unit: bytes.
const AUDIENCE_BYTES_MAX: usize = 256;

/// The audience that a form asks for; the hub itself when it names none.
pub(super) fn wanted(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let scope = form.get("scope")?.unwrap_or_default();
    let words = scope.split_ascii_whitespace().filter(|word| !WORDS.contains(word));
    let mut found: Option<String> = None;
    for sent in form.get("resource")?.into_iter().chain(words) {
        let audience = accepted(sent, call.origin).ok_or_else(|| Refusal::unknown_audience(sent))?;
        if found.as_ref().is_some_and(|other| *other != audience) {
            return Err(Refusal::malformed("A token is for one resource. Ask for each of them on its own."));
        }
        found = Some(audience);
    }
    Ok(found.unwrap_or_else(|| call.origin.to_owned()))
}

/// An audience as it stands in tokens, when tokens for it are issued here.
pub(super) fn accepted(sent: &str, origin: &str) -> Option<String> {
    let named = ENDINGS.iter().find_map(|ending| sent.strip_suffix(ending)).unwrap_or(sent).trim_end_matches('/');
    if named.len() > AUDIENCE_BYTES_MAX || !named.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    if let Some(known) = Identity::audiences(origin).into_iter().find(|known| known.eq_ignore_ascii_case(named)) {
        return Some(known);
    }
    let (head, below) = named.split_at_checked(origin.len())?;
    (head.eq_ignore_ascii_case(origin) && below.starts_with('/')).then(|| format!("{origin}{below}"))
}
