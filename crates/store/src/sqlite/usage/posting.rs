//! Posting: events come in, each once, and are added to the open rows of one hour.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use model::Hour;
use rusqlite::OptionalExtension as _;

use super::{
    Gathering, Numbers, OPEN_HOURLY, OpenRow, check_hour,
    numbers::{Fresh, Numbering},
    progress,
};
use crate::{
    EventRecord, Posting,
    sqlite::{change::Change, fault::Outcome},
    usage::digest,
};

const FIND: &str = "SELECT content FROM usage_events WHERE event = ?1";

const INSERT: &str = "INSERT INTO usage_events (event, content) VALUES (?1, ?2)";

/// Adds events, or says which of them are there with other content.
pub(in crate::sqlite) fn post(
    change: &Change<'_>,
    numbers: &Numbers,
    now: Hour,
    events: &[EventRecord],
) -> Outcome<(Posting, Fresh)> {
    let database = change.view.database;
    let reported = now.max(progress(database)?.closed);
    check_hour(reported)?;
    let mut numbering = Numbering::new(database, numbers);
    let new = match tell_apart(change, events)? {
        Ok(new) => new,
        Err(other) => return Ok((Posting::Refused(other), numbering.into_fresh())),
    };
    let mut gathering = Gathering::begin(&OPEN_HOURLY, database, reported)?;
    let mut insert = database.prepare_cached(INSERT)?;
    for event in &new {
        insert.execute((event.identity.event, event.identity.content))?;
        gathering.add(&row(&mut numbering, event, reported)?)?;
    }
    let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
    let accepted = count(new.len());
    let duplicates = count(events.len()).saturating_sub(accepted);
    Ok((Posting::Posted { accepted, duplicates, reported }, numbering.into_fresh()))
}

/// The events that are new; or the places of those that are there with other content, also earlier in the list.
fn tell_apart<'a>(
    change: &Change<'_>,
    events: &'a [EventRecord],
) -> Outcome<std::result::Result<Vec<&'a EventRecord>, Vec<usize>>> {
    let mut find = change.view.database.prepare_cached(FIND)?;
    let mut seen: HashMap<[u8; 16], [u8; 8], RandomState> = HashMap::default();
    let (mut new, mut other) = (Vec::new(), Vec::new());
    for (index, event) in events.iter().enumerate() {
        let identity = event.identity;
        let known = match seen.get(&identity.event) {
            Some(content) => Some(*content),
            None => find.query_row([identity.event], |row| row.get(0)).optional()?,
        };
        match known {
            Some(content) if content != identity.content => other.push(index),
            Some(_) => {}
            None => {
                seen.insert(identity.event, identity.content);
                new.push(event);
            }
        }
    }
    Ok(if other.is_empty() { Ok(new) } else { Err(other) })
}

fn row(numbering: &mut Numbering<'_>, event: &EventRecord, reported: Hour) -> Outcome<OpenRow> {
    let compared = [event.subscription.folded(), event.tenant.folded(), event.meter.folded(), &event.resource];
    Ok(OpenRow {
        position: crate::UsagePosition { reported, row: 0 },
        key: digest(b"tallybridge usage row 1\n", &compared),
        used: event.used,
        subscriber: numbering.subscriber(&event.subscription, &event.tenant)?,
        meter: numbering.text(event.meter.as_str())?,
        document: numbering.text(&event.instance_data)?,
        exact: event.quantity,
        quantity: event.quantity_text.clone(),
    })
}
