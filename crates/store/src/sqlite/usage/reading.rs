//! Reading: sealed rows from a position on, of everybody or of some, without looking at what was not asked for.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, HashMap, VecDeque, hash_map::Entry},
    ops::Range,
    sync::Arc,
};

use foldhash::fast::RandomState;
use model::{DirectoryId, Hour, LocalSubscriptionId};
use rusqlite::{OptionalExtension as _, Row};

use super::{first_of, position, progress, stored};
use crate::{
    Result, UsageQuery, UsageRecord, UsageSpan,
    sqlite::{
        change::View,
        fault::{Outcome, column, damaged},
    },
};

const HOURLY: &str = "
    SELECT position, used, subscriber, meter, document, quantity FROM hourly_rows
    WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT ?3";

const DAILY: &str = "
    SELECT position, used, subscriber, meter, document, quantity FROM daily_rows
    WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT ?3";

const HOURLY_OF: &str = "
    SELECT position, used, subscriber, meter, document, quantity FROM hourly_rows INDEXED BY hourly_rows_by_subscriber
    WHERE subscriber = ?4 AND position >= ?1 AND position < ?2 ORDER BY position LIMIT ?3";

const DAILY_OF: &str = "
    SELECT position, used, subscriber, meter, document, quantity FROM daily_rows INDEXED BY daily_rows_by_subscriber
    WHERE subscriber = ?4 AND position >= ?1 AND position < ?2 ORDER BY position LIMIT ?3";

const SUBSCRIBERS: &str = "SELECT number FROM usage_subscribers WHERE folded = ?1";

const SUBSCRIBER: &str = "SELECT subscription, tenant FROM usage_subscribers WHERE number = ?1";

const TEXT: &str = "SELECT text FROM usage_texts WHERE number = ?1";

/// A row as it is stored.
struct Stored {
    number: i64,
    used: Hour,
    subscriber: u32,
    meter: u32,
    document: u32,
    quantity: String,
}

/// How many local subscriptions are looked up one by one at once. For more, everybody's rows are looked at first.
const FEW_SUBSCRIPTIONS: usize = 16;

/// How many of everybody's rows are looked at for each row that is asked for, before those of each subscriber are.
const LOOKED_AT_FACTOR: usize = 4;

/// The rows that are asked for.
pub(in crate::sqlite) fn read(view: &View<'_>, query: &UsageQuery, rows_max: usize) -> Outcome<Vec<UsageRecord>> {
    let sealed = progress(view.database)?.sealed;
    // A day has its rows once it is over.
    let complete = match query.span {
        UsageSpan::Hour => sealed,
        UsageSpan::Day => sealed.day().first_hour(),
    };
    let from = stored(query.from).max(first_of(query.reported.start));
    let range = from..first_of(query.reported.end.min(complete));
    let mut names = Names::new(view);
    let rows = match &query.subscriptions {
        None => of_all(view, query.span, &range, rows_max)?,
        Some(some) if some.len() <= FEW_SUBSCRIPTIONS => of_some(view, query.span, &range, rows_max, some)?,
        Some(many) => of_many(&mut names, query.span, &range, rows_max, many)?,
    };
    rows.into_iter().map(|row| names.record(row)).collect()
}

fn of_all(view: &View<'_>, span: UsageSpan, range: &Range<i64>, rows_max: usize) -> Outcome<Vec<Stored>> {
    let mut statement = view.database.prepare_cached(match span {
        UsageSpan::Hour => HOURLY,
        UsageSpan::Day => DAILY,
    })?;
    let mut rows = statement.query((range.start, range.end, limit(rows_max)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Stored::read(row)?);
    }
    Ok(found)
}

/// Looks at some of everybody's rows, because many local subscriptions mostly have many of them; and looks up the rest.
fn of_many(
    names: &mut Names<'_>,
    span: UsageSpan,
    range: &Range<i64>,
    rows_max: usize,
    subscriptions: &BTreeSet<LocalSubscriptionId>,
) -> Outcome<Vec<Stored>> {
    let looked_at_max = rows_max.saturating_mul(LOOKED_AT_FACTOR);
    let looked_at = of_all(names.view, span, range, looked_at_max)?;
    let end_is_near = looked_at.len() < looked_at_max;
    let next = looked_at.last().map_or(range.start, |last| last.number.saturating_add(1));
    let mut found = Vec::new();
    for row in looked_at {
        if found.len() < rows_max && subscriptions.contains(&names.subscriber(&row)?.0) {
            found.push(row);
        }
    }
    let missing = rows_max.saturating_sub(found.len());
    if missing > 0 && !end_is_near {
        found.extend(of_some(names.view, span, &(next..range.end), missing, subscriptions)?);
    }
    Ok(found)
}

/// Merges the rows of each subscriber by position. Each is looked at a few rows at a time, so neither many subscribers nor
/// one with many rows make it slow.
fn of_some(
    view: &View<'_>,
    span: UsageSpan,
    range: &Range<i64>,
    rows_max: usize,
    subscriptions: &BTreeSet<LocalSubscriptionId>,
) -> Outcome<Vec<Stored>> {
    let numbers = numbers(view, subscriptions)?;
    let step = rows_max.checked_div(numbers.len()).unwrap_or(0).saturating_add(1);
    let mut select = view.database.prepare_cached(match span {
        UsageSpan::Hour => HOURLY_OF,
        UsageSpan::Day => DAILY_OF,
    })?;
    let mut fetch = |subscriber: u32, from: i64| -> Outcome<VecDeque<Stored>> {
        let mut rows = select.query((from, range.end, limit(step), subscriber))?;
        let mut found = VecDeque::new();
        while let Some(row) = rows.next()? {
            found.push_back(Stored::read(row)?);
        }
        Ok(found)
    };
    let mut waiting: HashMap<u32, VecDeque<Stored>, RandomState> = HashMap::default();
    let mut heads = BinaryHeap::new();
    for subscriber in numbers {
        let rows = fetch(subscriber, range.start)?;
        if let Some(first) = rows.front() {
            heads.push(Reverse((first.number, subscriber)));
            waiting.insert(subscriber, rows);
        }
    }
    let mut merged = Vec::new();
    while merged.len() < rows_max {
        let Some(Reverse((number, subscriber))) = heads.pop() else { break };
        let Some(rows) = waiting.get_mut(&subscriber) else { continue };
        merged.extend(rows.pop_front());
        if rows.is_empty() {
            *rows = fetch(subscriber, number.saturating_add(1))?;
        }
        if let Some(next) = rows.front() {
            heads.push(Reverse((next.number, subscriber)));
        }
    }
    Ok(merged)
}

/// The numbers of local subscriptions that have usage, each in all its spellings.
fn numbers(view: &View<'_>, subscriptions: &BTreeSet<LocalSubscriptionId>) -> Outcome<Vec<u32>> {
    let mut statement = view.database.prepare_cached(SUBSCRIBERS)?;
    let mut numbers = Vec::new();
    for subscription in subscriptions {
        let mut rows = statement.query([subscription.folded()])?;
        while let Some(row) = rows.next()? {
            numbers.push(column(row, "number", 0, || format!("the subscriber {subscription}"))?);
        }
    }
    Ok(numbers)
}

fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl Stored {
    fn read(row: &Row<'_>) -> Result<Self> {
        let number = column(row, "position", 0, || "a row of usage".to_owned())?;
        let place = || place(number);
        Ok(Self {
            number,
            used: Hour(column(row, "used", 1, place)?),
            subscriber: column(row, "subscriber", 2, place)?,
            meter: column(row, "meter", 3, place)?,
            document: column(row, "document", 4, place)?,
            quantity: column(row, "quantity", 5, place)?,
        })
    }
}

fn place(number: i64) -> String {
    position(number).map_or_else(
        || format!("the row of usage at {number}"),
        |position| format!("row {} of the usage that was reported in {}", position.row, position.reported),
    )
}

/// The texts and subscribers of one page.
struct Names<'a> {
    view: &'a View<'a>,
    texts: HashMap<u32, Arc<str>, RandomState>,
    subscribers: HashMap<u32, (LocalSubscriptionId, DirectoryId), RandomState>,
}

impl<'a> Names<'a> {
    fn new(view: &'a View<'a>) -> Self {
        Self { view, texts: HashMap::default(), subscribers: HashMap::default() }
    }

    fn record(&mut self, row: Stored) -> Outcome<UsageRecord> {
        let (subscription, tenant) = self.subscriber(&row)?.clone();
        Ok(UsageRecord {
            position: position(row.number)
                .ok_or_else(|| damaged(place(row.number), "column position is no position"))?,
            subscription,
            tenant,
            used: row.used,
            meter: self.text(&row, row.meter)?,
            instance_data: self.text(&row, row.document)?,
            quantity: row.quantity,
        })
    }

    fn text(&mut self, row: &Stored, number: u32) -> Outcome<Arc<str>> {
        if let Some(text) = self.texts.get(&number) {
            return Ok(Arc::clone(text));
        }
        let mut statement = self.view.database.prepare_cached(TEXT)?;
        let text: Option<String> = statement.query_row([number], |row| row.get(0)).optional()?;
        let text = text.ok_or_else(|| damaged(place(row.number), format!("there is no text {number}")))?;
        let text: Arc<str> = text.into();
        self.texts.insert(number, Arc::clone(&text));
        Ok(text)
    }

    fn subscriber(&mut self, row: &Stored) -> Outcome<&(LocalSubscriptionId, DirectoryId)> {
        match self.subscribers.entry(row.subscriber) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let mut statement = self.view.database.prepare_cached(SUBSCRIBER)?;
                let found: Option<(String, String)> =
                    statement.query_row([row.subscriber], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                let ids = found.and_then(|(subscription, tenant)| {
                    Some((LocalSubscriptionId::new(&subscription).ok()?, DirectoryId::new(&tenant).ok()?))
                });
                let problem = || format!("there is no subscriber {}", row.subscriber);
                Ok(unknown.insert(ids.ok_or_else(|| damaged(place(row.number), problem()))?))
            }
        }
    }
}
