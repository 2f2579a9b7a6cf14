//! Account: what ran, summed exactly, for comparison with what was read.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

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

impl Account {
    /// The account of what a cloud reported in a range of hours.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn of_reported(cloud: &Cloud, reported: Range<Hour>) -> Result<Self, AccountError> {
        let mut account = Self::default();
        let plan = cloud.plan();
        // The walk goes along the hours of use, so a window that lost or doubled a row would show.
        let mut day = DaySums::default();
        for used in (plan.start.0..plan.end.0.min(reported.end.0)).map(Hour) {
            for resource in 0..cloud.resource_count() {
                let happening = cloud.happening(resource, used);
                let Some(happening) = happening.filter(|happening| reported.contains(&happening.reported)) else {
                    continue;
                };
                let subscription = &happening.resource.subscription;
                for (meter, number) in happening.measured() {
                    day.add(subscription, meter, number.quantity())?;
                    account.rows = account.rows.saturating_add(1);
                }
            }
            if used.next().day() != used.day() || used.next() >= plan.end.min(reported.end) {
                std::mem::take(&mut day).write(used, &mut account)?;
            }
        }
        for row in cloud.told_rows().iter().filter(|row| reported.contains(&row.0)).map(|(_, row)| row) {
            account.add(row.used, &row.subscription, &row.meter, row.number.quantity())?;
            account.rows = account.rows.saturating_add(1);
        }
        if let Some(copy) = plan.story.copy.filter(|copy| reported.contains(&copy.reported)) {
            let present = copy.row < cloud.window_without_copy(copy.reported).len();
            account.copies = u64::from(present);
        }
        Ok(account)
    }
}

/// The sums of one day of use, by texts that need not be folded for each row.
#[derive(Default)]
struct DaySums<'a>(HashMap<(&'a LocalSubscriptionId, &'a str), Quantity>);

impl<'a> DaySums<'a> {
    fn add(
        &mut self,
        subscription: &'a LocalSubscriptionId,
        meter: &'a str,
        quantity: Quantity,
    ) -> Result<(), Overflow> {
        let sum = self.0.entry((subscription, meter)).or_default();
        *sum = sum.checked_add(quantity)?;
        Ok(())
    }

    fn write(self, used: Hour, account: &mut Account) -> Result<(), AccountError> {
        self.0
            .into_iter()
            .try_for_each(|((subscription, meter), quantity)| account.add(used, subscription, meter, quantity))
    }
}

impl Cloud {
    /// The account of the windows that were reported in a range of hours.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn account(&self, reported: Range<Hour>) -> Result<Account, AccountError> {
        Account::of_reported(self, reported)
    }
}
