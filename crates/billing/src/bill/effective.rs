//! Bill: what one unit came to, once the money is known. A result to be shown; nothing is billed by it.

use model::{Money, Quantity, Rounding};

/// Decimals of the effective unit price in new-commerce files. Source: Partner Center documentation, read 2026-11, where
/// 21.39 for 29 units is shown as 0.737586206896552.
const NEW_COMMERCE_DECIMALS: u32 = 15;
/// Decimals of effective rates in usage-based files. Source: Partner Center documentation, read 2026-11, where 63.33 for 745
/// units is shown as 0.08500671.
const LEGACY_DECIMALS: u32 = 8;

/// Money divided by a quantity, as the files of a price list's rule show it: to the nearest of 15 decimals, and for `legacy`
/// cut to 8. Nothing when nothing was used.
pub fn published_unit_price(money: Money, quantity: Quantity, rule: Rounding) -> Option<String> {
    match rule {
        Rounding::Legacy => effective_unit_price(money, quantity, LEGACY_DECIMALS, Rounding::NewCommerce),
        Rounding::HalfUp | Rounding::NewCommerce => {
            effective_unit_price(money, quantity, NEW_COMMERCE_DECIMALS, Rounding::HalfUp)
        }
    }
}

/// Money divided by a quantity, with so many decimals, as a decimal without trailing zeros. The last decimal is found as
/// [`super::round`] finds a minor unit: `new_commerce` cuts, the others go to the nearest.
///
/// Nothing when the quantity is zero, or when the result does not fit.
pub fn effective_unit_price(money: Money, quantity: Quantity, decimals: u32, rounding: Rounding) -> Option<String> {
    let one = model::UnitPrice::parse("1").ok()?;
    let (dividend, _) =
        model::Amount::of_minor(money.minor, money.currency.decimals()).ok()?.as_minor_quotient(0).ok()?;
    let (divisor, _) = quantity.times(one, 1).ok()?.as_minor_quotient(0).ok()?;
    let negative = dividend.is_negative() != divisor.is_negative();
    let divisor = divisor.unsigned_abs();
    let mut rest = dividend.unsigned_abs();
    // Decimal by decimal, as on paper: the dividend with all its decimals would not fit.
    let mut value = rest.checked_div(divisor)?;
    rest = rest.checked_rem(divisor)?;
    for _ in 0..decimals {
        rest = rest.checked_mul(10_u32.into())?;
        value = value.checked_mul(10_u32.into())?.checked_add(rest.checked_div(divisor)?)?;
        rest = rest.checked_rem(divisor)?;
    }
    if rounding != Rounding::NewCommerce && rest >= divisor.checked_sub(rest)? {
        value = value.checked_add(1_u32.into())?;
    }
    let places = usize::try_from(decimals).ok()?;
    let digits = format!("{value:0>width$}", width = places.checked_add(1)?);
    let (whole, fraction) = digits.split_at_checked(digits.len().checked_sub(places)?)?;
    let fraction = fraction.trim_end_matches('0');
    let text = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    Some(if negative && text != "0" { format!("-{text}") } else { text })
}

#[cfg(test)]
mod tests;
