//! Answer: what a route says, as a response.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::error::ApiError;

/// What a route gives.
pub(crate) type Reply = Result<Answer, ApiError>;

/// The type of every JSON answer. Clients refuse to read any other.
pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    content_type: &'static str,
    body: Option<Vec<u8>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, content_type: JSON, body: None, headers: Vec::new() }
    }

    /// An answer in JSON.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Reply {
        let body = serde_json::to_vec(body).map_err(|error| ApiError::unwritable(&error))?;
        Ok(Self { status, content_type: JSON, body: Some(body), headers: Vec::new() })
    }

    /// An answer in JSON with status 200.
    pub(crate) fn ok(body: &impl Serialize) -> Reply {
        Self::json(StatusCode::OK, body)
    }

    /// A page for a browser.
    pub(crate) fn page(status: StatusCode, html: String) -> Self {
        let body = Some(html.into_bytes());
        Self { status, content_type: "text/html; charset=utf-8", body, headers: Vec::new() }
    }

    /// A file of a type.
    pub(crate) fn file(content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, content_type, body: Some(bytes), headers: Vec::new() }
    }

    /// The same answer with one more header field.
    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => ([(header::CONTENT_TYPE, self.content_type)], Body::from(body)).into_response(),
            None => Body::empty().into_response(),
        };
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}
