//! Spending: what the present month has cost until now, by customer, subscription, meter and local subscription.
//!
//! A reseller sees none of it: its provider is invoiced, and costs are the provider's.
//!
//! Source: Partner Center REST v1, pages on usage records and summaries (2016-02 to 2019-09); domain notes G.

mod budget;
mod records;

use std::collections::BTreeMap;

use contract::{
    commerce::Exact,
    partner_center_billing::{Cost, Period},
};
use model::{
    Budget, BudgetSide, CustomerId, Day, MeterId, Money, Month, Overflow, PartnerId, PartnerKind, PayingSubscriptionId,
    Quantity, Rounding,
};

use super::{
    fault::Refused,
    invoices::{moments, tell},
    route,
};
use crate::{
    call::Call,
    commerce::{rate_card::too_large, window::failed},
    error::ApiError,
    partner::page,
    route::{BodyKind, Route},
};

/// The action of looking at costs.
pub(super) const READ: &str = "Tallybridge/partners/statements/read";
/// The action of saying what a month may cost.
const WRITE: &str = "Tallybridge/partners/budgets/write";

/// The routes of spending.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        query: &[page::SIZE, page::TOKEN],
        refusals: &[403, 409],
        ..route("GET", "/v1/customers/usagerecords", READ, "What each customer's month cost.", &[200], |call| {
            tell(call, records::of_customers(call))
        })
    },
    Route {
        refusals: &[403, 409],
        ..route("GET", "/v1/usagesummary", READ, "What the month cost the caller's partner.", &[200], |call| {
            tell(call, records::of_partner(call))
        })
    },
    Route {
        refusals: &[403, 409],
        ..route("GET", "/v1/customers/{customer}/usagesummary", READ, "What a customer's month cost.", &[200], |call| {
            tell(call, records::of_customer(call))
        })
    },
    Route {
        refusals: &[403, 409],
        ..route(
            "GET",
            "/v1/customers/{customer}/subscriptions/usagerecords",
            READ,
            "What each subscription of a customer cost this month.",
            &[200],
            |call| tell(call, records::of_subscriptions(call)),
        )
    },
    Route {
        refusals: &[403, 409],
        ..route(
            "GET",
            "/v1/customers/{customer}/subscriptions/{subscription}/usagesummary",
            READ,
            "What a subscription cost this month.",
            &[200],
            |call| tell(call, records::of_subscription(call)),
        )
    },
    Route {
        refusals: &[403, 409],
        ..route(
            "GET",
            "/v1/customers/{customer}/subscriptions/{subscription}/meterusagerecords",
            READ,
            "What each meter of a subscription cost this month.",
            &[200],
            |call| tell(call, records::of_meters(call)),
        )
    },
    Route {
        refusals: &[403, 409],
        ..route(
            "GET",
            "/v1/customers/{customer}/subscriptions/{subscription}/resourceusagerecords",
            READ,
            "What each local subscription cost this month: the smallest thing that has an amount.",
            &[200],
            |call| tell(call, records::of_resources(call)),
        )
    },
    Route {
        refusals: &[403],
        ..route(
            "GET",
            "/v1/customers/{customer}/usagebudget",
            READ,
            "What a customer's month may cost.",
            &[200],
            |call| tell(call, budget::get(call)),
        )
    },
    Route {
        body: BodyKind::Json,
        refusals: &[403, 409],
        ..route(
            "PATCH",
            "/v1/customers/{customer}/usagebudget",
            WRITE,
            "Says what a customer's month may cost.",
            &[200],
            |call| tell(call, budget::change(call)),
        )
    },
];

/// The partner whose costs are asked for. A reseller has none.
fn payer(call: &Call<'_>) -> Result<PartnerId, Refused> {
    let partner = call.partner.clone().ok_or_else(ApiError::not_found)?;
    let known = call.office.partners.get(&partner);
    if known.is_none_or(|known| known.kind == PartnerKind::IndirectReseller) {
        let text = "The costs are your provider's: it is invoiced for your customers. Ask your provider.";
        return Err(Refused::forbidden("CostsNotShown", text));
    }
    Ok(partner)
}

/// What a meter came to.
type MeterCosts = BTreeMap<(PayingSubscriptionId, MeterId), (Quantity, Money)>;

/// What the present month cost a partner until now.
struct Spent {
    month: Month,
    zero: Money,
    total: Money,
    customers: BTreeMap<CustomerId, Money>,
    subscriptions: BTreeMap<PayingSubscriptionId, Money>,
    meters: MeterCosts,
    now: String,
}

impl Spent {
    fn until_now(call: &Call<'_>, partner: &PartnerId) -> Result<Self, Refused> {
        let month = call.hub().now().day().unwrap_or(Day(0)).month();
        let statement = call.hub().statement(partner, month).map_err(failed)?;
        let summed = statement.with_totals(|totals| {
            let mut spent = Self {
                month,
                zero: Money::zero(totals.total.currency),
                total: totals.total,
                customers: BTreeMap::new(),
                subscriptions: BTreeMap::new(),
                meters: BTreeMap::new(),
                now: call.hub().now().to_string(),
            };
            for due in &totals.lines {
                let (key, money) = (&due.line.key, due.rounded.money);
                if let Some(customer) = due.customer {
                    add(spent.customers.entry(customer.clone()).or_insert(spent.zero), money)?;
                }
                add(spent.subscriptions.entry(key.paying_subscription.clone()).or_insert(spent.zero), money)?;
                let of_meter = (key.paying_subscription.clone(), key.commerce_meter.clone());
                let (quantity, sum) = spent.meters.entry(of_meter).or_insert((Quantity::ZERO, spent.zero));
                *quantity = quantity.checked_add(due.line.quantity)?;
                add(sum, money)?;
            }
            Ok::<Self, Overflow>(spent)
        });
        let spent = summed.and_then(|spent| spent).map_err(|error| too_large(&error))?;
        Ok(spent)
    }

    fn period(&self) -> Period {
        let (billing_start_date, billing_end_date) = moments(self.month);
        Period { billing_start_date, billing_end_date }
    }

    fn cost(&self, money: Option<&Money>) -> Cost {
        let money = money.copied().unwrap_or(self.zero);
        self.exact_cost(Exact::of(&money.decimal()))
    }

    fn exact_cost(&self, total_cost: Exact) -> Cost {
        let currency_code = self.zero.currency.code().to_owned();
        let usd_total_cost = (currency_code == "USD").then(|| total_cost.clone());
        Cost { total_cost, currency_code, usd_total_cost, last_modified_date: self.now.clone() }
    }
}

fn add(sum: &mut Money, money: Money) -> Result<(), Overflow> {
    *sum = sum.checked_add(money)?;
    Ok(())
}

/// What a customer's month may cost: the budget that was set here, or else the first that counts costs.
fn budget_of<'a>(call: &'a Call<'_>, partner: &PartnerId, customer: &CustomerId) -> Option<&'a Budget> {
    let counts = |one: &&Budget| {
        !one.ended && one.partner == *partner && one.customer.as_ref() == Some(customer) && one.side == BudgetSide::Cost
    };
    let own = budget::id(customer).ok().and_then(|id| call.office.budgets.get(&id)).filter(|one| counts(one));
    own.or_else(|| call.office.budgets.values().find(|one| counts(one)))
}

/// How many percent of a budget were spent.
fn percent(spent: Money, budget: Option<&Budget>) -> Exact {
    let hundredth = budget.and_then(|budget| Quantity::parse(&format!("{}e-2", budget.amount.decimal())).ok());
    let text = hundredth.and_then(|hundredth| hub::published_unit_price(spent, hundredth, Rounding::Legacy));
    text.map_or_else(Exact::zero, |text| Exact::of(&text))
}
