//! Row: what a line of a document and each of its days comes to, as the rows of files show it.
//!
//! In: the lines of a document, then what each daily sum of its month costs.
//! Out: for each day the part of a line that it is, cut to a number of decimals, and at the end what was cut away.
//! Holds: the days of a line and what closes the gap add up to its amount; of a row nothing is kept but a running sum.

use std::{collections::HashMap, rc::Rc};

use billing::{
    bill::{self, Terms},
    rate::DailyCharge,
};
use model::{
    Amount, InvoiceLine, InvoiceNumber, LineKey, LineKind, Money, Month, Office, Overflow, PartnerId, Quantity, Second,
    UnitPrice,
};

mod cell;
mod face;
mod service;

pub(crate) use cell::{decimal, json, plain};
pub(crate) use face::{Face, Reseller};
pub(crate) use service::{ServiceNames, focus_unit, invoice_unit, service_names};

/// Decimals of amounts that are shown unrounded, and of quantities where a column has a fixed number of them.
pub const DECIMALS: u32 = 12;

/// How many faces of lines are kept at a time. Unit: lines.
const FACES_MAX: usize = 4096;

/// An issued document, as far as files of it say so.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Its number.
    pub number: InvoiceNumber,
    /// When it was issued.
    pub at: Second,
    /// Whether the days of its own month are given too. They are not known of a document that does not say what it was
    /// computed from; its lines then stand for the whole month.
    pub days: Days,
}

/// Whether the days of a document's own month are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Every usage line is followed by its days.
    Given,
    /// They are not known.
    Unknown,
}

/// What all rows of a file have in common.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The office with the names: that of the document, so that its files never change.
    pub office: &'a Office,
    /// Who is invoiced.
    pub partner: &'a PartnerId,
    /// The month that is billed.
    pub month: Month,
    /// The currency of the invoice, and how it is rounded.
    pub terms: Terms,
    /// Who issues the invoice and sells the service.
    pub issuer: &'a str,
    /// The document; none for usage that is not billed yet.
    pub issued: Option<Issued>,
}

impl Context<'_> {
    /// What a line of the document is called in files.
    pub(crate) fn line_id(&self, number: u32) -> Option<String> {
        self.issued.as_ref().map(|issued| format!("{}-L{number}", issued.number))
    }

    /// The account that is invoiced, in data sets. Readers of CSV take an id of digits alone for a number.
    pub(crate) fn billing_account(&self) -> String {
        format!("partner:{}", self.partner)
    }

    fn has_days(&self, line: &InvoiceLine) -> bool {
        let given = self.issued.as_ref().is_none_or(|issued| issued.days == Days::Given);
        given && line.kind == LineKind::Usage
    }
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// The disk is full, or the reader went away.
    #[error("write a row: {0}")]
    Write(#[from] std::io::Error),
    /// The same.
    #[error("write a row of values separated by commas: {0}")]
    Csv(#[from] csv::Error),
    /// The same.
    #[error("write a Parquet file: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A number does not fit into its column.
    #[error("write an amount with {DECIMALS} decimals: {0}")]
    Overflow(#[from] Overflow),
    /// The days of a line are not what it says.
    #[error("write the days of line {line}: they are {days} of {meter}, the line has {expected}")]
    DaysDiffer {
        /// The line's number.
        line: u32,
        /// What was used.
        meter: String,
        /// The sum of the days.
        days: Quantity,
        /// The line's quantity.
        expected: Quantity,
    },
    /// A line came after the first day.
    #[error("write line {0}: all lines come before the first day")]
    LineTooLate(u32),
}

impl From<model::NumberError> for RowError {
    fn from(_: model::NumberError) -> Self {
        Self::Overflow(Overflow)
    }
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// How many rows there are below the heads.
    pub rows: u64,
    /// The sum of what they cost in the currency of the invoice. Unit: 10^-12 of it.
    sum: i128,
}

impl Written {
    /// The sum of what the rows cost, as a decimal without trailing zeros.
    pub fn total(&self) -> String {
        decimal(self.sum, DECIMALS)
    }

    /// Whether the rows add up to an amount, to its last unit.
    pub fn adds_up_to(&self, money: Money) -> bool {
        let minor = Amount::of_minor(money.minor, money.currency.decimals());
        minor.and_then(|amount| bill::cut(amount, DECIMALS)) == Ok(self.sum)
    }

    pub(crate) fn count(&mut self, billed: i128) -> Result<(), Overflow> {
        self.rows = self.rows.checked_add(1).ok_or(Overflow)?;
        self.sum = self.sum.checked_add(billed).ok_or(Overflow)?;
        Ok(())
    }
}

/// An amount in both currencies. Unit: 10^-12 of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Both {
    /// In the currency of the prices.
    pub(crate) priced: i128,
    /// In the currency of the invoice.
    pub(crate) billed: i128,
}

impl Both {
    fn plus(self, other: Self) -> Result<Self, Overflow> {
        let priced = self.priced.checked_add(other.priced).ok_or(Overflow)?;
        Ok(Self { priced, billed: self.billed.checked_add(other.billed).ok_or(Overflow)? })
    }

    fn minus(self, other: Self) -> Result<Self, Overflow> {
        let priced = self.priced.checked_sub(other.priced).ok_or(Overflow)?;
        Ok(Self { priced, billed: self.billed.checked_sub(other.billed).ok_or(Overflow)? })
    }
}

/// A line with the running sum of its days.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) invoiced: InvoiceLine,
    /// Its number in the document, from 1.
    pub(crate) number: u32,
    days: Quantity,
    sum: Both,
}

/// What the end of a line is.
pub(crate) enum End {
    /// Its days came: what closes the gap between them and the line.
    Gap(Both),
    /// It has no days: all of it.
    Whole(Both),
}

/// The lines of a file that is being written.
pub(crate) struct Ledger<'a> {
    pub(crate) context: Context<'a>,
    lines: Vec<Line>,
    by_key: HashMap<LineKey, usize>,
    faces: HashMap<usize, Rc<Face>>,
    begun: bool,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(context: Context<'a>) -> Self {
        Self { context, lines: Vec::new(), by_key: HashMap::new(), faces: HashMap::new(), begun: false }
    }

    /// Takes a line. Gives its place when it has no days, so that all of it is to be written.
    pub(crate) fn line(&mut self, line: &InvoiceLine) -> Result<Option<usize>, RowError> {
        let index = self.lines.len();
        let number = u32::try_from(index).map_err(|_| Overflow)?.checked_add(1).ok_or(Overflow)?;
        if self.begun {
            return Err(RowError::LineTooLate(number));
        }
        let has_days = self.context.has_days(line);
        if has_days {
            self.by_key.insert(line.key.clone(), index);
        }
        self.lines.push(Line { invoiced: line.clone(), number, days: Quantity::ZERO, sum: Both::default() });
        Ok((!has_days).then_some(index))
    }

    /// Takes a day. Gives its line and what it costs; nothing when no line is about it, as where a correction took
    /// everything back, or where the month was billed before.
    pub(crate) fn daily(&mut self, charge: &DailyCharge) -> Result<Option<(usize, Both)>, RowError> {
        self.begun = true;
        let Some(index) = self.by_key.get(&charge.line.key).copied() else { return Ok(None) };
        let Some(line) = self.lines.get_mut(index) else { return Ok(None) };
        let amount = charge.line.amount;
        let priced = bill::cut(amount, DECIMALS)?;
        let billed = match line.invoiced.exchange {
            None => priced,
            Some(exchange) => bill::cut(amount.times(exchange.rate.ratio())?, DECIMALS)?,
        };
        let cost = Both { priced, billed };
        line.days = line.days.checked_add(charge.line.quantity)?;
        line.sum = line.sum.plus(cost)?;
        Ok(Some((index, cost)))
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }

    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// What everybody calls what a line is about.
    pub(crate) fn face(&mut self, index: usize) -> Result<Rc<Face>, RowError> {
        if let Some(face) = self.faces.get(&index) {
            return Ok(Rc::clone(face));
        }
        let line = self.lines.get(index).ok_or(Overflow)?;
        let face = Rc::new(Face::new(&self.context, &line.invoiced)?);
        if self.faces.len() >= FACES_MAX {
            self.faces.clear();
        }
        self.faces.insert(index, Rc::clone(&face));
        Ok(face)
    }

    /// How a line ends: with the gap that its days leave, or with all of it.
    pub(crate) fn end(&self, index: usize) -> Result<End, RowError> {
        let line = self.lines.get(index).ok_or(Overflow)?;
        let whole = whole(&self.context, &line.invoiced)?;
        if !self.context.has_days(&line.invoiced) {
            return Ok(End::Whole(whole));
        }
        if line.days != line.invoiced.quantity {
            return Err(RowError::DaysDiffer {
                line: line.number,
                meter: line.invoiced.key.meter.to_string(),
                days: line.days,
                expected: line.invoiced.quantity,
            });
        }
        Ok(End::Gap(whole.minus(line.sum)?))
    }
}

/// The amounts of a line as they are billed.
pub(crate) fn whole(context: &Context<'_>, line: &InvoiceLine) -> Result<Both, RowError> {
    let of = |money: Money| bill::cut(Amount::of_minor(money.minor, money.currency.decimals())?, DECIMALS);
    Ok(Both { priced: of(priced_money(context, line)?)?, billed: of(line.amount)? })
}

/// What a line costs in the currency of its price, rounded there by the rule of the price list: the billable cost of the
/// reconciliation files. For an adjustment it is what its quantity costs.
pub(crate) fn priced_money(context: &Context<'_>, line: &InvoiceLine) -> Result<Money, Overflow> {
    let Some(exchange) = line.exchange else { return Ok(line.amount) };
    let mut amount = line.quantity.times(line.unit_price, line.divisor)?;
    for share in [line.key.discount, line.key.credit] {
        if !share.is_zero() {
            amount = amount.times(share.rest())?;
        }
    }
    let terms = Terms { currency: exchange.from, rounding: context.terms.rounding };
    bill::round(amount, None, terms).map(|rounded| rounded.money)
}

/// A quantity divided by a whole number and cut. Unit: 10^-12.
pub(crate) fn cut_quantity(quantity: Quantity, divisor: u32) -> Result<i128, RowError> {
    Ok(bill::cut(quantity.times(UnitPrice::parse("1")?, divisor)?, DECIMALS)?)
}

/// A product of two numbers with 12 decimals, cut to 12 decimals. The price is not below zero.
pub(crate) fn product(price: i128, quantity: i128) -> Result<i128, Overflow> {
    let one = 10_i128.checked_pow(DECIMALS).ok_or(Overflow)?;
    let (whole, rest) = (quantity.checked_div(one).ok_or(Overflow)?, quantity.checked_rem(one).ok_or(Overflow)?);
    let of_rest = price.checked_mul(rest).ok_or(Overflow)?.checked_div(one).ok_or(Overflow)?;
    price.checked_mul(whole).ok_or(Overflow)?.checked_add(of_rest).ok_or(Overflow)
}

#[cfg(test)]
mod tests;
