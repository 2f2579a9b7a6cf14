//! Checks: what must hold between the tables of a price list.

use std::collections::{HashMap, HashSet};

use model::{MeterCatalogue, MeterId, Price, PriceList, Scope, Unit};

use super::{commerce, meters::PlacedMapping, prices::PlacedPrice, reductions::PlacedReduction, table::Faults};

/// Notes what is wrong between prices, mappings and reductions.
pub fn check(prices: &[PlacedPrice], mappings: &[PlacedMapping], reductions: &[PlacedReduction], faults: &mut Faults) {
    let catalogue = MeterCatalogue::published();
    let mut mapped: HashMap<&MeterId, Vec<&PlacedMapping>> = HashMap::new();
    for placed in mappings {
        mapped.entry(&placed.mapping.commerce_meter).or_default().push(placed);
    }
    let is_known =
        |meter: &MeterId| catalogue.find(meter).is_some() || mapped.contains_key(meter) || commerce::is_known(meter);
    for PlacedPrice { price, place } in prices {
        if !is_known(&price.meter) {
            let message = format!(
                "meter {} is not known: it is no local meter, no published commerce meter, and none that meters.csv names",
                price.meter
            );
            faults.add(place.fault("meter", message));
        }
        for PlacedMapping { mapping, place: there } in mapped.get(&price.meter).into_iter().flatten() {
            let unit = catalogue.find(&mapping.meter).map(|local| local.unit);
            if let Some(unit) = unit.filter(|unit| *unit != price.unit) {
                let message = format!(
                    "{} is priced, and its local meter {} counts {} ({}, line {}): correct the unit or the mapping",
                    price.unit.word(),
                    mapping.meter,
                    unit.word(),
                    there.file,
                    there.line
                );
                faults.add(place.fault("unit", message));
            }
        }
    }
    check_units(mappings, faults);
    for placed in reductions {
        if let Some(meter) = placed.reduction.meter.as_ref().filter(|meter| !is_known(meter)) {
            let message = format!("meter {meter} is not known: name a commerce meter that has a price");
            faults.add(placed.place.fault("meter", message));
        }
    }
}

/// Local meters of one commerce meter must count the same, or no price could fit both.
fn check_units(mappings: &[PlacedMapping], faults: &mut Faults) {
    let catalogue = MeterCatalogue::published();
    let mut units: HashMap<&MeterId, (Unit, u64)> = HashMap::new();
    for PlacedMapping { mapping, place } in mappings {
        let Some(unit) = catalogue.find(&mapping.meter).map(|local| local.unit) else { continue };
        let (first, line) = *units.entry(&mapping.commerce_meter).or_insert((unit, place.line));
        if first != unit {
            let message = format!(
                "{} counts {}, and line {line} maps a meter of {} to the same commerce meter: one price cannot fit both",
                mapping.meter,
                unit.word(),
                first.word()
            );
            faults.add(place.fault("commerce_meter", message));
        }
    }
}

/// Things that are allowed and rarely meant.
pub fn notes(list: &PriceList) -> Vec<String> {
    let mut notes = Vec::new();
    let priced: HashMap<&MeterId, Vec<&Price>> = list.prices.iter().fold(HashMap::new(), |mut by_meter, price| {
        by_meter.entry(&price.meter).or_insert_with(Vec::new).push(price);
        by_meter
    });
    for mapping in &list.meters {
        let begins = priced.get(&mapping.commerce_meter).and_then(|prices| prices.iter().map(|price| price.from).min());
        let (local, scope, meter) = (&mapping.meter, mapping.scope.word(), &mapping.commerce_meter);
        match begins {
            None => {
                notes.push(format!("{local} of {scope} is {meter}, which has no price: its usage cannot be billed"));
            }
            Some(day) if day > mapping.from => notes.push(format!(
                "{local} of {scope} is {meter} from {}, and that has no price before {day}",
                mapping.from
            )),
            Some(_) => {}
        }
    }
    let local: HashSet<&MeterId> = MeterCatalogue::published().meters().iter().map(|meter| &meter.id).collect();
    let mapped_to: HashSet<&MeterId> = list.meters.iter().map(|one| &one.commerce_meter).collect();
    let mapped_away: HashSet<&MeterId> =
        list.meters.iter().filter(|one| one.scope == Scope::Tenant).map(|one| &one.meter).collect();
    let mut unused: Vec<&&MeterId> =
        priced.keys().filter(|meter| !local.contains(**meter) && !mapped_to.contains(**meter)).collect();
    unused.sort();
    for meter in unused {
        notes.push(format!("{meter} has a price, and no local meter is it: nothing is charged by it"));
    }
    for meter in MeterCatalogue::published().meters() {
        let charged = meter.charge != model::Charge::Informational && !meter.deprecated;
        if charged && !priced.contains_key(&meter.id) && !mapped_away.contains(&meter.id) {
            notes
                .push(format!("{} ({}) has no price: a month with usage of it cannot be closed", meter.id, meter.name));
        }
    }
    if list.invoiced_in() != list.currency && list.exchange.is_empty() {
        let (from, to) = (list.currency, list.invoiced_in());
        notes.push(format!("prices are in {from}, invoices in {to}, and there is no exchange rate of any month"));
    }
    if list.invoiced_in() == list.currency && !list.exchange.is_empty() {
        notes.push(format!("prices and invoices are in {}: the exchange rates are not used", list.currency));
    }
    notes
}
