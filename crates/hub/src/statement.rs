//! Statement, in the hallway: who paid for what in a month.

use billing::{
    bill::{DueMonth, Terms, due},
    rate::{RatedMonth, RowCounts},
    show,
};
use model::{Month, PartnerId};

use crate::{
    Hub,
    close::{CloseError, terms},
    gather::row_counts,
};

mod breakdown;
mod cells;
mod margin;
mod unmapped;
mod unpriced;

pub use breakdown::{Breakdown, Days, Group, GroupTotal, Grouping, StatementQuestion, Sums};
pub use cells::{Cell, Cells};
pub use margin::{Compared, Margins};
pub use unmapped::{Unmapped, UnmappedUsage};
pub use unpriced::Unpriced;

/// Where the rows of all months went. `attributed = rated + unpriced + informational`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows with a payer.
    pub attributed: u64,
    /// Rows without one.
    pub unattributed: u64,
    /// Rows with an amount.
    pub rated: u64,
    /// Rows without a price.
    pub unpriced: u64,
    /// Rows that are shown and not charged.
    pub informational: u64,
}

/// A partner's month: rated lines that a caller can total as it likes.
pub struct Statement {
    /// The currency and rounding of its amounts.
    pub terms: Terms,
    /// One entry for each paying subscription.
    pub months: Vec<RatedMonth>,
    /// Rows that have no payer, on the partner's stamps.
    pub unattributed: u64,
}

impl Statement {
    /// The totals of everything in it.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn with_totals<T>(&self, look: impl FnOnce(&show::Statement<'_>) -> T) -> Result<T, model::Overflow> {
        let months: Vec<DueMonth<'_>> =
            self.months.iter().map(|month| due(month, self.terms)).collect::<Result<_, _>>()?;
        Ok(look(&show::statement(self.terms.currency, &months)?))
    }
}

impl Hub {
    /// What a partner's month comes to by everything known now, whether it is closed or not.
    ///
    /// # Errors
    ///
    /// When the partner is unknown or has no price list, or when the store fails.
    pub fn statement(&self, partner: &PartnerId, month: Month) -> Result<Statement, CloseError> {
        let office = self.office();
        let terms = terms(&office, partner)?;
        let stamps = Self::stamps_of(&office, partner);
        let book = self.gather(&office, &stamps, month)?;
        let months = Self::rate(&office, &book, Some(partner))?;
        Ok(Statement { terms, months, unattributed: book.unattributed_count() })
    }

    /// Where all rows of all stamps and months went.
    ///
    /// # Errors
    ///
    /// When the store fails or a sum does not fit.
    pub fn counts(&self) -> Result<Counts, CloseError> {
        let office = self.office();
        let stamps: Vec<_> = office.stamps.keys().cloned().collect();
        let mut counts = Counts::default();
        let mut rows = RowCounts::default();
        for month in self.months(&stamps)? {
            let book = self.gather(&office, &stamps, month)?;
            counts.unattributed += book.unattributed_count();
            let rated = Self::rate(&office, &book, None)?;
            rows = rows.checked_add(row_counts(rated.iter())?)?;
        }
        counts.attributed = rows.attributed()?;
        (counts.rated, counts.unpriced, counts.informational) = (rows.rated, rows.unpriced, rows.informational);
        Ok(counts)
    }
}

#[cfg(test)]
mod tests;
