//! Reported: resources and hours of one subscription, from the rows as the stamps reported them. The book knows neither.
//!
//! Only quantities are added up: money is computed by the day, from sums that rows are no parts of.

use std::collections::{BTreeMap, BTreeSet};

use hub::{PaidRow, UsageGranularity, UsageQuestion};
use model::{CustomerId, Day, Hour, MeterId, PayingSubscription, PayingSubscriptionId, Quantity};
use serde_json::Value;

use super::{
    found::{Found, Row},
    question::{By, Question, Tag, is_own_partner},
};
use crate::{book::Book, fault::Fault, figure, visit::Visit};

/// How many rows are read at most. Unit: rows.
const ROWS_MAX: usize = 20_000;
/// After how long no further day is begun. Unit: seconds.
const SECONDS_MAX: i64 = 3;
/// How many subscriptions are offered where one must be chosen.
const OFFERED_MAX: usize = 20;

/// Which subscription's rows are read.
pub(super) enum Payer {
    /// This one's.
    One(PayingSubscriptionId),
    /// One of these must be chosen.
    Several(Vec<PayingSubscriptionId>),
    /// A customer or subscription must be chosen.
    Nobody,
}

/// What was read.
pub(super) struct Read {
    pub(super) found: Found,
    /// The first reported day that was not read to its end, where there was too much.
    pub(super) cut: Option<Day>,
    /// Until when everything has come in.
    pub(super) complete: Option<Hour>,
}

/// The subscription that a question is about: the one that is picked, or the only one of the customer in the month.
pub(super) fn payer(question: &Question, book: &Book) -> Payer {
    if let Some(id) = &question.subscription {
        return Payer::One(id.clone());
    }
    let Some(whose) = &question.whose else { return Payer::Nobody };
    let of_customer = |owner: &Option<CustomerId>| owner.as_ref() == whose.customer();
    let owned = book.cells.subscriptions.iter().filter(|(_, owner)| of_customer(owner)).map(|(id, _)| id.clone());
    let owned: Vec<PayingSubscriptionId> = owned.take(OFFERED_MAX).collect();
    match owned.as_slice() {
        [] => Payer::Nobody,
        [one] => Payer::One(one.clone()),
        _ => Payer::Several(owned),
    }
}

/// Reads the rows of a month or day of use.
pub(super) fn read(visit: &Visit<'_>, question: &Question, subscription: &PayingSubscription) -> Result<Read, Fault> {
    let hub = visit.hub();
    let begun = hub.now();
    let own = visit.office.partners.keys().filter(|partner| is_own_partner(visit, partner)).cloned();
    let own: BTreeSet<_> = own.collect();
    let days = question.day.map_or(question.month.days(), |day| day..day.next());
    // What is used late on a day is reported on the next.
    let last = days.end.first_hour().plus(24).day();
    let mut sums: BTreeMap<Key, Quantity> = BTreeMap::new();
    let (mut rows, mut cut, mut day) = (0_usize, None, days.start);
    while day < last {
        if hub.now().0.saturating_sub(begun.0) > SECONDS_MAX {
            cut = Some(day);
            break;
        }
        let asked = UsageQuestion {
            subscription,
            reported: day.first_hour()..day.next().first_hour(),
            granularity: if question.by == By::Hour { UsageGranularity::Hourly } else { UsageGranularity::Daily },
            by_resource: true,
            partners: Some(own.clone()),
        };
        let page = hub.paid_usage(&visit.office, &asked, None, ROWS_MAX.saturating_sub(rows))?;
        rows = rows.saturating_add(page.rows.len());
        for row in &page.rows {
            if row.start.day().is_some_and(|day| days.contains(&day)) {
                add(question, row, &mut sums)?;
            }
        }
        if page.next.is_some() {
            cut = Some(day);
            break;
        }
        day = day.next();
    }
    let complete = hub.paid_usage_complete_until(&visit.office, subscription)?;
    Ok(Read { found: answer(visit, question, sums)?, cut, complete })
}

/// What rows are added up by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// The hour; none where resources are asked for.
    hour: Option<Hour>,
    meter: MeterId,
    /// The address of the resource; empty where hours are asked for.
    resource: String,
}

fn add(question: &Question, row: &PaidRow, sums: &mut BTreeMap<Key, Quantity>) -> Result<(), Fault> {
    let Some(used) = &row.resource else { return Ok(()) };
    let is_other = |wanted: Option<bool>| wanted == Some(false);
    if is_other(question.stamp.as_ref().map(|stamp| *stamp == used.stamp))
        || is_other(question.meter.as_ref().map(|meter| *meter == used.meter))
    {
        return Ok(());
    }
    let is_by_resource = question.by == By::Resource;
    let mut resource = String::new();
    if is_by_resource || question.resource.is_some() || question.tag.is_some() {
        let instance = Instance::read(&used.instance);
        let part = question.resource.as_ref().map(|part| part.to_ascii_lowercase());
        if is_other(part.map(|part| instance.address.to_ascii_lowercase().contains(&part)))
            || is_other(question.tag.as_ref().map(|tag| instance.has(tag)))
        {
            return Ok(());
        }
        if is_by_resource {
            resource = instance.address;
        }
    }
    let hour = if is_by_resource { None } else { row.start.hour() };
    let sum = sums.entry(Key { hour, meter: used.meter.clone(), resource }).or_insert(Quantity::ZERO);
    *sum = sum.checked_add(row.quantity)?;
    Ok(())
}

fn answer(visit: &Visit<'_>, question: &Question, sums: BTreeMap<Key, Quantity>) -> Result<Found, Fault> {
    let mut total = Quantity::ZERO;
    let mut rows = Vec::with_capacity(sums.len());
    for (key, quantity) in sums {
        total = if question.meter.is_some() { total.checked_add(quantity)? } else { total };
        let mut deeper = question.clone();
        deeper.meter = Some(key.meter.clone());
        let name = if let Some(hour) = key.hour {
            deeper.by = By::Resource;
            figure::hour(hour, visit.language)
        } else {
            deeper.resource = Some(key.resource.clone()).filter(|address| !address.is_empty());
            deeper.by = By::Hour;
            if key.resource.is_empty() { visit.say("usage-no-resource") } else { key.resource.clone() }
        };
        // Hours are shown of a day, and an hour cannot be picked.
        let is_asked_already = question.meter.is_some() && key.hour.is_some();
        let has_deeper = question.day.is_some() && !is_asked_already;
        let id = key.hour.map(|hour| hour.start().to_string()).unwrap_or_default();
        let deeper = has_deeper.then_some(deeper);
        rows.push(Row { name, id, meter: Some(key.meter), quantity, minor: None, deeper });
    }
    if question.by == By::Resource {
        let of = |row: &Row| row.meter.as_ref().map(crate::name::meter);
        rows.sort_by_cached_key(|row| (of(row), std::cmp::Reverse(row.quantity), row.name.clone()));
    }
    Ok(Found { rows, minor: 0, quantity: question.meter.is_some().then_some(total) })
}

/// What a stamp says of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Instance {
    /// Where it is.
    address: String,
    tags: Vec<Tag>,
}

impl Instance {
    /// Reads the text of a stamp as it stood between its quotes. What cannot be read says nothing.
    fn read(escaped: &str) -> Self {
        let inner: Option<String> = serde_json::from_str(&format!("\"{escaped}\"")).ok();
        let document: Option<Value> = inner.and_then(|text| serde_json::from_str(&text).ok());
        let Some(resources) = document.as_ref().and_then(|document| document.get("Microsoft.Resources")) else {
            return Self::default();
        };
        let address = resources.get("resourceUri").and_then(Value::as_str).unwrap_or_default().to_owned();
        // Some stamps write the tags as an object, and some as the text of one.
        let tags = match resources.get("tags") {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
            Some(tags) => tags.clone(),
            None => Value::Null,
        };
        let each = tags.as_object().into_iter().flatten().map(|(key, value)| Tag {
            key: key.clone(),
            value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        });
        Self { address, tags: each.collect() }
    }

    /// Whether it carries a tag. Keys are compared without case, values with it.
    fn has(&self, wanted: &Tag) -> bool {
        self.tags.iter().any(|tag| tag.key.eq_ignore_ascii_case(&wanted.key) && tag.value == wanted.value)
    }
}

#[cfg(test)]
mod tests;
