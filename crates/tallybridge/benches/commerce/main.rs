//! Commerce: how long it takes to close a large month, to write one out day by day, and what others take to rate it.
//!
//! `cargo bench -p tallybridge --bench commerce`. `TALLYBRIDGE_BENCH_SUMS` says how many daily sums the month has that is closed,
//! ten million if nothing is said; `TALLYBRIDGE_BENCH_ROWS` how many the month has that is written out, fifty million.

mod files;
mod house;
#[expect(dead_code, reason = "other measurements use the rest of it")]
#[path = "../throughput/table.rs"]
mod table;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use hub::{Hub, MonthClose, Side, View};
use model::Month;
use table::{Table, Unit, rate};

/// How often each thing is measured.
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let hub = house::hub(folder.path())?;
    house::furnish(hub.store())?;
    let mut table = Table::default();
    let month = Month::parse("2026-10")?;
    let sums = fill(&mut table, &hub, month, number("TALLYBRIDGE_BENCH_SUMS", 10_000_000)?)?;
    let took = close(&mut table, &hub, month, sums, ROUNDS)?;
    give(&mut table, &hub, month, sums)?;
    let document = hub.store().documents(None)?.pop().context("find the document")?.document;
    let (name, total) = (document.number.as_str(), document.total.minor.to_string());
    files::compare(&mut table, folder.path(), name, sums, &total, took)?;
    // The next month, so that the one above was closed without it.
    let month = month.next();
    let sums = fill(&mut table, &hub, month, number("TALLYBRIDGE_BENCH_ROWS", 50_000_000)?)?;
    close(&mut table, &hub, month, sums, 1)?;
    let document = hub.store().documents(None)?.pop().context("find the document")?.document;
    files::daily(&mut table, folder.path(), document.number.as_str(), sums)?;
    table.print();
    Ok(())
}

fn number(name: &str, otherwise: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("read {name}")),
        Err(_) => Ok(otherwise),
    }
}

fn fill(table: &mut Table, hub: &Hub, month: Month, sums: u64) -> Result<u64> {
    let start = Instant::now();
    let filled = house::fill(hub.store(), month, sums)?;
    table.add(
        format!("record {filled} daily sums of {month}, to have them"),
        Unit::Rows,
        vec![rate(filled, start.elapsed())],
    );
    Ok(filled)
}

/// Drafts the month several times, and issues it the last time. Gives the median.
fn close(table: &mut Table, hub: &Hub, month: Month, sums: u64, rounds: usize) -> Result<Duration> {
    let partner = house::partner()?;
    let wish = |dry_run| MonthClose {
        partner: partner.clone(),
        month,
        actor: "bench".to_owned(),
        override_reason: Some("a measurement".to_owned()),
        dry_run,
    };
    let mut times = Vec::new();
    for round in 0..rounds {
        let start = Instant::now();
        let closed = hub.close(&wish(round + 1 < rounds))?;
        times.push(start.elapsed());
        ensure!(closed.document.is_some(), "nothing was due");
    }
    let hundredths = |time: &Duration| u64::try_from(time.as_micros() / 10).unwrap_or(u64::MAX);
    table.add(format!("close {month}"), Unit::Milliseconds, times.iter().map(hundredths).collect());
    table.add(format!("close {month}, daily sums"), Unit::Rows, times.iter().map(|time| rate(sums, *time)).collect());
    times.sort_unstable();
    times.get(times.len() / 2).copied().context("nothing was measured")
}

/// Gives every charge of the month as it was when it was closed.
fn give(table: &mut Table, hub: &Hub, month: Month, sums: u64) -> Result<()> {
    let documents = hub.store().documents(None)?;
    let pins = documents.last().and_then(|document| document.pins.as_ref()).context("find the document")?;
    let mut rates = Vec::new();
    for view in [View::Pinned(pins), View::Now, View::Pinned(pins)] {
        let mut rows = 0_u64;
        let start = Instant::now();
        hub.daily_charges::<hub::CloseError>(
            &house::partner()?,
            month,
            view,
            Side::Cost,
            |_| Ok(()),
            |_| {
                rows += 1;
                Ok(())
            },
        )?;
        ensure!(rows >= sums, "{rows} charges of {sums} sums");
        rates.push(rate(rows, start.elapsed()));
    }
    table.add("give every charge of the month in process", Unit::Rows, rates);
    Ok(())
}
