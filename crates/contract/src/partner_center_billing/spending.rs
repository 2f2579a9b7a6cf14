//! Spending: what the present month has cost until now.

use serde::{Deserialize, Serialize};

use crate::{
    commerce::{Exact, MeterTexts},
    partner_center::{Attributes, Link, Links, SubscriptionStatus},
};

/// What something cost until now.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// The sum of the lines, each rounded as on an invoice.
    pub total_cost: Exact,
    /// The currency.
    pub currency_code: String,
    /// The same in dollars, where it is in dollars.
    #[serde(rename = "usdTotalCost", skip_serializing_if = "Option::is_none")]
    pub usd_total_cost: Option<Exact>,
    /// As of when, as a time in UTC.
    pub last_modified_date: String,
}

/// What something is, by both pairs of names that clients read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    resource_id: String,
    id: String,
    resource_name: String,
    name: String,
}

impl Named {
    fn new(id: &str, name: &str) -> Self {
        Self { resource_id: id.to_owned(), id: id.to_owned(), resource_name: name.to_owned(), name: name.to_owned() }
    }
}

/// The month that is summed up.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    /// Its first moment.
    pub billing_start_date: String,
    /// Its last moment.
    pub billing_end_date: String,
}

/// What a customer's month may cost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpendingBudget {
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Exact>,
    #[serde(rename = "usageSpendingBudget", skip_serializing_if = "Option::is_none")]
    usage: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
    attributes: Attributes,
}

impl SpendingBudget {
    /// A budget, or that there is none.
    pub fn of(amount: Option<Exact>) -> Self {
        let attributes = Attributes::of("SpendingBudget", None);
        Self { amount, usage: None, links: None, attributes }
    }

    /// The same as an object of its own.
    #[must_use]
    pub fn at(mut self, uri: &str) -> Self {
        self.usage.clone_from(&self.amount);
        self.links = Some(Links { own: Link::get(uri), next: None });
        self
    }
}

/// A wish for a budget.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpendingBudgetRequest {
    /// What the month may cost; nothing, or null, for no budget.
    #[serde(default)]
    pub amount: Option<Box<serde_json::value::RawValue>>,
}

/// What a customer's month cost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerMonthlyUsageRecord {
    budget: SpendingBudget,
    percent_used: Exact,
    is_upgraded: bool,
    #[serde(flatten)]
    named: Named,
    #[serde(flatten)]
    cost: Cost,
    attributes: Attributes,
}

impl CustomerMonthlyUsageRecord {
    /// What a customer's month cost. `percent_used` is of the budget, 0 without one.
    pub fn new(id: &str, name: &str, cost: Cost, budget: Option<Exact>, percent_used: Exact) -> Self {
        Self {
            budget: SpendingBudget::of(budget),
            percent_used,
            is_upgraded: false,
            named: Named::new(id, name),
            cost,
            attributes: Attributes::of("CustomerMonthlyUsageRecord", None),
        }
    }
}

/// What a customer's month cost, on its own.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerUsageSummary {
    budget: SpendingBudget,
    #[serde(flatten)]
    named: Named,
    #[serde(flatten)]
    period: Period,
    #[serde(flatten)]
    cost: Cost,
    links: Links,
    attributes: Attributes,
}

impl CustomerUsageSummary {
    /// What a customer's month cost.
    pub fn new(id: &str, name: &str, period: Period, cost: Cost, budget: Option<Exact>) -> Self {
        Self {
            budget: SpendingBudget::of(budget),
            named: Named::new(id, name),
            period,
            cost,
            links: Links { own: Link::get(format!("/customers/{id}/usagesummary")), next: None },
            attributes: Attributes::of("CustomerUsageSummary", None),
        }
    }
}

/// What a subscription's month cost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionMonthlyUsageRecord {
    status: SubscriptionStatus,
    partner_on_record: String,
    offer_id: String,
    #[serde(flatten)]
    named: Named,
    #[serde(flatten)]
    cost: Cost,
    attributes: Attributes,
}

impl SubscriptionMonthlyUsageRecord {
    /// What a subscription's month cost.
    pub fn new(id: &str, name: &str, (status, partner, offer): (SubscriptionStatus, &str, &str), cost: Cost) -> Self {
        Self {
            status,
            partner_on_record: partner.to_owned(),
            offer_id: offer.to_owned(),
            named: Named::new(id, name),
            cost,
            attributes: Attributes::of("SubscriptionMonthlyUsageRecord", None),
        }
    }
}

/// What a subscription's month cost, on its own.
#[derive(Debug, Clone, Serialize)]
pub struct SubscriptionUsageSummary {
    #[serde(flatten)]
    named: Named,
    #[serde(flatten)]
    period: Period,
    #[serde(flatten)]
    cost: Cost,
    links: Links,
    attributes: Attributes,
}

impl SubscriptionUsageSummary {
    /// What a subscription's month cost.
    pub fn new(customer: &str, id: &str, name: &str, period: Period, cost: Cost) -> Self {
        let own = Link::get(format!("/customers/{customer}/subscriptions/{id}/usagesummary"));
        Self {
            named: Named::new(id, name),
            period,
            cost,
            links: Links { own, next: None },
            attributes: Attributes::of("SubscriptionUsageSummary", None),
        }
    }
}

/// What a meter of a subscription cost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeterUsageRecord {
    subscription_id: String,
    meter_id: String,
    meter_name: String,
    category: String,
    subcategory: String,
    quantity_used: Exact,
    unit: String,
    #[serde(flatten)]
    cost: Cost,
    attributes: Attributes,
}

impl MeterUsageRecord {
    /// What a meter of a subscription cost.
    pub fn new(subscription: &str, meter: &str, texts: MeterTexts, quantity: Exact, cost: Cost) -> Self {
        Self {
            subscription_id: subscription.to_owned(),
            meter_id: meter.to_owned(),
            meter_name: texts.name,
            category: texts.category,
            subcategory: texts.subcategory,
            quantity_used: quantity,
            unit: texts.unit,
            cost,
            attributes: Attributes::of("MeterUsageRecord", None),
        }
    }
}

/// What a local subscription cost: the smallest thing that has an amount of its own.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceUsageRecord {
    subscription_id: String,
    resource_uri: String,
    resource_type: &'static str,
    entitlement_id: String,
    entitlement_name: String,
    resource_group_name: &'static str,
    name: String,
    resource_name: String,
    #[serde(flatten)]
    cost: Cost,
    attributes: Attributes,
}

impl ResourceUsageRecord {
    /// What a local subscription cost.
    pub fn new(subscription: &str, subscription_name: &str, local: &str, cost: Cost) -> Self {
        Self {
            subscription_id: subscription.to_owned(),
            resource_uri: format!("/subscriptions/{local}"),
            resource_type: "Microsoft.AzureStack",
            entitlement_id: subscription.to_owned(),
            entitlement_name: subscription_name.to_owned(),
            resource_group_name: "",
            name: local.to_owned(),
            resource_name: local.to_owned(),
            cost,
            attributes: Attributes::of("ResourceUsageRecord", None),
        }
    }
}

/// What the month cost a partner.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartnerUsageSummary {
    customers_over_budget: usize,
    customers_trending_over: usize,
    customers_with_usage_based_subscription: usize,
    emails_to_notify: Vec<String>,
    #[serde(flatten)]
    named: Named,
    #[serde(flatten)]
    period: Period,
    #[serde(flatten)]
    cost: Cost,
    links: Links,
    attributes: Attributes,
}

impl PartnerUsageSummary {
    /// What the month cost a partner. `customers` counts those over their budget, those on the way there, and all with usage.
    pub fn new(id: &str, name: &str, period: Period, cost: Cost, customers: [usize; 3]) -> Self {
        let [over, trending, all] = customers;
        Self {
            customers_over_budget: over,
            customers_trending_over: trending,
            customers_with_usage_based_subscription: all,
            emails_to_notify: Vec::new(),
            named: Named::new(id, name),
            period,
            cost,
            links: Links { own: Link::get("/usagesummary"), next: None },
            attributes: Attributes::of("PartnerUsageSummary", None),
        }
    }
}
