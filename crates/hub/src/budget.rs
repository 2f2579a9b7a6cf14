//! Budget, in the office: what a month may cost, how far it has come, and who is to be told.

use model::{Budget, BudgetId, BudgetSide, Money, Month, Office, PartnerId, Share};
use serde_json::json;
use store::{OfficeRecord, StoreError};

use crate::{
    Hub, OfficeChange,
    actor::Actor,
    close::{CloseError, terms},
    daily::retail_terms,
};

mod check;

pub use check::BudgetCheck;

/// How many thresholds a budget may have.
pub const BUDGET_THRESHOLDS_MAX: usize = 10;
/// How many addresses a budget may write to.
pub const BUDGET_MAILS_MAX: usize = 10;
/// How many budgets that count a partner may have.
pub const BUDGETS_MAX: usize = 1_000;
/// How short the secret of a webhook may be. Unit: bytes.
pub const BUDGET_SECRET_BYTES_MIN: usize = 16;
/// How long an address, a secret or an id may be. Unit: bytes.
const TEXT_BYTES_MAX: usize = 2_048;

/// Why a budget was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum BudgetError {
    /// There is none.
    #[error("no budget has the id {0}: `tallybridge budget list` shows those that count")]
    Unknown(BudgetId),
    /// Something about it is wrong.
    #[error("put the budget {id}: {problem}")]
    Invalid {
        /// Which.
        id: BudgetId,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The partner cannot be invoiced.
    #[error(transparent)]
    Close(#[from] CloseError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far a budget has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetStanding {
    /// Which.
    pub budget: Budget,
    /// The month.
    pub month: Month,
    /// What was spent in it so far, by everything known now.
    pub spent: Money,
    /// The thresholds that were reached by what was spent.
    pub reached: Vec<Share>,
}

impl Hub {
    /// Adds a budget, or replaces the one of that id. One that had ended counts again. A secret that is not given stays what
    /// it was.
    ///
    /// # Errors
    ///
    /// When something about it is wrong, or when the store fails.
    pub fn put_budget(&self, actor: &Actor, budget: &Budget) -> Result<(), BudgetError> {
        self.change_office(&actor.text(), |office| {
            let known = office.budgets.get(&budget.id);
            let mut wanted = Budget { ended: false, ..budget.clone() };
            if let Some(known) = known {
                wanted.id = known.id.clone();
                if wanted.webhook == known.webhook && wanted.secret.is_none() {
                    wanted.secret.clone_from(&known.secret);
                }
            }
            validate(office, &wanted).map_err(|problem| BudgetError::Invalid { id: budget.id.clone(), problem })?;
            check_currency(office, &wanted)?;
            if known == Some(&wanted) {
                return Ok(None);
            }
            Ok(Some(change(wanted, "budget.put")))
        })
    }

    /// Ends a budget. One that had ended stays so.
    ///
    /// # Errors
    ///
    /// When there is none, or when the store fails.
    pub fn end_budget(&self, actor: &Actor, id: &BudgetId) -> Result<(), BudgetError> {
        self.change_office(&actor.text(), |office| {
            let known = office.budgets.get(id).ok_or_else(|| BudgetError::Unknown(id.clone()))?;
            Ok((!known.ended).then(|| change(Budget { ended: true, ..known.clone() }, "budget.end")))
        })
    }

    /// The budgets that count, of a partner or of all, by id.
    ///
    /// # Errors
    ///
    /// When the office cannot be read.
    pub fn budgets(&self, partner: Option<&PartnerId>) -> Result<Vec<Budget>, StoreError> {
        let office = self.current_office()?;
        let counts = |one: &&Budget| !one.ended && partner.is_none_or(|partner| one.partner == *partner);
        Ok(office.budgets.values().filter(counts).cloned().collect())
    }
}

fn change(budget: Budget, action: &'static str) -> OfficeChange {
    OfficeChange {
        action,
        object: budget.id.to_string(),
        detail: json!({}),
        records: vec![OfficeRecord::Budget(budget)],
    }
}

/// What is wrong with a budget, in words.
fn validate(office: &Office, budget: &Budget) -> Result<(), String> {
    let Budget { partner, customer, amount, thresholds, webhook, secret, mail, .. } = budget;
    if !office.partners.contains_key(partner) {
        return Err(format!("partner {partner} is not known"));
    }
    if let Some(id) = customer {
        let known = office.customers.get(id).ok_or_else(|| format!("customer {id} is not known"))?;
        if office.invoiced_partner(&known.partner).is_none_or(|payer| payer.id != *partner) {
            return Err(format!("customer {id} is no customer of partner {partner}"));
        }
    }
    if office.budgets.get(&budget.id).is_some_and(|known| known.partner != *partner) {
        return Err("it belongs to another partner: choose another id".to_owned());
    }
    let others = office.budgets.values().filter(|one| !one.ended && one.partner == *partner && one.id != budget.id);
    if others.count() >= BUDGETS_MAX {
        return Err(format!("partner {partner} has {BUDGETS_MAX} budgets: end one first"));
    }
    if amount.minor <= 0 {
        return Err(format!("{amount} is not above zero"));
    }
    let ascending = thresholds.windows(2).all(|pair| matches!(pair, [left, right] if left < right));
    if thresholds.is_empty() || thresholds.len() > BUDGET_THRESHOLDS_MAX || !ascending {
        return Err(format!(
            "thresholds are 1 to {BUDGET_THRESHOLDS_MAX} percentages by rising size, such as 50, 80, 100"
        ));
    }
    if thresholds.iter().any(|share| share.is_zero() || share.is_negative()) {
        return Err("a threshold is above 0 percent".to_owned());
    }
    let plain = |text: &str| text.len() <= TEXT_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    match (webhook, secret) {
        (Some(address), _) if !plain(address) || !is_web_address(address) => {
            return Err("the webhook is no address such as https://hooks.example/budgets".to_owned());
        }
        (Some(_), None) => return Err("a webhook needs a secret by which its messages are signed".to_owned()),
        (Some(_), Some(secret)) if !(BUDGET_SECRET_BYTES_MIN..=TEXT_BYTES_MAX).contains(&secret.len()) => {
            return Err(format!("the secret has less than {BUDGET_SECRET_BYTES_MIN} characters, or too many"));
        }
        (None, _) | (Some(_), Some(_)) => {}
    }
    if mail.len() > BUDGET_MAILS_MAX {
        return Err(format!("it writes to more than {BUDGET_MAILS_MAX} addresses"));
    }
    match mail.iter().find(|address| !plain(address) || !is_mail_address(address)) {
        Some(address) => Err(format!("{address:?} is no mail address")),
        None => Ok(()),
    }
}

/// Whether a text can be the address of a webhook. User names in it would travel in logs.
fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    authority.is_some_and(|authority| !authority.is_empty() && !authority.contains('@'))
}

fn is_mail_address(text: &str) -> bool {
    let split = text.split_once('@');
    split.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

/// A budget counts amounts of one currency, so it must be that of the amounts.
fn check_currency(office: &Office, budget: &Budget) -> Result<(), BudgetError> {
    let own = terms(office, &budget.partner)?.currency;
    let wanted = match (budget.side, &budget.customer) {
        (BudgetSide::Cost, _) => vec![own],
        (BudgetSide::Retail, customer) => {
            let of = |one: &&model::Customer| {
                let payer = office.invoiced_partner(&one.partner);
                customer.as_ref().is_none_or(|id| one.id == *id)
                    && payer.is_some_and(|payer| payer.id == budget.partner)
            };
            let customers = office.customers.values().filter(of);
            let mut currencies: Vec<_> = customers
                .filter_map(|one| retail_terms(office, &budget.partner, one).map(|terms| terms.currency))
                .collect();
            currencies.sort_unstable();
            currencies.dedup();
            currencies
        }
    };
    let invalid = |problem: String| BudgetError::Invalid { id: budget.id.clone(), problem };
    let currency = budget.amount.currency;
    match wanted.as_slice() {
        [] => {
            Err(invalid("nobody it is for has a retail price: give the customer or the partner one first".to_owned()))
        }
        [one] if *one == currency => Ok(()),
        [one] => Err(invalid(format!("its amount is in {currency}, and what it counts is in {one}"))),
        several => {
            let listed: Vec<&str> = several.iter().map(model::Currency::code).collect();
            Err(invalid(format!(
                "what it counts is in several currencies ({}): make a budget for each customer",
                listed.join(", ")
            )))
        }
    }
}

#[cfg(test)]
mod tests;
