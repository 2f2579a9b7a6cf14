//! Events: usage that resource providers post, as plain JSON or as CloudEvents.
//!
//! Source: domain notes B.6; CloudEvents 1.0.2, HTTP binding: structured, batched and binary mode.

use axum::http::{HeaderMap, StatusCode, header};
use contract::{
    error::ResourceError,
    usage_page::event::{self, EVENT_TYPE, Event, EventsError, Format, Identity, SPECVERSION},
};
use model::{IdError, LocalSubscriptionId, MeterId, Second, TimeError};
use percent_encoding::percent_decode_str;

use super::{Answer, Call, Refusal};
use crate::{PostError, UsageEvent};

/// What a sender of events needs at the default provider subscription.
const WRITE: &str = "Microsoft.Commerce.Admin/usageEvents/write";

/// How a body holds its events.
enum Mode {
    Body(Format),
    /// Data of one CloudEvent, whose other attributes are headers.
    Binary(Identity),
}

impl Call {
    /// Lets through who may post events to a stamp that takes some. Asked before a long body is read.
    pub(super) fn check_may_post(&self) -> Result<(), Refusal> {
        self.check_allowed(WRITE, &self.source().place().provider_subscription)?;
        self.service().map(drop)
    }
}

/// Takes events: all of them, or none.
pub(super) fn post(call: &Call) -> Result<Answer, Refusal> {
    let service = call.service()?;
    let mode = mode(&call.headers)?;
    let events = match mode {
        Mode::Body(format) => event::read(&call.body, format),
        Mode::Binary(identity) => event::read_data(&call.body, identity).map(|event| vec![event]),
    };
    let region = &call.source().place().region;
    let posted = events
        .map_err(unreadable)
        .and_then(|events| read_all(events, region))
        .and_then(|events| service.post(&events).map_err(|error| refused(error, events.len())));
    let posted = posted.inspect_err(|refusal| call.door.counts.refused(refusal.details.len()))?;
    call.door.counts.posted(&posted);
    let answer = event::Posted {
        accepted: posted.accepted,
        duplicates: posted.duplicates,
        reported: posted.reported.to_string(),
    };
    Answer::value(StatusCode::OK, &answer)
}

/// Which of the four ways the events are sent in.
fn mode(headers: &HeaderMap) -> Result<Mode, Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let kind = text(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/cloudevents+json" => Ok(Mode::Body(Format::Structured)),
        "application/cloudevents-batch+json" => Ok(Mode::Body(Format::Batch)),
        "application/json" if headers.keys().any(|name| name.as_str().starts_with("ce-")) => {
            for (name, wanted) in [("ce-specversion", SPECVERSION), ("ce-type", EVENT_TYPE)] {
                if text(name) != Some(wanted) {
                    return Err(invalid(format!("The header '{name}' is not '{wanted}'."), Vec::new()));
                }
            }
            let read = |name: &str| {
                let sent = text(name).filter(|text| !text.is_empty()).map(percent_decode_str);
                let decoded = sent.and_then(|sent| sent.decode_utf8().ok()).map(String::from);
                decoded.ok_or_else(|| invalid(format!("The header '{name}' is missing or is no text."), Vec::new()))
            };
            Ok(Mode::Binary(Identity { id: read("ce-id")?, source: read("ce-source")? }))
        }
        "application/json" => Ok(Mode::Body(Format::Plain)),
        _ => {
            let message = "Send events with the Content-Type application/json, application/cloudevents+json or \
                           application/cloudevents-batch+json.";
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "TypeUnsupported", message.to_owned()))
        }
    }
}

fn read_all(events: Vec<Event<'_>>, region: &str) -> Result<Vec<UsageEvent>, Refusal> {
    let mut details = Vec::new();
    let mut read = Vec::with_capacity(events.len());
    for (index, event) in events.into_iter().enumerate() {
        match read_one(event, region) {
            Ok(event) => read.push(event),
            Err((member, reason)) if details.len() < DETAILS_MAX => details.push(detail(index, Some(member), &reason)),
            Err(_) => {}
        }
    }
    if details.is_empty() { Ok(read) } else { Err(several(details)) }
}

/// How many events are told to be wrong at most.
const DETAILS_MAX: usize = 100;

fn read_one(event: Event<'_>, region: &str) -> Result<UsageEvent, (&'static str, String)> {
    let id = |member| move |error: IdError| (member, error.to_string());
    let time = |member| move |error: TimeError| (member, error.to_string());
    let texts = [("id", &event.id), ("source", &event.source), ("resourceUri", &event.resource_uri)]
        .into_iter()
        .chain(event.location.as_ref().map(|location| ("location", location)));
    // They go on into rows, tables and logs, where nobody expects a line feed or a NUL.
    if let Some((member, _)) = texts.into_iter().find(|(_, text)| text.chars().any(char::is_control)) {
        return Err((member, "holds control characters".to_owned()));
    }
    Ok(UsageEvent {
        subscription: LocalSubscriptionId::new(&event.subscription_id).map_err(id("subscriptionId"))?,
        meter: MeterId::new(&event.meter_id).map_err(id("meterId"))?,
        start: Second::parse(&event.usage_start_time).map_err(time("usageStartTime"))?,
        end: Second::parse(&event.usage_end_time).map_err(time("usageEndTime"))?,
        id: event.id.into_owned(),
        source: event.source.into_owned(),
        quantity: event.quantity.into_owned(),
        resource_uri: event.resource_uri.into_owned(),
        location: event.location.map_or_else(|| region.to_owned(), String::from),
        tags: event.tags.into_owned(),
        additional_info: event.additional_info.into_owned(),
    })
}

fn unreadable(error: EventsError) -> Refusal {
    match error {
        EventsError::Body(reason) => invalid(format!("The body cannot be read: {reason}."), Vec::new()),
        EventsError::Events(problems) => {
            several(problems.iter().map(|one| detail(one.index, one.member, &one.reason)).collect())
        }
    }
}

fn refused(error: PostError, events: usize) -> Refusal {
    match error {
        PostError::Invalid(problems) => {
            several(problems.iter().map(|one| detail(one.index, Some(one.field), &one.reason)).collect())
        }
        PostError::Conflict(conflicts) => {
            let reason = "was posted before with other content; a correction is a new event with a new id";
            let details: Vec<_> = conflicts.iter().map(|(index, _)| detail(*index, Some("id"), reason)).collect();
            let count = details.len();
            let message = format!("{count} of {events} events were posted before with other content. None was kept.");
            Refusal { details, ..Refusal::new(StatusCode::CONFLICT, "UsageEventConflict", message) }
        }
        PostError::Source(error) => error.into(),
    }
}

fn several(details: Vec<ResourceError>) -> Refusal {
    let count = match details.len() {
        1 => "One event".to_owned(),
        // More than these are not told.
        count if count >= DETAILS_MAX => format!("At least {count} events"),
        count => format!("{count} events"),
    };
    invalid(format!("{count} cannot be taken. None was kept; details say which and why."), details)
}

fn invalid(message: String, details: Vec<ResourceError>) -> Refusal {
    Refusal { details, ..Refusal::bad("InvalidUsageEvents", message) }
}

/// What is wrong with one event, by its place in the body.
fn detail(index: usize, member: Option<&str>, reason: &str) -> ResourceError {
    let (target, message) = match member {
        Some(member) => (format!("[{index}].{member}"), format!("Event {index}, '{member}': {reason}.")),
        None => (format!("[{index}]"), format!("Event {index}: {reason}.")),
    };
    ResourceError { code: "InvalidUsageEvent".to_owned(), message, target: Some(target), details: Vec::new() }
}
