//! Event: what a resource provider says one resource used in part of an hour, as it is posted to a stamp.
//!
//! It comes as plain JSON or as a CloudEvent. Each member is read by its name, so that whoever sent a wrong one is told which.
//!
//! Source: domain notes B.6 for the facts; CloudEvents 1.0.2, JSON format and HTTP binding, for the envelope.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

mod member;

use member::Reader;

/// The path that events are posted to.
pub const EVENTS_PATH: &str = "/usage/v1/events";

/// The most events in one body.
pub const EVENTS_MAX: usize = 10_000;

/// The longest body. Unit: bytes.
pub const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The type that a CloudEvent has.
pub const EVENT_TYPE: &str = "tallybridge.usage.v1";

/// The version of CloudEvents that is read.
pub const SPECVERSION: &str = "1.0";

/// Whose an event is when it does not say.
pub const DEFAULT_SOURCE: &str = "default";

/// How many problems are told at most.
const PROBLEMS_MAX: usize = 100;

/// How a body holds its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One object or a list of them.
    Plain,
    /// One CloudEvent.
    Structured,
    /// A list of CloudEvents.
    Batch,
}

/// What identifies an event, where it stands outside of its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: String,
    /// Who says so.
    pub source: String,
}

/// One event, read but not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// Its id.
    pub id: Cow<'a, str>,
    /// Who says so.
    pub source: Cow<'a, str>,
    /// The local subscription.
    pub subscription_id: Cow<'a, str>,
    /// The resource's address on the stamp.
    pub resource_uri: Cow<'a, str>,
    /// The meter.
    pub meter_id: Cow<'a, str>,
    /// The number as it was sent.
    pub quantity: Cow<'a, str>,
    /// When the use began.
    pub usage_start_time: Cow<'a, str>,
    /// When it ended, exclusive.
    pub usage_end_time: Cow<'a, str>,
    /// The region; that of the stamp when it is left out.
    pub location: Option<Cow<'a, str>>,
    /// Empty, the word `null`, or a JSON object as text.
    pub tags: Cow<'a, str>,
    /// Empty, or a JSON object as text.
    pub additional_info: Cow<'a, str>,
}

/// What is wrong with one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProblem {
    /// Its place in the body, from 0.
    pub index: usize,
    /// The member, or nothing when it is about the whole event.
    pub member: Option<&'static str>,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventsError {
    /// It is not a body of events at all.
    Body(String),
    /// Some of its events are not readable: the first hundred of them.
    Events(Vec<EventProblem>),
}

/// The answer to a body that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// Events that were new.
    pub accepted: u64,
    /// Events that were there already, with the same content.
    pub duplicates: u64,
    /// The hour that the new ones are reported in.
    pub reported: String,
}

/// Reads a body of events.
///
/// # Errors
///
/// When the body or one of its events has another form.
pub fn read(body: &str, format: Format) -> Result<Vec<Event<'_>>, EventsError> {
    let body = body.strip_prefix('\u{feff}').unwrap_or(body).trim();
    let is_list = body.starts_with('[');
    let raws = match format {
        Format::Structured if is_list => {
            return Err(EventsError::Body("expected one CloudEvent, not a list".to_owned()));
        }
        Format::Batch if !is_list => return Err(EventsError::Body("expected a list of CloudEvents".to_owned())),
        _ if is_list => serde_json::from_str::<Capped<'_>>(body).map(|list| list.0),
        _ => serde_json::from_str(body).map(|one| vec![one]),
    };
    let raws = raws.map_err(|error| EventsError::Body(error.to_string()))?;
    if raws.is_empty() {
        return Err(EventsError::Body("there are no events in it".to_owned()));
    }
    let mut problems = Vec::new();
    let mut events = Vec::with_capacity(raws.len());
    for (index, raw) in raws.into_iter().enumerate() {
        let reader = Reader { index };
        let event = if format == Format::Plain { reader.plain(raw) } else { reader.cloud_event(raw) };
        match event {
            Ok(event) => events.push(event),
            Err(problem) => problems.push(problem),
        }
        if problems.len() == PROBLEMS_MAX {
            break;
        }
    }
    if problems.is_empty() { Ok(events) } else { Err(EventsError::Events(problems)) }
}

/// Reads a body that is only the data of a CloudEvent, whose other attributes came in headers.
///
/// # Errors
///
/// When the body has another form.
pub fn read_data(body: &str, identity: Identity) -> Result<Event<'_>, EventsError> {
    let raw = serde_json::from_str(body).map_err(|error| EventsError::Body(error.to_string()))?;
    let event = Reader { index: 0 }.data(raw, identity.id.into(), identity.source.into());
    event.map_err(|problem| EventsError::Events(vec![problem]))
}

/// A list of raw values that never grows beyond [`EVENTS_MAX`].
struct Capped<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Capped<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(CappedVisitor)
    }
}

struct CappedVisitor;

impl<'de> Visitor<'de> for CappedVisitor {
    type Value = Capped<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Capped<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element::<&RawValue>()? {
            if list.len() == EVENTS_MAX {
                return Err(A::Error::custom(format!("there are more than {EVENTS_MAX} events in it")));
            }
            list.push(element);
        }
        Ok(Capped(list))
    }
}

#[cfg(test)]
mod tests;
