//! Price lists: what a unit costs from a day on.

use crate::{Currency, Day, MeterId, PriceListId, Quantity, Unit, UnitPrice, meter::words};

words! {
    /// How an exact amount becomes minor units.
    Rounding {
        /// To the nearest, and a half away from zero.
        HalfUp = "half_up",
        /// Towards zero, as new-commerce invoices do. Source: Partner Center reconciliation pages, read 2026-11.
        NewCommerce = "new_commerce",
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
    /// The local meter.
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

/// The prices that a partner is charged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// Its id.
    pub id: PriceListId,
    /// Its name.
    pub name: String,
    /// The currency of all its prices.
    pub currency: Currency,
    /// How lines are rounded.
    pub rounding: Rounding,
    /// The prices, in any order.
    pub prices: Vec<Price>,
}

impl PriceList {
    /// The price of a meter that holds on a day.
    pub fn price(&self, meter: &MeterId, day: Day) -> Option<&Price> {
        self.prices.iter().filter(|price| price.meter == *meter && price.from <= day).max_by_key(|price| price.from)
    }
}

#[cfg(test)]
mod tests;
