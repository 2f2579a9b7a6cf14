//! Axis: from values to places: round numbers beside the lines, all in whole numbers.

use crate::{figure, language::Language};

use super::Scale;

/// How many steps an axis has at most.
const STEPS_MAX: i128 = 5;
/// How many digits before the point are written out on an axis.
const DIGITS_MAX: u32 = 7;

/// An axis that begins and ends at round numbers and has zero on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axis {
    pub(super) low: i128,
    pub(super) high: i128,
    pub(super) step: i128,
}

impl Axis {
    /// An axis for some values. `one` is what it reaches to where all of them are zero.
    pub(super) fn over(values: impl Iterator<Item = i128>, one: i128) -> Self {
        let (low, high) = values.fold((0, 0), |(low, high): (i128, i128), value| (low.min(value), high.max(value)));
        let high = if low == high { one } else { high };
        let step = step(high.saturating_sub(low));
        // Both ends move outward to whole steps.
        let low = low.div_euclid(step).saturating_mul(step);
        let high = high.saturating_neg().div_euclid(step).saturating_neg().saturating_mul(step);
        Self { low, high, step }
    }

    /// The round numbers, from the lowest.
    pub(super) fn ticks(self) -> Vec<i128> {
        let mut ticks = vec![self.low];
        let mut last = self.low;
        while last < self.high && ticks.len() < 16 {
            last = last.saturating_add(self.step);
            ticks.push(last);
        }
        ticks
    }

    /// How far a value is from the low end, where the whole axis has a length.
    pub(super) fn place(self, value: i128, length: i128) -> i128 {
        let whole = self.high.saturating_sub(self.low).max(1);
        let part = value.saturating_sub(self.low);
        part.checked_mul(length).map_or_else(|| part / (whole / length).max(1), |product| product / whole)
    }

    /// What stands beside the round numbers, and the unit that all of them are numbers of.
    pub(super) fn texts(self, language: Language, scale: &Scale) -> (Vec<String>, String) {
        let whole = |exponent: u32| 10_i128.checked_pow(scale.decimals.saturating_add(exponent));
        let widest = self.high.max(self.low.saturating_neg());
        let is_beyond = |exponent: u32| whole(exponent).is_some_and(|limit| widest >= limit);
        let unit = ("unit", scale.unit.as_str().into());
        let (more, unit) = if is_beyond(DIGITS_MAX + 6) {
            (12, language.tell("chart-trillion", &[unit]))
        } else if is_beyond(DIGITS_MAX) {
            (6, language.tell("chart-million", &[unit]))
        } else {
            (0, scale.unit.clone())
        };
        let decimals = scale.decimals.saturating_add(more);
        let zeros = (0..decimals).take_while(|power| divides(*power + 1, self.step)).count();
        let needed = decimals.saturating_sub(u32::try_from(zeros).unwrap_or(decimals));
        // Cents are written with both digits or without any.
        let needed = if needed > 0 && more == 0 && scale.decimals <= 3 { scale.decimals } else { needed };
        let ticks = self.ticks();
        (ticks.iter().map(|tick| figure::decimal(&decimal(*tick, decimals, needed), language)).collect(), unit)
    }
}

fn divides(power: u32, number: i128) -> bool {
    10_i128.checked_pow(power).is_some_and(|divisor| number % divisor == 0)
}

/// The smallest of 1, 2 and 5 times a power of ten of which few enough make up a span.
fn step(span: i128) -> i128 {
    let mut power: i128 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            // The two ends may each lie within a step, so a step more may be needed than fits into the span.
            if span.saturating_sub(1) / step < STEPS_MAX {
                return step;
            }
        }
        let Some(next) = power.checked_mul(10) else { return span.max(1) };
        power = next;
    }
}

/// A whole number with so many decimals as a decimal of which only some are shown. Those left out are zeros.
fn decimal(value: i128, decimals: u32, needed: u32) -> String {
    let places = usize::try_from(decimals).unwrap_or_default();
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    let shown = usize::try_from(needed).ok().and_then(|needed| fraction.get(..needed)).unwrap_or(fraction);
    let sign = if value < 0 { "-" } else { "" };
    if shown.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{shown}") }
}

#[cfg(test)]
mod tests;
