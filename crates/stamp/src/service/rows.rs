//! Rows: pages of what is sealed, as a door asks for them.

use std::sync::Arc;

use model::Hour;
use store::{UsagePosition, UsageQuery, UsageRecord, UsageSpan, UsageStore};

use crate::{Granularity, Page, Position, Row, Selection, SourceError, Subscribers};

/// A page of sealed rows.
pub(super) fn page(
    usage: &dyn UsageStore,
    selection: &Selection,
    from: Position,
    rows_max: usize,
) -> Result<Page, SourceError> {
    let query = UsageQuery {
        span: match selection.granularity {
            Granularity::Hourly => UsageSpan::Hour,
            Granularity::Daily => UsageSpan::Day,
        },
        reported: selection.reported.clone(),
        from: place(from),
        subscriptions: match &selection.subscribers {
            Subscribers::All => None,
            Subscribers::Of(some) => Some(Arc::clone(some)),
        },
    };
    // One more than is asked for tells where the next page begins.
    let mut records = usage.usage_rows(&query, rows_max.saturating_add(1))?;
    let next = (records.len() > rows_max).then(|| records.pop()).flatten().map(|row| position(row.position));
    Ok(Page { rows: records.into_iter().map(|record| row(record, selection.granularity)).collect(), next })
}

/// Numbers of rows that no row can have are those of the next hour.
fn place(position: Position) -> UsagePosition {
    match u32::try_from(position.row) {
        Ok(row) => UsagePosition { reported: position.reported, row },
        Err(_) => UsagePosition { reported: position.reported.next(), row: 0 },
    }
}

fn position(place: UsagePosition) -> Position {
    Position { reported: place.reported, row: place.row.into() }
}

fn row(record: UsageRecord, granularity: Granularity) -> Row {
    let (start, end) = span(record.used, granularity);
    Row {
        position: position(record.position),
        subscription: record.subscription,
        start,
        end,
        meter: record.meter,
        instance_data: record.instance_data,
        quantity: record.quantity,
    }
}

fn span(used: Hour, granularity: Granularity) -> (model::Second, model::Second) {
    match granularity {
        Granularity::Hourly => (used.start(), used.end()),
        Granularity::Daily => (used.day().start(), used.day().next().start()),
    }
}
