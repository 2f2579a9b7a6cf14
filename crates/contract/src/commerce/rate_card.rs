//! Rate card: the prices in force, in the two spellings that clients read.
//!
//! Source: RateCard REST reference, 2015-06-01-preview; Partner Center REST v1, Azure rate card, 2019-09.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Exact;

/// The prices of a currency. `Microsoft.Commerce` writes its names with a capital.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RateCard {
    /// What is taken off everything.
    pub offer_terms: Vec<OfferTerm>,
    /// The meters.
    pub meters: Vec<RateCardMeter>,
    /// The currency.
    pub currency: String,
    /// The language of the names.
    pub locale: String,
    /// Whether taxes are in the prices: never.
    pub is_tax_included: bool,
}

/// A meter with its price.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RateCardMeter {
    /// The commerce meter.
    pub meter_id: String,
    /// What it is called.
    pub meter_name: String,
    /// The service.
    pub meter_category: String,
    /// The kind of it.
    pub meter_sub_category: String,
    /// What one of its quantity is.
    pub unit: String,
    /// Always nothing.
    pub meter_tags: Vec<String>,
    /// Where.
    pub meter_region: String,
    /// The price of one from a quantity on, by that quantity.
    pub meter_rates: BTreeMap<String, Exact>,
    /// Since when, as a time in UTC.
    pub effective_date: String,
    /// How much costs nothing in a month.
    pub included_quantity: Exact,
    /// `Active` or `Deprecated`, where the version has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meter_status: Option<&'static str>,
}

/// What is taken off. No list of this hub has such terms: reductions are of a subscription or a meter, and change with time.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OfferTerm {
    /// `Recurring Charge`, `Monetary Credit` or `Monetary Commitment`.
    pub name: String,
}
