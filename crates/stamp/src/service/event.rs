//! Event: whether a posted event can be taken, and what is kept of it.

use contract::usage_page::{InstanceData, ResourceInstance};
use model::{Hour, Quantity, UserSubscription};
use serde_json::value::RawValue;
use store::{EventIdentity, EventRecord};

use super::{EventProblem, PROBLEMS_MAX, UsageEvent};

/// The longest id of an event, and of a source. Unit: bytes.
const ID_BYTES_MAX: usize = 256;
/// The longest address of a resource. Unit: bytes.
const ADDRESS_BYTES_MAX: usize = 2 * 1024;
/// The longest name of a region. Unit: bytes.
const LOCATION_BYTES_MAX: usize = 128;
/// The longest text of tags, and of what else is said about a resource. Unit: bytes.
const DOCUMENT_BYTES_MAX: usize = 16 * 1024;

/// The longest document about a resource, as it is written inside a row. The rest of a row has far less than the other quarter.
/// A hub refuses a window with a longer row, and a row that is sealed is never taken back. Unit: bytes.
const WRITTEN_BYTES_MAX: usize = contract::window::ROW_BYTES_MAX / 4 * 3;

/// Checks events, and makes of each what is kept; or names the first hundred that cannot be taken.
pub(super) fn check_all(
    events: &[UsageEvent],
    subscriptions: &[UserSubscription],
    now: Hour,
) -> Result<Vec<EventRecord>, Vec<EventProblem>> {
    let mut records = Vec::with_capacity(events.len());
    let mut problems = Vec::new();
    for (index, event) in events.iter().enumerate() {
        match check(event, subscriptions, now) {
            Ok(record) => records.push(record),
            Err((field, reason)) => problems.push(problem(index, event, field, reason)),
        }
        if problems.len() >= PROBLEMS_MAX {
            break;
        }
    }
    if problems.is_empty() { Ok(records) } else { Err(problems) }
}

/// What is wrong with an event, with as much of its id as can be shown.
pub(super) fn problem(index: usize, event: &UsageEvent, field: &'static str, reason: String) -> EventProblem {
    let id = event.id.get(..event.id.floor_char_boundary(ID_BYTES_MAX)).unwrap_or_default().to_owned();
    EventProblem { index, id, field, reason }
}

/// A field and what is wrong with it.
type Wrong = (&'static str, String);

fn check(event: &UsageEvent, subscriptions: &[UserSubscription], now: Hour) -> Result<EventRecord, Wrong> {
    check_text("id", &event.id, ID_BYTES_MAX)?;
    check_text("source", &event.source, ID_BYTES_MAX)?;
    check_text("location", &event.location, LOCATION_BYTES_MAX)?;
    check_text("resourceUri", &event.resource_uri, ADDRESS_BYTES_MAX)?;
    if !event.resource_uri.starts_with('/') {
        return Err(("resourceUri", "does not begin with a slash".to_owned()));
    }
    check_document("tags", &event.tags)?;
    check_document("additionalInfo", &event.additional_info)?;
    // A deleted one may be named, because usage comes late.
    let known = subscriptions.binary_search_by(|known| known.id.cmp(&event.subscription));
    let subscription = known.ok().and_then(|index| subscriptions.get(index)).ok_or_else(|| {
        ("subscriptionId", format!("there is no local subscription {} on this stamp", event.subscription))
    })?;
    Ok(EventRecord {
        identity: identity(event),
        subscription: event.subscription.clone(),
        tenant: subscription.tenant.clone(),
        meter: event.meter.clone(),
        resource: event.resource_uri.to_ascii_lowercase(),
        instance_data: document(event)?,
        used: hour_of_use(event, now)?,
        quantity: quantity(&event.quantity).map_err(|reason| ("quantity", reason))?,
        quantity_text: event.quantity.clone(),
    })
}

fn check_text(field: &'static str, text: &str, bytes_max: usize) -> Result<(), Wrong> {
    if text.is_empty() {
        return Err((field, "is empty".to_owned()));
    }
    if text.len() > bytes_max {
        return Err((field, format!("has {} bytes, at most {bytes_max} are taken", text.len())));
    }
    Ok(())
}

fn check_document(field: &'static str, text: &str) -> Result<(), Wrong> {
    if text.len() > DOCUMENT_BYTES_MAX {
        return Err((field, format!("has {} bytes, at most {DOCUMENT_BYTES_MAX} are taken", text.len())));
    }
    let is_object = || serde_json::from_str::<&RawValue>(text).is_ok_and(|value| value.get().starts_with('{'));
    if text.is_empty() || text == "null" || is_object() {
        return Ok(());
    }
    Err((field, "is neither empty nor the word null nor the text of a JSON object".to_owned()))
}

fn hour_of_use(event: &UsageEvent, now: Hour) -> Result<Hour, Wrong> {
    let (start, end) = (event.start, event.end);
    let used = start.hour().ok_or_else(|| ("usageStartTime", format!("{start} is before 1970")))?;
    if end <= start {
        return Err(("usageEndTime", format!("the use ends at {end}, not after it began at {start}")));
    }
    if end > used.end() {
        return Err(("usageEndTime", format!("{start} to {end} is more than one UTC hour: send an event for each")));
    }
    // The running hour is allowed: some resources report before it ends. Source: domain notes E.1, fact 9.
    if used > now {
        return Err(("usageStartTime", format!("{start} is in the future: the running hour is {now}")));
    }
    Ok(used)
}

/// Reads a number that rows can carry as it was sent.
fn quantity(text: &str) -> Result<Quantity, String> {
    let quantity = Quantity::parse(text).map_err(|error| format!("is {error}"))?;
    // Source: domain notes F.2, case 19.
    if text.starts_with('-') {
        return Err("is below zero: what was posted is not taken back by an event".to_owned());
    }
    // Rows carry the text as a JSON number, which has no plus sign and no leading zeros.
    if !serde_json::from_str::<&RawValue>(text).is_ok_and(|value| value.get() == text) {
        return Err("is not written as a JSON number".to_owned());
    }
    Ok(quantity)
}

/// The document about the resource, which must fit into a row of a page.
fn document(event: &UsageEvent) -> Result<String, Wrong> {
    let unwritable = |error: serde_json::Error| ("additionalInfo", error.to_string());
    let text = instance_data(event).map_err(unwritable)?;
    // A row carries it as the text of a text: each quotation mark and backslash takes one byte more, everything else stays.
    let written = text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count().saturating_add(text.len());
    if written > WRITTEN_BYTES_MAX {
        let reason = format!(
            "with tags and resourceUri it takes {written} bytes of a row, with its quotation marks and backslashes marked: at \
             most {WRITTEN_BYTES_MAX} are taken"
        );
        return Err(("additionalInfo", reason));
    }
    Ok(text)
}

fn instance_data(event: &UsageEvent) -> serde_json::Result<String> {
    serde_json::to_string(&InstanceData {
        resources: ResourceInstance {
            resource_uri: event.resource_uri.as_str().into(),
            location: event.location.as_str().into(),
            tags: event.tags.as_str().into(),
            additional_info: event.additional_info.as_str().into(),
        },
    })
}

fn identity(event: &UsageEvent) -> EventIdentity {
    let content = [
        event.subscription.as_str(),
        event.meter.as_str(),
        &event.quantity,
        &event.start.to_string(),
        &event.end.to_string(),
        &event.resource_uri,
        &event.location,
        &event.tags,
        &event.additional_info,
    ];
    EventIdentity::new(&[&event.source, &event.id], &content)
}
