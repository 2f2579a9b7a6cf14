//! Rate card: the prices in force, as the programs of partners read them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{commerce::Exact, partner_center::Attributes};

/// The prices of a currency.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AzureRateCard {
    locale: &'static str,
    currency: String,
    is_tax_included: bool,
    meters: Vec<AzureMeter>,
    offer_terms: Vec<String>,
    attributes: Attributes,
}

/// A meter with its price.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AzureMeter {
    /// The commerce meter.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The price of one from a quantity on, by that quantity.
    pub rates: BTreeMap<String, Exact>,
    /// Always nothing.
    pub tags: Vec<String>,
    /// The service.
    pub category: String,
    /// The kind of it.
    pub subcategory: String,
    /// Where.
    pub region: String,
    /// What one of its quantity is.
    pub unit: String,
    /// How much costs nothing in a month.
    pub included_quantity: Exact,
    /// Since when, as a time in UTC.
    pub effective_date: String,
}

impl AzureRateCard {
    /// The prices of a currency. Reductions are of a subscription or a meter and change with time, so they are no terms.
    pub fn new(currency: &str, meters: Vec<AzureMeter>) -> Self {
        Self {
            locale: "en",
            currency: currency.to_owned(),
            is_tax_included: false,
            meters,
            offer_terms: Vec::new(),
            attributes: Attributes::of("AzureRateCard", None),
        }
    }
}
