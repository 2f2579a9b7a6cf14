//! Currency and money: whole minor units of one ISO 4217 currency.

use std::{fmt, sync::LazyLock};

use crate::number::{Overflow, write_minor};

/// Codes and decimals. Source: ISO 4217, list one (active codes), read 2026-11.
static CURRENCIES: LazyLock<Vec<Currency>> = LazyLock::new(|| {
    include_str!("../data/iso4217.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let (code, decimals) = line.split_once(',')?;
            let code: [u8; 3] = code.as_bytes().try_into().ok()?;
            Some(Currency { code, decimals: decimals.parse().ok()? })
        })
        .collect()
});

/// The text is not an active ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an active ISO 4217 currency code")]
pub struct UnknownCurrency(String);

/// A currency with the number of decimals of its minor unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

impl Currency {
    /// Looks a code such as `EUR` up.
    ///
    /// # Errors
    ///
    /// When the code is not an active one.
    pub fn parse(code: &str) -> Result<Self, UnknownCurrency> {
        let upper = code.to_ascii_uppercase();
        CURRENCIES
            .iter()
            .copied()
            .find(|currency| currency.code() == upper)
            .ok_or_else(|| UnknownCurrency(code.to_owned()))
    }

    /// All active currencies.
    pub fn all() -> &'static [Self] {
        &CURRENCIES
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("XXX")
    }

    /// Decimals of the minor unit: 0 for JPY, 2 for EUR, 3 for KWD, 4 for CLF.
    pub fn decimals(self) -> u32 {
        u32::from(self.decimals)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// A rounded sum of money. Unit: minor units of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// In what.
    pub currency: Currency,
    /// How many minor units, such as cents. May be negative.
    pub minor: i128,
}

impl Money {
    /// Nothing.
    pub fn zero(currency: Currency) -> Self {
        Self { currency, minor: 0 }
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// When it does not fit, or when the currencies differ.
    pub fn checked_add(self, other: Self) -> Result<Self, Overflow> {
        if self.currency != other.currency {
            return Err(Overflow);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(Overflow)?;
        Ok(Self { currency: self.currency, minor })
    }

    /// The same size with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { currency: self.currency, minor: self.minor.saturating_neg() }
    }

    /// The amount as a decimal with all decimals of the currency, without the code.
    pub fn decimal(self) -> String {
        write_minor(self.minor, self.currency.decimals())
    }

    /// Reads what [`Money::decimal`] wrote; nothing for any other form.
    pub fn from_decimal(text: &str, currency: Currency) -> Option<Self> {
        let minor = text.replace('.', "").parse().ok()?;
        let money = Self { currency, minor };
        (money.decimal() == text).then_some(money)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{} {}", self.decimal(), self.currency))
    }
}

#[cfg(test)]
mod tests;
