//! Invoices: what was charged, for ever.

use crate::{
    CloudId, Currency, CustomerId, Day, ExchangeRate, InvoiceNumber, MeterId, Money, Month, PartnerId,
    PayingSubscriptionId, Quantity, Scope, Share, UnitPrice, meter::words,
};

words! {
    /// What a document is.
    DocumentKind {
        /// Something is due.
        Invoice = "invoice",
        /// Something is given back.
        CreditNote = "credit_note",
    }
}

words! {
    /// Why a line is there.
    LineKind {
        /// Usage of the document's own month.
        Usage = "usage",
        /// What is due for an earlier month now, minus what was invoiced for it.
        Adjustment = "adjustment",
    }
}

/// What a line is about. Two lines with the same key are about the same usage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    /// The month of use.
    pub month: Month,
    /// Who pays.
    pub paying_subscription: PayingSubscriptionId,
    /// Where it was used.
    pub stamp: CloudId,
    /// What was used: the local meter.
    pub meter: MeterId,
    /// What is priced: the commerce meter.
    pub commerce_meter: MeterId,
    /// Whose usage it was.
    pub scope: Scope,
    /// The first day of the price that was applied.
    pub price_from: Day,
    /// The step of the price: 0 is what is included, 1 the first tier.
    pub tier: u32,
    /// The partner's discount on those days.
    pub discount: Share,
    /// The partner earned credit on those days.
    pub credit: Share,
}

/// How prices in one currency became an invoice in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// The currency of the prices.
    pub from: Currency,
    /// What one unit of it is in the invoice's currency, all month.
    pub rate: ExchangeRate,
}

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// What it is about.
    pub key: LineKey,
    /// Why it is there.
    pub kind: LineKind,
    /// The customer of the paying subscription, if it has one.
    pub customer: Option<CustomerId>,
    /// The price that was applied.
    pub unit_price: UnitPrice,
    /// How many measured units one priced unit has.
    pub divisor: u32,
    /// How the price became the invoice's currency; none when it is in it.
    pub exchange: Option<Exchange>,
    /// How much; for an adjustment, the difference.
    pub quantity: Quantity,
    /// What it costs; for an adjustment, the difference.
    pub amount: Money,
    /// Exact amount minus rounded amount of everything due under this key, as [`crate::Amount::exact_text`] writes it.
    pub residual: String,
}

/// An invoice or a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its number: without gaps within the series of its kind and partner.
    pub number: InvoiceNumber,
    /// What it is.
    pub kind: DocumentKind,
    /// Who pays.
    pub partner: PartnerId,
    /// The month that was closed.
    pub month: Month,
    /// The currency of all lines.
    pub currency: Currency,
    /// Its lines, by key.
    pub lines: Vec<InvoiceLine>,
    /// The sum of the lines. On a credit note below zero.
    pub total: Money,
}
