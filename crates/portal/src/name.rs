//! Name: what people call a customer, a stamp, a subscription, a tenant or a meter; its id where nobody named it.

use model::{CloudId, CustomerId, DirectoryId, MeterCatalogue, MeterId, Office, PayingSubscriptionId, Quantity, Unit};
use paper::names::Names;

use crate::{figure, language::Language};

/// A customer's name; what belongs to none is the partner's own.
pub(crate) fn customer(office: &Office, language: Language, id: Option<&CustomerId>) -> String {
    id.map_or_else(|| language.say("name-own"), |id| Names::new(office).customer(id).name.to_owned())
}

/// A stamp's name.
pub(crate) fn stamp(office: &Office, id: &CloudId) -> String {
    Names::new(office).stamp(id).name.to_owned()
}

/// The name of a paying subscription.
pub(crate) fn subscription(office: &Office, id: &PayingSubscriptionId) -> String {
    Names::new(office).subscription(id).name.to_owned()
}

/// The domain of a tenant; some usage says of no tenant that it is its own.
pub(crate) fn tenant(office: &Office, language: Language, id: Option<&DirectoryId>) -> String {
    let Some(id) = id else { return language.say("name-no-tenant") };
    let domain = office.directories.get(id).map(|directory| directory.domain.trim());
    domain.filter(|domain| !domain.is_empty()).unwrap_or(id.as_str()).to_owned()
}

/// The published name of a meter, which is the same in every language.
pub(crate) fn meter(id: &MeterId) -> String {
    MeterCatalogue::published().find(id).map_or_else(|| id.to_string(), |meter| meter.name.to_owned())
}

/// The unit of a meter in words; nothing where the meter is not published.
pub(crate) fn unit(language: Language, id: &MeterId) -> String {
    MeterCatalogue::published().find(id).map(|meter| unit_word(language, meter.unit)).unwrap_or_default()
}

/// A unit in words.
pub(crate) fn unit_word(language: Language, unit: Unit) -> String {
    language.say(&format!("name-unit-{}", unit.word()))
}

/// A quantity of a meter with its unit.
pub(crate) fn quantity(language: Language, id: &MeterId, quantity: Quantity) -> String {
    with_unit(language, id, figure::quantity(quantity, language))
}

/// The same for a narrow place: no more than three decimals, cut and marked where there are more.
pub(crate) fn short_quantity(language: Language, id: &MeterId, quantity: Quantity) -> String {
    with_unit(language, id, figure::short_quantity(quantity, language))
}

fn with_unit(language: Language, id: &MeterId, shown: String) -> String {
    let unit = unit(language, id);
    if unit.is_empty() { shown } else { format!("{shown}\u{a0}{unit}") }
}

#[cfg(test)]
mod tests;
