//! Gather, in the hallway: a month of daily sums, attributed and rated.

use std::collections::BTreeMap;

use billing::{
    attribute::{Attribution, Attributor, Unattributed},
    bill::UnattributedRows,
    rate::{AttributedSum, MonthUsage, RatedMonth, RowCounts, rate_month},
};
use model::{CloudId, DailySum, MeterCatalogue, Month, Office, Overflow, PartnerId, PayingSubscriptionId};
use store::StoreError;

use crate::Hub;

/// Why a month could not be gathered.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sum does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// A month of usage with who pays for it.
#[derive(Default)]
pub(crate) struct MonthBook {
    /// By the partner that is invoiced and the subscription that pays.
    pub(crate) usages: BTreeMap<(PartnerId, PayingSubscriptionId), MonthUsage>,
    /// What has no payer yet.
    pub(crate) unattributed: BTreeMap<(CloudId, Unattributed), RowsWithoutPayer>,
}

/// Rows that have no payer.
#[derive(Default, Clone, Copy)]
pub(crate) struct RowsWithoutPayer {
    /// All that were booked.
    pub(crate) booked: u64,
    /// Those whose sum is not zero: a correction that took everything away leaves nothing to be paid.
    pub(crate) due: u64,
}

impl MonthBook {
    /// What must have a payer before the month can be closed.
    pub(crate) fn unattributed_rows(&self) -> Vec<UnattributedRows> {
        self.unattributed
            .iter()
            .filter(|(_, rows)| rows.due > 0)
            .map(|((stamp, reason), rows)| UnattributedRows { stamp: stamp.clone(), reason: *reason, rows: rows.due })
            .collect()
    }

    /// All rows that have no payer.
    pub(crate) fn unattributed_count(&self) -> u64 {
        self.unattributed.values().map(|rows| rows.booked).sum()
    }
}

impl Hub {
    /// The stamps whose usage a partner may have to pay for: those with a registration whose default subscription is its own.
    pub(crate) fn stamps_of(office: &Office, partner: &PartnerId) -> Vec<CloudId> {
        let pays = |stamp: &CloudId| {
            office.registrations.iter().filter(|registration| registration.stamp == *stamp).any(|registration| {
                office.subscriptions.get(&registration.default_subscription).is_some_and(|subscription| {
                    subscription
                        .standings
                        .iter()
                        .filter_map(|standing| standing.partner.as_ref())
                        .any(|owner| office.invoiced_partner(owner).is_some_and(|payer| payer.id == *partner))
                })
            })
        };
        office.stamps.keys().filter(|stamp| pays(stamp)).cloned().collect()
    }

    /// Gives every daily sum of some stamps in a month with its attribution.
    pub(crate) fn each_attributed(
        &self,
        office: &Office,
        stamps: &[CloudId],
        month: Month,
        each: &mut dyn FnMut(&DailySum, Attribution<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for stamp in stamps {
            let mut attributor: Option<(model::Day, Attributor<'_>)> = None;
            self.store.daily_sums(stamp, month.days(), &mut |sum| {
                if attributor.as_ref().is_none_or(|(day, _)| *day != sum.day) {
                    attributor = Some((sum.day, Attributor::new(office, stamp, sum.day)));
                }
                match &attributor {
                    Some((_, attributor)) => each(&sum, attributor.attribute(&sum.subscriber)),
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    }

    pub(crate) fn gather(&self, office: &Office, stamps: &[CloudId], month: Month) -> Result<MonthBook, GatherError> {
        let mut book = MonthBook::default();
        let mut overflow = false;
        self.each_attributed(office, stamps, month, &mut |sum, attribution| {
            match attribution {
                Attribution::Held(reason) => {
                    let rows = book.unattributed.entry((sum.stamp.clone(), reason)).or_default();
                    rows.booked += sum.rows;
                    rows.due += if sum.quantity.is_zero() { 0 } else { sum.rows };
                }
                Attribution::Paid(paid) => {
                    let key = (paid.payer.id.clone(), paid.paying_subscription.id.clone());
                    let usage =
                        book.usages.entry(key).or_insert_with(|| MonthUsage::new(month, paid.paying_subscription));
                    overflow |= usage.add(AttributedSum::new(sum, &paid)).is_err();
                }
            }
            Ok(())
        })?;
        if overflow { Err(Overflow.into()) } else { Ok(book) }
    }

    /// Rates what was gathered, each payer by its own price list.
    pub(crate) fn rate(
        office: &Office,
        book: &MonthBook,
        partner: Option<&PartnerId>,
    ) -> Result<Vec<RatedMonth>, Overflow> {
        book.usages
            .iter()
            .filter(|((payer, _), _)| partner.is_none_or(|partner| partner == payer))
            .map(|((payer, _), usage)| rate_month(usage, office.price_list_of(payer), MeterCatalogue::published()))
            .collect()
    }

    /// The months in which some stamps have usage, in order.
    pub(crate) fn months(&self, stamps: &[CloudId]) -> Result<std::collections::BTreeSet<Month>, StoreError> {
        let mut months = std::collections::BTreeSet::new();
        for stamp in stamps {
            months.extend(self.store.months(stamp)?);
        }
        Ok(months)
    }
}

/// Adds the counts of rated months up.
pub(crate) fn row_counts<'a>(months: impl Iterator<Item = &'a RatedMonth>) -> Result<RowCounts, Overflow> {
    months.map(|month| month.rows).try_fold(RowCounts::default(), RowCounts::checked_add)
}
