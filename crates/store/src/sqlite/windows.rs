//! Windows: what was delivered, as it is found again.

use std::{fmt::Write as _, ops::Range};

use model::{CloudId, Day, HeldReason, HeldRow, Hour, MeterId, Quantity, Second};
use rusqlite::{OptionalExtension as _, Params, Row};

use super::{
    change::View,
    fault::{Outcome, column, damaged},
    resources,
};
use crate::{Delivery, DeliveryCounts, HeldEntry, Progress, Result, StoreError, Window};

const PROGRESS: &str = "SELECT next_hour, last_hour FROM progress WHERE stamp = ?1";

const HOURS_FROM: &str = "SELECT hour FROM windows WHERE stamp = ?1 AND hour >= ?2 ORDER BY stamp, hour";

const SEGMENT: &str = "SELECT segment FROM windows WHERE stamp = ?1 AND hour = ?2 AND revision = ?3";

/// A revision with the last delivery of its window. The columns of the delivery come first.
const WINDOW: &str = "
    SELECT delivery.stamp, delivery.hour, delivery.revision, of_delivery.hash, delivery.body_digest,
        delivery.received, delivery.stored, delivery.copies, delivery.held, delivery.replaced, delivery.removed,
        delivery.next_hour, delivery.at, delivery.totals,
        stored.revision, stored.hash, stored.rows, stored.held, length(stored.segment),
        stored.first_day, stored.end_day
    FROM windows AS stored
    JOIN deliveries AS delivery ON delivery.number =
        (SELECT max(number) FROM deliveries WHERE stamp = stored.stamp AND hour = stored.hour)
    JOIN windows AS of_delivery ON of_delivery.stamp = delivery.stamp AND of_delivery.hour = delivery.hour
        AND of_delivery.revision = delivery.revision";

const LATEST: &str = "
    WHERE stored.stamp = ?1 AND stored.hour = ?2 ORDER BY stored.revision DESC LIMIT 1";

const OF_HOURS: &str = "
    WHERE stored.stamp = ?1 AND stored.hour >= ?2 AND stored.hour < ?3 ORDER BY stored.hour, stored.revision";

const OF_DAY: &str = "
    WHERE stored.stamp = ?1 AND stored.end_day > ?2 AND stored.first_day <= ?2
        AND NOT EXISTS (SELECT 1 FROM windows AS later WHERE later.stamp = stored.stamp
            AND later.hour = stored.hour AND later.revision > stored.revision)
    ORDER BY stored.hour";

const DELIVERIES: &str = "
    SELECT delivery.stamp, delivery.hour, delivery.revision, of_delivery.hash, delivery.body_digest,
        delivery.received, delivery.stored, delivery.copies, delivery.held, delivery.replaced, delivery.removed,
        delivery.next_hour, delivery.at, delivery.totals
    FROM deliveries AS delivery
    JOIN windows AS of_delivery ON of_delivery.stamp = delivery.stamp AND of_delivery.hour = delivery.hour
        AND of_delivery.revision = delivery.revision
    WHERE delivery.stamp = ?1 ORDER BY delivery.number";

const HELD: &str = "
    SELECT held.stamp, held.hour, held.revision, held.position, held.reason, held.detail, held.raw
    FROM held_rows AS held JOIN names ON names.number = held.stamp
    WHERE NOT EXISTS (SELECT 1 FROM windows AS later WHERE later.stamp = held.stamp
        AND later.hour = held.hour AND later.revision > held.revision)
    ORDER BY names.folded, held.hour, held.position";

/// In the order of the key, so that nothing is sorted and nothing else is looked at.
const HELD_OF_STAMP: &str = "
    SELECT held.stamp, held.hour, held.revision, held.position, held.reason, held.detail, held.raw
    FROM held_rows AS held
    WHERE held.stamp = ?1 AND held.hour >= ?2 AND held.hour < ?3
        AND NOT EXISTS (SELECT 1 FROM windows AS later WHERE later.stamp = held.stamp
            AND later.hour = held.hour AND later.revision > held.revision)
    ORDER BY held.stamp, held.hour, held.revision, held.position";

/// How far a stamp has come.
pub(super) fn progress(view: &View<'_>, stamp: &CloudId) -> Outcome<Option<Progress>> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(None) };
    let mut statement = view.database.prepare_cached(PROGRESS)?;
    let mut rows = statement.query([number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let place = || format!("the progress of stamp {stamp}");
    Ok(Some(Progress {
        next: Hour(column(row, "next_hour", 0, place)?),
        last: Hour(column(row, "last_hour", 1, place)?),
        resources: resources::count(view, number)?,
    }))
}

/// The first hour from an hour on that has no window.
pub(super) fn first_missing_hour(view: &View<'_>, stamp: u32, from: Hour) -> Outcome<Hour> {
    let mut statement = view.database.prepare_cached(HOURS_FROM)?;
    let mut rows = statement.query((stamp, from.0))?;
    let mut next = from;
    while let Some(row) = rows.next()? {
        let hour = Hour(row.get(0)?);
        if hour > next {
            break;
        }
        // Each revision has a row, so an hour may come more than once.
        next = hour.next();
    }
    Ok(next)
}

/// The latest revision of a window.
pub(super) fn latest(view: &View<'_>, stamp: &CloudId, hour: Hour) -> Outcome<Option<Window>> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(None) };
    Ok(select(view, &format!("{WINDOW}{LATEST}"), (number, hour.0))?.pop())
}

/// Every revision of the windows of a range of hours.
pub(super) fn of_hours(view: &View<'_>, stamp: &CloudId, hours: &Range<Hour>) -> Outcome<Vec<Window>> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(Vec::new()) };
    select(view, &format!("{WINDOW}{OF_HOURS}"), (number, hours.start.0, hours.end.0))
}

/// The latest revisions that hold usage of a day.
pub(super) fn of_day(view: &View<'_>, stamp: &CloudId, day: Day) -> Outcome<Vec<Window>> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(Vec::new()) };
    select(view, &format!("{WINDOW}{OF_DAY}"), (number, day.0))
}

/// The bytes of a segment.
pub(super) fn segment(view: &View<'_>, stamp: &CloudId, hour: Hour, revision: u32) -> Outcome<Vec<u8>> {
    let bytes = match view.stamp_number(stamp) {
        Some(number) => {
            view.database.prepare_cached(SEGMENT)?.query_row((number, hour.0, revision), |row| row.get(0)).optional()?
        }
        None => None,
    };
    bytes.ok_or_else(|| {
        damaged(format!("the window {hour} of stamp {stamp}"), format!("it has no revision {revision}")).into()
    })
}

fn select(view: &View<'_>, sql: &str, parameters: impl Params) -> Outcome<Vec<Window>> {
    let mut statement = view.database.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut windows = Vec::new();
    while let Some(row) = rows.next()? {
        windows.push(window(view, row)?);
    }
    Ok(windows)
}

fn window(view: &View<'_>, row: &Row<'_>) -> Result<Window> {
    let last_delivery = delivery(view, row)?;
    let place = || format!("the window {} of stamp {}", last_delivery.hour, last_delivery.stamp);
    let first_day: Option<u32> = column(row, "first_day", 19, place)?;
    let end_day: Option<u32> = column(row, "end_day", 20, place)?;
    Ok(Window {
        stamp: last_delivery.stamp.clone(),
        hour: last_delivery.hour,
        revision: column(row, "revision", 14, place)?,
        hash: column(row, "hash", 15, place)?,
        rows: column(row, "rows", 16, place)?,
        held: column(row, "held", 17, place)?,
        bytes: column(row, "segment", 18, place)?,
        days: first_day.zip(end_day).map(|(first, end)| Day(first)..Day(end)),
        last_delivery,
    })
}

/// Every delivery of a stamp.
pub(super) fn deliveries(
    view: &View<'_>,
    stamp: &CloudId,
    each: &mut dyn FnMut(Delivery) -> Result<()>,
) -> Outcome<()> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(()) };
    let mut statement = view.database.prepare_cached(DELIVERIES)?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        each(delivery(view, row)?)?;
    }
    Ok(())
}

fn delivery(view: &View<'_>, row: &Row<'_>) -> Result<Delivery> {
    let stamp = view.names.stamp(column(row, "stamp", 0, || "a delivery".to_owned())?)?.clone();
    let hour = Hour(column(row, "hour", 1, || format!("a delivery of stamp {stamp}"))?);
    let place = || format!("a delivery of the window {hour} of stamp {stamp}");
    let counts = DeliveryCounts {
        received: column(row, "received", 5, place)?,
        stored: column(row, "stored", 6, place)?,
        copies: column(row, "copies", 7, place)?,
        held: column(row, "held", 8, place)?,
        replaced: column(row, "replaced", 9, place)?,
        removed: column(row, "removed", 10, place)?,
    };
    let totals: String = column(row, "totals", 13, place)?;
    let revision = column(row, "revision", 2, place)?;
    let hash = column(row, "hash", 3, place)?;
    let body_digest = column(row, "body_digest", 4, place)?;
    let next = Hour(column(row, "next_hour", 11, place)?);
    let at = Second(column(row, "at", 12, place)?);
    let totals = read_totals(&totals).map_err(|problem| damaged(place(), problem))?;
    Ok(Delivery { stamp, hour, revision, hash, body_digest, counts, totals, next, at })
}

/// Totals as text: on each line a meter, a blank and its sum.
pub(super) fn show_totals(totals: &[(MeterId, Quantity)]) -> String {
    totals.iter().fold(String::new(), |mut text, (meter, quantity)| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{meter} {quantity}");
        text
    })
}

fn read_totals(text: &str) -> std::result::Result<Vec<(MeterId, Quantity)>, String> {
    text.lines()
        .map(|line| {
            let (meter, quantity) = line.split_once(' ')?;
            Some((MeterId::new(meter).ok()?, Quantity::from_decimal(quantity)?))
        })
        .zip(text.lines())
        .map(|(total, line)| total.ok_or_else(|| format!("{line:?} is no total of a meter")))
        .collect()
}

/// The rows that are held now.
pub(super) fn held(view: &View<'_>, stamp: Option<&CloudId>) -> Outcome<Vec<HeldEntry>> {
    let mut held = Vec::new();
    if let Some(stamp) = stamp {
        each_held(view, stamp, &(Hour(0)..Hour(u32::MAX)), &mut |entry| {
            held.push(entry);
            Ok(())
        })?;
        return Ok(held);
    }
    let mut statement = view.database.prepare_cached(HELD)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        held.push(held_entry(view, row)?);
    }
    Ok(held)
}

pub(super) fn each_held(
    view: &View<'_>,
    stamp: &CloudId,
    hours: &Range<Hour>,
    each: &mut dyn FnMut(HeldEntry) -> Result<()>,
) -> Outcome<()> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(()) };
    let mut statement = view.database.prepare_cached(HELD_OF_STAMP)?;
    let mut rows = statement.query((number, hours.start.0, hours.end.0))?;
    while let Some(row) = rows.next()? {
        each(held_entry(view, row)?)?;
    }
    Ok(())
}

fn held_entry(view: &View<'_>, row: &Row<'_>) -> std::result::Result<HeldEntry, StoreError> {
    let stamp = view.names.stamp(column(row, "stamp", 0, || "a held row".to_owned())?)?.clone();
    let hour = Hour(column(row, "hour", 1, || format!("a held row of stamp {stamp}"))?);
    let place = || format!("a held row of the window {hour} of stamp {stamp}");
    let word: String = column(row, "reason", 4, place)?;
    let reason =
        HeldReason::from_word(&word).ok_or_else(|| damaged(place(), format!("{word:?} is no reason to hold a row")))?;
    Ok(HeldEntry {
        revision: column(row, "revision", 2, place)?,
        position: column(row, "position", 3, place)?,
        row: HeldRow { reason, detail: column(row, "detail", 5, place)?, raw: column(row, "raw", 6, place)? },
        stamp,
        hour,
    })
}
