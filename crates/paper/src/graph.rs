//! Graph: the rows of reconciliation files as lines of JSON, as billing exports have them.
//!
//! In: values separated by commas, as [`crate::reconciliation`] writes them, in pieces of any size.
//! Out: one line of JSON for each row, its attributes in the order of the columns.
//! Holds: numbers are written digit by digit as they came; nothing but the row at hand is kept.
//!
//! Source: Microsoft Graph v1.0, partners billing: attributes of daily rated usage and of reconciliation, read 2026-11.

use std::io::{self, Write};

/// Attributes that are numbers. They are null where nothing is said.
const NUMBERS: &[&str] = &[
    "UnitPrice",
    "Quantity",
    "BillingPreTaxTotal",
    "PricingPreTaxTotal",
    "EffectiveUnitPrice",
    "PCToBCExchangeRate",
    "PartnerEarnedCreditPercentage",
    "CreditPercentage",
    "Subtotal",
    "TaxTotal",
    "Total",
    "BillableQuantity",
];

/// Attributes that are moments. They are null where nothing is said.
const MOMENTS: &[&str] = &[
    "ChargeStartDate",
    "ChargeEndDate",
    "UsageDate",
    "PCToBCExchangeRateDate",
    "OrderDate",
    "SubscriptionStartDate",
    "SubscriptionEndDate",
];

/// Where in a row we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a value without quotes, or at its beginning.
    Plain,
    /// In a value with quotes.
    Quoted,
    /// Behind a quote inside such a value: it ends there, or the quote is doubled.
    Quote,
}

/// Turns a file of values separated by commas into lines of JSON. Give it to what writes such a file.
pub struct JsonLines<Take> {
    take: Take,
    names: Option<Vec<String>>,
    place: Place,
    value: Vec<u8>,
    row: Vec<String>,
}

impl<Take: FnMut(&[u8]) -> io::Result<()>> JsonLines<Take> {
    /// Lines that `take` is given one by one, each with its line feed.
    pub fn new(take: Take) -> Self {
        Self { take, names: None, place: Place::Plain, value: Vec::new(), row: Vec::new() }
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        match (self.place, byte) {
            (Place::Plain, b'"') if self.value.is_empty() => self.place = Place::Quoted,
            (Place::Quoted, b'"') => self.place = Place::Quote,
            (Place::Quote, b'"') => {
                self.value.push(b'"');
                self.place = Place::Quoted;
            }
            (Place::Plain | Place::Quote, b',') => self.end_value()?,
            (Place::Plain | Place::Quote, b'\n') => {
                self.end_value()?;
                self.end_row()?;
            }
            _ => self.value.push(byte),
        }
        Ok(())
    }

    fn end_value(&mut self) -> io::Result<()> {
        self.place = Place::Plain;
        let text = String::from_utf8(std::mem::take(&mut self.value)).map_err(io::Error::other)?;
        self.row.push(text);
        Ok(())
    }

    fn end_row(&mut self) -> io::Result<()> {
        let row = std::mem::take(&mut self.row);
        let Some(names) = &self.names else {
            self.names = Some(row);
            return Ok(());
        };
        let mut line = String::with_capacity(2048);
        for (name, value) in names.iter().zip(&row) {
            line.push(if line.is_empty() { '{' } else { ',' });
            // Names have nothing in them that needs escaping.
            line.extend(["\"", name, "\":"]);
            line.push_str(&json(name, value));
        }
        line.push_str("}\n");
        (self.take)(line.as_bytes())
    }
}

/// A value as JSON.
fn json(name: &str, value: &str) -> String {
    let is_number = NUMBERS.contains(&name);
    if value.is_empty() && (is_number || MOMENTS.contains(&name)) {
        return "null".to_owned();
    }
    if is_number && is_decimal(value) {
        return value.to_owned();
    }
    serde_json::Value::from(without_guard(value)).to_string()
}

/// Whether a text is a number of JSON, without an exponent.
fn is_decimal(text: &str) -> bool {
    let size = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = size.split_once('.').unwrap_or((size, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// The text of a user without what guards a spreadsheet from it: no program takes JSON for a formula.
fn without_guard(value: &str) -> &str {
    let guarded = value.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r']));
    guarded.unwrap_or(value)
}

impl<Take: FnMut(&[u8]) -> io::Result<()>> Write for JsonLines<Take> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            self.byte(*byte)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
