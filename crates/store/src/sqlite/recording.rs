//! Recording: deliveries, all of one transaction.

use model::{Day, Hour};
use rusqlite::OptionalExtension as _;

use super::{
    audit,
    change::Change,
    documents,
    fault::Outcome,
    names::Name,
    parts, resources,
    sums::{self, SumChanges},
    windows::{first_missing_hour, show_totals},
};
use crate::{Delivery, Result, StoreError, WindowRecord, segment::Segment};

const LATEST: &str = "
    SELECT revision, hash FROM windows WHERE stamp = ?1 AND hour = ?2 ORDER BY revision DESC LIMIT 1";

const INSERT_WINDOW: &str = "
    INSERT INTO windows (stamp, hour, revision, hash, rows, held, first_day, end_day, audit_number, segment)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

const INSERT_HELD: &str = "
    INSERT INTO held_rows (stamp, hour, revision, position, reason, detail, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

const INSERT_DELIVERY: &str = "
    INSERT INTO deliveries (number, stamp, hour, revision, body_digest, received, stored, copies, held, replaced,
        removed, next_hour, at, audit_number, totals)
    VALUES ((SELECT coalesce(max(number), 0) + 1 FROM deliveries),
        ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

const PROGRESS: &str = "SELECT next_hour, last_hour FROM progress WHERE stamp = ?1";

const UPSERT_PROGRESS: &str = "
    INSERT INTO progress (stamp, next_hour, last_hour) VALUES (?1, ?2, ?3)
    ON CONFLICT (stamp) DO UPDATE SET next_hour = excluded.next_hour, last_hour = excluded.last_hour";

/// The revision that a window has after a delivery.
#[derive(Debug, Clone, Copy)]
struct Revision {
    number: u32,
    hash: [u8; 32],
}

/// Records deliveries. One that no longer fits is answered with a conflict and leaves no trace; anything else that fails
/// fails the transaction.
pub(super) fn record(change: &mut Change<'_>, records: &[WindowRecord]) -> Outcome<Vec<Result<Delivery>>> {
    let mut changes = SumChanges::default();
    let open_from = documents::open_from(change)?;
    let mut answers = Vec::with_capacity(records.len());
    for record in records {
        let answer = match admit(change, record)? {
            Ok(before) => Ok(record_one(change, record, before, open_from, &mut changes)?),
            Err(conflict) => Err(conflict),
        };
        answers.push(answer);
    }
    changes.apply(change)?;
    Ok(answers)
}

/// The latest revision, if the delivery still fits on what is stored.
fn admit(change: &Change<'_>, record: &WindowRecord) -> Outcome<Result<Option<Revision>>> {
    let stamp = change.known_number(&Name::Stamp(record.stamp.clone()));
    let latest = match stamp {
        Some(stamp) => change
            .view
            .database
            .prepare_cached(LATEST)?
            .query_row((stamp, record.hour.0), |row| Ok(Revision { number: row.get(0)?, hash: row.get(1)? }))
            .optional()?,
        None => None,
    };
    let conflict = |what: &str| {
        let (what, hour, stamp) = (what, record.hour, &record.stamp);
        Ok(Err(StoreError::Conflict(format!("{what} of the window {hour} of stamp {stamp}"))))
    };
    if latest.map(|latest| latest.number) != record.expected_revision {
        return conflict("the latest revision");
    }
    if record.segment.is_none() && latest.is_none() {
        return conflict("the revision that a delivery without a segment repeats,");
    }
    if !record.new_resources.is_empty() {
        let count = match stamp {
            Some(stamp) => resources::count(&change.view, stamp)?,
            None => 0,
        };
        if record.first_resource != count {
            return conflict("the number of resources before the delivery");
        }
    }
    Ok(Ok(latest))
}

fn record_one(
    change: &mut Change<'_>,
    record: &WindowRecord,
    before: Option<Revision>,
    open_from: Option<Day>,
    changes: &mut SumChanges,
) -> Outcome<Delivery> {
    let stamp = change.number(Name::Stamp(record.stamp.clone()))?;
    let audit_number = audit::append(change, &record.note)?;
    resources::append(change, stamp, record.first_resource, &record.new_resources)?;
    let revision = match (&record.segment, before) {
        (Some(segment), before) => {
            let number = before.map_or(1, |before| before.number.saturating_add(1));
            insert_window(change, stamp, number, audit_number, record, segment)?;
            Revision { number, hash: segment.hash }
        }
        (None, Some(before)) => before,
        // `admit` lets no such record through; a transaction is better lost than a delivery invented.
        (None, None) => return Err(StoreError::Conflict(format!("the window {}", record.hour)).into()),
    };
    changes.add(change, stamp, &record.sums)?;
    let next = advance(change, stamp, record)?;
    let delivery = Delivery {
        stamp: record.stamp.clone(),
        hour: record.hour,
        revision: revision.number,
        hash: revision.hash,
        body_digest: record.body_digest,
        counts: record.counts,
        totals: record.totals.clone(),
        next,
        at: record.note.at,
    };
    insert_delivery(change, stamp, audit_number, &delivery)?;
    if let Some(open_from) = open_from {
        sums::keep_changes(change, stamp, open_from, &record.sums)?;
    }
    parts::forget(change, stamp, record.hour)?;
    Ok(delivery)
}

fn insert_window(
    change: &Change<'_>,
    stamp: u32,
    revision: u32,
    audit_number: u64,
    record: &WindowRecord,
    segment: &Segment,
) -> Outcome<()> {
    let database = change.view.database;
    database.prepare_cached(INSERT_WINDOW)?.execute((
        stamp,
        record.hour.0,
        revision,
        segment.hash,
        segment.rows,
        record.held.len(),
        segment.days.as_ref().map(|days| days.start.0),
        segment.days.as_ref().map(|days| days.end.0),
        audit_number,
        &segment.bytes,
    ))?;
    let mut insert = database.prepare_cached(INSERT_HELD)?;
    for (position, held) in (0_u32..).zip(&record.held) {
        insert.execute((stamp, record.hour.0, revision, position, held.reason.word(), &held.detail, &held.raw))?;
    }
    Ok(())
}

fn insert_delivery(change: &Change<'_>, stamp: u32, audit_number: u64, delivery: &Delivery) -> Outcome<()> {
    change.view.database.prepare_cached(INSERT_DELIVERY)?.execute((
        stamp,
        delivery.hour.0,
        delivery.revision,
        delivery.body_digest,
        delivery.counts.received,
        delivery.counts.stored,
        delivery.counts.copies,
        delivery.counts.held,
        delivery.counts.replaced,
        delivery.counts.removed,
        delivery.next.0,
        delivery.at.0,
        audit_number,
        show_totals(&delivery.totals),
    ))?;
    Ok(())
}

/// Moves the watermark over every window that is there or is never wanted, and says where it stands now.
fn advance(change: &Change<'_>, stamp: u32, record: &WindowRecord) -> Outcome<Hour> {
    let database = change.view.database;
    let before = database
        .prepare_cached(PROGRESS)?
        .query_row([stamp], |row| Ok((Hour(row.get(0)?), Hour(row.get(1)?))))
        .optional()?;
    let (mut next, last) = before.unwrap_or((record.first_window, record.hour));
    // Where it stands it may have come to be skipped since.
    let mut wanted = model::pass_over(&record.skipped, next);
    if before.is_none() || wanted != next || next == record.hour {
        loop {
            next = first_missing_hour(&change.view, stamp, wanted)?;
            wanted = model::pass_over(&record.skipped, next);
            if wanted == next {
                break;
            }
        }
    }
    let last = last.max(record.hour);
    if before != Some((next, last)) {
        database.prepare_cached(UPSERT_PROGRESS)?.execute((stamp, next.0, last.0))?;
    }
    Ok(next)
}
