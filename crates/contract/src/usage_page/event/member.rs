//! Member: one named value of an event, read so that a wrong one is told by its name.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{DEFAULT_SOURCE, EVENT_TYPE, Event, EventProblem, SPECVERSION};

/// A member that may be left out. `null` is not the same as nothing.
type Member<'a> = Option<&'a RawValue>;

/// The members of an event. An unknown one is refused: it may be a known one that was misspelled.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members<'a> {
    #[serde(default, borrow, deserialize_with = "present")]
    id: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    source: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    subscription_id: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    resource_uri: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    meter_id: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    quantity: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    usage_start_time: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    usage_end_time: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    location: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    tags: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    additional_info: Member<'a>,
}

/// A CloudEvent. Extensions may stand beside these.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow, deserialize_with = "present")]
    specversion: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    id: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    source: Member<'a>,
    #[serde(rename = "type", default, borrow, deserialize_with = "present")]
    kind: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    data: Member<'a>,
    #[serde(default, borrow, deserialize_with = "present")]
    data_base64: Member<'a>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Member<'de>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads the event at one place of a body.
pub(super) struct Reader {
    pub(super) index: usize,
}

impl Reader {
    /// An event that says itself what it is.
    pub(super) fn plain<'a>(&self, raw: &'a RawValue) -> Result<Event<'a>, EventProblem> {
        let members: Members<'a> = self.object(raw, None)?;
        let id = self.text("id", members.id)?;
        let source = match members.source {
            None => Cow::Borrowed(DEFAULT_SOURCE),
            some => self.text("source", some)?,
        };
        self.event(&members, id, source)
    }

    /// An event in its envelope.
    pub(super) fn cloud_event<'a>(&self, raw: &'a RawValue) -> Result<Event<'a>, EventProblem> {
        let envelope: Envelope<'a> = self.object(raw, None)?;
        for (member, sent, wanted) in
            [("specversion", envelope.specversion, SPECVERSION), ("type", envelope.kind, EVENT_TYPE)]
        {
            let sent = self.text(member, sent)?;
            if sent != wanted {
                return Err(self.problem(Some(member), format!("is {sent:?}; only {wanted:?} is read")));
            }
        }
        if envelope.data_base64.is_some() {
            let reason = "is not read; send the members of the event in data".to_owned();
            return Err(self.problem(Some("data_base64"), reason));
        }
        let data = envelope.data.ok_or_else(|| self.problem(Some("data"), "is missing".to_owned()))?;
        self.data(data, self.text("id", envelope.id)?, self.text("source", envelope.source)?)
    }

    /// The data of an event whose id and source stand outside of it.
    pub(super) fn data<'a>(
        &self,
        raw: &'a RawValue,
        id: Cow<'a, str>,
        source: Cow<'a, str>,
    ) -> Result<Event<'a>, EventProblem> {
        let members: Members<'a> = self.object(raw, Some("data"))?;
        for (member, sent) in [("id", members.id), ("source", members.source)] {
            if sent.is_some() {
                let reason = "stands in the data; it belongs to the CloudEvent around it".to_owned();
                return Err(self.problem(Some(member), reason));
            }
        }
        self.event(&members, id, source)
    }

    fn event<'a>(
        &self,
        members: &Members<'a>,
        id: Cow<'a, str>,
        source: Cow<'a, str>,
    ) -> Result<Event<'a>, EventProblem> {
        Ok(Event {
            id,
            source,
            subscription_id: self.text("subscriptionId", members.subscription_id)?,
            resource_uri: self.text("resourceUri", members.resource_uri)?,
            meter_id: self.text("meterId", members.meter_id)?,
            quantity: self.number("quantity", members.quantity)?,
            usage_start_time: self.text("usageStartTime", members.usage_start_time)?,
            usage_end_time: self.text("usageEndTime", members.usage_end_time)?,
            location: members.location.map(|sent| self.text("location", Some(sent))).transpose()?,
            tags: self.document("tags", members.tags, "null")?,
            additional_info: self.document("additionalInfo", members.additional_info, "")?,
        })
    }

    /// An object. A derived reader would take a list, too, and its elements for the members in order.
    fn object<'a, Object: Deserialize<'a>>(
        &self,
        raw: &'a RawValue,
        member: Option<&'static str>,
    ) -> Result<Object, EventProblem> {
        if !raw.get().starts_with('{') {
            return Err(self.problem(member, "is no JSON object".to_owned()));
        }
        serde_json::from_str(raw.get()).map_err(|error| self.problem(member, error.to_string()))
    }

    fn text<'a>(&self, member: &'static str, sent: Member<'a>) -> Result<Cow<'a, str>, EventProblem> {
        let raw = sent.ok_or_else(|| self.problem(Some(member), "is missing".to_owned()))?;
        string(raw).ok_or_else(|| self.problem(Some(member), "is no string".to_owned()))
    }

    /// The text of a number, as a number or as a string. No digit is lost.
    fn number<'a>(&self, member: &'static str, sent: Member<'a>) -> Result<Cow<'a, str>, EventProblem> {
        let raw = sent.ok_or_else(|| self.problem(Some(member), "is missing".to_owned()))?;
        if raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Ok(Cow::Borrowed(raw.get()));
        }
        string(raw).ok_or_else(|| self.problem(Some(member), "is neither a number nor a string".to_owned()))
    }

    /// A document about the resource: its text, or the text of the object that was sent. Nothing at all is an empty text.
    fn document<'a>(
        &self,
        member: &'static str,
        sent: Member<'a>,
        null: &'static str,
    ) -> Result<Cow<'a, str>, EventProblem> {
        match sent.map(RawValue::get) {
            None => Ok(Cow::Borrowed("")),
            Some("null") => Ok(Cow::Borrowed(null)),
            Some(object) if object.starts_with('{') => Ok(Cow::Borrowed(object)),
            Some(_) => sent
                .and_then(string)
                .ok_or_else(|| self.problem(Some(member), "is no string, no object and not null".to_owned())),
        }
    }

    fn problem(&self, member: Option<&'static str>, reason: String) -> EventProblem {
        EventProblem { index: self.index, member, reason }
    }
}

/// The text of a string, borrowed where nothing in it is escaped.
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    if let Ok(plain) = serde_json::from_str::<&str>(text) {
        return Some(Cow::Borrowed(plain));
    }
    serde_json::from_str::<String>(text).ok().map(Cow::Owned)
}
