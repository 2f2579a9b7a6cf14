//! Portion: how much of one sum of money another is.

use model::{Amount, Money, Overflow, Share};

/// Whether a sum has reached a part of another one.
///
/// # Errors
///
/// When the currencies differ, or when a product does not fit.
pub fn reaches(spent: Money, whole: Money, part: Share) -> Result<bool, Overflow> {
    if spent.currency != whole.currency {
        return Err(Overflow);
    }
    let decimals = whole.currency.decimals();
    let bound = Amount::of_minor(whole.minor, decimals)?.times(part.part())?;
    let missing = bound.minus_minor(spent.minor, decimals)?;
    Ok(missing.is_zero() || missing.as_minor_quotient(decimals)?.0.is_negative())
}

/// How many percent of a whole a part is, with one decimal, cut toward zero. Nothing when the whole is zero or the
/// currencies differ.
pub fn percent(part: Money, whole: Money) -> Option<String> {
    if part.currency != whole.currency {
        return None;
    }
    let tenths = part.minor.checked_mul(1_000)?.checked_div(whole.minor)?;
    let (sign, size) = if tenths < 0 { ("-", tenths.unsigned_abs()) } else { ("", tenths.unsigned_abs()) };
    Some(format!("{sign}{}.{}", size.checked_div(10)?, size.checked_rem(10)?))
}

#[cfg(test)]
mod tests;
