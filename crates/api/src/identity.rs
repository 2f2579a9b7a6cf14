//! Identity: who asks, by a token of an issuer that the settings trust, or of the hub itself.
//!
//! Source: reliability notes 7.1; clients' rules 15 and 16.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use axum::http::HeaderMap;
use hub::Hub;
use model::Second;

use crate::{
    Door, Elsewhere,
    dispatch::bearer,
    error::ApiError,
    token::{self, Claims, Jwks, PublicKey, Signer, TokenKind, TrustedIssuer},
};

/// Audiences under which the tools of the public cloud ask for tokens, whatever address they were given. Unit: none.
const PUBLIC_AUDIENCES: &[&str] = &[
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://api.partnercenter.microsoft.com",
    "https://graph.microsoft.com",
    "https://api.partner.microsoft.com",
];

/// How the front door is set up.
#[derive(Clone)]
pub struct Settings {
    /// The address under which clients reach the hub, such as `https://hub.example`. Without it, it is what each request
    /// says.
    pub public_url: Option<String>,
    /// Issuers whose tokens are believed.
    pub issuers: Vec<TrustedIssuer>,
    /// The published keys of those issuers.
    pub issuer_keys: Option<Arc<Jwks>>,
    /// The other issuers at which people sign in to the portal. It needs the public address.
    pub elsewhere: Vec<Elsewhere>,
    /// Whether the hub itself issues tokens, to the accounts of its catalogue.
    pub embedded_issuer: bool,
    /// The name of this cloud in tools.
    pub cloud_name: String,
    /// Whether ids of customer subscriptions may be written in upper case. The protocol says no; some published samples do.
    pub fold_customer_ids: bool,
    /// The folder for exports of billing data; without it there are none.
    pub exports: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            issuers: Vec::new(),
            issuer_keys: None,
            elsewhere: Vec::new(),
            embedded_issuer: true,
            cloud_name: "Tallybridge".to_owned(),
            fold_customer_ids: false,
            exports: None,
        }
    }
}

/// A key of the hub, ready to sign and to check.
#[derive(Clone)]
pub(crate) struct OwnKey {
    pub(crate) signer: Arc<Signer>,
    pub(crate) public: PublicKey,
    /// Whether it is the one in use.
    pub(crate) active: bool,
}

/// Who is believed.
pub(crate) struct Identity {
    issuers: Vec<TrustedIssuer>,
    jwks: Option<Arc<Jwks>>,
    embedded: bool,
    own: RwLock<(Vec<model::HubKey>, Vec<OwnKey>)>,
    /// What the hub's own issuer remembers.
    pub(crate) memory: crate::issuer::Memory,
}

impl Identity {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            issuers: settings.issuers.clone(),
            jwks: settings.issuer_keys.clone(),
            embedded: settings.embedded_issuer,
            own: RwLock::default(),
            memory: crate::issuer::Memory::default(),
        }
    }

    /// Whether the hub issues tokens.
    pub(crate) fn is_embedded(&self) -> bool {
        self.embedded
    }

    /// Whether an issuer is the hub itself and not one of the settings.
    pub(crate) fn is_own(&self, issuer: &str) -> bool {
        self.issuers.iter().all(|known| known.issuer != issuer)
    }

    /// Audiences of the hub's own tokens.
    pub(crate) fn audiences(origin: &str) -> Vec<String> {
        let public = PUBLIC_AUDIENCES.iter().map(|audience| (*audience).to_owned());
        std::iter::once(origin.to_owned()).chain(public).collect()
    }

    /// The hub's keys that prove signatures. They are prepared once and again when the office has others.
    pub(crate) fn own_keys(&self, hub: &Hub) -> Vec<OwnKey> {
        let keys = hub.signing_keys(&hub.office());
        {
            let known = self.own.read().unwrap_or_else(PoisonError::into_inner);
            if known.0 == keys {
                return known.1.clone();
            }
        }
        let prepared: Vec<OwnKey> = keys.iter().filter_map(prepare).collect();
        *self.own.write().unwrap_or_else(PoisonError::into_inner) = (keys, prepared.clone());
        prepared
    }

    /// The key that signs now.
    pub(crate) fn signer(&self, hub: &Hub) -> Result<Arc<Signer>, ApiError> {
        let keys = self.own_keys(hub);
        keys.iter().find(|key| key.active).map(|key| Arc::clone(&key.signer)).ok_or_else(ApiError::key_missing)
    }

    /// Checks the token of a request.
    pub(crate) async fn authenticate(
        &self,
        door: &Door,
        headers: &HeaderMap,
        origin: &str,
    ) -> Result<Claims, ApiError> {
        let sent = bearer(headers).ok_or_else(|| ApiError::token_missing(origin))?;
        let now = door.hub.now();
        let refused = |error: token::TokenError| ApiError::token_invalid(origin, &error.to_string());
        let peek = token::peek(sent).map_err(refused)?;
        if !self.is_own(&peek.issuer) {
            let jwks = self.jwks.as_ref().ok_or_else(|| refused(token::TokenError::Issuer))?;
            return jwks.verify(sent, &self.issuers, now).await.map_err(|error| match error {
                token::TokenError::KeysUnavailable => ApiError::issuer_unavailable(),
                error => refused(error),
            });
        }
        let own = self.embedded && peek.issuer.starts_with(origin) && peek.issuer.ends_with("/v2.0");
        if !own {
            return Err(refused(token::TokenError::Issuer));
        }
        self.check_own(&door.hub, sent, TokenKind::Access, &peek.issuer, &Self::audiences(origin), origin)
    }

    /// Checks the token by which an issuer of the settings tells the hub, its client, who signed in.
    pub(crate) async fn claims_of_id(
        &self,
        sent: &str,
        issuer: &str,
        client: &str,
        nonce: &str,
        now: Second,
    ) -> Result<Claims, token::TokenError> {
        let trusted = self.issuers.iter().find(|trusted| trusted.issuer == issuer);
        let (Some(trusted), Some(jwks)) = (trusted, &self.jwks) else { return Err(token::TokenError::Issuer) };
        jwks.verify_id(sent, trusted, client, nonce, now).await
    }

    /// Checks a token that the hub has issued.
    pub(crate) fn check_own(
        &self,
        hub: &Hub,
        sent: &str,
        kind: TokenKind,
        issuer: &str,
        audiences: &[String],
        origin: &str,
    ) -> Result<Claims, ApiError> {
        let keys: Vec<PublicKey> = self.own_keys(hub).into_iter().map(|key| key.public).collect();
        let claims = token::verify_own(sent, kind, &keys, issuer, audiences, hub.now())
            .map_err(|error| ApiError::token_invalid(origin, &error.to_string()))?;
        let expected = issuer_of(origin, claims.directory.as_str());
        if !expected.eq_ignore_ascii_case(issuer) {
            return Err(ApiError::token_invalid(origin, &token::TokenError::Issuer.to_string()));
        }
        Ok(claims)
    }
}

/// The name of the hub as issuer for a directory.
pub(crate) fn issuer_of(origin: &str, directory: &str) -> String {
    format!("{origin}/{directory}/v2.0")
}

fn prepare(key: &model::HubKey) -> Option<OwnKey> {
    let ready = || {
        let signer = Signer::from_pkcs8(&key.id, &key.secret).map_err(|error| error.to_string())?;
        let public = PublicKey::from_jwk(&signer.public_jwk()).map_err(|error| error.to_string())?;
        Ok::<_, String>(OwnKey { signer: Arc::new(signer), public, active: key.retired.is_none() })
    };
    ready().map_err(|error| tracing::error!(key.id, error.message = error, "a key of the hub cannot be used")).ok()
}
