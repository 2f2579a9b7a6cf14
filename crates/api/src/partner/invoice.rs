//! Invoice: issued documents, as commands and routes show them.

use axum::http::StatusCode;
use contract::partner::{Invoice, InvoiceLine, InvoiceSummary, Invoices};
use model::{CustomerId, Document, InvoiceNumber, LineKind};

use super::{is_reseller, named};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
};

/// A document in a few words.
pub fn summary(document: &Document) -> InvoiceSummary {
    InvoiceSummary {
        number: document.number.to_string(),
        kind: document.kind.word().to_owned(),
        partner: document.partner.to_string(),
        month: document.month.to_string(),
        currency: document.currency.code().to_owned(),
        total: document.total.decimal(),
        lines: document.lines.len(),
        adjustments: adjustments(document),
    }
}

/// A document with its lines. Hash and moment of issue are for the caller to add.
pub fn detail(document: &Document) -> Invoice {
    let lines = document.lines.iter().zip(1..).map(|(line, number)| InvoiceLine {
        line: number,
        kind: line.kind.word().to_owned(),
        month: line.key.month.to_string(),
        subscription: line.key.paying_subscription.to_string(),
        customer: line.customer.as_ref().map(CustomerId::to_string),
        stamp: line.key.stamp.to_string(),
        meter: line.key.meter.to_string(),
        scope: line.key.scope.word().to_owned(),
        tier: line.key.tier,
        price_from: line.key.price_from.to_string(),
        unit_price: line.unit_price.to_string(),
        divisor: line.divisor,
        quantity: line.quantity.to_string(),
        amount: line.amount.decimal(),
        residual: line.residual.clone(),
    });
    Invoice {
        number: document.number.to_string(),
        kind: document.kind.word().to_owned(),
        partner: document.partner.to_string(),
        month: document.month.to_string(),
        currency: document.currency.code().to_owned(),
        total: document.total.decimal(),
        lines: lines.collect(),
        adjustments: adjustments(document),
        hash: None,
        issued: None,
    }
}

fn adjustments(document: &Document) -> usize {
    document.lines.iter().filter(|line| line.kind == LineKind::Adjustment).count()
}

pub(super) fn list(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    if is_reseller(partner) {
        return Answer::ok(&Invoices { documents: Vec::new() });
    }
    let stored = call.hub().store().documents(Some(&partner.id))?;
    Answer::ok(&Invoices { documents: stored.iter().map(|stored| summary(&stored.document)).collect() })
}

pub(super) fn get(call: &Call<'_>) -> Reply {
    let partner = named(call)?;
    let sent = call.param("number");
    let missing = || {
        let message = format!("The partner '{}' has no document '{sent}'.", call.param("partner"));
        ApiError::new(StatusCode::NOT_FOUND, "InvoiceNotFound", message)
    };
    let number = InvoiceNumber::new(sent).map_err(|_| missing())?;
    let stored = call.hub().store().document(&number)?;
    let own = stored.filter(|stored| stored.document.partner == partner.id && !is_reseller(partner));
    let stored = own.ok_or_else(missing)?;
    let invoice =
        Invoice { hash: Some(hub::hex(&stored.hash)), issued: Some(stored.at.to_string()), ..detail(&stored.document) };
    Answer::ok(&invoice)
}
