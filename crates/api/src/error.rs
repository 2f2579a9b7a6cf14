//! Errors: what is wrong and what to do, as status, word and sentence.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    delivery::{ErrorBody, ErrorDetail},
    window::{BodyError, BodyProblem},
};
use hub::{ReceiveError, StoreError};

use crate::limits::RETRY_AFTER_SECONDS;

/// An answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "There is nothing at this address. Check the path.")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "This address does not take this method. A window is read with GET and delivered with PUT.",
        )
    }

    /// For a stamp that does not exist and for one that the caller may not see: the same bytes.
    pub(crate) fn stamp_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "StampNotFound",
            "The stamp does not exist, or the credential is not one of its own. Check the cloud id and the credential.",
        )
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", message)
    }

    pub(crate) fn too_large(message: String) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BodyTooLarge", message)
    }

    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Busy", "Too many deliveries at the same time. Send it again later.")
    }

    pub(crate) fn panicked(error: &tokio::task::JoinError) -> Self {
        tracing::error!(error.message = %error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "The hub failed at this request. Nothing of it was kept. Send it again; if it fails again, tell the operator.",
        )
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(error.message = %error, "the store failed");
        match error {
            StoreError::Database { .. } | StoreError::Conflict(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "StoreUnavailable",
                "The hub's database cannot take this now. Nothing was kept. Send it again later.",
            ),
            StoreError::Damaged { .. } | StoreError::TooNew { .. } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "StoreDamaged",
                "What the hub's database holds cannot be read. Nothing was changed. The operator should run `tallybridge verify`.",
            ),
        }
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        let code = match error.problem {
            BodyProblem::TooDeep => "NestingTooDeep",
            BodyProblem::RowTooLong => "RowTooLong",
            _ => "BodyInvalid",
        };
        let message =
            format!("The body cannot be read at {error}. Nothing was kept. Send the stamp's pages as they are.");
        Self::bad_request(code, message)
    }
}

/// Why the body of a delivery was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillError {
    /// It cannot be read.
    Body(BodyError),
    /// Its table of local subscriptions is wrong.
    Table(String),
}

impl std::fmt::Display for FillError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Body(error) => write!(formatter, "read the rows: {error}"),
            Self::Table(problem) => formatter.write_str(problem),
        }
    }
}

impl std::error::Error for FillError {}

impl From<ReceiveError<FillError>> for ApiError {
    fn from(error: ReceiveError<FillError>) -> Self {
        match error {
            ReceiveError::UnknownStamp(_) => Self::stamp_not_found(),
            ReceiveError::NotOver { hour, now } => Self::new(
                StatusCode::CONFLICT,
                "WindowNotOver",
                format!(
                    "The window {hour} is not over: the hub's time is {now}. Send it after its hour has ended, and check the clocks."
                ),
            ),
            ReceiveError::Body(FillError::Body(error)) => error.into(),
            ReceiveError::Body(FillError::Table(message)) | ReceiveError::Table(message) => {
                Self::bad_request("TableInvalid", format!("Nothing was kept: {message}."))
            }
            ReceiveError::Overflow(_) => Self::bad_request(
                "SumTooLarge",
                "A sum of this window is too large to be kept exactly. Nothing was kept. Check the quantities.",
            ),
            ReceiveError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let detail = ErrorDetail { code: self.code.to_owned(), message: self.message };
        let mut response = (self.status, Json(ErrorBody { error: detail })).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        response
    }
}
