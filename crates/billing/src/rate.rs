//! Rate: say what a month of one paying subscription costs, exactly.
//!
//! In: the attributed daily sums of a month ([`MonthUsage`]), the price list, the meter catalogue.
//! Out: a [`RatedMonth`]: lines with exact amounts, and what could not be rated, with a reason.
//! Holds: what goes in comes out, in rows and in quantity, and the order of the sums does not matter.

use std::collections::BTreeMap;

use model::{
    Amount, Charge, CloudId, CustomerId, Day, Exchange, LineKey, Meter, MeterCatalogue, MeterId, Month, Overflow,
    PayingSubscriptionId, PriceList, Quantity, Reduction, Reductions, Scope, Share, UnitPrice,
};

use crate::attribute::Rule;
use steps::{Part, PriceInForce, prices_of};
use usage::{DayTotal, Spot};

mod daily;
mod steps;
mod usage;

pub use daily::{DailyCharge, DailyRater};
pub use usage::{AttributedSum, MonthUsage, Total, UsageError};

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
        /// The prices are in another currency than the invoice, and the month has no exchange rate.
        NoExchangeRate = "no_exchange_rate":
            "the price list has no exchange rate for the month: add one",
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
    /// What it costs after the reductions of its key, exactly, in the currency of the prices.
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
    /// How its prices become the invoice's currency; none when they are in it.
    pub exchange: Option<Exchange>,
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
/// Tiers count what was used of a commerce meter in the month, across stamps, scopes and local meters that are priced by
/// it. The totals of a day, a stamp, a scope and a local meter are placed day by day, and within a day in that order. A
/// total below zero, which can stand in the books until a correction is complete, takes back from the top of what was
/// placed before it. So a total and its reversal cost nothing together, and no quantity is lost.
///
/// # Errors
///
/// When the quantities of a meter add up to more than can be kept.
pub fn rate_month(
    usage: &MonthUsage,
    price_list: Option<&PriceList>,
    catalogue: &MeterCatalogue,
) -> Result<RatedMonth, Overflow> {
    rate_with(usage, price_list, catalogue, &mut |_, _| {})
}

/// Rates a month, and says of each total where in the cumulative quantity of its commerce meter it begins.
fn rate_with<'a>(
    usage: &'a MonthUsage,
    price_list: Option<&'a PriceList>,
    catalogue: &'a MeterCatalogue,
    starts: &mut dyn FnMut(&Item<'a>, Quantity),
) -> Result<RatedMonth, Overflow> {
    let exchange = price_list.map(|list| list.exchange(usage.month));
    let mut rated = RatedMonth {
        month: usage.month,
        paying_subscription: usage.paying_subscription.clone(),
        customer: usage.customer.clone(),
        exchange: exchange.and_then(Result::ok).flatten(),
        lines: Vec::new(),
        unpriced: Vec::new(),
        informational: Vec::new(),
        rows: RowCounts::default(),
        rules: usage.rules.clone(),
    };
    for (commerce_meter, items) in by_commerce_meter(usage, price_list, catalogue) {
        let prices = price_list.map(|list| prices_of(list, commerce_meter)).transpose()?.unwrap_or_default();
        let reductions = price_list.map(|list| list.reductions_of(&usage.paying_subscription, commerce_meter));
        let reductions = reductions.unwrap_or_default();
        let mut meter_month = MeterMonth {
            commerce_meter,
            list: price_list,
            reductions: &reductions,
            prices: &prices,
            no_rate: exchange.is_some_and(|exchange| exchange.is_err()),
            month_start: usage.days.start,
            position: Quantity::ZERO,
            lines: BTreeMap::new(),
            unrated: BTreeMap::new(),
        };
        for item in &items {
            starts(item, meter_month.position);
            let rating = meter_month.place(item)?;
            rated.rows.count(rating, item.total.rows)?;
        }
        rated.take(meter_month);
    }
    rated.lines.sort_by(|left, right| left.key.cmp(&right.key));
    let by_meter = |left: &Unrated, right: &Unrated| {
        (&left.meter, &left.stamp, left.scope, left.rating).cmp(&(
            &right.meter,
            &right.stamp,
            right.scope,
            right.rating,
        ))
    };
    rated.unpriced.sort_by(by_meter);
    rated.informational.sort_by(by_meter);
    Ok(rated)
}

/// A total with what it is of.
struct Item<'a> {
    /// The local meter in the catalogue's spelling.
    id: &'a MeterId,
    meter: Option<&'a Meter>,
    /// Whether the price list says which commerce meter it is.
    mapped: bool,
    spot: &'a Spot,
    total: DayTotal,
}

/// All totals of a month by commerce meter, in the order in which they fill the tiers.
fn by_commerce_meter<'a>(
    usage: &'a MonthUsage,
    price_list: Option<&'a PriceList>,
    catalogue: &'a MeterCatalogue,
) -> BTreeMap<&'a MeterId, Vec<Item<'a>>> {
    let mut by_meter: BTreeMap<&MeterId, Vec<Item<'_>>> = BTreeMap::new();
    for (sent, meter_usage) in &usage.meters {
        let meter = catalogue.find(sent);
        let id = meter.map_or(sent, |meter| &meter.id);
        for (spot, total) in meter_usage.by_day() {
            let mapped = price_list.and_then(|list| list.mapped_meter(id, spot.scope, total.day));
            let item = Item { id, meter, mapped: mapped.is_some(), spot, total };
            by_meter.entry(mapped.unwrap_or(id)).or_default().push(item);
        }
    }
    for items in by_meter.values_mut() {
        items.sort_by(|left, right| {
            (left.total.day, &left.spot.stamp, left.spot.scope, left.id, left.spot.charged).cmp(&(
                right.total.day,
                &right.spot.stamp,
                right.spot.scope,
                right.id,
                right.spot.charged,
            ))
        });
    }
    by_meter
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
    fn take(&mut self, meter_month: MeterMonth<'_>) {
        for (line, priced) in meter_month.lines {
            if priced.quantity.is_zero() {
                continue;
            }
            let key = line.key(self.month, &self.paying_subscription, meter_month.commerce_meter);
            self.lines.push(priced.line(key));
        }
        for ((stamp, scope, meter, rating), span) in meter_month.unrated {
            let list = if rating == Rating::Informational { &mut self.informational } else { &mut self.unpriced };
            list.push(Unrated {
                rating,
                stamp,
                meter,
                scope,
                first_day: span.first_day,
                last_day: span.last_day,
                quantity: span.quantity,
                rows: span.rows,
            });
        }
    }

    /// The same month with a part of every amount put on top: what a customer is charged by markup.
    ///
    /// # Errors
    ///
    /// When an amount does not fit.
    pub fn marked_up(mut self, markup: Share) -> Result<Self, Overflow> {
        for line in self.lines.iter_mut().filter(|line| !line.amount.is_zero()) {
            line.amount = line.amount.times(markup.on_top())?;
        }
        Ok(self)
    }
}

/// The part of a line's key that differs within one commerce meter and month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct MeterLine {
    stamp: CloudId,
    scope: Scope,
    meter: MeterId,
    price_from: Day,
    tier: u32,
    reductions: Reductions,
}

impl MeterLine {
    fn key(self, month: Month, subscription: &PayingSubscriptionId, commerce_meter: &MeterId) -> LineKey {
        LineKey {
            month,
            paying_subscription: subscription.clone(),
            stamp: self.stamp,
            meter: self.meter,
            commerce_meter: commerce_meter.clone(),
            scope: self.scope,
            price_from: self.price_from,
            tier: self.tier,
            discount: self.reductions.discount,
            credit: self.reductions.credit,
        }
    }
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

impl Priced {
    /// A house rule and no price list says zero.
    const AT_ZERO: Self = Self {
        rating: Rating::InfrastructureAtZero,
        unit_price: UnitPrice::ZERO,
        divisor: 1,
        quantity: Quantity::ZERO,
        amount: Amount::ZERO,
    };

    fn line(self, key: LineKey) -> RatedLine {
        let Self { rating, unit_price, divisor, quantity, amount } = self;
        RatedLine { key, rating, unit_price, divisor, quantity, amount }
    }
}

/// Unrated totals with the days they span.
#[derive(Debug)]
struct Span {
    first_day: Day,
    last_day: Day,
    quantity: Quantity,
    rows: u64,
}

/// One commerce meter's month while its totals are placed.
struct MeterMonth<'a> {
    commerce_meter: &'a MeterId,
    list: Option<&'a PriceList>,
    /// What may not be paid of the meter's price.
    reductions: &'a [&'a Reduction],
    prices: &'a [PriceInForce<'a>],
    /// Whether the month lacks the exchange rate that it needs.
    no_rate: bool,
    month_start: Day,
    /// How much was placed on priced steps so far.
    position: Quantity,
    lines: BTreeMap<MeterLine, Priced>,
    unrated: BTreeMap<(CloudId, Scope, MeterId, Rating), Span>,
}

impl<'a> MeterMonth<'a> {
    /// Places one total and says what became of it.
    fn place(&mut self, item: &Item<'_>) -> Result<Rating, Overflow> {
        let rating = match self.price(item) {
            Ok(in_force) => self.place_on_steps(item, in_force)?,
            Err(rating) => rating,
        };
        match rating {
            Rating::Rated => {}
            Rating::InfrastructureAtZero => self.place_at_zero(item)?,
            _ => self.set_aside(item, rating)?,
        }
        Ok(rating)
    }

    /// Which price holds for a total, or the verdict without one.
    fn price(&self, item: &Item<'_>) -> Result<&'a PriceInForce<'a>, Rating> {
        let Item { meter, spot, total, mapped, .. } = item;
        if !spot.charged || meter.is_some_and(|meter| meter.charge == Charge::Informational) {
            return Err(Rating::Informational);
        }
        let meter = meter.ok_or(Rating::UnknownMeter)?;
        if spot.scope == Scope::Infrastructure && meter.charge == Charge::Tenants && !mapped {
            return Err(Rating::InfrastructureAtZero);
        }
        if self.list.is_none() {
            return Err(Rating::NoPriceList);
        }
        if self.no_rate {
            return Err(Rating::NoExchangeRate);
        }
        let in_force = self.prices.iter().rfind(|in_force| in_force.price.from <= total.day);
        let in_force = in_force.ok_or(Rating::NoPriceForMeter)?;
        if in_force.price.unit == meter.unit { Ok(in_force) } else { Err(Rating::UnitDiffers) }
    }

    fn set_aside(&mut self, item: &Item<'_>, rating: Rating) -> Result<(), Overflow> {
        let DayTotal { day, rows, quantity } = item.total;
        let none = Span { first_day: day, last_day: day, quantity: Quantity::ZERO, rows: 0 };
        let key = (item.spot.stamp.clone(), item.spot.scope, item.id.clone(), rating);
        let span = self.unrated.entry(key).or_insert(none);
        // Totals come by rising day.
        span.last_day = day;
        span.quantity = span.quantity.checked_add(quantity)?;
        span.rows = span.rows.checked_add(rows).ok_or(Overflow)?;
        Ok(())
    }

    /// No price list says zero here, so the line is dated by its month.
    fn place_at_zero(&mut self, item: &Item<'_>) -> Result<(), Overflow> {
        let line = self.line_at_zero(item);
        let priced = self.lines.entry(line).or_insert(Priced::AT_ZERO);
        priced.quantity = priced.quantity.checked_add(item.total.quantity)?;
        Ok(())
    }

    fn line_at_zero(&self, item: &Item<'_>) -> MeterLine {
        MeterLine {
            stamp: item.spot.stamp.clone(),
            scope: item.spot.scope,
            meter: item.id.clone(),
            price_from: self.month_start,
            tier: 0,
            reductions: Reductions::default(),
        }
    }

    /// Splits a total at the bounds of the price's steps. Either all parts of it are placed, or none.
    fn place_on_steps(&mut self, item: &Item<'_>, in_force: &PriceInForce<'_>) -> Result<Rating, Overflow> {
        let mut changed = Vec::new();
        for (line, part) in self.parts(item, in_force, self.position, item.total.quantity)? {
            let before = self.lines.get(&line).map_or(Quantity::ZERO, |priced| priced.quantity);
            let quantity = before.checked_add(part.quantity)?;
            let Ok(priced) = priced(&line, quantity, part.unit_price, in_force.price.conversion.divisor) else {
                return Ok(Rating::AmountTooLarge);
            };
            changed.push((line, priced));
        }
        self.position = self.position.checked_add(item.total.quantity)?;
        self.lines.extend(changed);
        Ok(Rating::Rated)
    }

    /// The parts of a quantity of a total that begins somewhere, each with its line.
    fn parts(
        &self,
        item: &Item<'_>,
        in_force: &PriceInForce<'_>,
        position: Quantity,
        quantity: Quantity,
    ) -> Result<Vec<(MeterLine, Part)>, Overflow> {
        let reductions = Reductions::on(self.reductions, item.total.day);
        let line = |tier| MeterLine {
            stamp: item.spot.stamp.clone(),
            scope: item.spot.scope,
            meter: item.id.clone(),
            price_from: in_force.price.from,
            tier,
            reductions,
        };
        Ok(in_force.parts(position, quantity)?.into_iter().map(|part| (line(part.tier), part)).collect())
    }
}

/// What a quantity costs on a line.
fn priced(line: &MeterLine, quantity: Quantity, unit_price: UnitPrice, divisor: u32) -> Result<Priced, Overflow> {
    let mut amount = quantity.times(unit_price, divisor)?;
    for share in [line.reductions.discount, line.reductions.credit] {
        if !share.is_zero() {
            amount = amount.times(share.rest())?;
        }
    }
    Ok(Priced { rating: Rating::Rated, unit_price, divisor, quantity, amount })
}

#[cfg(test)]
mod tests;
