//! Moves: user subscriptions become the direct tenants of another provider.
//!
//! A real stamp does this in the background. Here it is done at once, and the operation that clients wait for has ended when
//! they first ask.
//!
//! Source: `Microsoft.Subscriptions.Admin` 2015-11-01, recorded responses; domain notes E.8.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderName, StatusCode, header};
use contract::usage_page::user_subscription::{API_VERSION, Move, OperationStatus};
use model::{LocalSubscriptionId, Second};

use super::{Answer, Call, Refusal};

/// How many user subscriptions one request may move.
const RESOURCES_MAX: usize = 1_000;

/// How many operations are remembered.
const OPERATIONS_MAX: usize = 1_000;

/// When a client may ask what became of an operation. Unit: seconds.
const RETRY_AFTER_SECONDS: u64 = 1;

/// Operations that ended, newest last.
#[derive(Debug, Default)]
pub(super) struct Operations(Mutex<VecDeque<(String, Second)>>);

/// Whether a move is done or only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    Move,
    Validate,
}

impl Attempt {
    fn action(self) -> &'static str {
        match self {
            Self::Move => "Microsoft.Subscriptions.Admin/moveSubscriptions/action",
            Self::Validate => "Microsoft.Subscriptions.Admin/validateMoveSubscriptions/action",
        }
    }
}

/// Moves user subscriptions, or says whether they could be moved.
pub(super) fn begin(call: &Call, attempt: Attempt) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    call.operator_may(attempt.action())?;
    let service = call.service()?;
    let sent: Move = call.body()?;
    let resources = sent.resources.unwrap_or_default();
    if resources.is_empty() || resources.len() > RESOURCES_MAX {
        return Err(Refusal::property("resources", &format!("names none, or more than {RESOURCES_MAX}")));
    }
    let ids = resources.iter().map(|path| subscription_in(path)).collect::<Option<Vec<_>>>();
    let ids = ids.ok_or_else(|| Refusal::property("resources", "holds what is no path of a user subscription"))?;
    let target = match sent.target_delegated_provider_offer.as_deref().map(str::trim).filter(|offer| !offer.is_empty())
    {
        Some(offer) => provider_in(offer)
            .ok_or_else(|| Refusal::property("targetDelegatedProviderOffer", "is no path of an offer"))?,
        None => call.source().place().provider_subscription.clone(),
    };
    match attempt {
        Attempt::Move => service.move_subscriptions(&call.caller.id, &ids, &target)?,
        Attempt::Validate => service.check_move(&ids, &target)?,
    }
    let id = call.door.next_request_id();
    let status = format!("{}{}?api-version={API_VERSION}", call.origin, operation_path(call, &id));
    let mut operations = call.door.operations.0.lock().unwrap_or_else(PoisonError::into_inner);
    if operations.len() >= OPERATIONS_MAX {
        operations.pop_front();
    }
    operations.push_back((id, call.source().now()));
    Ok(Answer::empty(StatusCode::ACCEPTED)
        .with(header::LOCATION, &status)
        .with(
            HeaderName::from_static("azure-asyncoperation"),
            &format!("{status}&operationResultResponseType=Azure-AsyncOperation"),
        )
        .with(header::RETRY_AFTER, &RETRY_AFTER_SECONDS.to_string()))
}

/// What became of an operation: it ended well, or it would not have begun.
pub(super) fn status(call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    call.operator_may("Microsoft.Subscriptions.Admin/operationsStatus/read")?;
    let operations = call.door.operations.0.lock().unwrap_or_else(PoisonError::into_inner);
    let known = operations.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).cloned();
    let (name, ended) = known
        .ok_or_else(|| Refusal::not_found("OperationNotFound", format!("The operation '{id}' could not be found.")))?;
    if call.query.get("operationResultResponseType")?.is_none() {
        return Ok(Answer::empty(StatusCode::NO_CONTENT));
    }
    let status = OperationStatus {
        id: operation_path(call, &name),
        name,
        status: "Succeeded".to_owned(),
        start_time: ended.to_string(),
        end_time: ended.to_string(),
        percent_complete: 100,
    };
    Answer::value(StatusCode::OK, &status)
}

fn operation_path(call: &Call, id: &str) -> String {
    let place = call.source().place();
    let (provider, region) = (&place.provider_subscription, &place.region);
    format!(
        "/subscriptions/{provider}/providers/Microsoft.Subscriptions.Admin/locations/{region}/operationsStatus/{id}"
    )
}

/// The user subscription that a path ends with; its bare id is taken, too.
fn subscription_in(path: &str) -> Option<LocalSubscriptionId> {
    let path = path.trim_end_matches('/');
    let (before, id) = path.rsplit_once('/').unwrap_or(("subscriptions", path));
    let is_path = before.to_ascii_lowercase().ends_with("subscriptions");
    LocalSubscriptionId::new(id).ok().filter(|_| is_path)
}

/// The provider whose offer a path names: the delegated one in it, or else the one it begins with.
fn provider_in(path: &str) -> Option<LocalSubscriptionId> {
    let behind = |word: &str| {
        let mut segments = path.split('/').skip_while(|segment| !segment.eq_ignore_ascii_case(word));
        segments.nth(1)
    };
    let id = behind("delegatedProviders").or_else(|| behind("subscriptions"))?;
    LocalSubscriptionId::new(id).ok()
}
