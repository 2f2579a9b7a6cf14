//! Ratios: parts of one, and what one currency is worth in another. Exact, as whole numbers over whole numbers.

use std::fmt;

use crate::number::{NumberError, write_minor};

/// How many millionths one has.
const ONE_MILLIONTHS: i128 = 1_000_000;
/// How many of the smallest steps of an exchange rate one has: it has up to 12 decimals.
const ONE_RATE: i128 = 1_000_000_000_000;

/// A number over a number, in lowest terms. The divisor is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    pub(crate) dividend: i128,
    pub(crate) divisor: u128,
}

impl Ratio {
    fn reduced(dividend: i128, divisor: u128) -> Self {
        let (mut left, mut right) = (dividend.unsigned_abs(), divisor);
        while right != 0 {
            (left, right) = (right, left.checked_rem(right).unwrap_or(0));
        }
        let common = left.max(1);
        let smaller = i128::try_from(common).ok().and_then(|common| dividend.checked_div(common)).unwrap_or(dividend);
        Self { dividend: smaller, divisor: divisor.checked_div(common).unwrap_or(1).max(1) }
    }
}

/// A part of one, such as a discount of 15 percent. Unit: millionths, which are ten thousandths of a percent.
///
/// Range: -100 % to 10 000 %. Below zero it is a reduction where an addition is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Share(i64);

impl Share {
    /// Nothing of it.
    pub const ZERO: Self = Self(0);
    /// All of it.
    pub const WHOLE: Self = Self(1_000_000);

    /// Reads a percentage such as `15` or `12.5`, with up to four decimals and without the sign for it.
    ///
    /// # Errors
    ///
    /// When the text is no number, has more decimals, or is out of range.
    pub fn parse_percent(text: &str) -> Result<Self, NumberError> {
        let millionths = read_fixed(text, 4)?;
        if !(-ONE_MILLIONTHS..=ONE_MILLIONTHS.saturating_mul(100)).contains(&millionths) {
            return Err(NumberError::TooLarge);
        }
        i64::try_from(millionths).map(Self).map_err(|_| NumberError::TooLarge)
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is below nothing.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// What is left of one when this part is taken from it. Never below zero.
    pub fn rest(self) -> Ratio {
        let rest = ONE_MILLIONTHS.saturating_sub(i128::from(self.0)).max(0);
        Ratio::reduced(rest, ONE_MILLIONTHS.unsigned_abs())
    }

    /// One with this part added to it. Never below zero.
    pub fn on_top(self) -> Ratio {
        let sum = ONE_MILLIONTHS.saturating_add(i128::from(self.0)).max(0);
        Ratio::reduced(sum, ONE_MILLIONTHS.unsigned_abs())
    }

    /// This part of one.
    pub fn part(self) -> Ratio {
        Ratio::reduced(i128::from(self.0), ONE_MILLIONTHS.unsigned_abs())
    }
}

impl fmt::Display for Share {
    /// The percentage without trailing zeros and without the sign for it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&short(i128::from(self.0), 4))
    }
}

/// What one unit of the currency of the prices is in the currency of the invoice.
///
/// Range: above zero, below 10^12, with up to 12 decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeRate(i128);

impl ExchangeRate {
    /// The same currency.
    pub const ONE: Self = Self(ONE_RATE);

    /// Reads a rate such as `0.846202666`.
    ///
    /// # Errors
    ///
    /// When the text is no number above zero, has more than 12 decimals, or is too large.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let rate = read_fixed(text, 12)?;
        match rate {
            1.. if rate < ONE_RATE.saturating_mul(ONE_RATE) => Ok(Self(rate)),
            1.. => Err(NumberError::TooLarge),
            _ => Err(NumberError::NotANumber),
        }
    }

    /// The rate as a ratio.
    pub fn ratio(self) -> Ratio {
        Ratio::reduced(self.0, ONE_RATE.unsigned_abs())
    }
}

impl fmt::Display for ExchangeRate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&short(self.0, 12))
    }
}

impl fmt::Debug for ExchangeRate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A plain decimal as a whole number of its smallest steps.
fn read_fixed(text: &str, decimals: usize) -> Result<i128, NumberError> {
    if text.len() > 64 {
        return Err(NumberError::TooLong);
    }
    let (sign, size) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || (size.contains('.') && fraction.is_empty()) {
        return Err(NumberError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return Err(NumberError::TooPrecise);
    }
    format!("{sign}{whole}{fraction:0<decimals$}").parse().map_err(|_| NumberError::TooLarge)
}

fn short(value: i128, decimals: u32) -> String {
    let text = write_minor(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests;
