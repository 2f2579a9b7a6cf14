//! Records of spending: what is shown of a month.

use std::collections::BTreeMap;

use contract::{
    commerce::{CommerceMeter, Exact},
    partner_center::{Collection, SubscriptionStatus},
    partner_center_billing::{
        CustomerMonthlyUsageRecord, CustomerUsageSummary, MeterUsageRecord, PartnerUsageSummary, ResourceUsageRecord,
        SubscriptionMonthlyUsageRecord, SubscriptionUsageSummary,
    },
};
use hub::{CloseError, Side, View};
use model::{Amount, Customer, Day, LocalSubscriptionId, Money, Overflow, PayingSubscription, SubscriptionState};

use super::{Spent, budget_of, payer, percent};
use crate::{
    answer::Answer,
    call::Call,
    commerce::{
        price::{DECIMALS, decimal, steps},
        rate_card::too_large,
        usage::meter_text,
        window::failed,
    },
    error::ApiError,
    partner::reach,
    partner_center::{
        customers::{find as find_customer, reached},
        fault::Refused,
        page,
        subscriptions::{OFFER, find, seen},
        uri,
    },
};

pub(super) fn of_customers(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let (_, partners) = reached(call, &call.office)?;
    let spent = Spent::until_now(call, &partner)?;
    let found = reach::customers(&call.office, &partners).collect();
    let of = format!("spending of customers of {}", partner.folded());
    let page = page(call, &of, found, |one: &&Customer| one.id.folded().to_owned())?;
    let items = page.items.iter().map(|customer| {
        let money = spent.customers.get(&customer.id);
        let budget = budget_of(call, &partner, &customer.id);
        let used = percent(money.copied().unwrap_or(spent.zero), budget);
        let amount = budget.map(|budget| Exact::of(&budget.amount.decimal()));
        CustomerMonthlyUsageRecord::new(customer.id.as_str(), &customer.name, spent.cost(money), amount, used)
    });
    Ok(Answer::ok(&Collection::page(items.collect(), &uri(call), page.next))?)
}

pub(super) fn of_partner(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let (_, partners) = reached(call, &call.office)?;
    let spent = Spent::until_now(call, &partner)?;
    let today = call.hub().now().day().unwrap_or(Day(0));
    let mut counts = [0_usize; 3];
    for customer in reach::customers(&call.office, &partners) {
        let [over, trending, all] = &mut counts;
        if call.office.subscriptions.values().any(|one| one.customer.as_ref() == Some(&customer.id)) {
            *all = all.saturating_add(1);
        }
        let Some(budget) = budget_of(call, &partner, &customer.id) else { continue };
        let money = spent.customers.get(&customer.id).copied().unwrap_or(spent.zero);
        if money.minor > budget.amount.minor {
            *over = over.saturating_add(1);
        } else if trends_over(money, budget.amount, today) {
            *trending = trending.saturating_add(1);
        }
    }
    let name = call.office.partners.get(&partner).map_or("", |known| known.name.as_str());
    let summary =
        PartnerUsageSummary::new(partner.as_str(), name, spent.period(), spent.cost(Some(&spent.total)), counts);
    Ok(Answer::ok(&summary)?)
}

/// Whether the month comes to more than a budget when it goes on as it went until now.
fn trends_over(spent: Money, budget: Money, today: Day) -> bool {
    let days = today.month().days();
    let passed = today.0.saturating_sub(days.start.0).saturating_add(1);
    let all = days.end.0.saturating_sub(days.start.0);
    let whole = spent.minor.checked_mul(i128::from(all));
    let limit = budget.minor.checked_mul(i128::from(passed));
    matches!((whole, limit), (Some(whole), Some(limit)) if whole > limit)
}

/// The customer in the path.
fn customer<'a>(call: &'a Call<'_>) -> Result<&'a Customer, Refused> {
    let (_, partners) = reached(call, &call.office)?;
    find_customer(&call.office, &partners, call.param("customer"))
}

pub(super) fn of_customer(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let customer = customer(call)?;
    let spent = Spent::until_now(call, &partner)?;
    let budget = budget_of(call, &partner, &customer.id).map(|budget| Exact::of(&budget.amount.decimal()));
    let cost = spent.cost(spent.customers.get(&customer.id));
    let summary = CustomerUsageSummary::new(customer.id.as_str(), &customer.name, spent.period(), cost, budget);
    Ok(Answer::ok(&summary)?)
}

pub(super) fn of_subscriptions(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let customer = customer(call)?;
    let (_, partners) = reached(call, &call.office)?;
    let spent = Spent::until_now(call, &partner)?;
    let today = call.hub().now().day().unwrap_or(Day(0));
    let items = seen(&call.office, &partners, customer, today).map(|one| {
        let standing = reach::standing(one, today);
        let status = match standing.map_or(SubscriptionState::Active, |standing| standing.state) {
            SubscriptionState::Active => SubscriptionStatus::Active,
            SubscriptionState::Suspended => SubscriptionStatus::Suspended,
            SubscriptionState::Cancelled => SubscriptionStatus::Deleted,
        };
        let of_record = standing.and_then(|standing| standing.partner.as_ref());
        let terms = (status, of_record.map_or("", |partner| partner.as_str()), OFFER.0);
        let cost = spent.cost(spent.subscriptions.get(&one.id));
        SubscriptionMonthlyUsageRecord::new(one.id.as_str(), &one.name, terms, cost)
    });
    Ok(Answer::ok(&Collection::page(items.collect(), &uri(call), None))?)
}

/// The subscription in the path, with its customer.
fn subscription<'a>(call: &'a Call<'_>) -> Result<(&'a Customer, &'a PayingSubscription), Refused> {
    let (_, partners) = reached(call, &call.office)?;
    find(call, &call.office, &partners)
}

pub(super) fn of_subscription(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let (customer, found) = subscription(call)?;
    let spent = Spent::until_now(call, &partner)?;
    let cost = spent.cost(spent.subscriptions.get(&found.id));
    let (customer, id) = (customer.id.as_str(), found.id.as_str());
    Ok(Answer::ok(&SubscriptionUsageSummary::new(customer, id, &found.name, spent.period(), cost))?)
}

pub(super) fn of_meters(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let (_, found) = subscription(call)?;
    let spent = Spent::until_now(call, &partner)?;
    let list = call.office.price_list_of(&partner);
    let own = spent.meters.iter().filter(|((subscription, _), _)| *subscription == found.id);
    let items = own.map(|((_, meter), (quantity, money))| {
        let texts = CommerceMeter::new(meter, list).texts();
        let cost = spent.cost(Some(money));
        MeterUsageRecord::new(found.id.as_str(), &meter_text(meter), texts, Exact::of(quantity), cost)
    });
    Ok(Answer::ok(&Collection::page(items.collect(), &uri(call), None))?)
}

/// Why a walk over daily charges failed.
struct Failed(ApiError);

impl From<CloseError> for Failed {
    fn from(error: CloseError) -> Self {
        Self(failed(error))
    }
}

/// A sum of amounts whose divisors differ, cut once for each of them.
#[derive(Default)]
struct Sum(Vec<Amount>);

impl Sum {
    fn add(&mut self, amount: Amount) {
        let added = self.0.iter_mut().find_map(|sum| Some((sum.checked_add(amount).ok()?, sum)));
        match added {
            Some((new, sum)) => *sum = new,
            None => self.0.push(amount),
        }
    }

    fn steps(&self) -> Result<i128, Overflow> {
        self.0.iter().try_fold(0_i128, |sum, amount| sum.checked_add(hub::cut(*amount, DECIMALS)?).ok_or(Overflow))
    }
}

pub(super) fn of_resources(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let (_, found) = subscription(call)?;
    let spent = Spent::until_now(call, &partner)?;
    let mut sums: BTreeMap<LocalSubscriptionId, Sum> = BTreeMap::new();
    let mut rate = None;
    let exchange = std::cell::RefCell::new(None);
    call.hub()
        .daily_charges::<Failed>(
            &partner,
            spent.month,
            View::Now,
            Side::Cost,
            |month| {
                let own = month.rated.iter().find(|one| one.paying_subscription == found.id);
                *exchange.borrow_mut() = own.and_then(|own| own.exchange);
                Ok(())
            },
            |charge| {
                if charge.line.key.paying_subscription == found.id {
                    rate = *exchange.borrow();
                    sums.entry(charge.subscriber.subscription.clone()).or_default().add(charge.line.amount);
                }
                Ok(())
            },
        )
        .map_err(|Failed(error)| error)?;
    let items = sums.iter().map(|(local, sum)| {
        let cost = match rate {
            None => steps(sum.steps()?),
            Some(rate) => decimal(Amount::of_minor(sum.steps()?, DECIMALS)?.times(rate.rate.ratio())?)?,
        };
        Ok(ResourceUsageRecord::new(found.id.as_str(), &found.name, local.as_str(), spent.exact_cost(cost)))
    });
    let items = items.collect::<Result<Vec<_>, Overflow>>().map_err(|error| too_large(&error))?;
    Ok(Answer::ok(&Collection::page(items, &uri(call), None))?)
}
