//! Numbers: exact quantities, unit prices and amounts. No float, and nothing is rounded here.
//!
//! Decision 0001 says why the scales are what they are.

use std::fmt;

use ethnum::I256;

use crate::Ratio;

/// Decimals that a quantity keeps.
const QUANTITY_SCALE: u32 = 36;
/// Decimals that a unit price keeps.
const PRICE_SCALE: u32 = 12;
/// Decimals that the numerator of an amount keeps: those of a quantity times those of a price.
const AMOUNT_SCALE: u32 = QUANTITY_SCALE + PRICE_SCALE;
/// The longest text of a number that is read. Unit: characters.
const LITERAL_CHARACTERS_MAX: usize = 64;
/// The most significant digits that one sent number may have.
const DIGITS_MAX: u32 = 34;
/// Digits before the point that one sent number may have: sums of 5 * 10^22 such rows still fit.
const INTEGER_DIGITS_MAX: i32 = 18;

/// Why a text is not a number that can be kept exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It is not a decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// The text has more than 64 characters.
    #[error("a number of more than 64 characters")]
    TooLong,
    /// It has more than 34 significant digits, or more decimals than are kept.
    #[error("more digits than can be kept exactly")]
    TooPrecise,
    /// It is 10^18 or larger.
    #[error("10^18 or larger")]
    TooLarge,
}

/// A sum or product that does not fit. It is an error, never a wrong number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the result is too large to be kept exactly")]
pub struct Overflow;

/// A number as digits and a power of ten.
struct Digits {
    negative: bool,
    /// At most 34 digits, without trailing zeros.
    significand: u128,
    /// The power of ten of the last digit.
    exponent: i32,
    /// How many digits the significand has.
    count: u32,
}

fn read_digits(text: &[u8]) -> Result<Digits, NumberError> {
    if text.len() > LITERAL_CHARACTERS_MAX {
        return Err(NumberError::TooLong);
    }
    let (negative, rest) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let mut digits = Digits { negative, significand: 0, exponent: 0, count: 0 };
    let mut pending_zeros: u32 = 0;
    let mut seen = false;
    let mut point = false;
    let mut exponent_text = None;
    for (index, byte) in rest.iter().copied().enumerate() {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                if !point {
                    digits.exponent = digits.exponent.saturating_add(1);
                }
                if byte == b'0' {
                    // Zeros count only when another digit follows them.
                    if digits.count > 0 {
                        pending_zeros = pending_zeros.saturating_add(1);
                    } else {
                        // A leading zero is no digit of the number; behind the point it moves it.
                        digits.exponent = digits.exponent.saturating_sub(1);
                    }
                    continue;
                }
                let grown = digits.count.saturating_add(pending_zeros).saturating_add(1);
                if grown > DIGITS_MAX {
                    return Err(NumberError::TooPrecise);
                }
                // 34 digits are far from what the significand holds.
                for _ in 0..=pending_zeros {
                    digits.significand = digits.significand.wrapping_mul(10);
                }
                digits.significand = digits.significand.wrapping_add(u128::from(byte.wrapping_sub(b'0')));
                digits.count = grown;
                pending_zeros = 0;
            }
            b'.' if !point && seen => {
                point = true;
                seen = false;
            }
            b'e' | b'E' if seen => {
                exponent_text = rest.get(index.saturating_add(1)..);
                break;
            }
            _ => return Err(NumberError::NotANumber),
        }
    }
    if !seen {
        return Err(NumberError::NotANumber);
    }
    if let Some(text) = exponent_text {
        let shift = read_exponent(text)?;
        digits.exponent = digits.exponent.saturating_add(shift);
    }
    // So far `exponent` is the number of digits before the point; make it that of the last digit.
    let count = i32::try_from(digits.count).unwrap_or(i32::MAX);
    digits.exponent = digits.exponent.saturating_sub(count);
    Ok(digits)
}

/// Reads the digits after `e`. Exponents beyond every range come back as a very large one.
fn read_exponent(text: &[u8]) -> Result<i32, NumberError> {
    let (negative, rest) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    if rest.is_empty() || !rest.iter().all(u8::is_ascii_digit) {
        return Err(NumberError::NotANumber);
    }
    let size =
        rest.iter().fold(0_i32, |sum, byte| sum.saturating_mul(10).saturating_add(i32::from(byte.wrapping_sub(b'0'))));
    let size = size.min(1_000_000);
    Ok(if negative { size.saturating_neg() } else { size })
}

/// Ten to a power from 0 to 76.
fn power_of_ten(exponent: u32) -> I256 {
    const fn table() -> [I256; 77] {
        let mut powers = [I256::ONE; 77];
        let mut index = 1;
        while index < 77 {
            powers[index] = times_ten(powers[index - 1]);
            index += 1;
        }
        powers
    }
    const fn times_ten(value: I256) -> I256 {
        // `I256` has no constant multiplication: ten times is eight times plus twice, in two words.
        let (high, low) = value.into_words();
        let (high, low) = (high.cast_unsigned(), low.cast_unsigned());
        let (low_ten, carry) = widening_ten(low);
        I256::from_words((high.wrapping_mul(10).wrapping_add(carry)).cast_signed(), low_ten.cast_signed())
    }
    const fn widening_ten(low: u128) -> (u128, u128) {
        let mask = u64::MAX as u128;
        let bottom = (low & mask) * 10;
        let top = (low >> 64) * 10 + (bottom >> 64);
        ((top << 64) | (bottom & mask), top >> 64)
    }
    static POWERS: [I256; 77] = table();
    POWERS.get(usize::try_from(exponent).unwrap_or(76)).copied().unwrap_or(I256::MAX)
}

fn scaled(text: &[u8], scale: u32) -> Result<I256, NumberError> {
    let digits = read_digits(text)?;
    if digits.significand == 0 {
        return Ok(I256::ZERO);
    }
    let count = i32::try_from(digits.count).map_err(|_| NumberError::TooPrecise)?;
    if digits.exponent.saturating_add(count) > INTEGER_DIGITS_MAX {
        return Err(NumberError::TooLarge);
    }
    let scale = i32::try_from(scale).map_err(|_| NumberError::TooPrecise)?;
    let shift = u32::try_from(digits.exponent.saturating_add(scale)).map_err(|_| NumberError::TooPrecise)?;
    let power = power_of_ten(shift);
    // Most numbers are short, and then half as wide a product is enough.
    let short = u128::try_from(power).ok().and_then(|power| digits.significand.checked_mul(power));
    let value = match short {
        Some(value) => I256::from(value),
        None => I256::from(digits.significand).checked_mul(power).ok_or(NumberError::TooLarge)?,
    };
    Ok(if digits.negative { value.wrapping_neg() } else { value })
}

/// Writes a scaled integer as a plain decimal, without trailing zeros.
fn write_scaled(value: I256, scale: u32, decimals_min: usize) -> String {
    let text = value.unsigned_abs().to_string();
    let scale = usize::try_from(scale).unwrap_or(0);
    let padded = format!("{text:0>width$}", width = scale.saturating_add(1));
    let (whole, fraction) = padded.split_at(padded.len().saturating_sub(scale));
    let mut fraction = fraction.trim_end_matches('0').to_owned();
    while fraction.len() < decimals_min {
        fraction.push('0');
    }
    let sign = if value.is_negative() { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// How much of something was used. The unit is the meter's.
///
/// Range: below 10^18 for one sent row, with up to 36 decimals and 34 significant digits; sums reach
/// 5.7 * 10^40. Kept exactly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(I256);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(I256::ZERO);

    /// Reads the text of a number: plain or with an exponent. Never passes through a float.
    ///
    /// # Errors
    ///
    /// When the text is no number or cannot be kept exactly.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        scaled(text.as_bytes(), QUANTITY_SCALE).map(Self)
    }

    /// A whole number of units.
    pub fn from_whole(whole: u64) -> Self {
        Self(I256::from(whole).wrapping_mul(power_of_ten(QUANTITY_SCALE)))
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// The difference.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// The same size with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(self.0.wrapping_neg())
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0.is_negative()
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.0 == I256::ZERO
    }

    /// What it costs at a price per `divisor` units.
    ///
    /// # Errors
    ///
    /// When the product does not fit.
    pub fn times(self, price: UnitPrice, divisor: u32) -> Result<Amount, Overflow> {
        let numerator = self.0.checked_mul(I256::from(price.0)).ok_or(Overflow)?;
        Ok(Amount { numerator, divisor: u128::from(divisor.max(1)) })
    }

    /// Reads what `Display` wrote, also of a sum that is larger or longer than one sent number may be; nothing for any
    /// other form.
    pub fn from_decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let decimals = usize::try_from(QUANTITY_SCALE).unwrap_or(0);
        let quantity = Self(format!("{whole}{fraction:0<decimals$}").parse().ok()?);
        (quantity.to_string() == text).then_some(quantity)
    }

    /// The bytes at rest: two's complement, most significant first, as few as hold the number.
    pub fn to_bytes(self) -> Vec<u8> {
        let bytes = self.0.to_be_bytes();
        let fill = if self.0.is_negative() { 0xff } else { 0 };
        let mut rest: &[u8] = &bytes;
        while let [first, second, ..] = rest {
            // The sign must still be read from the first byte that is kept.
            if *first != fill || (*second & 0x80) != (fill & 0x80) {
                break;
            }
            rest = rest.get(1..).unwrap_or_default();
        }
        rest.to_vec()
    }

    /// Reads what [`Quantity::to_bytes`] wrote; nothing for any other form.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let first = *bytes.first()?;
        let fill = if first & 0x80 == 0 { 0 } else { 0xff };
        let mut padded = [fill; 32];
        let start = padded.len().checked_sub(bytes.len())?;
        padded.get_mut(start..)?.copy_from_slice(bytes);
        // A first byte that says no more than the sign of the second would be a second form of the same number.
        let longer = bytes.get(1).is_some_and(|second| first == fill && (second ^ fill) & 0x80 == 0);
        (!longer).then(|| Self(I256::from_be_bytes(padded)))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&write_scaled(self.0, QUANTITY_SCALE, 0))
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The price of one unit, or of [`crate::Conversion::divisor`] units, in the price list's currency.
///
/// Range: below 10^18 with up to 12 decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnitPrice(i128);

impl UnitPrice {
    /// Free of charge.
    pub const ZERO: Self = Self(0);

    /// Reads the text of a price.
    ///
    /// # Errors
    ///
    /// When the text is no number, is negative, or has more than 12 decimals.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let value = scaled(text.as_bytes(), PRICE_SCALE)?;
        if value.is_negative() {
            return Err(NumberError::NotANumber);
        }
        i128::try_from(value).map(Self).map_err(|_| NumberError::TooLarge)
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&write_scaled(I256::from(self.0), PRICE_SCALE, 0))
    }
}

impl fmt::Debug for UnitPrice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// An unrounded sum of money: a quotient, because a price per 720 hours has no finite decimals.
///
/// Value: `numerator / 10^48 / divisor`, in the price list's currency until it is converted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Amount {
    numerator: I256,
    divisor: u128,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: I256::ZERO, divisor: 1 };

    /// Nothing, to which amounts of the same divisor may be added.
    pub fn zero(divisor: u32) -> Self {
        Self { numerator: I256::ZERO, divisor: u128::from(divisor.max(1)) }
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// When it does not fit, or when the divisors differ: such amounts belong to different lines.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        if self.divisor != other.divisor {
            return Err(Overflow);
        }
        let numerator = self.numerator.checked_add(other.numerator).ok_or(Overflow)?;
        Ok(Self { numerator, divisor: self.divisor })
    }

    /// This times a ratio.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub fn times(self, ratio: Ratio) -> Result<Self, Overflow> {
        let product = |amount: Self, ratio: Ratio| {
            let numerator = amount.numerator.checked_mul(I256::from(ratio.dividend))?;
            Some(Self { numerator, divisor: amount.divisor.checked_mul(ratio.divisor)? })
        };
        // Long numbers have many factors in common. They stand as they are while they fit, so that amounts of one line have
        // one divisor and can be added.
        let shortened = || {
            let (numerator, divisor) = lowest(self.numerator, self.divisor);
            let (numerator, ratio_divisor) = lowest(numerator, ratio.divisor);
            let (dividend, divisor) = lowest(I256::from(ratio.dividend), divisor);
            let dividend = i128::try_from(dividend).ok()?;
            product(Self { numerator, divisor }, Ratio { dividend, divisor: ratio_divisor })
        };
        product(self, ratio).or_else(shortened).ok_or(Overflow)
    }

    /// A whole number of a currency's minor units.
    ///
    /// Range of `decimals`: 0 to 12.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub fn of_minor(minor: i128, decimals: u32) -> Result<Self, Overflow> {
        let one = power_of_ten(AMOUNT_SCALE.saturating_sub(decimals));
        Ok(Self { numerator: one.checked_mul(I256::from(minor)).ok_or(Overflow)?, divisor: 1 })
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.numerator == I256::ZERO
    }

    /// The two numbers that say how many of the currency's minor units this is:
    /// the dividend, and a divisor that is never zero.
    ///
    /// Range of `decimals`: 0 to 4 for a currency's, to 12 for those of files. Rounding is for `billing::bill` alone.
    ///
    /// # Errors
    ///
    /// When the divisor does not fit.
    pub fn as_minor_quotient(self, decimals: u32) -> Result<(I256, I256), Overflow> {
        let scale = power_of_ten(AMOUNT_SCALE.saturating_sub(decimals));
        Ok((self.numerator, scale.checked_mul(I256::from(self.divisor)).ok_or(Overflow)?))
    }

    /// What is left when a whole number of the currency's minor units is taken away.
    ///
    /// Range of `decimals`: 0 to 4, the currency's.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub fn minus_minor(self, minor: i128, decimals: u32) -> Result<Self, Overflow> {
        let (_, one_minor) = self.as_minor_quotient(decimals)?;
        let taken = one_minor.checked_mul(I256::from(minor)).ok_or(Overflow)?;
        let numerator = self.numerator.checked_sub(taken).ok_or(Overflow)?;
        Ok(Self { numerator, divisor: self.divisor })
    }

    /// The exact value as text: a decimal, with `/divisor` behind it where there is one.
    pub fn exact_text(self) -> String {
        let decimal = write_scaled(self.numerator, AMOUNT_SCALE, 0);
        if self.divisor == 1 { decimal } else { format!("{decimal}/{}", self.divisor) }
    }
}

/// A quotient in lowest terms. A divisor of zero stays as it is.
fn lowest(numerator: I256, divisor: u128) -> (I256, u128) {
    let wide = I256::from(divisor);
    let rest = numerator.checked_rem(wide).and_then(|rest| u128::try_from(rest.wrapping_abs()).ok());
    let (mut common, mut rest) = (divisor, rest.unwrap_or(1));
    while let Some(next) = common.checked_rem(rest) {
        (common, rest) = (rest, next);
    }
    let shorter = numerator.checked_div(I256::from(common)).zip(divisor.checked_div(common));
    shorter.unwrap_or((numerator, divisor))
}

/// Writes a number of minor units with the currency's decimals.
pub(crate) fn write_minor(minor: i128, decimals: u32) -> String {
    write_scaled(I256::from(minor), decimals, usize::try_from(decimals).unwrap_or(0))
}

#[cfg(test)]
mod tests;
