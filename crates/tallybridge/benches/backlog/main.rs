//! Backlog: how fast the usage of thirty days is pulled from a stamp and stored by a hub, all on this machine: a stamp process,
//! a bridge process and a hub process, as people run them.
//!
//! `cargo bench -p tallybridge --bench backlog` does the whole; `-- --days 3` less of it.

mod process;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use hub::{Clock, Hub};
use model::{Day, Hour, Second, Stamp};
use sha2::{Digest as _, Sha256};
use stamp::emulate::{AccountKey, Cloud, Plan, Profile};
use store::sqlite::SqliteStore;

use process::Process;

const CREDENTIAL: &str = "a credential that only this bench knows";
const SEED: u64 = 1;
/// So many that thirty days have eighteen million rows: 25,000 an hour.
const RESOURCES: u32 = 11_600;
const START: &str = "2026-09-01T00";
/// How long a receipt is waited for before the run is given up.
const PATIENCE: Duration = Duration::from_mins(10);

struct Late;

impl Clock for Late {
    fn now(&self) -> Second {
        Second(2_000_000_000)
    }
}

fn main() -> Result<()> {
    let mut days: u32 = 30;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--days" => days = arguments.next().context("the days are missing")?.parse()?,
            // Cargo says this to every bench.
            "--bench" => {}
            other => bail!("there is no argument {other:?}"),
        }
    }
    let folder = tempfile::Builder::new().prefix("backlog-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let plan = Plan::of(Profile::Hoster, SEED, Hour::parse(START)?, days, Some(RESOURCES))?;
    let data = folder.path().join("hub");
    prepare(&data, &plan)?;
    let credential = folder.path().join("credential");
    std::fs::write(&credential, CREDENTIAL)?;

    let stamp = Process::listening(&[
        "stamp",
        "emulate",
        "--profile",
        "hoster",
        "--seed",
        &SEED.to_string(),
        "--start",
        START,
        "--days",
        &days.to_string(),
        "--resources",
        &RESOURCES.to_string(),
        "--fast-forward",
        "--listen",
        "127.0.0.1:0",
    ])?;
    let hub = Process::listening(&["serve", "--listen", "127.0.0.1:0", "--data", &data.display().to_string()])?;
    let begun = Instant::now();
    let bridge = Process::start(&[
        "bridge",
        "run",
        "--settle",
        "0s",
        "--cloud",
        plan.cloud.as_str(),
        "--provider-subscription",
        plan.provider_subscription.as_str(),
        "--home-directory",
        plan.home_directory.as_str(),
        "--stamp-url",
        &stamp.url()?,
        "--hub",
        &hub.url()?,
        "--credential-file",
        &credential.display().to_string(),
    ])?;
    let passed = watch(&hub.url()?, &plan, begun)?;
    let [bridge_memory, stamp_memory, hub_memory] = [&bridge, &stamp, &hub].map(Process::peak_mebibytes);
    let [bridge_time, stamp_time, hub_time] = [&bridge, &stamp, &hub].map(Process::processor_hundredths);
    bridge.kill()?;
    stamp.kill()?;
    hub.kill()?;

    let rows = check(&data, &plan)?;
    print(&passed, rows, days)?;
    println!();
    println!("process  peak memory  processor time per million rows");
    for (name, memory, time) in [
        ("stamp", stamp_memory?, stamp_time?),
        ("bridge", bridge_memory?, bridge_time?),
        ("hub", hub_memory?, hub_time?),
    ] {
        let milliseconds = time.saturating_mul(10).saturating_mul(1_000_000).checked_div(rows).unwrap_or(0);
        println!("{name:<8} {memory:>7} MiB  {milliseconds:>8} ms");
    }
    println!("Every daily sum equals the stamp's own account.");
    folder.close()?;
    Ok(())
}

/// A hub that knows the stamp.
fn prepare(data: &Path, plan: &Plan) -> Result<()> {
    let hub = open(data)?;
    let stamp = Stamp {
        id: plan.cloud.clone(),
        name: plan.name.clone(),
        region: plan.region.clone(),
        partner: None,
        default_provider_subscription: Some(plan.provider_subscription.clone()),
        first_window: plan.start,
        credentials: vec![Sha256::digest(CREDENTIAL).into()],
        withdrawn_credentials: Vec::new(),
        skipped: Vec::new(),
        reporting_off_since: None,
    };
    hub.add_stamp("bench", &stamp)?;
    Ok(())
}

fn open(data: &Path) -> Result<Hub> {
    Ok(Hub::new(Arc::new(SqliteStore::open(data)?), Arc::new(Late), api::read_address)?)
}

/// Notes when the last window of each day was there. Receipts are asked for, because they cost the hub next to nothing.
fn watch(hub: &str, plan: &Plan, begun: Instant) -> Result<Vec<Duration>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = reqwest::Client::new();
    let mut passed = Vec::new();
    let (mut day, mut moved) = (plan.start.day(), Instant::now());
    while day.next().first_hour() <= plan.end {
        let last = Hour(day.next().first_hour().0.saturating_sub(1));
        let url = format!("{hub}{}", contract::delivery::window_path(plan.cloud.as_str(), &last.to_string()));
        let status = runtime.block_on(async {
            let answer = client.get(&url).bearer_auth(CREDENTIAL).send().await?;
            anyhow::Ok(answer.status())
        })?;
        if status.is_success() {
            passed.push(begun.elapsed());
            (day, moved) = (day.next(), Instant::now());
            continue;
        }
        ensure!(status.as_u16() == 404, "the hub answers {status} when it is asked for a receipt");
        ensure!(moved.elapsed() < PATIENCE, "nothing arrives any more before {last}");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(passed)
}

/// Compares every daily sum with the stamp's own account, and says how many rows there were.
fn check(data: &Path, plan: &Plan) -> Result<u64> {
    let hub = open(data)?;
    let mut found = BTreeMap::new();
    hub.store().daily_sums(&plan.cloud, Day(0)..Day(u32::MAX), &mut |sum| {
        found.insert(
            AccountKey { day: sum.day, subscription: sum.subscriber.subscription.clone(), meter: sum.meter.clone() },
            sum.quantity,
        );
        Ok(())
    })?;
    let held = hub.store().held(Some(&plan.cloud))?.len();
    let account = Cloud::new(plan.clone())?.account(plan.start..plan.end)?;
    let mut expected = account.sums;
    if held > 0 {
        // Meters that no catalogue has are held back, and booked nowhere.
        expected.retain(|key, _| model::MeterCatalogue::published().find(&key.meter).is_some());
    }
    ensure!(!expected.is_empty() && found == expected, "the daily sums are not what the stamp reported");
    Ok(account.rows)
}

/// Rows of a second, by day: the days have about as many rows each.
fn print(passed: &[Duration], rows: u64, days: u32) -> Result<()> {
    let of_a_day = u128::from(rows) / u128::from(days.max(1));
    let mut before = Duration::ZERO;
    let mut rates: Vec<u128> = Vec::new();
    for moment in passed {
        let taken = moment.saturating_sub(before).as_micros().max(1);
        rates.push(of_a_day.saturating_mul(1_000_000) / taken);
        before = *moment;
    }
    let whole = u128::from(rows).saturating_mul(1_000_000) / before.as_micros().max(1);
    rates.sort_unstable();
    let median = rates.get(rates.len() / 2).context("no day passed")?;
    println!("{rows} rows of {days} days, pulled from a stamp process and stored by a hub process:");
    println!("  {whole} rows/s over all {} s, from the start of the bridge", before.as_secs());
    println!(
        "  by day: min {}, median {median}, max {} rows/s",
        rates.first().context("no day passed")?,
        rates.last().context("no day passed")?
    );
    Ok(())
}
