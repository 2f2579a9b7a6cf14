//! Sealing: open rows become rows that never change, a bounded number of them in each transaction.
//!
//! The order makes it safe to stop anywhere. First the hours are closed, so that nothing more is reported in them; then
//! their rows are moved, and added to the open rows of their day; then the rows of days that are complete are moved; only
//! then is the first hour that is not sealed said to be another.

use model::Hour;

use super::{Gathering, OPEN_DAILY, OpenRow, check_hour, first_of, progress};
use crate::sqlite::{change::Change, fault::Outcome};

/// How many rows one transaction moves. Posting waits for as long.
const STEP_ROWS: usize = 5_000;

const SET_PROGRESS: &str = "
    INSERT INTO usage_progress (one, closed_until, sealed_until) VALUES (1, ?1, ?2)
    ON CONFLICT (one) DO UPDATE SET closed_until = excluded.closed_until, sealed_until = excluded.sealed_until";

const OPEN_HOURS: &str = "
    SELECT position, key, used, subscriber, meter, document, exact, quantity
    FROM open_hourly_rows WHERE position < ?1 ORDER BY position LIMIT ?2";

const OPEN_DAYS: &str = "
    SELECT position, key, used, subscriber, meter, document, exact, quantity
    FROM open_daily_rows WHERE position < ?1 ORDER BY position LIMIT ?2";

const INSERT_HOURLY: &str = "
    INSERT INTO hourly_rows (position, used, subscriber, meter, document, quantity)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const INSERT_DAILY: &str = "
    INSERT INTO daily_rows (position, used, subscriber, meter, document, quantity)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const DELETE_HOURLY: &str = "DELETE FROM open_hourly_rows WHERE position <= ?1";

const DELETE_DAILY: &str = "DELETE FROM open_daily_rows WHERE position <= ?1";

/// Closes all hours before one. False when all of them are sealed.
pub(in crate::sqlite) fn close(change: &Change<'_>, until: Hour) -> Outcome<bool> {
    check_hour(until)?;
    let found = progress(change.view.database)?;
    if found.closed < until {
        change.view.database.prepare_cached(SET_PROGRESS)?.execute((until.0, found.sealed.0))?;
    }
    Ok(found.sealed < until)
}

/// Moves some rows of closed hours. False when there were none.
pub(in crate::sqlite) fn move_hours(change: &Change<'_>, until: Hour) -> Outcome<bool> {
    let rows = open_rows(change, OPEN_HOURS, until)?;
    for of_day in rows.chunk_by(|left, right| left.position.reported.day() == right.position.reported.day()) {
        let Some(first) = of_day.first() else { continue };
        let reported = first.position.reported.day().first_hour();
        let mut gathering = Gathering::begin(&OPEN_DAILY, change.view.database, reported)?;
        for row in of_day {
            insert(change, INSERT_HOURLY, row)?;
            let used = row.used.day().first_hour();
            gathering.add(&OpenRow { used, quantity: row.quantity.clone(), ..*row })?;
        }
    }
    forget(change, DELETE_HOURLY, &rows)
}

/// Moves some rows of days that are complete when all hours before one are. False when there were none.
pub(in crate::sqlite) fn move_days(change: &Change<'_>, until: Hour) -> Outcome<bool> {
    let rows = open_rows(change, OPEN_DAYS, until.day().first_hour())?;
    for row in &rows {
        insert(change, INSERT_DAILY, row)?;
    }
    forget(change, DELETE_DAILY, &rows)
}

/// Says that all hours before one are sealed, and which hour is the first that is not.
pub(in crate::sqlite) fn finish(change: &Change<'_>, until: Hour) -> Outcome<Hour> {
    let found = progress(change.view.database)?;
    if found.sealed >= until {
        return Ok(found.sealed);
    }
    change.view.database.prepare_cached(SET_PROGRESS)?.execute((found.closed.max(until).0, until.0))?;
    Ok(until)
}

fn open_rows(change: &Change<'_>, select: &str, until: Hour) -> Outcome<Vec<OpenRow>> {
    let mut statement = change.view.database.prepare_cached(select)?;
    let mut rows = statement.query((first_of(until), STEP_ROWS))?;
    let mut open = Vec::new();
    while let Some(row) = rows.next()? {
        open.push(OpenRow::read(row)?);
    }
    Ok(open)
}

fn insert(change: &Change<'_>, insert: &str, row: &OpenRow) -> Outcome<()> {
    let number = super::stored(row.position);
    let values = (number, row.used.0, row.subscriber, row.meter, row.document, &row.quantity);
    change.view.database.prepare_cached(insert)?.execute(values)?;
    Ok(())
}

fn forget(change: &Change<'_>, delete: &str, rows: &[OpenRow]) -> Outcome<bool> {
    let Some(last) = rows.last() else { return Ok(false) };
    change.view.database.prepare_cached(delete)?.execute([super::stored(last.position)])?;
    Ok(true)
}
