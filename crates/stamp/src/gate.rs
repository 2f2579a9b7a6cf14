//! Gate: who asks a stamp, and what they may do there.

use std::{future::Future, pin::Pin};

use axum::http::HeaderMap;
use model::LocalSubscriptionId;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The object id.
    pub id: String,
    /// What people sign in with; for a program, its name.
    pub name: String,
}

/// Why a caller is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateError {
    /// Nobody knows the token, or there is none. The text says what is wrong with it, the challenge goes into
    /// `WWW-Authenticate`.
    Unauthorized {
        /// What is wrong.
        message: String,
        /// The challenge.
        challenge: String,
    },
    /// It could not be found out. Asking again later helps.
    Unavailable(String),
}

/// What a gate answers.
pub type Identified<'a> = Pin<Box<dyn Future<Output = Result<Caller, GateError>> + Send + 'a>>;

/// Knows callers and their roles.
pub trait Gate: Send + Sync {
    /// Who sent these headers to an address such as `https://adminmanagement.north.contoso.com`.
    fn identify<'a>(&'a self, headers: &'a HeaderMap, origin: &'a str) -> Identified<'a>;

    /// Whether a caller may do something at a local subscription, such as
    /// `Microsoft.Commerce.Admin/subscriberUsageAggregates/read`.
    fn allows(&self, caller: &Caller, action: &str, subscription: &LocalSubscriptionId) -> bool;
}

/// Everybody who shows one token may do everything. For emulated clouds.
#[derive(Debug, Clone)]
pub struct TokenGate {
    /// The token; without one, everybody is let in.
    pub token: Option<String>,
}

impl Gate for TokenGate {
    fn identify<'a>(&'a self, headers: &'a HeaderMap, _origin: &'a str) -> Identified<'a> {
        let shown = headers.get(axum::http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.split_once(' ')).map(|(_, token)| token.trim());
        let known = self.token.as_deref().is_none_or(|wanted| shown == Some(wanted));
        Box::pin(std::future::ready(if known {
            Ok(Caller { id: "operator".to_owned(), name: "operator".to_owned() })
        } else {
            Err(GateError::Unauthorized {
                message: "The access token is missing or is not the one of this cloud.".to_owned(),
                challenge: "Bearer".to_owned(),
            })
        }))
    }

    fn allows(&self, _caller: &Caller, _action: &str, _subscription: &LocalSubscriptionId) -> bool {
        true
    }
}
