//! Sums: one row per stamp, day, local subscription, tenant and meter.
//!
//! Quantities are wider than SQLite's integers, so they are bytes and a function adds them.

use std::{collections::HashMap, ops::Range};

use model::{CloudId, DailySum, Day, MeterId, Month, Quantity, Subscriber};
use rusqlite::{Connection, functions::FunctionFlags};

use super::{
    change::{Change, View},
    fault::{Fault, Outcome, column, damaged},
    names::{Name, Names},
};
use crate::{Result, StoreError, SumChange};

/// The number of a tenant that nobody named.
const UNKNOWN_TENANT: u32 = 0;
/// What the function says when a sum does not fit.
const TOO_LARGE: &str = "the sum is too large to be kept exactly";
/// What the function says when a stored quantity is none.
const NO_QUANTITY: &str = "a stored quantity is not a number";

const UPSERT: &str = "
    INSERT INTO daily_sums (stamp, day, subscription, tenant, meter, quantity, rows)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (stamp, day, subscription, tenant, meter) DO UPDATE SET
        quantity = quantity_add(quantity, excluded.quantity),
        rows = rows + excluded.rows";

const SELECT: &str = "
    SELECT day, subscription, tenant, meter, quantity, rows FROM daily_sums
    WHERE stamp = ?1 AND day >= ?2 AND day < ?3
    ORDER BY stamp, day, subscription, tenant, meter";

// The delivery is the one that this transaction recorded last.
const KEEP_CHANGE: &str = "
    INSERT INTO sum_changes (stamp, day, delivery, subscription, tenant, meter, quantity, rows)
    VALUES (?1, ?2, (SELECT max(number) FROM deliveries), ?3, ?4, ?5, ?6, ?7)";

const LATER_CHANGES: &str = "
    SELECT day, subscription, tenant, meter, quantity, rows FROM sum_changes
    WHERE stamp = ?1 AND day >= ?2 AND day < ?3 AND delivery > ?4";

const NEXT_DAY: &str = "SELECT min(day) FROM daily_sums WHERE stamp = ?1 AND day >= ?2";

/// The key of a sum, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    stamp: u32,
    day: u32,
    subscription: u32,
    tenant: u32,
    meter: u32,
}

/// The changes of all deliveries of one transaction. They are applied together, so that a day which many windows touch is
/// written once, and in the order of the table.
#[derive(Debug, Default)]
pub(super) struct SumChanges {
    changes: Vec<(Key, Quantity, u64)>,
}

impl SumChanges {
    /// Adds the changes of one delivery.
    pub fn add(&mut self, change: &mut Change<'_>, stamp: u32, sums: &[SumChange]) -> Outcome<()> {
        self.changes.reserve(sums.len());
        for sum in sums {
            let subscription = change.number(Name::Subscription(sum.subscriber.subscription.clone()))?;
            let tenant = match &sum.subscriber.tenant {
                Some(tenant) => change.number(Name::Tenant(tenant.clone()))?,
                None => UNKNOWN_TENANT,
            };
            let meter = change.number(Name::Meter(sum.meter.clone()))?;
            self.changes.push((Key { stamp, day: sum.day.0, subscription, tenant, meter }, sum.quantity, sum.rows));
        }
        Ok(())
    }

    /// Writes all changes.
    pub fn apply(mut self, change: &Change<'_>) -> Outcome<()> {
        self.changes.sort_unstable_by_key(|(key, _, _)| *key);
        let mut statement = change.view.database.prepare_cached(UPSERT)?;
        for same in self.changes.chunk_by(|(left, _, _), (right, _, _)| left == right) {
            let Some(((key, first, first_rows), others)) = same.split_first() else { continue };
            let (mut quantity, mut rows) = (*first, *first_rows);
            for (_, more, more_rows) in others {
                quantity =
                    quantity.checked_add(*more).map_err(|overflow| failed(change, *key, overflow.to_string()))?;
                rows = rows.saturating_add(*more_rows);
            }
            statement
                .execute((key.stamp, key.day, key.subscription, key.tenant, key.meter, quantity.to_bytes(), rows))
                .map_err(|error| explain(change, *key, error))?;
        }
        Ok(())
    }
}

/// Writes down how the delivery that was recorded last changes the sums of days before one.
pub(super) fn keep_changes(change: &mut Change<'_>, stamp: u32, before: Day, sums: &[SumChange]) -> Outcome<()> {
    for sum in sums.iter().filter(|sum| sum.day < before) {
        let subscription = change.number(Name::Subscription(sum.subscriber.subscription.clone()))?;
        let tenant = match &sum.subscriber.tenant {
            Some(tenant) => change.number(Name::Tenant(tenant.clone()))?,
            None => UNKNOWN_TENANT,
        };
        let meter = change.number(Name::Meter(sum.meter.clone()))?;
        let row = (stamp, sum.day.0, subscription, tenant, meter, sum.quantity.to_bytes(), sum.rows);
        change.view.database.prepare_cached(KEEP_CHANGE)?.execute(row)?;
    }
    Ok(())
}

/// Tells an addition that failed from a database that failed.
fn explain(change: &Change<'_>, key: Key, error: rusqlite::Error) -> Fault {
    let text = error.to_string();
    if text.contains(TOO_LARGE) {
        failed(change, key, TOO_LARGE.to_owned())
    } else if text.contains(NO_QUANTITY) {
        damaged(place_of_key(change, key), NO_QUANTITY).into()
    } else {
        error.into()
    }
}

fn failed(change: &Change<'_>, key: Key, cause: String) -> Fault {
    StoreError::Database { attempt: format!("add to {}", place_of_key(change, key)), cause }.into()
}

fn place_of_key(change: &Change<'_>, key: Key) -> String {
    let show = |number: u32| change.name(number).map_or_else(|| "unknown", |name| name.columns().2).to_owned();
    place(&show(key.stamp), Day(key.day), &show(key.subscription), &show(key.tenant), &show(key.meter))
}

fn place(stamp: &str, day: Day, subscription: &str, tenant: &str, meter: &str) -> String {
    format!(
        "the daily sum of stamp {stamp}, day {day}, local subscription {subscription}, tenant {tenant}, meter {meter}"
    )
}

/// Gives a connection the function that adds quantities.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("quantity_add", 2, flags, |context| {
        let quantity = |index| {
            let bytes = context.get_raw(index).as_blob().ok();
            bytes.and_then(Quantity::from_bytes).ok_or_else(|| user_error(NO_QUANTITY))
        };
        let sum = quantity(0)?.checked_add(quantity(1)?).map_err(|_| user_error(TOO_LARGE))?;
        Ok(sum.to_bytes())
    })
}

fn user_error(text: &str) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(text.into())
}

/// One row as it is stored.
struct Stored {
    day: Day,
    subscription: u32,
    tenant: u32,
    meter: u32,
    quantity: Quantity,
    rows: u64,
}

/// Reads the sums of a range of days. Each day is sorted by the names and not by their numbers.
pub(super) fn read(
    view: &View<'_>,
    stamp: &CloudId,
    days: &Range<Day>,
    each: &mut dyn FnMut(&DailySum) -> Result<()>,
) -> Outcome<()> {
    read_but(view, stamp, days, &HashMap::new(), each)
}

/// Reads the sums of a range of days as they were after a delivery.
pub(super) fn read_as_of(
    view: &View<'_>,
    delivery: u64,
    stamp: &CloudId,
    days: &Range<Day>,
    each: &mut dyn FnMut(&DailySum) -> Result<()>,
) -> Outcome<()> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(()) };
    let mut statement = view.database.prepare_cached(LATER_CHANGES)?;
    let mut rows = statement.query((number, days.start.0, days.end.0, delivery))?;
    let mut later: Later = HashMap::new();
    while let Some(row) = rows.next()? {
        let change = stored(view, stamp, row)?;
        let (quantity, rows) = later.entry(change.numbers()).or_default();
        *quantity = quantity.checked_add(change.quantity).map_err(|overflow| {
            damaged(format!("the changes of the sums of stamp {stamp}, day {}", change.day), overflow.to_string())
        })?;
        *rows = rows.saturating_add(change.rows);
    }
    read_but(view, stamp, days, &later, each)
}

/// What came later to a day, local subscription, tenant and meter: a quantity and rows.
type Later = HashMap<(u32, u32, u32, u32), (Quantity, u64)>;

fn read_but(
    view: &View<'_>,
    stamp: &CloudId,
    days: &Range<Day>,
    later: &Later,
    each: &mut dyn FnMut(&DailySum) -> Result<()>,
) -> Outcome<()> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(()) };
    let mut statement = view.database.prepare_cached(SELECT)?;
    let mut rows = statement.query((number, days.start.0, days.end.0))?;
    let mut of_day: Vec<Stored> = Vec::new();
    while let Some(row) = rows.next()? {
        let mut stored = stored(view, stamp, row)?;
        if let Some((quantity, rows)) = later.get(&stored.numbers()) {
            stored.quantity = stored.quantity.checked_sub(*quantity).map_err(|overflow| {
                damaged(format!("a daily sum of stamp {stamp}, day {}", stored.day), overflow.to_string())
            })?;
            stored.rows = stored.rows.saturating_sub(*rows);
            if stored.rows == 0 {
                continue;
            }
        }
        if of_day.first().is_some_and(|first| first.day != stored.day) {
            give(&view.names, stamp, &mut of_day, each)?;
        }
        of_day.push(stored);
    }
    give(&view.names, stamp, &mut of_day, each)?;
    Ok(())
}

impl Stored {
    fn numbers(&self) -> (u32, u32, u32, u32) {
        (self.day.0, self.subscription, self.tenant, self.meter)
    }
}

fn stored(view: &View<'_>, stamp: &CloudId, row: &rusqlite::Row<'_>) -> Result<Stored> {
    let day = Day(column(row, "day", 0, || format!("a daily sum of stamp {stamp}"))?);
    let key_place = || format!("a daily sum of stamp {stamp}, day {day}");
    let subscription = column(row, "subscription", 1, key_place)?;
    let tenant = column(row, "tenant", 2, key_place)?;
    let meter = column(row, "meter", 3, key_place)?;
    let place = || {
        let show = |number| view.names.name(number).map_or("unknown", |name| name.columns().2);
        place(stamp.as_str(), day, show(subscription), show(tenant), show(meter))
    };
    let quantity = row
        .get_ref(4)
        .ok()
        .and_then(|value| value.as_blob().ok())
        .and_then(Quantity::from_bytes)
        .ok_or_else(|| damaged(place(), "column quantity is not a number"))?;
    Ok(Stored { day, subscription, tenant, meter, quantity, rows: column(row, "rows", 5, place)? })
}

/// Gives the sums of a day in the order of their names. What is given is changed in place and not made anew: a month has
/// millions of sums, and neighbours share their subscriber.
fn give(
    names: &Names,
    stamp: &CloudId,
    of_day: &mut Vec<Stored>,
    each: &mut dyn FnMut(&DailySum) -> Result<()>,
) -> Result<()> {
    of_day.sort_unstable_by_key(|sum| (names.place(sum.subscription), names.place(sum.tenant), names.place(sum.meter)));
    let mut given: Option<(u32, u32, DailySum)> = None;
    for sum in of_day.drain(..) {
        let meter = meter(names, stamp, &sum)?;
        match &mut given {
            Some((subscription, tenant, given)) if (*subscription, *tenant) == (sum.subscription, sum.tenant) => {
                given.meter.clone_from(meter);
                given.quantity = sum.quantity;
                given.rows = sum.rows;
                each(given)?;
            }
            other => {
                let first = DailySum {
                    stamp: stamp.clone(),
                    day: sum.day,
                    subscriber: subscriber(names, stamp, &sum)?,
                    meter: meter.clone(),
                    quantity: sum.quantity,
                    rows: sum.rows,
                };
                each(&other.insert((sum.subscription, sum.tenant, first)).2)?;
            }
        }
    }
    Ok(())
}

fn meter<'a>(names: &'a Names, stamp: &CloudId, sum: &Stored) -> Result<&'a MeterId> {
    match names.name(sum.meter) {
        Some(Name::Meter(meter)) => Ok(meter),
        _ => Err(wrong_kind(stamp, sum.day, sum.meter, "meter")),
    }
}

fn subscriber(names: &Names, stamp: &CloudId, sum: &Stored) -> Result<Subscriber> {
    let Some(Name::Subscription(subscription)) = names.name(sum.subscription) else {
        return Err(wrong_kind(stamp, sum.day, sum.subscription, "local subscription"));
    };
    let tenant = match (sum.tenant, names.name(sum.tenant)) {
        (UNKNOWN_TENANT, _) => None,
        (_, Some(Name::Tenant(tenant))) => Some(tenant.clone()),
        (number, _) => return Err(wrong_kind(stamp, sum.day, number, "tenant")),
    };
    Ok(Subscriber { subscription: subscription.clone(), tenant })
}

fn wrong_kind(stamp: &CloudId, day: Day, number: u32, kind: &str) -> StoreError {
    damaged(format!("a daily sum of stamp {stamp}, day {day}"), format!("name {number} is no {kind}"))
}

/// The months that have sums.
pub(super) fn months(view: &View<'_>, stamp: &CloudId) -> Outcome<Vec<Month>> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(Vec::new()) };
    let mut statement = view.database.prepare_cached(NEXT_DAY)?;
    let mut months = Vec::new();
    let mut from = Day(0);
    while let Some(day) = statement.query_row((number, from.0), |row| row.get::<_, Option<u32>>(0))? {
        let month = Day(day).month();
        from = month.next().first_day();
        if months.last().is_some_and(|last| *last >= month) {
            return Err(
                damaged(format!("a daily sum of stamp {stamp}, day number {day}"), "there is no such day").into()
            );
        }
        months.push(month);
    }
    Ok(months)
}
