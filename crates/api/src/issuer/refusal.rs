//! Refusal: why there is no token, with the numbers that clients and people look for.
//!
//! Source: RFC 6749, 5.2; RFC 8628, 3.5; Microsoft Entra authentication error codes, 2026.

use std::fmt::Display;

use axum::http::{StatusCode, header};
use contract::discovery::TokenRefusal;

use crate::{
    answer::{Answer, Reply},
    call::{Call, Query},
    error::ApiError,
    limits::RETRY_AFTER_SECONDS,
};

/// The longest name that a client gives its request. Unit: bytes.
const CORRELATION_BYTES_MAX: usize = 128;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    /// The word of the standard.
    error: &'static str,
    number: u32,
    /// What is wrong and what to do.
    pub(super) message: String,
    /// Unit: seconds.
    retry_after: Option<i64>,
}

impl Refusal {
    fn new(status: StatusCode, error: &'static str, number: u32, message: impl Into<String>) -> Self {
        Self { status, error, number, message: message.into(), retry_after: None }
    }

    fn bad(error: &'static str, number: u32, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, number, message)
    }

    fn later(status: StatusCode, number: u32, message: &str, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(status, "temporarily_unavailable", number, message) }
    }

    pub(super) fn unknown_tenant(sent: &str) -> Self {
        let message = format!("Tenant '{}' not found. Check the tenant id or the domain name.", short(sent));
        Self::bad("invalid_tenant", 90_002, message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::bad("invalid_request", 900_144, message)
    }

    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::bad("invalid_request", 90_014, message)
    }

    pub(super) fn too_large(bytes_max: usize) -> Self {
        let message = format!("The form is larger than {bytes_max} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", 90_014, message)
    }

    pub(super) fn unknown_grant(sent: &str) -> Self {
        let message = format!(
            "The grant type '{}' is not supported. Use client_credentials, password, refresh_token or a device code.",
            short(sent)
        );
        Self::bad("unsupported_grant_type", 70_003, message)
    }

    pub(super) fn unknown_audience(sent: &str) -> Self {
        let message = format!(
            "The resource principal named '{}' was not found. Ask for the address of this hub followed by /.default.",
            short(sent)
        );
        Self::bad("invalid_resource", 500_011, message)
    }

    /// For a secret that is wrong and for a program that nobody knows: the same bytes.
    pub(super) fn wrong_secret() -> Self {
        let message = "Invalid client secret provided, or the client is not known in this tenant.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215, message)
    }

    pub(super) fn no_secret() -> Self {
        let message = "The request must prove the client with 'client_secret'. Assertions are not taken.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_218, message)
    }

    /// For a password that is wrong and for a person that nobody knows: the same bytes.
    pub(super) fn wrong_password() -> Self {
        Self::bad("invalid_grant", 50_126, "Error validating credentials due to invalid username or password.")
    }

    /// For a refresh token that proves nothing, or nothing any more.
    pub(super) fn refresh_ended(why: impl Display) -> Self {
        Self::bad("invalid_grant", 70_008, format!("The refresh token is not valid: {why}. Sign in again."))
    }

    pub(super) fn pending() -> Self {
        Self::bad("authorization_pending", 70_016, "The person has not completed the sign-in yet.")
    }

    pub(super) fn slow_down() -> Self {
        Self::bad("slow_down", 70_016, "The sign-in was asked for too early. Wait 5 seconds longer between requests.")
    }

    pub(super) fn code_expired() -> Self {
        Self::bad("expired_token", 70_020, "The device code has expired. Begin the sign-in again.")
    }

    pub(super) fn declined() -> Self {
        Self::bad("access_denied", 70_018, "The person declined the sign-in, or the account may not sign in here.")
    }

    pub(super) fn unknown_code() -> Self {
        Self::bad("invalid_grant", 70_019, "The device code is not known, or it was used. Begin the sign-in again.")
    }

    /// Somebody was wrong too often. Unit: seconds.
    pub(super) fn too_often(seconds: i64) -> Self {
        let message = "Too many wrong attempts for this account. Wait a minute.";
        Self::later(StatusCode::TOO_MANY_REQUESTS, 50_196, message, seconds)
    }

    pub(super) fn busy() -> Self {
        let message = "Too many people sign in at the same time. Try again in a moment.";
        Self::later(StatusCode::SERVICE_UNAVAILABLE, 90_033, message, i64::from(RETRY_AFTER_SECONDS))
    }

    /// The hub cannot issue tokens now.
    pub(super) fn unable(problem: &str) -> Self {
        tracing::error!(error.message = problem, "a token could not be issued");
        let message = "The hub cannot issue tokens now. The operator should look at its log and at its keys.";
        Self::later(StatusCode::SERVICE_UNAVAILABLE, 90_033, message, i64::from(RETRY_AFTER_SECONDS))
    }

    /// The answer, without the envelope that other errors have.
    pub(super) fn answer(self, call: &Call<'_>) -> Reply {
        tracing::debug!(request.id = call.request_id, error.code = self.number, "a token was refused");
        let timestamp = call.hub().now().to_string().replace('T', " ");
        let correlation = correlation(call);
        let description = format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {correlation} Timestamp: {timestamp}",
            self.number, self.message, call.request_id
        );
        let body = TokenRefusal {
            error: self.error.to_owned(),
            error_description: description,
            error_codes: vec![self.number],
            timestamp,
            trace_id: call.request_id.to_owned(),
            correlation_id: correlation,
        };
        let mut answer = Answer::json(self.status, &body)?.with(header::PRAGMA, "no-cache");
        if self.status == StatusCode::UNAUTHORIZED && call.headers.contains_key(header::AUTHORIZATION) {
            answer = answer.with(header::WWW_AUTHENTICATE, "Basic realm=\"tallybridge\"");
        }
        if let Some(seconds) = self.retry_after {
            answer = answer.with(header::RETRY_AFTER, &seconds.to_string());
        }
        Ok(answer)
    }

    /// The same for the page on which a person signs in.
    pub(super) fn for_people(self) -> Self {
        if self.error != "invalid_grant" {
            return self;
        }
        let message = "Name or password is wrong, or the account may not sign in here.".to_owned();
        Self { status: StatusCode::UNAUTHORIZED, message, ..self }
    }

    /// The word of the standard.
    #[cfg(test)]
    pub(super) fn word(&self) -> &'static str {
        self.error
    }

    /// The status, for a page.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// When to come again, for a page. Unit: seconds.
    pub(super) fn retry_after(&self) -> Option<i64> {
        self.retry_after
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::unable(error.code())
    }
}

/// The client's own name of a request; without one it has ours.
fn correlation(call: &Call<'_>) -> String {
    let header = call.headers.get("client-request-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let sent = header.or_else(|| call.query.get("client-request-id").map(str::to_owned));
    let sent = sent.or_else(|| Query::read(call.body).get("client-request-id").map(str::to_owned));
    let fits = |text: &String| text.len() <= CORRELATION_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    sent.filter(fits).unwrap_or_else(|| call.request_id.to_owned())
}

/// What was sent, cut to what can stand in a sentence.
fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(100).collect()
}
