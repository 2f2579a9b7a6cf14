//! Show: put what is due into the shapes that people read.
//!
//! In: months as the room bill rounded them.
//! Out: a [`Statement`] of totals, or the [`Explanation`] of one line.
//! Holds: every total is a sum of rounded lines, so a statement agrees with the invoice to the last minor unit.

use std::{collections::BTreeMap, fmt};

use model::{
    CloudId, Currency, CustomerId, MeterId, Money, Overflow, PayingSubscriptionId, Price, PriceList, Quantity, Share,
};

use crate::{
    attribute::Rule,
    bill::{DueLine, DueMonth},
    rate::{Rating, RowCounts, Unrated},
};

mod portion;
mod spread;

pub use portion::{percent, reaches};
pub use spread::Spread;

/// What one meter comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeterTotal {
    /// How much was rated, in the meter's unit.
    pub quantity: Quantity,
    /// What it costs.
    pub amount: Money,
}

/// What some months of some paying subscriptions come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The lines, by month and paying subscription as they were given.
    pub lines: Vec<DueLine<'a>>,
    /// By who pays.
    pub by_paying_subscription: BTreeMap<PayingSubscriptionId, Money>,
    /// By stamp.
    pub by_stamp: BTreeMap<CloudId, Money>,
    /// By customer; what belongs to none is the partner's own.
    pub by_customer: BTreeMap<Option<CustomerId>, Money>,
    /// By meter.
    pub by_meter: BTreeMap<MeterId, MeterTotal>,
    /// Everything.
    pub total: Money,
    /// What has no amount, with its reason.
    pub unpriced: Vec<&'a Unrated>,
    /// What is shown and not charged.
    pub informational: Vec<&'a Unrated>,
    /// Where the rows went.
    pub rows: RowCounts,
    /// How many rows each rule of attribution brought here. Unit: rows.
    pub rules: BTreeMap<Rule, u64>,
}

/// Adds months up.
///
/// # Errors
///
/// When a sum does not fit, or when a line is in another currency.
pub fn statement<'a>(currency: Currency, months: &[DueMonth<'a>]) -> Result<Statement<'a>, Overflow> {
    let mut statement = Statement {
        lines: Vec::new(),
        by_paying_subscription: BTreeMap::new(),
        by_stamp: BTreeMap::new(),
        by_customer: BTreeMap::new(),
        by_meter: BTreeMap::new(),
        total: Money::zero(currency),
        unpriced: Vec::new(),
        informational: Vec::new(),
        rows: RowCounts::default(),
        rules: BTreeMap::new(),
    };
    for month in months {
        for line in &month.lines {
            statement.add(line)?;
        }
        statement.unpriced.extend(&month.rated.unpriced);
        statement.informational.extend(&month.rated.informational);
        statement.rows = statement.rows.checked_add(month.rated.rows)?;
        for (rule, rows) in &month.rated.rules {
            let counter = statement.rules.entry(*rule).or_insert(0);
            *counter = counter.checked_add(*rows).ok_or(Overflow)?;
        }
    }
    Ok(statement)
}

impl<'a> Statement<'a> {
    fn add(&mut self, due: &DueLine<'a>) -> Result<(), Overflow> {
        let (key, money) = (&due.line.key, due.rounded.money);
        self.total = self.total.checked_add(money)?;
        add_money(&mut self.by_paying_subscription, key.paying_subscription.clone(), money)?;
        add_money(&mut self.by_stamp, key.stamp.clone(), money)?;
        add_money(&mut self.by_customer, due.customer.cloned(), money)?;
        let nothing = MeterTotal { quantity: Quantity::ZERO, amount: Money::zero(money.currency) };
        let meter = self.by_meter.entry(key.meter.clone()).or_insert(nothing);
        meter.quantity = meter.quantity.checked_add(due.line.quantity)?;
        meter.amount = meter.amount.checked_add(money)?;
        self.lines.push(*due);
        Ok(())
    }
}

fn add_money<K: Ord>(totals: &mut BTreeMap<K, Money>, key: K, money: Money) -> Result<(), Overflow> {
    let total = totals.entry(key).or_insert(Money::zero(money.currency));
    *total = total.checked_add(money)?;
    Ok(())
}

/// The arithmetic of one line, in words. It displays as one statement per line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Quantity times unit price by divisor, and the exact result.
    pub arithmetic: String,
    /// How the exact result became money.
    pub rounding: String,
    /// The rule of the room rate.
    pub rule: String,
    /// Which price was applied and where it is from.
    pub price: String,
}

/// Explains a line of a month that is due by a price list.
pub fn explain(due: &DueLine<'_>, price_list: &PriceList) -> Explanation {
    let line = due.line;
    let currency = price_list.currency;
    // The last price of a meter and day counts, as everywhere.
    let applied = |price: &&Price| price.meter == line.key.commerce_meter && price.from == line.key.price_from;
    let price = price_list.prices.iter().rev().find(applied).filter(|_| line.rating == Rating::Rated);
    let unit = price.map_or("units", |price| price.unit.word());
    let by_divisor = if line.divisor == 1 { String::new() } else { format!(" / {}", line.divisor) };
    let price_text = match price {
        None => "none; the house rule says zero".to_owned(),
        Some(price) => {
            let step = match line.key.tier {
                0 => "the included quantity".to_owned(),
                tier => format!("tier {tier}"),
            };
            let (from, per, source) = (price.from, &price.conversion.priced_unit, &price.source);
            format!("{step} of {:?}, in force from {from}, per {per}; source: {source}", price_list.name)
        }
    };
    let less = |what: &str, share: Share| {
        if share.is_zero() { String::new() } else { format!(" less {share} % {what}") }
    };
    let reduced = less("discount", line.key.discount) + &less("earned credit", line.key.credit);
    let exchanged = due.exchange.map_or_else(String::new, |exchange| {
        format!(" at {} {} for 1 {}", exchange.rate, due.rounded.money.currency, exchange.from)
    });
    Explanation {
        arithmetic: format!(
            "{} {unit} x {} {currency}{by_divisor}{reduced} = {} {currency}",
            line.quantity,
            line.unit_price,
            line.amount.exact_text()
        ),
        rounding: format!(
            "{}{exchanged} gives {}, residual {}",
            price_list.rounding.word(),
            due.rounded.money,
            due.rounded.residual.exact_text()
        ),
        rule: format!("{}: {}", line.rating.word(), line.rating.explain()),
        price: price_text,
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { arithmetic, rounding, rule, price } = self;
        write!(formatter, "arithmetic: {arithmetic}\nrounding: {rounding}\nrule: {rule}\nprice: {price}")
    }
}

#[cfg(test)]
mod tests;
