//! Explain, in the hallway: an amount on a document down to the windows and rows it came from.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use billing::{
    attribute::{Attribution, Attributor, Rule},
    bill::due,
    rate::DailyCharge,
    show,
};
use model::{
    Day, Hour, InvoiceLine, InvoiceNumber, LineKey, Office, Overflow, PartnerId, PriceListId, Quantity, RegistrationId,
    Second, Subscriber,
};
use store::{Document, Pins, StoreError};

use crate::{
    Hub, View,
    close::{CloseError, terms},
    daily::Side,
};

/// Why a line was not explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// There is no such document.
    #[error("no document has the number {0}")]
    UnknownDocument(InvoiceNumber),
    /// It has no such line.
    #[error("{0} has {1} lines, counted from 1")]
    UnknownLine(InvoiceNumber, usize),
    /// The month could not be rated.
    #[error(transparent)]
    Close(#[from] CloseError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sum does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// A daily sum behind a line.
#[derive(Debug, Clone)]
pub struct ExplainedSum {
    /// The day of use.
    pub day: Day,
    /// Who used it.
    pub subscriber: Subscriber,
    /// The rule that chose the payer.
    pub rule: Option<Rule>,
    /// The registration that held.
    pub registration: Option<RegistrationId>,
    /// The first day of the tenant's mapping that held; none when none did.
    pub mapped_from: Option<Day>,
    /// The part of the sum that stands on this step of the price, as the document was computed.
    pub quantity: Quantity,
    /// The same as the document before was computed; zero when there was none, or when it does not say.
    pub before: Quantity,
    /// How many rows were booked to the sum.
    pub rows: u64,
}

/// A row behind a line.
#[derive(Debug, Clone)]
pub struct ExplainedRow {
    /// The window that reported it.
    pub window: Hour,
    /// The window's revision.
    pub revision: u32,
    /// The window's segment, by its SHA-256.
    pub segment: [u8; 32],
    /// Who used it.
    pub subscriber: Subscriber,
    /// When the use began.
    pub start: Second,
    /// When it ended.
    pub end: Second,
    /// The text of the number as it was sent.
    pub quantity: String,
    /// The address of the resource.
    pub address: String,
}

/// Where an amount comes from.
///
/// The parts of the sums, minus what was invoiced before, are the quantity of the line.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The line.
    pub line: InvoiceLine,
    /// What the document was computed from; none for one that does not say, which is explained by everything known now.
    pub pins: Option<Pins>,
    /// The price list that it was computed by.
    pub price_list: Option<PriceListId>,
    /// The first day of the list's mapping from the local to the commerce meter; none when the meter is its own.
    pub meter_mapped_from: Option<Day>,
    /// What was due under the line's key as the document was computed; none when nothing was due any more.
    pub due_then: Option<show::Explanation>,
    /// What is due under it by everything known now; none when nothing is due any more.
    pub due_now: Option<show::Explanation>,
    /// What earlier documents invoiced under the key.
    pub invoiced_before: Vec<(InvoiceNumber, Quantity)>,
    /// The daily sums that the key covers, as the document was computed.
    pub sums: Vec<ExplainedSum>,
    /// The rows of one day as they are now, when a day was asked for.
    pub rows: Vec<ExplainedRow>,
}

/// What a key covered as of some moment.
struct Covered {
    office: Arc<Office>,
    due: Option<show::Explanation>,
    parts: BTreeMap<(Day, Subscriber), Quantity>,
}

impl Hub {
    /// Explains a line of a document, as the document was computed. `line` counts from 1. With a day, its rows too.
    ///
    /// # Errors
    ///
    /// When there is no such line, or when the store fails.
    pub fn explain(&self, number: &InvoiceNumber, line: usize, day: Option<Day>) -> Result<Explanation, ExplainError> {
        let stored = self.store.document(number)?.ok_or_else(|| ExplainError::UnknownDocument(number.clone()))?;
        let document = &stored.document;
        let found = line.checked_sub(1).and_then(|index| document.lines.get(index));
        let line = found.ok_or_else(|| ExplainError::UnknownLine(number.clone(), document.lines.len()))?.clone();
        let key = &line.key;
        let all = self.store.documents(Some(&document.partner))?;
        let earlier: Vec<&Document> = all.iter().take_while(|one| one.document.number != *number).collect();
        let now = self.covered(&document.partner, key, View::Now)?;
        let then = match &stored.pins {
            Some(pins) => &self.covered(&document.partner, key, View::Pinned(pins))?,
            None => &now,
        };
        // Only a document of this month or a later one was computed with this month.
        let before = earlier.iter().rev().find(|one| one.document.month >= key.month);
        let before = match before.and_then(|one| one.pins.as_ref()) {
            Some(pins) => self.covered(&document.partner, key, View::Pinned(pins))?.parts,
            None => BTreeMap::new(),
        };
        let sums = self.explained_sums(then, key, &before, stored.pins.as_ref())?;
        let list = then.office.price_list_of(&document.partner);
        let first = sums.first().map_or(key.month.first_day(), |sum| sum.day);
        let mapping = |one: &&model::MeterMapping| {
            one.meter == key.meter
                && one.scope == key.scope
                && one.from <= first
                && one.commerce_meter == key.commerce_meter
        };
        let meter_mapped_from =
            list.and_then(|list| list.meters.iter().filter(mapping).map(|mapping| mapping.from).max());
        let of_key = |one: &&Document| {
            let lines = one.document.lines.iter().filter(|line| line.key == *key);
            let quantity = lines.map(|line| line.quantity).try_fold(Quantity::ZERO, Quantity::checked_add);
            quantity.map(|quantity| (one.document.number.clone(), quantity))
        };
        let invoiced_before = earlier.iter().map(of_key).collect::<Result<Vec<_>, _>>()?;
        let rows = match day {
            Some(day) => self.explained_rows(&line, day, &sums)?,
            None => Vec::new(),
        };
        Ok(Explanation {
            price_list: list.map(|list| list.id.clone()),
            meter_mapped_from,
            due_then: then.due.clone(),
            due_now: now.due.clone(),
            invoiced_before: invoiced_before.into_iter().filter(|(_, quantity)| !quantity.is_zero()).collect(),
            sums,
            rows,
            pins: stored.pins,
            line,
        })
    }

    /// What a key covers by a view: the parts of daily sums that stand on it, and what is due.
    fn covered(&self, partner: &PartnerId, key: &LineKey, view: View<'_>) -> Result<Covered, ExplainError> {
        let mut parts: BTreeMap<(Day, Subscriber), Quantity> = BTreeMap::new();
        let take = |charge: &DailyCharge| {
            if charge.line.key == *key {
                let part = parts.entry((charge.day, charge.subscriber.clone())).or_insert(Quantity::ZERO);
                *part = part.checked_add(charge.line.quantity)?;
            }
            Ok::<(), CloseError>(())
        };
        let daily = self.daily_charges(partner, key.month, view, Side::Cost, |_| Ok(()), take)?;
        let mut explained = None;
        if let Some(list) = daily.office.price_list_of(partner) {
            let terms = terms(&daily.office, partner)?;
            for month in daily.rated.iter().filter(|month| month.paying_subscription == key.paying_subscription) {
                let lines = due(month, terms)?.lines;
                explained = lines.iter().find(|line| line.line.key == *key).map(|line| show::explain(line, list));
            }
        }
        Ok(Covered { due: explained, office: daily.office, parts })
    }

    /// The daily sums of a key with who chose their payer.
    fn explained_sums(
        &self,
        then: &Covered,
        key: &LineKey,
        before: &BTreeMap<(Day, Subscriber), Quantity>,
        pins: Option<&Pins>,
    ) -> Result<Vec<ExplainedSum>, StoreError> {
        let keys: BTreeSet<&(Day, Subscriber)> = then.parts.keys().chain(before.keys()).collect();
        let mut rows: BTreeMap<(Day, Subscriber), u64> = BTreeMap::new();
        let mut count = |sum: &model::DailySum| {
            if sum.meter == key.meter {
                *rows.entry((sum.day, sum.subscriber.clone())).or_default() += sum.rows;
            }
            Ok(())
        };
        match pins {
            Some(pins) => self.store.daily_sums_as_of(pins.delivery, &key.stamp, key.month.days(), &mut count)?,
            None => self.store.daily_sums(&key.stamp, key.month.days(), &mut count)?,
        }
        let part = |parts: &BTreeMap<(Day, Subscriber), Quantity>, at| parts.get(at).copied().unwrap_or(Quantity::ZERO);
        let each = keys.into_iter().map(|at| {
            let (day, subscriber) = at;
            let attribution = Attributor::new(&then.office, &key.stamp, *day).attribute(subscriber);
            let paid = if let Attribution::Paid(paid) = attribution { Some(paid) } else { None };
            let mapped_from = paid.and_then(|paid| {
                let tenant = subscriber.tenant.as_ref().filter(|_| paid.rule == Rule::Mapped)?;
                let mut mappings = paid.registration.mappings.iter().rev();
                mappings.find(|one| one.tenant == *tenant && one.from <= *day).map(|one| one.from)
            });
            ExplainedSum {
                day: *day,
                subscriber: subscriber.clone(),
                rule: paid.map(|paid| paid.rule),
                registration: paid.map(|paid| paid.registration.id.clone()),
                mapped_from,
                quantity: part(&then.parts, at),
                before: part(before, at),
                rows: rows.get(at).copied().unwrap_or(0),
            }
        });
        Ok(each.collect())
    }

    fn explained_rows(
        &self,
        line: &InvoiceLine,
        day: Day,
        sums: &[ExplainedSum],
    ) -> Result<Vec<ExplainedRow>, StoreError> {
        let stamp = &line.key.stamp;
        let wanted: Vec<&Subscriber> = sums.iter().filter(|sum| sum.day == day).map(|sum| &sum.subscriber).collect();
        let mut found = Vec::new();
        for window in self.store.windows_of_day(stamp, day)? {
            let rows = self.window_rows(&window)?;
            for row in &rows.rows {
                let (Some(subscriber), Some(meter)) = (rows.subscriber(row), rows.meter(row)) else { continue };
                if row.start.day() != Some(day) || *meter != line.key.meter || !wanted.contains(&subscriber) {
                    continue;
                }
                let text = self.store.resource(stamp, row.resource.0)?.unwrap_or_default();
                found.push(ExplainedRow {
                    window: window.hour,
                    revision: window.revision,
                    segment: window.hash,
                    subscriber: subscriber.clone(),
                    start: row.start,
                    end: row.end,
                    quantity: rows.number_text(row).to_owned(),
                    address: (self.read_address)(&text).unwrap_or(text),
                });
            }
        }
        found.sort_by(|left, right| {
            (left.start, &left.subscriber, &left.address, left.window).cmp(&(
                right.start,
                &right.subscriber,
                &right.address,
                right.window,
            ))
        });
        Ok(found)
    }
}
