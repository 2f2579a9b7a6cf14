//! Reconciliation: files by which a partner compares an invoice with what it knows, in the columns that its tools expect.
//!
//! In: the lines of a document, and for the daily layout what each daily sum costs.
//! Out: values separated by commas, with the column names in the first line.
//! Holds: the amounts of a file add up to the document, to the last unit; texts of users are no formulas.

use std::{borrow::Cow, io::Write};

use billing::rate::DailyCharge;
use model::{Day, InvoiceLine, LineKind, Second, Share};

use crate::row::{Both, Context, End, Face, Ledger, RowError, Written, decimal, plain};

mod daily;
mod legacy;
mod new_commerce;

/// Which columns a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The lines of an invoice of the new commerce: 46 columns.
    NewCommerce,
    /// The lines of an invoice of usage-based offers: 42 columns.
    Legacy,
    /// What each daily sum costs: 55 columns, or the basic ones of them.
    Daily(Attributes),
}

/// How many columns of daily rated usage are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attributes {
    /// All 55.
    Full,
    /// The 30 that are needed to add up.
    Basic,
}

/// In which sets of attributes a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Full,
    Both,
}

/// A column with how it is filled.
struct Column {
    name: &'static str,
    set: Set,
    fill: for<'a> fn(&'a Entry<'a>) -> Cow<'a, str>,
}

/// A column that every file of its layout has.
const fn column(name: &'static str, fill: for<'a> fn(&'a Entry<'a>) -> Cow<'a, str>) -> Column {
    Column { name, set: Set::Both, fill }
}

/// A column that is in the full set only.
const fn full(name: &'static str, fill: for<'a> fn(&'a Entry<'a>) -> Cow<'a, str>) -> Column {
    Column { name, set: Set::Full, fill }
}

impl Layout {
    fn columns(self) -> impl Iterator<Item = &'static Column> {
        let all = match self {
            Self::NewCommerce => new_commerce::COLUMNS,
            Self::Legacy => legacy::COLUMNS,
            Self::Daily(_) => daily::COLUMNS,
        };
        all.iter().filter(move |column| self != Self::Daily(Attributes::Basic) || column.set == Set::Both)
    }

    /// The names of its columns, in order.
    pub fn column_names(self) -> Vec<&'static str> {
        self.columns().map(|column| column.name).collect()
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of a line.
    Line,
    /// A day of it.
    Day,
    /// What the decimals that were cut away leave between its days and the line.
    Rounding,
}

/// A row before it is written.
struct Entry<'a> {
    context: &'a Context<'a>,
    line: &'a InvoiceLine,
    number: u32,
    face: &'a Face,
    part: Part,
    day: Option<&'a DailyCharge>,
    cost: Both,
}

impl Entry<'_> {
    fn invoice_number(&self) -> &str {
        self.context.issued.as_ref().map_or("", |issued| issued.number.as_str())
    }

    /// The first moment of what is charged: of the line's own month, also where it is adjusted later.
    fn charge_start(&self) -> String {
        moment(self.line.key.month.first_day())
    }

    /// The last moment of it. Source: Partner Center documentation, read 2026-11: a charge ends at 23:59.
    fn charge_end(&self) -> String {
        last_moment_before(self.line.key.month.next().first_day())
    }

    fn is_adjustment(&self) -> bool {
        self.line.kind == LineKind::Adjustment
    }

    fn quantity(&self) -> String {
        match (self.part, self.day) {
            (Part::Rounding, _) => "0".to_owned(),
            (_, Some(day)) => day.line.quantity.to_string(),
            _ => self.line.quantity.to_string(),
        }
    }

    fn pricing_currency(&self) -> &str {
        match &self.line.exchange {
            Some(exchange) => exchange.from.code(),
            None => self.line.amount.currency.code(),
        }
    }

    /// When the exchange rate was fixed: before its month began.
    fn exchange_date(&self) -> String {
        last_moment_before(self.line.key.month.first_day())
    }
}

fn moment(day: Day) -> String {
    day.start().to_string()
}

fn last_moment_before(day: Day) -> String {
    Second(day.start().0.saturating_sub(1)).to_string()
}

/// A percentage with at least one decimal, as price adjustments are described.
fn percent(share: Share) -> String {
    let text = share.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

const NOTHING: Cow<'static, str> = Cow::Borrowed("");
const ZERO: Cow<'static, str> = Cow::Borrowed("0");

/// A file that is being written.
pub struct Reconciliation<'a, W: Write> {
    out: csv::Writer<W>,
    layout: Layout,
    ledger: Ledger<'a>,
    written: Written,
}

impl<'a, W: Write> Reconciliation<'a, W> {
    /// Begins a file with the names of its columns.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn new(out: W, context: Context<'a>, layout: Layout) -> Result<Self, RowError> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(layout.columns().map(|column| column.name))?;
        Ok(Self { out, layout, ledger: Ledger::new(context), written: Written::default() })
    }

    /// Takes a line. All lines come before the first day.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or an amount does not fit.
    pub fn line(&mut self, line: &InvoiceLine) -> Result<(), RowError> {
        let index = self.ledger.count();
        let has_no_days = self.ledger.line(line)?.is_some();
        if has_no_days || !matches!(self.layout, Layout::Daily(_)) {
            let whole = crate::row::whole(&self.ledger.context, line)?;
            self.write(index, Part::Line, None, whole)?;
        }
        Ok(())
    }

    /// Takes what a part of a daily sum costs. Other layouts than the daily one pass over it.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or an amount does not fit.
    pub fn daily(&mut self, charge: &DailyCharge) -> Result<(), RowError> {
        if !matches!(self.layout, Layout::Daily(_)) {
            return Ok(());
        }
        match self.ledger.daily(charge)? {
            Some((index, cost)) => self.write(index, Part::Day, Some(charge), cost),
            None => Ok(()),
        }
    }

    /// Ends the file. What the days of a line lack becomes a row of its own.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or when the days of a line are not what it says.
    pub fn finish(mut self) -> Result<Written, RowError> {
        if matches!(self.layout, Layout::Daily(_)) {
            for index in 0..self.ledger.count() {
                let End::Gap(gap) = self.ledger.end(index)? else { continue };
                // What is not billed yet is not rounded yet.
                if gap != Both::default() && self.ledger.context.issued.is_some() {
                    self.write(index, Part::Rounding, None, gap)?;
                }
            }
        }
        self.out.flush()?;
        Ok(self.written)
    }

    fn write(&mut self, index: usize, part: Part, day: Option<&DailyCharge>, cost: Both) -> Result<(), RowError> {
        let face = self.ledger.face(index)?;
        let Some(line) = self.ledger.get(index) else { return Ok(()) };
        let context = &self.ledger.context;
        let entry = Entry { context, line: &line.invoiced, number: line.number, face: &face, part, day, cost };
        for column in self.layout.columns() {
            self.out.write_field((column.fill)(&entry).as_ref())?;
        }
        self.out.write_record(None::<&[u8]>)?;
        self.written.count(cost.billed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
