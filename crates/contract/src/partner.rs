//! Partner: a partner's customers, registrations, statements and invoices as the hub's own routes and commands show them.
//!
//! Amounts and quantities are texts, so that no reader makes a float of them on the way.

use serde::{Deserialize, Serialize};

/// Partners that a caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partners {
    /// By id.
    pub partners: Vec<Partner>,
}

/// A partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// Its id in the programme.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `direct`, `indirect_provider` or `indirect_reseller`.
    pub kind: String,
    /// For an indirect reseller: the provider that is invoiced.
    pub provider: Option<String>,
    /// For an indirect provider: the resellers that sell through it.
    pub resellers: Vec<String>,
}

/// A page of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customers {
    /// By id.
    pub customers: Vec<Customer>,
    /// The address of the next page. The last one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose customer it is: the partner that was asked for, or one of its resellers.
    pub partner: String,
}

/// A page of registrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registrations {
    /// By path.
    pub registrations: Vec<Registration>,
    /// The address of the next page. The last one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// A stamp with the registration that holds today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The path of the registration.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The stamp.
    pub stamp: String,
    /// The stamp's name; its id when nobody named it.
    pub stamp_name: String,
    /// The stamp's region.
    pub region: String,
    /// `Registered`, `Expired` or `Reset`.
    pub state: String,
    /// How the stamp is paid for.
    pub billing_model: String,
    /// Who pays for what has no tenant's subscription.
    pub default_subscription: String,
    /// The partner of record of that subscription.
    pub partner: String,
    /// Whether it was approved for several tenants.
    pub approved: bool,
    /// How many tenants have a subscription of their own today.
    pub tenants: u64,
    /// The first day it holds.
    pub from: String,
}

/// Who pays for what in a month, by everything known now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Whose.
    pub partner: String,
    /// The month.
    pub month: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The sum of the lines.
    pub total: String,
    /// The lines, by subscription.
    pub lines: Vec<StatementLine>,
    /// What should have an amount and has none.
    pub unpriced: Vec<Unpriced>,
    /// Where the rows went.
    pub rows: StatementRows,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementLine {
    /// Who pays.
    pub subscription: String,
    /// The type of that subscription.
    pub kind: String,
    /// Its customer; none for the partner's own.
    pub customer: Option<String>,
    /// Where it was used.
    pub stamp: String,
    /// What was used.
    pub meter: String,
    /// The same for people.
    pub meter_name: String,
    /// Whose usage it was: `tenant` or `infrastructure`.
    pub scope: String,
    /// The step of the price: 0 is what is included.
    pub tier: u32,
    /// How much, in the meter's unit.
    pub quantity: String,
    /// The price of one priced unit.
    pub unit_price: String,
    /// How many measured units one priced unit has.
    pub divisor: u32,
    /// What it costs.
    pub amount: String,
}

/// Usage that has no amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpriced {
    /// What was used.
    pub meter: String,
    /// Where.
    pub stamp: String,
    /// Why it has no amount.
    pub reason: String,
    /// How much, in the meter's unit.
    pub quantity: String,
    /// How many rows reported it.
    pub rows: u64,
}

/// Where the rows of a statement went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementRows {
    /// Rows with an amount.
    pub rated: u64,
    /// Rows without a price.
    pub unpriced: u64,
    /// Rows that are shown and not charged.
    pub informational: u64,
    /// Rows on the partner's stamps that nobody pays for yet.
    pub without_payer: u64,
}

/// What the subscriptions of an indirect reseller used in a month. It holds no amounts: the provider is invoiced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantities {
    /// The reseller.
    pub partner: String,
    /// The month.
    pub month: String,
    /// The lines, by subscription.
    pub lines: Vec<QuantityLine>,
}

/// What a subscription used of a meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuantityLine {
    /// Whose usage it is.
    pub subscription: String,
    /// The type of that subscription.
    pub kind: String,
    /// Its customer; none for the reseller's own.
    pub customer: Option<String>,
    /// Where it was used.
    pub stamp: String,
    /// What was used.
    pub meter: String,
    /// The same for people.
    pub meter_name: String,
    /// Whose usage it was: `tenant` or `infrastructure`.
    pub scope: String,
    /// How much, in the meter's unit.
    pub quantity: String,
}

/// Issued documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoices {
    /// In order of issue.
    pub documents: Vec<InvoiceSummary>,
}

/// A document in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceSummary {
    /// Its number.
    pub number: String,
    /// `invoice` or `credit_note`.
    pub kind: String,
    /// Who pays.
    pub partner: String,
    /// The month that was closed.
    pub month: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The sum of the lines.
    pub total: String,
    /// How many lines it has.
    pub lines: usize,
    /// How many of them are adjustments.
    pub adjustments: usize,
}

/// A document with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Its number.
    pub number: String,
    /// `invoice` or `credit_note`.
    pub kind: String,
    /// Who pays.
    pub partner: String,
    /// The month that was closed.
    pub month: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The sum of the lines.
    pub total: String,
    /// The lines.
    pub lines: Vec<InvoiceLine>,
    /// How many of them are adjustments.
    pub adjustments: usize,
    /// SHA-256 over the hash of the document before and the canonical bytes; none before it is issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// When it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceLine {
    /// From 1.
    pub line: u64,
    /// `usage` or `adjustment`.
    pub kind: String,
    /// The month of use.
    pub month: String,
    /// Who pays.
    pub subscription: String,
    /// Its customer; none for the partner's own.
    pub customer: Option<String>,
    /// Where it was used.
    pub stamp: String,
    /// What was used.
    pub meter: String,
    /// Whose usage it was: `tenant` or `infrastructure`.
    pub scope: String,
    /// The step of the price: 0 is what is included.
    pub tier: u32,
    /// The first day of the price.
    pub price_from: String,
    /// The price of one priced unit.
    pub unit_price: String,
    /// How many measured units one priced unit has.
    pub divisor: u32,
    /// How much, in the meter's unit.
    pub quantity: String,
    /// What it costs.
    pub amount: String,
    /// What rounding took away or added, exactly.
    pub residual: String,
}
