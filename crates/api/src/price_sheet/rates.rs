//! Rates: what currencies are worth in US dollars in a month, as far as the price list says it.

use model::{Month, PriceList};

use super::{compact, write_row};

/// How many decimals a rate has that is worked out. It is shown and nothing is billed by it.
const DECIMALS: usize = 12;
/// The currency that all others are told in.
const DOLLAR: &str = "USD";

/// Writes the rates of a month. Without a rate of the list there is only the dollar itself.
pub(super) fn write(list: &PriceList, month: Month) -> String {
    let mut out = String::new();
    write_row(&["CurrencyCode", "USDPerUnit", "Month"], &mut out);
    let month_text = compact(month);
    if list.currency.code() != DOLLAR && list.invoiced_in().code() != DOLLAR {
        return out;
    }
    write_row(&[DOLLAR, "1", &month_text], &mut out);
    let Ok(Some(exchange)) = list.exchange(month) else { return out };
    let rate = exchange.rate.to_string();
    if exchange.from.code() == DOLLAR {
        // The list says what a dollar is in the invoice's currency.
        if let Some(inverse) = inverse(&rate) {
            write_row(&[list.invoiced_in().code(), &inverse, &month_text], &mut out);
        }
    } else {
        write_row(&[exchange.from.code(), &rate, &month_text], &mut out);
    }
    out
}

/// One divided by a decimal above zero, cut.
fn inverse(rate: &str) -> Option<String> {
    let (whole, fraction) = rate.split_once('.').unwrap_or((rate, ""));
    let divisor: u128 = format!("{whole}{fraction}").parse().ok()?;
    let mut rest = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let mut text = rest.checked_div(divisor)?.to_string();
    text.push('.');
    for _ in 0..DECIMALS {
        rest = rest.checked_rem(divisor)?.checked_mul(10)?;
        text.push_str(&rest.checked_div(divisor)?.to_string());
    }
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests;
