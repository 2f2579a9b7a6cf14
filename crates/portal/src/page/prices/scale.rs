//! Scale: all prices of a list, changed by a percentage, exactly.

use model::{MeterId, PriceList, UnitPrice};

/// Decimals of a price. Source: decision 0001.
const PRICE_DECIMALS: usize = 12;
/// Decimals of a percentage.
const PERCENT_DECIMALS: usize = 4;
/// One hundred percent. Unit: steps of the last decimal of a percentage.
const WHOLE: i128 = 1_000_000;
/// The largest percentage. Unit: the same.
const PERCENT_MAX: i128 = 100 * WHOLE;

/// Why prices could not be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is no percentage, or not one that leaves a price.
    NotAPercentage,
    /// A price would have more decimals than are kept, or be too large.
    NotExact(MeterId),
}

/// A percentage as people write it, as the factor that it makes. Unit: millionths.
pub(super) fn factor(text: &str) -> Result<i128, Refusal> {
    let plain: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '%' && *letter != '+')
        .map(|letter| match letter {
            ',' => '.',
            '\u{2212}' => '-',
            other => other,
        })
        .collect();
    let percent = fixed(&plain, PERCENT_DECIMALS).ok_or(Refusal::NotAPercentage)?;
    if (-WHOLE..=PERCENT_MAX).contains(&percent) {
        Ok(WHOLE.saturating_add(percent))
    } else {
        Err(Refusal::NotAPercentage)
    }
}

/// A list with all prices times a factor in millionths.
pub(super) fn scaled(list: &PriceList, factor: i128) -> Result<PriceList, Refusal> {
    let mut list = list.clone();
    for price in &mut list.prices {
        for tier in &mut price.tiers {
            let changed = product(tier.unit_price, factor);
            tier.unit_price = changed.ok_or_else(|| Refusal::NotExact(price.meter.clone()))?;
        }
    }
    Ok(list)
}

fn product(price: UnitPrice, factor: i128) -> Option<UnitPrice> {
    let steps = fixed(&price.to_string(), PRICE_DECIMALS)?.checked_mul(factor)?;
    if steps.checked_rem(WHOLE)? != 0 {
        return None;
    }
    let text = format!("{:0>width$}", steps.checked_div(WHOLE)?, width = PRICE_DECIMALS.saturating_add(1));
    let (whole, fraction) = text.split_at_checked(text.len().checked_sub(PRICE_DECIMALS)?)?;
    UnitPrice::parse(&format!("{whole}.{fraction}")).ok()
}

/// A plain decimal as a whole number of steps of its last decimal.
fn fixed(text: &str, decimals: usize) -> Option<i128> {
    let (sign, size) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && digits(whole) && digits(fraction) && !size.ends_with('.');
    let fraction = fraction.trim_end_matches('0');
    if !is_number || fraction.len() > decimals || size.len() > 40 {
        return None;
    }
    format!("{sign}{whole}{fraction:0<decimals$}").parse().ok()
}

#[cfg(test)]
mod tests;
