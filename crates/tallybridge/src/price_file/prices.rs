//! Prices: the lines of a price list, one for each tier.

use std::collections::HashMap;

use model::{Conversion, Day, MeterCatalogue, MeterId, NumberError, Price, Quantity, Tier, Unit, UnitPrice};

use super::table::{self, Columns, Fault, Faults, Line, Others, Place};

/// The columns of a file of prices.
pub const COLUMNS: [&str; 9] =
    ["meter", "from", "unit", "priced_unit", "divisor", "included", "tier_from", "unit_price", "source"];

/// The longest text that stands for itself. Unit: characters.
pub const TEXT_CHARACTERS_MAX: usize = 512;

/// A price with the place of its first line.
pub struct PlacedPrice {
    /// The price.
    pub price: Price,
    /// Where it begins.
    pub place: Place,
}

/// Reads prices, in the order in which they first stand there. Tiers may come in any order.
pub fn read(file: &str, text: &str, faults: &mut Faults) -> Vec<PlacedPrice> {
    let mut prices: Vec<PlacedPrice> = Vec::new();
    let mut at: HashMap<(MeterId, Day), usize> = HashMap::new();
    let columns = Columns { needed: &COLUMNS, optional: &[], others: Others::Refused };
    table::read(file, text, columns, faults, &mut |line| add(&mut prices, &mut at, line));
    for PlacedPrice { price, place } in &mut prices {
        price.tiers.sort_by_key(|tier| tier.from);
        if price.tiers.first().is_none_or(|tier| !tier.from.is_zero()) {
            let message = format!("the first tier of meter {} from {} must begin at 0", price.meter, price.from);
            faults.add(place.fault("tier_from", message));
        }
    }
    prices
}

fn add(prices: &mut Vec<PlacedPrice>, at: &mut HashMap<(MeterId, Day), usize>, line: &Line<'_>) -> Result<(), Fault> {
    let meter = line.value("meter", MeterId::new)?;
    let from = line.value("from", table::day)?;
    let unit = line.value("unit", |text| Unit::from_word(text).ok_or("it is no unit, such as vcpu_hours"))?;
    if let Some(known) = MeterCatalogue::published().find(&meter)
        && unit != known.unit
    {
        let message = format!("{} of meter {meter} should be {}", unit.word(), known.unit.word());
        return Err(line.place.fault("unit", message));
    }
    let priced_unit = plain(line, "priced_unit")?;
    let divisor = line.value("divisor", |text| match text.parse::<u32>() {
        Ok(0) => Err("it must not be 0: 1 when the price is for one measured unit".to_owned()),
        Ok(divisor) => Ok(divisor),
        Err(error) => Err(format!("it is no whole number below 4294967296: {error}")),
    })?;
    let included = line.value("included", quantity)?;
    let tier = Tier { from: line.value("tier_from", quantity)?, unit_price: line.value("unit_price", unit_price)? };
    let source = plain(line, "source")?;
    let conversion = Conversion { priced_unit, divisor };
    let Some(index) = at.get(&(meter.clone(), from)) else {
        at.insert((meter.clone(), from), prices.len());
        let price = Price { meter, from, unit, conversion, included, tiers: vec![tier], source };
        prices.push(PlacedPrice { price, place: line.place.clone() });
        return Ok(());
    };
    let Some(PlacedPrice { price, place }) = prices.get_mut(*index) else { return Ok(()) };
    if price.conversion != conversion || price.included != included || price.unit != unit {
        let message = "the tiers of one price must agree in \"unit\", \"priced_unit\", \"divisor\" and \"included\"";
        return Err(line.place.fault("", format!("{message}: the price begins in line {}", place.line)));
    }
    if price.tiers.iter().any(|other| other.from == tier.from) {
        let message = format!("meter {meter} from {from} has a tier twice: the price begins in line {}", place.line);
        return Err(line.place.fault("tier_from", message));
    }
    price.tiers.push(tier);
    Ok(())
}

/// A quantity of 0 or more.
pub fn quantity(text: &str) -> Result<Quantity, String> {
    match Quantity::parse(text) {
        Ok(quantity) if !quantity.is_negative() => Ok(quantity),
        Ok(_) => Err("it is no quantity of 0 or more".to_owned()),
        Err(error) => Err(format!("it is no quantity of 0 or more: {error}")),
    }
}

/// A price of 0 or more with up to 12 decimals.
pub fn unit_price(text: &str) -> Result<UnitPrice, String> {
    UnitPrice::parse(text).map_err(|error| match error {
        NumberError::TooPrecise => "it has more than 12 decimals, which is what a price keeps".to_owned(),
        error => format!("it is no price of 0 or more: {error}"),
    })
}

/// Text that stands for itself and fits into one line.
fn plain(line: &Line<'_>, column: &'static str) -> Result<String, Fault> {
    line.value(column, |text| {
        if text.chars().count() > TEXT_CHARACTERS_MAX {
            Err(format!("it has more than {TEXT_CHARACTERS_MAX} characters"))
        } else if text.chars().any(char::is_control) {
            Err("it holds characters that cannot be printed".to_owned())
        } else {
            Ok(text.to_owned())
        }
    })
}
