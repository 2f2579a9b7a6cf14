//! Samples: small price lists, sums and months for the tests of the rooms.

use model::{
    Conversion, Currency, CustomerId, Day, DirectoryId, ExchangeRate, MeterId, MeterMapping, Month, MonthlyRate,
    PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Reduction, ReductionKind,
    Rounding, Scope, Share, SubscriptionKind, Tier, Unit, UnitPrice,
};
use proptest::prelude::*;

use crate::{
    attribute::Rule,
    rate::{AttributedSum, MonthUsage, RatedMonth, UsageError, rate_month},
};

/// A meter of virtual core hours that tenants pay for.
pub(crate) const BASE_VM: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";
/// A meter of gigabyte hours that tenants pay for.
pub(crate) const BLOCK_BLOB: &str = "09F8879E-87E9-4305-A572-4B7BE209F857";
/// A meter of virtual core hours that everybody pays for.
pub(crate) const APP_SERVICE: &str = "190C935E-9ADA-48FF-9AB8-56EA1CF9ADAA";
/// A meter that nobody pays for.
pub(crate) const VM_HOURS: &str = "6DAB500F-A4FD-49C4-956D-229BB9C8C793";

pub(crate) fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub(crate) fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub(crate) fn paying_subscription(name: &str) -> PayingSubscription {
    PayingSubscription {
        id: PayingSubscriptionId::new(name).unwrap(),
        name: name.to_owned(),
        kind: SubscriptionKind::Csp,
        directory: DirectoryId::new("directory").unwrap(),
        customer: CustomerId::new(&format!("customer-of-{name}")).ok().filter(|_| name != "D"),
        standings: Vec::new(),
    }
}

pub(crate) fn price_list(currency: &str, rounding: Rounding, prices: Vec<Price>) -> PriceList {
    PriceList {
        id: PriceListId::new("list").unwrap(),
        name: "list".to_owned(),
        currency: Currency::parse(currency).unwrap(),
        rounding,
        prices,
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

/// A price with tiers, each a bound and a price.
pub(crate) fn price(
    meter: &str,
    from: &str,
    unit: Unit,
    divisor: u32,
    included: &str,
    tiers: &[(&str, &str)],
) -> Price {
    let tier =
        |(from, price): &(&str, &str)| Tier { from: quantity(from), unit_price: UnitPrice::parse(price).unwrap() };
    Price {
        meter: MeterId::new(meter).unwrap(),
        from: day(from),
        unit,
        conversion: Conversion { priced_unit: "priced unit".to_owned(), divisor },
        included: quantity(included),
        tiers: tiers.iter().map(tier).collect(),
        source: "test".to_owned(),
    }
}

/// Three meters with tiers, an included quantity, a divisor, and a change in the middle of October 2026.
pub(crate) fn tiered_prices() -> Vec<Price> {
    vec![
        price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "10", &[("0", "0.008"), ("100", "0.0045"), ("250", "0.001")]),
        price(BASE_VM, "2026-10-16", Unit::VcpuHours, 1, "5", &[("0", "0.0123456789"), ("50", "0.009")]),
        price(BLOCK_BLOB, "2026-01-01", Unit::GbHours, 720, "0", &[("0", "0.006"), ("300", "0.0051")]),
        price(APP_SERVICE, "2026-10-10", Unit::VcpuHours, 1, "0", &[("0", "0.0564")]),
    ]
}

/// Says which commerce meter a local meter is from a day on.
pub(crate) fn mapped(meter: &str, scope: Scope, from: &str, commerce_meter: &str) -> MeterMapping {
    let commerce_meter = MeterId::new(commerce_meter).unwrap();
    MeterMapping { meter: MeterId::new(meter).unwrap(), scope, from: day(from), commerce_meter }
}

/// A reduction of everything from a day on, for ever.
pub(crate) fn reduction(kind: ReductionKind, from: &str, percent: &str) -> Reduction {
    let share = Share::parse_percent(percent).unwrap();
    Reduction { kind, paying_subscription: None, meter: None, from: day(from), until: None, share }
}

/// The same list with invoices in another currency, and what the currency of the prices is worth by month.
pub(crate) fn invoiced_in(list: PriceList, currency: &str, rates: &[(&str, &str)]) -> PriceList {
    let rate = |(of, rate): &(&str, &str)| MonthlyRate { month: month(of), rate: ExchangeRate::parse(rate).unwrap() };
    let exchange = rates.iter().map(rate).collect();
    PriceList { billing_currency: Some(Currency::parse(currency).unwrap()), exchange, ..list }
}

/// A daily sum that owns its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) stamp: model::CloudId,
    pub(crate) day: Day,
    pub(crate) meter: MeterId,
    pub(crate) scope: Scope,
    pub(crate) charged: bool,
    pub(crate) quantity: Quantity,
    pub(crate) rows: u64,
}

impl Sum {
    pub(crate) fn new(stamp: &str, day_text: &str, meter: &str, quantity_text: &str) -> Self {
        Self {
            stamp: model::CloudId::new(stamp).unwrap(),
            day: day(day_text),
            meter: MeterId::new(meter).unwrap(),
            scope: Scope::Tenant,
            charged: true,
            quantity: quantity(quantity_text),
            rows: 1,
        }
    }

    pub(crate) fn attributed(&self) -> AttributedSum<'_> {
        AttributedSum {
            stamp: &self.stamp,
            day: self.day,
            meter: &self.meter,
            scope: self.scope,
            charged: self.charged,
            rule: Rule::Mapped,
            quantity: self.quantity,
            rows: self.rows,
        }
    }
}

pub(crate) fn usage<'a>(
    subscription: &str,
    in_month: Month,
    sums: impl IntoIterator<Item = &'a Sum>,
) -> Result<MonthUsage, UsageError> {
    let mut usage = MonthUsage::new(in_month, &paying_subscription(subscription));
    sums.into_iter().try_for_each(|sum| usage.add(sum.attributed()))?;
    Ok(usage)
}

pub(crate) fn rated<'a>(
    subscription: &str,
    in_month: Month,
    sums: impl IntoIterator<Item = &'a Sum>,
    list: Option<&PriceList>,
) -> RatedMonth {
    let usage = usage(subscription, in_month, sums).unwrap();
    rate_month(&usage, list, model::MeterCatalogue::published()).unwrap()
}

prop_compose! {
    /// A daily sum of October 2026 on one of three stamps, of any kind, with quantities that meet the tiers' bounds.
    pub(crate) fn any_sum(least: i64)(
        stamp in 0..3_u8,
        day_of_month in 0..31_u32,
        meter in prop::sample::select(vec![BASE_VM, BLOCK_BLOB, APP_SERVICE, VM_HOURS, "unknown-meter"]),
        infrastructure in any::<bool>(),
        charged in prop::sample::select(vec![true, true, true, true, false]),
        whole in least..80,
        fraction in prop::sample::select(vec!["", ".5", ".00000000000000000000000000000001", ".333333333333"]),
        rows in 0..50_u64,
    ) -> Sum {
        Sum {
            day: month("2026-10").first_day().plus(day_of_month),
            scope: if infrastructure { Scope::Infrastructure } else { Scope::Tenant },
            charged,
            rows,
            ..Sum::new(&format!("S{stamp}"), "2026-10-01", meter, &format!("{whole}{fraction}"))
        }
    }
}
