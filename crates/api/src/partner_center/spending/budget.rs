//! Budget of a customer: what its month may cost, read and set by the programs of its partner.

use contract::{
    commerce::Exact,
    partner_center_billing::{SpendingBudget, SpendingBudgetRequest},
};
use hub::BudgetError;
use model::{Budget, BudgetId, BudgetSide, Currency, CustomerId, IdError, Money, Share};

use super::{budget_of, payer};
use crate::{
    answer::Answer,
    call::Call,
    commerce::window::failed,
    partner_center::{
        customers::{find, reached},
        fault::Refused,
        once::alone,
        uri,
    },
};

/// When somebody is told of a new budget. Source: Partner Center, Azure spending, 2019-09, where it is told at 80 percent.
const THRESHOLDS: &[&str] = &["80", "100"];

/// The id of the budget that is set here.
pub(super) fn id(customer: &CustomerId) -> Result<BudgetId, IdError> {
    BudgetId::new(&format!("usagebudget-{}", customer.folded()))
}

pub(super) fn get(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    let (_, partners) = reached(call, &call.office)?;
    let customer = find(&call.office, &partners, call.param("customer"))?;
    let amount = budget_of(call, &partner, &customer.id).map(|budget| Exact::of(&budget.amount.decimal()));
    Ok(Answer::ok(&SpendingBudget::of(amount).at(&uri(call)))?)
}

pub(super) fn change(call: &Call<'_>) -> Result<Answer, Refused> {
    let partner = payer(call)?;
    // Read from its own text: a number that was taken apart before is a float.
    let request: SpendingBudgetRequest =
        serde_json::from_slice(call.body).map_err(|problem| Refused::body(&problem.to_string()))?;
    let sent = request.amount.as_ref().map(|amount| amount.get()).filter(|text| *text != "null");
    let amount = alone(call, |office| {
        let (_, partners) = reached(call, office)?;
        let customer = find(office, &partners, call.param("customer"))?;
        let id = id(&customer.id).map_err(|error| Refused::body(&error.to_string()))?;
        let known = office.budgets.get(&id).filter(|known| !known.ended);
        let Some(sent) = sent else {
            if known.is_some() {
                call.hub().end_budget(&call.actor(), &id).map_err(refuse)?;
            }
            return Ok(None);
        };
        let list = office.price_list_of(&partner).ok_or_else(crate::commerce::rate_card::list_missing)?;
        let amount = money(sent, list.invoiced_in())?;
        let thresholds = THRESHOLDS.iter().filter_map(|percent| Share::parse_percent(percent).ok()).collect();
        let fresh = Budget {
            id,
            partner: partner.clone(),
            customer: Some(customer.id.clone()),
            side: BudgetSide::Cost,
            amount,
            thresholds,
            webhook: None,
            secret: None,
            mail: Vec::new(),
            ended: false,
        };
        let budget = known.map_or(fresh, |known| Budget { amount, ..known.clone() });
        call.hub().put_budget(&call.actor(), &budget).map_err(refuse)?;
        Ok(Some(amount))
    })?;
    Ok(Answer::ok(&SpendingBudget::of(amount.map(|amount| Exact::of(&amount.decimal()))).at(&uri(call)))?)
}

fn refuse(error: BudgetError) -> Refused {
    match error {
        BudgetError::Store(error) => error.into(),
        BudgetError::Close(error) => failed(error).into(),
        error => Refused::invalid("InvalidBudget", format!("The budget was not set: {error}.")),
    }
}

/// Reads a number with at most as many decimals as a currency has.
fn money(sent: &str, currency: Currency) -> Result<Money, Refused> {
    let invalid = || {
        let shown: String = sent.chars().take(30).collect();
        let text = format!(
            "The amount {shown} is none of {currency}. Send a number above zero with at most {} decimals.",
            currency.decimals()
        );
        Refused::invalid("InvalidAmount", text)
    };
    let (whole, fraction) = sent.split_once('.').unwrap_or((sent, ""));
    let decimals = usize::try_from(currency.decimals()).unwrap_or(0);
    let fraction = fraction.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || fraction.len() > decimals || !digits(whole) || !digits(fraction) {
        return Err(invalid());
    }
    let text = if decimals == 0 { whole.to_owned() } else { format!("{whole}.{fraction:0<decimals$}") };
    Money::from_decimal(&text, currency).filter(|money| money.minor > 0).ok_or_else(invalid)
}
