//! Prices: the bodies of price lists, with what belongs to them, and of budgets.

use model::{
    Budget, BudgetId, BudgetSide, Conversion, Currency, CustomerId, Day, ExchangeRate, MeterId, MeterMapping, Money,
    Month, MonthlyRate, PartnerId, PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Reduction,
    ReductionKind, Rounding, Scope, Share, Tier, Unit, UnitPrice,
};
use serde::{Deserialize, Serialize};

use super::{list, text};

#[derive(Serialize, Deserialize)]
#[serde(remote = "PriceList", deny_unknown_fields)]
pub(super) struct PriceListBody {
    #[serde(with = "text")]
    id: PriceListId,
    name: String,
    #[serde(with = "text")]
    currency: Currency,
    #[serde(with = "text")]
    rounding: Rounding,
    #[serde(with = "text::option", default, skip_serializing_if = "Option::is_none")]
    billing_currency: Option<Currency>,
    #[serde(with = "list")]
    prices: Vec<Price>,
    #[serde(with = "list", default, skip_serializing_if = "Vec::is_empty")]
    meters: Vec<MeterMapping>,
    #[serde(with = "list", default, skip_serializing_if = "Vec::is_empty")]
    reductions: Vec<Reduction>,
    #[serde(with = "list", default, skip_serializing_if = "Vec::is_empty")]
    exchange: Vec<MonthlyRate>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Price", deny_unknown_fields)]
pub(super) struct PriceBody {
    #[serde(with = "text")]
    meter: MeterId,
    #[serde(with = "text")]
    from: Day,
    #[serde(with = "text")]
    unit: Unit,
    #[serde(with = "ConversionBody")]
    conversion: Conversion,
    #[serde(with = "text")]
    included: Quantity,
    #[serde(with = "list")]
    tiers: Vec<Tier>,
    source: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Conversion", deny_unknown_fields)]
pub(super) struct ConversionBody {
    priced_unit: String,
    divisor: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Tier", deny_unknown_fields)]
pub(super) struct TierBody {
    #[serde(with = "text")]
    from: Quantity,
    #[serde(with = "text")]
    unit_price: UnitPrice,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MeterMapping", deny_unknown_fields)]
pub(super) struct MeterMappingBody {
    #[serde(with = "text")]
    meter: MeterId,
    #[serde(with = "text")]
    scope: Scope,
    #[serde(with = "text")]
    from: Day,
    #[serde(with = "text")]
    commerce_meter: MeterId,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Reduction", deny_unknown_fields)]
pub(super) struct ReductionBody {
    #[serde(with = "text")]
    kind: ReductionKind,
    #[serde(with = "text::option")]
    paying_subscription: Option<PayingSubscriptionId>,
    #[serde(with = "text::option")]
    meter: Option<MeterId>,
    #[serde(with = "text")]
    from: Day,
    #[serde(with = "text::option")]
    until: Option<Day>,
    #[serde(with = "text")]
    share: Share,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MonthlyRate", deny_unknown_fields)]
pub(super) struct MonthlyRateBody {
    #[serde(with = "text")]
    month: Month,
    #[serde(with = "text")]
    rate: ExchangeRate,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Budget", deny_unknown_fields)]
pub(super) struct BudgetBody {
    #[serde(with = "text")]
    id: BudgetId,
    #[serde(with = "text")]
    partner: PartnerId,
    #[serde(with = "text::option")]
    customer: Option<CustomerId>,
    #[serde(with = "text")]
    side: BudgetSide,
    #[serde(with = "text")]
    amount: Money,
    #[serde(with = "text::list")]
    thresholds: Vec<Share>,
    webhook: Option<String>,
    secret: Option<String>,
    mail: Vec<String>,
    ended: bool,
}
