//! Locks: what keeps subscriptions, groups and registrations from being deleted or changed, over HTTP.
//!
//! Source: Azure Resource Manager locks 2016-09-01; clients' notes 3.

use axum::http::StatusCode;
use contract::arm::{
    List,
    group::{Lock as Shown, LockRequest},
};
use model::{Lock, LockLevel};

use super::{
    filter::{self, Words},
    page::page,
    place::{at_every_place, place},
};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    dispatch::no_content,
    error::ApiError,
    route::{BodyKind, Route},
};

/// How many locks a page has.
const PAGE_SIZE: usize = 1000;

const READ: &str = "Microsoft.Authorization/locks/read";
const WRITE: &str = "Microsoft.Authorization/locks/write";
const DELETE: &str = "Microsoft.Authorization/locks/delete";

const WORDS: Words = Words { fields: &[], calls: &["atScope"], calls_with_text: &[] };

/// The routes of locks.
pub(crate) const ROUTES: &[Route] = at_every_place! {
    "GET" "/providers/Microsoft.Authorization/locks", READ,
        "The locks of a place and of everything in it.", &[200], list, query: &["$filter", "$skipToken"];
    "GET" "/providers/Microsoft.Authorization/locks/{lock}", READ, "One lock.", &[200], get;
    "PUT" "/providers/Microsoft.Authorization/locks/{lock}", WRITE,
        "Locks a place, or changes a lock.", &[200, 201], put, body: BodyKind::Json;
    "DELETE" "/providers/Microsoft.Authorization/locks/{lock}", DELETE,
        "Takes a lock away.", &[200, 204], delete;
};

fn show(lock: &Lock) -> Shown {
    let notes = Some(lock.notes.as_str()).filter(|notes| !notes.is_empty());
    Shown::on(lock.scope.as_str(), &lock.name, lock.level.word(), notes)
}

fn list(call: &Call<'_>) -> Reply {
    let place = place(call)?;
    let here = !filter::conditions(call, &WORDS)?.is_empty();
    let wanted = |lock: &&Lock| !lock.removed && place.contains(&lock.scope) && (!here || lock.scope == place);
    let found: Vec<_> = call.office.locks.values().filter(wanted).collect();
    let list = page(call, &format!("locks of {}", place.folded()), PAGE_SIZE, found, |lock| lock.key())?;
    let value = list.value.into_iter().map(show).collect();
    Answer::ok(&List::page(value, list.next_link))
}

/// A lock of the name and at the place of a call, as it would be without level and notes.
fn named(call: &Call<'_>) -> Result<Lock, ApiError> {
    let (scope, name) = (place(call)?, call.param("lock").to_owned());
    Ok(Lock { scope, name, level: LockLevel::CanNotDelete, notes: String::new(), removed: false })
}

fn get(call: &Call<'_>) -> Reply {
    let found = call.office.locks.get(&named(call)?.key()).filter(|lock| !lock.removed);
    let found = found.ok_or_else(|| hub::resource::lock_not_found(call.param("lock")))?;
    Answer::ok(&show(found))
}

fn put(call: &Call<'_>) -> Reply {
    let named = named(call)?;
    let facts = call.json::<LockRequest>()?.properties.unwrap_or_default();
    let sent = facts.level.unwrap_or_default();
    let level = LockLevel::ALL.iter().find(|level| level.word().eq_ignore_ascii_case(&sent));
    let level = *level.ok_or_else(|| {
        let message = format!("The level {sent:?} is none of a lock. Take CanNotDelete or ReadOnly.");
        ApiError::bad_request("InvalidLock", message).about("properties.level")
    })?;
    let notes = facts.notes.unwrap_or_default();
    let (lock, made) = call.hub().put_lock(&call.actor(), &Lock { level, notes, ..named })?;
    Answer::json(if made { StatusCode::CREATED } else { StatusCode::OK }, &show(&lock))
}

fn delete(call: &Call<'_>) -> Reply {
    let named = named(call)?;
    let existed = call.hub().delete_lock(&call.actor(), &named.scope, &named.name)?;
    Ok(if existed { Answer::empty(StatusCode::OK) } else { no_content() })
}
