//! Commerce: how long it takes to close a large month, and to write it out day by day.
//!
//! `cargo bench -p tallybridge --bench commerce`. `TALLYBRIDGE_BENCH_SUMS` says how many daily sums the month has that is closed;
//! ten million if nothing is said.

mod house;
#[path = "../throughput/table.rs"]
mod table;

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use hub::{MonthClose, Side, View};
use model::Month;
use table::{Table, Unit, rate};

/// How often each thing is measured.
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let sums = match std::env::var("TALLYBRIDGE_BENCH_SUMS") {
        Ok(text) => text.parse().context("read TALLYBRIDGE_BENCH_SUMS")?,
        Err(_) => 10_000_000,
    };
    let folder = tempfile::tempdir()?;
    let hub = house::hub(folder.path())?;
    house::furnish(hub.store())?;
    let month = Month::parse("2026-10")?;
    let start = Instant::now();
    let filled = house::fill(hub.store(), month, sums)?;
    let mut table = Table::default();
    table.add("record daily sums, to have them", Unit::Rows, vec![rate(filled, start.elapsed())]);
    close(&mut table, &hub, month, filled)?;
    stream(&mut table, &hub, month, filled)?;
    table.print();
    Ok(())
}

/// Drafts the month several times, and issues it once.
fn close(table: &mut Table, hub: &hub::Hub, month: Month, sums: u64) -> Result<()> {
    let partner = house::partner()?;
    let wish = |dry_run| MonthClose {
        partner: partner.clone(),
        month,
        actor: "bench".to_owned(),
        override_reason: Some("a measurement".to_owned()),
        dry_run,
    };
    let (mut milliseconds, mut rates) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let start = Instant::now();
        let closed = hub.close(&wish(round + 1 < ROUNDS))?;
        let took = start.elapsed();
        ensure!(closed.document.is_some(), "nothing was due");
        milliseconds.push(u64::try_from(took.as_micros() / 10)?);
        rates.push(rate(sums, took));
    }
    table.add("close the month", Unit::Milliseconds, milliseconds);
    table.add("close the month, daily sums", Unit::Rows, rates);
    Ok(())
}

/// Gives every charge of the month as it was when it was closed.
fn stream(table: &mut Table, hub: &hub::Hub, month: Month, sums: u64) -> Result<()> {
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
    table.add("give every charge of the month, day by day", Unit::Rows, rates);
    Ok(())
}
