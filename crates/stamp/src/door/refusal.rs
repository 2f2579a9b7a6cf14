//! Refusal: an answer that is not what was asked for, in the envelope that clients read.
//!
//! Source: domain notes E.6; recorded responses.

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use contract::error::{ErrorBody, ResourceError};

use crate::{SourceError, door::Answer};

/// An answer that is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) details: Vec<ResourceError>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, message, details: Vec::new(), headers: Vec::new() }
    }

    pub(super) fn bad(code: &'static str, message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// A parameter that is missing or cannot be read.
    pub(super) fn property(name: &str, reason: &str) -> Self {
        Self::bad("InvalidProperty", format!("The property '{name}' {reason}."))
    }

    pub(super) fn not_found(code: &'static str, message: String) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// The recorded text.
    pub(super) fn no_such_subscription(id: &str) -> Self {
        Self::not_found("SubscriptionNotFound", format!("The subscription '{id}' could not be found."))
    }

    pub(super) fn no_such_path(path: &str) -> Self {
        Self::not_found("NotFound", format!("The path '{path}' was not found on this stamp."))
    }

    pub(super) fn no_such_location(location: &str, region: &str) -> Self {
        Self::not_found("NotFound", format!("The location '{location}' was not found: this stamp is '{region}'."))
    }

    pub(super) fn forbidden(caller: &str, action: &str, scope: &str) -> Self {
        let message = format!(
            "The client '{caller}' does not have authorization to perform action '{action}' over scope '{scope}'."
        );
        Self::new(StatusCode::FORBIDDEN, "AuthorizationFailed", message)
    }

    pub(super) fn target_too_long(bytes: usize) -> Self {
        Self::new(StatusCode::URI_TOO_LONG, "TargetTooLong", format!("The address is longer than {bytes} bytes."))
    }

    pub(super) fn method(sent: &Method, known: &[&str]) -> Self {
        let known = known.join(", ");
        let message = format!("The method '{sent}' is not supported here; use {known}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message).with(header::ALLOW, &known)
    }

    pub(super) fn unknown_caller(message: String, challenge: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
            .with(header::WWW_AUTHENTICATE, challenge)
    }

    /// Too much is asked at the same time.
    pub(super) fn busy(seconds: u64) -> Self {
        let message = format!("The usage service is busy. Ask again in {seconds} seconds.");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
            .with(header::RETRY_AFTER, &seconds.to_string())
    }

    /// The recorded text.
    pub(super) fn slow() -> Self {
        let message = "The gateway did not receive a response from 'Microsoft.Commerce.Admin' within the specified time \
                       period.";
        Self::new(StatusCode::GATEWAY_TIMEOUT, "GatewayTimeout", message.to_owned())
            .with(HeaderName::from_static("x-ms-failure-cause"), "service")
    }

    /// Something broke here. The caller is not told what; the log is.
    pub(super) fn failed(reason: &str) -> Self {
        tracing::error!(error.message = %reason, "a request could not be answered");
        let message = "The stamp failed to answer; its log says why. Ask again, and name the x-ms-request-id when you \
                       ask for help.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", message.to_owned())
    }

    /// The same refusal with a header. A value that is no header value is left out.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }
}

impl From<SourceError> for Refusal {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Busy(seconds) => Self::busy(seconds),
            SourceError::Slow => Self::slow(),
            SourceError::Failed(reason) => Self::failed(&reason),
        }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let mut body = ErrorBody::<ResourceError>::of(refusal.code, &refusal.message);
        body.error.details = refusal.details;
        // Texts can always be written.
        let text = serde_json::to_string(&body).unwrap_or_default();
        Self { headers: refusal.headers, ..Self::json(refusal.status, text) }
    }
}
