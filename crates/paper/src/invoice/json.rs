//! Json: a document for machines: the numbers of its record, with names beside the ids.

use model::{Document, InvoiceLine, LineKind, Second};
use serde::Serialize;

use super::hex;
use crate::{
    names::{Named, Names},
    pdf::PaperError,
};

/// The name of this form. A change that takes something away needs another name.
const FORMAT: &str = "tallybridge.invoice.1";

#[derive(Serialize)]
struct Invoice<'a> {
    format: &'static str,
    number: &'a str,
    kind: &'static str,
    partner: Reference<'a>,
    month: String,
    issued: String,
    currency: &'a str,
    total: String,
    adjustments: usize,
    hash: String,
    lines: Vec<Line<'a>>,
}

/// An id with its name.
#[derive(Serialize)]
pub(crate) struct Reference<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> From<Named<'a>> for Reference<'a> {
    fn from(named: Named<'a>) -> Self {
        Self { id: named.id, name: named.name }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    #[serde(rename = "line")]
    number: usize,
    kind: &'static str,
    month: String,
    customer: Option<Reference<'a>>,
    subscription: Reference<'a>,
    stamp: Reference<'a>,
    meter: Reference<'a>,
    commerce_meter: Reference<'a>,
    service: Option<&'static str>,
    unit: Option<&'static str>,
    scope: &'static str,
    tier: u32,
    price_from: String,
    unit_price: String,
    divisor: u32,
    price_currency: &'a str,
    discount_percent: String,
    credit_percent: String,
    exchange_rate: Option<String>,
    quantity: String,
    amount: String,
    residual: &'a str,
}

/// A document as JSON: the numbers of its record, as decimals in strings, with the names of what its ids are of.
///
/// # Errors
///
/// When it cannot be written, which does not happen in memory.
pub fn invoice_json(
    names: &Names<'_>,
    document: &Document,
    issued: Second,
    hash: &[u8; 32],
) -> Result<Vec<u8>, PaperError> {
    let lines = document.lines.iter().zip(1..).map(|(one, number)| line(names, document, one, number));
    let invoice = Invoice {
        format: FORMAT,
        number: document.number.as_str(),
        kind: document.kind.word(),
        partner: names.partner(&document.partner).into(),
        month: document.month.to_string(),
        issued: issued.to_string(),
        currency: document.currency.code(),
        total: document.total.decimal(),
        adjustments: document.lines.iter().filter(|line| line.kind == LineKind::Adjustment).count(),
        hash: hex(hash),
        lines: lines.collect(),
    };
    written(&invoice, document.number.as_str())
}

/// The bytes of a JSON document with a line end.
pub(crate) fn written(value: &impl Serialize, of: &str) -> Result<Vec<u8>, PaperError> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| PaperError::Failed { attempt: format!("write {of} as JSON"), cause: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn line<'a>(names: &Names<'a>, document: &'a Document, line: &'a InvoiceLine, number: usize) -> Line<'a> {
    let key = &line.key;
    let meter = names.known_meter(&key.meter);
    Line {
        number,
        kind: line.kind.word(),
        month: key.month.to_string(),
        customer: line.customer.as_ref().map(|customer| names.customer(customer).into()),
        subscription: names.subscription(&key.paying_subscription).into(),
        stamp: names.stamp(&key.stamp).into(),
        meter: names.meter(&key.meter).into(),
        commerce_meter: names.meter(&key.commerce_meter).into(),
        service: meter.map(|meter| meter.family.word()),
        unit: meter.map(|meter| meter.unit.word()),
        scope: key.scope.word(),
        tier: key.tier,
        price_from: key.price_from.to_string(),
        unit_price: line.unit_price.to_string(),
        divisor: line.divisor,
        price_currency: line.exchange.as_ref().map_or(document.currency.code(), |exchange| exchange.from.code()),
        discount_percent: key.discount.to_string(),
        credit_percent: key.credit.to_string(),
        exchange_rate: line.exchange.map(|exchange| exchange.rate.to_string()),
        quantity: line.quantity.to_string(),
        amount: line.amount.decimal(),
        residual: &line.residual,
    }
}
