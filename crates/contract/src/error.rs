//! Error: the envelope that every refusal comes in, and what may be inside.

use serde::{Deserialize, Serialize};

/// A refusal. Clients of the resource manager find `code` and `message` only inside this envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody<Detail = ErrorDetail> {
    /// The error.
    pub error: Detail,
}

/// What went wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// A word for programs.
    pub code: String,
    /// A sentence for people that says what to do.
    pub message: String,
}

/// The same of a resource, which can name what it is about: `ErrorBody<ResourceError>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceError {
    /// A word for programs.
    pub code: String,
    /// A sentence for people that says what to do.
    pub message: String,
    /// The property, parameter or resource that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Further errors behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<ResourceError>,
}

impl ErrorBody<ResourceError> {
    /// A refusal without a target and without details.
    pub fn of(code: &str, message: &str) -> Self {
        let (code, message) = (code.to_owned(), message.to_owned());
        Self { error: ResourceError { code, message, target: None, details: Vec::new() } }
    }

    /// The same refusal about a property, parameter or resource.
    #[must_use]
    pub fn about(mut self, target: &str) -> Self {
        self.error.target = Some(target.to_owned());
        self
    }
}

#[cfg(test)]
mod tests;
