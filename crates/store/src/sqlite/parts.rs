//! Parts: pieces of a window that wait for the last one.

use model::{CloudId, Hour};

use super::{
    change::{Change, View},
    fault::{Outcome, column},
    names::Name,
};

const UPSERT: &str = "
    INSERT INTO window_parts (stamp, hour, parts, part, body) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (stamp, hour, parts, part) DO UPDATE SET body = excluded.body";

const SELECT: &str = "
    SELECT part, body FROM window_parts WHERE stamp = ?1 AND hour = ?2 AND parts = ?3 ORDER BY part";

const DELETE: &str = "DELETE FROM window_parts WHERE stamp = ?1 AND hour = ?2";

/// Keeps a part, given as its number and the number of parts.
pub(super) fn put(
    change: &mut Change<'_>,
    stamp: &CloudId,
    hour: Hour,
    (part, parts): (u32, u32),
    body: &[u8],
) -> Outcome<()> {
    let stamp = change.number(Name::Stamp(stamp.clone()))?;
    change.view.database.prepare_cached(UPSERT)?.execute((stamp, hour.0, parts, part, body))?;
    Ok(())
}

/// Reads the parts that are kept.
pub(super) fn read(view: &View<'_>, stamp: &CloudId, hour: Hour, parts: u32) -> Outcome<Vec<(u32, Vec<u8>)>> {
    let Some(number) = view.stamp_number(stamp) else { return Ok(Vec::new()) };
    let place = || format!("a part of the window {hour} of stamp {stamp}");
    let mut statement = view.database.prepare_cached(SELECT)?;
    let mut rows = statement.query((number, hour.0, parts))?;
    let mut kept = Vec::new();
    while let Some(row) = rows.next()? {
        kept.push((column(row, "part", 0, place)?, column(row, "body", 1, place)?));
    }
    Ok(kept)
}

/// Forgets the parts of a window that was delivered.
pub(super) fn forget(change: &Change<'_>, stamp: u32, hour: Hour) -> Outcome<()> {
    change.view.database.prepare_cached(DELETE)?.execute((stamp, hour.0))?;
    Ok(())
}
