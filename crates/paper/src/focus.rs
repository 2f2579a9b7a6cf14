//! FOCUS: cost and usage, invoice details and billing periods as the FinOps Open Cost and Usage Specification has them.
//!
//! In: the lines of a document, and what each daily sum costs.
//! Out: data sets of FOCUS 1.4, or the one of 1.2, as values separated by commas or as Parquet, with the same values.
//! Holds: the billed costs of one invoice add up to it, to the last unit; a price times a quantity is its cost.
//!
//! docs/reference/focus.md says how each column is filled.

use std::io::Write;

use billing::rate::DailyCharge;
use model::{InvoiceLine, Second};

use crate::row::{Both, Context, End, Ledger, RowError, Written};
use charge::{Charge, Part};
use sheet::Sheet;

mod charge;
mod cost_and_usage;
mod invoice_detail;
pub(crate) mod sheet;

pub use invoice_detail::{InvoiceDetail, billing_period};

/// Which version of the specification a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// FOCUS 1.4.
    V1_4,
    /// FOCUS 1.2: one data set, and the columns that later versions took away.
    V1_2,
}

/// How a data set is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Values separated by commas.
    Csv,
    /// Parquet: decimals of 38 digits, 12 of them behind the point; times in microseconds, UTC.
    Parquet,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, also where the specification says JSON.
    Text,
    /// A decimal number.
    Decimal,
    /// A moment.
    Time,
}

/// The columns of the data set Cost and Usage, in order.
pub fn cost_and_usage_columns(version: Version) -> Vec<(&'static str, ColumnKind)> {
    cost_and_usage::columns(version).map(|column| (column.name, column.kind)).collect()
}

/// The data set Cost and Usage while it is written.
pub struct CostAndUsage<'a, W: Write + Send> {
    sheet: Sheet<W>,
    version: Version,
    ledger: Ledger<'a>,
    written: Written,
}

impl<'a, W: Write + Send> CostAndUsage<'a, W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn new(out: W, context: Context<'a>, version: Version, format: Format) -> Result<Self, RowError> {
        let sheet = Sheet::new(out, format, &cost_and_usage_columns(version))?;
        Ok(Self { sheet, version, ledger: Ledger::new(context), written: Written::default() })
    }

    /// Takes a line. All lines come before the first day.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or an amount does not fit.
    pub fn line(&mut self, line: &InvoiceLine) -> Result<(), RowError> {
        let Some(index) = self.ledger.line(line)? else { return Ok(()) };
        match self.ledger.end(index)? {
            End::Whole(cost) | End::Gap(cost) => self.write(index, Part::Line, None, cost),
        }
    }

    /// Takes what a part of a daily sum costs.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or an amount does not fit.
    pub fn daily(&mut self, charge: &DailyCharge) -> Result<(), RowError> {
        match self.ledger.daily(charge)? {
            Some((index, cost)) => self.write(index, Part::Day, Some(charge), cost),
            None => Ok(()),
        }
    }

    /// Ends the file. What the days of a line lack becomes a row of the category Adjustment.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or when the days of a line are not what it says.
    pub fn finish(mut self) -> Result<Written, RowError> {
        for index in 0..self.ledger.count() {
            let End::Gap(gap) = self.ledger.end(index)? else { continue };
            // What is not billed yet is not rounded yet.
            if gap != Both::default() && self.ledger.context.issued.is_some() {
                self.write(index, Part::Rounding, None, gap)?;
            }
        }
        self.sheet.finish()?;
        Ok(self.written)
    }

    fn write(&mut self, index: usize, part: Part, day: Option<&DailyCharge>, cost: Both) -> Result<(), RowError> {
        let face = self.ledger.face(index)?;
        let Some(line) = self.ledger.get(index) else { return Ok(()) };
        let context = &self.ledger.context;
        let charge = Charge::new(context, line, &face, part, day, cost)?;
        for column in cost_and_usage::columns(self.version) {
            self.sheet.cell((column.fill)(&charge))?;
        }
        self.sheet.end_of_row()?;
        self.written.count(cost.billed)?;
        Ok(())
    }
}

/// How long after its issue an invoice is due. Unit: days. Source: Partner Center documentation, invoices of the Azure plan
/// are due after 60 days net, read 2026-11.
pub const PAYMENT_DAYS: u32 = 60;

/// The moment an invoice is due.
fn due(issued: Second) -> Second {
    const SECONDS_PER_DAY: i64 = 86_400;
    Second(issued.0.saturating_add(i64::from(PAYMENT_DAYS).saturating_mul(SECONDS_PER_DAY)))
}

#[cfg(test)]
mod tests;
