//! Import: price lists from files of others. Only what an Azure Stack Hub can use is taken; what is not is told.

mod price_sheet;
mod rate_card;
mod unit;

use std::{collections::BTreeMap, fmt};

use model::{
    Conversion, Currency, Day, MeterCatalogue, MeterId, MeterMapping, Price, PriceList, Quantity, Reduction, Tier, Unit,
};

use super::{
    Faults, commerce,
    meters::{self, PlacedMapping},
};

pub use price_sheet::read as price_sheet;
pub use rate_card::read as rate_card;

/// From when a mapping of a commerce meter holds. Source: before the first stamp, so that all usage is covered.
const FIRST_DAY: &str = "2017-01-01";

/// What a file of others gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The currency of the prices; none when nothing was taken.
    pub currency: Option<Currency>,
    /// The prices, by commerce meter and day.
    pub prices: Vec<Price>,
    /// Which local meters they are for.
    pub meters: Vec<MeterMapping>,
    /// What is not paid.
    pub reductions: Vec<Reduction>,
    /// What was left out.
    pub skipped: Vec<Skipped>,
    /// What was taken and may be misread.
    pub notes: Vec<String>,
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file, with the line or the place in it.
    pub place: String,
    /// What it is about.
    pub what: String,
    /// Why.
    pub reason: Reason,
}

/// Why something was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is of another region.
    Region(String),
    /// Nobody knows which local meter it is.
    NoLocalMeter,
    /// Its unit does not fit what the local meter counts.
    Unit(String, Unit),
    /// It is of no meter.
    NoMeter,
    /// It is no price for usage.
    Kind(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(region) if region.is_empty() => {
                formatter.write_str("nothing says that it is of Azure Stack Hub")
            }
            Self::Region(region) => write!(formatter, "its region is {region:?}, and not Azure Stack"),
            Self::NoLocalMeter => {
                formatter.write_str("no local meter is known for it: name one in a file of meters, with --meters")
            }
            Self::Unit(text, unit) => {
                write!(formatter, "its unit {text:?} does not fit {}, which its local meter counts", unit.word())
            }
            Self::NoMeter => formatter.write_str("it names no meter"),
            Self::Kind(kind) => write!(formatter, "it is {kind}, and no price for usage"),
        }
    }
}

/// Which local meters a commerce meter is for.
pub struct Known {
    mappings: Vec<MeterMapping>,
}

impl Known {
    /// The published pairs, and before them those that somebody names.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file of meters.
    pub fn with(file: &str, text: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut mappings: Vec<MeterMapping> = Vec::new();
        if !text.is_empty() {
            let own = meters::read(file, text, &mut faults);
            mappings.extend(own.into_iter().map(|PlacedMapping { mapping, .. }| mapping));
        }
        let named: Vec<_> = mappings.iter().map(|one| (one.meter.clone(), one.scope)).collect();
        let from = Day::parse(FIRST_DAY).unwrap_or(Day(0));
        let published = commerce::pairs().iter().filter(|pair| !named.contains(&(pair.meter.clone(), pair.scope)));
        mappings.extend(published.map(|pair| MeterMapping {
            meter: pair.meter.clone(),
            scope: pair.scope,
            from,
            commerce_meter: pair.commerce_meter.clone(),
        }));
        faults.or(Self { mappings })
    }

    /// What the local meters of a commerce meter count; nothing when none is known.
    fn unit(&self, commerce_meter: &MeterId) -> Option<Unit> {
        let mapping = self.mappings.iter().find(|one| one.commerce_meter == *commerce_meter)?;
        MeterCatalogue::published().find(&mapping.meter).map(|meter| meter.unit)
    }

    /// The mappings to the commerce meters that have a price.
    fn of(&self, prices: &[Price]) -> Vec<MeterMapping> {
        let is_used = |one: &&MeterMapping| prices.iter().any(|price| price.meter == one.commerce_meter);
        self.mappings.iter().filter(is_used).cloned().collect()
    }
}

/// One step of a price, as a file of others has it.
struct Step {
    meter: MeterId,
    from: Day,
    unit: Unit,
    conversion: Conversion,
    included: Quantity,
    tier: Tier,
    source: String,
}

/// Prices that are put together step by step.
#[derive(Default)]
struct Steps {
    prices: BTreeMap<(MeterId, Day), Price>,
}

impl Steps {
    /// Adds a step, or says why it does not go with what is there.
    fn add(&mut self, step: Step) -> Result<(), String> {
        let Step { meter, from, unit, conversion, included, tier, source } = step;
        let price = self.prices.entry((meter.clone(), from)).or_insert_with(|| Price {
            meter: meter.clone(),
            from,
            unit,
            conversion: conversion.clone(),
            included,
            tiers: Vec::new(),
            source,
        });
        if price.conversion != conversion || price.included != included {
            return Err(format!("meter {meter} from {from} has two units or included quantities: keep one of them"));
        }
        match price.tiers.iter().find(|other| other.from == tier.from) {
            Some(other) if other.unit_price == tier.unit_price => Ok(()),
            Some(other) => Err(format!(
                "meter {meter} from {from} costs {} and {} from {}: keep one of them",
                other.unit_price, tier.unit_price, tier.from
            )),
            None => {
                price.tiers.push(tier);
                price.tiers.sort_by_key(|tier| tier.from);
                Ok(())
            }
        }
    }

    /// The prices, or those of which the first step does not begin at 0.
    fn finish(self, file: &str, faults: &mut Faults) -> Vec<Price> {
        let prices: Vec<Price> = self.prices.into_values().collect();
        for price in prices.iter().filter(|price| price.tiers.first().is_none_or(|tier| !tier.from.is_zero())) {
            faults.of_file(file, format!("meter {} from {} has no price from 0 on", price.meter, price.from));
        }
        prices
    }
}

/// Whether a region is that of stamps.
fn is_stack(region: &str) -> bool {
    let region = region.trim();
    region.eq_ignore_ascii_case("azure stack") || region.eq_ignore_ascii_case("azure stack hub")
}

/// Puts what was imported into a list: a price of the same meter and day is replaced, everything else stays.
pub fn merge(list: &mut PriceList, imported: Imported) -> Merged {
    let mut merged = Merged::default();
    for price in imported.prices {
        match list.prices.iter_mut().find(|one| one.meter == price.meter && one.from == price.from) {
            Some(there) if *there == price => merged.same = merged.same.saturating_add(1),
            Some(there) => {
                *there = price;
                merged.replaced = merged.replaced.saturating_add(1);
            }
            None => {
                list.prices.push(price);
                merged.added = merged.added.saturating_add(1);
            }
        }
    }
    for mapping in imported.meters {
        // A mapping that is there was perhaps corrected by hand.
        let there = list.meters.iter().any(|one| one.meter == mapping.meter && one.scope == mapping.scope);
        if !there {
            list.meters.push(mapping);
        }
    }
    for reduction in imported.reductions {
        if !list.reductions.contains(&reduction) {
            list.reductions.push(reduction);
        }
    }
    merged
}

/// What putting prices into a list came to. Unit: prices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// They were not there.
    pub added: u64,
    /// They said something else.
    pub replaced: u64,
    /// They were there as they are.
    pub same: u64,
}

#[cfg(test)]
mod tests;
