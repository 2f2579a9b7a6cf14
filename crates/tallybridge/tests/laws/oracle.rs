//! The oracle: says from the facts alone what every receipt and every document must be.
//!
//! It shares no code with the rooms: fractions of unbounded integers, days and months as texts, no stored sums. It is slow
//! and as close to the words of the rules as it can be.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{Signed, Zero};

use crate::facts::{METERS, Meter, Office, Price, Row, Step, Window, is_provider, tenant_of};

pub type Exact = Ratio<BigInt>;

fn power_of_ten(exponent: u32) -> Exact {
    Exact::from(BigInt::from(10).pow(exponent))
}

/// The number that a text says.
pub fn exact(text: &str) -> Option<Exact> {
    let (decimal, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
    let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
    let size = power_of_ten(exponent.unsigned_abs());
    Some(if exponent < 0 { Exact::from(digits) / size } else { Exact::from(digits) * size })
}

/// Who measured what: local subscription, meter, resource, start.
type Measurement = (&'static str, &'static str, &'static str, String);
/// What was measured: quantity, end, and the rest of the resource.
type Value = (Exact, String, &'static str);

/// What a line is about, in the order of a document. The scope is whether it is infrastructure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub month: String,
    pub subscription: String,
    pub stamp: String,
    pub meter: String,
    pub infrastructure: bool,
    pub price_from: String,
    pub tier: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub key: Key,
    pub kind: &'static str,
    pub unit_price: Exact,
    pub divisor: u32,
    pub quantity: Exact,
    /// Unit: minor units of the currency.
    pub amount: BigInt,
    /// In the currency, not in minor units.
    pub residual: Exact,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub number: String,
    pub kind: &'static str,
    pub total: BigInt,
    pub lines: Vec<Line>,
}

/// What a receipt must say.
#[derive(Debug, PartialEq, Eq)]
pub struct Receipt {
    pub received: usize,
    pub stored: usize,
    pub removed: usize,
    /// How many rows the window holds back now.
    pub held: usize,
}

/// What stands under a key, due or invoiced.
#[derive(Clone)]
struct Account {
    quantity: Exact,
    unit_price: Exact,
    divisor: u32,
    amount: BigInt,
    residual: Exact,
}

pub struct Oracle {
    partner: String,
    office: Office,
    windows: BTreeMap<(&'static str, &'static str), BTreeMap<Measurement, Value>>,
    invoiced: BTreeMap<Key, Account>,
    /// How many invoices and credit notes there are.
    issued: BTreeMap<&'static str, usize>,
}

impl Oracle {
    pub fn new(partner: &str, office: &Office) -> Self {
        let (windows, invoiced, issued) = Default::default();
        Self { partner: partner.to_owned(), office: office.clone(), windows, invoiced, issued }
    }

    pub fn change_office(&mut self, step: &Step) {
        self.office.change(step);
    }

    /// Takes a window in. Its latest content is all that counts.
    pub fn receive(&mut self, window: &Window) -> Receipt {
        let mut measured: BTreeMap<Measurement, Vec<Value>> = BTreeMap::new();
        let mut held = 0;
        for row in &window.rows {
            match bookable(row, window.hour.1) {
                Some(quantity) => measured
                    .entry((row.local, row.meter.id, row.resource, row.start()))
                    .or_default()
                    .push((quantity, row.end(), row.tags)),
                None => held += 1,
            }
        }
        let mut now = BTreeMap::new();
        for (measurement, mut values) in measured {
            if values.iter().all(|value| *value == values[0]) {
                now.insert(measurement, values.swap_remove(0));
            } else {
                held += values.len();
            }
        }
        let before = self.windows.insert((window.stamp, window.hour.0), now.clone()).unwrap_or_default();
        let stored = now.iter().filter(|(measurement, value)| before.get(*measurement) != Some(*value)).count();
        let removed = before.keys().filter(|measurement| !now.contains_key(*measurement)).count();
        Receipt { received: window.rows.len(), stored, removed, held }
    }

    /// Closes a month: the document, if there is one.
    pub fn close(&mut self, month: &str) -> Option<Paper> {
        let due = self.due();
        let first = !self.invoiced.keys().any(|key| key.month == month);
        let mut keys: Vec<&Key> = due.keys().chain(self.invoiced.keys()).collect();
        keys.sort();
        keys.dedup();
        let mut lines = Vec::new();
        for key in keys.into_iter().filter(|key| key.month.as_str() <= month) {
            let before = self.invoiced.get(key);
            // What is no longer due is given back at the price that it was invoiced with.
            let gone = || Account {
                quantity: Exact::zero(),
                amount: BigInt::ZERO,
                residual: Exact::zero(),
                ..before.unwrap().clone()
            };
            let now = due.get(key).cloned().unwrap_or_else(gone);
            let quantity = before.map_or_else(|| now.quantity.clone(), |before| &now.quantity - &before.quantity);
            let amount = before.map_or_else(|| now.amount.clone(), |before| &now.amount - &before.amount);
            if !quantity.is_zero() || !amount.is_zero() {
                let kind = if first && key.month == month { "usage" } else { "adjustment" };
                let Account { unit_price, divisor, residual, .. } = now;
                lines.push(Line { key: key.clone(), kind, unit_price, divisor, quantity, amount, residual });
            }
        }
        for line in &lines {
            let gone = |before: &Account| Account {
                quantity: &before.quantity + &line.quantity,
                amount: &before.amount + &line.amount,
                unit_price: line.unit_price.clone(),
                divisor: line.divisor,
                residual: line.residual.clone(),
            };
            let account = match (due.get(&line.key), self.invoiced.get(&line.key)) {
                (Some(now), _) => now.clone(),
                (None, Some(before)) => gone(before),
                (None, None) => continue,
            };
            self.invoiced.insert(line.key.clone(), account);
        }
        if lines.is_empty() {
            return None;
        }
        let total: BigInt = lines.iter().map(|line| &line.amount).sum();
        let (series, kind) = if total.is_negative() { ("CN", "credit_note") } else { ("INV", "invoice") };
        let ordinal = self.issued.entry(series).or_default();
        *ordinal += 1;
        Some(Paper { number: format!("{series}-{}-{ordinal:06}", self.partner), kind, total, lines })
    }

    /// What the partner owes for all months, by everything known now.
    fn due(&self) -> BTreeMap<Key, Account> {
        // By month, paying subscription and meter; there by day, stamp and scope, which is how tiers fill.
        let mut used: BTreeMap<_, BTreeMap<_, Exact>> = BTreeMap::new();
        for ((stamp, window), rows) in &self.windows {
            for ((local, meter, _, start), (quantity, _, _)) in rows {
                let day = &start[..10];
                let Some((subscription, charged)) = self.payer(stamp, local, tenant_of(local, window), day) else {
                    continue;
                };
                let known = METERS.iter().find(|known| known.id == *meter).unwrap();
                if charged && known.charge != "informational" {
                    let sums = used.entry((day[..7].to_owned(), subscription, *meter)).or_default();
                    *sums.entry((day.to_owned(), *stamp, is_provider(stamp, local))).or_default() += quantity;
                }
            }
        }
        let mut due = BTreeMap::new();
        for ((month, subscription, meter), sums) in used {
            let known = METERS.iter().find(|known| known.id == meter).unwrap();
            let mut position = Exact::zero();
            for ((day, stamp, infrastructure), quantity) in sums {
                let key = |price_from: &str, tier| Key {
                    month: month.clone(),
                    subscription: subscription.to_owned(),
                    stamp: stamp.to_owned(),
                    meter: meter.to_owned(),
                    infrastructure,
                    price_from: price_from.to_owned(),
                    tier,
                };
                if infrastructure && known.charge == "tenants" {
                    self.owe(&mut due, key(&format!("{month}-01"), 0), quantity, Exact::zero(), 1);
                } else if let Some(price) = self.price(known, &day) {
                    let end = &position + &quantity;
                    for (tier, from, until, unit_price) in steps(price) {
                        let low = position.clone().max(from);
                        let high = until.map_or_else(|| end.clone(), |until| until.min(end.clone()));
                        if high > low {
                            self.owe(&mut due, key(price.from, tier), high - low, unit_price, price.divisor);
                        }
                    }
                    position = end;
                }
            }
        }
        due
    }

    /// Adds to what is due under a key, and rounds it anew.
    fn owe(&self, due: &mut BTreeMap<Key, Account>, key: Key, quantity: Exact, unit_price: Exact, divisor: u32) {
        if quantity.is_zero() {
            return;
        }
        let quantity = due.get(&key).map_or_else(Exact::zero, |before| before.quantity.clone()) + quantity;
        let minor_units = power_of_ten(self.office.currency.1);
        let cost = &quantity * &unit_price / BigInt::from(divisor) * &minor_units;
        let half = Exact::new(BigInt::from(1), BigInt::from(2));
        let added = if self.office.rounding == "half_up" { half } else { Exact::zero() };
        // Nothing that is due is below zero here, so the floor is the way towards zero.
        let rounded = (&cost + added).floor();
        let residual = (cost - &rounded) / minor_units;
        due.insert(key, Account { quantity, unit_price, divisor, amount: rounded.to_integer(), residual });
    }

    /// The price that holds on a day: the latest, and of two with one first day the one that was listed later.
    fn price(&self, meter: &Meter, day: &str) -> Option<&Price> {
        let mut best: Option<&Price> = None;
        for price in self.office.prices.iter().filter(|price| price.meter == meter && price.from <= day) {
            if best.is_none_or(|best| best.from <= price.from) {
                best = Some(price);
            }
        }
        best.filter(|price| price.unit_fits)
    }

    /// The subscription that pays, and whether its usage is charged; nothing when it is not for this partner to pay.
    fn payer(&self, stamp: &str, local: &str, tenant: Option<&str>, day: &str) -> Option<(&'static str, bool)> {
        let registration = self.office.registrations.iter().find(|registration| {
            registration.stamp == stamp
                && registration.from <= day
                && registration.until.is_none_or(|until| day < until)
        })?;
        let charged = registration.billing_model == "PayAsYouUse";
        let (default, kind, _) = self.subscription(registration.default, day)?;
        let mut paying = default;
        let may_map = charged && matches!(kind, "CSP" | "CSPSS") && !is_provider(stamp, local);
        let mut mapped = None;
        for mapping in &registration.mappings {
            if Some(mapping.tenant) == tenant && mapping.from <= day {
                mapped = mapping.subscription;
            }
        }
        if may_map
            && let Some(name) = mapped
            && let Some((own, "CSP", "active")) = self.subscription(name, day)
        {
            paying = own;
        }
        Some((paying, charged))
    }

    /// Name, kind and state of a subscription on a day, if this partner is invoiced for it then.
    fn subscription(&self, name: &str, day: &str) -> Option<(&'static str, &'static str, &'static str)> {
        let subscription = self.office.subscriptions.iter().find(|subscription| subscription.name == name)?;
        let mut now = None;
        for standing in subscription.standings.iter().filter(|standing| standing.from <= day) {
            now = Some(standing);
        }
        let standing = now.filter(|standing| matches!(standing.partner, Some("main" | "reseller")))?;
        Some((subscription.name, subscription.kind, standing.state))
    }
}

/// The quantity of a row that can be booked.
fn bookable(row: &Row, window_end: &str) -> Option<Exact> {
    let quantity = exact(row.quantity)?;
    let (start, end) = (row.start(), row.end());
    let fits = !quantity.is_negative()
        && quantity < power_of_ten(18)
        && (&quantity * power_of_ten(36)).is_integer()
        && start < end
        // No generated row ends at midnight.
        && start[..10] == end[..10]
        && start.as_str() < window_end
        && row.meter.unit.is_some();
    fits.then_some(quantity)
}

/// The steps of a price over a month's quantity: tier, from, until, unit price.
fn steps(price: &Price) -> Vec<(u32, Exact, Option<Exact>, Exact)> {
    let included = exact(price.included).unwrap();
    let mut steps = vec![(0, Exact::zero(), Some(included.clone()), Exact::zero())];
    for (tier, (from, unit_price)) in (1..).zip(&price.tiers) {
        let from = &included + exact(from).unwrap();
        if tier > 1
            && let Some(last) = steps.last_mut()
        {
            last.2 = Some(from.clone());
        }
        steps.push((tier, from, None, exact(unit_price).unwrap()));
    }
    steps
}
