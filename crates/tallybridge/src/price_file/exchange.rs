//! Exchange: what the currency of the prices is worth in that of the invoice, month by month.

use std::collections::HashMap;

use model::{Currency, Day, ExchangeRate, Month, MonthlyRate};

use super::table::{self, Columns, Faults, Line, Others};

/// The columns of our own file of rates.
pub const COLUMNS: [&str; 2] = ["month", "rate"];

/// The columns of the file of rates that Partner Center gives. Source: Partner Center price sheet documentation, read
/// 2026-11.
const PER_DOLLAR: [&str; 3] = ["CurrencyCode", "USDPerUnit", "Month"];

/// The currencies of a list.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// Of the prices.
    pub prices: Currency,
    /// Of the invoices.
    pub invoices: Currency,
}

/// Reads rates in either form, in the order of the file.
pub fn read(file: &str, text: &str, pair: Pair, faults: &mut Faults) -> Vec<MonthlyRate> {
    let heads = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let of_partner_center = heads.split(',').any(|head| head.trim().trim_matches('"') == "USDPerUnit");
    let mut rates = Vec::new();
    let mut seen: HashMap<Month, u64> = HashMap::new();
    let mut add = |line: &Line<'_>, rate: MonthlyRate, column| {
        if let Some(other) = seen.insert(rate.month, line.place.line) {
            let message = format!("the rate of {} stands in line {other} already: keep one of them", rate.month);
            return Err(line.place.fault(column, message));
        }
        rates.push(rate);
        Ok(())
    };
    if of_partner_center {
        if pair.prices.code() != "USD" && pair.prices != pair.invoices {
            let message = format!(
                "it says US dollars, and the prices are in {}: write the columns \"month,rate\" in its place",
                pair.prices
            );
            faults.of_file(file, message);
            return rates;
        }
        let columns = Columns { needed: &PER_DOLLAR, optional: &[], others: Others::Ignored };
        table::read(file, text, columns, faults, &mut |line| {
            let currency = line.value("CurrencyCode", Currency::parse)?;
            if currency != pair.invoices || currency == pair.prices {
                return Ok(());
            }
            let month = line.value("Month", month)?;
            let rate = line.value("USDPerUnit", |text| ExchangeRate::parse(text).map_err(|error| error.to_string()))?;
            let rate = per_unit(rate).ok_or_else(|| {
                line.place.fault("USDPerUnit", format!("{rate}: one US dollar is no rate that can be kept"))
            })?;
            add(line, MonthlyRate { month, rate }, "Month")
        });
    } else {
        let columns = Columns { needed: &COLUMNS, optional: &["source"], others: Others::Refused };
        table::read(file, text, columns, faults, &mut |line| {
            let month = line.value("month", month)?;
            let rate = line.value("rate", |text| {
                let wrong = |error| format!("it is no rate above 0 with up to 12 decimals: {error}");
                ExchangeRate::parse(text).map_err(wrong)
            })?;
            add(line, MonthlyRate { month, rate }, "month")
        });
    }
    rates
}

/// A month as `2026-11`, as `202611`, or as a day in it.
fn month(text: &str) -> Result<Month, String> {
    let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = match text.split_at_checked(4) {
        Some((year, month)) if digits => Month::parse(&format!("{year}-{month}")).ok(),
        _ => Month::parse(text).ok().or_else(|| Day::parse(text).ok().map(Day::month)),
    };
    parsed.ok_or_else(|| "it is no month such as 2026-11".to_owned())
}

/// What one dollar is in a currency, of which one unit is so many dollars: to 12 decimals, a half up.
///
/// Unit: 10^-12 on both sides. The list keeps this number, and each invoice shows it, so nothing depends on how it came about.
fn per_unit(dollars: ExchangeRate) -> Option<ExchangeRate> {
    let text = dollars.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let dollars: u128 = format!("{whole}{fraction:0<12}").parse().ok()?;
    let one_squared: u128 = 1_000_000_000_000_000_000_000_000;
    let quotient = one_squared.checked_div(dollars)?;
    let rest = one_squared.checked_rem(dollars)?;
    let up = rest >= dollars.checked_sub(rest)?;
    let steps = quotient.checked_add(u128::from(up))?;
    let padded = format!("{steps:013}");
    let (whole, fraction) = padded.split_at_checked(padded.len().checked_sub(12)?)?;
    ExchangeRate::parse(&format!("{whole}.{fraction}")).ok()
}
