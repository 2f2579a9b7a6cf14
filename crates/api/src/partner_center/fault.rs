//! Fault: a refusal in the shape that the tools of a partner's catalogue read.

use axum::http::StatusCode;
use contract::partner_center::Fault;
use hub::{CatalogueError, StoreError};

use crate::{
    answer::{Answer, Reply},
    call::Call,
    commerce::window::WindowProblem,
    error::ApiError,
    partner::page::PageProblem,
};

/// How many things that are wrong are told at a time.
const PROBLEMS_MAX: usize = 5;

/// Why a request was not carried out.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is refused.
    Fault(Told),
    /// The hub failed.
    Hub(ApiError),
}

/// A fault with its status.
#[derive(Debug)]
pub(super) struct Told {
    status: StatusCode,
    code: &'static str,
    description: String,
}

impl Told {
    /// The answer, noted where it is answered.
    pub(super) fn into_answer(self, call: &Call<'_>) -> Reply {
        call.door.metrics.refused(self.code);
        tracing::debug!(request.id = call.request_id, error.code = self.code, "a request was refused");
        Answer::json(self.status, &Fault::of(self.code, &self.description))
    }
}

impl Refused {
    fn told(status: StatusCode, code: &'static str, description: impl Into<String>) -> Self {
        Self::Fault(Told { status, code, description: description.into() })
    }

    /// For what the request says wrongly.
    pub(super) fn invalid(code: &'static str, description: impl Into<String>) -> Self {
        Self::told(StatusCode::BAD_REQUEST, code, description)
    }

    /// For what cannot be as things are.
    pub(super) fn conflict(code: &'static str, description: impl Into<String>) -> Self {
        Self::told(StatusCode::CONFLICT, code, description)
    }

    /// For who is known and is not shown this.
    pub(super) fn forbidden(code: &'static str, description: impl Into<String>) -> Self {
        Self::told(StatusCode::FORBIDDEN, code, description)
    }

    /// For a document that does not exist and for one of another partner: the same bytes.
    pub(super) fn invoice_not_found(sent: &str) -> Self {
        Self::told(StatusCode::NOT_FOUND, "InvoiceNotFound", format!("The invoice '{sent}' could not be found."))
    }

    /// For a customer that does not exist and for one of another partner: the same bytes.
    pub(super) fn customer_not_found(sent: &str) -> Self {
        Self::told(StatusCode::NOT_FOUND, "CustomerNotFound", format!("The customer '{sent}' could not be found."))
    }

    /// The same for subscriptions.
    pub(super) fn subscription_not_found(customer: &str, sent: &str) -> Self {
        let description = format!("The subscription '{sent}' of the customer '{customer}' could not be found.");
        Self::told(StatusCode::NOT_FOUND, "SubscriptionNotFound", description)
    }

    /// For a body that is none of the documented shape.
    pub(super) fn body(problem: &str) -> Self {
        Self::invalid("InvalidRequestContent", format!("The body of the request cannot be read: {problem}."))
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Hub(error)
    }
}

impl From<WindowProblem> for Refused {
    fn from(problem: WindowProblem) -> Self {
        Self::invalid(problem.code, problem.message)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Hub(error.into())
    }
}

impl From<PageProblem> for Refused {
    fn from(problem: PageProblem) -> Self {
        if matches!(problem, PageProblem::Key) {
            return Self::Hub(problem.into());
        }
        let (code, description) = problem.text();
        Self::invalid(code, description)
    }
}

impl From<CatalogueError> for Refused {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Store(error) => error.into(),
            CatalogueError::Problems(problems) => {
                let told: Vec<String> = problems.iter().take(PROBLEMS_MAX).map(ToString::to_string).collect();
                Self::invalid("InvalidInput", format!("Nothing was changed: {}.", told.join("; ")))
            }
        }
    }
}
