//! Receive: let a window in, once, and say what it changes.
//!
//! In: the rows of a window, and what the house already holds of it.
//! Out: a [`Settlement`] of the rows among themselves, then a [`Comparison`] with the revision before.
//! Holds: a window sent again changes nothing; sent with other content, only the difference moves.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use model::{Day, Hour, MeterCatalogue, MeterId, Overflow, Quantity, Second, Subscriber, UsageRow, WindowRows};

pub use model::HeldReason;

/// Checks what a row says of time and size, in the order of [`HeldReason`].
///
/// # Errors
///
/// With the reason to hold the row.
pub fn check(window: Hour, start: Second, end: Second, quantity: Quantity) -> Result<(), HeldReason> {
    let last = Second(end.0.saturating_sub(1));
    match (start.day(), last.day()) {
        (Some(_), Some(_)) if start >= end => Err(HeldReason::BadTime),
        (Some(first), Some(last)) if first != last => Err(HeldReason::CrossesDay),
        (Some(_), Some(_)) if start >= window.end() => Err(HeldReason::Future),
        (Some(_), Some(_)) if quantity.is_negative() => Err(HeldReason::Negative),
        (Some(_), Some(_)) => Ok(()),
        _ => Err(HeldReason::BadTime),
    }
}

/// Checks that a meter is known.
///
/// # Errors
///
/// With the reason to hold its rows.
pub fn check_meter(catalogue: &MeterCatalogue, meter: &MeterId) -> Result<(), HeldReason> {
    catalogue.find(meter).map(drop).ok_or(HeldReason::UnknownMeter)
}

/// What is measured: two rows of one window with the same measurement are copies or contradict each other.
///
/// Source: real rows, where (subscription, meter, resource, start) is unique; domain notes E.1, fact 3.
type Measurement = (u32, u32, u32, Second);

fn measurement(row: &UsageRow) -> Measurement {
    (row.subscriber, row.address.0, row.meter, row.start)
}

/// The rows of one window among themselves.
#[derive(Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Positions of the rows that count, in the order in which a segment keeps them.
    pub kept: Vec<usize>,
    /// How many rows are exact copies of a kept one.
    pub copies: u64,
    /// Positions of all rows that contradict another one. None of them counts: no order of arrival decides.
    pub conflicts: Vec<usize>,
}

/// Finds copies and contradictions within a window.
pub fn settle(rows: &WindowRows) -> Settlement {
    let mut order: Vec<(Measurement, usize)> =
        rows.rows.iter().enumerate().map(|(position, row)| (measurement(row), position)).collect();
    order.sort_unstable();
    let mut settlement = Settlement { kept: Vec::with_capacity(order.len()), copies: 0, conflicts: Vec::new() };
    for same in order.chunk_by(|left, right| left.0 == right.0) {
        let positions = || same.iter().map(|(_, position)| *position);
        let mut values = positions().filter_map(|position| rows.rows.get(position)).map(value);
        let first = values.next();
        if values.all(|value| Some(value) == first) {
            settlement.kept.extend(positions().take(1));
            let copies = u64::try_from(same.len().saturating_sub(1)).unwrap_or(u64::MAX);
            settlement.copies = settlement.copies.saturating_add(copies);
        } else {
            settlement.conflicts.extend(positions());
        }
    }
    settlement.conflicts.sort_unstable();
    settlement
}

/// What a measurement says.
fn value(row: &UsageRow) -> (Quantity, Second, u32) {
    (row.quantity, row.end, row.resource.0)
}

/// The key of a daily sum within a stamp: day of use, index of the subscriber, index of the meter.
type SumKey = (Day, u32, u32);

/// What a new revision of a window changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Rows that are new, or differ from the revision before.
    pub stored: u64,
    /// Rows that the revision before has too.
    pub copies: u64,
    /// Of the stored rows, those that replace another value.
    pub replaced: u64,
    /// Rows of the revision before that are gone.
    pub removed: u64,
    /// Differences of daily sums.
    pub changes: Vec<Change>,
}

/// A difference of one daily sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The day of use.
    pub day: Day,
    /// Who used it.
    pub subscriber: Subscriber,
    /// What.
    pub meter: MeterId,
    /// By how much the quantity changes.
    pub quantity: Quantity,
    /// How many rows are booked.
    pub rows: u64,
}

/// Compares the rows of a new revision with those of the one before. Both are settled.
///
/// # Errors
///
/// When a sum does not fit.
pub fn compare(before: &WindowRows, now: &WindowRows) -> Result<Comparison, Overflow> {
    let mut books = Books::new(now);
    if before.rows.is_empty() {
        for row in &now.rows {
            books.book(row, row.quantity, 1)?;
        }
        let stored = u64::try_from(now.rows.len()).map_err(|_| Overflow)?;
        return Ok(Comparison { stored, changes: books.changes()?, ..Comparison::default() });
    }
    let before = books.renamed(before);
    let mut left = sorted(&before).into_iter().peekable();
    let mut right = sorted(&now.rows).into_iter().peekable();
    let mut result = Comparison::default();
    loop {
        let (old, new) = match (left.peek().copied(), right.peek().copied()) {
            (None, None) => break,
            (Some(old), Some(new)) => match measurement(old).cmp(&measurement(new)) {
                std::cmp::Ordering::Less => (Some(old), None),
                std::cmp::Ordering::Equal => (Some(old), Some(new)),
                std::cmp::Ordering::Greater => (None, Some(new)),
            },
            (old, new) => (old, new),
        };
        left.next_if(|_| old.is_some());
        right.next_if(|_| new.is_some());
        let counter = match (old, new) {
            (Some(old), Some(new)) if value(old) == value(new) => &mut result.copies,
            (Some(old), Some(new)) => {
                // Booked as one difference, so that an unchanged size (other tags) moves nothing.
                books.book(new, new.quantity.checked_sub(old.quantity)?, 1)?;
                result.replaced = result.replaced.saturating_add(1);
                &mut result.stored
            }
            (None, Some(new)) => {
                books.book(new, new.quantity, 1)?;
                &mut result.stored
            }
            (Some(old), None) => {
                books.book(old, old.quantity.negated(), 0)?;
                &mut result.removed
            }
            (None, None) => break,
        };
        *counter = counter.saturating_add(1);
    }
    result.changes = books.changes()?;
    Ok(result)
}

fn sorted(rows: &[UsageRow]) -> Vec<&UsageRow> {
    let mut sorted: Vec<&UsageRow> = rows.iter().collect();
    sorted.sort_unstable_by_key(|row| measurement(row));
    sorted
}

/// Differences while they are gathered, under one set of names.
struct Books {
    subscribers: Vec<Subscriber>,
    meters: Vec<MeterId>,
    sums: BTreeMap<SumKey, (Quantity, u64)>,
    /// The last sum that was booked to: rows of one resource lie together.
    last: Option<(SumKey, Quantity, u64)>,
}

impl Books {
    fn new(rows: &WindowRows) -> Self {
        Self { subscribers: rows.subscribers.clone(), meters: rows.meters.clone(), sums: BTreeMap::new(), last: None }
    }

    /// Gives the rows of another revision with the indices of these names.
    fn renamed(&mut self, other: &WindowRows) -> Vec<UsageRow> {
        let subscribers = indices(&mut self.subscribers, &other.subscribers);
        let meters = indices(&mut self.meters, &other.meters);
        let new = |names: &[u32], old: u32| usize::try_from(old).ok().and_then(|old| names.get(old)).copied();
        other
            .rows
            .iter()
            .filter_map(|row| {
                Some(UsageRow {
                    subscriber: new(&subscribers, row.subscriber)?,
                    meter: new(&meters, row.meter)?,
                    ..*row
                })
            })
            .collect()
    }

    fn book(&mut self, row: &UsageRow, quantity: Quantity, rows: u64) -> Result<(), Overflow> {
        let key = (row.start.day().ok_or(Overflow)?, row.subscriber, row.meter);
        match &mut self.last {
            Some((last, sum, count)) if *last == key => {
                *sum = sum.checked_add(quantity)?;
                *count = count.saturating_add(rows);
            }
            _ => {
                self.put_away()?;
                self.last = Some((key, quantity, rows));
            }
        }
        Ok(())
    }

    fn put_away(&mut self) -> Result<(), Overflow> {
        if let Some((key, quantity, rows)) = self.last.take() {
            let sum = self.sums.entry(key).or_default();
            sum.0 = sum.0.checked_add(quantity)?;
            sum.1 = sum.1.saturating_add(rows);
        }
        Ok(())
    }

    fn changes(mut self) -> Result<Vec<Change>, Overflow> {
        self.put_away()?;
        let name = |index: u32| usize::try_from(index).unwrap_or(usize::MAX);
        let changes = self
            .sums
            .iter()
            .filter(|(_, (quantity, rows))| !quantity.is_zero() || *rows > 0)
            .filter_map(|((day, subscriber, meter), (quantity, rows))| {
                Some(Change {
                    day: *day,
                    subscriber: self.subscribers.get(name(*subscriber))?.clone(),
                    meter: self.meters.get(name(*meter))?.clone(),
                    quantity: *quantity,
                    rows: *rows,
                })
            })
            .collect();
        Ok(changes)
    }
}

/// Where each of the other names stands among the names; those that are not there yet are added.
fn indices<T: Clone + Eq + Hash>(names: &mut Vec<T>, others: &[T]) -> Vec<u32> {
    let mut known: HashMap<T, u32> = names.iter().cloned().zip(0..).collect();
    others
        .iter()
        .map(|name| {
            let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
            *known.entry(name.clone()).or_insert_with(|| {
                names.push(name.clone());
                next
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
