//! Notices: what somebody is to be told, and what became of it.

use model::{BudgetId, Second};
use rusqlite::Row;

use super::{
    change::{Change, View},
    fault::{Outcome, column, damaged},
};
use crate::{Notice, NoticeChannel, NoticeState};

const INSERT: &str = "
    INSERT INTO notices (key, budget, channel, target, body, at, attempts, next_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6)
    ON CONFLICT (key) DO NOTHING";

const NEWEST: &str = "
    SELECT number, key, budget, channel, target, body, at, attempts, next_at, delivered_at, problem FROM notices
    ORDER BY number DESC LIMIT ?1";

const DUE: &str = "
    SELECT number, key, budget, channel, target, body, at, attempts, next_at, delivered_at, problem FROM notices
    WHERE next_at IS NOT NULL AND next_at <= ?1 ORDER BY next_at, number LIMIT ?2";

const SETTLE: &str = "
    UPDATE notices SET attempts = ?2, next_at = ?3, delivered_at = ?4, problem = ?5 WHERE number = ?1";

/// The word of a channel in the table.
fn word(channel: NoticeChannel) -> &'static str {
    match channel {
        NoticeChannel::Webhook => "webhook",
        NoticeChannel::Mail => "mail",
    }
}

/// Adds what was not added before.
pub(super) fn add(change: &Change<'_>, notices: &[Notice]) -> Outcome<()> {
    let mut insert = change.view.database.prepare_cached(INSERT)?;
    for notice in notices {
        let Notice { key, budget, channel, target, body, at } = notice;
        insert.execute((key, budget.as_str(), word(*channel), target, body, at.0))?;
    }
    Ok(())
}

/// The newest.
pub(super) fn newest(view: &View<'_>, most: usize) -> Outcome<Vec<NoticeState>> {
    collect(view, NEWEST, [most])
}

/// Those that are to be tried.
pub(super) fn due(view: &View<'_>, now: Second, most: usize) -> Outcome<Vec<NoticeState>> {
    collect(view, DUE, (now.0, most))
}

/// What became of an attempt.
pub(super) fn settle(change: &Change<'_>, state: &NoticeState) -> Outcome<()> {
    let NoticeState { number, attempts, next_at, delivered_at, problem, .. } = state;
    change.view.database.prepare_cached(SETTLE)?.execute((
        number,
        attempts,
        next_at.map(|at| at.0),
        delivered_at.map(|at| at.0),
        problem,
    ))?;
    Ok(())
}

fn collect(view: &View<'_>, sql: &str, parameters: impl rusqlite::Params) -> Outcome<Vec<NoticeState>> {
    let mut statement = view.database.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut states = Vec::new();
    while let Some(row) = rows.next()? {
        states.push(state(row)?);
    }
    Ok(states)
}

fn state(row: &Row<'_>) -> Outcome<NoticeState> {
    let number: u64 = column(row, "number", 0, || "a notice".to_owned())?;
    let place = || format!("notice {number}");
    let budget: String = column(row, "budget", 2, place)?;
    let channel: String = column(row, "channel", 3, place)?;
    let channel = match channel.as_str() {
        "webhook" => NoticeChannel::Webhook,
        "mail" => NoticeChannel::Mail,
        _ => return Err(damaged(place(), format!("{channel:?} is no channel")).into()),
    };
    Ok(NoticeState {
        number,
        notice: Notice {
            key: column(row, "key", 1, place)?,
            budget: BudgetId::new(&budget).map_err(|error| damaged(place(), error))?,
            channel,
            target: column(row, "target", 4, place)?,
            body: column(row, "body", 5, place)?,
            at: Second(column(row, "at", 6, place)?),
        },
        attempts: column(row, "attempts", 7, place)?,
        next_at: column::<Option<i64>>(row, "next_at", 8, place)?.map(Second),
        delivered_at: column::<Option<i64>>(row, "delivered_at", 9, place)?.map(Second),
        problem: column(row, "problem", 10, place)?,
    })
}
