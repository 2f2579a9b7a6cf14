//! Rows: a page in the recorded shape, written straight into its text, because a bridge reads a hundred thousand rows and more
//! in a second.
//!
//! Source: domain notes E.1, facts 1 to 4 and 10.

use std::{collections::HashMap, fmt::Write as _, ops::Range, sync::Arc};

use contract::usage_page::ROW_TYPE;
use model::Second;

use crate::Row;

/// About how long a row is. Unit: bytes.
const ROW_BYTES: usize = 1_024;

/// Writes a page. `caller` is the subscription in the path, which each row's id carries; the last page has no link.
pub(super) fn write(caller: &str, rows: &[Row], next_link: Option<&str>) -> String {
    let mut page = Page::new(caller, rows.len());
    for row in rows {
        page.push(row);
    }
    page.end(next_link)
}

struct Page {
    text: String,
    /// The beginning of each row, up to the name in its id.
    head: String,
    /// The name of the row that is being written.
    name: String,
    /// Where an inner document stands in the text, by where it stands in memory: rows of one resource share it.
    documents: HashMap<*const str, Range<usize>>,
    start: (Second, String),
    end: (Second, String),
}

impl Page {
    fn new(caller: &str, rows: usize) -> Self {
        let mut text = String::with_capacity(rows.saturating_mul(ROW_BYTES).saturating_add(ROW_BYTES));
        text.push_str("{\"value\":[");
        let mut head = String::from("{\"id\":\"/subscriptions/");
        escape(caller, &mut head);
        head.push_str("/providers/");
        head.push_str(ROW_TYPE);
        head.push('/');
        let epoch = (Second(0), time(Second(0)));
        Self { text, head, name: String::new(), documents: HashMap::new(), start: epoch.clone(), end: epoch }
    }

    fn push(&mut self, row: &Row) {
        self.name.clear();
        escape(row.subscription.as_str(), &mut self.name);
        let subscription_end = self.name.len();
        self.name.push('-');
        escape(&row.meter, &mut self.name);
        let (subscription, meter) = self.name.split_at(subscription_end);
        let meter = meter.strip_prefix('-').unwrap_or(meter);
        remember(&mut self.start, row.start);
        remember(&mut self.end, row.end);
        if !self.text.ends_with('[') {
            self.text.push(',');
        }
        let (name, start, end) = (&self.name, &self.start.1, &self.end.1);
        push(&mut self.text, &[&self.head, name, "\",\"name\":\"", name, "\",\"type\":\"", ROW_TYPE]);
        push(&mut self.text, &["\",\"properties\":{\"subscriptionId\":\"", subscription]);
        push(&mut self.text, &["\",\"usageStartTime\":\"", start, "\",\"usageEndTime\":\"", end]);
        self.text.push_str("\",\"instanceData\":\"");
        let document = Arc::as_ptr(&row.instance_data);
        if let Some(place) = self.documents.get(&document) {
            self.text.extend_from_within(place.clone());
        } else {
            let begin = self.text.len();
            escape(&row.instance_data, &mut self.text);
            self.documents.insert(document, begin..self.text.len());
        }
        push(&mut self.text, &["\",\"quantity\":", &row.quantity, ",\"meterId\":\"", meter]);
        push(&mut self.text, &["\",\"name\":\"", name, "\"}}"]);
    }

    fn end(mut self, next_link: Option<&str>) -> String {
        self.text.push(']');
        if let Some(link) = next_link {
            self.text.push_str(",\"nextLink\":\"");
            escape(link, &mut self.text);
            self.text.push('"');
        }
        self.text.push('}');
        self.text
    }
}

fn push(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
}

/// Rows of one page have few different times.
fn remember(known: &mut (Second, String), moment: Second) {
    if known.0 != moment {
        *known = (moment, time(moment));
    }
}

/// Stamps write `+00:00` where others write `Z`.
fn time(moment: Second) -> String {
    let mut text = moment.to_string();
    text.truncate(text.trim_end_matches('Z').len());
    text.push_str("+00:00");
    text
}

/// Writes the inside of a JSON string.
fn escape(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(place) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, marked) = rest.split_at(place);
        to.push_str(plain);
        // What has to be escaped is one byte long.
        let (mark, behind) = marked.split_at(1);
        match mark {
            "\"" => to.push_str("\\\""),
            "\\" => to.push_str("\\\\"),
            "\n" => to.push_str("\\n"),
            "\r" => to.push_str("\\r"),
            "\t" => to.push_str("\\t"),
            other => {
                for byte in other.bytes() {
                    // Writing into a text cannot fail.
                    let _ = write!(to, "\\u{byte:04x}");
                }
            }
        }
        rest = behind;
    }
    to.push_str(rest);
}

#[cfg(test)]
mod tests;
