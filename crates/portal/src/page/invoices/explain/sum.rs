//! Sum: the arithmetic of a line, read from the statements that the room show writes, so that it can be said in any language.

use billing::show::Explanation;
use model::{Quantity, Rounding, Unit};

/// How a quantity became money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) quantity: Quantity,
    pub(super) unit: Option<Unit>,
    /// The price of one priced unit, as an exact decimal.
    pub(super) unit_price: String,
    /// The currency of the price.
    pub(super) currency: String,
    /// How many measured units one priced unit has; none when it is one.
    pub(super) divisor: Option<String>,
    /// Percentages with what they are for, in the order in which they are taken.
    pub(super) reductions: Vec<(String, Reduced)>,
    /// The exact result, perhaps with a divisor behind it.
    pub(super) exact: String,
    pub(super) rounding: Rounding,
    /// What one unit of the price's currency is in the invoice's; none when it is the same.
    pub(super) rate: Option<String>,
    /// The money, as an exact decimal.
    pub(super) money: String,
    /// The currency of the money.
    pub(super) invoiced_in: String,
    /// The exact result minus the money.
    pub(super) residual: String,
    /// The priced unit and where the price is from; none when a rule of the house says zero.
    pub(super) source: Option<(String, String)>,
}

/// Why a part of a price is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reduced {
    Discount,
    Credit,
}

/// Reads an explanation; nothing when it has another form.
pub(super) fn read(due: &Explanation) -> Option<Sum> {
    let (left, result) = due.arithmetic.split_once(" = ")?;
    let (exact, _) = result.rsplit_once(' ')?;
    let (measured, price) = left.split_once(" x ")?;
    let (quantity, unit) = measured.split_once(' ')?;
    let mut parts = price.split(" less ");
    let (price, divisor) = split(parts.next()?, " / ");
    let (unit_price, currency) = price.split_once(' ')?;
    let mut reductions = Vec::new();
    for part in parts {
        let (percent, what) = part.split_once(" % ")?;
        let what = match what {
            "discount" => Reduced::Discount,
            "earned credit" => Reduced::Credit,
            _ => return None,
        };
        reductions.push((percent.to_owned(), what));
    }
    let (rule, result) = due.rounding.split_once(" gives ")?;
    let (rule, rate) = split(rule, " at ");
    let (money, residual) = result.split_once(", residual ")?;
    let (money, invoiced_in) = money.split_once(' ')?;
    let source = due.price.split_once("; source: ").and_then(|(price, source)| {
        let (_, priced_unit) = price.rsplit_once(", per ")?;
        Some((priced_unit.to_owned(), source.to_owned()))
    });
    Some(Sum {
        quantity: Quantity::from_decimal(quantity)?,
        unit: Unit::from_word(unit),
        unit_price: unit_price.to_owned(),
        currency: currency.to_owned(),
        divisor: divisor.map(str::to_owned),
        reductions,
        exact: exact.to_owned(),
        rounding: Rounding::from_word(rule)?,
        rate: rate.and_then(|rate| rate.split(' ').next()).map(str::to_owned),
        money: money.to_owned(),
        invoiced_in: invoiced_in.to_owned(),
        residual: residual.to_owned(),
        source,
    })
}

/// A text with what stands behind a mark, where there is one.
fn split<'a>(text: &'a str, mark: &str) -> (&'a str, Option<&'a str>) {
    match text.split_once(mark) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests;
