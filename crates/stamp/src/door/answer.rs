//! Answer: a status, headers and a text, and the marks that every answer of a stamp carries.
//!
//! Source: domain notes E.6, the headers of recorded responses.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};

use super::{Door, Refusal};

/// The longest name of a request that is given back. Unit: bytes.
const ECHO_BYTES_MAX: usize = 128;

/// What goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) text: String,
}

impl Answer {
    /// A text that is JSON.
    pub(super) fn json(status: StatusCode, text: String) -> Self {
        Self { status, kind: "application/json; charset=utf-8", headers: Vec::new(), text }
    }

    /// A value, written as JSON.
    pub(super) fn value(status: StatusCode, value: &impl serde::Serialize) -> Result<Self, Refusal> {
        let text = serde_json::to_string(value).map_err(|error| Refusal::failed(&error.to_string()))?;
        Ok(Self::json(status, text))
    }

    /// Nothing but a status.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self::json(status, String::new())
    }

    /// The same answer with a header. A value that is no header value is left out.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }
}

/// What every answer to one request carries.
pub(super) struct Marks {
    /// Whether the caller came over TLS.
    pub(super) is_https: bool,
    is_read: bool,
    request_id: String,
    correlation: Option<HeaderValue>,
    client: Option<HeaderValue>,
    routing: String,
}

impl Marks {
    pub(super) fn of(door: &Door, is_https: bool, request: &Request) -> Self {
        let echoed = |name| echo(request.headers(), name);
        let request_id = door.next_request_id();
        let correlation = echoed("x-ms-correlation-request-id");
        let guid = correlation.as_ref().and_then(|value| value.to_str().ok()).unwrap_or(&request_id);
        let stamp = door.source.now().to_string().replace(['-', ':'], "");
        let routing = format!("{}:{stamp}:{guid}", door.source.place().region.to_ascii_uppercase());
        let by_settings = door.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
        Self {
            is_https: is_https || by_settings,
            is_read: request.method() == Method::GET,
            client: echoed("x-ms-client-request-id"),
            correlation,
            request_id,
            routing,
        }
    }

    pub(super) fn put_on(&self, answer: Answer) -> Response {
        let mut response = Response::new(Body::from(answer.text));
        *response.status_mut() = answer.status;
        let headers = response.headers_mut();
        if answer.status != StatusCode::NO_CONTENT {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.kind));
        }
        headers.extend(answer.headers);
        let own = HeaderValue::from_str(&self.request_id).unwrap_or(HeaderValue::from_static(""));
        headers.insert("x-ms-correlation-request-id", self.correlation.clone().unwrap_or_else(|| own.clone()));
        headers.insert("x-ms-request-id", own);
        if let Ok(routing) = HeaderValue::from_str(&self.routing) {
            headers.insert("x-ms-routing-request-id", routing);
        }
        if let Some(client) = &self.client {
            headers.insert("x-ms-client-request-id", client.clone());
        }
        if self.is_read {
            // Nothing is rationed here. Clients look for the header, so it says what a stamp says to whoever just came.
            headers.insert("x-ms-ratelimit-remaining-subscription-reads", HeaderValue::from_static("14999"));
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        if self.is_https {
            let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        response
    }
}

/// A name that the caller gave to its request.
fn echo(headers: &HeaderMap, name: &str) -> Option<HeaderValue> {
    let value = headers.get(name)?;
    (!value.is_empty() && value.len() <= ECHO_BYTES_MAX).then(|| value.clone())
}
