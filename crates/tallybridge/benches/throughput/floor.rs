//! Floor: what no hub can do without, and what ours does without HTTP.

use std::{
    fs::File,
    hint::black_box,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, ensure};
use contract::window::{BodyError, Item, read};
use hub::{Hub, Intake, SentFields};
use model::{CloudId, Hour};
use sha2::{Digest as _, Sha256};

use crate::{
    cloud::{Account, HOUR_ROWS, Stamp, Telling, WINDOW_ROWS},
    parcel::{self, Parcel},
    server,
    table::{Table, Unit, median, nanoseconds_each, rate},
};

const ROUNDS: usize = 5;
/// Hours that are received without HTTP, behind the first one.
const HOURS: u32 = 10;
/// How many threads hand windows in; each has its own stamps.
const GROUPS: usize = 4;

/// Measures parse and durable write, each alone, and prints their sum.
pub fn floor(table: &mut Table, stamps: &[Stamp], hour: Hour, folder: &Path) -> Result<()> {
    let parcels = parcel::pack(stamps, &[hour], Telling::First)?;
    let (mut parses, mut unpacked_parses, mut bytes) = (Vec::new(), Vec::new(), 0);
    for parcel in parcels.iter().cycle().take(parcels.len() * ROUNDS) {
        let start = Instant::now();
        let text = unpack(&parcel.packed)?;
        let unpacked = start.elapsed();
        let rows = parse(&text)?;
        let done = start.elapsed();
        ensure!(rows == WINDOW_ROWS, "a window of {rows} rows");
        parses.push(done.saturating_sub(unpacked));
        unpacked_parses.push(done);
        bytes = text.len();
    }
    let writes = append(&parcels, folder)?;
    let packed: usize = parcels.iter().map(|parcel| parcel.packed.len()).sum();
    let hundredths = |bytes: usize, rows: u32| u64::try_from(bytes * 100).unwrap_or(0) / u64::from(rows);
    table.add("the body of a row: JSON", Unit::Bytes, vec![hundredths(bytes, WINDOW_ROWS)]);
    table.add("the body of a row: packed with zstd", Unit::Bytes, vec![hundredths(packed, HOUR_ROWS)]);
    table.add("parse alone", Unit::Rows, rates(&parses));
    table.add("unpack and parse alone", Unit::Rows, rates(&unpacked_parses));
    table.add("append and fdatasync of the packed body alone", Unit::Rows, rates(&writes));
    let (parse, write) = (each(&unpacked_parses), each(&writes));
    table.add("floor: unpack and parse", Unit::Nanoseconds, parse.clone());
    table.add("floor: append and fdatasync", Unit::Nanoseconds, write.clone());
    table.add("floor: both, one behind the other", Unit::Nanoseconds, vec![middle(parse) + middle(write)]);
    Ok(())
}

fn middle(mut samples: Vec<u64>) -> u64 {
    samples.sort_unstable();
    median(&samples)
}

fn rates(times: &[Duration]) -> Vec<u64> {
    times.iter().map(|time| rate(u64::from(WINDOW_ROWS), *time)).collect()
}

fn each(times: &[Duration]) -> Vec<u64> {
    times.iter().map(|time| nanoseconds_each(*time, u64::from(WINDOW_ROWS))).collect()
}

fn unpack(packed: &[u8]) -> Result<String> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().context("find the size of a body")?;
    Ok(String::from_utf8(zstd::bulk::decompress(packed, usize::try_from(size)?)?)?)
}

fn parse(text: &str) -> Result<u32> {
    let mut rows = 0;
    read(text, |item| {
        if let Item::Row(row) = black_box(item) {
            rows += u32::from(row.fields.is_ok());
        }
    })?;
    Ok(rows)
}

fn append(parcels: &[Parcel], folder: &Path) -> Result<Vec<Duration>> {
    let path = folder.join("floor");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for parcel in parcels.iter().cycle().take(parcels.len() * ROUNDS) {
        let start = Instant::now();
        file.write_all(&parcel.packed)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(times)
}

/// Receives windows in this process, with no HTTP and nothing to unpack.
pub fn receive(table: &mut Table, stamps: &[Stamp], first: Hour, folder: &Path) -> Result<()> {
    let folder = folder.join("receive");
    let hub = server::open(&folder)?;
    let mut rates = Vec::new();
    let mut account = Account::default();
    for hour in (0..=HOURS).map(|hours| first.plus(hours)) {
        let bodies = bodies(stamps, hour)?;
        let start = Instant::now();
        receive_hour(&hub, stamps, hour, &bodies)?;
        rates.push(rate(u64::from(HOUR_ROWS), start.elapsed()));
        (0..stamps.len()).for_each(|stamp| account.book(stamps, stamp, hour));
    }
    crate::check_sums(hub.store(), stamps, &account)?;
    drop(hub);
    std::fs::remove_dir_all(folder)?;
    let following = rates.split_off(1);
    table.add("receive in process, first hour: every resource is new", Unit::Rows, rates);
    table.add("receive in process, following hours", Unit::Rows, following);
    Ok(())
}

fn bodies(stamps: &[Stamp], hour: Hour) -> Result<Vec<(String, [u8; 32])>> {
    stamps
        .iter()
        .map(|stamp| {
            let text = String::from_utf8(stamp.window(hour, Telling::First))?;
            let digest = Sha256::digest(text.as_bytes()).into();
            Ok((text, digest))
        })
        .collect()
}

fn receive_hour(hub: &Hub, stamps: &[Stamp], hour: Hour, bodies: &[(String, [u8; 32])]) -> Result<()> {
    let windows: Vec<_> = stamps.iter().zip(bodies).collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = windows
            .chunks(windows.len().div_ceil(GROUPS))
            .map(|group| {
                scope.spawn(move || -> Result<()> {
                    for (stamp, (text, digest)) in group {
                        let id = CloudId::new(&stamp.id)?;
                        let received = hub.receive(&id, hour, *digest, "bench", |intake| fill(intake, text))?;
                        let stored = received.delivery.counts.stored;
                        ensure!(stored == u64::from(WINDOW_ROWS), "{stored} rows of a new window were stored");
                    }
                    Ok(())
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
    })
}

fn fill<'body>(intake: &mut Intake<'_, 'body>, body: &'body str) -> Result<(), BodyError> {
    read(body, |item| match item {
        Item::Row(row) => {
            let fields = row.fields.as_ref().map(|fields| SentFields {
                subscription: &fields.subscription,
                start: &fields.start,
                end: &fields.end,
                instance: fields.instance,
                quantity: &fields.quantity,
                meter: &fields.meter,
            });
            intake.row(row.raw, fields.map_err(ToString::to_string));
        }
        Item::Subscription(subscription, tenant) => {
            // The bench's own table is right; were it not, the sums would show it.
            let _ = intake.subscription(&subscription, tenant.as_deref());
        }
    })
}
