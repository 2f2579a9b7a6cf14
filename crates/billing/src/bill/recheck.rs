//! Bill: every line of a month computed a second time, by another way, before a document is issued.
//!
//! It shares no arithmetic with the rooms: numbers are big rationals read from their texts, a tier is the difference of two
//! clamped positions and not a walk over steps, and rounding is a floor. What both ways agree on can be issued.

use std::{collections::BTreeMap, fmt};

use model::{
    Charge, Day, Document, LineKey, MeterCatalogue, MeterId, Money, Month, Overflow, PayingSubscriptionId, Price,
    PriceList, Quantity, Rounding, Scope,
};
use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{One as _, Signed as _, Zero as _};

use super::{Draft, Terms, due};
use crate::rate::{MonthUsage, RatedMonth, Total};

/// A number that is never rounded.
type BigRational = Ratio<BigInt>;

/// Decimals of a quantity at rest. Source: decision 0001.
const QUANTITY_DECIMALS: u32 = 36;

/// Where the two ways differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl From<Overflow> for Mismatch {
    fn from(overflow: Overflow) -> Self {
        Self(format!("compute a month again: {overflow}"))
    }
}

/// What the second way found for a line.
struct Second {
    quantity: BigInt,
    /// The price of one measured unit after reductions, in the currency of the prices.
    unit_price: BigRational,
}

/// Computes every line of a rated month again, and compares quantity and money of each.
///
/// # Errors
///
/// The first line on which the two ways differ.
pub fn recheck_month(
    usage: &MonthUsage,
    price_list: Option<&PriceList>,
    catalogue: &MeterCatalogue,
    rated: &RatedMonth,
    terms: Terms,
) -> Result<(), Mismatch> {
    let mut again = lines_again(usage, price_list, catalogue);
    for line in due(rated, terms)?.lines {
        let key = &line.line.key;
        let Some(second) = again.remove(key) else {
            return Err(Mismatch(format!("{}: the second way has no such line", name(key))));
        };
        let quantity = scaled(line.line.quantity);
        if second.quantity != quantity {
            return Err(Mismatch(format!("{}: the quantity differs", name(key))));
        }
        let exact = BigRational::new(second.quantity, power_of_ten(QUANTITY_DECIMALS)) * second.unit_price;
        let minor = money(exact, price_list, rated, terms);
        if minor != BigInt::from(line.rounded.money.minor) {
            return Err(Mismatch(format!("{}: {} against {minor} minor units", name(key), line.rounded.money)));
        }
    }
    match again.iter().find(|(_, second)| !second.quantity.is_zero()) {
        Some((key, _)) => Err(Mismatch(format!("{}: only the second way has this line", name(key)))),
        None => Ok(()),
    }
}

/// Checks that what was invoiced, together with the draft of a month, is what is due, for every key up to that month.
///
/// # Errors
///
/// The first key for which it is not.
pub fn recheck_draft(
    month: Month,
    draft: Option<&Draft>,
    rated: &[RatedMonth],
    terms: Terms,
    invoiced: &[Document],
) -> Result<(), Mismatch> {
    let mut open: BTreeMap<LineKey, BigInt> = BTreeMap::new();
    let mut add = |key: &LineKey, money: Money, sign: i8| {
        *open.entry(key.clone()).or_default() += BigInt::from(money.minor) * BigInt::from(sign);
    };
    for rated in rated.iter().filter(|rated| rated.month <= month) {
        for line in due(rated, terms)?.lines {
            add(&line.line.key, line.rounded.money, 1);
        }
    }
    let of_documents = invoiced.iter().flat_map(|document| &document.lines);
    let counted = of_documents.filter(|line| line.key.month <= month);
    for line in counted.chain(draft.into_iter().flat_map(|draft| &draft.lines)) {
        add(&line.key, line.amount, -1);
    }
    match open.iter().find(|(_, rest)| !rest.is_zero()) {
        Some((key, rest)) => Err(Mismatch(format!("{}: {rest} minor units would stay open", name(key)))),
        None => Ok(()),
    }
}

fn name(key: &LineKey) -> String {
    let LineKey { month, paying_subscription, stamp, meter, tier, .. } = key;
    format!("{month}, paying subscription {paying_subscription}, stamp {stamp}, meter {meter}, tier {tier}")
}

fn lines_again(
    usage: &MonthUsage,
    price_list: Option<&PriceList>,
    catalogue: &MeterCatalogue,
) -> BTreeMap<LineKey, Second> {
    let mut by_commerce_meter: BTreeMap<&MeterId, Vec<Total<'_>>> = BTreeMap::new();
    for mut total in usage.totals() {
        total.meter = catalogue.find(total.meter).map_or(total.meter, |meter| &meter.id);
        let mapped = price_list.and_then(|list| list.mapped_meter(total.meter, total.scope, total.day));
        by_commerce_meter.entry(mapped.unwrap_or(total.meter)).or_default().push(total);
    }
    let mut lines = BTreeMap::new();
    for (commerce_meter, mut totals) in by_commerce_meter {
        totals.sort_by_key(|total| (total.day, total.stamp, total.scope, total.meter, total.charged));
        let mut walk = Walk { position: BigInt::zero(), steps: BTreeMap::new(), lines: &mut lines };
        for total in totals {
            place(usage, price_list, catalogue, (commerce_meter, &total), &mut walk);
        }
    }
    lines
}

/// One commerce meter's month on its way.
struct Walk<'a> {
    /// How much was priced so far.
    position: BigInt,
    /// The steps of each price, by the day from which it holds: many totals ask for them.
    steps: BTreeMap<Day, Vec<Step>>,
    lines: &'a mut BTreeMap<LineKey, Second>,
}

/// Puts one total on its lines, and moves the position on where it is priced.
fn place(
    usage: &MonthUsage,
    price_list: Option<&PriceList>,
    catalogue: &MeterCatalogue,
    (commerce_meter, total): (&MeterId, &Total<'_>),
    walk: &mut Walk<'_>,
) {
    let Some(meter) = catalogue.find(total.meter) else { return };
    if !total.charged || meter.charge == Charge::Informational {
        return;
    }
    let (subscription, month) = usage.whose();
    let key = Key { subscription, commerce_meter, total };
    let mapped = price_list.is_some_and(|list| list.mapped_meter(total.meter, total.scope, total.day).is_some());
    if total.scope == Scope::Infrastructure && meter.charge == Charge::Tenants && !mapped {
        let key = key.line(month.first_day(), 0, model::Reductions::default(), month);
        let nothing = || Second { quantity: BigInt::zero(), unit_price: BigRational::zero() };
        let line = walk.lines.entry(key).or_insert_with(nothing);
        line.quantity += scaled(total.quantity);
        return;
    }
    let Some(list) = price_list.filter(|list| list.exchange(month).is_ok()) else { return };
    let latest = list.prices.iter().filter(|price| price.meter == *commerce_meter && price.from <= total.day);
    let Some(price) = latest.filter(|price| !price.tiers.is_empty()).max_by_key(|price| price.from) else { return };
    if price.unit != meter.unit {
        return;
    }
    let before = walk.position.clone();
    walk.position += scaled(total.quantity);
    let reductions = list.reductions(subscription, commerce_meter, total.day);
    for step in walk.steps.entry(price.from).or_insert_with(|| steps(price)) {
        let quantity = step.clamp(&walk.position) - step.clamp(&before);
        if quantity.is_zero() {
            continue;
        }
        let unit_price = || &step.unit_price * rest(reductions.discount) * rest(reductions.credit);
        let line = walk.lines.entry(key.line(price.from, step.tier, reductions, month));
        line.or_insert_with(|| Second { quantity: BigInt::zero(), unit_price: unit_price() }).quantity += quantity;
    }
}

/// What is left when a part is taken off.
fn rest(share: model::Share) -> BigRational {
    BigRational::one() - decimal(&share.to_string()) / hundred()
}

/// What a key is made of, but for the price.
struct Key<'a> {
    subscription: &'a PayingSubscriptionId,
    commerce_meter: &'a MeterId,
    total: &'a Total<'a>,
}

impl Key<'_> {
    fn line(&self, price_from: Day, tier: u32, reductions: model::Reductions, month: model::Month) -> LineKey {
        LineKey {
            month,
            paying_subscription: self.subscription.clone(),
            stamp: self.total.stamp.clone(),
            meter: self.total.meter.clone(),
            commerce_meter: self.commerce_meter.clone(),
            scope: self.total.scope,
            price_from,
            tier,
            discount: reductions.discount,
            credit: reductions.credit,
        }
    }
}

/// A step of a price.
struct Step {
    tier: u32,
    /// Where it begins in the cumulative quantity. The first one begins nowhere: what is taken back can lie below zero.
    low: Option<BigInt>,
    /// Where it ends; the last one does not.
    high: Option<BigInt>,
    /// The price of one measured unit.
    unit_price: BigRational,
}

impl Step {
    /// A position, or the bound of this step that is nearest to it.
    fn clamp(&self, position: &BigInt) -> BigInt {
        let above = self.low.as_ref().map_or(position, |low| position.max(low));
        self.high.as_ref().map_or(above, |high| above.min(high)).clone()
    }
}

fn steps(price: &Price) -> Vec<Step> {
    let included = scaled(price.included).max(BigInt::zero());
    let divisor = BigRational::from(BigInt::from(price.conversion.divisor));
    let mut starts: Vec<(u32, BigInt, BigRational)> = Vec::new();
    if !included.is_zero() {
        starts.push((0, BigInt::zero(), BigRational::zero()));
    }
    for (tier, step) in (1..).zip(&price.tiers) {
        starts.push((tier, scaled(step.from) + &included, decimal(&step.unit_price.to_string()) / &divisor));
    }
    let ends: Vec<Option<BigInt>> =
        starts.iter().skip(1).map(|(_, start, _)| Some(start.clone())).chain([None]).collect();
    let bounded = starts.into_iter().zip(ends).enumerate();
    let step =
        |(index, ((tier, low, unit_price), high))| Step { tier, low: (index > 0).then_some(low), high, unit_price };
    bounded.map(step).collect()
}

/// An exact amount in the currency of the prices as minor units of the invoice.
fn money(exact: BigRational, price_list: Option<&PriceList>, rated: &RatedMonth, terms: Terms) -> BigInt {
    let Some(exchange) = rated.exchange else { return round(&exact, terms.currency.decimals(), terms.rounding) };
    let rate = decimal(&exchange.rate.to_string());
    let decimals = price_list.map_or(2, |list| list.currency.decimals());
    let exchanged = match terms.rounding {
        Rounding::HalfUp => exact * rate,
        Rounding::NewCommerce | Rounding::Legacy => {
            BigRational::new(round(&exact, decimals, terms.rounding), power_of_ten(decimals)) * rate
        }
    };
    round(&exchanged, terms.currency.decimals(), terms.rounding)
}

fn round(exact: &BigRational, decimals: u32, rounding: Rounding) -> BigInt {
    let size = exact.abs() * BigRational::from(power_of_ten(decimals));
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let whole = match rounding {
        Rounding::HalfUp | Rounding::Legacy => (size + half).floor(),
        Rounding::NewCommerce => size.floor(),
    };
    if exact.is_negative() { -whole.to_integer() } else { whole.to_integer() }
}

fn scaled(quantity: Quantity) -> BigInt {
    BigInt::from_signed_bytes_be(&quantity.to_bytes())
}

fn power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

fn hundred() -> BigRational {
    BigRational::from(BigInt::from(100))
}

/// A plain decimal, as our own numbers show themselves.
fn decimal(text: &str) -> BigRational {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().unwrap_or_default();
    BigRational::new(digits, power_of_ten(u32::try_from(fraction.len()).unwrap_or(0)))
}

#[cfg(test)]
mod tests;
