//! Month: what the local subscriptions of a stamp used in a month, by day and meter, added up exactly.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use ::stamp::{Granularity, Position, Row, Selection, Source, Subscribers};
use model::{Day, Hour, LocalSubscriptionId, MeterId, Month, Overflow, Quantity};

use super::sight::fault;
use crate::fault::Fault;

/// How many months are kept.
const MONTHS_MAX: usize = 6;
/// How many rows one month may have. Unit: rows.
const ROWS_MAX: usize = 2_000_000;
/// How many rows are read in one step. Unit: rows.
const STEP: usize = 5_000;
const HOURS_PER_DAY: u32 = 24;

/// What one subscription used of one meter on one day.
pub(super) type Cells = BTreeMap<(LocalSubscriptionId, MeterId, Day), Quantity>;

/// A month that was added up.
pub(super) struct Used {
    pub(super) cells: Cells,
    /// The first hour whose reports are not in it.
    pub(super) until: Hour,
}

/// Months that were added up. What is sealed never changes, so a month is good until more of it is sealed.
#[derive(Default)]
pub(super) struct Months(Mutex<HashMap<Month, Arc<Used>>>);

impl Months {
    /// A month of everybody. The caller shows of it what may be seen.
    pub(super) fn of(&self, source: &dyn Source, month: Month) -> Result<Arc<Used>, Fault> {
        let reported = reported(source, month)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&month).filter(|known| known.until == reported.end) {
            return Ok(Arc::clone(known));
        }
        let mut cells = Cells::new();
        each_row(source, reported.clone(), Subscribers::All, ROWS_MAX, &mut |row| add(&mut cells, month, row))?;
        let used = Arc::new(Used { cells, until: reported.end });
        if kept.len() >= MONTHS_MAX
            && let Some(oldest) = kept.keys().min().copied()
        {
            kept.remove(&oldest);
        }
        kept.insert(month, Arc::clone(&used));
        Ok(used)
    }
}

/// The hours in which usage of a month is reported, as far as whole days are sealed. What comes after the grace is none of it.
fn reported(source: &dyn Source, month: Month) -> Result<std::ops::Range<Hour>, Fault> {
    let sealed = source.processed_until().map_err(fault)?;
    let sealed = Hour(sealed.0.saturating_sub(sealed.0 % HOURS_PER_DAY));
    let days = month.days();
    let start = days.start.first_hour();
    let end = days.end.first_hour().plus(hub::GRACE_HOURS).min(sealed).max(start);
    Ok(start..end)
}

fn each_row(
    source: &dyn Source,
    reported: std::ops::Range<Hour>,
    subscribers: Subscribers,
    rows_max: usize,
    each: &mut dyn FnMut(&Row) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut from = Position { reported: reported.start, row: 0 };
    let selection = Selection { reported, granularity: Granularity::Daily, subscribers };
    if selection.reported.is_empty() {
        return Ok(());
    }
    let mut read = 0_usize;
    loop {
        let page = source.usage(&selection, from, STEP).map_err(fault)?;
        read = read.saturating_add(page.rows.len());
        for row in &page.rows {
            each(row)?;
        }
        match page.next {
            Some(next) if read < rows_max => from = next,
            Some(_) => {
                let message = format!("the month has more than {rows_max} rows");
                return Err(Fault::Refused { code: "TooManyRows".to_owned(), message });
            }
            None => return Ok(()),
        }
    }
}

fn add(cells: &mut Cells, month: Month, row: &Row) -> Result<(), Fault> {
    let Some((meter, day, quantity)) = read(row).filter(|(_, day, _)| day.month() == month) else { return Ok(()) };
    let sum = cells.entry((row.subscription.clone(), meter, day)).or_insert(Quantity::ZERO);
    *sum = sum.checked_add(quantity)?;
    Ok(())
}

/// What a row says. One that cannot be read counts for nothing here; the hub holds it and says why.
fn read(row: &Row) -> Option<(MeterId, Day, Quantity)> {
    let meter = MeterId::new(&row.meter).ok()?;
    Some((meter, row.start.day()?, Quantity::parse(&row.quantity).ok()?))
}

/// What each resource of one subscription used of one meter in a month, the addresses in order.
pub(super) fn resources(
    source: &dyn Source,
    month: Month,
    subscription: &LocalSubscriptionId,
    meter: &MeterId,
) -> Result<BTreeMap<String, Quantity>, Fault> {
    let subscribers = Subscribers::Of(Arc::new(BTreeSet::from([subscription.clone()])));
    let mut sums = BTreeMap::new();
    each_row(source, reported(source, month)?, subscribers, ROWS_MAX, &mut |row| {
        if let Some((_, _, quantity)) = read(row).filter(|(found, day, _)| found == meter && day.month() == month) {
            let sum = sums.entry(address(&row.instance_data)).or_insert(Quantity::ZERO);
            *sum = sum.checked_add(quantity)?;
        }
        Ok(())
    })?;
    Ok(sums)
}

/// The address of a resource in the document about it; nothing where it has none.
fn address(instance_data: &str) -> String {
    let document: Option<serde_json::Value> = serde_json::from_str(instance_data).ok();
    let inner = document.as_ref().and_then(|document| document.get("Microsoft.Resources"));
    let address = inner.and_then(|inner| inner.get("resourceUri")).and_then(serde_json::Value::as_str);
    address.unwrap_or_default().chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// Sums of cells by something.
pub(super) fn sums<K: Ord>(
    cells: &Cells,
    by: impl Fn(&LocalSubscriptionId, &MeterId, Day) -> Option<K>,
) -> Result<BTreeMap<K, Quantity>, Overflow> {
    let mut sums = BTreeMap::new();
    for ((subscription, meter, day), quantity) in cells {
        if let Some(key) = by(subscription, meter, *day) {
            let sum = sums.entry(key).or_insert(Quantity::ZERO);
            *sum = sum.checked_add(*quantity)?;
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests;
