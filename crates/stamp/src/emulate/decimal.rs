//! Decimal: numbers as a stamp prints them, made from whole digits, with their exact value beside the text.

use model::{NumberError, Quantity};

/// A number's text with the quantity it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    text: String,
    quantity: Quantity,
}

/// The longest text of digits that is written without an exponent. A stamp writes `0.00018` but `1.5e-05`.
const ZEROS_BEHIND_POINT_MAX: i32 = 3;

impl Number {
    /// Keeps a number's text as it is.
    ///
    /// # Errors
    ///
    /// When the text is not a JSON number that can be kept exactly.
    pub fn read(text: &str) -> Result<Self, NumberError> {
        // A quantity may also be read from `+1` or `.5`, which a page cannot carry.
        serde_json::from_str::<&serde_json::value::RawValue>(text).map_err(|_| NumberError::NotANumber)?;
        Ok(Self { text: text.to_owned(), quantity: Quantity::parse(text)? })
    }

    /// A whole number, written as `2.0`.
    pub fn whole(value: u64) -> Self {
        Self { text: format!("{value}.0"), quantity: Quantity::from_whole(value) }
    }

    /// `digits * 10^-decimals`, written as stamps write a double. Range of `decimals`: 0 to 36.
    pub fn scaled(digits: u64, decimals: u32) -> Self {
        let (mut digits, mut decimals) = (digits, decimals);
        while decimals > 0 && digits.is_multiple_of(10) {
            digits /= 10;
            decimals = decimals.saturating_sub(1);
        }
        if decimals == 0 {
            return Self::whole(digits);
        }
        // The quantity is read from digits and exponent, so a slip in the written form would show in a test.
        let quantity = Quantity::parse(&format!("{digits}e-{decimals}")).unwrap_or(Quantity::ZERO);
        Self { text: write(digits, decimals), quantity }
    }

    /// A share such as 1/744, cut to so many significant digits and rounded half up.
    ///
    /// Range: `divisor` from 1 to 10^15, `numerator` below 10^15, `significant` from 1 to 17.
    pub fn share(numerator: u64, divisor: u64, significant: u32) -> Self {
        let (numerator, divisor) = (u128::from(numerator), u128::from(divisor.max(1)));
        let limit = 10_u128.saturating_pow(significant);
        let rounded = |decimals: u32| {
            let wide = numerator.saturating_mul(10_u128.saturating_pow(decimals));
            wide.saturating_mul(2).saturating_add(divisor) / divisor.saturating_mul(2)
        };
        let decimals = (0..=22).rev().find(|decimals| rounded(*decimals) < limit).unwrap_or(0);
        Self::scaled(u64::try_from(rounded(decimals)).unwrap_or(u64::MAX), decimals)
    }

    /// The text as it is sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text stands for, exactly.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }
}

/// Writes digits that do not end with a zero. Range of `decimals`: from 1.
fn write(digits: u64, decimals: u32) -> String {
    let text = digits.to_string();
    let length = i32::try_from(text.len()).unwrap_or(i32::MAX);
    let before_point = length.saturating_sub(i32::try_from(decimals).unwrap_or(i32::MAX));
    if before_point > 0 {
        let (whole, fraction) = text.split_at(usize::try_from(before_point).unwrap_or(0));
        return format!("{whole}.{fraction}");
    }
    let zeros = before_point.saturating_neg();
    if zeros <= ZEROS_BEHIND_POINT_MAX {
        return format!("0.{}{text}", "0".repeat(usize::try_from(zeros).unwrap_or(0)));
    }
    let (first, rest) = text.split_at(1);
    let exponent = zeros.saturating_add(1);
    if rest.is_empty() { format!("{first}e-{exponent:02}") } else { format!("{first}.{rest}e-{exponent:02}") }
}

#[cfg(test)]
mod tests;
