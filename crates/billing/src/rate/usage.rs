//! Rate: what one paying subscription used in a month, summed as far as rating needs it.

use std::{collections::BTreeMap, fmt};

use model::{
    CloudId, CustomerId, DailySum, Day, MeterId, Month, Overflow, PayingSubscription, PayingSubscriptionId, Quantity,
    Scope,
};

use crate::attribute::{Paid, Rule};

/// A daily sum of which the payer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributedSum<'a> {
    /// Where it was used.
    pub stamp: &'a CloudId,
    /// When it was used.
    pub day: Day,
    /// What was used.
    pub meter: &'a MeterId,
    /// Whose usage it is.
    pub scope: Scope,
    /// Whether the registration's billing model charges usage.
    pub charged: bool,
    /// The rule that chose the payer.
    pub rule: Rule,
    /// How much, in the meter's unit.
    pub quantity: Quantity,
    /// How many rows it stands for.
    pub rows: u64,
}

impl<'a> AttributedSum<'a> {
    /// A daily sum with what attribution said about it.
    pub fn new(sum: &'a DailySum, paid: &Paid<'_>) -> Self {
        Self {
            stamp: &sum.stamp,
            day: sum.day,
            meter: &sum.meter,
            scope: paid.scope,
            charged: paid.charged,
            rule: paid.rule,
            quantity: sum.quantity,
            rows: sum.rows,
        }
    }
}

/// Why a sum cannot join a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageError {
    /// Its day lies in another month.
    OtherMonth {
        /// The day of the sum.
        day: Day,
        /// The month it was offered to.
        month: Month,
    },
    /// The sum of quantities or of rows does not fit.
    TooLarge,
}

impl fmt::Display for UsageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherMonth { day, month } => write!(formatter, "add usage of {day} to the month {month}: not in it"),
            Self::TooLarge => write!(formatter, "add usage to a month: the sum is too large to be kept exactly"),
        }
    }
}

impl std::error::Error for UsageError {}

impl From<Overflow> for UsageError {
    fn from(_: Overflow) -> Self {
        Self::TooLarge
    }
}

/// Where one meter was used, apart from the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) stamp: CloudId,
    pub(super) scope: Scope,
    pub(super) charged: bool,
}

impl Spot {
    /// Stamp, then scope: in this order the totals of a day fill the tiers.
    fn order(&self) -> (&CloudId, Scope, bool) {
        (&self.stamp, self.scope, self.charged)
    }
}

/// What was used at one spot on one day.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayTotal {
    pub(super) day: Day,
    pub(super) rows: u64,
    pub(super) quantity: Quantity,
}

/// What was used of one meter.
///
/// A busy month has millions of totals, so their names stand once for all days of a spot.
#[derive(Debug, Clone, Default)]
pub(super) struct MeterUsage {
    /// By rising spot, and by rising day within one.
    spots: Vec<(Spot, Vec<DayTotal>)>,
}

impl MeterUsage {
    fn add(&mut self, sum: &AttributedSum<'_>) -> Result<(), Overflow> {
        let asked = (sum.stamp, sum.scope, sum.charged);
        let of = |spot: &Spot| spot.order().cmp(&asked);
        let more = DayTotal { day: sum.day, rows: sum.rows, quantity: sum.quantity };
        let index = self.spots.partition_point(|(spot, _)| of(spot).is_lt());
        match self.spots.get_mut(index) {
            Some((spot, days)) if of(spot).is_eq() => add_to_days(days, more)?,
            _ => {
                let spot = Spot { stamp: sum.stamp.clone(), scope: sum.scope, charged: sum.charged };
                self.spots.insert(index, (spot, vec![more]));
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: Self) -> Result<(), Overflow> {
        for (spot, totals) in other.spots {
            let of = |known: &Spot| known.order().cmp(&spot.order());
            let index = self.spots.partition_point(|(known, _)| of(known).is_lt());
            match self.spots.get_mut(index) {
                Some((known, days)) if of(known).is_eq() => {
                    totals.into_iter().try_for_each(|total| add_to_days(days, total))?;
                }
                _ => self.spots.insert(index, (spot, totals)),
            }
        }
        Ok(())
    }

    /// Every total with its spot, by day and then by spot.
    pub(super) fn by_day(&self) -> Vec<(&Spot, DayTotal)> {
        let mut totals: Vec<(&Spot, DayTotal)> =
            self.spots.iter().flat_map(|(spot, days)| days.iter().map(move |total| (spot, *total))).collect();
        // The sort is stable, so the totals of a day stay in the order of their spots.
        totals.sort_by_key(|(_, total)| total.day);
        totals
    }
}

/// Adds both numbers to the total of their day, or none.
fn add_to_days(days: &mut Vec<DayTotal>, more: DayTotal) -> Result<(), Overflow> {
    let index = days.partition_point(|total| total.day < more.day);
    match days.get_mut(index) {
        Some(total) if total.day == more.day => {
            let quantity = total.quantity.checked_add(more.quantity)?;
            let rows = total.rows.checked_add(more.rows).ok_or(Overflow)?;
            *total = DayTotal { day: more.day, rows, quantity };
        }
        _ => days.insert(index, more),
    }
    Ok(())
}

/// What was used of a meter on a day, a stamp and in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total<'a> {
    /// The meter as it was sent first.
    pub meter: &'a MeterId,
    /// Where.
    pub stamp: &'a CloudId,
    /// Whose usage it is.
    pub scope: Scope,
    /// Whether the registration's billing model charges usage.
    pub charged: bool,
    /// When.
    pub day: Day,
    /// How much, in the meter's unit.
    pub quantity: Quantity,
}

/// What one paying subscription of one invoiced partner used in a month, summed by meter, day, stamp and scope.
///
/// Sums are added one at a time, in any order, so that nobody has to hold a month of daily sums in memory.
#[derive(Debug, Clone)]
pub struct MonthUsage {
    pub(super) month: Month,
    pub(super) days: std::ops::Range<Day>,
    pub(super) paying_subscription: PayingSubscriptionId,
    pub(super) customer: Option<CustomerId>,
    pub(super) meters: BTreeMap<MeterId, MeterUsage>,
    pub(super) rules: BTreeMap<Rule, u64>,
}

impl MonthUsage {
    /// An empty month of a paying subscription.
    pub fn new(month: Month, paying_subscription: &PayingSubscription) -> Self {
        Self {
            month,
            days: month.days(),
            paying_subscription: paying_subscription.id.clone(),
            customer: paying_subscription.customer.clone(),
            meters: BTreeMap::new(),
            rules: BTreeMap::new(),
        }
    }

    /// Whose usage it is, and of which month.
    pub fn whose(&self) -> (&PayingSubscriptionId, Month) {
        (&self.paying_subscription, self.month)
    }

    /// Every total, in no particular order.
    pub fn totals(&self) -> impl Iterator<Item = Total<'_>> {
        let spots = self.meters.iter().flat_map(|(meter, usage)| usage.spots.iter().map(move |spot| (meter, spot)));
        spots.flat_map(|(meter, (spot, days))| {
            days.iter().map(move |total| Total {
                meter,
                stamp: &spot.stamp,
                scope: spot.scope,
                charged: spot.charged,
                day: total.day,
                quantity: total.quantity,
            })
        })
    }

    /// Adds what was used at other stamps, or on other days, of the same month and subscription.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn merge(&mut self, other: Self) -> Result<(), Overflow> {
        for (rule, rows) in other.rules {
            let counter = self.rules.entry(rule).or_insert(0);
            *counter = counter.checked_add(rows).ok_or(Overflow)?;
        }
        for (meter, usage) in other.meters {
            self.meters.entry(meter).or_default().merge(usage)?;
        }
        Ok(())
    }

    /// Adds a daily sum.
    ///
    /// # Errors
    ///
    /// When its day is in another month, or when a sum does not fit. Nothing is added then.
    pub fn add(&mut self, sum: AttributedSum<'_>) -> Result<(), UsageError> {
        if !self.days.contains(&sum.day) {
            return Err(UsageError::OtherMonth { day: sum.day, month: self.month });
        }
        let by_rule = self.rules.get(&sum.rule).copied().unwrap_or(0);
        let by_rule = by_rule.checked_add(sum.rows).ok_or(UsageError::TooLarge)?;
        match self.meters.get_mut(sum.meter) {
            Some(meter) => meter.add(&sum)?,
            None => self.meters.entry(sum.meter.clone()).or_default().add(&sum)?,
        }
        self.rules.insert(sum.rule, by_rule);
        Ok(())
    }
}
