//! Meters: which commerce meter a local meter is, line by line.

use std::collections::HashMap;

use model::{Day, MeterCatalogue, MeterId, MeterMapping, Scope};

use super::table::{self, Columns, Faults, Others, Place};

/// The columns that a file of meters must have.
pub const COLUMNS: [&str; 4] = ["meter", "scope", "from", "commerce_meter"];

/// A mapping with its place.
pub struct PlacedMapping {
    /// The mapping.
    pub mapping: MeterMapping,
    /// Where it stands.
    pub place: Place,
}

/// Reads mappings, in the order of the file. A column `source` may stand beside them, for people.
pub fn read(file: &str, text: &str, faults: &mut Faults) -> Vec<PlacedMapping> {
    let mut mappings = Vec::new();
    let mut seen: HashMap<(MeterId, Scope, Day), u64> = HashMap::new();
    let columns = Columns { needed: &COLUMNS, optional: &["source"], others: Others::Refused };
    table::read(file, text, columns, faults, &mut |line| {
        let meter = line.value("meter", MeterId::new)?;
        if MeterCatalogue::published().find(&meter).is_none() {
            return Err(line.place.fault("meter", format!("no stamp has a meter {meter}: correct the id")));
        }
        let scope = line.value("scope", |text| {
            Scope::from_word(text)
                .ok_or_else(|| format!("it is none of {}", words(Scope::ALL.iter().map(|one| one.word()))))
        })?;
        let from = line.value("from", table::day)?;
        let commerce_meter = line.value("commerce_meter", MeterId::new)?;
        if let Some(other) = seen.insert((meter.clone(), scope, from), line.place.line) {
            let message = format!("meter {meter} of {} from {from} stands in line {other} already", scope.word());
            return Err(line.place.fault("meter", message));
        }
        let mapping = MeterMapping { meter, scope, from, commerce_meter };
        mappings.push(PlacedMapping { mapping, place: line.place.clone() });
        Ok(())
    });
    mappings
}

/// Words for a message.
pub fn words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}
