//! Spread: rounded money over the parts of lines, so that the parts of a line add up to it.

use std::collections::BTreeMap;

use model::{Amount, Exchange, LineKey, Money, Overflow};

use crate::{
    bill::{Terms, round},
    rate::RatedLine,
};

/// Gives each part of a line its money: what the line comes to with it, minus what it came to without.
///
/// A part rounded on its own would lose or win up to half a minor unit, and thirty days of it would not be the month. So
/// after the last part of a line the money that was given is the line's own, to the minor unit, whatever the order.
#[derive(Debug, Default)]
pub struct Spread {
    lines: BTreeMap<LineKey, (Amount, Money)>,
}

impl Spread {
    /// The money of the next part of a line. All parts of one line are given with the same exchange and terms.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn part(&mut self, part: &RatedLine, exchange: Option<Exchange>, terms: Terms) -> Result<Money, Overflow> {
        let Some((amount, money)) = self.lines.get_mut(&part.key) else {
            let rounded = round(part.amount, exchange, terms)?.money;
            self.lines.insert(part.key.clone(), (part.amount, rounded));
            return Ok(rounded);
        };
        *amount = amount.checked_add(part.amount)?;
        let rounded = round(*amount, exchange, terms)?.money;
        let share = rounded.checked_add(money.negated())?;
        *money = rounded;
        Ok(share)
    }
}

#[cfg(test)]
mod tests;
