//! Token: where the next page begins, in a text that only fits the request it was made for.
//!
//! It carries its query, because clients that follow a link put their own defaults over what the link says.
//! Its check is no secret: who writes a token by hand reads rows that the request would have shown anyway.
//!
//! Source: domain notes E.6, no. 12 and paging; clients' rules 9 and 10.

use std::ops::Range;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{CloudId, Hour, LocalSubscriptionId};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use crate::{Granularity, Position};

/// The form of the text. Another form gets another number.
const FORM: u8 = 1;

/// How many bytes of the check a token carries.
const CHECK_BYTES: usize = 12;

/// The longest token that is looked at. Unit: bytes.
const TOKEN_BYTES_MAX: usize = 2 * 1024;

/// How often a token may have been encoded on its way.
const ENCODINGS_MAX: usize = 3;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Continuation {
    pub(super) granularity: Granularity,
    pub(super) reported: Range<Hour>,
    /// The one direct tenant that was named.
    pub(super) subscriber: Option<LocalSubscriptionId>,
    /// The first row of the next page.
    pub(super) from: Position,
}

/// Writes a token for requests of one subscription of one cloud.
pub(super) fn write(continuation: &Continuation, cloud: &CloudId, caller: &LocalSubscriptionId) -> String {
    let granularity = match continuation.granularity {
        Granularity::Hourly => 0,
        Granularity::Daily => 1,
    };
    let mut bytes = vec![FORM, granularity];
    for hour in [continuation.reported.start, continuation.reported.end, continuation.from.reported] {
        bytes.extend_from_slice(&hour.0.to_be_bytes());
    }
    bytes.extend_from_slice(&continuation.from.row.to_be_bytes());
    let subscriber = continuation.subscriber.as_ref().map_or("", LocalSubscriptionId::as_str);
    bytes.extend_from_slice(subscriber.as_bytes());
    let check = check(&bytes, cloud, caller);
    bytes.extend_from_slice(&check);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a token; nothing when it is damaged or was made for another subscription or another cloud.
pub(super) fn read(text: &str, cloud: &CloudId, caller: &LocalSubscriptionId) -> Option<Continuation> {
    if text.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let mut text = text.to_owned();
    for _ in 0..ENCODINGS_MAX {
        if !text.contains('%') {
            break;
        }
        text = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
    }
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    let (said, shown) = bytes.split_at_checked(bytes.len().checked_sub(CHECK_BYTES)?)?;
    if check(said, cloud, caller) != shown {
        return None;
    }
    let (form, rest) = said.split_first_chunk::<2>()?;
    let (start, rest) = rest.split_first_chunk::<4>()?;
    let (end, rest) = rest.split_first_chunk::<4>()?;
    let (reported, rest) = rest.split_first_chunk::<4>()?;
    let (row, subscriber) = rest.split_first_chunk::<8>()?;
    let granularity = match form {
        [FORM, 0] => Granularity::Hourly,
        [FORM, 1] => Granularity::Daily,
        _ => return None,
    };
    let hour = |bytes: &[u8; 4]| Hour(u32::from_be_bytes(*bytes));
    let subscriber = std::str::from_utf8(subscriber).ok()?;
    let continuation = Continuation {
        granularity,
        reported: hour(start)..hour(end),
        subscriber: if subscriber.is_empty() { None } else { Some(LocalSubscriptionId::new(subscriber).ok()?) },
        from: Position { reported: hour(reported), row: u64::from_be_bytes(*row) },
    };
    continuation.reported.contains(&continuation.from.reported).then_some(continuation)
}

fn check(said: &[u8], cloud: &CloudId, caller: &LocalSubscriptionId) -> [u8; CHECK_BYTES] {
    let mut digest = Sha256::new();
    for part in ["continuation", cloud.folded(), caller.folded()] {
        // Ids hold no line feed, so no two of them run together.
        digest.update(part);
        digest.update("\n");
    }
    digest.update(said);
    let mut short = [0; CHECK_BYTES];
    short.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
    short
}

#[cfg(test)]
mod tests;
