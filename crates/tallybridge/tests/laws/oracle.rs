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
    pub commerce: String,
    pub infrastructure: bool,
    pub price_from: String,
    pub tier: u32,
    /// Unit: percent.
    pub discount: Exact,
    pub credit: Exact,
}

/// The currency of the prices, and what it is worth in that of the invoice.
pub type Exchange = Option<(String, Exact)>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub key: Key,
    pub kind: &'static str,
    pub unit_price: Exact,
    pub divisor: u32,
    pub exchange: Exchange,
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
    exchange: Exchange,
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
                let Account { unit_price, divisor, exchange, residual, .. } = now;
                let key = key.clone();
                lines.push(Line { key, kind, unit_price, divisor, exchange, quantity, amount, residual });
            }
        }
        for line in &lines {
            let gone = |before: &Account| Account {
                quantity: &before.quantity + &line.quantity,
                amount: &before.amount + &line.amount,
                unit_price: line.unit_price.clone(),
                divisor: line.divisor,
                exchange: line.exchange.clone(),
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
        // By month, paying subscription and what is priced; there by day, stamp, scope and local meter, which is how tiers fill.
        let mut used: BTreeMap<_, BTreeMap<_, Exact>> = BTreeMap::new();
        for ((stamp, window), rows) in &self.windows {
            for ((local, meter, _, start), (quantity, _, _)) in rows {
                let day = &start[..10];
                let Some((subscription, charged)) = self.payer(stamp, local, tenant_of(local, window), day) else {
                    continue;
                };
                let known = local_meter(meter);
                if charged && known.charge != "informational" {
                    let infrastructure = is_provider(stamp, local);
                    let commerce = self.mapped(known, infrastructure, day).unwrap_or(known).id;
                    let sums = used.entry((day[..7].to_owned(), subscription, commerce)).or_default();
                    *sums.entry((day.to_owned(), *stamp, infrastructure, *meter)).or_default() += quantity;
                }
            }
        }
        let mut due = BTreeMap::new();
        for ((month, subscription, commerce), sums) in used {
            let mut position = Exact::zero();
            for ((day, stamp, infrastructure, meter), quantity) in sums {
                let known = local_meter(meter);
                let mut key = Key {
                    month: month.clone(),
                    subscription: subscription.to_owned(),
                    stamp: stamp.to_owned(),
                    meter: meter.to_owned(),
                    commerce: commerce.to_owned(),
                    infrastructure,
                    price_from: format!("{month}-01"),
                    tier: 0,
                    discount: Exact::zero(),
                    credit: Exact::zero(),
                };
                if infrastructure && known.charge == "tenants" && self.mapped(known, true, &day).is_none() {
                    self.owe(&mut due, key, quantity, Exact::zero(), 1);
                    continue;
                }
                let Some(price) = self.price(commerce, known, &day).filter(|_| self.exchange(&month).is_ok()) else {
                    continue;
                };
                price.from.clone_into(&mut key.price_from);
                key.discount = self.reduction("discount", subscription, commerce, &day);
                key.credit = self.reduction("earned_credit", subscription, commerce, &day);
                let end = &position + &quantity;
                for (tier, from, until, unit_price) in steps(price) {
                    let low = position.clone().max(from);
                    let high = until.map_or_else(|| end.clone(), |until| until.min(end.clone()));
                    if high > low {
                        self.owe(&mut due, Key { tier, ..key.clone() }, high - low, unit_price, price.divisor);
                    }
                }
                position = end;
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
        let hundred = power_of_ten(2);
        let paid = |percent: &Exact| (&hundred - percent) / &hundred;
        let cost = &quantity * &unit_price / BigInt::from(divisor) * paid(&key.discount) * paid(&key.credit);
        let exchange = self.exchange(&key.month).unwrap_or(None);
        let decimals = self.office.invoiced_in.unwrap_or(self.office.currency).1;
        let (exact, amount) = match &exchange {
            None => (cost.clone(), self.minor_units(&cost, decimals)),
            Some((_, rate)) => {
                let own = self.office.currency.1;
                let before = match self.office.rounding {
                    "half_up" => cost.clone(),
                    _ => Exact::from(self.minor_units(&cost, own)) / power_of_ten(own),
                };
                (&cost * rate, self.minor_units(&(before * rate), decimals))
            }
        };
        let residual = exact - Exact::from(amount.clone()) / power_of_ten(decimals);
        due.insert(key, Account { quantity, unit_price, divisor, exchange, amount, residual });
    }

    /// How many minor units an amount is. Nothing that is due is below zero here, so the floor is the way towards zero.
    fn minor_units(&self, amount: &Exact, decimals: u32) -> BigInt {
        let half = Exact::new(BigInt::from(1), BigInt::from(2));
        let added = if self.office.rounding == "new_commerce" { Exact::zero() } else { half };
        (amount * power_of_ten(decimals) + added).floor().to_integer()
    }

    /// How the prices become the currency of the invoice in a month; an error when nobody knows.
    fn exchange(&self, month: &str) -> Result<Exchange, ()> {
        let (code, _) = self.office.currency;
        if self.office.invoiced_in.is_none_or(|(other, _)| other == code) {
            return Ok(None);
        }
        let mut known = Err(());
        for (of, rate) in &self.office.rates {
            if *of == month {
                known = Ok(Some((code.to_owned(), exact(rate).unwrap())));
            }
        }
        known
    }

    /// What the price list says that a local meter is on a day.
    fn mapped(&self, meter: &Meter, infrastructure: bool, day: &str) -> Option<&'static Meter> {
        let mut best: Option<(&str, &'static Meter)> = None;
        for said in &self.office.meters {
            let about = said.meter == meter && said.infrastructure == infrastructure && said.from <= day;
            if about && best.is_none_or(|(from, _)| from <= said.from) {
                best = Some((said.from, said.commerce));
            }
        }
        best.map(|(_, commerce)| commerce)
    }

    /// How many percent of a price are not paid. Whose it is says more than of what, and that more than since when.
    fn reduction(&self, kind: &str, subscription: &str, commerce: &str, day: &str) -> Exact {
        let mut best: Option<((bool, bool, &str), &str)> = None;
        for said in self.office.reductions.iter().filter(|said| said.kind == kind) {
            let then = said.from <= day && said.until.is_none_or(|until| day < until);
            let whose = said.subscription.is_none_or(|name| name == subscription);
            let of = said.commerce.is_none_or(|meter| meter.id == commerce);
            let rank = (said.subscription.is_some(), said.commerce.is_some(), said.from);
            if then && whose && of && best.is_none_or(|(other, _)| other <= rank) {
                best = Some((rank, said.percent));
            }
        }
        best.map_or_else(Exact::zero, |(_, percent)| exact(percent).unwrap())
    }

    /// The price that holds on a day: the latest, and of two with one first day the one that was listed later. It must be
    /// for the unit that is measured.
    fn price(&self, commerce: &str, measured: &Meter, day: &str) -> Option<&Price> {
        let mut best: Option<&Price> = None;
        for price in self.office.prices.iter().filter(|price| price.meter.id == commerce && price.from <= day) {
            if best.is_none_or(|best| best.from <= price.from) {
                best = Some(price);
            }
        }
        best.filter(|price| price.unit_fits && price.meter.unit == measured.unit)
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

fn local_meter(id: &str) -> &'static Meter {
    METERS.iter().find(|known| known.id == id).unwrap()
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
