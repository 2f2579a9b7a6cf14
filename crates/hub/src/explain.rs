//! Explain, in the hallway: an amount on a document down to the windows and rows it came from.

use billing::{
    attribute::{Attribution, Rule},
    bill::due,
    show,
};
use model::{Day, Hour, InvoiceLine, InvoiceNumber, MeterId, Overflow, Quantity, Second, Subscriber};
use store::StoreError;

use crate::{
    Hub,
    close::{CloseError, terms},
};

/// Why a line was not explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// There is no such document.
    #[error("no document has the number {0}")]
    UnknownDocument(InvoiceNumber),
    /// It has no such line.
    #[error("{0} has {1} lines, counted from 1")]
    UnknownLine(InvoiceNumber, usize),
    /// The month could not be rated.
    #[error(transparent)]
    Close(#[from] CloseError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sum does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// A daily sum behind a line.
#[derive(Debug, Clone)]
pub struct ExplainedSum {
    /// The day of use.
    pub day: Day,
    /// Who used it.
    pub subscriber: Subscriber,
    /// The meter as it was sent.
    pub meter: MeterId,
    /// The rule that chose the payer.
    pub rule: Rule,
    /// The exact sum.
    pub quantity: Quantity,
    /// How many rows were booked to it.
    pub rows: u64,
}

/// A row behind a line.
#[derive(Debug, Clone)]
pub struct ExplainedRow {
    /// The window that reported it.
    pub window: Hour,
    /// The window's revision.
    pub revision: u32,
    /// The window's segment, by its SHA-256.
    pub segment: [u8; 32],
    /// Who used it.
    pub subscriber: Subscriber,
    /// When the use began.
    pub start: Second,
    /// When it ended.
    pub end: Second,
    /// The text of the number as it was sent.
    pub quantity: String,
    /// The address of the resource.
    pub address: String,
}

/// Where an amount comes from.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The line.
    pub line: InvoiceLine,
    /// What is due under the line's key by everything known now; none when nothing is due any more.
    pub due_now: Option<show::Explanation>,
    /// The daily sums that the key covers now.
    pub sums: Vec<ExplainedSum>,
    /// The rows of one day, when a day was asked for.
    pub rows: Vec<ExplainedRow>,
}

impl Hub {
    /// Explains a line of a document. `line` counts from 1. With a day, its rows too.
    ///
    /// # Errors
    ///
    /// When there is no such line, or when the store fails.
    pub fn explain(&self, number: &InvoiceNumber, line: usize, day: Option<Day>) -> Result<Explanation, ExplainError> {
        let document = self.store.document(number)?.ok_or_else(|| ExplainError::UnknownDocument(number.clone()))?;
        let document = document.document;
        let count = document.lines.len();
        let found = line.checked_sub(1).and_then(|index| document.lines.into_iter().nth(index));
        let line = found.ok_or_else(|| ExplainError::UnknownLine(number.clone(), count))?;
        let statement = self.statement(&document.partner, line.key.month)?;
        let office = self.office();
        let terms = terms(&office, &document.partner)?;
        let list = office.price_list_of(&document.partner);
        let mut due_now = None;
        for month in &statement.months {
            for due_line in due(month, terms)?.lines {
                if let (true, Some(list)) = (due_line.line.key == line.key, list) {
                    due_now = Some(show::explain(&due_line, list));
                }
            }
        }
        let mut sums = Vec::new();
        let key = &line.key;
        self.each_attributed(&office, std::slice::from_ref(&key.stamp), key.month, &mut |sum, attribution| {
            let Attribution::Paid(paid) = attribution else { return Ok(()) };
            let same_price = list
                .and_then(|list| list.price(&key.commerce_meter, sum.day))
                .is_none_or(|price| price.from == key.price_from || due_now.is_none());
            if paid.paying_subscription.id == key.paying_subscription
                && paid.scope == key.scope
                && sum.meter == key.meter
                && (same_price || paid.scope == model::Scope::Infrastructure)
            {
                sums.push(ExplainedSum {
                    day: sum.day,
                    subscriber: sum.subscriber.clone(),
                    meter: sum.meter.clone(),
                    rule: paid.rule,
                    quantity: sum.quantity,
                    rows: sum.rows,
                });
            }
            Ok(())
        })?;
        let rows = match day {
            Some(day) => self.explained_rows(&line, day, &sums)?,
            None => Vec::new(),
        };
        Ok(Explanation { line, due_now, sums, rows })
    }

    fn explained_rows(
        &self,
        line: &InvoiceLine,
        day: Day,
        sums: &[ExplainedSum],
    ) -> Result<Vec<ExplainedRow>, StoreError> {
        let stamp = &line.key.stamp;
        let wanted: Vec<&Subscriber> = sums.iter().filter(|sum| sum.day == day).map(|sum| &sum.subscriber).collect();
        let mut found = Vec::new();
        for window in self.store.windows_of_day(stamp, day)? {
            let rows = self.window_rows(&window)?;
            for row in &rows.rows {
                let (Some(subscriber), Some(meter)) = (rows.subscriber(row), rows.meter(row)) else { continue };
                if row.start.day() != Some(day) || *meter != line.key.meter || !wanted.contains(&subscriber) {
                    continue;
                }
                let text = self.store.resource(stamp, row.resource.0)?.unwrap_or_default();
                found.push(ExplainedRow {
                    window: window.hour,
                    revision: window.revision,
                    segment: window.hash,
                    subscriber: subscriber.clone(),
                    start: row.start,
                    end: row.end,
                    quantity: rows.number_text(row).to_owned(),
                    address: (self.read_address)(&text).unwrap_or(text),
                });
            }
        }
        found.sort_by(|left, right| {
            (left.start, &left.subscriber, &left.address, left.window).cmp(&(
                right.start,
                &right.subscriber,
                &right.address,
                right.window,
            ))
        });
        Ok(found)
    }
}
