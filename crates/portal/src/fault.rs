//! Fault: why a page was not given, for the person who asked.

use axum::http::StatusCode;
use hub::{CloseError, RegisterError, StoreError};

/// Why a page was not given.
#[derive(Debug)]
pub(crate) enum Fault {
    /// There is nothing, or nothing that the person may know of.
    NotFound,
    /// It is there, and only others may do it.
    Forbidden,
    /// Nobody is signed in.
    SignIn,
    /// What was sent cannot be taken. The text says why, in the language of the person.
    Bad(String),
    /// The form is not of this session, or it was sent by another site.
    Forged,
    /// The method is none of this page.
    Method,
    /// The hub refused, with a code and its reason.
    Refused {
        /// The code, as the protocols name it.
        code: String,
        /// Why.
        message: String,
    },
    /// The hub failed. The text goes into the log.
    Failed(String),
}

impl Fault {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Forged => StatusCode::FORBIDDEN,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused { .. } => StatusCode::CONFLICT,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<model::Overflow> for Fault {
    fn from(error: model::Overflow) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<CloseError> for Fault {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::UnknownPartner(_) => Self::NotFound,
            CloseError::Reseller(..)
            | CloseError::NoPriceList(_)
            | CloseError::Blocked(_)
            | CloseError::Draft(_)
            | CloseError::Mismatch(_)
            | CloseError::Number => Self::Refused { code: "CannotBeBilled".to_owned(), message: error.to_string() },
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<RegisterError> for Fault {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Refused(refusal) => {
                Self::Refused { code: refusal.code.to_owned(), message: refusal.message }
            }
            RegisterError::Store(error) => error.into(),
        }
    }
}
