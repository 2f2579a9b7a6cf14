//! Verify: whether a token is what it says, for whom and for how long. Source: RFC 8725, JSON Web Token Best Current
//! Practices, February 2020.

use std::fmt;

use model::{DirectoryId, Second};

use super::{
    compact::{Header, Parts, TOKEN_BYTES_MAX, issuer},
    key::TokenKind,
    members::{MemberError, Members},
    public_key::{Algorithm, PublicKey},
};

/// How far the clocks of issuer and hub may be apart. Unit: seconds.
const LEEWAY_SECONDS: i64 = 60;
/// How long a token may be valid. Unit: seconds.
const LIFETIME_SECONDS_MAX: i64 = 24 * 60 * 60;
/// The last moment that a token may name: the end of the year 9999. Unit: seconds since 1970.
const MOMENT_MAX: i64 = 253_402_300_799;
/// How many audiences a token may name.
const AUDIENCES_MAX: usize = 8;
/// The longest text that is taken from a token. Unit: bytes.
const TEXT_BYTES_MAX: usize = 512;
/// The types of tokens that are taken from issuers that do not say which they use.
const USUAL_TYPES: &[&str] = &["jwt", "at+jwt"];

/// An issuer whose tokens are believed. Each issuer stands in a list once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Its name, to the letter.
    pub issuer: String,
    /// The audiences that mean this hub, to the letter.
    pub audiences: Vec<String>,
    /// The algorithms it signs with.
    pub algorithms: Vec<Algorithm>,
    /// The one directory it speaks for; none when it may speak for any.
    pub directory: Option<DirectoryId>,
    /// The types its access tokens have. Empty when it is not known: then `JWT`, `at+jwt` and none at all pass.
    pub types: Vec<String>,
}

/// Where the public keys of issuers are found.
pub trait KeySet {
    /// The key of this name, if this issuer has it.
    fn key(&self, issuer: &str, key_id: &str) -> Option<PublicKey>;
}

/// One key of one issuer: what was found for a token that was peeked into.
#[derive(Debug, Clone)]
pub struct OneKey {
    /// Whose key it is.
    pub issuer: String,
    /// The key.
    pub key: PublicKey,
}

impl KeySet for OneKey {
    fn key(&self, issuer: &str, key_id: &str) -> Option<PublicKey> {
        (self.issuer == issuer && self.key.id() == key_id).then(|| self.key.clone())
    }
}

/// The keys of the hub itself, which count for its own name only.
struct OwnKeys<'a> {
    issuer: &'a str,
    keys: &'a [PublicKey],
}

impl KeySet for OwnKeys<'_> {
    fn key(&self, issuer: &str, key_id: &str) -> Option<PublicKey> {
        self.keys.iter().find(|key| self.issuer == issuer && key.id() == key_id).cloned()
    }
}

/// What a token says that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who signed it.
    pub issuer: String,
    /// The directory of the caller.
    pub directory: DirectoryId,
    /// The caller: a person or a program, by its id in the directory.
    pub object: String,
    /// The program through which the caller comes.
    pub application: Option<String>,
    /// A name for people. It decides nothing.
    pub name: Option<String>,
    /// When it ends.
    pub expires: Second,
    /// When it was issued.
    pub issued: Second,
}

/// What is wrong with a token. The text may be shown to whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenError {
    /// It has more than 8 KiB.
    TooLong,
    /// It has not three segments.
    Segments,
    /// A segment is not base64url.
    Encoding,
    /// Its signature is empty.
    Unsigned,
    /// Its header is no object.
    Header,
    /// Its header has a member that is refused.
    HeaderMember(&'static str),
    /// Its algorithm is none that this issuer signs with.
    Algorithm,
    /// It is a token of another kind.
    Type,
    /// It names no key, or not as a key is named.
    KeyId,
    /// Its issuer has no such key.
    UnknownKey,
    /// The keys of its issuer cannot be had at the moment: the only error that may pass.
    KeysUnavailable,
    /// Its signature is wrong.
    Signature,
    /// Its payload is no object.
    Payload,
    /// Its issuer is not trusted.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// A claim is missing.
    Missing(&'static str),
    /// A claim is not what it should be.
    Malformed(&'static str),
    /// It ended.
    Expired(Second),
    /// It has not begun.
    NotYetValid(Second),
    /// It is valid for too long, or for no time at all.
    Lifetime,
    /// Its issuer does not speak for its directory.
    Directory,
    /// It does not answer the sign-in that it came back to.
    Nonce,
}

impl fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::TooLong => return write!(formatter, "the token is longer than {TOKEN_BYTES_MAX} bytes"),
            Self::Segments => "the token has not three segments, as a signed token has",
            Self::Encoding => "a segment of the token is not base64url without padding",
            Self::Unsigned => "the token has no signature",
            Self::Header => "the header of the token is no JSON object with each member once",
            Self::HeaderMember(name) => {
                return write!(formatter, "the header of the token has the member {name:?}, which is refused");
            }
            Self::Algorithm => "the token is not signed with an algorithm that its issuer is trusted with",
            Self::Type => "the token is of another type than is asked for here",
            Self::KeyId => "the header of the token names no key; \"kid\" is required",
            Self::UnknownKey => "the token is signed with a key that its issuer does not publish",
            Self::KeysUnavailable => "the keys of the token's issuer cannot be read at the moment; try again later",
            Self::Signature => "the signature of the token is wrong",
            Self::Payload => "the payload of the token is no JSON object with each member once",
            Self::Issuer => "the token names no issuer that is trusted here",
            Self::Audience => "the token is for another audience",
            Self::Missing(name) => return write!(formatter, "the token has no claim {name:?}, which is required"),
            Self::Malformed(name) => return write!(formatter, "the claim {name:?} of the token is not well formed"),
            Self::Expired(at) => return write!(formatter, "the token expired at {at}; ask for a new one"),
            Self::NotYetValid(at) => return write!(formatter, "the token is not valid before {at}"),
            Self::Lifetime => "the token must be valid for more than no time and for at most 24 hours",
            Self::Directory => "the token is of a directory that its issuer does not speak for",
            Self::Nonce => "the token does not answer this sign-in",
        };
        formatter.write_str(text)
    }
}

impl std::error::Error for TokenError {}

/// Checks a token against the issuers that are trusted.
pub fn verify(token: &str, issuers: &[TrustedIssuer], keys: &dyn KeySet, now: Second) -> Result<Claims, TokenError> {
    let parts = Parts::split(token)?;
    let header = Header::read(&parts.header)?;
    let claims = parts.claims()?;
    let name = issuer(&claims)?;
    let trusted = issuers.iter().find(|trusted| trusted.issuer == name).ok_or(TokenError::Issuer)?;
    if !trusted.algorithms.contains(&header.algorithm) {
        return Err(TokenError::Algorithm);
    }
    check_type(header.media_type.as_deref(), &trusted.types)?;
    let key = keys.key(&name, &header.key_id).ok_or(TokenError::UnknownKey)?;
    if !key.has_signed(header.algorithm, parts.message, parts.signature) {
        return Err(TokenError::Signature);
    }
    // From here on the issuer has said it, which makes it neither well formed nor meant for us.
    check_audience(&claims, &trusted.audiences)?;
    let (expires, issued) = times(&claims, now, "nbf")?;
    let directory = directory(&claims, trusted.directory.as_ref())?;
    let object = match some_text(&claims, "oid")? {
        Some(object) => object,
        None => some_text(&claims, "sub")?.ok_or(TokenError::Missing("oid"))?,
    };
    let application = first_text(&claims, &["appid", "azp"])?;
    let name_of_caller = first_text(&claims, &["upn", "preferred_username", "unique_name"])?;
    Ok(Claims { issuer: name, directory, object, application, name: name_of_caller, expires, issued })
}

/// Checks the token by which an issuer tells a client who signed in: with the nonce of that sign-in, and for that client alone.
/// A token for the hub does not pass, and neither does one of these as a token for the hub, unless the settings say that they
/// have the same audience.
///
/// Source: `OpenID` Connect Core 1.0, sections 2 and 3.1.3.7.
pub fn verify_id(
    token: &str,
    trusted: &TrustedIssuer,
    client: &str,
    nonce: &str,
    keys: &dyn KeySet,
    now: Second,
) -> Result<Claims, TokenError> {
    let parts = Parts::split(token)?;
    let header = Header::read(&parts.header)?;
    let claims = parts.claims()?;
    if issuer(&claims)? != trusted.issuer {
        return Err(TokenError::Issuer);
    }
    if !trusted.algorithms.contains(&header.algorithm) {
        return Err(TokenError::Algorithm);
    }
    if header.media_type.as_deref().is_some_and(|given| given != "jwt") {
        return Err(TokenError::Type);
    }
    let key = keys.key(&trusted.issuer, &header.key_id).ok_or(TokenError::UnknownKey)?;
    if !key.has_signed(header.algorithm, parts.message, parts.signature) {
        return Err(TokenError::Signature);
    }
    check_client(&claims, client)?;
    // An empty nonce would be one that nobody drew.
    if nonce.is_empty() || some_text(&claims, "nonce")?.ok_or(TokenError::Missing("nonce"))? != nonce {
        return Err(TokenError::Nonce);
    }
    let (expires, issued) = times(&claims, now, if claims.has("nbf") { "nbf" } else { "iat" })?;
    let directory = match &trusted.directory {
        // An issuer that speaks for one directory need not name it.
        Some(only) if !claims.has("tid") => only.clone(),
        of_issuer => directory(&claims, of_issuer.as_ref())?,
    };
    let subject = some_text(&claims, "sub")?.ok_or(TokenError::Missing("sub"))?;
    let object = some_text(&claims, "oid")?.unwrap_or(subject);
    let name = first_text(&claims, &["upn", "preferred_username", "unique_name"])?;
    Ok(Claims { issuer: trusted.issuer.clone(), directory, object, application: None, name, expires, issued })
}

/// A token for one client names it as audience. Where it names others, too, it says that it was made for this one.
fn check_client(claims: &Members<'_>, client: &str) -> Result<(), TokenError> {
    check_audience(claims, &[client.to_owned()])?;
    let audiences = claims.texts("aud").map_err(|error| described("aud", error))?;
    match some_text(claims, "azp")? {
        Some(party) if party == client => Ok(()),
        None if audiences.len() == 1 => Ok(()),
        Some(_) | None => Err(TokenError::Audience),
    }
}

/// Checks a token that the hub has signed itself, of one kind. Activation keys never pass: they are for stamps.
pub fn verify_own(
    token: &str,
    kind: TokenKind,
    keys: &[PublicKey],
    issuer: &str,
    audiences: &[String],
    now: Second,
) -> Result<Claims, TokenError> {
    let Some(media_type) = kind.media_type() else { return Err(TokenError::Type) };
    let trusted = TrustedIssuer {
        issuer: issuer.to_owned(),
        audiences: audiences.to_vec(),
        algorithms: vec![Algorithm::Rs256],
        directory: None,
        types: vec![media_type.to_owned()],
    };
    verify(token, &[trusted], &OwnKeys { issuer, keys }, now)
}

/// Media types are compared without case.
fn check_type(given: Option<&str>, allowed: &[String]) -> Result<(), TokenError> {
    let passes = match given {
        None => allowed.is_empty(),
        Some(given) if allowed.is_empty() => USUAL_TYPES.contains(&given),
        Some(given) => allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(given)),
    };
    if passes { Ok(()) } else { Err(TokenError::Type) }
}

fn check_audience(claims: &Members<'_>, ours: &[String]) -> Result<(), TokenError> {
    let theirs = claims.texts("aud").map_err(|error| described("aud", error))?;
    if theirs.len() > AUDIENCES_MAX {
        return Err(TokenError::Malformed("aud"));
    }
    if theirs.iter().any(|audience| ours.contains(audience)) { Ok(()) } else { Err(TokenError::Audience) }
}

/// When the token ends and when it was issued. The end itself is outside, as in all ranges here. `from` is the claim that says
/// when it begins.
fn times(claims: &Members<'_>, now: Second, from: &'static str) -> Result<(Second, Second), TokenError> {
    let expires = moment(claims, "exp")?;
    let begins = moment(claims, from)?;
    let issued = if claims.has("iat") { moment(claims, "iat")? } else { begins };
    if now.0.saturating_sub(LEEWAY_SECONDS) >= expires {
        return Err(TokenError::Expired(Second(expires)));
    }
    let latest = now.0.saturating_add(LEEWAY_SECONDS);
    if let Some(early) = [begins, issued].into_iter().find(|moment| *moment > latest) {
        return Err(TokenError::NotYetValid(Second(early)));
    }
    // Both lie between 0 and the year 9999, so the difference cannot overflow.
    if !(1..=LIFETIME_SECONDS_MAX).contains(&expires.saturating_sub(begins)) {
        return Err(TokenError::Lifetime);
    }
    Ok((Second(expires), Second(issued)))
}

fn moment(claims: &Members<'_>, name: &'static str) -> Result<i64, TokenError> {
    let moment = claims.number(name).map_err(|error| described(name, error))?;
    if (0..=MOMENT_MAX).contains(&moment) { Ok(moment) } else { Err(TokenError::Malformed(name)) }
}

/// The directory of the token, which must be its issuer's where that speaks for one.
fn directory(claims: &Members<'_>, of_issuer: Option<&DirectoryId>) -> Result<DirectoryId, TokenError> {
    let text = some_text(claims, "tid")?.ok_or(TokenError::Missing("tid"))?;
    // An id forgives blanks around it; a token may not have them.
    let directory = DirectoryId::new(&text)
        .ok()
        .filter(|directory| directory.as_str() == text)
        .ok_or(TokenError::Malformed("tid"))?;
    match of_issuer {
        Some(expected) if *expected != directory => Err(TokenError::Directory),
        Some(expected) => Ok(expected.clone()),
        None => Ok(directory),
    }
}

fn first_text(claims: &Members<'_>, names: &[&'static str]) -> Result<Option<String>, TokenError> {
    for name in names {
        if let Some(text) = some_text(claims, name)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// A text that can stand in a log and in a table, if the token has it.
fn some_text(claims: &Members<'_>, name: &'static str) -> Result<Option<String>, TokenError> {
    let Some(text) = claims.text_if_any(name).map_err(|error| described(name, error))? else { return Ok(None) };
    if text.is_empty() || text.len() > TEXT_BYTES_MAX || text.chars().any(char::is_control) {
        return Err(TokenError::Malformed(name));
    }
    Ok(Some(text))
}

fn described(name: &'static str, error: MemberError) -> TokenError {
    match error {
        MemberError::Missing => TokenError::Missing(name),
        MemberError::Kind => TokenError::Malformed(name),
    }
}

#[cfg(test)]
pub(crate) mod tests;
