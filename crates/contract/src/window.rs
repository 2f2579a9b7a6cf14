//! Window: the body of a delivery, read row by row without copying.
//!
//! A body is one or more JSON objects, one behind the other. Each is either a page as a stamp serves it,
//! `{"value":[row, ...]}`, where the table of local subscriptions may stand beside, `"subscriptions":[...]`, or one row by
//! itself (NDJSON). Other keys are passed over. Quantities stay text.

mod reader;

use std::borrow::Cow;

use reader::Reader;

/// The longest text of one row. Unit: bytes.
pub const ROW_BYTES_MAX: usize = 64 * 1024;

/// Why a body cannot be read at all. A bad row in a readable body is no such error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset}: {problem}")]
pub struct BodyError {
    /// Where. Unit: bytes from the start of the body.
    pub offset: usize,
    /// What.
    pub problem: BodyProblem,
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyProblem {
    /// It is not JSON.
    #[error("not JSON: {0}")]
    Syntax(&'static str),
    /// Arrays and objects are nested more than 32 deep.
    #[error("nested more than 32 deep")]
    TooDeep,
    /// A key of the page stands twice.
    #[error("the key {0:?} stands twice")]
    DuplicateKey(&'static str),
    /// It is JSON of another shape.
    #[error("{0}")]
    Shape(&'static str),
    /// A row is longer than 64 KiB.
    #[error("a row is longer than {ROW_BYTES_MAX} bytes")]
    RowTooLong,
}

/// A row as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRow<'a> {
    /// The whole row.
    pub raw: &'a str,
    /// Its fields, or what is wrong with them.
    pub fields: Result<Fields<'a>, RowProblem>,
}

/// The fields of a row that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields<'a> {
    /// `subscriptionId`: the local subscription.
    pub subscription: Cow<'a, str>,
    /// `usageStartTime`.
    pub start: Cow<'a, str>,
    /// `usageEndTime`.
    pub end: Cow<'a, str>,
    /// `instanceData` as it stands between its quotes, with its escapes.
    pub instance: &'a str,
    /// `quantity`: the text of the number, or of the string.
    pub quantity: Cow<'a, str>,
    /// `meterId`.
    pub meter: Cow<'a, str>,
}

/// What is wrong with the fields of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// A field is not there.
    #[error("the field {0:?} is missing")]
    Missing(&'static str),
    /// A field stands twice.
    #[error("the field {0:?} stands twice")]
    Twice(&'static str),
    /// A field is not of the documented type.
    #[error("the field {0:?} is of another type")]
    Type(&'static str),
}

/// Something that was found in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<'a> {
    /// A row.
    Row(SentRow<'a>),
    /// A line of the table: a local subscription and its directory, which may be unknown.
    Subscription(Cow<'a, str>, Option<Cow<'a, str>>),
}

/// Reads a body and hands over what it holds, in order.
///
/// # Errors
///
/// When the body is not JSON of this shape. What was handed over before does not count then.
pub fn read<'a>(body: &'a str, mut each: impl FnMut(Item<'a>)) -> Result<(), BodyError> {
    let mut reader = Reader::new(body);
    reader.skip_blanks();
    if reader.at_end() {
        return Err(reader.error(BodyProblem::Shape("the body is empty")));
    }
    while !reader.at_end() {
        read_top(&mut reader, &mut each)?;
        reader.skip_blanks();
    }
    Ok(())
}

/// Reads a page, or a row that stands by itself.
fn read_top<'a>(reader: &mut Reader<'a>, each: &mut impl FnMut(Item<'a>)) -> Result<(), BodyError> {
    let start = reader.position();
    if !reader.take(b'{') {
        return Err(reader.error(BodyProblem::Shape("a page or a row must be an object")));
    }
    let (mut rows, mut table) = (false, false);
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        let seen = match key.as_ref() {
            "value" => &mut rows,
            "subscriptions" => &mut table,
            "properties" if !rows && !table => {
                reader.go_back(start);
                each(Item::Row(read_row(reader)?));
                return Ok(());
            }
            _ => {
                reader.skip_value()?;
                continue;
            }
        };
        if *seen {
            let key = if key == "value" { "value" } else { "subscriptions" };
            return Err(reader.error(BodyProblem::DuplicateKey(key)));
        }
        *seen = true;
        let is_rows = key == "value";
        read_array(reader, |reader| {
            each(if is_rows { Item::Row(read_row(reader)?) } else { read_subscription(reader)? });
            Ok(())
        })?;
    }
    if rows || table {
        Ok(())
    } else {
        Err(reader
            .error(BodyProblem::Shape("an object has neither \"value\" nor \"subscriptions\" nor \"properties\"")))
    }
}

fn read_array<'a>(
    reader: &mut Reader<'a>,
    mut each: impl FnMut(&mut Reader<'a>) -> Result<(), BodyError>,
) -> Result<(), BodyError> {
    if !reader.take(b'[') {
        return Err(reader.error(BodyProblem::Shape("\"value\" and \"subscriptions\" must be arrays")));
    }
    let mut first = true;
    while reader.next_element(&mut first)? {
        each(reader)?;
    }
    Ok(())
}

/// The fields seen so far, to find those that stand twice.
#[derive(Default)]
struct Seen<'a> {
    subscription: Option<Cow<'a, str>>,
    start: Option<Cow<'a, str>>,
    end: Option<Cow<'a, str>>,
    instance: Option<&'a str>,
    quantity: Option<Cow<'a, str>>,
    meter: Option<Cow<'a, str>>,
    properties: bool,
    problem: Option<RowProblem>,
}

impl<'a> Seen<'a> {
    fn blame(&mut self, problem: RowProblem) {
        self.problem.get_or_insert(problem);
    }

    fn fields(self) -> Result<Fields<'a>, RowProblem> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let missing = RowProblem::Missing;
        Ok(Fields {
            subscription: self.subscription.ok_or(missing("subscriptionId"))?,
            start: self.start.ok_or(missing("usageStartTime"))?,
            end: self.end.ok_or(missing("usageEndTime"))?,
            instance: self.instance.ok_or(missing("instanceData"))?,
            quantity: self.quantity.ok_or(missing("quantity"))?,
            meter: self.meter.ok_or(missing("meterId"))?,
        })
    }
}

fn read_row<'a>(reader: &mut Reader<'a>) -> Result<SentRow<'a>, BodyError> {
    reader.skip_blanks();
    let start = reader.position();
    let mut seen = Seen::default();
    if reader.take(b'{') {
        let mut first = true;
        while let Some(key) = reader.next_key(&mut first)? {
            if key != "properties" {
                reader.skip_value()?;
            } else if seen.properties {
                seen.blame(RowProblem::Twice("properties"));
                reader.skip_value()?;
            } else {
                seen.properties = true;
                read_properties(reader, &mut seen)?;
            }
        }
        if !seen.properties {
            seen.blame(RowProblem::Missing("properties"));
        }
    } else {
        seen.blame(RowProblem::Type("row"));
        reader.skip_value()?;
    }
    let raw = reader.since(start);
    if raw.len() > ROW_BYTES_MAX {
        return Err(BodyError { offset: start, problem: BodyProblem::RowTooLong });
    }
    Ok(SentRow { raw, fields: seen.fields() })
}

fn read_properties<'a>(reader: &mut Reader<'a>, seen: &mut Seen<'a>) -> Result<(), BodyError> {
    reader.skip_blanks();
    if !reader.take(b'{') {
        seen.blame(RowProblem::Type("properties"));
        return reader.skip_value();
    }
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        match key.as_ref() {
            "subscriptionId" => keep_text(reader, &mut seen.subscription, "subscriptionId", &mut seen.problem)?,
            "usageStartTime" => keep_text(reader, &mut seen.start, "usageStartTime", &mut seen.problem)?,
            "usageEndTime" => keep_text(reader, &mut seen.end, "usageEndTime", &mut seen.problem)?,
            "meterId" => keep_text(reader, &mut seen.meter, "meterId", &mut seen.problem)?,
            "instanceData" => {
                let raw = reader.string_or_skip()?;
                keep(&mut seen.instance, raw, "instanceData", &mut seen.problem);
            }
            "quantity" => {
                let number = match reader.number_or_nothing()? {
                    Some(number) => Some(Cow::Borrowed(number)),
                    None => reader.text_or_skip()?,
                };
                keep(&mut seen.quantity, number, "quantity", &mut seen.problem);
            }
            _ => reader.skip_value()?,
        }
    }
    Ok(())
}

fn keep_text<'a>(
    reader: &mut Reader<'a>,
    place: &mut Option<Cow<'a, str>>,
    name: &'static str,
    problem: &mut Option<RowProblem>,
) -> Result<(), BodyError> {
    let text = reader.text_or_skip()?;
    keep(place, text, name, problem);
    Ok(())
}

fn keep<T>(place: &mut Option<T>, found: Option<T>, name: &'static str, problem: &mut Option<RowProblem>) {
    if place.is_some() {
        problem.get_or_insert(RowProblem::Twice(name));
    } else if found.is_some() {
        *place = found;
    } else {
        problem.get_or_insert(RowProblem::Type(name));
    }
}

fn read_subscription<'a>(reader: &mut Reader<'a>) -> Result<Item<'a>, BodyError> {
    let shape = BodyProblem::Shape("a line of \"subscriptions\" must be an object with a text \"subscriptionId\" once");
    reader.skip_blanks();
    let start = reader.position();
    let at_line = |problem| BodyError { offset: start, problem };
    if !reader.take(b'{') {
        return Err(at_line(shape));
    }
    let (mut subscription, mut tenant, mut problem) = (None, None, None);
    let mut first = true;
    while let Some(key) = reader.next_key(&mut first)? {
        match key.as_ref() {
            "subscriptionId" => keep_text(reader, &mut subscription, "subscriptionId", &mut problem)?,
            "tenantId" if reader.next_is_null() => reader.skip_value()?,
            "tenantId" => keep_text(reader, &mut tenant, "tenantId", &mut problem)?,
            _ => reader.skip_value()?,
        }
    }
    match (subscription, problem) {
        (Some(subscription), None) => Ok(Item::Subscription(subscription, tenant)),
        _ => Err(at_line(shape)),
    }
}

/// The resource inside an `instanceData` text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The address of the resource.
    pub resource_uri: String,
    /// The region.
    pub location: String,
    /// The tags as sent: a text, or the JSON of another type.
    pub tags: String,
    /// Details as sent: a text, or the JSON of another type.
    pub additional_info: String,
}

#[derive(serde::Deserialize)]
struct InstanceDocument<'a> {
    #[serde(rename = "Microsoft.Resources", borrow)]
    resources: InstanceResources<'a>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct InstanceResources<'a> {
    resource_uri: String,
    location: Option<String>,
    #[serde(borrow)]
    tags: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    additional_info: Option<&'a serde_json::value::RawValue>,
}

/// Reads the text of `instanceData` as it stood between its quotes.
///
/// # Errors
///
/// When it holds no document of the documented shape. The text says what is wrong.
pub fn read_instance(escaped: &str) -> Result<Instance, String> {
    let text: String = serde_json::from_str(&format!("\"{escaped}\"")).map_err(|error| error.to_string())?;
    let document: InstanceDocument<'_> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let plain = |raw: Option<&serde_json::value::RawValue>| match raw {
        None => String::new(),
        Some(raw) => serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned()),
    };
    Ok(Instance {
        resource_uri: document.resources.resource_uri,
        location: document.resources.location.unwrap_or_default(),
        tags: plain(document.resources.tags),
        additional_info: plain(document.resources.additional_info),
    })
}

#[cfg(test)]
mod tests;
