//! Rate: say what a month of one paying subscription costs, exactly.
//!
//! In: the attributed daily sums of a month ([`MonthUsage`]), the price list, the meter catalogue.
//! Out: a [`RatedMonth`]: lines with exact amounts, and what could not be rated, with a reason.
//! Holds: what goes in comes out, in rows and in quantity, and the order of the sums does not matter.

use std::collections::BTreeMap;

use model::{
    Amount, Charge, CloudId, CustomerId, Day, LineKey, Meter, MeterCatalogue, MeterId, Month, Overflow,
    PayingSubscriptionId, PriceList, Quantity, Scope, UnitPrice,
};

use crate::attribute::Rule;
use steps::{PriceInForce, prices_of};
use usage::{DayTotal, Spot};

mod steps;
mod usage;

pub use usage::{AttributedSum, MonthUsage, UsageError};

outcomes! {
    /// What became of a sum, in the order in which it is checked.
    Rating {
        /// The meter is shown and never charged, or the registration's billing model charges no usage.
        Informational = "informational":
            "it is shown and not charged: by the meter, or by the registration's billing model",
        /// The catalogue does not know the meter.
        UnknownMeter = "unknown_meter":
            "the meter is not in the catalogue: add it, then look again",
        /// The operator's own use of a meter that is charged to tenants only.
        InfrastructureAtZero = "infrastructure_at_zero":
            "it is the operator's own infrastructure, which costs nothing",
        /// The partner has no price list.
        NoPriceList = "no_price_list":
            "the partner has no price list: assign one",
        /// The price list has no price of this meter that holds on the day.
        NoPriceForMeter = "no_price_for_meter":
            "the price list has no price for this meter on this day: add one",
        /// The price is for another unit than the meter's.
        UnitDiffers = "unit_differs":
            "the price is for another unit than the meter measures: correct the unit of the price",
        /// The product does not fit.
        AmountTooLarge = "amount_too_large":
            "quantity times price is too large to be kept exactly: check both",
        /// It has an exact amount.
        Rated = "rated":
            "quantity times unit price by divisor",
    }
}

/// One line of a rated month, unrounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedLine {
    /// What it is about.
    pub key: LineKey,
    /// [`Rating::Rated`], or [`Rating::InfrastructureAtZero`].
    pub rating: Rating,
    /// The price of one priced unit.
    pub unit_price: UnitPrice,
    /// How many measured units one priced unit has.
    pub divisor: u32,
    /// How much was used, in the meter's unit. Never zero.
    pub quantity: Quantity,
    /// What it costs, exactly.
    pub amount: Amount,
}

/// Usage that has no amount, with the reason, summed over its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrated {
    /// Why.
    pub rating: Rating,
    /// Where it was used.
    pub stamp: CloudId,
    /// What was used.
    pub meter: MeterId,
    /// Whose usage it is.
    pub scope: Scope,
    /// The first day of it.
    pub first_day: Day,
    /// The last day of it, inclusive.
    pub last_day: Day,
    /// How much was used, in the meter's unit.
    pub quantity: Quantity,
    /// How many rows it stands for.
    pub rows: u64,
}

/// Where the rows of a month went. Unit: rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// They have an amount, which may be zero.
    pub rated: u64,
    /// They should have an amount and have none.
    pub unpriced: u64,
    /// They are shown and not charged.
    pub informational: u64,
}

impl RowCounts {
    /// All rows that were attributed.
    ///
    /// # Errors
    ///
    /// When the sum does not fit.
    pub fn attributed(self) -> Result<u64, Overflow> {
        let sum = self.rated.checked_add(self.unpriced).ok_or(Overflow)?;
        sum.checked_add(self.informational).ok_or(Overflow)
    }

    /// The sum of each count.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        Ok(Self {
            rated: self.rated.checked_add(other.rated).ok_or(Overflow)?,
            unpriced: self.unpriced.checked_add(other.unpriced).ok_or(Overflow)?,
            informational: self.informational.checked_add(other.informational).ok_or(Overflow)?,
        })
    }
}

/// What a month of one paying subscription costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedMonth {
    /// The month of use.
    pub month: Month,
    /// Who pays.
    pub paying_subscription: PayingSubscriptionId,
    /// The customer it was sold to; none for the partner's own subscription.
    pub customer: Option<CustomerId>,
    /// The lines, by key.
    pub lines: Vec<RatedLine>,
    /// What should have an amount and has none, by meter, stamp, scope and reason.
    pub unpriced: Vec<Unrated>,
    /// What is shown and not charged, in the same order.
    pub informational: Vec<Unrated>,
    /// Where the rows went.
    pub rows: RowCounts,
    /// How many rows each rule of attribution brought here.
    pub rules: BTreeMap<Rule, u64>,
}

/// Rates a month of one paying subscription.
///
/// Tiers count what was used of a meter in the month, across stamps and scopes that are priced. The totals of a day, a
/// stamp and a scope are placed day by day, and within a day by stamp and then by scope. A total below zero, which can
/// stand in the books until a correction is complete, takes back from the top of what was placed before it. So a total
/// and its reversal cost nothing together, and no quantity is lost.
///
/// # Errors
///
/// When the quantities of a meter add up to more than can be kept.
pub fn rate_month(
    usage: &MonthUsage,
    price_list: Option<&PriceList>,
    catalogue: &MeterCatalogue,
) -> Result<RatedMonth, Overflow> {
    let mut rated = RatedMonth {
        month: usage.month,
        paying_subscription: usage.paying_subscription.clone(),
        customer: usage.customer.clone(),
        lines: Vec::new(),
        unpriced: Vec::new(),
        informational: Vec::new(),
        rows: RowCounts::default(),
        rules: usage.rules.clone(),
    };
    for (id, meter_usage) in &usage.meters {
        let meter = catalogue.find(id);
        let prices = price_list.map(|list| prices_of(list, id)).transpose()?;
        let mut meter_month = MeterMonth {
            meter,
            prices: prices.as_deref(),
            month_start: usage.days.start,
            position: Quantity::ZERO,
            lines: BTreeMap::new(),
            unrated: BTreeMap::new(),
        };
        for (spot, total) in meter_usage.by_day() {
            let rating = meter_month.place(spot, total)?;
            rated.rows.count(rating, total.rows)?;
        }
        rated.take(meter_month, meter.map_or(id, |meter| &meter.id));
    }
    rated.lines.sort_by(|left, right| left.key.cmp(&right.key));
    Ok(rated)
}

impl RowCounts {
    fn count(&mut self, rating: Rating, rows: u64) -> Result<(), Overflow> {
        let counter = match rating {
            Rating::Rated | Rating::InfrastructureAtZero => &mut self.rated,
            Rating::Informational => &mut self.informational,
            _ => &mut self.unpriced,
        };
        *counter = counter.checked_add(rows).ok_or(Overflow)?;
        Ok(())
    }
}

impl RatedMonth {
    fn take(&mut self, meter_month: MeterMonth<'_>, meter: &MeterId) {
        for (line, priced) in meter_month.lines {
            if priced.quantity.is_zero() {
                continue;
            }
            self.lines.push(RatedLine {
                key: LineKey {
                    month: self.month,
                    paying_subscription: self.paying_subscription.clone(),
                    stamp: line.stamp,
                    meter: meter.clone(),
                    scope: line.scope,
                    price_from: line.price_from,
                    tier: line.tier,
                },
                rating: priced.rating,
                unit_price: priced.unit_price,
                divisor: priced.divisor,
                quantity: priced.quantity,
                amount: priced.amount,
            });
        }
        for ((stamp, scope, rating), span) in meter_month.unrated {
            let list = if rating == Rating::Informational { &mut self.informational } else { &mut self.unpriced };
            list.push(Unrated {
                rating,
                stamp,
                meter: meter.clone(),
                scope,
                first_day: span.first_day,
                last_day: span.last_day,
                quantity: span.quantity,
                rows: span.rows,
            });
        }
    }
}

/// The part of a line's key that differs within one meter and month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct MeterLine {
    stamp: CloudId,
    scope: Scope,
    price_from: Day,
    tier: u32,
}

/// What stands on a line so far.
#[derive(Debug, Clone, Copy)]
struct Priced {
    rating: Rating,
    unit_price: UnitPrice,
    divisor: u32,
    quantity: Quantity,
    amount: Amount,
}

/// Unrated totals with the days they span.
#[derive(Debug)]
struct Span {
    first_day: Day,
    last_day: Day,
    quantity: Quantity,
    rows: u64,
}

/// One meter's month while its totals are placed.
struct MeterMonth<'a> {
    meter: Option<&'a Meter>,
    /// The meter's prices; none when there is no price list.
    prices: Option<&'a [PriceInForce<'a>]>,
    month_start: Day,
    /// How much was placed on priced steps so far.
    position: Quantity,
    lines: BTreeMap<MeterLine, Priced>,
    unrated: BTreeMap<(CloudId, Scope, Rating), Span>,
}

impl<'a> MeterMonth<'a> {
    /// Places one total and says what became of it.
    fn place(&mut self, spot: &Spot, total: DayTotal) -> Result<Rating, Overflow> {
        let rating = match self.price(spot, total.day) {
            Ok(in_force) => self.place_on_steps(spot, total.quantity, in_force)?,
            Err(rating) => rating,
        };
        match rating {
            Rating::Rated => {}
            Rating::InfrastructureAtZero => self.place_at_zero(spot, total.quantity)?,
            _ => self.set_aside(spot, total, rating)?,
        }
        Ok(rating)
    }

    /// The price that holds at a spot on a day, or the verdict without one.
    fn price(&self, spot: &Spot, day: Day) -> Result<&'a PriceInForce<'a>, Rating> {
        if !spot.charged || self.meter.is_some_and(|meter| meter.charge == Charge::Informational) {
            return Err(Rating::Informational);
        }
        let meter = self.meter.ok_or(Rating::UnknownMeter)?;
        if spot.scope == Scope::Infrastructure && meter.charge == Charge::Tenants {
            return Err(Rating::InfrastructureAtZero);
        }
        let prices = self.prices.ok_or(Rating::NoPriceList)?;
        let in_force = prices.iter().rfind(|in_force| in_force.price.from <= day).ok_or(Rating::NoPriceForMeter)?;
        if in_force.price.unit == meter.unit { Ok(in_force) } else { Err(Rating::UnitDiffers) }
    }

    fn set_aside(&mut self, spot: &Spot, total: DayTotal, rating: Rating) -> Result<(), Overflow> {
        let DayTotal { day, rows, quantity } = total;
        let none = Span { first_day: day, last_day: day, quantity: Quantity::ZERO, rows: 0 };
        let span = self.unrated.entry((spot.stamp.clone(), spot.scope, rating)).or_insert(none);
        // Totals come by rising day.
        span.last_day = day;
        span.quantity = span.quantity.checked_add(quantity)?;
        span.rows = span.rows.checked_add(rows).ok_or(Overflow)?;
        Ok(())
    }

    /// A house rule and no price list says zero, so the line is dated by its month.
    fn place_at_zero(&mut self, spot: &Spot, quantity: Quantity) -> Result<(), Overflow> {
        let line = MeterLine { stamp: spot.stamp.clone(), scope: spot.scope, price_from: self.month_start, tier: 0 };
        let priced = self.lines.entry(line).or_insert(Priced {
            rating: Rating::InfrastructureAtZero,
            unit_price: UnitPrice::ZERO,
            divisor: 1,
            quantity: Quantity::ZERO,
            amount: Amount::zero(1),
        });
        priced.quantity = priced.quantity.checked_add(quantity)?;
        Ok(())
    }

    /// Splits a total at the bounds of the price's steps. Either all parts of it are placed, or none.
    fn place_on_steps(
        &mut self,
        spot: &Spot,
        quantity: Quantity,
        in_force: &PriceInForce<'_>,
    ) -> Result<Rating, Overflow> {
        let (divisor, price_from) = (in_force.price.conversion.divisor, in_force.price.from);
        let mut changed = Vec::new();
        for part in in_force.parts(self.position, quantity)? {
            let line = MeterLine { stamp: spot.stamp.clone(), scope: spot.scope, price_from, tier: part.tier };
            let before = self.lines.get(&line).map_or(Quantity::ZERO, |priced| priced.quantity);
            let quantity = before.checked_add(part.quantity)?;
            let Ok(amount) = quantity.times(part.unit_price, divisor) else { return Ok(Rating::AmountTooLarge) };
            let rating = Rating::Rated;
            changed.push((line, Priced { rating, unit_price: part.unit_price, divisor, quantity, amount }));
        }
        self.position = self.position.checked_add(quantity)?;
        self.lines.extend(changed);
        Ok(Rating::Rated)
    }
}

#[cfg(test)]
mod tests;
