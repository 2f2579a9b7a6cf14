//! Rate: the steps of a price as ranges of the month's cumulative quantity.

use model::{MeterId, Overflow, Price, PriceList, Quantity, UnitPrice};

/// A step of a price. It begins where the one before it ends; the first has no lower bound and the last no upper one.
#[derive(Debug)]
struct Step {
    tier: u32,
    unit_price: UnitPrice,
    until: Option<Quantity>,
}

/// A price with its steps.
#[derive(Debug)]
pub(super) struct PriceInForce<'a> {
    pub(super) price: &'a Price,
    steps: Vec<Step>,
}

/// The part of a total that lies on one step. Below zero when the total is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) tier: u32,
    pub(super) unit_price: UnitPrice,
    pub(super) quantity: Quantity,
}

/// The prices of a meter by rising first day. The last one of a day counts, as [`PriceList::price`] has it.
/// A price without a tier is none.
pub(super) fn prices_of<'a>(list: &'a PriceList, meter: &MeterId) -> Result<Vec<PriceInForce<'a>>, Overflow> {
    let mut prices = list
        .prices
        .iter()
        .filter(|price| price.meter == *meter && !price.tiers.is_empty())
        .map(PriceInForce::new)
        .collect::<Result<Vec<_>, _>>()?;
    // The sort is stable, so among prices of one day the last of the list stays last.
    prices.sort_by_key(|in_force| in_force.price.from);
    Ok(prices)
}

impl<'a> PriceInForce<'a> {
    fn new(price: &'a Price) -> Result<Self, Overflow> {
        let mut steps = Vec::new();
        let included = price.included.max(Quantity::ZERO);
        if !included.is_zero() {
            steps.push(Step { tier: 0, unit_price: UnitPrice::ZERO, until: Some(included) });
        }
        let mut following = price.tiers.iter().skip(1);
        for (tier, step) in (1..).zip(&price.tiers) {
            let until = following.next().map(|next| next.from.checked_add(included)).transpose()?;
            steps.push(Step { tier, unit_price: step.unit_price, until });
        }
        Ok(Self { price, steps })
    }

    /// Splits `quantity`, which begins at `position` of the month, at the bounds of the steps.
    ///
    /// The range between the position before and the position after is what is split; a quantity below zero walks down
    /// and gives parts below zero. What lies below zero of the month belongs to the first step.
    pub(super) fn parts(&self, position: Quantity, quantity: Quantity) -> Result<Vec<Part>, Overflow> {
        let after = position.checked_add(quantity)?;
        let (low, high) = (position.min(after), position.max(after));
        let mut parts = Vec::new();
        let mut start = low;
        for step in &self.steps {
            let end = step.until.map_or(high, |until| until.min(high));
            if end <= start {
                continue;
            }
            let size = end.checked_sub(start)?;
            let quantity = if quantity.is_negative() { size.negated() } else { size };
            parts.push(Part { tier: step.tier, unit_price: step.unit_price, quantity });
            start = end;
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests;
