//! Check: how far the budgets have come, and the notices for whoever is to hear of it.

use std::collections::BTreeMap;

use billing::{bill::due, show::reaches};
use model::{Budget, BudgetSide, CustomerId, Money, Month, Office, Overflow, PartnerId, Second, Share};
use serde_json::json;
use store::{Notice, NoticeChannel, StoreError};

use super::BudgetStanding;
use crate::{
    Hub,
    close::{CloseError, GRACE_HOURS},
    daily::retail_terms,
};

/// What a check of all budgets found.
#[derive(Debug, Default)]
pub struct BudgetCheck {
    /// How far each has come, by partner and month.
    pub standings: Vec<BudgetStanding>,
    /// The partners whose budgets could not be computed, with the reason. The others were.
    pub problems: Vec<(PartnerId, CloseError)>,
}

/// What customers came to: one sum for each currency. The partner's own stands under none.
type ByCustomer = BTreeMap<Option<CustomerId>, Vec<Money>>;

impl Hub {
    /// How far the budgets of a partner have come in a month. Nothing is written.
    ///
    /// # Errors
    ///
    /// When the partner is unknown or has no price list, when a sum does not fit, or when the store fails.
    pub fn budget_standings(&self, partner: &PartnerId, month: Month) -> Result<Vec<BudgetStanding>, CloseError> {
        let budgets = self.budgets(Some(partner))?;
        let mut spent: BTreeMap<&'static str, ByCustomer> = BTreeMap::new();
        let mut standings = Vec::new();
        for budget in budgets {
            let side = budget.side;
            if !spent.contains_key(side.word()) {
                spent.insert(side.word(), self.spent_by_customer(partner, month, side)?);
            }
            let amounts = spent.get(side.word()).map(|spent| sum_for(&budget, spent)).transpose()?;
            let amounts = amounts.unwrap_or(Money::zero(budget.amount.currency));
            standings.push(BudgetStanding { month, spent: amounts, reached: reached(&budget, amounts)?, budget });
        }
        Ok(standings)
    }

    /// Looks at all budgets in the month that goes on, and in the one before while usage of it may still come in, and adds a
    /// notice for each threshold that was reached and each address that is to hear of it. Each is added once, however often
    /// this is called.
    ///
    /// # Errors
    ///
    /// When the store fails. What fails with one partner stands in the answer.
    pub fn check_budgets(&self) -> Result<BudgetCheck, StoreError> {
        let office = self.current_office()?;
        let mut partners: Vec<PartnerId> =
            office.budgets.values().filter(|one| !one.ended).map(|one| one.partner.clone()).collect();
        partners.sort_unstable();
        partners.dedup();
        let now = self.clock.now();
        let mut check = BudgetCheck::default();
        for month in months_of_interest(now) {
            for partner in &partners {
                match self.budget_standings(partner, month) {
                    Ok(standings) => check.standings.extend(standings),
                    Err(CloseError::Store(error)) => return Err(error),
                    Err(error) => check.problems.push((partner.clone(), error)),
                }
            }
        }
        let notices: Vec<Notice> =
            check.standings.iter().flat_map(|standing| notices_of(&office, standing, now)).collect();
        if !notices.is_empty() {
            self.store.add_notices(&notices)?;
        }
        Ok(check)
    }

    fn spent_by_customer(&self, partner: &PartnerId, month: Month, side: BudgetSide) -> Result<ByCustomer, CloseError> {
        if side == BudgetSide::Cost {
            let totals = self.statement(partner, month)?.with_totals(|totals| totals.by_customer.clone())?;
            return Ok(totals.into_iter().map(|(customer, money)| (customer, vec![money])).collect());
        }
        let daily = self.retail_month(partner, month)?;
        let mut sums = ByCustomer::new();
        for rated in &daily.rated {
            let Some(customer) = rated.customer.as_ref().and_then(|id| daily.office.customers.get(id)) else {
                continue;
            };
            let Some(terms) = retail_terms(&daily.office, partner, customer) else { continue };
            for line in due(rated, terms)?.lines {
                add(sums.entry(Some(customer.id.clone())).or_default(), line.rounded.money)?;
            }
        }
        Ok(sums)
    }
}

/// The month of a moment, and the one before while usage of it may still come in.
fn months_of_interest(now: Second) -> Vec<Month> {
    let Some(day) = now.day() else { return Vec::new() };
    let month = day.month();
    let grace_over = month.first_day().first_hour().plus(GRACE_HOURS).start();
    let first = month.first_day().0;
    let before = first.checked_sub(1).map(|last| model::Day(last).month()).filter(|_| now < grace_over);
    before.into_iter().chain([month]).collect()
}

fn add(sums: &mut Vec<Money>, money: Money) -> Result<(), Overflow> {
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => *sum = sum.checked_add(money)?,
        None => sums.push(money),
    }
    Ok(())
}

/// What a budget counts of what customers came to. What came to be in another currency after the budget was put is left out.
fn sum_for(budget: &Budget, sums: &ByCustomer) -> Result<Money, Overflow> {
    let counted = sums.iter().filter(|(customer, _)| budget.customer.is_none() || budget.customer == **customer);
    let amounts = counted.flat_map(|(_, amounts)| amounts).filter(|one| one.currency == budget.amount.currency);
    amounts.copied().try_fold(Money::zero(budget.amount.currency), Money::checked_add)
}

fn reached(budget: &Budget, spent: Money) -> Result<Vec<Share>, Overflow> {
    let each = budget.thresholds.iter().map(|part| Ok(reaches(spent, budget.amount, *part)?.then_some(*part)));
    each.filter_map(Result::transpose).collect()
}

/// Who is to be told what of a standing.
fn notices_of(office: &Office, standing: &BudgetStanding, now: Second) -> Vec<Notice> {
    let budget = &standing.budget;
    let webhooks = budget.webhook.iter().map(|target| (NoticeChannel::Webhook, "webhook", target));
    let mails = budget.mail.iter().map(|target| (NoticeChannel::Mail, "mail", target));
    let targets: Vec<_> = webhooks.chain(mails).collect();
    let spent = standing.reached.iter().map(|part| ("spent", part));
    let mut notices = Vec::new();
    for (basis, part) in spent {
        for (channel, word, target) in &targets {
            let key = format!("{}/{}/{basis}/{part}/{word}/{target}", budget.id, standing.month);
            notices.push(Notice {
                body: body(office, standing, basis, *part, now).to_string(),
                key,
                budget: budget.id.clone(),
                channel: *channel,
                target: (*target).clone(),
                at: now,
            });
        }
    }
    notices
}

fn body(office: &Office, standing: &BudgetStanding, basis: &str, part: Share, now: Second) -> serde_json::Value {
    let budget = &standing.budget;
    let partner = office.partners.get(&budget.partner).map(|partner| partner.name.as_str());
    let customer = budget.customer.as_ref().map(
        |id| json!({ "id": id.as_str(), "name": office.customers.get(id).map(|customer| customer.name.as_str()) }),
    );
    json!({
        "event": "budget.threshold",
        "budget": budget.id.as_str(),
        "partner": { "id": budget.partner.as_str(), "name": partner },
        "customer": customer,
        "side": budget.side.word(),
        "month": standing.month.to_string(),
        "basis": basis,
        "threshold": part.to_string(),
        "amount": budget.amount.decimal(),
        "spent": standing.spent.decimal(),
        "currency": budget.amount.currency.code(),
        "at": now.to_string(),
    })
}
