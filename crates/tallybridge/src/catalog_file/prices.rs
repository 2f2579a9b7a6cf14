//! Prices: the lines of a price list, as a price file has them.

use anyhow::Context as _;
use model::PriceList;

const COLUMNS: [&str; 9] =
    ["meter", "from", "unit", "priced_unit", "divisor", "included", "tier_from", "unit_price", "source"];

/// Writes the prices of a list, one line for each tier.
pub fn write(list: &PriceList) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for price in &list.prices {
        for tier in &price.tiers {
            writer.write_record([
                price.meter.as_str(),
                &price.from.to_string(),
                price.unit.word(),
                &price.conversion.priced_unit,
                &price.conversion.divisor.to_string(),
                &price.included.to_string(),
                &tier.from.to_string(),
                &tier.unit_price.to_string(),
                &price.source,
            ])?;
        }
    }
    let bytes = writer.into_inner().context("write the lines")?;
    String::from_utf8(bytes).context("write the lines as text")
}
