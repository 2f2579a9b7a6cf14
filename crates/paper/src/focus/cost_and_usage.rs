//! FOCUS: the columns of the data set Cost and Usage, and how each is filled.
//!
//! Source of the names: FOCUS 1.2 and 1.4, data set Cost and Usage, read 2026-11. Those that begin with `x_` are the names that
//! Microsoft's own export has, and a few of ours.

use super::{
    ColumnKind::{self, Decimal, Text, Time},
    Part, Version,
    charge::Charge,
    sheet::Cell,
};

/// In which versions a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum In {
    Both,
    V1_2,
    V1_4,
}

/// A column with how it is filled.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: ColumnKind,
    within: In,
    pub(super) fill: for<'a> fn(&'a Charge<'a>) -> Cell<'a>,
}

type Fill = for<'a> fn(&'a Charge<'a>) -> Cell<'a>;

const fn text(name: &'static str, fill: Fill) -> Column {
    Column { name, kind: Text, within: In::Both, fill }
}

const fn decimal(name: &'static str, fill: Fill) -> Column {
    Column { name, kind: Decimal, within: In::Both, fill }
}

const fn time(name: &'static str, fill: Fill) -> Column {
    Column { name, kind: Time, within: In::Both, fill }
}

const fn only(within: In, column: Column) -> Column {
    Column { name: column.name, kind: column.kind, within, fill: column.fill }
}

/// The columns of a version, in order.
pub(super) fn columns(version: Version) -> impl Iterator<Item = &'static Column> {
    let is_in = move |column: &&Column| match column.within {
        In::Both => true,
        In::V1_2 => version == Version::V1_2,
        In::V1_4 => version == Version::V1_4,
    };
    COLUMNS.iter().filter(is_in)
}

const COLUMNS: &[Column] = &[
    only(In::V1_4, text("ServiceProviderName", |row| Cell::text(row.context.issuer))),
    only(In::V1_4, text("HostProviderName", |row| Cell::text(row.face.host.as_str()))),
    only(In::V1_2, text("ProviderName", |row| Cell::text(row.context.issuer))),
    only(In::V1_2, text("PublisherName", |row| Cell::text(row.context.issuer))),
    text("InvoiceIssuerName", |row| Cell::text(row.context.issuer)),
    text("InvoiceId", |row| Cell::option(row.context.issued.as_ref(), |one| Cell::text(one.number.as_str()))),
    only(In::V1_4, text("InvoiceDetailId", |row| Cell::option(row.context.line_id(row.number), Cell::text))),
    text("BillingAccountId", |row| Cell::text(row.context.billing_account())),
    text("BillingAccountName", |row| Cell::text(row.face.partner_name.as_str())),
    text("BillingAccountType", |row| Cell::text(row.billing_account_type())),
    text("SubAccountId", |row| Cell::text(row.line.key.paying_subscription.as_str())),
    text("SubAccountName", |row| Cell::text(row.face.subscription_name.as_str())),
    text("SubAccountType", |row| Cell::text(row.sub_account_type())),
    time("BillingPeriodStart", |row| Cell::Time(row.context.month.first_day().start())),
    time("BillingPeriodEnd", |row| Cell::Time(row.context.month.next().first_day().start())),
    time("ChargePeriodStart", |row| Cell::Time(row.period().0)),
    time("ChargePeriodEnd", |row| Cell::Time(row.period().1)),
    text("ChargeCategory", |row| Cell::text(if row.is_usage() { "Usage" } else { "Adjustment" })),
    text("ChargeClass", |row| if row.is_correction() { Cell::text("Correction") } else { Cell::Null }),
    text("ChargeDescription", |row| Cell::text(row.description())),
    text("ChargeFrequency", |row| Cell::text(if row.is_usage() { "Usage-Based" } else { "One-Time" })),
    decimal("BilledCost", |row| Cell::Decimal(row.cost.billed)),
    decimal("EffectiveCost", |row| Cell::Decimal(row.cost.billed)),
    decimal("ListCost", |row| Cell::Decimal(row.amounts.as_ref().map_or(row.cost.billed, |one| one.list_cost))),
    decimal("ContractedCost", |row| {
        Cell::Decimal(row.amounts.as_ref().map_or(row.cost.billed, |one| one.contracted_cost))
    }),
    decimal("ListUnitPrice", |row| of_usage(row, row.face.list_price_billed)),
    decimal("ContractedUnitPrice", |row| of_usage(row, row.face.contracted_price_billed)),
    text("PricingCategory", |row| if row.is_usage() { Cell::text("Standard") } else { Cell::Null }),
    decimal("PricingQuantity", |row| Cell::option(row.amounts.as_ref(), |one| Cell::Decimal(one.priced))),
    text("PricingUnit", |row| if row.is_usage() { Cell::text(row.face.pricing_unit.as_str()) } else { Cell::Null }),
    text("PricingCurrency", |row| Cell::text(row.pricing_currency())),
    decimal("PricingCurrencyContractedUnitPrice", |row| of_usage(row, row.face.contracted_price)),
    decimal("PricingCurrencyEffectiveCost", |row| Cell::Decimal(row.cost.priced)),
    decimal("PricingCurrencyListUnitPrice", |row| of_usage(row, row.face.list_price)),
    text("BillingCurrency", |row| Cell::text(row.line.amount.currency.code().to_owned())),
    decimal("ConsumedQuantity", |row| Cell::option(row.amounts.as_ref(), |one| Cell::Decimal(one.consumed))),
    text("ConsumedUnit", |row| if row.is_usage() { Cell::text(row.face.consumed_unit.as_str()) } else { Cell::Null }),
    text("ServiceName", |row| Cell::text(row.face.service.name)),
    text("ServiceCategory", |row| Cell::text(row.face.service.category)),
    text("ServiceSubcategory", |row| Cell::text(row.face.service.subcategory)),
    text("SkuId", |row| if row.is_usage() { Cell::text(row.line.key.commerce_meter.folded()) } else { Cell::Null }),
    text("SkuMeter", |row| if row.is_usage() { Cell::text(row.face.meter_name.as_str()) } else { Cell::Null }),
    text("SkuPriceId", |row| if row.is_usage() { Cell::text(row.sku_price()) } else { Cell::Null }),
    text("SkuPriceDetails", |row| if row.is_usage() { Cell::text(row.sku_price_details()) } else { Cell::Null }),
    // Usage is charged by local subscription, day and meter. Whose resource it was is in the rows of the windows.
    text("ResourceId", |_| Cell::Null),
    text("ResourceName", |_| Cell::Null),
    text("ResourceType", |_| Cell::Null),
    text("RegionId", |row| Cell::text(row.face.region.as_str())),
    text("RegionName", |row| Cell::text(row.face.stamp_name.as_str())),
    text("Tags", |_| Cell::Null),
    // The validator of 1.2 looks at it in rules about consumed quantities.
    only(In::V1_2, text("CommitmentDiscountStatus", |_| Cell::Null)),
    text("x_InvoiceIssuerId", |row| Cell::text(row.context.partner.as_str())),
    text("x_CustomerId", |row| Cell::text(row.face.customer_id.as_str())),
    text("x_CustomerName", |row| Cell::text(row.face.customer_name.as_str())),
    text("x_ResellerId", |row| Cell::option(row.reseller(), |(id, _)| Cell::text(id))),
    text("x_ResellerName", |row| Cell::option(row.reseller(), |(_, name)| Cell::text(name))),
    text("x_PartnerCreditApplied", |row| Cell::text(if row.line.key.credit.is_zero() { "false" } else { "true" })),
    decimal("x_PartnerCreditRate", |row| row.credit_rate().map_or(Cell::Null, Cell::Decimal)),
    text("x_BillingExchangeRate", |row| Cell::text(row.face.exchange_rate.as_str())),
    time("x_BillingExchangeRateDate", |row| Cell::Time(row.line.key.month.first_day().start())),
    decimal("x_BilledUnitPrice", |row| of_usage(row, row.face.charged_price_billed)),
    text("x_EffectiveUnitPrice", |row| {
        if row.is_usage() { Cell::text(row.face.effective_price.as_str()) } else { Cell::Null }
    }),
    text(
        "x_PricingBlockSize",
        |row| if row.is_usage() { Cell::text(row.line.divisor.to_string()) } else { Cell::Null },
    ),
    text("x_PricingUnitDescription", |row| Cell::text(row.face.priced_unit.as_str())),
    text("x_SkuMeterId", |row| Cell::text(row.line.key.commerce_meter.as_str())),
    text("x_SkuMeterName", |row| Cell::text(row.face.meter_name.as_str())),
    text("x_SkuMeterCategory", |row| Cell::text(row.face.service.name)),
    text("x_SkuMeterSubcategory", |row| Cell::text(row.face.service.subcategory)),
    text("x_SkuRegion", |_| Cell::text("Azure Stack")),
    text("x_SkuTier", |row| Cell::text(row.line.key.tier.to_string())),
    text("x_SkuDetails", |row| Cell::text(row.sku_details())),
    text("x_StampId", |row| Cell::text(row.line.key.stamp.as_str())),
    text("x_LocalSubscriptionId", |row| {
        Cell::option(row.day, |charge| Cell::text(charge.subscriber.subscription.as_str()))
    }),
    text("x_LocalMeterId", |row| Cell::text(row.line.key.meter.as_str())),
    text("x_TenantId", |row| {
        let tenant = row.day.and_then(|charge| charge.subscriber.tenant.as_ref());
        Cell::option(tenant, |tenant| Cell::text(tenant.as_str()))
    }),
    text("x_Scope", |row| Cell::text(row.line.key.scope.word())),
];

/// A number of usage; nothing where there is none.
fn of_usage<'a>(row: &'a Charge<'a>, value: i128) -> Cell<'a> {
    match row.part {
        Part::Rounding => Cell::Null,
        Part::Line | Part::Day => Cell::Decimal(value),
    }
}
