//! Refusal: a request that the office does not grant, in the words of the protocol.

use model::Office;
use store::StoreError;

use crate::{Actor, Hub, OfficeChange};

/// A request that was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The code. Source: registration error codes, 2019; domain notes D.5, C; Azure Resource Manager's common errors.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
    /// The member of the request that is wrong, when it is one.
    pub target: Option<&'static str>,
}

/// Why the office was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The request was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) fn refusal(code: &'static str, message: String) -> Refusal {
    Refusal { code, message, target: None }
}

pub(crate) fn refused(code: &'static str, message: String) -> RegisterError {
    refusal(code, message).into()
}

impl Hub {
    /// Changes the office for somebody, where what is not granted is refused.
    pub(crate) fn change_as(
        &self,
        actor: &Actor,
        decide: impl FnMut(&Office) -> Result<Option<OfficeChange>, RegisterError>,
    ) -> Result<(), RegisterError> {
        self.change_office(&actor.text(), decide)
    }
}
