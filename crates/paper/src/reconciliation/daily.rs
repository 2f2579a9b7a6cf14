//! Reconciliation: daily rated usage, billed or not yet.
//!
//! Source of the names, their order and the basic set: Partner Center documentation, daily rated usage, read 2026-11.
//! docs/operate/export.md says how each is filled.

use std::borrow::Cow;

use super::{Column, Entry, NOTHING, Part, ZERO, column, decimal, full, moment, plain};
use crate::row::{DECIMALS, json};

pub(super) const COLUMNS: &[Column] = &[
    column("PartnerId", |row| plain(row.context.partner.as_str())),
    column("PartnerName", |row| plain(&row.face.partner_name)),
    column("CustomerId", |row| plain(&row.face.customer_id)),
    column("CustomerName", |row| plain(&row.face.customer_name)),
    full("CustomerDomainName", |row| plain(&row.face.domain)),
    full("CustomerCountry", |_| NOTHING),
    full("MpnId", |row| plain(row.context.partner.as_str())),
    full("Tier2MpnId", |row| row.face.reseller.new_commerce().into()),
    column("InvoiceNumber", |row| row.invoice_number().into()),
    column("ProductId", |row| plain(row.line.key.commerce_meter.as_str())),
    column("SkuId", super::new_commerce::sku),
    full("AvailabilityId", |row| row.line.key.price_from.to_string().into()),
    column("SkuName", |row| plain(&row.face.meter_name)),
    full("ProductName", |row| row.face.service.name.into()),
    column("PublisherName", |row| plain(row.context.issuer)),
    full("PublisherId", |_| NOTHING),
    full("SubscriptionDescription", |row| row.face.subscription_kind.into()),
    column("SubscriptionId", |row| plain(row.line.key.paying_subscription.as_str())),
    column("ChargeStartDate", |row| row.charge_start().into()),
    column("ChargeEndDate", |row| row.charge_end().into()),
    column("UsageDate", usage_date),
    full("MeterType", |_| NOTHING),
    full("MeterCategory", |row| row.face.service.name.into()),
    full("MeterId", |row| plain(row.line.key.commerce_meter.as_str())),
    full("MeterSubCategory", |row| row.face.service.subcategory.into()),
    full("MeterName", |row| plain(&row.face.meter_name)),
    // Source: rate cards of Azure Stack meters, read 2026-11.
    full("MeterRegion", |_| "Azure Stack".into()),
    full("Unit", |row| row.face.invoice_unit.into()),
    full("ResourceLocation", |row| plain(&row.face.region)),
    full("ConsumedService", |row| row.face.service.provider.into()),
    full("ResourceGroup", |_| NOTHING),
    column("ResourceURI", resource),
    column("ChargeType", charge_type),
    column("UnitPrice", |row| decimal(row.face.measured_price, DECIMALS).into()),
    column("Quantity", |row| row.quantity().into()),
    column("UnitType", |row| row.face.invoice_unit.into()),
    column("BillingPreTaxTotal", |row| decimal(row.cost.billed, DECIMALS).into()),
    column("BillingCurrency", |row| row.line.amount.currency.code().into()),
    column("PricingPreTaxTotal", |row| decimal(row.cost.priced, DECIMALS).into()),
    column("PricingCurrency", |row| row.pricing_currency().into()),
    full("ServiceInfo1", |_| NOTHING),
    full("ServiceInfo2", |_| NOTHING),
    full("Tags", |_| NOTHING),
    column("AdditionalInfo", |row| additional_info(row).into()),
    column("EffectiveUnitPrice", |row| row.face.effective_price.as_str().into()),
    column("PCToBCExchangeRate", |row| row.face.exchange_rate.as_str().into()),
    full("PCToBCExchangeRateDate", |row| row.exchange_date().into()),
    column("EntitlementId", |row| plain(row.line.key.paying_subscription.as_str())),
    full("EntitlementDescription", |row| plain(&row.face.subscription_name)),
    full("PartnerEarnedCreditPercentage", |row| row.line.key.credit.to_string().into()),
    column("CreditPercentage", |_| ZERO),
    column("CreditType", |_| NOTHING),
    column("BenefitOrderID", |_| NOTHING),
    full("BenefitID", |_| NOTHING),
    column("BenefitType", |_| NOTHING),
];

/// The day of use; the first day of its month for what is about a whole month.
fn usage_date<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    let day = row.day.map_or_else(|| row.line.key.month.first_day(), |charge| charge.day);
    moment(day).into()
}

fn charge_type<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    match row.part {
        Part::Rounding => "rounding adjustment".into(),
        _ if row.is_adjustment() => "adjustment".into(),
        _ => "new".into(),
    }
}

/// What was used is summed by local subscription, so that is the resource.
fn resource<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    row.day.map_or(NOTHING, |charge| format!("/subscriptions/{}", charge.subscriber.subscription).into())
}

/// Where it was measured, and by which local meter and subscription.
///
/// Source of the first three names: Partner Center documentation, sample of an Azure utilization record of a stamp, read
/// 2026-11.
fn additional_info(row: &Entry<'_>) -> String {
    let key = &row.line.key;
    let mut members = vec![("azureStack.MeterId", key.meter.as_str().into())];
    if let Some(charge) = row.day {
        members.push(("azureStack.SubscriptionId", charge.subscriber.subscription.as_str().into()));
    }
    members.push(("azureStack.Location", row.face.region.as_str().into()));
    members.push(("stampId", key.stamp.as_str().into()));
    if let Some(tenant) = row.day.and_then(|charge| charge.subscriber.tenant.as_ref()) {
        members.push(("tenantId", tenant.as_str().into()));
    }
    if let Some(line) = row.context.line_id(row.number) {
        members.push(("invoiceLine", line.into()));
    }
    members.push(("scope", key.scope.word().into()));
    json(&members)
}
