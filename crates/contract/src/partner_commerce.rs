//! Partner commerce: closing a month, what customers are charged, and what lacks a mapping or a price, as the hub's own routes
//! show them.
//!
//! Amounts and quantities are texts, so that no reader makes a float of them on the way.

use serde::{Deserialize, Serialize};

use crate::partner::{Invoice, InvoiceSummary};

/// A wish to close a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CloseRequest {
    /// The month, such as `2026-10`.
    pub month: Option<String>,
    /// Why it is to be closed whatever stands against it. It goes into the audit log.
    pub override_reason: Option<String>,
    /// Only say what would be issued.
    pub dry_run: bool,
}

/// What closing a month came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthClosed {
    /// Whose.
    pub partner: String,
    /// The month.
    pub month: String,
    /// Whether a document was issued by this request.
    pub issued: bool,
    /// The document that was issued, or would be; none when nothing is due that is not on one.
    pub document: Option<Invoice>,
    /// All documents of the month, in order of issue.
    pub documents: Vec<InvoiceSummary>,
    /// What stood against it and was overridden.
    pub overridden: Vec<Standing>,
}

/// Something that stands against closing a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// A word for programs.
    pub code: String,
    /// What it is and what to do.
    pub message: String,
}

/// A month by customer: what it costs the partner, and what the partner charges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMonth {
    /// Whose.
    pub partner: String,
    /// The month.
    pub month: String,
    /// The currency of costs and margins.
    pub currency: String,
    /// What everything costs the partner.
    pub cost: String,
    /// The customers by id, and first what is the partner's own.
    pub customers: Vec<CustomerSums>,
}

/// What a customer's month comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSums {
    /// The customer; none for the partner's own subscriptions.
    pub customer: Option<String>,
    /// Its name.
    pub name: String,
    /// What it costs the partner.
    pub cost: String,
    /// What the customer is charged; none when it has no retail price.
    pub retail: Option<RetailSum>,
    /// What is charged minus what it costs; none where nothing is charged, or in another currency.
    pub margin: Option<String>,
}

/// What a customer is charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetailSum {
    /// The currency.
    pub currency: String,
    /// How much.
    pub amount: String,
}

/// Tenants whose usage the default subscription pays although nobody decided so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmappedTenants {
    /// Whose stamps.
    pub partner: String,
    /// The month.
    pub month: String,
    /// By stamp and tenant.
    pub tenants: Vec<UnmappedTenant>,
}

/// Such a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnmappedTenant {
    /// The stamp.
    pub stamp: String,
    /// The tenant; none when the stamp did not say whose the usage is.
    pub tenant: Option<String>,
    /// The tenant's domain, when it is known.
    pub domain: Option<String>,
    /// The rule by which the default subscription pays.
    pub reason: String,
    /// What to do.
    pub advice: String,
    /// The registration that would map it.
    pub registration: String,
    /// Who pays instead.
    pub default_subscription: String,
    /// The first day of it.
    pub since: String,
    /// The last day of it in the month.
    pub last_day: String,
    /// How many rows reported it.
    pub rows: u64,
    /// What was used.
    pub usage: Vec<UnmappedMeter>,
    /// What it costs; none without a price list, and for a reseller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

/// What such a tenant used of a meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnmappedMeter {
    /// What was used.
    pub meter: String,
    /// The same for people.
    pub meter_name: String,
    /// How much, in the meter's unit.
    pub quantity: String,
}

/// An amount with its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// The currency.
    pub currency: String,
    /// How much.
    pub amount: String,
}

/// Usage that should have an amount and has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnpricedUsage {
    /// Whose.
    pub partner: String,
    /// The month.
    pub month: String,
    /// By subscription.
    pub usage: Vec<UnpricedMeter>,
}

/// What of a meter has no amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnpricedMeter {
    /// Who would pay.
    pub subscription: String,
    /// Its customer; none for the partner's own.
    pub customer: Option<String>,
    /// Where it was used.
    pub stamp: String,
    /// What was used.
    pub meter: String,
    /// The same for people.
    pub meter_name: String,
    /// Why it has no amount.
    pub reason: String,
    /// What to do.
    pub advice: String,
    /// The first day of it.
    pub first_day: String,
    /// The last day of it.
    pub last_day: String,
    /// How much, in the meter's unit.
    pub quantity: String,
    /// How many rows reported it.
    pub rows: u64,
}
