//! Call: what a route is asked, once it is known who asks and that they may.

use std::sync::Arc;

use contract::arm::AzureStackVersion;
use hub::{Actor, Hub};
use model::{Office, PartnerId, PayingSubscriptionId, Principal};
use serde::de::DeserializeOwned;

use crate::{Door, error::ApiError};

/// The texts of a path's segments in braces.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(&'static str, String)>);

impl Params {
    pub(crate) fn add(&mut self, name: &'static str, text: &str) {
        self.0.push((name, text.to_owned()));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The parameters of a query, or the members of a form, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query or a form. What cannot be decoded is replaced, as browsers do.
    pub(crate) fn read(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The first value of a name, whose case does not count.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What a route is asked.
pub(crate) struct Call<'a> {
    /// What every request can reach.
    pub(crate) door: &'a Door,
    /// The office as it is now.
    pub(crate) office: Arc<Office>,
    /// Who asks. Routes for everybody have nobody.
    pub(crate) caller: Option<Principal>,
    /// The partner, on routes of a partner.
    pub(crate) partner: Option<PartnerId>,
    /// The texts of the path.
    pub(crate) params: Params,
    /// The query.
    pub(crate) query: Query,
    /// The path and query as they were sent.
    pub(crate) target: &'a str,
    /// The header fields.
    pub(crate) headers: &'a axum::http::HeaderMap,
    /// The body, empty on routes that look at none.
    pub(crate) body: &'a [u8],
    /// Where the caller found us, such as `https://hub.example:7443`.
    pub(crate) origin: &'a str,
    /// The api-version, on routes of registrations.
    pub(crate) version: Option<AzureStackVersion>,
    /// The name of this request in logs.
    pub(crate) request_id: &'a str,
}

impl Call<'_> {
    /// The hub.
    pub(crate) fn hub(&self) -> &Hub {
        &self.door.hub
    }

    /// A text of the path.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_default()
    }

    /// Who acts.
    pub(crate) fn actor(&self) -> Actor {
        self.caller.as_ref().map_or_else(|| Actor::at_home("nobody"), Actor::of)
    }

    /// The subscription in the path. The dispatcher has seen that it is there.
    pub(crate) fn subscription(&self) -> Result<PayingSubscriptionId, ApiError> {
        let sent = self.param("subscription");
        let known = PayingSubscriptionId::new(sent).ok().and_then(|id| self.office.subscriptions.get(&id));
        known.map(|known| known.id.clone()).ok_or_else(|| ApiError::subscription_not_found(sent))
    }

    /// The body as a shape of the contract.
    pub(crate) fn json<Body: DeserializeOwned + Default>(&self) -> Result<Body, ApiError> {
        contract::arm::read_request(self.body)
            .map_err(|problem| ApiError::bad_request("InvalidRequestContent", format!("{problem}.")))
    }
}
