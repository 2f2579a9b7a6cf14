//! Range: which bytes of a file are asked for. Source: RFC 9110, section 14; the storage service's `x-ms-range`, which counts
//! before `Range`.

use axum::http::HeaderMap;

/// What is asked for of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    All,
    /// From a byte up to another one, which is not wanted any more. Never empty.
    Part(u64, u64),
    /// Nothing that is there.
    Nothing,
}

/// Reads the wish of a request for a file of a size. What is no range of bytes is as if it were not said, and several ranges
/// are answered with all of it.
pub(super) fn wanted(headers: &HeaderMap, size: u64) -> Wanted {
    let said = headers.get("x-ms-range").or_else(|| headers.get("range"));
    said.and_then(|value| value.to_str().ok()).and_then(|text| read(text, size)).unwrap_or(Wanted::All)
}

/// The range that a text says; nothing when it says none.
fn read(text: &str, size: u64) -> Option<Wanted> {
    let (unit, range) = text.trim().split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (from, until) = match (first, last) {
        ("", count) => (size.saturating_sub(number(count)?), size),
        (first, "") => (number(first)?, size),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            (first, last.saturating_add(1).min(size))
        }
    };
    Some(if from < until { Wanted::Part(from, until) } else { Wanted::Nothing })
}

/// A number. One that is too large is the largest.
fn number(text: &str) -> Option<u64> {
    let digits = (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
