//! Page: where the rows of a stamp's page begin and end, and whose they are.
//!
//! Rows travel as the text that came. The JSON library finds where each begins and ends, which costs a third of a
//! microsecond a row; a scan for quotes and brackets alone was no faster. Taking every row apart would be, for the name of
//! its subscription, so that is found by the layout of recorded rows first.

use std::ops::Range;

use contract::usage_page::{read_raw_page, subscriber_of};
use serde_json::value::RawValue;

/// A page that was read.
#[derive(Debug)]
pub struct Page {
    text: String,
    rows: Vec<Row>,
    /// The local subscriptions that rows name, in lower case, each once for each run of rows.
    pub subscribers: Vec<String>,
    /// Where the next page is.
    pub next_link: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Row {
    at: Range<usize>,
    /// Which of the subscribers; none where the row has another shape.
    subscriber: Option<usize>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    ///
    /// When the text is no page.
    pub fn read(text: String) -> Result<Self, serde_json::Error> {
        let (rows, next_link) = parse(&text)?;
        let mut page = Self { rows: Vec::with_capacity(rows.len()), subscribers: Vec::new(), next_link, text };
        for at in rows {
            let row = page.text.get(at.clone()).unwrap_or_default();
            // Rows of one subscriber come together, so most are found at a glance.
            let subscriber = match recorded_subscriber(row) {
                Some(subscriber) => note(&mut page.subscribers, subscriber),
                None => other_subscriber(row).and_then(|subscriber| note(&mut page.subscribers, &subscriber)),
            };
            page.rows.push(Row { at, subscriber });
        }
        page.next_link = page.next_link.filter(|link| !link.is_empty());
        Ok(page)
    }

    /// The rows in order, each with the local subscription that it names.
    pub fn rows(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.rows.iter().map(|row| {
            let subscriber = row.subscriber.and_then(|number| self.subscribers.get(number)).map(String::as_str);
            (self.text.get(row.at.clone()).unwrap_or_default(), subscriber)
        })
    }
}

/// The number of a subscriber among those that were seen last.
fn note(subscribers: &mut Vec<String>, subscriber: &str) -> Option<usize> {
    if !subscribers.last().is_some_and(|last| last.eq_ignore_ascii_case(subscriber)) {
        subscribers.push(subscriber.to_ascii_lowercase());
    }
    subscribers.len().checked_sub(1)
}

/// The subscriber of a row that begins as recorded rows do: id, name, type, and in the properties first the subscriber.
fn recorded_subscriber(row: &str) -> Option<&str> {
    let mut rest = row;
    let mut found = None;
    for before in [r#"{"id":""#, r#","name":""#, r#","type":""#, r#","properties":{"subscriptionId":""#] {
        let (text, after) = rest.strip_prefix(before)?.split_once('"')?;
        // With an escape the text ends elsewhere.
        if text.contains('\\') {
            return None;
        }
        found = Some(text);
        rest = after;
    }
    found
}

fn other_subscriber(row: &str) -> Option<String> {
    let row: &RawValue = serde_json::from_str(row).ok()?;
    subscriber_of(row).map(std::borrow::Cow::into_owned)
}

type Found = (Vec<Range<usize>>, Option<String>);

/// Finds the rows of a page and its next link.
fn parse(text: &str) -> Result<Found, serde_json::Error> {
    let page = read_raw_page(text)?;
    let rows = page.value.iter().map(|row| {
        let start = row.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
        start..start.saturating_add(row.get().len())
    });
    Ok((rows.collect(), page.next_link))
}

#[cfg(test)]
mod tests;
