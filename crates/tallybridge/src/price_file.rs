//! Price file: a price list from a CSV file.
//!
//! Columns: `meter,from,unit,priced_unit,divisor,included,tier_from,unit_price,source`, one line for each tier.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use model::{
    Conversion, Currency, Day, MeterCatalogue, MeterId, Price, PriceList, PriceListId, Quantity, Rounding, Tier, Unit,
    UnitPrice,
};

/// The example that ships with the program: published prices, with their sources.
pub const EXAMPLE: &str = include_str!("../data/azure-stack-hub-example.csv");

#[derive(serde::Deserialize)]
struct Line {
    meter: String,
    from: String,
    unit: String,
    priced_unit: String,
    divisor: u32,
    included: String,
    tier_from: String,
    unit_price: String,
    source: String,
}

/// Reads a price list.
pub fn read(
    file: impl std::io::Read,
    id: PriceListId,
    name: &str,
    currency: Currency,
    rounding: Rounding,
) -> anyhow::Result<PriceList> {
    let mut prices: BTreeMap<(MeterId, Day), Price> = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    for (line, number) in reader.deserialize::<Line>().zip(2..) {
        let line = line.with_context(|| format!("read price list {id}, line {number}"))?;
        add(&mut prices, line).with_context(|| format!("read price list {id}, line {number}"))?;
    }
    let mut prices: Vec<Price> = prices.into_values().collect();
    for price in &mut prices {
        price.tiers.sort_by_key(|tier| tier.from);
        if price.tiers.first().is_none_or(|tier| !tier.from.is_zero()) {
            bail!("read price list {id}: the first tier of meter {} from {} must be 0", price.meter, price.from);
        }
        if price.tiers.windows(2).any(|pair| matches!(pair, [left, right] if left.from == right.from)) {
            bail!("read price list {id}: meter {} from {} has a tier twice", price.meter, price.from);
        }
    }
    Ok(PriceList {
        id,
        name: name.to_owned(),
        currency,
        rounding,
        prices,
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    })
}

fn add(prices: &mut BTreeMap<(MeterId, Day), Price>, line: Line) -> anyhow::Result<()> {
    let meter = MeterId::new(&line.meter).context("column \"meter\"")?;
    let known = MeterCatalogue::published().find(&meter).with_context(|| format!("meter {meter} is not known"))?;
    let from = Day::parse(&line.from).context("column \"from\"")?;
    let unit = Unit::from_word(&line.unit).with_context(|| format!("column \"unit\": {:?} is no unit", line.unit))?;
    if unit != known.unit {
        bail!("column \"unit\": {} of meter {meter} should be {}", unit.word(), known.unit.word());
    }
    if line.divisor == 0 {
        bail!("column \"divisor\": it must not be 0");
    }
    let number = |text: &str, column: &str| {
        Quantity::parse(text)
            .ok()
            .filter(|quantity| !quantity.is_negative())
            .with_context(|| format!("column {column:?}: {text:?} is no quantity of 0 or more"))
    };
    let included = number(&line.included, "included")?;
    let tier = Tier {
        from: number(&line.tier_from, "tier_from")?,
        unit_price: UnitPrice::parse(&line.unit_price).context("column \"unit_price\"")?,
    };
    let conversion = Conversion { priced_unit: line.priced_unit, divisor: line.divisor };
    let price = prices.entry((meter.clone(), from)).or_insert_with(|| Price {
        meter,
        from,
        unit,
        conversion: conversion.clone(),
        included,
        tiers: Vec::new(),
        source: line.source,
    });
    if price.conversion != conversion || price.included != included {
        bail!("the tiers of one price must agree in \"priced_unit\", \"divisor\" and \"included\"");
    }
    price.tiers.push(tier);
    Ok(())
}

#[cfg(test)]
mod tests;
