//! Body: a window as it travels, in parts that are not too large.
//!
//! Rows go through the compression as they come, so a window never stands in memory unpacked.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use contract::delivery::LocalSubscription;
use sha2::{Digest, Sha256};
use zstd::stream::write::Encoder;

/// The longest part before it is compressed. Unit: bytes.
///
/// The hub unpacks up to 32 MiB; a quarter is left for a row and for the table.
pub const PART_BYTES_MAX: usize = 24 * 1_024 * 1_024;

/// Where a part ends that hardly packs. The hub takes up to 4 MiB. Unit: bytes.
const PACKED_BYTES_MAX: usize = 3 * 1_024 * 1_024;

/// The most parts that a hub takes of one window.
pub const PARTS_MAX: usize = 16;

/// Compression that costs less than the parse on the other side. Decision 0011 has the figures.
const ZSTD_LEVEL: i32 = 1;

const HEAD: &[u8] = b"{\"value\":[";
const MIDDLE: &[u8] = b"],\"subscriptions\":[";
const TAIL: &[u8] = b"]}";

/// The directories of local subscriptions, by their id in lower case.
pub type Directories = BTreeMap<String, LocalSubscription>;

/// A part ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The compressed body.
    pub body: Bytes,
    /// SHA-256 of the compressed body.
    pub sha256: [u8; 32],
}

/// A whole window, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packing {
    /// Its parts, at least one.
    pub parts: Vec<Packed>,
    /// Its rows.
    pub rows: u64,
    /// The length of all parts before they were compressed. Unit: bytes.
    pub body_bytes: u64,
}

/// The parts of a window that is being read.
pub struct Parts {
    limit: usize,
    open: Option<Open>,
    done: Vec<Packed>,
    rows: u64,
    body_bytes: u64,
}

/// The part that grows.
struct Open {
    encoder: Encoder<'static, Vec<u8>>,
    /// The length so far, with what will come behind the rows.
    length: usize,
    rows: usize,
    /// The lines of its table, by the id in lower case. In order, so that the same rows make the same part.
    table: BTreeMap<String, String>,
    /// The subscriber of the row before.
    last: String,
}

impl Packed {
    fn new(body: Vec<u8>) -> Self {
        let sha256 = Sha256::digest(&body).into();
        Self { body: Bytes::from(body), sha256 }
    }

    /// The value of its `Content-Digest`.
    pub fn content_digest(&self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(self.sha256))
    }
}

impl Parts {
    /// No part yet. A part is longer than the limit only when one row alone is.
    pub fn new(limit: usize) -> Self {
        Self { limit, open: None, done: Vec::new(), rows: 0, body_bytes: 0 }
    }

    /// Writes a row as it came, and its local subscription into the part's table.
    ///
    /// # Errors
    ///
    /// When there are more parts than a hub takes.
    pub fn push(&mut self, row: &str, subscriber: Option<&str>, directories: &Directories) -> io::Result<()> {
        let mut line = self.line_of(subscriber, directories);
        let needed = row.len().saturating_add(line.as_ref().map_or(0, |(_, line)| line.len())).saturating_add(2);
        let is_full = |open: &Open| {
            let too_long = open.length.saturating_add(needed) > self.limit;
            open.rows > 0 && (too_long || open.encoder.get_ref().len() >= PACKED_BYTES_MAX)
        };
        if self.open.as_ref().is_some_and(is_full) {
            self.close()?;
            line = self.line_of(subscriber, directories);
        }
        let mut open = match self.open.take() {
            Some(open) => open,
            None => Open::new()?,
        };
        if open.rows > 0 {
            open.encoder.write_all(b",")?;
            open.length = open.length.saturating_add(1);
        }
        open.encoder.write_all(row.as_bytes())?;
        open.length = open.length.saturating_add(row.len());
        open.rows = open.rows.saturating_add(1);
        if let Some((id, line)) = line {
            open.length = open.length.saturating_add(line.len()).saturating_add(1);
            open.table.insert(id, line);
        }
        if let Some(subscriber) = subscriber
            && open.last != subscriber
        {
            subscriber.clone_into(&mut open.last);
        }
        self.open = Some(open);
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }

    /// The line of the table that a row needs and the open part does not have yet.
    fn line_of(&self, subscriber: Option<&str>, directories: &Directories) -> Option<(String, String)> {
        let subscriber = subscriber?;
        let has = |open: &Open| open.last == subscriber || open.table.contains_key(subscriber);
        if self.open.as_ref().is_some_and(has) {
            return None;
        }
        let line = serde_json::to_string(directories.get(subscriber)?).ok()?;
        Some((subscriber.to_owned(), line))
    }

    /// Ends the part that grows.
    fn close(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        if self.done.len() >= PARTS_MAX {
            let limit = self.limit.saturating_mul(PARTS_MAX);
            return Err(io::Error::other(format!(
                "it has more than {PARTS_MAX} parts, about {limit} bytes, which no hub takes in one window"
            )));
        }
        open.encoder.write_all(MIDDLE)?;
        let mut is_first = true;
        for line in open.table.values() {
            if !std::mem::take(&mut is_first) {
                open.encoder.write_all(b",")?;
            }
            open.encoder.write_all(line.as_bytes())?;
        }
        open.encoder.write_all(TAIL)?;
        self.body_bytes = self.body_bytes.saturating_add(u64::try_from(open.length).unwrap_or(u64::MAX));
        self.done.push(Packed::new(open.encoder.finish()?));
        Ok(())
    }

    /// Ends the window. Without a row it is one part without rows.
    pub fn finish(mut self) -> io::Result<Packing> {
        if self.open.is_none() && self.done.is_empty() {
            self.open = Some(Open::new()?);
        }
        self.close()?;
        Ok(Packing { parts: self.done, rows: self.rows, body_bytes: self.body_bytes })
    }
}

impl Open {
    fn new() -> io::Result<Self> {
        let mut encoder = Encoder::new(Vec::new(), ZSTD_LEVEL)?;
        encoder.write_all(HEAD)?;
        let length = HEAD.len().saturating_add(MIDDLE.len()).saturating_add(TAIL.len());
        Ok(Self { encoder, length, rows: 0, table: BTreeMap::new(), last: String::new() })
    }
}

/// The longest part that a hub unpacks. Unit: bytes.
const UNPACKED_BYTES_MAX: u64 = 32 * 1_024 * 1_024;

/// The text of a part, such as one that was written to a file.
///
/// # Errors
///
/// When it cannot be unpacked, is longer than a hub takes, or is no text.
pub fn unpack(body: &[u8]) -> io::Result<String> {
    use io::Read as _;
    let mut text = String::new();
    let limit = UNPACKED_BYTES_MAX.saturating_add(1);
    let length = zstd::stream::read::Decoder::new(body)?.take(limit).read_to_string(&mut text)?;
    if u64::try_from(length).unwrap_or(u64::MAX) > UNPACKED_BYTES_MAX {
        return Err(io::Error::other(format!("it is longer than {UNPACKED_BYTES_MAX} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
