//! Gather, in the hallway: a month of daily sums, attributed and rated.

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use billing::{
    attribute::{Attribution, Attributor, Paid, Unattributed},
    bill::UnattributedRows,
    rate::{AttributedSum, MonthUsage, RatedMonth, RowCounts, rate_month},
};
use model::{
    CloudId, DailySum, Day, MeterCatalogue, Month, Office, Overflow, PartnerId, PayingSubscriptionId, Subscriber,
};
use rayon::prelude::*;
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

/// The payers of one stamp, asked for one sum after another. Those of a day and local subscription stand together.
pub(crate) struct Payers<'a> {
    office: &'a Office,
    stamp: &'a CloudId,
    of_day: Option<(Day, Attributor<'a>)>,
    last: Option<(Subscriber, Attribution<'a>)>,
}

impl<'a> Payers<'a> {
    pub(crate) fn new(office: &'a Office, stamp: &'a CloudId) -> Self {
        Self { office, stamp, of_day: None, last: None }
    }

    /// Who pays for a sum.
    pub(crate) fn of(&mut self, sum: &DailySum) -> Attribution<'a> {
        let attributor = match &mut self.of_day {
            Some((day, attributor)) if *day == sum.day => attributor,
            other => {
                self.last = None;
                &mut other.insert((sum.day, Attributor::new(self.office, self.stamp, sum.day))).1
            }
        };
        match &self.last {
            Some((subscriber, attribution)) if *subscriber == sum.subscriber => *attribution,
            _ => {
                let attribution = attributor.attribute(&sum.subscriber);
                self.last = Some((sum.subscriber.clone(), attribution));
                attribution
            }
        }
    }
}

/// The usages of a month while it is gathered: sums of one payer stand together, so the last one is looked at first.
#[derive(Default)]
struct Usages<'a> {
    found: Vec<(PartnerId, MonthUsage)>,
    places: HashMap<(&'a PartnerId, &'a PayingSubscriptionId), usize>,
    last: Option<(&'a PayingSubscriptionId, &'a PartnerId, usize)>,
}

impl<'a> Usages<'a> {
    fn of(&mut self, paid: &Paid<'a>, month: Month) -> Option<&mut MonthUsage> {
        let (partner, subscription) = (&paid.payer.id, &paid.paying_subscription.id);
        let place = match self.last {
            Some((last, payer, place)) if std::ptr::eq(last, subscription) && std::ptr::eq(payer, partner) => place,
            _ => *self.places.entry((partner, subscription)).or_insert_with(|| {
                self.found.push((partner.clone(), MonthUsage::new(month, paid.paying_subscription)));
                self.found.len() - 1
            }),
        };
        self.last = Some((subscription, partner, place));
        self.found.get_mut(place).map(|(_, usage)| usage)
    }

    fn into_book(self) -> BTreeMap<(PartnerId, PayingSubscriptionId), MonthUsage> {
        let key = |(partner, usage): (PartnerId, MonthUsage)| ((partner, usage.whose().0.clone()), usage);
        self.found.into_iter().map(key).collect()
    }
}

impl MonthBook {
    /// Adds what was gathered of other stamps.
    fn merge(&mut self, other: Self) -> Result<(), Overflow> {
        for (key, usage) in other.usages {
            match self.usages.entry(key) {
                Entry::Vacant(place) => drop(place.insert(usage)),
                Entry::Occupied(mut place) => place.get_mut().merge(usage)?,
            }
        }
        for (key, rows) in other.unattributed {
            let sum = self.unattributed.entry(key).or_default();
            sum.booked = sum.booked.checked_add(rows.booked).ok_or(Overflow)?;
            sum.due = sum.due.checked_add(rows.due).ok_or(Overflow)?;
        }
        Ok(())
    }

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
    pub(crate) fn each_attributed<'a>(
        &self,
        office: &'a Office,
        stamps: &'a [CloudId],
        month: Month,
        each: &mut dyn FnMut(&DailySum, Attribution<'a>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for stamp in stamps {
            let mut payers = Payers::new(office, stamp);
            self.store.daily_sums(stamp, month.days(), &mut |sum| each(sum, payers.of(sum)))?;
        }
        Ok(())
    }

    /// Gathers a month of some stamps, several at the same time: a large partner has millions of sums.
    pub(crate) fn gather(&self, office: &Office, stamps: &[CloudId], month: Month) -> Result<MonthBook, GatherError> {
        let one = |stamp| self.gather_here(office, std::slice::from_ref(stamp), month);
        let books = stamps.par_iter().map(one).collect::<Result<Vec<_>, _>>()?;
        let mut whole = MonthBook::default();
        books.into_iter().try_for_each(|book| whole.merge(book))?;
        Ok(whole)
    }

    fn gather_here(&self, office: &Office, stamps: &[CloudId], month: Month) -> Result<MonthBook, GatherError> {
        let mut book = MonthBook::default();
        let mut overflow = false;
        let mut usages = Usages::default();
        self.each_attributed(office, stamps, month, &mut |sum, attribution| {
            match attribution {
                Attribution::Held(reason) => {
                    let rows = book.unattributed.entry((sum.stamp.clone(), reason)).or_default();
                    rows.booked += sum.rows;
                    rows.due += if sum.quantity.is_zero() { 0 } else { sum.rows };
                }
                Attribution::Paid(paid) => {
                    let usage = usages.of(&paid, month);
                    overflow |= usage.is_none_or(|usage| usage.add(AttributedSum::new(sum, &paid)).is_err());
                }
            }
            Ok(())
        })?;
        book.usages = usages.into_book();
        if overflow { Err(Overflow.into()) } else { Ok(book) }
    }

    /// Rates what was gathered, each payer by its own price list.
    pub(crate) fn rate(
        office: &Office,
        book: &MonthBook,
        partner: Option<&PartnerId>,
    ) -> Result<Vec<RatedMonth>, Overflow> {
        book.usages
            .par_iter()
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
