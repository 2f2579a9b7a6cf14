//! Daily lines: what each day cost, before and after there is a document.

use serde::Serialize;

use super::{LineKind, Money, Parties, Product, number};
use crate::{
    commerce::{AdditionalFacts, Exact},
    partner_center::Attributes,
};

/// Daily rated usage. It says `marketplace`, whatever was asked for: by this word clients know its class.
pub const MARKETPLACE_USAGE: LineKind =
    LineKind { invoice_line_item_type: "usage_line_items", billing_provider: "marketplace" };

/// Daily usage of the legacy offer.
pub const AZURE_USAGE: LineKind = LineKind { invoice_line_item_type: "usage_line_items", billing_provider: "azure" };

/// What a daily line says.
#[derive(Debug, Clone)]
pub struct DailyFacts {
    /// Whom it is about.
    pub parties: Parties,
    /// What it is about.
    pub product: Product,
    /// What it costs.
    pub money: Money,
    /// The first moment of the month.
    pub from: String,
    /// The first moment after it.
    pub until: String,
    /// The first moment of the day.
    pub day: String,
    /// The region of the stamp.
    pub location: String,
    /// The local subscription; empty for an adjustment.
    pub local_subscription: String,
    /// Where the usage comes from; none for an adjustment.
    pub additional: Option<AdditionalFacts>,
    /// Whether it changes what an earlier document said.
    pub is_adjustment: bool,
}

/// What a day cost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DailyRatedUsageLineItem {
    partner_id: String,
    partner_name: String,
    customer_id: String,
    customer_name: String,
    customer_domain_name: String,
    invoice_number: String,
    product_id: String,
    sku_id: &'static str,
    availability_id: String,
    sku_name: String,
    product_name: String,
    publisher_name: &'static str,
    publisher_id: &'static str,
    subscription_id: String,
    subscription_description: String,
    charge_start_date: String,
    charge_end_date: String,
    usage_date: String,
    meter_type: String,
    meter_category: String,
    meter_id: String,
    meter_sub_category: String,
    meter_name: String,
    meter_region: &'static str,
    unit_of_measure: String,
    resource_location: String,
    consumed_service: &'static str,
    resource_group: &'static str,
    resource_uri: String,
    tags: &'static str,
    additional_info: String,
    service_info1: &'static str,
    service_info2: &'static str,
    customer_country: &'static str,
    mpn_id: String,
    reseller_mpn_id: String,
    charge_type: &'static str,
    unit_price: Exact,
    quantity: Exact,
    unit_type: String,
    billing_pre_tax_total: Exact,
    billing_currency: String,
    pricing_pre_tax_total: Exact,
    pricing_currency: String,
    entitlement_id: String,
    entitlement_description: String,
    #[serde(rename = "pcToBCExchangeRate")]
    exchange_rate: Exact,
    #[serde(rename = "pcToBCExchangeRateDate")]
    exchange_rate_date: String,
    effective_unit_price: Exact,
    rate_of_partner_earned_credit: Exact,
    has_partner_earned_credit: bool,
    credit_type: &'static str,
    rate_of_credit: Exact,
    #[serde(flatten)]
    kind: LineKind,
    attributes: Attributes,
}

fn address(local: &str) -> String {
    if local.is_empty() { String::new() } else { format!("/subscriptions/{local}") }
}

impl DailyRatedUsageLineItem {
    /// What a day cost.
    pub fn new(facts: &DailyFacts) -> Self {
        let (parties, product, money) = (facts.parties.clone(), &facts.product, facts.money.clone());
        let texts = product.texts.clone();
        let additional = facts.additional.as_ref().and_then(|facts| serde_json::to_string(facts).ok());
        Self {
            partner_id: parties.partner.clone(),
            partner_name: parties.partner_name,
            customer_id: parties.customer,
            customer_name: parties.customer_name,
            customer_domain_name: parties.domain,
            invoice_number: parties.invoice,
            product_id: product.meter.clone(),
            sku_id: "",
            availability_id: product.price_from.clone(),
            sku_name: texts.name.clone(),
            product_name: texts.category.clone(),
            publisher_name: "",
            publisher_id: "",
            subscription_id: parties.subscription.clone(),
            subscription_description: parties.subscription_name.clone(),
            charge_start_date: facts.from.clone(),
            charge_end_date: facts.until.clone(),
            usage_date: facts.day.clone(),
            meter_type: texts.unit.clone(),
            meter_category: texts.category,
            meter_id: product.meter.clone(),
            meter_sub_category: texts.subcategory,
            meter_name: texts.name,
            meter_region: crate::commerce::REGION,
            unit_of_measure: texts.unit.clone(),
            resource_location: facts.location.clone(),
            consumed_service: "",
            resource_group: "",
            resource_uri: address(&facts.local_subscription),
            tags: "",
            additional_info: additional.unwrap_or_default(),
            service_info1: "",
            service_info2: "",
            customer_country: "",
            mpn_id: parties.partner,
            reseller_mpn_id: parties.reseller,
            charge_type: if facts.is_adjustment { "Offset a line item" } else { "New" },
            unit_price: money.unit_price,
            quantity: money.quantity,
            unit_type: texts.unit,
            billing_pre_tax_total: money.billing_total,
            billing_currency: money.billing_currency,
            pricing_pre_tax_total: money.pricing_total,
            pricing_currency: money.pricing_currency,
            entitlement_id: parties.subscription,
            entitlement_description: parties.subscription_name,
            exchange_rate: money.exchange_rate,
            exchange_rate_date: money.exchange_rate_date,
            effective_unit_price: money.effective_unit_price,
            rate_of_partner_earned_credit: money.earned_credit,
            has_partner_earned_credit: money.has_earned_credit,
            credit_type: "",
            rate_of_credit: Exact::zero(),
            kind: MARKETPLACE_USAGE,
            attributes: Attributes::of("DailyRatedUsageLineItem", None),
        }
    }
}

/// What was used on a day, of the legacy offer: without money.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DailyUsageLineItem {
    customer_billable_account: String,
    usage_date: String,
    metered_service: String,
    metered_service_type: String,
    metered_region: String,
    project: String,
    service_info: String,
    partner_id: String,
    partner_name: String,
    partner_billable_account_id: String,
    customer_id: String,
    domain_name: String,
    customer_company_name: String,
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

impl DailyUsageLineItem {
    /// What was used on a day.
    pub fn new(facts: &DailyFacts) -> Self {
        let (parties, product) = (facts.parties.clone(), &facts.product);
        let texts = product.texts.clone();
        let additional = facts.additional.as_ref().and_then(|facts| serde_json::to_string(facts).ok());
        Self {
            customer_billable_account: parties.customer.clone(),
            usage_date: facts.day.clone(),
            metered_service: texts.category.clone(),
            metered_service_type: texts.subcategory.clone(),
            metered_region: facts.location.clone(),
            project: address(&facts.local_subscription),
            service_info: additional.unwrap_or_default(),
            partner_id: parties.partner.clone(),
            partner_name: parties.partner_name,
            partner_billable_account_id: parties.partner.clone(),
            customer_id: parties.customer,
            domain_name: parties.domain,
            customer_company_name: parties.customer_name,
            mpn_id: number(&parties.partner),
            tier2_mpn_id: number(&parties.reseller),
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
            consumed_quantity: facts.money.quantity.clone(),
            charge_start_date: facts.from.clone(),
            charge_end_date: facts.until.clone(),
            unit: texts.unit,
            kind: AZURE_USAGE,
            attributes: Attributes::of("DailyUsageLineItem", None),
        }
    }
}
