//! Price lists: what a unit costs from a day on.

use crate::{
    Currency, Day, Exchange, ExchangeRate, MeterId, Month, PayingSubscriptionId, PriceListId, Quantity, Scope, Share,
    Unit, UnitPrice, meter::words,
};

words! {
    /// How an exact amount becomes minor units.
    Rounding {
        /// To the nearest, and a half away from zero.
        HalfUp = "half_up",
        /// Towards zero, as new-commerce invoices do. Source: Partner Center reconciliation pages, read 2026-11.
        NewCommerce = "new_commerce",
        /// To the nearest in the currency of the prices, and again in that of the invoice, a half away from zero. Effective
        /// prices are shown cut to 8 decimals. Source: Partner Center reconciliation pages of usage-based offers, read 2026-11.
        Legacy = "legacy",
    }
}

/// A step of a price: what units cost from a cumulative monthly quantity on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// The monthly quantity from which it holds, the included quantity not counted. The first is zero.
    pub from: Quantity,
    /// The price of one priced unit.
    pub unit_price: UnitPrice,
}

/// From the unit that is priced to the unit that is measured.
///
/// A price per GB-month on a meter of GB-hours has the divisor 720: one hour costs the 720th part. Microsoft's own price
/// per hour is the monthly one by 720 (Partner Center examples, read 2026-11), so the number is the list's and no constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// What the price list names, such as `GB month`.
    pub priced_unit: String,
    /// How many measured units make one priced unit. Never zero.
    pub divisor: u32,
}

/// What one meter costs from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// The commerce meter. A local meter that is mapped to none is its own.
    pub meter: MeterId,
    /// The first day it holds.
    pub from: Day,
    /// The unit of the quantities it is for. It must be the meter's.
    pub unit: Unit,
    /// How the priced unit follows from it.
    pub conversion: Conversion,
    /// What is free each month, per paying subscription.
    pub included: Quantity,
    /// The steps, by rising quantity; never empty.
    pub tiers: Vec<Tier>,
    /// Where the price is from.
    pub source: String,
}

/// Which commerce meter a local meter is from a day on.
///
/// Infrastructure has meters of its own: Source: Partner Center utilization sample, read 2026-11, where a block blob meter in
/// `system.local` is the free meter `Storage Admin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterMapping {
    /// What the stamp measures by.
    pub meter: MeterId,
    /// Whose usage it is.
    pub scope: Scope,
    /// The first day it holds.
    pub from: Day,
    /// What is priced.
    pub commerce_meter: MeterId,
}

/// What the currency of the prices is worth in that of the invoice, for a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthlyRate {
    /// The month of use.
    pub month: Month,
    /// The rate.
    pub rate: ExchangeRate,
}

words! {
    /// Why the partner does not pay a part of a price.
    ReductionKind {
        /// The partner has a discount.
        Discount = "discount",
        /// The partner earns it by managing the service. Source: Partner Center, partner earned credit, read 2026-11.
        EarnedCredit = "earned_credit",
    }
}

/// A part of prices that the partner does not pay on some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduction {
    /// Why.
    pub kind: ReductionKind,
    /// For whose usage; for everybody's when there is none.
    pub paying_subscription: Option<PayingSubscriptionId>,
    /// On which commerce meter; on all when there is none.
    pub meter: Option<MeterId>,
    /// The first day.
    pub from: Day,
    /// The day it ends, exclusive; none when it goes on.
    pub until: Option<Day>,
    /// How much of the price. From nothing to all.
    pub share: Share,
}

/// The parts of a price that are not paid on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Reductions {
    /// The discount, of the price.
    pub discount: Share,
    /// The earned credit, of what the discount leaves.
    pub credit: Share,
}

impl Reductions {
    /// What holds on a day among the reductions of one subscription and meter.
    pub fn on(reductions: &[&Reduction], day: Day) -> Self {
        let of = |kind| {
            reductions
                .iter()
                .filter(|one| one.kind == kind && one.from <= day && one.until.is_none_or(|until| day < until))
                .max_by_key(|one| (one.paying_subscription.is_some(), one.meter.is_some(), one.from))
                .map_or(Share::ZERO, |one| one.share)
        };
        Self { discount: of(ReductionKind::Discount), credit: of(ReductionKind::EarnedCredit) }
    }
}

/// The prices that a partner is charged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// Its id.
    pub id: PriceListId,
    /// Its name.
    pub name: String,
    /// The currency of all its prices.
    pub currency: Currency,
    /// The currency of the invoices; that of the prices when there is none.
    pub billing_currency: Option<Currency>,
    /// How lines are rounded.
    pub rounding: Rounding,
    /// The prices, in any order.
    pub prices: Vec<Price>,
    /// Which commerce meter a local meter is, in any order.
    pub meters: Vec<MeterMapping>,
    /// What is not paid, in any order.
    pub reductions: Vec<Reduction>,
    /// What the currency of the prices is worth, by month in any order.
    pub exchange: Vec<MonthlyRate>,
}

impl PriceList {
    /// The currency of the invoices.
    pub fn invoiced_in(&self) -> Currency {
        self.billing_currency.unwrap_or(self.currency)
    }

    /// How prices become the invoice's currency in a month: nothing when they are in it.
    ///
    /// # Errors
    ///
    /// When they are not in it and the list says no rate for the month. The last one of a month counts.
    pub fn exchange(&self, month: Month) -> Result<Option<Exchange>, MissingRate> {
        if self.invoiced_in() == self.currency {
            return Ok(None);
        }
        let rate = self.exchange.iter().rfind(|rate| rate.month == month).ok_or(MissingRate)?;
        Ok(Some(Exchange { from: self.currency, rate: rate.rate }))
    }

    /// Which commerce meter the list says that a local meter is on a day. The last one of a day counts.
    pub fn mapped_meter(&self, meter: &MeterId, scope: Scope, day: Day) -> Option<&MeterId> {
        let holds = |one: &&MeterMapping| one.meter == *meter && one.scope == scope && one.from <= day;
        self.meters.iter().filter(holds).max_by_key(|one| one.from).map(|one| &one.commerce_meter)
    }

    /// Which commerce meter a local meter is on a day: itself when the list says nothing.
    pub fn commerce_meter<'a>(&'a self, meter: &'a MeterId, scope: Scope, day: Day) -> &'a MeterId {
        self.mapped_meter(meter, scope, day).unwrap_or(meter)
    }

    /// What is not paid of the price of a commerce meter for a subscription on a day. Of each kind one counts: what is said
    /// of the subscription before what is said of all, then what is said of the meter, then what began last.
    pub fn reductions(&self, subscription: &PayingSubscriptionId, meter: &MeterId, day: Day) -> Reductions {
        Reductions::on(&self.reductions_of(subscription, meter), day)
    }

    /// Everything that may not be paid of the price of a commerce meter for a subscription, whatever the day.
    pub fn reductions_of(&self, subscription: &PayingSubscriptionId, meter: &MeterId) -> Vec<&Reduction> {
        self.reductions
            .iter()
            .filter(|one| one.paying_subscription.as_ref().is_none_or(|named| named == subscription))
            .filter(|one| one.meter.as_ref().is_none_or(|named| named == meter))
            .collect()
    }

    /// The price of a commerce meter that holds on a day.
    pub fn price(&self, meter: &MeterId, day: Day) -> Option<&Price> {
        self.prices.iter().filter(|price| price.meter == *meter && price.from <= day).max_by_key(|price| price.from)
    }
}

/// A price list says no rate for a month in which it needs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the price list has no exchange rate for the month")]
pub struct MissingRate;

#[cfg(test)]
mod tests;
