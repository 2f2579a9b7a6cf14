//! Margin: what each customer costs, what it is charged, and what is left of that.

use std::{collections::BTreeMap, sync::Arc};

use model::{Currency, CustomerId, Money, Office, Overflow, PayingSubscriptionId};

use super::breakdown::{Breakdown, Group, Grouping, StatementQuestion};
use crate::{Hub, Side, close::CloseError, daily::retail_terms};

/// What a customer costs beside what it is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// What the partner is charged.
    pub cost: Money,
    /// What the partner charges; none without a retail price.
    pub retail: Option<Money>,
    /// What is left of it; none without a retail price, and none when the two are in different currencies.
    pub margin: Option<Money>,
}

/// What all customers of a partner cost beside what they are charged.
#[derive(Debug, Clone)]
pub struct Margins {
    /// The office by which it was computed.
    pub office: Arc<Office>,
    /// By customer; what belongs to none is the partner's own.
    pub customers: BTreeMap<Option<CustomerId>, Compared>,
    /// The sum of those that have a margin.
    pub compared: Compared,
    /// The cost of all.
    pub cost: Money,
    /// Paying subscriptions that used something in the month and have no retail price.
    pub left_out: Vec<PayingSubscriptionId>,
    /// How many rows of the month have no cost though they should. Unit: rows.
    pub without_cost: u64,
    /// How many rows of the month have no retail amount though they should. Unit: rows.
    pub without_retail: u64,
}

impl Hub {
    /// What each customer costs, what it is charged, and what is left. The side and the groups of the question play no part.
    ///
    /// # Errors
    ///
    /// When the partner is unknown, not invoiced itself, or has no price list, when a sum does not fit, or when the store
    /// fails.
    pub fn margins(&self, question: &StatementQuestion<'_>) -> Result<Margins, CloseError> {
        let on = |side| StatementQuestion { side, by: &[Grouping::Customer], ..*question };
        let cost = self.breakdown(&on(Side::Cost))?;
        let retail = self.breakdown(&on(Side::Retail))?;
        let office = Arc::clone(&cost.office);
        let charged_in = |id: &CustomerId| {
            retail_terms(&office, question.partner, office.customers.get(id)?).map(|terms| terms.currency)
        };
        let nothing = Money::zero(super::terms(&office, question.partner)?.currency);
        Ok(compare(&cost, retail, nothing, &charged_in)?)
    }
}

/// Puts both sides beside each other. `nothing` is in the currency of the cost.
pub(super) fn compare(
    cost: &Breakdown,
    retail: Breakdown,
    nothing: Money,
    charged_in: &dyn Fn(&CustomerId) -> Option<Currency>,
) -> Result<Margins, Overflow> {
    let mut customers: BTreeMap<Option<CustomerId>, Compared> = BTreeMap::new();
    let none = Compared { cost: nothing, retail: None, margin: None };
    for (group, total) in cost.by(Grouping::Customer) {
        let Group::Customer(id) = group else { continue };
        // Nothing that could be charged is a charge of zero, where there is a price to charge by.
        let retail = id.as_ref().and_then(charged_in).map(Money::zero);
        customers.insert(id.clone(), Compared { cost: total.amount, retail, margin: None });
    }
    for (group, total) in retail.by(Grouping::Customer) {
        // A customer is charged by one list, so in one currency.
        let Group::Customer(id) = group else { continue };
        customers.entry(id.clone()).or_insert(none).retail = Some(total.amount);
    }
    let (mut sum, mut charged) = (nothing, nothing);
    let mut whole = nothing;
    for one in customers.values_mut() {
        whole = whole.checked_add(one.cost)?;
        let Some(retail) = one.retail.filter(|retail| retail.currency == one.cost.currency) else { continue };
        one.margin = Some(retail.checked_add(one.cost.negated())?);
        sum = sum.checked_add(one.cost)?;
        charged = charged.checked_add(retail)?;
    }
    let margin = charged.checked_add(sum.negated())?;
    Ok(Margins {
        office: Arc::clone(&cost.office),
        customers,
        compared: Compared { cost: sum, retail: Some(charged), margin: Some(margin) },
        cost: whole,
        left_out: retail.left_out,
        without_cost: cost.unpriced_rows,
        without_retail: retail.unpriced_rows,
    })
}
