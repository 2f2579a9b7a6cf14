//! Prices, in the hallway: what a changed office would change in money, month by month. Nothing is recorded.

use std::collections::{BTreeMap, BTreeSet};

use billing::{
    bill::{Terms, due},
    rate::RatedMonth,
};
use model::{CloudId, Currency, InvoiceNumber, Money, Month, Office, Overflow, PartnerId};
use store::{Document, StoreError};

use crate::{
    Hub,
    close::{CloseError, terms},
    gather::{MonthBook, row_counts},
};

/// What a changed office makes of one month of a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthEffect {
    /// The month of use.
    pub month: Month,
    /// Whether it was closed: then only adjustment lines can bring what changes, and the next close writes them.
    pub closed: bool,
    /// What is due for it as things are.
    pub before: Money,
    /// What would be due for it.
    pub after: Money,
    /// What was invoiced for it, on all documents together. The next close brings this to what is due.
    pub invoiced: Money,
    /// The documents with lines of the month, in the order in which they were issued.
    pub documents: Vec<InvoiceNumber>,
    /// Rows that should have an amount and have none, as things are.
    pub unpriced_before: u64,
    /// Rows that would have none.
    pub unpriced_after: u64,
}

impl MonthEffect {
    /// What the change is worth.
    ///
    /// # Errors
    ///
    /// When the currency changes with it, or when it does not fit.
    pub fn difference(&self) -> Result<Money, Overflow> {
        self.after.checked_add(self.before.negated())
    }

    /// What the next close puts on its document for this month: on adjustment lines when the month is closed.
    ///
    /// # Errors
    ///
    /// When the currency changes with it, or when it does not fit.
    pub fn outstanding(&self) -> Result<Money, Overflow> {
        self.after.checked_add(self.invoiced.negated())
    }

    /// Whether the change makes a difference to this month.
    pub fn is_touched(&self) -> bool {
        self.before != self.after || self.unpriced_before != self.unpriced_after
    }
}

/// What was invoiced for a month so far.
#[derive(Default)]
struct Invoiced {
    amount: Option<Money>,
    documents: Vec<InvoiceNumber>,
}

/// What is due for a month by one office.
struct Due {
    money: Money,
    unpriced: u64,
}

impl Hub {
    /// What a changed copy of the office would change for a partner: every month with usage or with lines on a document, in
    /// order, also those that stay as they are. Nothing is written.
    ///
    /// A partner that has no price list yet owes nothing before.
    ///
    /// # Errors
    ///
    /// When the partner is unknown, a reseller, or without a price list in the changed office, when a sum does not fit, or when
    /// the store fails.
    pub fn effects(&self, partner: &PartnerId, changed: &Office) -> Result<Vec<MonthEffect>, CloseError> {
        let office = self.current_office()?;
        let terms_after = terms(changed, partner)?;
        let terms_before = match terms(&office, partner) {
            Err(CloseError::NoPriceList(_)) => None,
            other => Some(other?),
        };
        let documents = self.store.documents(Some(partner))?;
        let last_closed = documents.iter().map(|document| document.document.month).max();
        let mut invoiced = invoiced_by_month(&documents)?;
        let currency = documents.last().map_or(terms_after.currency, |document| document.document.currency);
        let (stamps_before, stamps_after) = (Self::stamps_of(&office, partner), Self::stamps_of(changed, partner));
        let all: BTreeSet<&CloudId> = stamps_before.iter().chain(&stamps_after).collect();
        let all: Vec<CloudId> = all.into_iter().cloned().collect();
        let mut months: BTreeSet<Month> = self.months(&all)?;
        months.extend(invoiced.keys());
        let same_payers = pays_alike(&office, changed);
        let mut effects = Vec::new();
        for month in months {
            let book = self.gather(changed, &stamps_after, month)?;
            let after = due_by(changed, &book, partner, Some(terms_after), terms_after.currency)?;
            let before = if same_payers {
                due_by(&office, &book, partner, terms_before, terms_after.currency)?
            } else {
                drop(book);
                let book = self.gather(&office, &stamps_before, month)?;
                due_by(&office, &book, partner, terms_before, terms_after.currency)?
            };
            let Invoiced { amount, documents } = invoiced.remove(&month).unwrap_or_default();
            effects.push(MonthEffect {
                month,
                closed: last_closed.is_some_and(|last| month <= last),
                before: before.money,
                after: after.money,
                invoiced: amount.unwrap_or(Money::zero(currency)),
                documents,
                unpriced_before: before.unpriced,
                unpriced_after: after.unpriced,
            });
        }
        Ok(effects)
    }

    /// The partners that are invoiced by a price list, in an office.
    ///
    /// # Errors
    ///
    /// When the office cannot be read.
    pub fn partners_of_list(&self, list: &model::PriceListId) -> Result<Vec<PartnerId>, StoreError> {
        let office = self.current_office()?;
        let partners = office.partners.values().filter(|one| one.price_list.as_ref() == Some(list));
        Ok(partners.filter(|one| terms(&office, &one.id).is_ok()).map(|one| one.id.clone()).collect())
    }
}

/// Whether two offices attribute all usage alike, so that it need be gathered only once.
fn pays_alike(left: &Office, right: &Office) -> bool {
    let payers = |office: &Office| -> Vec<_> {
        office.partners.values().map(|one| (one.id.clone(), one.kind, one.provider.clone())).collect()
    };
    left.registrations == right.registrations
        && left.subscriptions == right.subscriptions
        && left.stamps == right.stamps
        && payers(left) == payers(right)
}

/// What is due for a gathered month by an office; nothing without terms.
fn due_by(
    office: &Office,
    book: &MonthBook,
    partner: &PartnerId,
    terms: Option<Terms>,
    currency: Currency,
) -> Result<Due, CloseError> {
    let Some(terms) = terms else { return Ok(Due { money: Money::zero(currency), unpriced: 0 }) };
    let rated: Vec<RatedMonth> = Hub::rate(office, book, Some(partner))?;
    let unpriced = row_counts(rated.iter())?.unpriced;
    let mut money = Money::zero(terms.currency);
    for month in &rated {
        for line in due(month, terms)?.lines {
            money = money.checked_add(line.rounded.money)?;
        }
    }
    Ok(Due { money, unpriced })
}

fn invoiced_by_month(documents: &[Document]) -> Result<BTreeMap<Month, Invoiced>, Overflow> {
    let mut by_month: BTreeMap<Month, Invoiced> = BTreeMap::new();
    for document in documents {
        for line in &document.document.lines {
            let invoiced = by_month.entry(line.key.month).or_default();
            invoiced.amount = Some(match invoiced.amount {
                Some(amount) => amount.checked_add(line.amount)?,
                None => line.amount,
            });
            if invoiced.documents.last() != Some(&document.document.number) {
                invoiced.documents.push(document.document.number.clone());
            }
        }
    }
    Ok(by_month)
}
