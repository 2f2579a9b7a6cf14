//! Sheet: the prices that hold in a month, one row for each step.

use model::{Day, MeterCatalogue, Month, Overflow, Price, PriceList, Quantity, UnitPrice};

use super::{plain, write_row};
use crate::error::ApiError;

/// The columns. Source: Partner API v1.0, azure_consumption price sheets, read 2026-11.
const COLUMNS: &[&str] = &[
    "ProductTitle",
    "ProductId",
    "SkuId",
    "SkuTitle",
    "Publisher",
    "SkuDescription",
    "UnitOfMeasure",
    "TermDuration",
    "Market",
    "Currency",
    "UnitPrice",
    "PricingTierRangeMin",
    "PricingTierRangeMax",
    "EffectiveStartDate",
    "EffectiveEndDate",
    "MeterIds",
    "MeterType",
    "Tags",
];

/// Writes the prices of a list that hold on some day of a month.
pub(super) fn write(list: &PriceList, market: &str, month: Month) -> Result<String, ApiError> {
    let mut out = String::new();
    write_row(COLUMNS, &mut out);
    let mut prices: Vec<&Price> = list.prices.iter().collect();
    prices.sort_by(|left, right| (&left.meter, left.from).cmp(&(&right.meter, right.from)));
    let days = month.days();
    for price in &prices {
        let next = prices.iter().filter(|other| other.meter == price.meter && other.from > price.from);
        let until = next.map(|other| other.from).min();
        // Of two prices of one day the list takes one: the other never holds.
        let holds = list.price(&price.meter, price.from).is_some_and(|one| std::ptr::eq(one, *price));
        if !holds || price.from >= days.end || until.is_some_and(|until| until <= days.start) {
            continue;
        }
        steps(list, price, market, until, &mut out).map_err(|Overflow| too_large())?;
    }
    Ok(out)
}

fn too_large() -> ApiError {
    let message = "A price of the list is for a quantity that is too large. Tell the operator.";
    ApiError::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "PriceSheetFailed", message)
}

/// The steps of a price: what is included, and each tier. Quantities count from the first one of a month.
fn steps(list: &PriceList, price: &Price, market: &str, until: Option<Day>, out: &mut String) -> Result<(), Overflow> {
    let meter = MeterCatalogue::published().find(&price.meter);
    let name = meter.map_or_else(|| price.meter.as_str(), |meter| meter.name);
    let mut bounds: Vec<(u32, Quantity, UnitPrice)> = Vec::new();
    if !price.included.is_zero() {
        bounds.push((0, Quantity::ZERO, UnitPrice::ZERO));
    }
    for (tier, number) in price.tiers.iter().zip(1..) {
        bounds.push((number, price.included.checked_add(tier.from)?, tier.unit_price));
    }
    let ends_at = until.map_or_else(|| "12/31/9999 11:59:59 PM".to_owned(), last_moment_before);
    for (index, (step, from, unit_price)) in bounds.iter().enumerate() {
        let next = bounds.get(index.saturating_add(1)).map(|(_, from, _)| from.to_string()).unwrap_or_default();
        let one = bounds.len() == 1;
        let row = [
            &plain(name),
            price.meter.as_str(),
            &format!("{step:04}"),
            &plain(name),
            "",
            &plain(name),
            &plain(&price.conversion.priced_unit),
            "payG-1",
            market,
            list.currency.code(),
            &unit_price.to_string(),
            &if one { String::new() } else { from.to_string() },
            &next,
            &first_moment_of(price.from),
            &ends_at,
            price.meter.as_str(),
            &plain(&price.conversion.priced_unit),
            "Azure Stack Hub",
        ];
        write_row(&row, out);
    }
    Ok(())
}

/// A date as the documented example writes it: `3/1/2018 12:00:00 AM`.
fn first_moment_of(day: Day) -> String {
    format!("{} 12:00:00 AM", date(day))
}

fn last_moment_before(day: Day) -> String {
    format!("{} 11:59:59 PM", date(Day(day.0.saturating_sub(1))))
}

fn date(day: Day) -> String {
    let text = day.to_string();
    let mut parts = text.split('-').map(|part| part.trim_start_matches('0'));
    let (year, month, day) =
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("{month}/{day}/{year}")
}
