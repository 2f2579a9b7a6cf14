//! Bill: round, and write what is due minus what was invoiced.
//!
//! In: what a partner owes for the closed month and every month before it, and its documents so far.
//! Out: a [`Draft`] of the next document, or nothing.
//! Holds: issued documents never change; all of them together say what is due; closing again gives nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use model::{
    Amount, Currency, CustomerId, Document, DocumentKind, Exchange, IdError, InvoiceLine, InvoiceNumber, LineKey,
    LineKind, Money, Month, Overflow, PartnerId, PriceList, Quantity, Rounding,
};

use crate::rate::{RatedLine, RatedMonth};

mod canonical;
mod effective;
mod obstacles;
#[cfg_attr(not(test), expect(clippy::arithmetic_side_effects, reason = "big numbers do not overflow"))]
mod recheck;

pub use canonical::{CANONICAL_FORMAT, canonical};
pub use effective::{effective_unit_price, published_unit_price};
pub use obstacles::{CloseFacts, HeldRows, Obstacle, StampWatermark, UnattributedRows, obstacles};
pub use recheck::{Mismatch, recheck_draft, recheck_month};

/// In which currency and by which rule amounts become money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The currency of all amounts.
    pub currency: Currency,
    /// How lines are rounded.
    pub rounding: Rounding,
}

impl From<&PriceList> for Terms {
    fn from(list: &PriceList) -> Self {
        Self { currency: list.invoiced_in(), rounding: list.rounding }
    }
}

/// An amount in minor units, with what rounding took from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounded {
    /// The money.
    pub money: Money,
    /// The exact amount in the same currency minus the money, exactly.
    pub residual: Amount,
}

/// Rounds an exact amount to minor units. The only place that rounds.
///
/// `new_commerce` and `legacy` round in the currency of the price first, and once more after it was exchanged; `half_up`
/// rounds once.
///
/// # Errors
///
/// When it does not fit.
pub fn round(amount: Amount, exchange: Option<Exchange>, terms: Terms) -> Result<Rounded, Overflow> {
    let (exact, before) = match exchange {
        None => (amount, amount),
        Some(Exchange { from, rate }) => {
            let exact = amount.times(rate.ratio())?;
            let before = match terms.rounding {
                Rounding::HalfUp => exact,
                Rounding::NewCommerce | Rounding::Legacy => {
                    let minor = whole(amount, from.decimals(), terms.rounding)?;
                    Amount::of_minor(minor, from.decimals())?.times(rate.ratio())?
                }
            };
            (exact, before)
        }
    };
    let decimals = terms.currency.decimals();
    let minor = whole(before, decimals, terms.rounding)?;
    let money = Money { currency: terms.currency, minor };
    Ok(Rounded { money, residual: exact.minus_minor(minor, decimals)? })
}

/// The whole number of minor units of so many decimals.
fn whole(amount: Amount, decimals: u32, rounding: Rounding) -> Result<i128, Overflow> {
    let (dividend, divisor) = amount.as_minor_quotient(decimals)?;
    let (size, divisor_size) = (dividend.unsigned_abs(), divisor.unsigned_abs());
    let toward_zero = size.checked_div(divisor_size).ok_or(Overflow)?;
    let rest = size.checked_rem(divisor_size).ok_or(Overflow)?;
    let up = match rounding {
        // At least a half: the rest is not smaller than what it lacks to the next whole.
        Rounding::HalfUp | Rounding::Legacy => rest >= divisor_size.checked_sub(rest).ok_or(Overflow)?,
        Rounding::NewCommerce => false,
    };
    let rounded = i128::try_from(toward_zero).map_err(|_| Overflow)?;
    let rounded = rounded.checked_add(i128::from(up)).ok_or(Overflow)?;
    if dividend.is_negative() { rounded.checked_neg().ok_or(Overflow) } else { Ok(rounded) }
}

/// Cuts an exact amount to so many decimals, toward zero: how a file shows what has more. Nothing is billed by it, and a file
/// that must add up says what was cut away.
///
/// Unit: steps of the last decimal. Range of `decimals`: 0 to 12.
///
/// # Errors
///
/// When it does not fit.
pub fn cut(amount: Amount, decimals: u32) -> Result<i128, Overflow> {
    whole(amount, decimals, Rounding::NewCommerce)
}

/// A rated line as money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueLine<'a> {
    /// The exact line.
    pub line: &'a RatedLine,
    /// The customer of the paying subscription, if it has one.
    pub customer: Option<&'a CustomerId>,
    /// How its price becomes the invoice's currency.
    pub exchange: Option<Exchange>,
    /// What it costs.
    pub rounded: Rounded,
}

/// A rated month as money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMonth<'a> {
    /// The exact month.
    pub rated: &'a RatedMonth,
    /// Its lines, by key.
    pub lines: Vec<DueLine<'a>>,
}

/// Rounds the lines of a month.
///
/// # Errors
///
/// When an amount does not fit.
pub fn due(rated: &RatedMonth, terms: Terms) -> Result<DueMonth<'_>, Overflow> {
    let customer = rated.customer.as_ref();
    let exchange = rated.exchange;
    let to_money = |line| Ok(DueLine { line, customer, exchange, rounded: round(line.amount, exchange, terms)? });
    Ok(DueMonth { rated, lines: rated.lines.iter().map(to_money).collect::<Result<_, Overflow>>()? })
}

/// Why there can be no draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftError {
    /// The partner was invoiced in another currency before.
    CurrencyDiffers {
        /// The document that was.
        number: InvoiceNumber,
        /// Its currency.
        invoiced: Currency,
        /// The currency now.
        now: Currency,
    },
    /// The same usage was offered twice.
    OfferedTwice {
        /// The month of use.
        month: Month,
        /// The paying subscription that came twice, as it was sent.
        paying_subscription: String,
    },
    /// A sum does not fit.
    TooLarge,
}

impl fmt::Display for DraftError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CurrencyDiffers { number, invoiced, now } => {
                write!(formatter, "draft a document in {now}: {number} was issued in {invoiced}")
            }
            Self::OfferedTwice { month, paying_subscription } => {
                write!(formatter, "draft a document: {paying_subscription} has the month {month} twice")
            }
            Self::TooLarge => write!(formatter, "draft a document: a sum is too large to be kept exactly"),
        }
    }
}

impl std::error::Error for DraftError {}

impl From<Overflow> for DraftError {
    fn from(_: Overflow) -> Self {
        Self::TooLarge
    }
}

/// A document that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is.
    pub kind: DocumentKind,
    /// Who pays.
    pub partner: PartnerId,
    /// The month that is closed.
    pub month: Month,
    /// The lines, by key.
    pub lines: Vec<InvoiceLine>,
    /// The sum of the lines.
    pub total: Money,
}

impl Draft {
    /// The document with its number.
    pub fn numbered(self, number: InvoiceNumber) -> Document {
        Document {
            number,
            kind: self.kind,
            partner: self.partner,
            month: self.month,
            currency: self.total.currency,
            lines: self.lines,
            total: self.total,
        }
    }
}

/// The number of a document: `INV-4390934-000001`, or `CN-4390934-000001` for a credit note.
///
/// `ordinal` counts from 1, without gaps, within one kind and partner.
///
/// # Errors
///
/// When the partner's id leaves no room for it.
pub fn number(partner: &PartnerId, kind: DocumentKind, ordinal: u64) -> Result<InvoiceNumber, IdError> {
    let series = match kind {
        DocumentKind::Invoice => "INV",
        DocumentKind::CreditNote => "CN",
    };
    InvoiceNumber::new(&format!("{series}-{partner}-{ordinal:06}"))
}

/// Writes what a partner owes and has not been invoiced yet, or nothing.
///
/// `due` holds every month up to and including `month` in which the partner used or was invoiced anything, with each
/// paying subscription once a month; what is missing there is taken as no longer due and is given back. `invoiced` holds
/// all earlier documents; those of other partners and lines of later months play no part.
///
/// # Errors
///
/// When the currency has changed, when usage comes twice, or when a sum does not fit.
pub fn draft(
    partner: &PartnerId,
    month: Month,
    terms: Terms,
    due: &[RatedMonth],
    invoiced: &[Document],
) -> Result<Option<Draft>, DraftError> {
    let due = due_by_key(month, terms, due)?;
    let invoiced = invoiced_by_key(partner, month, terms, invoiced)?;
    let closed_before = invoiced.keys().any(|key| key.month == month);
    let keys: BTreeSet<&LineKey> = due.keys().chain(invoiced.keys()).copied().collect();
    let mut lines = Vec::new();
    let mut total = Money::zero(terms.currency);
    for key in keys {
        let kind = if key.month == month && !closed_before { LineKind::Usage } else { LineKind::Adjustment };
        let Some(line) = difference(key, kind, due.get(key), invoiced.get(key))? else { continue };
        total = total.checked_add(line.amount)?;
        lines.push(line);
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let kind = if total.minor < 0 { DocumentKind::CreditNote } else { DocumentKind::Invoice };
    Ok(Some(Draft { kind, partner: partner.clone(), month, lines, total }))
}

/// What was invoiced under a key, with the newest line of it.
struct Invoiced<'a> {
    quantity: Quantity,
    amount: Money,
    newest: &'a InvoiceLine,
}

fn due_by_key(
    month: Month,
    terms: Terms,
    rated_months: &[RatedMonth],
) -> Result<BTreeMap<&LineKey, DueLine<'_>>, DraftError> {
    let mut by_key = BTreeMap::new();
    for rated in rated_months.iter().filter(|rated| rated.month <= month) {
        for due_line in due(rated, terms)?.lines {
            let key = &due_line.line.key;
            if by_key.insert(key, due_line).is_some() {
                let paying_subscription = key.paying_subscription.to_string();
                return Err(DraftError::OfferedTwice { month: key.month, paying_subscription });
            }
        }
    }
    Ok(by_key)
}

fn invoiced_by_key<'a>(
    partner: &PartnerId,
    month: Month,
    terms: Terms,
    documents: &'a [Document],
) -> Result<BTreeMap<&'a LineKey, Invoiced<'a>>, DraftError> {
    let mut by_key: BTreeMap<&LineKey, Invoiced<'_>> = BTreeMap::new();
    for document in documents.iter().filter(|document| document.partner == *partner) {
        for line in document.lines.iter().filter(|line| line.key.month <= month) {
            if document.currency != terms.currency {
                let (number, invoiced, now) = (document.number.clone(), document.currency, terms.currency);
                return Err(DraftError::CurrencyDiffers { number, invoiced, now });
            }
            let nothing = Invoiced { quantity: Quantity::ZERO, amount: Money::zero(terms.currency), newest: line };
            let sum = by_key.entry(&line.key).or_insert(nothing);
            sum.quantity = sum.quantity.checked_add(line.quantity)?;
            sum.amount = sum.amount.checked_add(line.amount)?;
            sum.newest = line;
        }
    }
    Ok(by_key)
}

/// The line that brings what was invoiced to what is due; nothing when it already is.
fn difference(
    key: &LineKey,
    kind: LineKind,
    due: Option<&DueLine<'_>>,
    invoiced: Option<&Invoiced<'_>>,
) -> Result<Option<InvoiceLine>, DraftError> {
    let (customer, unit_price, divisor, exchange, residual, mut quantity, mut amount) = match (due, invoiced) {
        (Some(due), _) => (
            due.customer.cloned(),
            due.line.unit_price,
            due.line.divisor,
            due.exchange,
            due.rounded.residual,
            due.line.quantity,
            due.rounded.money,
        ),
        (None, Some(Invoiced { newest, amount, .. })) => (
            newest.customer.clone(),
            newest.unit_price,
            newest.divisor,
            newest.exchange,
            Amount::ZERO,
            Quantity::ZERO,
            Money::zero(amount.currency),
        ),
        (None, None) => return Ok(None),
    };
    if let Some(invoiced) = invoiced {
        quantity = quantity.checked_sub(invoiced.quantity)?;
        amount = amount.checked_add(invoiced.amount.negated())?;
    }
    if quantity.is_zero() && amount.minor == 0 {
        return Ok(None);
    }
    let residual = residual.exact_text();
    Ok(Some(InvoiceLine {
        key: key.clone(),
        kind,
        customer,
        unit_price,
        divisor,
        exchange,
        quantity,
        amount,
        residual,
    }))
}

#[cfg(test)]
mod tests;
