//! Reconciliation: the lines of an invoice of usage-based offers, as they were before the new commerce.
//!
//! Source of the names and their order: Partner Center documentation, usage-based reconciliation files, read 2026-11.
//! docs/operate/export.md says how each is filled.

use std::borrow::Cow;

use billing::bill;
use model::{Money, Quantity, Rounding};

use super::{Column, Entry, NOTHING, column, plain};
use crate::row::{DECIMALS, decimal};

/// Decimals of effective rates, which are cut. Source: the same documentation, where 63.33 for 745 units is 0.08500671.
const RATE_DECIMALS: u32 = 8;

pub(super) const COLUMNS: &[Column] = &[
    column("PartnerId", |row| plain(row.context.partner.as_str())),
    column("PartnerName", |row| plain(&row.face.partner_name)),
    column("PartnerBillableAccountId", |row| plain(row.context.partner.as_str())),
    column("CustomerCompanyName", |row| plain(&row.face.customer_name)),
    column("MpnId", |row| plain(row.context.partner.as_str())),
    column("ResellerMpnId", |row| row.face.reseller.legacy(row.context.partner.as_str()).into()),
    column("InvoiceNumber", |row| row.invoice_number().into()),
    column("ChargeStartDate", |row| row.charge_start().into()),
    column("ChargeEndDate", |row| row.charge_end().into()),
    column("SubscriptionId", |row| plain(row.line.key.paying_subscription.as_str())),
    column("SubscriptionName", |row| plain(&row.face.subscription_name)),
    column("SubscriptionDescription", |row| row.face.subscription_kind.into()),
    column("OrderId", |_| NOTHING),
    column("ServiceName", |row| row.face.service.name.into()),
    column("ServiceType", |row| row.face.service.subcategory.into()),
    column("ResourceGuid", |row| plain(row.line.key.commerce_meter.as_str())),
    column("ResourceName", |row| plain(&row.face.meter_name)),
    column("Region", |row| plain(&row.face.stamp_name)),
    column("Sku", |row| plain(row.line.key.meter.as_str())),
    column("DetailLineItemId", |row| row.line.key.tier.to_string().into()),
    column("ConsumedQuantity", |row| row.quantity().into()),
    column("IncludedQuantity", |row| included(row).to_string().into()),
    column("OverageQuantity", |row| overage(row).to_string().into()),
    column("ListPrice", |row| list_price(row).into()),
    column("PretaxCharges", |row| row.line.amount.decimal().into()),
    column("TaxAmount", |row| Money::zero(row.line.amount.currency).decimal().into()),
    column("PostTaxTotal", |row| row.line.amount.decimal().into()),
    column("Currency", |row| row.line.amount.currency.code().into()),
    column("PretaxEffectiveRate", effective_rate),
    column("PostTaxEffectiveRate", effective_rate),
    column("ChargeType", charge_type),
    column("CustomerId", |row| plain(&row.face.customer_id)),
    column("DomainName", |row| plain(&row.face.domain)),
    column("BillingCycleType", |_| "Monthly".into()),
    column("Unit", |row| row.face.invoice_unit.into()),
    // What follows is of daily usage without amounts. The daily layout has it with amounts.
    column("CustomerBillableAccount", |_| NOTHING),
    column("UsageDate", |_| NOTHING),
    column("MeteredRegion", |_| NOTHING),
    column("MeteredService", |_| NOTHING),
    column("MeteredServiceType", |_| NOTHING),
    column("Project", |_| NOTHING),
    column("ServiceInfo", |_| NOTHING),
];

fn charge_type<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    if row.is_adjustment() && row.line.amount.minor < 0 {
        "Offset a line item".into()
    } else {
        "Assess usage fee for current cycle".into()
    }
}

/// What is free: all of a line of step 0.
fn included(row: &Entry<'_>) -> Quantity {
    if row.line.key.tier == 0 { row.line.quantity } else { Quantity::ZERO }
}

/// What is not free.
fn overage(row: &Entry<'_>) -> Quantity {
    if row.line.key.tier == 0 { Quantity::ZERO } else { row.line.quantity }
}

/// What one measured unit costs by the list, in the currency of the invoice: such files know one currency.
fn list_price(row: &Entry<'_>) -> String {
    let one = Quantity::from_whole(1).times(row.line.unit_price, row.line.divisor);
    let billed = one.and_then(|one| match row.line.exchange {
        Some(exchange) => one.times(exchange.rate.ratio()),
        None => Ok(one),
    });
    billed.and_then(|billed| bill::cut(billed, DECIMALS)).map_or_else(|_| String::new(), |cut| decimal(cut, DECIMALS))
}

fn effective_rate<'a>(row: &'a Entry<'a>) -> Cow<'a, str> {
    let rate = bill::effective_unit_price(row.line.amount, overage(row), RATE_DECIMALS, Rounding::NewCommerce);
    rate.unwrap_or_else(|| "0".to_owned()).into()
}
