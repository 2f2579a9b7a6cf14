//! Prices, in the hallway: what a changed office would change in money, month by month, and a price list that is changed
//! with that in view.

use std::collections::{BTreeMap, BTreeSet};

use billing::{
    bill::{Terms, due},
    rate::RatedMonth,
};
use model::{
    CloudId, Currency, CustomerId, InvoiceNumber, Money, Month, Office, Overflow, PartnerId, PriceList, PriceListId,
    Retail,
};
use serde_json::json;
use store::{Document, OfficeRecord, StoreError};

use crate::{
    Actor, Catalogue, CatalogueError, Difference, EntryKind, Hub, OfficeChange, Problem,
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

/// What a changed price list makes of one partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerEffect {
    /// Who is invoiced by it.
    pub partner: PartnerId,
    /// Every month with usage or with lines on a document.
    pub months: Vec<MonthEffect>,
}

/// What a changed price list changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceChange {
    /// What differs in the list; nothing when it is there as it is wanted.
    pub differences: Vec<Difference>,
    /// What that makes of the months of every partner that is invoiced by it. Looked at only when something differs.
    pub effects: Vec<PartnerEffect>,
    /// The customers that are charged by it: their statements change, and no document of the house does.
    pub customers: Vec<CustomerId>,
}

impl PriceChange {
    /// The closed months in which it makes a difference.
    pub fn closed(&self) -> impl Iterator<Item = (&PartnerId, &MonthEffect)> {
        let each = self.effects.iter().flat_map(|one| one.months.iter().map(move |month| (&one.partner, month)));
        each.filter(|(_, month)| month.closed && month.is_touched())
    }
}

/// A wish to change a price list.
#[derive(Debug, Clone)]
pub struct PriceWish<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// The list as it is wanted, as a whole.
    pub list: &'a PriceList,
    /// Why the prices of a closed month change. It goes into the audit log.
    pub reason: Option<&'a str>,
    /// Only look.
    pub dry_run: bool,
}

/// Why a price list was not changed. Nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum PriceChangeError {
    /// Something is wrong with it.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// It changes what is due for a closed month, and nobody said why.
    #[error("the price list changes closed months: give a reason")]
    ReasonNeeded(Box<PriceChange>),
    /// What it would change cannot be computed.
    #[error("see what it changes for partner {0}: {1}")]
    Effect(PartnerId, CloseError),
}

impl From<StoreError> for PriceChangeError {
    fn from(error: StoreError) -> Self {
        Self::Catalogue(error.into())
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
        self.effects_between(partner, &office, changed)
    }

    fn effects_between(
        &self,
        partner: &PartnerId,
        office: &Office,
        changed: &Office,
    ) -> Result<Vec<MonthEffect>, CloseError> {
        let terms_after = terms(changed, partner)?;
        let terms_before = match terms(office, partner) {
            Err(CloseError::NoPriceList(_)) => None,
            other => Some(other?),
        };
        let documents = self.store.documents(Some(partner))?;
        let last_closed = documents.iter().map(|document| document.document.month).max();
        let mut invoiced = invoiced_by_month(&documents)?;
        let currency = documents.last().map_or(terms_after.currency, |document| document.document.currency);
        let (stamps_before, stamps_after) = (Self::stamps_of(office, partner), Self::stamps_of(changed, partner));
        let all: BTreeSet<&CloudId> = stamps_before.iter().chain(&stamps_after).collect();
        let all: Vec<CloudId> = all.into_iter().cloned().collect();
        let mut months: BTreeSet<Month> = self.months(&all)?;
        months.extend(invoiced.keys());
        let same_payers = pays_alike(office, changed);
        let mut effects = Vec::new();
        for month in months {
            let book = self.gather(changed, &stamps_after, month)?;
            let after = due_by(changed, &book, partner, Some(terms_after), terms_after.currency)?;
            let before = if same_payers {
                due_by(office, &book, partner, terms_before, terms_after.currency)?
            } else {
                drop(book);
                let book = self.gather(office, &stamps_before, month)?;
                due_by(office, &book, partner, terms_before, terms_after.currency)?
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

    /// What stands against changing some price lists without a reason: each closed month in which one makes a difference.
    pub(crate) fn closed_months_changed(&self, office: &Office, lists: &[PriceList]) -> Vec<Problem> {
        let known = lists.iter().filter(|list| office.price_lists.contains_key(&list.id));
        known.flat_map(|list| self.closed_months_of(office, list)).collect()
    }

    fn closed_months_of(&self, office: &Office, list: &PriceList) -> Vec<Problem> {
        let problem =
            |message| Problem { kind: EntryKind::PriceList, id: list.id.to_string(), member: "prices", message };
        let mut changed = office.clone();
        changed.price_lists.insert(list.id.clone(), list.clone());
        let mut problems = Vec::new();
        for partner in invoiced_by(&changed, &list.id) {
            match self.effects_between(&partner, office, &changed) {
                Ok(effects) => {
                    let touched = effects.iter().filter(|effect| effect.closed && effect.is_touched());
                    problems.extend(touched.map(|effect| {
                        problem(format!(
                            "{} of partner {partner} is closed and would cost {} instead of {}: \
                             change the list with `tallybridge prices apply --reason`",
                            effect.month, effect.after, effect.before
                        ))
                    }));
                }
                Err(error) => problems.push(problem(format!("see what it changes for partner {partner}: {error}"))),
            }
        }
        problems
    }

    /// Makes a price list what is wanted, and says what that changes in money. A dry run only looks.
    ///
    /// # Errors
    ///
    /// When something is wrong with the list, when it changes a closed month without a reason, or when the store fails.
    pub fn change_prices(&self, wish: &PriceWish<'_>) -> Result<PriceChange, PriceChangeError> {
        let reason = wish.reason.map(str::trim).filter(|reason| !reason.is_empty());
        let now = self.now();
        let mut done = PriceChange::default();
        self.change_office(&wish.actor.text(), |office| {
            let wanted = Catalogue { price_lists: vec![wish.list.clone()], ..Catalogue::default() };
            let differences = wanted.differences(office, now).map_err(CatalogueError::Problems)?;
            done = PriceChange { differences, ..PriceChange::default() };
            if done.differences.is_empty() {
                return Ok(None);
            }
            // The id stays as it was first written.
            let id = office.price_lists.get(&wish.list.id).map_or(&wish.list.id, |before| &before.id).clone();
            let list = PriceList { id: id.clone(), ..wish.list.clone() };
            let mut changed = office.clone();
            changed.price_lists.insert(id.clone(), list.clone());
            for partner in invoiced_by(&changed, &id) {
                let months = self.effects_between(&partner, office, &changed);
                let months = months.map_err(|error| PriceChangeError::Effect(partner.clone(), error))?;
                done.effects.push(PartnerEffect { partner, months });
            }
            done.customers = charged_by(&changed, &id);
            if wish.dry_run {
                return Ok(None);
            }
            if reason.is_none() && done.closed().next().is_some() {
                return Err(PriceChangeError::ReasonNeeded(Box::new(done.clone())));
            }
            let closed = done.closed().map(|(partner, effect)| {
                json!({
                    "partner": partner.as_str(), "month": effect.month.to_string(),
                    "before": effect.before.decimal(), "after": effect.after.decimal(),
                    "currency": effect.after.currency.code(),
                })
            });
            let detail = json!({ "reason": reason, "closedMonths": closed.collect::<Vec<_>>() });
            let records = vec![OfficeRecord::PriceList(list)];
            Ok(Some(OfficeChange { records, action: "price_list.apply", object: id.to_string(), detail }))
        })?;
        Ok(done)
    }
}

/// The partners that are invoiced by a price list.
fn invoiced_by(office: &Office, list: &PriceListId) -> Vec<PartnerId> {
    let partners = office.partners.values().filter(|one| one.price_list.as_ref() == Some(list));
    partners.filter(|one| terms(office, &one.id).is_ok()).map(|one| one.id.clone()).collect()
}

/// The customers that are charged by a price list, or by the prices of a partner that is.
fn charged_by(office: &Office, list: &PriceListId) -> Vec<CustomerId> {
    let charged = |customer: &&model::Customer| match office.retail(&customer.id) {
        Some(Retail::List(named)) => named == list,
        Some(Retail::Markup(_)) => {
            let payer = office.invoiced_partner(&customer.partner);
            payer.is_some_and(|payer| payer.price_list.as_ref() == Some(list))
        }
        None => false,
    };
    office.customers.values().filter(charged).map(|one| one.id.clone()).collect()
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
