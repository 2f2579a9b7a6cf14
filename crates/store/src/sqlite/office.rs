//! The office: every version of everything, each as one JSON object.

mod body;

use model::{Office, Registration};
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

const SELECT: &str = "
    SELECT kind, id, version, body FROM office AS stored
    WHERE version = (SELECT max(version) FROM office WHERE kind = stored.kind AND id = stored.id)
    ORDER BY kind, id";

/// The latest version of everything, with the number of the last change.
pub(super) fn read(view: &View<'_>) -> Outcome<(Office, u64)> {
    let mut office = Office::default();
    let mut statement = view.database.prepare_cached(SELECT)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let somewhere = || "something in the office".to_owned();
        let kind: String = column(row, "kind", 0, somewhere)?;
        let id: String = column(row, "id", 1, somewhere)?;
        let place = || format!("the {kind} {id} in the office");
        let body: String = column(row, "body", 3, place)?;
        let record = body::read(&kind, &body).map_err(|problem| damaged(place(), problem))?;
        if id_of(&record).1 != id {
            return Err(damaged(place(), "its body has another id").into());
        }
        put(&mut office, record);
    }
    office.registrations.sort_by(|left, right| left.id.cmp(&right.id).then(left.from.cmp(&right.from)));
    Ok((office, view.database.prepare_cached(LAST_CHANGE)?.query_row([], |row| row.get(0))?))
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
    for record in records {
        let (kind, id) = id_of(record);
        let body = body::show(record).map_err(|error| StoreError::Database {
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

/// The kind and the compared id of a record.
fn id_of(record: &OfficeRecord) -> (&'static str, String) {
    match record {
        OfficeRecord::Partner(partner) => ("partner", partner.id.folded().to_owned()),
        OfficeRecord::Directory(directory) => ("directory", directory.id.folded().to_owned()),
        OfficeRecord::Customer(customer) => ("customer", customer.id.folded().to_owned()),
        OfficeRecord::Subscription(subscription) => ("subscription", subscription.id.folded().to_owned()),
        OfficeRecord::Stamp(stamp) => ("stamp", stamp.id.folded().to_owned()),
        OfficeRecord::Registration(registration) => ("registration", registration_id(registration)),
        OfficeRecord::PriceList(list) => ("price_list", list.id.folded().to_owned()),
    }
}

/// A path may be registered again after its registration ended, so its first day belongs to the id.
fn registration_id(registration: &Registration) -> String {
    format!("{}@{}", registration.id.folded(), registration.from)
}

fn put(office: &mut Office, record: OfficeRecord) {
    match record {
        OfficeRecord::Partner(partner) => {
            office.partners.insert(partner.id.clone(), partner);
        }
        OfficeRecord::Directory(directory) => {
            office.directories.insert(directory.id.clone(), directory);
        }
        OfficeRecord::Customer(customer) => {
            office.customers.insert(customer.id.clone(), customer);
        }
        OfficeRecord::Subscription(subscription) => {
            office.subscriptions.insert(subscription.id.clone(), subscription);
        }
        OfficeRecord::Stamp(stamp) => {
            office.stamps.insert(stamp.id.clone(), stamp);
        }
        OfficeRecord::Registration(registration) => office.registrations.push(registration),
        OfficeRecord::PriceList(list) => {
            office.price_lists.insert(list.id.clone(), list);
        }
    }
}
