//! Breakdown: what days of a month come to, on whichever side and as of whichever document, in the groups that are asked for.

use std::{cell::OnceCell, collections::BTreeMap, sync::Arc};

use billing::{
    bill::{Terms, due},
    rate::{DailyCharge, RatedMonth},
    show::Spread,
};
use model::{
    CloudId, Currency, CustomerId, Day, Exchange, LineKey, MeterId, Money, Month, Office, Overflow, PartnerId,
    PayingSubscriptionId, Quantity,
};

use crate::{
    DailyMonth, Hub, Side, View,
    close::{CloseError, terms},
    daily::retail_terms,
};

/// Which days of a month are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// All of them.
    Whole,
    /// Those up to and including this one. Each line is rounded once, as if the month had ended there.
    Until(Day),
    /// This one alone: what the month until it comes to, minus what it came to until the day before.
    Only(Day),
}

/// By what amounts are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grouping {
    /// By the customer of the paying subscription.
    Customer,
    /// By stamp.
    Stamp,
    /// By local meter.
    Meter,
    /// By paying subscription.
    Subscription,
    /// By day of use.
    Day,
}

/// One group of a grouping.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A customer; what belongs to none is the partner's own.
    Customer(Option<CustomerId>),
    /// A stamp.
    Stamp(CloudId),
    /// A local meter.
    Meter(MeterId),
    /// A paying subscription.
    Subscription(PayingSubscriptionId),
    /// A day of use.
    Day(Day),
}

impl Group {
    /// What it is a group of.
    pub fn grouping(&self) -> Grouping {
        match self {
            Self::Customer(_) => Grouping::Customer,
            Self::Stamp(_) => Grouping::Stamp,
            Self::Meter(_) => Grouping::Meter,
            Self::Subscription(_) => Grouping::Subscription,
            Self::Day(_) => Grouping::Day,
        }
    }
}

/// Money by currency: different ones stand side by side and are never added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<Currency, Money>);

impl Sums {
    /// Adds money to the sum of its currency.
    ///
    /// # Errors
    ///
    /// When the sum does not fit.
    pub fn add(&mut self, money: Money) -> Result<(), Overflow> {
        let sum = self.0.entry(money.currency).or_insert(Money::zero(money.currency));
        *sum = sum.checked_add(money)?;
        Ok(())
    }

    /// One sum for each currency, by its code.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Money> {
        self.0.values().copied()
    }
}

/// What a group comes to in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupTotal {
    /// How much was rated in it. It means something for a meter only, in the meter's unit.
    pub quantity: Quantity,
    /// What it comes to.
    pub amount: Money,
}

/// What a statement is asked.
#[derive(Debug, Clone, Copy)]
pub struct StatementQuestion<'a> {
    /// Who is invoiced.
    pub partner: &'a PartnerId,
    /// The month of use.
    pub month: Month,
    /// As of when.
    pub view: View<'a>,
    /// By whose prices.
    pub side: Side,
    /// Of one customer alone.
    pub customer: Option<&'a CustomerId>,
    /// On one stamp alone.
    pub stamp: Option<&'a CloudId>,
    /// Of which days.
    pub days: Days,
    /// In which groups.
    pub by: &'a [Grouping],
}

/// What a statement answers. The groups of each grouping add up to the total.
#[derive(Debug, Clone)]
pub struct Breakdown {
    /// The office by which it was computed.
    pub office: Arc<Office>,
    /// Everything.
    pub total: Sums,
    /// The groups, by grouping, with one total for each currency.
    pub groups: BTreeMap<(Group, Currency), GroupTotal>,
    /// Paying subscriptions that used something in the month and are not in it, because their customer has no retail price.
    pub left_out: Vec<PayingSubscriptionId>,
    /// How many rows of the whole month should have an amount and have none. Unit: rows.
    pub unpriced_rows: u64,
}

impl Breakdown {
    /// The groups of one grouping, in order. A group stands there once for each currency.
    pub fn by(&self, grouping: Grouping) -> impl Iterator<Item = (&Group, GroupTotal)> {
        let of_grouping = self.groups.iter().filter(move |((group, _), _)| group.grouping() == grouping);
        of_grouping.map(|((group, _), total)| (group, *total))
    }
}

impl Hub {
    /// What days of a partner's month come to, in the groups that are asked for.
    ///
    /// Every amount is a sum of lines that were rounded once, so a whole month agrees with its invoice. A day is what its
    /// usage adds to the rounded lines, so days add up to the month.
    ///
    /// # Errors
    ///
    /// When the partner is unknown, not invoiced itself, or has no price list, when a sum does not fit, or when the store
    /// fails.
    pub fn breakdown(&self, question: &StatementQuestion<'_>) -> Result<Breakdown, CloseError> {
        if question.days == Days::Whole && !question.by.contains(&Grouping::Day) {
            let daily = self.rated_month(question.partner, question.month, question.view, question.side)?;
            return breakdown_of_lines(question, daily);
        }
        self.breakdown_of_days(question)
    }

    fn breakdown_of_days(&self, question: &StatementQuestion<'_>) -> Result<Breakdown, CloseError> {
        let accounts: OnceCell<Accounts> = OnceCell::new();
        let mut tally = Tally::new(question.by);
        let mut spread = Spread::default();
        let daily = self.daily_charges::<CloseError>(
            question.partner,
            question.month,
            question.view,
            question.side,
            |daily| {
                let _ = accounts.set(accounts_of(question, daily)?);
                Ok(())
            },
            |charge: &DailyCharge| {
                let key = &charge.line.key;
                let account = accounts.get().and_then(|accounts| accounts.get(&key.paying_subscription));
                let Some(account) = account.filter(|_| question.is_of(&key.stamp)) else { return Ok(()) };
                let (is_before, is_shown) = question.days.hold(charge.day);
                if is_before || is_shown {
                    // What was used before a day is not shown with it, but it is what the day adds to.
                    let money = spread.part(&charge.line, account.exchange, account.terms)?;
                    if is_shown {
                        tally.add(account, key, Some(charge.day), (charge.line.quantity, money))?;
                    }
                }
                Ok(())
            },
        )?;
        finish(question, tally, daily)
    }
}

impl Days {
    /// Whether a day lies before what is shown, and whether it is shown.
    pub(super) fn hold(self, day: Day) -> (bool, bool) {
        match self {
            Self::Whole => (false, true),
            Self::Until(last) => (false, day <= last),
            Self::Only(only) => (day < only, day == only),
        }
    }
}

impl StatementQuestion<'_> {
    fn is_of(&self, stamp: &CloudId) -> bool {
        self.stamp.is_none_or(|wanted| wanted == stamp)
    }

    fn is_for(&self, customer: Option<&CustomerId>) -> bool {
        self.customer.is_none_or(|wanted| Some(wanted) == customer)
    }
}

/// How the lines of a paying subscription become money.
pub(super) struct Account {
    pub(super) customer: Option<CustomerId>,
    pub(super) exchange: Option<Exchange>,
    pub(super) terms: Terms,
}

type Accounts = BTreeMap<PayingSubscriptionId, Account>;

/// The accounts that a question is about.
fn accounts_of(question: &StatementQuestion<'_>, daily: &DailyMonth) -> Result<Accounts, CloseError> {
    let office = &daily.office;
    let own = terms(office, question.partner);
    let own = match question.side {
        Side::Cost => Some(own?),
        // What customers are charged needs no price of the partner's own, but the partner must be one that is invoiced.
        Side::Retail if matches!(own, Err(CloseError::NoPriceList(_))) => None,
        Side::Retail => own.map(|_| None)?,
    };
    let mut accounts = Accounts::new();
    for rated in daily.rated.iter().filter(|rated| question.is_for(rated.customer.as_ref())) {
        let customer = rated.customer.as_ref().and_then(|id| office.customers.get(id));
        let terms = own.or_else(|| retail_terms(office, question.partner, customer?));
        let Some(terms) = terms else { continue };
        let account = Account { customer: rated.customer.clone(), exchange: rated.exchange, terms };
        accounts.insert(rated.paying_subscription.clone(), account);
    }
    Ok(accounts)
}

fn breakdown_of_lines(question: &StatementQuestion<'_>, daily: DailyMonth) -> Result<Breakdown, CloseError> {
    let accounts = accounts_of(question, &daily)?;
    let mut tally = Tally::new(question.by);
    for rated in &daily.rated {
        let Some(account) = accounts.get(&rated.paying_subscription) else { continue };
        for line in due(rated, account.terms)?.lines {
            let key = &line.line.key;
            if question.is_of(&key.stamp) {
                tally.add(account, key, None, (line.line.quantity, line.rounded.money))?;
            }
        }
    }
    finish(question, tally, daily)
}

fn finish(question: &StatementQuestion<'_>, tally: Tally<'_>, daily: DailyMonth) -> Result<Breakdown, CloseError> {
    let mut total = tally.total;
    if question.side == Side::Cost {
        // Nothing at all is nothing of a currency.
        total.add(Money::zero(terms(&daily.office, question.partner)?.currency))?;
    }
    let of_question = daily.rated.iter().filter(|rated| question.is_for(rated.customer.as_ref()));
    let unpriced_rows = unpriced_rows(question, of_question)?;
    let customer = |id: &PayingSubscriptionId| daily.office.subscriptions.get(id)?.customer.as_ref();
    let left_out = daily.left_out.into_iter().filter(|id| question.is_for(customer(id))).collect();
    Ok(Breakdown { total, groups: tally.groups, left_out, unpriced_rows, office: daily.office })
}

fn unpriced_rows<'a>(
    question: &StatementQuestion<'_>,
    months: impl Iterator<Item = &'a RatedMonth>,
) -> Result<u64, Overflow> {
    let unpriced = months.flat_map(|rated| &rated.unpriced).filter(|usage| question.is_of(&usage.stamp));
    unpriced.map(|usage| usage.rows).try_fold(0_u64, |sum, rows| sum.checked_add(rows).ok_or(Overflow))
}

/// Sums while they are added up.
pub(super) struct Tally<'a> {
    by: &'a [Grouping],
    pub(super) total: Sums,
    pub(super) groups: BTreeMap<(Group, Currency), GroupTotal>,
}

impl<'a> Tally<'a> {
    pub(super) fn new(by: &'a [Grouping]) -> Self {
        Self { by, total: Sums::default(), groups: BTreeMap::new() }
    }

    /// Adds a line, or what a day adds to one.
    pub(super) fn add(
        &mut self,
        account: &Account,
        key: &LineKey,
        day: Option<Day>,
        (quantity, money): (Quantity, Money),
    ) -> Result<(), Overflow> {
        self.total.add(money)?;
        for grouping in self.by {
            let group = match grouping {
                Grouping::Customer => Group::Customer(account.customer.clone()),
                Grouping::Stamp => Group::Stamp(key.stamp.clone()),
                Grouping::Meter => Group::Meter(key.meter.clone()),
                Grouping::Subscription => Group::Subscription(key.paying_subscription.clone()),
                Grouping::Day => match day {
                    Some(day) => Group::Day(day),
                    None => continue,
                },
            };
            let none = GroupTotal { quantity: Quantity::ZERO, amount: Money::zero(money.currency) };
            let total = self.groups.entry((group, money.currency)).or_insert(none);
            total.quantity = total.quantity.checked_add(quantity)?;
            total.amount = total.amount.checked_add(money)?;
        }
        Ok(())
    }
}
