//! Rate card: the JSON of a rate card, as Azure Resource Manager writes it or as Partner Center does.
//!
//! Source: Microsoft.Commerce RateCard 2016-08-31-preview and Partner Center Azure rate card documentation, read 2026-11.

use std::collections::BTreeMap;

use model::{Currency, Day, MeterId, Quantity, Reduction, ReductionKind, Share, Tier};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Imported, Known, Reason, Skipped, Step, Steps, is_stack, price_sheet::day, unit};
use crate::price_file::{
    Faults,
    prices::{TEXT_CHARACTERS_MAX, quantity, unit_price},
};

/// The most meters that a card may have.
const METERS_MAX: usize = 500_000;

#[derive(Deserialize)]
struct Card {
    #[serde(alias = "Currency")]
    currency: String,
    #[serde(alias = "Meters")]
    meters: Vec<Meter>,
    #[serde(default, alias = "OfferTerms")]
    #[serde(rename = "offerTerms")]
    terms: Vec<Term>,
}

#[derive(Deserialize)]
struct Meter {
    #[serde(alias = "MeterId")]
    id: String,
    #[serde(default, alias = "MeterName")]
    name: String,
    #[serde(default, alias = "MeterCategory")]
    category: String,
    #[serde(default, alias = "MeterSubCategory")]
    subcategory: String,
    #[serde(default, alias = "MeterRegion")]
    region: String,
    #[serde(alias = "Unit")]
    unit: String,
    #[serde(alias = "MeterRates")]
    rates: BTreeMap<String, Box<RawValue>>,
    #[serde(default, rename = "includedQuantity", alias = "IncludedQuantity")]
    included: Option<Box<RawValue>>,
    #[serde(rename = "effectiveDate", alias = "EffectiveDate")]
    from: String,
}

#[derive(Deserialize)]
struct Term {
    #[serde(default, alias = "Name")]
    name: String,
    #[serde(default, alias = "Discount")]
    discount: Option<Box<RawValue>>,
    #[serde(default, rename = "excludedMeterIds", alias = "ExcludedMeterIds")]
    excluded: Option<Vec<String>>,
    #[serde(default, rename = "effectiveDate", alias = "EffectiveDate")]
    from: Option<String>,
}

/// Reads a rate card.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn read(file: &str, text: &str, known: &Known) -> Result<Imported, Faults> {
    let mut faults = Faults::default();
    let card: Card = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(card) => card,
        Err(error) => {
            faults.of_file(file, format!("it is no rate card: {error}"));
            return Err(faults);
        }
    };
    if card.meters.len() > METERS_MAX {
        faults.of_file(file, format!("it has {} meters, at most {METERS_MAX} are read", card.meters.len()));
        return Err(faults);
    }
    let mut imported = Imported::default();
    match Currency::parse(&card.currency) {
        Ok(currency) => imported.currency = Some(currency),
        Err(error) => faults.of_file(file, format!("member \"currency\": {error}")),
    }
    let mut steps = Steps::default();
    for (index, meter) in card.meters.iter().enumerate() {
        match take(meter, known, &mut steps) {
            Ok(()) => {}
            Err(Refused::Skip(reason)) => {
                let what = format!("{}, {}, {}", meter.category, meter.subcategory, meter.name);
                let place = format!("{file}, meter {index} ({})", meter.id);
                imported.skipped.push(Skipped { place, what, reason });
            }
            Err(Refused::Wrong(member, message)) => {
                faults.of_file(file, format!("meter {index} ({}), member {member:?}: {message}", meter.id));
            }
        }
    }
    imported.prices = steps.finish(file, &mut faults);
    imported.meters = known.of(&imported.prices);
    for (index, term) in card.terms.iter().enumerate() {
        match reductions(term, &imported) {
            Ok(more) => imported.reductions.extend(more),
            Err(Refused::Skip(reason)) => {
                let (place, what) = (format!("{file}, offer term {index}"), term.name.clone());
                imported.skipped.push(Skipped { place, what, reason });
            }
            Err(Refused::Wrong(member, message)) => {
                faults.of_file(file, format!("offer term {index}, member {member:?}: {message}"));
            }
        }
    }
    faults.or(imported)
}

/// Why an entry of a card is not taken.
enum Refused {
    Skip(Reason),
    Wrong(&'static str, String),
}

fn take(meter: &Meter, known: &Known, steps: &mut Steps) -> Result<(), Refused> {
    if !is_stack(&meter.region) {
        return Err(Refused::Skip(Reason::Region(meter.region.clone())));
    }
    let id = MeterId::new(&meter.id).map_err(|error| Refused::Wrong("id", error.to_string()))?;
    let measured = known.unit(&id).ok_or(Refused::Skip(Reason::NoLocalMeter))?;
    let conversion = unit::conversion(&meter.unit, measured);
    let conversion = conversion.ok_or_else(|| Refused::Skip(Reason::Unit(meter.unit.clone(), measured)))?;
    let from = day(&meter.from).map_err(|error| Refused::Wrong("effectiveDate", error))?;
    let wrong = |member| move |message| Refused::Wrong(member, message);
    let bound = |priced: Quantity| unit::bound(priced, conversion.divisor).ok_or_else(|| "it is too large".to_owned());
    let included = match &meter.included {
        Some(text) => quantity(number(text)).and_then(bound).map_err(wrong("includedQuantity"))?,
        None => Quantity::ZERO,
    };
    if meter.rates.is_empty() {
        return Err(Refused::Wrong("rates", "it has no price".to_owned()));
    }
    let source = format!("rate card: {}, {}, {}", meter.category, meter.subcategory, meter.name);
    let source: String = source.chars().filter(|character| !character.is_control()).take(TEXT_CHARACTERS_MAX).collect();
    for (begins, price) in &meter.rates {
        let begins = quantity(begins).and_then(bound).map_err(wrong("rates"))?;
        let price = unit_price(number(price));
        let tier = Tier { from: begins, unit_price: price.map_err(wrong("rates"))? };
        let step = Step {
            meter: id.clone(),
            from,
            unit: measured,
            conversion: conversion.clone(),
            included,
            tier,
            source: source.trim().to_owned(),
        };
        steps.add(step).map_err(wrong("rates"))?;
    }
    Ok(())
}

/// The discount of an offer term: on all meters but those that it leaves out.
fn reductions(term: &Term, imported: &Imported) -> Result<Vec<Reduction>, Refused> {
    let Some(discount) = &term.discount else {
        return Err(Refused::Skip(Reason::Kind(format!("an offer term {:?} without a discount", term.name))));
    };
    let share = part(number(discount)).map_err(|message| Refused::Wrong("discount", message))?;
    let from = match &term.from {
        Some(text) => day(text).map_err(|message| Refused::Wrong("effectiveDate", message))?,
        None => Day::parse(super::FIRST_DAY).unwrap_or(Day(0)),
    };
    let reduction = |meter, share| Reduction {
        kind: ReductionKind::Discount,
        paying_subscription: None,
        meter,
        from,
        until: None,
        share,
    };
    let mut all = vec![reduction(None, share)];
    for id in term.excluded.iter().flatten() {
        let meter = MeterId::new(id).map_err(|error| Refused::Wrong("excludedMeterIds", error.to_string()))?;
        if imported.prices.iter().any(|price| price.meter == meter) {
            all.push(reduction(Some(meter), Share::ZERO));
        }
    }
    Ok(all)
}

/// A part of one, such as 0.15, as the percentage that it is.
fn part(text: &str) -> Result<Share, String> {
    let wrong = || format!("{text} is no part between 0 and 1 with up to six decimals");
    let number = quantity(text).map_err(|_| wrong())?;
    let percent = unit::bound(number, 100).ok_or_else(wrong)?;
    let share = Share::parse_percent(&percent.to_string()).map_err(|_| wrong())?;
    if share > Share::WHOLE { Err(wrong()) } else { Ok(share) }
}

/// The text of a number, which some write as a string.
fn number(raw: &RawValue) -> &str {
    raw.get().trim_matches('"')
}
