//! Invoice: an issued document as pages for people, and as JSON for machines.
//!
//! Both show the numbers of the record. Pages group them by customer and paying subscription, and sum them up where there
//! are too many lines to read.

mod group;
mod json;
mod table;

use std::fmt::Write as _;

use model::{Document, DocumentKind, InvoiceLine, LineKind, Money, Overflow, Second};

pub use json::invoice_json;
pub(crate) use json::{Reference, written};

use crate::{
    names::Names,
    pdf::{Fact, Language, PaperError, Sheet, Words, clean, fill, typeset},
};
use group::{Detail, totals};
use table::Tables;

/// What is shown of a hash where there is no room for all of it. Unit: characters.
const HASH_CHARACTERS: usize = 16;

/// The pages of a document, as the bytes of a PDF file: the same document with the same names gives the same bytes.
///
/// `hash` is that of its record. `names` are best those of the day of issue. Of a document with more lines than anybody reads
/// the pages show sums by customer, subscription and meter.
///
/// # Errors
///
/// When a sum does not fit, or when the pages cannot be set.
pub fn invoice_pdf(
    names: &Names<'_>,
    document: &Document,
    issued: Second,
    hash: &[u8; 32],
    language: Language,
) -> Result<Vec<u8>, PaperError> {
    let too_large = |error| PaperError::TooLarge(document.number.to_string(), error);
    typeset(&sheet(names, document, issued, hash, language.words()).map_err(too_large)?)
}

fn sheet(
    names: &Names<'_>,
    document: &Document,
    issued: Second,
    hash: &[u8; 32],
    words: &'static Words,
) -> Result<Sheet, Overflow> {
    let has_terms = document
        .lines
        .iter()
        .any(|line| line.exchange.is_some() || !line.key.discount.is_zero() || !line.key.credit.is_zero());
    let tables = Tables { names, words, document, has_terms };
    let detail = Detail::of(document);
    let hash = hex(hash);
    let short = hash.get(..HASH_CHARACTERS).unwrap_or(&hash).to_owned();
    let mut blocks = tables.totals()?;
    blocks.extend(tables.lines(detail)?);
    let heading = match document.kind {
        DocumentKind::Invoice => words.invoice,
        DocumentKind::CreditNote => words.credit_note,
    };
    let total_word = if document.total.minor < 0 { words.credited } else { words.total };
    let number = clean(document.number.as_str());
    Ok(Sheet {
        language: words.code,
        title: format!("{heading} {number}"),
        heading: heading.to_owned(),
        remark: None,
        facts: facts(&tables, issued, &short),
        total: (total_word.to_owned(), words.money(document.total)),
        blocks,
        notes: notes(&tables, detail),
        seal: Some((fill(words.seal, &[&number]), hash)),
        foot: format!("{heading} {number} · {} {short}", words.fingerprint),
        page_of: words.page_of,
        number,
    })
}

fn facts(tables: &Tables<'_>, issued: Second, hash: &str) -> Vec<Fact> {
    let Tables { names, words, document, .. } = tables;
    let partner = names.partner(&document.partner);
    let issued = issued.day().map_or_else(|| issued.to_string(), |day| words.day(day));
    vec![
        Fact { label: words.partner, lines: vec![clean(partner.name), clean(partner.id)] },
        Fact { label: words.billing_month, lines: vec![words.month(document.month)] },
        Fact { label: words.issued, lines: vec![format!("{issued} (UTC)")] },
        Fact { label: words.currency, lines: vec![document.currency.to_string()] },
        Fact { label: words.lines, lines: vec![words.number(&document.lines.len().to_string())] },
        Fact { label: words.record, lines: vec![hash.to_owned()] },
    ]
}

fn notes(tables: &Tables<'_>, detail: Detail) -> Vec<String> {
    let Tables { words, document, .. } = tables;
    let mut notes = vec![words.without_tax.to_owned()];
    if detail != Detail::Lines {
        let count = words.number(&document.lines.len().to_string());
        notes.push(fill(words.summed_up, &[&count, &clean(document.number.as_str())]));
    }
    if document.lines.iter().any(|line| line.kind == LineKind::Adjustment) {
        notes.push(words.adjustments_mean.to_owned());
    }
    let is_cut = |line: &InvoiceLine| words.quantity(line.quantity).is_cut;
    if detail.shows_quantities() && document.lines.iter().any(is_cut) {
        notes.push(words.quantities_cut.to_owned());
    }
    notes
}

/// The sum of some lines.
fn sum<'a>(document: &Document, lines: impl Iterator<Item = &'a InvoiceLine>) -> Result<Money, Overflow> {
    totals(document.currency, lines.map(|line| line.amount))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests;
