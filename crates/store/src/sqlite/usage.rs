//! Usage: events, open rows and sealed rows of a stamp's usage service.
//!
//! Events are added to open rows as they come. Sealing moves open rows, so that a step of it is as small as one likes, and
//! an hour with very many events needs no more memory than one with few.

mod numbers;
mod posting;
mod reading;
mod sealing;

use model::{Hour, Quantity};
use rusqlite::{OptionalExtension as _, Row};

pub(super) use self::{
    numbers::Numbers,
    posting::post,
    reading::read,
    sealing::{close, finish, move_days, move_hours},
};
use super::fault::{Outcome, column, damaged};
use crate::{Result, StoreError, UsagePosition};

const PROGRESS: &str = "SELECT closed_until, sealed_until FROM usage_progress WHERE one = 1";

/// How far hours are closed and sealed. Nothing is reported in a closed hour; a sealed one has all its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    /// The first hour that is not closed.
    pub closed: Hour,
    /// The first hour that is not sealed.
    pub sealed: Hour,
}

/// Reads how far hours are closed and sealed.
pub(super) fn progress(database: &rusqlite::Connection) -> Outcome<Progress> {
    let place = || "the progress of the usage service".to_owned();
    let found = database
        .prepare_cached(PROGRESS)?
        .query_row([], |row| {
            let progress = column(row, "closed_until", 0, place)
                .and_then(|closed| Ok((Hour(closed), Hour(column(row, "sealed_until", 1, place)?))));
            Ok(progress.map(|(closed, sealed)| Progress { closed, sealed }))
        })
        .optional()?;
    Ok(found.transpose()?.unwrap_or(Progress { closed: Hour(0), sealed: Hour(0) }))
}

/// The number by which a position is stored. Those of hours that do not fit are beyond all others.
fn stored(position: UsagePosition) -> i64 {
    (i64::from(position.reported.0) << 32_u32).saturating_add(i64::from(position.row))
}

/// The stored number of the first row of an hour.
fn first_of(reported: Hour) -> i64 {
    stored(UsagePosition { reported, row: 0 })
}

/// The position that a stored number stands for.
fn position(number: i64) -> Option<UsagePosition> {
    let reported = u32::try_from(number >> 32_u32).ok()?;
    let row = u32::try_from(number & i64::from(u32::MAX)).ok()?;
    Some(UsagePosition { reported: Hour(reported), row })
}

/// The last hour whose positions can be stored.
const HOUR_MAX: Hour = Hour(0x7fff_fffe);

/// Refuses hours that no position can be made of.
fn check_hour(hour: Hour) -> Result<()> {
    if hour <= HOUR_MAX {
        return Ok(());
    }
    let cause = "the hour lies further ahead than rows are numbered; is the clock right?".to_owned();
    Err(StoreError::Database { attempt: format!("report usage in the hour number {}", hour.0), cause })
}

/// The sum of two quantities.
fn add(left: Quantity, right: Quantity) -> Result<Quantity> {
    left.checked_add(right).map_err(|overflow| StoreError::Database {
        attempt: "add up the usage of one resource".to_owned(),
        cause: overflow.to_string(),
    })
}

/// A row that more may be added to.
struct OpenRow {
    position: UsagePosition,
    key: [u8; 16],
    used: Hour,
    subscriber: u32,
    meter: u32,
    document: u32,
    exact: Quantity,
    quantity: String,
}

impl OpenRow {
    /// Reads the columns position, key, used, subscriber, meter, document, exact and quantity.
    fn read(row: &Row<'_>) -> Result<Self> {
        let number: i64 = column(row, "position", 0, || "an open row of usage".to_owned())?;
        let place = || format!("the open row {number} of usage");
        let position = position(number).ok_or_else(|| damaged(place(), "column position is no position"))?;
        let exact: Vec<u8> = column(row, "exact", 6, place)?;
        Ok(Self {
            position,
            key: column(row, "key", 1, place)?,
            used: Hour(column(row, "used", 2, place)?),
            subscriber: column(row, "subscriber", 3, place)?,
            meter: column(row, "meter", 4, place)?,
            document: column(row, "document", 5, place)?,
            exact: Quantity::from_bytes(&exact).ok_or_else(|| damaged(place(), "column exact is not a number"))?,
            quantity: column(row, "quantity", 7, place)?,
        })
    }
}

/// The statements of one table of open rows.
struct OpenTable {
    last: &'static str,
    find: &'static str,
    insert: &'static str,
    add: &'static str,
}

/// Rows of hours that are not sealed.
const OPEN_HOURLY: OpenTable = OpenTable {
    last: "SELECT max(position) FROM open_hourly_rows WHERE position >= ?1 AND position < ?2",
    find: "SELECT position, exact FROM open_hourly_rows WHERE key = ?1 AND used = ?2 AND reported = ?3",
    insert: "
        INSERT INTO open_hourly_rows
            (position, key, used, reported, subscriber, meter, document, exact, quantity)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    add: "UPDATE open_hourly_rows SET document = ?2, exact = ?3, quantity = ?4 WHERE position = ?1",
};

/// Rows of days that are not complete.
const OPEN_DAILY: OpenTable = OpenTable {
    last: "SELECT max(position) FROM open_daily_rows WHERE position >= ?1 AND position < ?2",
    find: "SELECT position, exact FROM open_daily_rows WHERE key = ?1 AND used = ?2 AND reported = ?3",
    insert: "
        INSERT INTO open_daily_rows
            (position, key, used, reported, subscriber, meter, document, exact, quantity)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    add: "UPDATE open_daily_rows SET document = ?2, exact = ?3, quantity = ?4 WHERE position = ?1",
};

/// Adds usage to the open rows of one reported hour or day. Rows keep the order in which their first usage came.
struct Gathering<'a> {
    table: &'static OpenTable,
    database: &'a rusqlite::Connection,
    /// The place of the next new row.
    next: UsagePosition,
}

impl<'a> Gathering<'a> {
    fn begin(table: &'static OpenTable, database: &'a rusqlite::Connection, reported: Hour) -> Outcome<Self> {
        let last: Option<i64> = database
            .prepare_cached(table.last)?
            .query_row((first_of(reported), first_of(reported.next())), |row| row.get(0))?;
        let row = match last.and_then(position) {
            Some(last) => after(last)?,
            None => 0,
        };
        Ok(Self { table, database, next: UsagePosition { reported, row } })
    }

    /// Adds some usage. What it says of its own position does not count.
    fn add(&mut self, usage: &OpenRow) -> Outcome<()> {
        let reported = self.next.reported;
        let known = self
            .database
            .prepare_cached(self.table.find)?
            .query_row((usage.key, usage.used.0, reported.0), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .optional()?;
        if let Some((number, exact)) = known {
            let exact = Quantity::from_bytes(&exact)
                .ok_or_else(|| damaged(format!("the open row {number} of usage"), "column exact is not a number"))?;
            let sum = add(exact, usage.exact)?;
            self.database.prepare_cached(self.table.add)?.execute((
                number,
                usage.document,
                sum.to_bytes(),
                sum.to_string(),
            ))?;
            return Ok(());
        }
        self.database.prepare_cached(self.table.insert)?.execute((
            stored(self.next),
            usage.key,
            usage.used.0,
            reported.0,
            usage.subscriber,
            usage.meter,
            usage.document,
            usage.exact.to_bytes(),
            &usage.quantity,
        ))?;
        self.next.row = after(self.next)?;
        Ok(())
    }
}

fn after(position: UsagePosition) -> Result<u32> {
    position.row.checked_add(1).ok_or_else(|| StoreError::Database {
        attempt: format!("add a row to the usage that is reported in {}", position.reported),
        cause: "an hour has at most 4294967295 rows".to_owned(),
    })
}
