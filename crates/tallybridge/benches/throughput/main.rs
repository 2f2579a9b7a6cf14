//! Throughput: how fast windows are received, durably and once, and what stands between that and the floor.
//!
//! `cargo bench -p tallybridge -- --rows 50` goes on to 50 million rows; without it the run ends at 10 million.
//! `--only floor`, `--only receive` and `--only door` measure one part.

mod cloud;
mod door;
mod floor;
mod parcel;
mod server;
#[expect(dead_code, reason = "other measurements use the rest of it")]
mod table;

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result, bail, ensure};
use model::{CloudId, Day};
use store::Store;

use cloud::{Account, Stamp};
use table::Table;

const MILLIONS: u64 = 10;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut millions, mut only) = (MILLIONS, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            server::ARGUMENT => return server::serve(Path::new(&arguments.next().context("a folder is missing")?)),
            "--rows" => millions = arguments.next().context("the millions of rows are missing")?.parse()?,
            "--only" => only = Some(arguments.next().context("the part is missing")?),
            // Cargo says this to every bench.
            "--bench" => {}
            other => bail!("there is no argument {other:?}"),
        }
    }
    let wanted = |part| only.as_deref().is_none_or(|only| only == part);
    let folder = tempfile::Builder::new().prefix("throughput-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let stamps = cloud::stamps();
    let first = cloud::first_hour()?;
    let mut table = Table::default();
    if wanted("floor") {
        floor::floor(&mut table, &stamps, first, folder.path())?;
    }
    if wanted("receive") {
        floor::receive(&mut table, &stamps, first, folder.path())?;
    }
    if wanted("door") {
        door::whole_way(&mut table, &stamps, first, folder.path(), millions.max(1))?;
    }
    table.print();
    println!("Every receipt counted what was sent, and every daily sum equals the stamps' own account.");
    folder.close()?;
    Ok(())
}

/// Compares every daily sum of every stamp with the stamps' own account.
fn check_sums(store: &dyn Store, stamps: &[Stamp], account: &Account) -> Result<()> {
    for (place, stamp) in stamps.iter().enumerate() {
        let mut found = BTreeMap::new();
        store.daily_sums(&CloudId::new(&stamp.id)?, Day(0)..Day(u32::MAX), &mut |sum| {
            found.insert((sum.day, sum.subscriber.subscription.clone(), sum.meter.clone()), sum.quantity);
            Ok(())
        })?;
        let expected = account.of_stamp(stamps, place)?;
        ensure!(!expected.is_empty(), "nothing was booked for stamp {}", stamp.id);
        ensure!(found == expected, "the daily sums of stamp {} are not what it reported", stamp.id);
    }
    Ok(())
}
