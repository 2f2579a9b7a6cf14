//! Once: a request that makes something is carried out once, also when its answer was lost and it is sent again.
//!
//! What was answered is remembered while the process lives, and only the latest answers.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::StatusCode;
use model::Office;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};

use super::{REQUEST_ID, REQUEST_ID_BYTES_MAX, fault::Refused};
use crate::{answer::Answer, call::Call, error::ApiError};

/// How many answers are remembered.
const ANSWERS_MAX: usize = 256;

/// An answer that was given.
struct Given {
    /// Which request it was: who asked, for what, under which name. SHA-256.
    request: [u8; 32],
    /// What the request said. SHA-256.
    body: [u8; 32],
    answer: Box<RawValue>,
}

/// Changes are made one after the other, so that none is decided by what another one is just changing.
static ANSWERS: Mutex<VecDeque<Given>> = Mutex::new(VecDeque::new());

fn lock() -> MutexGuard<'static, VecDeque<Given>> {
    ANSWERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Changes something while nobody else does. `change` is given the office as it is now.
pub(super) fn alone<T>(call: &Call<'_>, change: impl FnOnce(&Arc<Office>) -> Result<T, Refused>) -> Result<T, Refused> {
    let _alone = lock();
    change(&call.hub().current_office()?)
}

/// Makes something, or gives the answer again that this request was given before.
pub(super) fn once<T: Serialize>(
    call: &Call<'_>,
    make: impl FnOnce(&Arc<Office>) -> Result<T, Refused>,
) -> Result<Answer, Refused> {
    let request = name(call)?;
    let body: [u8; 32] = Sha256::digest(call.body).into();
    let mut answers = lock();
    if let Some(given) = answers.iter().find(|given| Some(given.request) == request) {
        if given.body != body {
            return Err(Refused::conflict(
                "RequestIdReused",
                "This MS-RequestId was used for a request with another body. Send a new one, or the same body.",
            ));
        }
        return Ok(Answer::json(StatusCode::CREATED, &given.answer)?);
    }
    let result = make(&call.hub().current_office()?)?;
    let answer = to_raw_value(&result).map_err(|error| ApiError::unwritable(&error))?;
    let reply = Answer::json(StatusCode::CREATED, &answer)?;
    if let Some(request) = request {
        answers.truncate(ANSWERS_MAX.saturating_sub(1));
        answers.push_front(Given { request, body, answer });
    }
    Ok(reply)
}

/// What tells a request from all others; nothing when the client did not name it.
fn name(call: &Call<'_>) -> Result<Option<[u8; 32]>, Refused> {
    let Some(sent) = call.headers.get(REQUEST_ID) else { return Ok(None) };
    let sent = sent.as_bytes();
    if sent.is_empty() || sent.len() > REQUEST_ID_BYTES_MAX {
        let rule = format!("The MS-RequestId has from 1 to {REQUEST_ID_BYTES_MAX} bytes, such as a GUID.");
        return Err(Refused::invalid("InvalidRequestId", rule));
    }
    let caller = call.caller.as_ref().map(|caller| caller.id.folded()).unwrap_or_default();
    let mut digest = Sha256::new();
    // None of these holds a line end, so no two requests are written alike.
    digest.update(format!("{}\n{caller}\n{}\n", call.hub().incarnation()?, call.target));
    digest.update(sent);
    Ok(Some(digest.finalize().into()))
}
