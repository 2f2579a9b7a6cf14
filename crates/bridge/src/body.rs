//! Body: a window as it travels, in parts that are not too large.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use contract::delivery::LocalSubscription;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// The longest part before it is compressed. Unit: bytes.
pub const PART_BYTES_MAX: usize = 24 * 1_024 * 1_024;

/// Compression that costs about as much as the parse on the other side.
const ZSTD_LEVEL: i32 = 3;

/// A part ready to be sent.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The compressed body.
    pub body: Bytes,
    /// The value of its `Content-Digest`.
    pub digest: String,
}

/// Writes a window: the table of local subscriptions, and the rows as they came.
///
/// Each part is a whole document with the table. A part is longer than the limit only when one row alone is.
pub fn write(
    table: &[&LocalSubscription],
    rows: &[&RawValue],
    limit: usize,
) -> Result<Vec<Vec<u8>>, serde_json::Error> {
    const TAIL: &[u8] = b"]}";
    let mut head = b"{\"subscriptions\":".to_vec();
    serde_json::to_writer(&mut head, table)?;
    head.extend_from_slice(b",\"value\":[");
    let mut parts = Vec::new();
    let mut part = head.clone();
    for row in rows {
        let text = row.get().as_bytes();
        let begun = part.len() > head.len();
        if begun && part.len().saturating_add(text.len()).saturating_add(TAIL.len()) >= limit {
            part.extend_from_slice(TAIL);
            parts.push(std::mem::replace(&mut part, head.clone()));
        } else if begun {
            part.push(b',');
        }
        part.extend_from_slice(text);
    }
    part.extend_from_slice(TAIL);
    parts.push(part);
    Ok(parts)
}

/// Compresses a part and sums it up.
pub fn pack(part: &[u8]) -> std::io::Result<Packed> {
    let body = Bytes::from(zstd::encode_all(part, ZSTD_LEVEL)?);
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&body)));
    Ok(Packed { body, digest })
}

#[cfg(test)]
mod tests;
