//! Forecast: what a month may come to when its remaining days are like the last ones.
//!
//! It is no room: it makes days that nobody used yet, and whoever asks rates them like any other month, so tiers, included
//! quantities and reductions apply to them. Of each series, which is a local meter on a stamp in a scope, the median of the
//! last complete days is put on every day to come; the lowest and the highest of them make the low and the high forecast.

use std::{collections::BTreeMap, ops::Range};

use model::{CloudId, Day, MeterCatalogue, MeterId, Month, PayingSubscription, Quantity, Scope};

use crate::{
    attribute::Rule,
    rate::{AttributedSum, MonthUsage, UsageError},
};

/// How many complete days a forecast needs. Under it a single odd day would be the median. Unit: days.
pub const FORECAST_DAYS_MIN: u32 = 3;
/// The most complete days that a forecast looks at. Unit: days.
pub const FORECAST_DAYS_MAX: u32 = 92;

/// Which days a forecast looks at, and which it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The month.
    pub month: Month,
    /// The last complete days, of this month or of those before.
    pub observed: Range<Day>,
    /// The days of the month that are not complete. Empty when all are.
    pub to_come: Range<Day>,
}

impl Frame {
    /// The frame of a month, when all days from `first` up to `complete_until`, exclusive, are known. It looks at no more
    /// than `days_max` of them.
    pub fn new(month: Month, first: Day, complete_until: Day, days_max: u32) -> Self {
        let days = month.days();
        let end = complete_until.min(days.end);
        let wanted = Day(end.0.saturating_sub(days_max.min(FORECAST_DAYS_MAX)));
        let start = wanted.max(first).min(end);
        Self { month, observed: start..end, to_come: end.max(days.start)..days.end }
    }

    /// How many days are looked at. Unit: days.
    pub fn days_had(&self) -> u32 {
        self.observed.end.0.saturating_sub(self.observed.start.0)
    }

    /// How many days are made. Unit: days.
    pub fn days_to_come(&self) -> u32 {
        self.to_come.end.0.saturating_sub(self.to_come.start.0)
    }

    /// Whether there is enough to go by. A month that is over needs nothing.
    pub fn suffices(&self) -> bool {
        self.to_come.is_empty() || self.days_had() >= FORECAST_DAYS_MIN
    }
}

/// Which of the observed days stands for the days to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// The lowest.
    Lowest,
    /// The median; of an even number the lower middle.
    Median,
    /// The highest.
    Highest,
}

/// One meter's days at one spot.
#[derive(Debug, Clone)]
struct Series {
    /// The rule that chose the payer last seen.
    rule: Rule,
    days: BTreeMap<Day, Quantity>,
}

/// What one paying subscription used on the days of a frame.
#[derive(Debug, Clone)]
pub struct History {
    frame: Frame,
    complete: MonthUsage,
    series: BTreeMap<(MeterId, CloudId, Scope, bool), Series>,
}

impl History {
    /// An empty history of a paying subscription.
    pub fn new(frame: Frame, paying_subscription: &PayingSubscription) -> Self {
        let complete = MonthUsage::new(frame.month, paying_subscription);
        Self { frame, complete, series: BTreeMap::new() }
    }

    /// Adds a daily sum, in any order. One of a day that is neither observed nor a complete day of the month is left out.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn add(&mut self, sum: AttributedSum<'_>, catalogue: &MeterCatalogue) -> Result<(), UsageError> {
        let Frame { month, observed, .. } = &self.frame;
        if sum.day < observed.end && sum.day.month() == *month {
            self.complete.add(sum)?;
        }
        if observed.contains(&sum.day) {
            let meter = catalogue.find(sum.meter).map_or(sum.meter, |meter| &meter.id);
            let key = (meter.clone(), sum.stamp.clone(), sum.scope, sum.charged);
            let series = self.series.entry(key).or_insert_with(|| Series { rule: sum.rule, days: BTreeMap::new() });
            series.rule = sum.rule;
            let quantity = series.days.entry(sum.day).or_insert(Quantity::ZERO);
            *quantity = quantity.checked_add(sum.quantity)?;
        }
        Ok(())
    }

    /// The complete days of the month alone.
    pub fn so_far(&self) -> &MonthUsage {
        &self.complete
    }

    /// The month with each day to come made like a day that was: of every series on a stamp that still reports. An observed
    /// day without usage counts as zero. The days to come stand for no row.
    ///
    /// Nothing when there are too few days to go by.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn month(&self, pick: Pick, reports: impl Fn(&CloudId) -> bool) -> Result<Option<MonthUsage>, UsageError> {
        if !self.frame.suffices() {
            return Ok(None);
        }
        let mut month = self.complete.clone();
        let going_on = self.series.iter().filter(|((_, stamp, ..), _)| reports(stamp));
        for ((meter, stamp, scope, charged), series) in going_on {
            let Some(quantity) = picked(series, self.frame.days_had(), pick) else { continue };
            if quantity.is_zero() {
                continue;
            }
            let mut day = self.frame.to_come.start;
            while day < self.frame.to_come.end {
                let (scope, charged, rule) = (*scope, *charged, series.rule);
                month.add(AttributedSum { stamp, day, meter, scope, charged, rule, quantity, rows: 0 })?;
                day = day.next();
            }
        }
        Ok(Some(month))
    }
}

/// The quantity of one of the observed days.
fn picked(series: &Series, days: u32, pick: Pick) -> Option<Quantity> {
    let mut quantities: Vec<Quantity> = series.days.values().copied().collect();
    quantities.resize(usize::try_from(days).ok()?.max(quantities.len()), Quantity::ZERO);
    quantities.sort_unstable();
    let last = quantities.len().saturating_sub(1);
    let index = match pick {
        Pick::Lowest => 0,
        Pick::Median => last / 2,
        Pick::Highest => last,
    };
    quantities.get(index).copied()
}

#[cfg(test)]
mod tests;
