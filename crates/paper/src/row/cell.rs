//! Row: single cells: decimals, texts that no spreadsheet takes for a formula, and small JSON objects.

use std::borrow::Cow;

/// A whole number of steps of the last decimal as a decimal without trailing zeros.
pub(crate) fn decimal(value: i128, decimals: u32) -> String {
    let places = usize::try_from(decimals).unwrap_or(0);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A text that a spreadsheet shows and does not run. Source: OWASP, "CSV Injection", read 2026-11.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

/// A JSON object of texts and numbers, in this order and without white space.
pub(crate) fn json(members: &[(&str, serde_json::Value)]) -> String {
    let each: Vec<String> =
        members.iter().map(|(name, value)| format!("{}:{value}", serde_json::Value::from(*name))).collect();
    format!("{{{}}}", each.join(","))
}
