//! Reconciliation: the lines of an invoice of the new commerce.
//!
//! Source of the names and their order: Partner Center documentation, reconciliation file of the new commerce, read 2026-11.
//! docs/operate/export.md says how each is filled.

use std::borrow::Cow;

use super::{Column, Entry, NOTHING, column, moment, percent, plain};

pub(super) const COLUMNS: &[Column] = &[
    column("PartnerId", |row| plain(row.context.partner.as_str())),
    column("CustomerId", |row| plain(&row.face.customer_id)),
    column("CustomerName", |row| plain(&row.face.customer_name)),
    column("CustomerDomainName", |row| plain(&row.face.domain)),
    column("CustomerCountry", |_| NOTHING),
    column("InvoiceNumber", |row| row.invoice_number().into()),
    column("MpnId", |row| plain(row.context.partner.as_str())),
    column("ResellerMpnId", |row| row.face.reseller.new_commerce().into()),
    column("OrderId", |_| NOTHING),
    column("OrderDate", |_| NOTHING),
    column("ProductId", |row| plain(row.line.key.commerce_meter.as_str())),
    column("SkuId", sku),
    column("AvailabilityId", |row| row.line.key.price_from.to_string().into()),
    column("SkuName", |row| plain(&row.face.meter_name)),
    column("ProductName", |row| row.face.service.name.into()),
    column("ChargeType", charge_type),
    column("UnitPrice", |row| super::decimal(row.face.measured_price, crate::row::DECIMALS).into()),
    column("Quantity", |row| row.quantity().into()),
    column("Subtotal", |row| row.line.amount.decimal().into()),
    column("TaxTotal", |row| model::Money::zero(row.line.amount.currency).decimal().into()),
    column("Total", |row| row.line.amount.decimal().into()),
    column("Currency", |row| row.line.amount.currency.code().into()),
    column("PriceAdjustmentDescription", price_adjustments),
    column("PublisherName", |row| plain(row.context.issuer)),
    column("PublisherId", |_| NOTHING),
    column("SubscriptionDescription", |row| plain(&row.face.subscription_name)),
    column("SubscriptionId", |row| plain(row.line.key.paying_subscription.as_str())),
    column("ChargeStartDate", |row| row.charge_start().into()),
    column("ChargeEndDate", |row| row.charge_end().into()),
    column("TermAndBillingCycle", |_| NOTHING),
    column("EffectiveUnitPrice", |row| row.face.effective_price.as_str().into()),
    column("UnitType", |row| row.face.invoice_unit.into()),
    column("AlternateId", |row| plain(row.line.key.stamp.as_str())),
    column("BillableQuantity", |row| row.quantity().into()),
    column("BillingFrequency", |_| "Monthly".into()),
    column("PricingCurrency", |row| row.pricing_currency().into()),
    column("PCToBCExchangeRate", |row| row.face.exchange_rate.as_str().into()),
    column("PCToBCExchangeRateDate", |row| row.exchange_date().into()),
    column("MeterDescription", |row| {
        let face = row.face;
        format!("{} - {} ({}) - {}", face.service.name, face.meter_name, face.invoice_unit, face.stamp_name).into()
    }),
    column("ReservationOrderId", |_| NOTHING),
    column("CreditReasonCode", |_| NOTHING),
    column("SubscriptionStartDate", |row| row.face.subscription_from.map(moment).unwrap_or_default().into()),
    column("SubscriptionEndDate", |row| row.face.subscription_until.map(moment).unwrap_or_default().into()),
    column("ReferenceId", |row| plain_owned(row.context.line_id(row.number).unwrap_or_default())),
    column("ProductQualifiers", |row| match row.line.key.scope {
        model::Scope::Tenant => NOTHING,
        model::Scope::Infrastructure => "[\"infrastructure\"]".into(),
    }),
    column("PromotionId", |_| NOTHING),
];

/// The step of the price, in four digits.
pub(super) fn sku<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    format!("{:04}", row.line.key.tier).into()
}

/// Usage of an earlier month is more or less of what was bought.
fn charge_type<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    if !row.is_adjustment() {
        return "New".into();
    }
    if row.line.quantity.is_negative() || row.line.amount.minor < 0 {
        "removeQuantity".into()
    } else {
        "addQuantity".into()
    }
}

/// What the partner does not pay, as a JSON list of sentences.
fn price_adjustments<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    let key = &row.line.key;
    let mut sentences = Vec::new();
    if !key.discount.is_zero() {
        sentences.push(format!("\"{}% Partner discount\"", percent(key.discount)));
    }
    if !key.credit.is_zero() {
        // Source: Partner Center documentation, read 2026-11.
        sentences.push(format!("\"{}% Partner earned credit for services managed\"", percent(key.credit)));
    }
    if sentences.is_empty() { NOTHING } else { format!("[{}]", sentences.join(",")).into() }
}

fn plain_owned(text: String) -> Cow<'static, str> {
    match plain(&text) {
        Cow::Owned(escaped) => Cow::Owned(escaped),
        Cow::Borrowed(_) => Cow::Owned(text),
    }
}
