//! Lines of a document: what was charged, as one line of a month, a meter and a price.

use serde::Serialize;

use super::{LineKind, Money, Parties, Product, number};
use crate::{commerce::Exact, partner_center::Attributes};

/// Lines of new commerce.
pub const ONE_TIME_BILLING: LineKind =
    LineKind { invoice_line_item_type: "billing_line_items", billing_provider: "one_time" };

/// Lines of the legacy offer.
pub const AZURE_BILLING: LineKind =
    LineKind { invoice_line_item_type: "billing_line_items", billing_provider: "azure" };

/// What a line says.
#[derive(Debug, Clone)]
pub struct LineFacts {
    /// Whom it is about.
    pub parties: Parties,
    /// What it is about.
    pub product: Product,
    /// What it costs.
    pub money: Money,
    /// Which step of the price, from 1.
    pub tier: u32,
    /// The first moment of the month of use.
    pub from: String,
    /// The last moment of the month of use.
    pub until: String,
    /// Whether it changes what an earlier document said.
    pub is_adjustment: bool,
}

/// A line of new commerce.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OneTimeInvoiceLineItem {
    partner_id: String,
    customer_id: String,
    customer_name: String,
    customer_domain_name: String,
    customer_country: &'static str,
    invoice_number: String,
    mpn_id: String,
    reseller_mpn_id: Exact,
    order_id: &'static str,
    order_date: String,
    product_id: String,
    sku_id: String,
    availability_id: String,
    product_name: String,
    sku_name: String,
    product_qualifiers: Vec<String>,
    charge_type: &'static str,
    unit_price: Exact,
    effective_unit_price: Exact,
    unit_type: String,
    quantity: u32,
    subtotal: Exact,
    tax_total: Exact,
    total_for_customer: Exact,
    currency: String,
    publisher_name: &'static str,
    publisher_id: &'static str,
    subscription_description: String,
    subscription_id: String,
    charge_start_date: String,
    charge_end_date: String,
    term_and_billing_cycle: &'static str,
    alternate_id: String,
    reference_id: &'static str,
    price_adjustment_description: String,
    discount_details: &'static str,
    pricing_currency: String,
    #[serde(rename = "pcToBCExchangeRate")]
    exchange_rate: Exact,
    #[serde(rename = "pcToBCExchangeRateDate")]
    exchange_rate_date: String,
    billable_quantity: Exact,
    meter_description: String,
    billing_frequency: &'static str,
    reservation_order_id: &'static str,
    credit_reason_code: &'static str,
    promotion_id: &'static str,
    #[serde(flatten)]
    kind: LineKind,
    attributes: Attributes,
}

impl OneTimeInvoiceLineItem {
    /// A line.
    pub fn new(facts: &LineFacts) -> Self {
        let (parties, product, money) = (facts.parties.clone(), &facts.product, facts.money.clone());
        let texts = product.texts.clone();
        Self {
            partner_id: parties.partner.clone(),
            customer_id: parties.customer,
            customer_name: parties.customer_name,
            customer_domain_name: parties.domain,
            customer_country: "",
            invoice_number: parties.invoice,
            mpn_id: parties.partner,
            reseller_mpn_id: if parties.reseller.is_empty() { Exact::zero() } else { number(&parties.reseller) },
            order_id: "",
            order_date: facts.from.clone(),
            product_id: product.meter.clone(),
            sku_id: facts.tier.to_string(),
            availability_id: product.price_from.clone(),
            product_name: texts.category.clone(),
            sku_name: texts.name.clone(),
            product_qualifiers: Vec::new(),
            charge_type: if facts.is_adjustment { "Offset a line item" } else { "New" },
            unit_price: money.unit_price,
            effective_unit_price: money.effective_unit_price,
            unit_type: texts.unit,
            quantity: 1,
            subtotal: money.billing_total.clone(),
            tax_total: Exact::zero(),
            total_for_customer: money.billing_total,
            currency: money.billing_currency,
            publisher_name: "",
            publisher_id: "",
            subscription_description: parties.subscription_name,
            subscription_id: parties.subscription,
            charge_start_date: facts.from.clone(),
            charge_end_date: facts.until.clone(),
            term_and_billing_cycle: "",
            alternate_id: String::new(),
            reference_id: "",
            price_adjustment_description: money.adjustments,
            discount_details: "",
            pricing_currency: money.pricing_currency,
            exchange_rate: money.exchange_rate,
            exchange_rate_date: money.exchange_rate_date,
            billable_quantity: money.quantity,
            meter_description: description(&[&texts.category, &texts.subcategory, &texts.name]),
            billing_frequency: "Monthly",
            reservation_order_id: "",
            credit_reason_code: "",
            promotion_id: "",
            kind: ONE_TIME_BILLING,
            attributes: Attributes::of("OneTimeInvoiceLineItem", None),
        }
    }
}

fn description(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(" - ")
}

/// A line of the legacy offer.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageBasedLineItem {
    detail_line_item_id: u32,
    sku: String,
    included_quantity: Exact,
    overage_quantity: Exact,
    list_price: Exact,
    consumption_price: Exact,
    consumption_discount: Exact,
    currency: String,
    pretax_charges: Exact,
    tax_amount: Exact,
    post_tax_total: Exact,
    pretax_effective_rate: Exact,
    post_tax_effective_rate: Exact,
    charge_type: &'static str,
    partner_id: String,
    partner_name: String,
    partner_billable_account_id: String,
    customer_id: String,
    customer_company_name: String,
    domain_name: String,
    mpn_id: Exact,
    tier2_mpn_id: Exact,
    invoice_number: String,
    subscription_id: String,
    subscription_name: String,
    subscription_description: String,
    billing_cycle_type: &'static str,
    order_id: &'static str,
    service_name: String,
    service_type: String,
    resource_guid: String,
    resource_name: String,
    region: &'static str,
    consumed_quantity: Exact,
    charge_start_date: String,
    charge_end_date: String,
    unit: String,
    #[serde(flatten)]
    kind: LineKind,
    attributes: Attributes,
}

impl UsageBasedLineItem {
    /// A line.
    pub fn new(facts: &LineFacts) -> Self {
        let (parties, product, money) = (facts.parties.clone(), &facts.product, facts.money.clone());
        let texts = product.texts.clone();
        let reseller = number(&parties.reseller);
        Self {
            detail_line_item_id: facts.tier,
            sku: product.meter.clone(),
            included_quantity: Exact::zero(),
            overage_quantity: money.quantity.clone(),
            list_price: money.unit_price.clone(),
            consumption_price: money.pricing_total,
            consumption_discount: Exact::zero(),
            currency: money.billing_currency,
            pretax_charges: money.billing_total.clone(),
            tax_amount: Exact::zero(),
            post_tax_total: money.billing_total,
            pretax_effective_rate: money.effective_unit_price.clone(),
            post_tax_effective_rate: money.effective_unit_price,
            charge_type: if facts.is_adjustment { "Offset a line item" } else { "Assess usage fee for current cycle" },
            partner_id: parties.partner.clone(),
            partner_name: parties.partner_name,
            partner_billable_account_id: parties.partner.clone(),
            customer_id: parties.customer,
            customer_company_name: parties.customer_name,
            domain_name: parties.domain,
            mpn_id: number(&parties.partner),
            tier2_mpn_id: reseller,
            invoice_number: parties.invoice,
            subscription_id: parties.subscription,
            subscription_name: parties.subscription_name.clone(),
            subscription_description: parties.subscription_name,
            billing_cycle_type: "Monthly",
            order_id: "",
            service_name: texts.category,
            service_type: texts.subcategory,
            resource_guid: product.meter.clone(),
            resource_name: texts.name,
            region: crate::commerce::REGION,
            consumed_quantity: money.quantity,
            charge_start_date: facts.from.clone(),
            charge_end_date: facts.until.clone(),
            unit: texts.unit,
            kind: AZURE_BILLING,
            attributes: Attributes::of("UsageBasedLineItem", None),
        }
    }
}
