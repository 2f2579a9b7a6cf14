//! The office: every version of everything, each as one JSON object.

use rusqlite::OptionalExtension as _;

use super::{
    audit,
    change::{Change, View},
    fault::{Outcome, column, damaged},
};
use crate::{AuditNote, OfficeRecord, StoreError};

const LAST_CHANGE: &str = "SELECT coalesce(max(audit_number), 0) FROM office_changes";

const INSERT_CHANGE: &str = "INSERT INTO office_changes (audit_number) VALUES (?1)";

const LATEST_VERSION: &str = "
    SELECT version FROM office WHERE kind = ?1 AND id = ?2 ORDER BY version DESC LIMIT 1";

const INSERT: &str = "INSERT INTO office (kind, id, version, audit_number, body) VALUES (?1, ?2, ?3, ?4, ?5)";

// Registrations come before the mappings of their tenants.
const SELECT_ALL: &str = "
    SELECT kind, id, version, body FROM office AS stored
    WHERE version = (SELECT max(version) FROM office WHERE kind = stored.kind AND id = stored.id)
    ORDER BY kind, id";

// Without the name of the index the whole table is walked for the sake of the order, after each change.
const SELECT_CHANGED: &str = "
    SELECT kind, id, version, body FROM office AS stored INDEXED BY office_by_change
    WHERE audit_number > ?1
        AND version = (SELECT max(version) FROM office WHERE kind = stored.kind AND id = stored.id)
    ORDER BY kind, id";

const SELECT_AS_OF: &str = "
    SELECT kind, id, version, body FROM office AS stored
    WHERE version = (SELECT max(version) FROM office
        WHERE kind = stored.kind AND id = stored.id AND audit_number <= ?1)
    ORDER BY kind, id";

/// Everything as it was known after an audit entry.
pub(super) fn as_of(view: &View<'_>, number: u64) -> Outcome<Vec<OfficeRecord>> {
    let mut statement = view.database.prepare_cached(SELECT_AS_OF)?;
    let mut rows = statement.query([number])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(record_of(row)?);
    }
    Ok(records)
}

/// The latest version of everything that changed after an audit entry, with the number of the last change.
pub(super) fn changes(view: &View<'_>, after: u64) -> Outcome<(Vec<OfficeRecord>, u64)> {
    let last: u64 = view.database.prepare_cached(LAST_CHANGE)?.query_row([], |row| row.get(0))?;
    let mut records = Vec::new();
    if last == after {
        return Ok((records, last));
    }
    let mut statement = view.database.prepare_cached(if after == 0 { SELECT_ALL } else { SELECT_CHANGED })?;
    let mut rows = if after == 0 { statement.query([])? } else { statement.query([after])? };
    while let Some(row) = rows.next()? {
        records.push(record_of(row)?);
    }
    Ok((records, last))
}

fn record_of(row: &rusqlite::Row<'_>) -> Outcome<OfficeRecord> {
    let somewhere = || "something in the office".to_owned();
    let kind: String = column(row, "kind", 0, somewhere)?;
    let id: String = column(row, "id", 1, somewhere)?;
    let place = || format!("the {kind} {id} in the office");
    let body: String = column(row, "body", 3, place)?;
    let record = OfficeRecord::from_json(&kind, &body).map_err(|problem| damaged(place(), problem))?;
    if record.key().1 != id {
        return Err(damaged(place(), "its body has another id").into());
    }
    Ok(record)
}

/// Adds versions and an audit entry, unless the office changed since it was seen.
pub(super) fn record(change: &mut Change<'_>, seen: u64, records: &[OfficeRecord], note: &AuditNote) -> Outcome<u64> {
    let last: u64 = change.view.database.prepare_cached(LAST_CHANGE)?.query_row([], |row| row.get(0))?;
    if last != seen {
        return Err(StoreError::Conflict("the office".to_owned()).into());
    }
    let number = audit::append(change, note)?;
    let database = change.view.database;
    database.prepare_cached(INSERT_CHANGE)?.execute([number])?;
    for record in records.iter().cloned().flat_map(OfficeRecord::split) {
        let (kind, id) = record.key();
        let body = record.json().map_err(|error| StoreError::Database {
            attempt: format!("write the {kind} {id} as JSON"),
            cause: error.to_string(),
        })?;
        let version: Option<u64> =
            database.prepare_cached(LATEST_VERSION)?.query_row((kind, &id), |row| row.get(0)).optional()?;
        let version = version.unwrap_or(0).saturating_add(1);
        database.prepare_cached(INSERT)?.execute((kind, &id, version, number, body))?;
    }
    Ok(number)
}
