//! Issuer: the hub's own tokens, for the accounts of its catalogue.
//!
//! In: forms of identity libraries, and of a person at a browser.
//! Out: tokens that the front door believes, the documents by which clients find them, and the keys that prove them.
//! Holds: sign-ins that wait for a person, and how often somebody was wrong lately. Both are lost with the process.
//!
//! Source: OAuth 2.0 (RFC 6749), device authorization (RFC 8628), OpenID Connect Core 1.0; clients' rules 15 to 17.

mod attempts;
mod audience;
mod device;
mod form;
mod grant;
mod page;
mod publishers;
mod refusal;

use axum::http::{StatusCode, header};
use contract::discovery::{ADFS, IssuerDocument};
use hub::Hub;
use model::{DirectoryId, Principal};

pub use publishers::{Publisher, Publishers};

use crate::{
    Door,
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    route::{Access, BodyKind, Handle, Route, Versions},
    token,
};
use attempts::{Attempts, Turns};
use device::Devices;
use form::Form;
use refusal::Refusal;

/// The names of tenants that stand for any directory.
const ANY_TENANT: &[&str] = &["common", "organizations", ADFS];

/// What the issuer remembers between requests.
#[derive(Default)]
pub(crate) struct Memory {
    attempts: Attempts,
    turns: Turns,
    devices: Devices,
}

/// The directories that a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tenant {
    /// Whichever the account lives in.
    Any,
    /// One.
    Directory(DirectoryId),
}

impl Tenant {
    /// The tenant in a path. Rows without one are those of an identity provider without tenants.
    fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let Some(sent) = call.params.get("tenant") else { return Ok(Self::Any) };
        if ANY_TENANT.iter().any(|known| known.eq_ignore_ascii_case(sent)) {
            return Ok(Self::Any);
        }
        Hub::directory_of(&call.office, sent).map(Self::Directory).ok_or_else(|| Refusal::unknown_tenant(sent))
    }

    fn holds(&self, principal: &Principal) -> bool {
        match self {
            Self::Any => true,
            Self::Directory(directory) => principal.directory == *directory,
        }
    }
}

const fn row(method: &'static str, path: &'static str, summary: &'static str, handle: fn(&Call<'_>) -> Reply) -> Route {
    Route {
        method,
        path,
        access: Access::Public,
        versions: Versions::None,
        summary,
        success: &[200],
        refusals: &[400, 404],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

const fn form(path: &'static str, summary: &'static str, handle: fn(&Call<'_>) -> Reply) -> Route {
    Route { body: BodyKind::Form, refusals: &[400, 401, 404, 413, 429, 503], ..row("POST", path, summary, handle) }
}

const CONFIGURATION: &str = "Where a tenant's tokens and keys are.";
const KEYS: &str = "The public keys that prove the hub's tokens.";
const TOKEN: &str = "Gives a token for a secret, a password, a device code or a refresh token.";
const DEVICE_CODE: &str = "Begins a sign-in that a person completes in a browser.";

/// The routes of the issuer.
pub(crate) const ROUTES: &[Route] = &[
    row("GET", "/{tenant}/v2.0/.well-known/openid-configuration", CONFIGURATION, configuration),
    row("GET", "/{tenant}/.well-known/openid-configuration", CONFIGURATION, configuration),
    row("GET", "/adfs/.well-known/openid-configuration", CONFIGURATION, configuration_without_tenants),
    // The Azure CLI looks a domain up here when it is set up for AD FS.
    row("GET", "/adfs/{tenant}/v2.0/.well-known/openid-configuration", CONFIGURATION, configuration),
    row("GET", "/{tenant}/discovery/v2.0/keys", KEYS, keys),
    row("GET", "/discovery/v2.0/keys", KEYS, keys),
    row("GET", "/adfs/discovery/keys", KEYS, keys),
    form("/{tenant}/oauth2/v2.0/token", TOKEN, issue),
    form("/{tenant}/oauth2/token", TOKEN, issue),
    form("/adfs/oauth2/token", TOKEN, issue),
    form("/{tenant}/oauth2/v2.0/devicecode", DEVICE_CODE, begin),
    form("/{tenant}/oauth2/devicecode", DEVICE_CODE, begin),
    form("/adfs/oauth2/devicecode", DEVICE_CODE, begin),
    Route {
        query: &["code"],
        ..row("GET", "/devicelogin", "The page on which a person completes a sign-in.", page::show)
    },
    form("/devicelogin", "Completes or declines a sign-in.", page::submit),
];

/// Why a person was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonError {
    /// The name or the password is wrong, or there are no accounts here.
    Wrong,
    /// It was wrong too often, or others are being checked: after so many seconds it may be tried again.
    Later(i64),
}

/// The person of a name and a password, within the same limits as everywhere else.
pub(crate) fn person(door: &Door, name: &str, password: &str) -> Result<Principal, PersonError> {
    if !door.identity.is_embedded() {
        return Err(PersonError::Wrong);
    }
    let office = door.hub.current_office().map_err(|_| PersonError::Later(1))?;
    let found = grant::person_at(door, &office, &Tenant::Any, (name, password));
    found.map_err(|refusal| refusal.retry_after().map_or(PersonError::Wrong, PersonError::Later))
}

/// A hub that issues no tokens has none of this.
fn check_embedded(call: &Call<'_>) -> Result<(), ApiError> {
    if call.door.identity.is_embedded() { Ok(()) } else { Err(ApiError::not_found()) }
}

fn memory<'a>(call: &'a Call<'_>) -> &'a Memory {
    &call.door.identity.memory
}

fn configuration(call: &Call<'_>) -> Reply {
    check_embedded(call)?;
    match Tenant::of(call) {
        Ok(Tenant::Directory(directory)) => Answer::ok(&IssuerDocument::at(call.origin, directory.as_str())),
        Ok(Tenant::Any) => Answer::ok(&IssuerDocument::at(call.origin, &call.param("tenant").to_ascii_lowercase())),
        Err(refusal) => refusal.answer(call),
    }
}

fn configuration_without_tenants(call: &Call<'_>) -> Reply {
    check_embedded(call)?;
    Answer::ok(&IssuerDocument::at(call.origin, ADFS))
}

fn keys(call: &Call<'_>) -> Reply {
    check_embedded(call)?;
    if let Err(refusal) = Tenant::of(call) {
        return refusal.answer(call);
    }
    let keys = call.door.identity.own_keys(call.hub());
    Answer::ok(&token::jwks(keys.iter().map(|key| key.signer.as_ref())))
}

fn issue(call: &Call<'_>) -> Reply {
    check_embedded(call)?;
    let granted = || {
        let tenant = Tenant::of(call)?;
        grant::grant(call, &tenant, &Form::read(call.body)?)
    };
    match granted() {
        // Source: RFC 6749, section 5.1. The other field is set on every answer.
        Ok(value) => Ok(Answer::json(StatusCode::OK, &value)?.with(header::PRAGMA, "no-cache")),
        Err(refusal) => refusal.answer(call),
    }
}

fn begin(call: &Call<'_>) -> Reply {
    check_embedded(call)?;
    let begun = || {
        let tenant = Tenant::of(call)?;
        device::begin(call, tenant, &Form::read(call.body)?)
    };
    match begun() {
        Ok(answer) => Answer::ok(&answer),
        Err(refusal) => refusal.answer(call),
    }
}

#[cfg(test)]
mod tests;
