//! Price: those of a list that are in force today, for one of each meter's unit.

use std::collections::{BTreeMap, BTreeSet};

use contract::commerce::{CommerceMeter, Exact, MeterTexts};
use model::{Amount, Day, MeterCatalogue, MeterId, Overflow, PriceList, Quantity, UnitPrice};

/// How many decimals a number has that would have no end. Unit: decimals.
pub(crate) const DECIMALS: u32 = 12;

/// A price that is in force.
pub(crate) struct InForce<'a> {
    /// The commerce meter.
    pub(crate) meter: &'a MeterId,
    /// What it is called.
    pub(crate) texts: MeterTexts,
    /// The price of one from a quantity on, by that quantity.
    pub(crate) rates: BTreeMap<String, Exact>,
    /// How much costs nothing in a month.
    pub(crate) included: Exact,
    /// Since when.
    pub(crate) from: Day,
    /// Whether usage of it is not to be expected any more.
    pub(crate) deprecated: bool,
}

/// The prices of a list on a day, by meter.
pub(crate) fn in_force(list: &PriceList, day: Day) -> Result<Vec<InForce<'_>>, Overflow> {
    let meters: BTreeSet<&MeterId> = list.prices.iter().map(|price| &price.meter).collect();
    let prices = meters.into_iter().filter_map(|meter| list.price(meter, day));
    let each = prices.map(|price| {
        let rate = |unit_price| single(unit_price, price.conversion.divisor);
        let rates = price.tiers.iter().map(|tier| Ok((tier.from.to_string(), rate(tier.unit_price)?)));
        Ok(InForce {
            meter: &price.meter,
            texts: CommerceMeter::new(&price.meter, Some(list)).texts(),
            rates: rates.collect::<Result<_, Overflow>>()?,
            included: Exact::of(&price.included),
            from: price.from,
            deprecated: MeterCatalogue::published().find(&price.meter).is_some_and(|meter| meter.deprecated),
        })
    });
    each.collect()
}

/// The price of one of the meter's unit, where the list has one for several.
pub(crate) fn single(unit_price: UnitPrice, divisor: u32) -> Result<Exact, Overflow> {
    if divisor <= 1 {
        return Ok(Exact::of(&unit_price));
    }
    decimal(Quantity::from_whole(1).times(unit_price, divisor)?)
}

/// An exact amount as a decimal, cut where it does not end.
pub(crate) fn decimal(amount: Amount) -> Result<Exact, Overflow> {
    Ok(steps(hub::cut(amount, DECIMALS)?))
}

/// A number of the smallest steps as a decimal.
pub(crate) fn steps(steps: i128) -> Exact {
    let width = usize::try_from(DECIMALS).unwrap_or(0);
    let digits = format!("{:0>width$}", steps.unsigned_abs(), width = width.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(width));
    let fraction = fraction.trim_end_matches('0');
    let text = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    Exact::of(&if steps < 0 { format!("-{text}") } else { text })
}

#[cfg(test)]
mod tests;
