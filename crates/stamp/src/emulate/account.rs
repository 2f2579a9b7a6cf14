//! Account: what ran, summed exactly, for comparison with what was read.

use std::{collections::BTreeMap, ops::Range};

use model::{Day, Hour, IdError, LocalSubscriptionId, MeterId, Overflow, Quantity};

use crate::emulate::{Cloud, Row};

/// What a sum is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountKey {
    /// The UTC day of use.
    pub day: Day,
    /// Who used it.
    pub subscription: LocalSubscriptionId,
    /// What was used.
    pub meter: MeterId,
}

/// The cloud's own book over a range of reported windows. A copied row counts once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The exact sums. Meters that no catalogue holds are among them.
    pub sums: BTreeMap<AccountKey, Quantity>,
    /// How many rows were reported, copies not counted.
    pub rows: u64,
    /// How many copies were reported besides.
    pub copies: u64,
}

/// Why an account cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// A sum does not fit.
    #[error("sum the account of the cloud: {0}")]
    Overflow(#[from] Overflow),
    /// A meter is no id.
    #[error("name a meter in the account of the cloud: {0}")]
    Meter(#[from] IdError),
}

impl Account {
    /// Adds one use.
    pub(crate) fn add(
        &mut self,
        used: Hour,
        subscription: &LocalSubscriptionId,
        meter: &str,
        quantity: Quantity,
    ) -> Result<(), AccountError> {
        let key = AccountKey { day: used.day(), subscription: subscription.clone(), meter: MeterId::new(meter)? };
        let sum = self.sums.entry(key).or_default();
        *sum = sum.checked_add(quantity)?;
        Ok(())
    }

    /// Puts another quantity in the place of a row's.
    pub(crate) fn replace(&mut self, row: &Row, quantity: Quantity) -> Result<(), AccountError> {
        let difference = quantity.checked_sub(row.number.quantity())?;
        self.add(row.used, &row.subscription, &row.meter, difference)
    }
}

impl Cloud {
    /// The account of the windows that were reported in a range of hours.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn account(&self, reported: Range<Hour>) -> Result<Account, AccountError> {
        let mut account = Account::default();
        let plan = self.plan();
        // The walk goes along the hours of use, so a window that lost or doubled a row would show.
        for used in (plan.start.0..plan.end.0).map(Hour) {
            for resource in 0..self.resource_count() {
                let Some(happening) = self.happening(resource, used) else { continue };
                if !reported.contains(&happening.reported) {
                    continue;
                }
                let subscription = &happening.resource.subscription;
                for (meter, number) in happening.measured() {
                    account.add(used, subscription, meter, number.quantity())?;
                    account.rows = account.rows.saturating_add(1);
                }
            }
        }
        for row in self.told_rows().iter().filter(|row| reported.contains(&row.0)).map(|(_, row)| row) {
            account.add(row.used, &row.subscription, &row.meter, row.number.quantity())?;
            account.rows = account.rows.saturating_add(1);
        }
        if let Some(copy) = plan.story.copy.filter(|copy| reported.contains(&copy.reported)) {
            let present = copy.row < self.window_without_copy(copy.reported).len();
            account.copies = u64::from(present);
        }
        Ok(account)
    }
}
