//! Page: where the rows of a stamp's page begin and end, and whose they are.
//!
//! Rows travel as the text that came, so nothing is taken apart. The recorded layout is found by looking at quotes and
//! brackets alone; every other page is read by the JSON library. A page that is no JSON inside a row passes here and is
//! refused by the hub, because a row's text is neither mended nor cut.

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
        let (rows, next_link) = match scan(&text) {
            Some(found) => found,
            None => parse(&text)?,
        };
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

/// Reads any page with the JSON library.
fn parse(text: &str) -> Result<Found, serde_json::Error> {
    let page = read_raw_page(text)?;
    let rows = page.value.iter().map(|row| {
        let start = row.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
        start..start.saturating_add(row.get().len())
    });
    Ok((rows.collect(), page.next_link))
}

/// Finds the rows of a page that has the keys `value` and `nextLink` in this order, and objects for rows.
fn scan(text: &str) -> Option<Found> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    cursor.expect(b"{")?;
    cursor.expect(b"\"value\"")?;
    cursor.expect(b":")?;
    cursor.expect(b"[")?;
    let mut rows = Vec::new();
    if cursor.expect(b"]").is_none() {
        loop {
            rows.push(cursor.object()?);
            if cursor.expect(b"]").is_some() {
                break;
            }
            cursor.expect(b",")?;
        }
    }
    let mut next_link = None;
    if cursor.expect(b",").is_some() {
        cursor.expect(b"\"nextLink\"")?;
        cursor.expect(b":")?;
        if cursor.expect(b"null").is_none() {
            cursor.expect(b"\"")?;
            let start = cursor.at;
            cursor.string()?;
            let link = text.get(start..cursor.at.checked_sub(1)?)?;
            if link.contains('\\') || link.chars().any(char::is_control) {
                return None;
            }
            next_link = Some(link.to_owned());
        }
    }
    cursor.expect(b"}")?;
    cursor.skip_blanks();
    (cursor.at == cursor.bytes.len()).then_some((rows, next_link))
}

/// A place in a text.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.rest().first() {
            self.at = self.at.saturating_add(1);
        }
    }

    /// Goes behind a word that stands here, perhaps after blanks.
    fn expect(&mut self, word: &[u8]) -> Option<()> {
        self.skip_blanks();
        self.rest().starts_with(word).then(|| self.at = self.at.saturating_add(word.len()))
    }

    /// Goes behind the string whose first quote is behind.
    fn string(&mut self) -> Option<()> {
        loop {
            let offset = find_quote_or_escape(self.rest())?;
            let found = *self.rest().get(offset)?;
            // Behind an escape stands a character that ends nothing.
            let length = if found == b'"' { 1 } else { 2 };
            self.at = self.at.checked_add(offset)?.checked_add(length)?;
            if found == b'"' {
                return Some(());
            }
        }
    }

    /// Goes behind an object that stands here, and says where it is.
    fn object(&mut self) -> Option<Range<usize>> {
        self.skip_blanks();
        let start = self.at;
        if self.rest().first() != Some(&b'{') {
            return None;
        }
        let mut depth: u32 = 0;
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at = self.at.saturating_add(1);
            match byte {
                b'"' => self.string()?,
                b'{' | b'[' => depth = depth.checked_add(1)?,
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(start..self.at);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Where the first quote or backslash is. Eight bytes at a time, because nearly all of a page is inside of strings.
fn find_quote_or_escape(bytes: &[u8]) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let is_zero = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let (words, _) = bytes.as_chunks::<8>();
    for (number, chunk) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let hits = is_zero(word ^ (LOW * 0x22)) | is_zero(word ^ (LOW * 0x5c));
        if hits != 0 {
            // The lowest hit is exact; a borrow can only make false ones above it.
            let offset = usize::try_from(hits.trailing_zeros() / 8).ok()?;
            return number.checked_mul(8)?.checked_add(offset);
        }
    }
    let done = words.len().checked_mul(8)?;
    let rest = bytes.get(done..)?;
    rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).and_then(|offset| done.checked_add(offset))
}

#[cfg(test)]
mod tests;
