//! Gatekeeper: the accounts and tokens of a hub for a door that is not the hub's own, such as that of a stamp.
//!
//! In: a hub whose office holds the accounts, the settings that say whose tokens are believed.
//! Out: the routes by which clients sign in, and a gatekeeper that believes what is issued there.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    routing::any,
};
use hub::{Actor, Hub, RegistrationPath, access};
use model::{Office, Principal, PrincipalId, ScopePath};

use crate::{
    Door, Settings, dispatch,
    error::ApiError,
    issuer::{self, PersonError},
    route,
};

/// Somebody who showed a token that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The object id.
    pub id: String,
    /// What a person signs in with; for a program, its name. Whoever has no account here and whose token names a domain that
    /// is not known to be that of its directory has the object id here, too.
    pub name: String,
    /// The directory.
    pub directory: String,
}

/// Why somebody is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What is wrong and what to do.
    pub message: String,
    /// The challenge for `WWW-Authenticate`.
    pub challenge: String,
    /// Whether it could not be found out, so that the same token may be believed later.
    pub unavailable: bool,
}

/// Knows callers by their tokens, and what they may do by their roles.
#[derive(Clone)]
pub struct Gatekeeper {
    pub(crate) door: Door,
}

/// The routes by which clients find this cloud and sign in, and the gatekeeper that believes the tokens they are given there.
/// The routes have no fallback, so that another router can take them in.
pub fn identity(hub: Arc<Hub>, settings: Settings) -> (Router, Gatekeeper) {
    let door = Door::open(hub, settings, route::IDENTITY_TABLES);
    let mut paths: Vec<&str> =
        route::IDENTITY_TABLES.iter().flat_map(|table| table.iter().map(|one| one.path)).collect();
    paths.sort_unstable();
    paths.dedup();
    let routes = paths.into_iter().fold(Router::new(), |router, path| router.route(path, any(dispatch::dispatch)));
    (routes.with_state(door.clone()), Gatekeeper { door })
}

impl Gatekeeper {
    /// Who sent a request to an address such as `https://adminmanagement.north.contoso.com`. Accounts are looked up as they
    /// are now: one that was switched off is denied at once.
    ///
    /// # Errors
    ///
    /// When there is no token, when it is not believed, or when that cannot be found out now.
    pub async fn identify(&self, headers: &HeaderMap, origin: &str) -> Result<Known, Denied> {
        self.find(headers, origin).await.map_err(ApiError::denied)
    }

    async fn find(&self, headers: &HeaderMap, origin: &str) -> Result<Known, ApiError> {
        let public = self.door.settings.public_url.as_deref().unwrap_or(origin);
        let origin = public.trim_end_matches('/').to_ascii_lowercase();
        if origin.is_empty() {
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "InvalidHost", "The request names no host."));
        }
        let claims = self.door.identity.authenticate(&self.door, headers, &origin).await?;
        let door = self.door.clone();
        crate::blocking(move || {
            let office = door.hub.current_office()?;
            Ok(known(&office, dispatch::caller(&door, &office, &claims, &origin)?))
        })
        .await
    }

    /// The account of a name and a password. It may take a moment of computing.
    ///
    /// # Errors
    ///
    /// When it is wrong, or was wrong too often.
    pub fn person(&self, name: &str, password: &str) -> Result<PrincipalId, PersonError> {
        issuer::person(&self.door, name, password).map(|person| person.id)
    }

    /// Whether accounts of this hub sign in with a password.
    pub fn takes_passwords(&self) -> bool {
        self.door.identity.is_embedded()
    }

    /// The activation key of a registration, for a stamp that finds the hub at an address. It is signed for whoever may have
    /// it: the caller has looked.
    ///
    /// # Errors
    ///
    /// With the code and the reason, when the registration is not active or nothing can be signed.
    pub fn activation_key(
        &self,
        actor: &Actor,
        path: &RegistrationPath,
        origin: &str,
    ) -> Result<String, (&'static str, String)> {
        let origin = self.door.settings.public_url.as_deref().unwrap_or(origin).trim_end_matches('/');
        let key = crate::arm::registrations::activation_key_of(&self.door, actor, path, origin);
        key.map_err(|error| (error.code(), error.denied().message))
    }

    /// Whether somebody may do something at a place such as `/subscriptions/{id}`, by the office as it was read last. What
    /// cannot be read as an id or a place is allowed nothing.
    pub fn allows(&self, id: &str, action: &str, scope: &str) -> bool {
        let (Ok(id), Ok(scope)) = (PrincipalId::new(id), ScopePath::new(scope)) else { return false };
        access::allows(&self.door.hub.office(), &id, action, &scope)
    }
}

/// What a door may know of a caller. Whoever owns something is known by name, and some issuers let people choose what their
/// tokens call them. So the name of a stranger counts only where its domain is that of the directory it comes from.
fn known(office: &Office, caller: Principal) -> Known {
    let has_account = office.principals.contains_key(&caller.id);
    let domain = caller.name.rsplit_once('@').map(|(_, domain)| domain);
    let of_domain = domain.and_then(|domain| Hub::directory_of_domain(office, domain));
    let (id, directory) = (caller.id.to_string(), caller.directory.to_string());
    let name = if has_account || of_domain == Some(&caller.directory) { caller.name } else { id.clone() };
    Known { id, name, directory }
}

#[cfg(test)]
mod tests;
