//! Language: words, numbers and dates as the reader of a document writes them.

use model::{Currency, Day, Family, Money, Month, Quantity, Scope, Unit};

mod english;
mod french;

/// The languages that documents are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
}

/// How many decimals of a quantity are shown.
const QUANTITY_DECIMALS: usize = 6;
/// What stands behind a number that was cut.
const CUT: char = '…';

/// The fixed words of documents. `{}` stands for what is filled in.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) code: &'static str,
    pub(crate) invoice: &'static str,
    pub(crate) credit_note: &'static str,
    pub(crate) statement: &'static str,
    pub(crate) partner: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) billing_month: &'static str,
    pub(crate) issued: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) lines: &'static str,
    pub(crate) record: &'static str,
    pub(crate) total: &'static str,
    pub(crate) credited: &'static str,
    pub(crate) by_customer: &'static str,
    pub(crate) by_stamp: &'static str,
    pub(crate) stamp: &'static str,
    pub(crate) own: &'static str,
    pub(crate) usage_of: &'static str,
    pub(crate) adjustments_of: &'static str,
    pub(crate) usage: &'static str,
    pub(crate) adjustments: &'static str,
    pub(crate) amount_in: &'static str,
    pub(crate) meter: &'static str,
    pub(crate) quantity: &'static str,
    pub(crate) unit_price: &'static str,
    pub(crate) unit_price_in: &'static str,
    pub(crate) terms: &'static str,
    pub(crate) subtotal: &'static str,
    pub(crate) line: &'static str,
    pub(crate) subscription: &'static str,
    /// One, and several.
    pub(crate) subscriptions: (&'static str, &'static str),
    pub(crate) tenant: &'static str,
    pub(crate) infrastructure: &'static str,
    pub(crate) included: &'static str,
    pub(crate) tier: &'static str,
    pub(crate) price_from: &'static str,
    pub(crate) per: &'static str,
    pub(crate) discount: &'static str,
    pub(crate) credit: &'static str,
    pub(crate) exchange: &'static str,
    pub(crate) not_priced: &'static str,
    pub(crate) without_tax: &'static str,
    pub(crate) quantities_cut: &'static str,
    pub(crate) prices_cut: &'static str,
    pub(crate) adjustments_mean: &'static str,
    pub(crate) statement_quantities_cut: &'static str,
    pub(crate) summed_up: &'static str,
    pub(crate) statement_summed_up: &'static str,
    pub(crate) seal: &'static str,
    pub(crate) preliminary: &'static str,
    pub(crate) preliminary_means: &'static str,
    pub(crate) nothing_used: &'static str,
    pub(crate) fingerprint: &'static str,
    pub(crate) page_of: &'static str,
    pub(crate) months: [&'static str; 12],
    pub(crate) first_of_month: &'static str,
    pub(crate) percent: &'static str,
    /// What stands between a service and its meter.
    pub(crate) colon: &'static str,
    pub(crate) group: char,
    pub(crate) point: char,
    /// The name of some units, and of one.
    pub(crate) unit: fn(Unit) -> (&'static str, &'static str),
    pub(crate) family: fn(Family) -> &'static str,
}

/// A number as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    /// Its text.
    pub(crate) text: String,
    /// Whether decimals are missing.
    pub(crate) is_cut: bool,
}

impl Language {
    /// Every language.
    pub const ALL: &[Self] = &[Self::English, Self::French];

    /// The two letters of ISO 639.
    pub fn code(self) -> &'static str {
        self.words().code
    }

    /// Reads the two letters; nothing for any other text.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.code() == code)
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &english::WORDS,
            Self::French => &french::WORDS,
        }
    }
}

impl Words {
    /// Groups the digits of a plain decimal.
    pub(crate) fn number(&self, decimal: &str) -> String {
        let (sign, size) = decimal.strip_prefix('-').map_or(("", decimal), |size| ("\u{2212}", size));
        let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
        let mut text = sign.to_owned();
        for (digit, left) in whole.chars().zip((1..=whole.len()).rev()) {
            text.push(digit);
            if left % 3 == 1 && left > 1 {
                text.push(self.group);
            }
        }
        if !fraction.is_empty() {
            text.push(self.point);
            text.push_str(fraction);
        }
        text
    }

    /// A quantity, cut to six decimals. One that is less than they can show is shown with its first digits.
    pub(crate) fn quantity(&self, quantity: Quantity) -> Number {
        let decimal = quantity.to_string();
        let Some((whole, fraction)) = decimal.split_once('.') else {
            return Number { text: self.number(&decimal), is_cut: false };
        };
        let zeros = fraction.len().saturating_sub(fraction.trim_start_matches('0').len());
        let is_small = matches!(whole, "0" | "-0");
        let decimals = if is_small { QUANTITY_DECIMALS.max(zeros.saturating_add(2)) } else { QUANTITY_DECIMALS };
        match fraction.get(..decimals).filter(|shown| shown.len() < fraction.len()) {
            None => Number { text: self.number(&decimal), is_cut: false },
            Some(shown) => {
                let mut text = self.number(&format!("{whole}.{shown}"));
                text.push(CUT);
                Number { text, is_cut: true }
            }
        }
    }

    /// An amount without its currency.
    pub(crate) fn amount(&self, money: Money) -> String {
        self.number(&money.decimal())
    }

    /// An amount with its currency. They are never parted.
    pub(crate) fn money(&self, money: Money) -> String {
        format!("{}\u{a0}{}", self.amount(money), money.currency)
    }

    /// A price with its currency.
    pub(crate) fn price(&self, decimal: &str, currency: Currency) -> String {
        format!("{}\u{a0}{currency}", self.number(decimal))
    }

    /// A month such as `October 2026`.
    pub(crate) fn month(&self, month: Month) -> String {
        let text = month.to_string();
        let (year, number) = text.split_once('-').unwrap_or((&text, ""));
        let name = number.parse::<usize>().ok().and_then(|number| self.months.get(number.checked_sub(1)?));
        name.map_or_else(|| text.clone(), |name| format!("{name} {year}"))
    }

    /// A day such as `3 November 2026`.
    pub(crate) fn day(&self, day: Day) -> String {
        let text = day.to_string();
        let number = text.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
        let number = if number == "1" { self.first_of_month } else { number };
        format!("{number} {}", self.month(day.month()))
    }

    /// A percentage from its number.
    pub(crate) fn percentage(&self, share: model::Share) -> String {
        fill(self.percent, &[&self.number(&share.to_string())])
    }

    /// Whose usage something is.
    pub(crate) fn scope(&self, scope: Scope) -> &'static str {
        match scope {
            Scope::Tenant => self.tenant,
            Scope::Infrastructure => self.infrastructure,
        }
    }

    /// The unit of quantities; nothing where it is not known.
    pub(crate) fn units(&self, unit: Option<Unit>) -> &'static str {
        unit.map_or("", |unit| (self.unit)(unit).0)
    }

    /// A service with one of its meters.
    pub(crate) fn service(&self, family: Option<Family>, meter: &str) -> String {
        family.map_or_else(|| meter.to_owned(), |family| format!("{}{}{meter}", (self.family)(family), self.colon))
    }

    /// What a price is for: one unit, or so many; in two lines where the list has a name for them.
    pub(crate) fn priced(&self, unit: Option<Unit>, divisor: u32, priced_unit: Option<&str>) -> Vec<String> {
        let (units, one) = unit.map_or(("", ""), self.unit);
        if divisor == 1 {
            return if one.is_empty() { Vec::new() } else { vec![fill(self.per, &[one])] };
        }
        let many = format!("{} {units}", self.number(&divisor.to_string()));
        match priced_unit {
            Some(name) => vec![fill(self.per, &[self.listed(name)]), format!("= {}", many.trim())],
            None => vec![fill(self.per, &[many.trim()])],
        }
    }

    /// The name that a price list has for what a price is for. Lists say it in English or in words of their own, which stay.
    fn listed<'a>(&self, name: &'a str) -> &'a str {
        let english = Language::English.words();
        let known = Unit::ALL.iter().find(|unit| (english.unit)(**unit).1.eq_ignore_ascii_case(name));
        known.map_or(name, |unit| (self.unit)(*unit).1)
    }
}

/// Puts values where the text has `{}`. A value is never looked at again.
pub(crate) fn fill(text: &str, values: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (part, index) in parts.zip(0..) {
        filled.push_str(values.get(index).copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}
