//! Portal: how long a partner with very many customers waits for each page.
//!
//! `cargo bench -p tallybridge --bench portal`. `TALLYBRIDGE_BENCH_SUMS` says how many daily sums the month has, 800,000 if nothing
//! is said; `TALLYBRIDGE_BENCH_ROUNDS` how often each page is asked for, 200 times if nothing is said.

#[path = "../commerce/house.rs"]
mod house;
mod visitor;
#[path = "../../tests/portal/window.rs"]
mod window;

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use hub::{Hub, MonthClose, SentFields};
use model::{CloudId, Hour, Month};
use sha2::{Digest, Sha256};
use visitor::Visitor;

/// The pages of a partner, with things that the house has. Files and what changes something are no pages.
const PAGES: &[&str] = &[
    "",
    "/usage",
    "/customers",
    "/customers?page=20",
    "/customers/customer-7-42",
    "/stamps",
    "/stamps/50000000-0000-4000-8000-000000000007",
    "/invoices",
    "/invoices/close?month=2026-10",
    "/invoices/INV-4390934-000001",
    "/invoices/INV-4390934-000001/lines/1",
    "/prices",
    "/prices/versions",
    "/prices/what-if",
    "/held",
    "/audit",
    "/access",
    "/settings",
];

fn main() -> Result<()> {
    let sums = number("TALLYBRIDGE_BENCH_SUMS", 800_000)?;
    let rounds = number("TALLYBRIDGE_BENCH_ROUNDS", 200)?;
    let folder = tempfile::tempdir()?;
    let hub = Arc::new(house::hub(folder.path())?);
    house::furnish(hub.store())?;
    let months = [Month::parse("2026-09")?, Month::parse("2026-10")?];
    // A month before, so that there is an invoice.
    let before = house::fill(hub.store(), months[0], 1)?;
    close(&hub, months[0])?;
    let filled = house::fill(hub.store(), months[1], sums)?;
    visitor::invite(&hub)?;
    println!("{} stamps, {} customers", house::STAMPS, house::STAMPS * house::TENANTS);
    println!("{filled} daily sums in {}, {before} in {}", months[1], months[0]);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(measure(&hub, rounds))
}

fn number(name: &str, otherwise: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("read {name}")),
        Err(_) => Ok(otherwise),
    }
}

fn close(hub: &Hub, month: Month) -> Result<()> {
    let closed = hub.close(&MonthClose {
        partner: house::partner()?,
        month,
        actor: "bench".to_owned(),
        override_reason: Some("a measurement".to_owned()),
        dry_run: false,
    })?;
    ensure!(closed.document.is_some(), "nothing was due");
    Ok(())
}

async fn measure(hub: &Arc<Hub>, rounds: u64) -> Result<()> {
    let window = window::open(Arc::clone(hub)).await?;
    let visitor = Visitor::sign_in(&window.origin).await?;
    let partner = format!("/portal/partners/{}", house::partner()?);
    println!(
        "{:<48} {:>9} {:>9} {:>9} {:>9} {:>9}  {:<4} {:>7} {:>8}",
        "what", "first", "min", "median", "p99", "max", "unit", "samples", "bytes"
    );
    for page in PAGES {
        let target = format!("{partner}{page}");
        let (first, bytes) = visitor.ask(&target).await?;
        let mut times = Vec::new();
        for _ in 0..rounds {
            times.push(visitor.ask(&target).await?.0);
        }
        println!("{}", line(page, first, &mut times, bytes));
    }
    deliver(hub)?;
    let (first, bytes) = visitor.ask(&partner).await?;
    println!("{}", line("the first after a delivery", first, &mut Vec::new(), bytes));
    println!("\nstyle, script and sign: {} bytes", visitor.assets(&partner).await?);
    Ok(())
}

fn line(what: &str, first: Duration, times: &mut [Duration], bytes: usize) -> String {
    times.sort_unstable();
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied();
    let cells = [Some(first), at(0), at(50), at(99), at(100)].map(|time| time.map_or_else(String::new, milliseconds));
    let [first, least, median, slow, most] = cells;
    let what = if what.is_empty() { "/" } else { what };
    format!(
        "{what:<48} {first:>9} {least:>9} {median:>9} {slow:>9} {most:>9}  {:<4} {:>7} {bytes:>8}",
        "ms",
        times.len()
    )
}

fn milliseconds(time: Duration) -> String {
    let micros = time.as_micros();
    format!("{}.{:02}", micros / 1000, micros % 1000 / 10)
}

/// One window of one stamp, with one row.
fn deliver(hub: &Hub) -> Result<()> {
    let stamp = CloudId::new("50000000-0000-4000-8000-000000000007")?;
    let start = "2026-10-05T05:00:00Z";
    let local = "60000000-0000-4000-0007-000000000001";
    let instance = format!(r#"{{\"Microsoft.Resources\":{{\"resourceUri\":\"/subscriptions/{local}/vm\"}}}}"#);
    let meter = house::meters().first().context("there are no meters")?.id.to_string();
    let received = hub.receive(&stamp, Hour::parse(start)?, Sha256::digest(local).into(), "bench", |intake| {
        intake.subscription(local, Some("30000000-0000-4000-0007-000000000001"))?;
        let fields = SentFields {
            subscription: local,
            start,
            end: "2026-10-05T06:00:00Z",
            instance: &instance,
            quantity: "1",
            meter: &meter,
        };
        intake.row("{}", Ok(fields));
        Ok::<(), String>(())
    });
    let received = received.map_err(|error| anyhow::anyhow!("deliver a window: {error:?}"))?;
    ensure!(received.held_reasons.is_empty(), "the row is held");
    Ok(())
}
