//! Statement: what a customer is charged for a month by its partner, as pages, as a table and as JSON.
//!
//! It is built from what the customer is charged and holds nothing else: no price, discount, credit or amount of the partner's
//! own can be said in it.

mod csv;
mod json;
mod sheet;

use billing::{
    bill::{DueMonth, Terms, cut, due},
    rate::{RatedMonth, Unrated},
};
use model::{
    Amount, CloudId, Currency, Customer, CustomerId, MeterId, Money, Month, Overflow, PartnerId, Quantity, Scope, Share,
};

pub use self::{csv::statement_csv, json::statement_json};

use crate::pdf::{Language, PaperError, typeset};

/// Decimals of a retail unit price. Those of a list have as many; one with a markup may have more.
const PRICE_DECIMALS: u32 = 12;

/// What a customer is charged for one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerStatement {
    /// The partner that sells.
    pub partner: PartnerId,
    /// The name of the partner.
    pub partner_name: String,
    /// The customer.
    pub customer: CustomerId,
    /// The name of the customer.
    pub customer_name: String,
    /// The month of use.
    pub month: Month,
    /// The currency of all prices and amounts.
    pub currency: Currency,
    /// What is charged, by stamp and meter.
    pub lines: Vec<StatementLine>,
    /// What was used and has no price yet.
    pub unpriced: Vec<UnpricedLine>,
    /// The sum of the lines.
    pub total: Money,
    /// Whether the month is closed: before that it may change.
    pub issued: bool,
}

/// What a customer is charged for one meter of one stamp at one price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// Where it was used.
    pub stamp: CloudId,
    /// How many local subscriptions used it; none where nobody counted.
    pub local_subscriptions: Option<u64>,
    /// What was used.
    pub meter: MeterId,
    /// Whose usage it was.
    pub scope: Scope,
    /// How much, in the meter's unit.
    pub quantity: Quantity,
    /// What is charged for [`StatementLine::per`] units, in the currency of the statement.
    pub unit_price: RetailPrice,
    /// For how many units the price is.
    pub per: u32,
    /// What it costs.
    pub amount: Money,
}

/// What was used and has no price yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpricedLine {
    /// Where it was used.
    pub stamp: CloudId,
    /// What was used.
    pub meter: MeterId,
    /// Whose usage it was.
    pub scope: Scope,
    /// How much, in the meter's unit.
    pub quantity: Quantity,
}

/// A price that a customer pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetailPrice {
    /// Its decimal, with at most twelve decimals.
    pub decimal: String,
    /// Whether it has more decimals.
    pub is_cut: bool,
}

impl CustomerStatement {
    /// A statement of a customer from its retail months, rounded line by line by its own terms.
    ///
    /// `months` may hold those of other customers: they are passed over. `markup` is what was put on top of the list that they
    /// were rated by; nothing when the list is the customer's own. `subscriptions` counts the local subscriptions of a line.
    ///
    /// # Errors
    ///
    /// When a sum does not fit.
    pub fn new(
        (partner_name, customer): (&str, &Customer),
        (month, issued): (Month, bool),
        months: &[RatedMonth],
        (terms, markup): (Terms, Option<Share>),
        subscriptions: &dyn Fn(&model::LineKey) -> Option<u64>,
    ) -> Result<Self, Overflow> {
        let mut statement = Self {
            partner: customer.partner.clone(),
            partner_name: partner_name.to_owned(),
            customer: customer.id.clone(),
            customer_name: customer.name.clone(),
            month,
            currency: terms.currency,
            lines: Vec::new(),
            unpriced: Vec::new(),
            total: Money::zero(terms.currency),
            issued,
        };
        let of_customer = |rated: &&RatedMonth| rated.customer.as_ref() == Some(&customer.id) && rated.month == month;
        for rated in months.iter().filter(of_customer) {
            statement.add(&due(rated, terms)?, markup, subscriptions)?;
        }
        statement.lines.sort_by(|left, right| order(left).cmp(&order(right)));
        Ok(statement)
    }

    fn add(
        &mut self,
        month: &DueMonth<'_>,
        markup: Option<Share>,
        subscriptions: &dyn Fn(&model::LineKey) -> Option<u64>,
    ) -> Result<(), Overflow> {
        for due in &month.lines {
            let key = &due.line.key;
            let mut price = Quantity::from_whole(1).times(due.line.unit_price, 1)?;
            for ratio in [key.discount.rest(), key.credit.rest(), markup.unwrap_or(Share::ZERO).on_top()] {
                price = price.times(ratio)?;
            }
            if let Some(exchange) = due.exchange {
                price = price.times(exchange.rate.ratio())?;
            }
            self.total = self.total.checked_add(due.rounded.money)?;
            self.lines.push(StatementLine {
                stamp: key.stamp.clone(),
                local_subscriptions: subscriptions(key),
                meter: key.meter.clone(),
                scope: key.scope,
                quantity: due.line.quantity,
                unit_price: RetailPrice::of(price)?,
                per: due.line.divisor,
                amount: due.rounded.money,
            });
        }
        let unpriced = |one: &Unrated| {
            let Unrated { stamp, meter, scope, quantity, .. } = one.clone();
            UnpricedLine { stamp, meter, scope, quantity }
        };
        self.unpriced.extend(month.rated.unpriced.iter().map(unpriced));
        Ok(())
    }

    /// In one line of a log or of an error.
    fn title(&self) -> String {
        format!("the statement of {} for {}", self.customer, self.month)
    }
}

fn order(line: &StatementLine) -> (&CloudId, Scope, &MeterId) {
    (&line.stamp, line.scope, &line.meter)
}

impl RetailPrice {
    fn of(price: Amount) -> Result<Self, Overflow> {
        let steps = cut(price, PRICE_DECIMALS)?;
        let is_cut = !price.minus_minor(steps, PRICE_DECIMALS)?.is_zero();
        let shown = Amount::of_minor(steps, PRICE_DECIMALS)?.exact_text();
        Ok(Self { decimal: shown, is_cut })
    }
}

/// The pages of a statement, as the bytes of a PDF file. The same statement gives the same bytes.
///
/// # Errors
///
/// When a sum does not fit, or when the pages cannot be set.
pub fn statement_pdf(
    names: &crate::names::Names<'_>,
    statement: &CustomerStatement,
    language: Language,
) -> Result<Vec<u8>, PaperError> {
    let too_large = |error| PaperError::TooLarge(statement.title(), error);
    typeset(&sheet::sheet(names, statement, language.words()).map_err(too_large)?)
}

#[cfg(test)]
mod tests;
