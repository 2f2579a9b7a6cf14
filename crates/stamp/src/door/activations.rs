//! Activations: whether the stamp is registered, and under what, as its operator sees and changes it.
//!
//! Source: `Microsoft.AzureBridge.Admin` 2016-01-01, recorded responses; domain notes C.1.

use axum::http::{StatusCode, header};
use serde::Deserialize;

use super::{Answer, Call, Refusal};
use crate::activation::{self, API_VERSION, Activation, ActivationError, NAME, RESOURCE_GROUP, Shelf};

const READ: &str = "Microsoft.AzureBridge.Admin/activations/read";
const WRITE: &str = "Microsoft.AzureBridge.Admin/activations/write";
const DELETE: &str = "Microsoft.AzureBridge.Admin/activations/delete";

/// What is sent to activate the stamp.
#[derive(Default, Deserialize)]
struct Put {
    #[serde(default)]
    properties: Option<PutProperties>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutProperties {
    #[serde(default)]
    activation_key: Option<String>,
}

/// The activation, if there is one, as a list.
pub(super) fn list(call: &Call, group: &str) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    call.operator_may(READ)?;
    check_group(group)?;
    let value = kept(call)?.map_or_else(String::new, |activation| activation.to_json());
    Ok(Answer::json(StatusCode::OK, format!("{{\"value\":[{value}]}}")))
}

/// Answers what is asked of one activation.
pub(super) fn one(call: &Call, group: &str, name: &str) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let action = match call.method.as_str() {
        "PUT" => WRITE,
        "DELETE" => DELETE,
        _ => READ,
    };
    call.operator_may(action)?;
    check_group(group)?;
    match action {
        WRITE => put(call, name),
        DELETE => delete(call, name),
        _ => {
            let found = if name.eq_ignore_ascii_case(NAME) { kept(call)? } else { None };
            let unknown =
                || Refusal::not_found("ActivationNotFound", format!("The activation '{name}' could not be found."));
            Ok(shown(&found.ok_or_else(unknown)?))
        }
    }
}

fn put(call: &Call, name: &str) -> Result<Answer, Refusal> {
    let sent: Put = call.body()?;
    if !name.eq_ignore_ascii_case(NAME) {
        let message = format!("The activation '{name}' cannot be made: the only one of a stamp is '{NAME}'.");
        return Err(Refusal::bad("InvalidActivationName", message));
    }
    let settings = &call.door.settings;
    let (Some(shelf), Some(trusted)) = (&settings.activation, &settings.trusted_keys) else {
        let message = "This stamp was not told whose activation keys it may believe. Activate it with `tallybridge stamp \
                       activate`, or start it with the keys of its hub.";
        return Err(Refusal::new(StatusCode::CONFLICT, "ActivationNotPossible", message.to_owned()));
    };
    let key = sent.properties.and_then(|properties| properties.activation_key).unwrap_or_default();
    if key.trim().is_empty() {
        return Err(Refusal::property("activationKey", "is missing"));
    }
    let place = call.source().place();
    let now = call.source().now();
    let made = activation::activate(&key, &place.cloud, trusted, &place.provider_subscription, now)?;
    shelf.write(&made)?;
    Ok(shown(&made))
}

fn delete(call: &Call, name: &str) -> Result<Answer, Refusal> {
    let shelf = call.door.settings.activation.as_ref().filter(|_| name.eq_ignore_ascii_case(NAME));
    let removed = shelf.map(Shelf::remove).transpose()?.unwrap_or(false);
    Ok(Answer::empty(if removed { StatusCode::OK } else { StatusCode::NO_CONTENT }))
}

fn check_group(group: &str) -> Result<(), Refusal> {
    if group.eq_ignore_ascii_case(RESOURCE_GROUP) {
        return Ok(());
    }
    Err(Refusal::not_found("ResourceGroupNotFound", format!("Resource group '{group}' could not be found.")))
}

fn kept(call: &Call) -> Result<Option<Activation>, Refusal> {
    Ok(call.door.settings.activation.as_ref().map(Shelf::read).transpose()?.flatten())
}

fn shown(activation: &Activation) -> Answer {
    Answer::json(StatusCode::OK, activation.to_json()).with(header::ETAG, &activation.etag())
}

impl From<ActivationError> for Refusal {
    fn from(error: ActivationError) -> Self {
        match error {
            ActivationError::File(_) | ActivationError::Shelf(_) | ActivationError::TrustedKeys(_) => {
                Self::failed(&error.to_string())
            }
            _ => Self::bad("InvalidActivationKey", format!("Attempt failed: {error}.")),
        }
    }
}
