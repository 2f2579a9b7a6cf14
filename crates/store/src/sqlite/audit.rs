//! Audit: one entry behind the other, each with the hash of the one before.

use model::Second;
use rusqlite::OptionalExtension as _;

use super::{
    change::{Change, View},
    fault::{Outcome, column},
};
use crate::{AuditEntry, AuditNote, Result};

const LAST: &str = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";

const INSERT: &str = "
    INSERT INTO audit (number, at, actor, action, object, detail, previous, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

const SELECT: &str = "
    SELECT number, at, actor, action, object, detail, previous, hash
    FROM audit WHERE number >= ?1 ORDER BY number";

/// Adds an entry and says its number.
pub(super) fn append(change: &mut Change<'_>, note: &AuditNote) -> Outcome<u64> {
    let database = change.view.database;
    let last = database
        .prepare_cached(LAST)?
        .query_row([], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 32]>(1)?)))
        .optional()?;
    let (last, previous) = last.unwrap_or((0, [0; 32]));
    let number = last.saturating_add(1);
    let hash = AuditEntry::expected_hash(&previous, number, note);
    database.prepare_cached(INSERT)?.execute((
        number,
        note.at.0,
        &note.actor,
        &note.action,
        &note.object,
        &note.detail,
        previous,
        hash,
    ))?;
    Ok(number)
}

/// Reads the log from a number on.
pub(super) fn read(view: &View<'_>, first: u64, each: &mut dyn FnMut(AuditEntry) -> Result<()>) -> Outcome<()> {
    let mut statement = view.database.prepare_cached(SELECT)?;
    // Numbers above the range of SQLite's integers do not exist.
    let mut rows = statement.query([i64::try_from(first).unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        let number: u64 = column(row, "number", 0, || "an entry of the audit log".to_owned())?;
        let place = || format!("entry {number} of the audit log");
        each(AuditEntry {
            number,
            note: AuditNote {
                at: Second(column(row, "at", 1, place)?),
                actor: column(row, "actor", 2, place)?,
                action: column(row, "action", 3, place)?,
                object: column(row, "object", 4, place)?,
                detail: column(row, "detail", 5, place)?,
            },
            previous: column(row, "previous", 6, place)?,
            hash: column(row, "hash", 7, place)?,
        })?;
    }
    Ok(())
}
