//! Partner center billing: invoices, their lines, prices, utilization and spending, as the programs of partners read them.
//!
//! Source: Partner Center REST v1, pages on invoices, rate cards, utilization and usage (2017-12 to 2021-03); the .NET SDK of
//! 2023-06, which picks the class of a line by `invoiceLineItemType` and `billingProvider` and wants `attributes.objectType`.

mod daily;
mod invoice;
mod line;
mod rate_card;
mod spending;
mod utilization;

pub use daily::{AZURE_USAGE, DailyFacts, DailyRatedUsageLineItem, DailyUsageLineItem, MARKETPLACE_USAGE};
pub use invoice::{Invoice, InvoiceDetail, InvoiceFacts, InvoiceSummary, SummaryFacts};
pub use line::{AZURE_BILLING, LineFacts, ONE_TIME_BILLING, OneTimeInvoiceLineItem, UsageBasedLineItem};
pub use rate_card::{AzureMeter, AzureRateCard};
pub use spending::{
    Cost, CustomerMonthlyUsageRecord, CustomerUsageSummary, MeterUsageRecord, PartnerUsageSummary, Period,
    ResourceUsageRecord, SpendingBudget, SpendingBudgetRequest, SubscriptionMonthlyUsageRecord,
    SubscriptionUsageSummary,
};
pub use utilization::AzureUtilizationRecord;

use serde::Serialize;

use crate::commerce::{Exact, MeterTexts};

/// How many lines or invoices a page has at the most.
pub const LINES_MAX: usize = 2_000;

/// How many utilization records a page has at the most.
pub const RECORDS_MAX: usize = 1_000;

/// Of which class a line is, in the two words that clients look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineKind {
    /// `billing_line_items` or `usage_line_items`.
    pub invoice_line_item_type: &'static str,
    /// `azure`, `one_time` or `marketplace`.
    pub billing_provider: &'static str,
}

/// Whom a line is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// The partner that is invoiced, by id.
    pub partner: String,
    /// Its name.
    pub partner_name: String,
    /// The reseller, by id; empty where the partner sold it itself.
    pub reseller: String,
    /// The customer, by id; empty for the partner's own subscription.
    pub customer: String,
    /// Its name.
    pub customer_name: String,
    /// Its domain.
    pub domain: String,
    /// The paying subscription.
    pub subscription: String,
    /// Its name.
    pub subscription_name: String,
    /// The document; empty before there is one.
    pub invoice: String,
}

/// What a line is about.
#[derive(Debug, Clone)]
pub struct Product {
    /// The commerce meter.
    pub meter: String,
    /// What it is called.
    pub texts: MeterTexts,
    /// The price list's name for the day that the price holds from.
    pub price_from: String,
}

/// What a line costs.
#[derive(Debug, Clone)]
pub struct Money {
    /// The list price of one of the meter's unit.
    pub unit_price: Exact,
    /// The same after discount and credit.
    pub effective_unit_price: Exact,
    /// How much.
    pub quantity: Exact,
    /// What it costs in the currency of the prices.
    pub pricing_total: Exact,
    /// The currency of the prices.
    pub pricing_currency: String,
    /// What it costs in the currency of the invoice.
    pub billing_total: Exact,
    /// The currency of the invoice.
    pub billing_currency: String,
    /// What one of the prices' currency is in the invoice's.
    pub exchange_rate: Exact,
    /// Since when that rate holds, as a time in UTC.
    pub exchange_rate_date: String,
    /// The partner's earned credit as a part of one.
    pub earned_credit: Exact,
    /// Whether there is such a credit.
    pub has_earned_credit: bool,
    /// The reductions in words.
    pub adjustments: String,
}

/// The number of a partner where programs want a whole number, and -1 where it is none.
fn number(id: &str) -> Exact {
    let digits = !id.is_empty() && id.len() <= 9 && id.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Exact::of(&id.trim_start_matches('0').parse::<u32>().unwrap_or(0)) } else { Exact::of(&-1) }
}
