//! Door: the whole way, over HTTP into the database, as it gets older.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, ensure};
use model::Hour;
use store::sqlite::SqliteStore;

use crate::{
    cloud::{Account, HOUR_ROWS, STAMPS, Stamp, Telling, WINDOW_ROWS},
    parcel::{self, Counts, Parcel, Sent},
    server::Server,
    table::{Table, Unit, per, rate},
};

/// Hours that are made ready together: one million rows.
const BATCH_HOURS: u32 = 5;
/// How often the first hour is measured, each time on a new database.
const FIRST_HOURS: usize = 3;
/// How often the newest hours are sent again.
const REPEATS: usize = 3;

/// One hub on one database.
struct Visit<'a> {
    stamps: &'a [Stamp],
    folder: PathBuf,
    server: Server,
    account: Account,
    next: Hour,
    rows: u64,
}

impl<'a> Visit<'a> {
    fn begin(stamps: &'a [Stamp], first: Hour, folder: PathBuf) -> Result<Self> {
        let server = Server::start(&folder)?;
        Ok(Self { stamps, folder, server, account: Account::default(), next: first, rows: 0 })
    }

    /// Delivers the next hours, and gives the rates of every twenty windows.
    fn advance(&mut self, hours: u32) -> Result<(Sent, Vec<Parcel>)> {
        let hours: Vec<Hour> = (0..hours).map(|hours| self.next.plus(hours)).collect();
        let parcels = parcel::pack(self.stamps, &hours, Telling::First)?;
        let rows = rows(parcels.len());
        let sent = self.send(&parcels, Counts { received: rows, stored: rows, copies: 0, held: 0 })?;
        for parcel in &parcels {
            self.account.book(self.stamps, parcel.stamp, parcel.hour);
        }
        self.next = hours.last().map_or(self.next, |last| last.next());
        self.rows += rows;
        Ok((sent, parcels))
    }

    fn send(&self, parcels: &[Parcel], expected: Counts) -> Result<Sent> {
        let sent = parcel::send(self.server.address, parcels)?;
        ensure!(sent.counts == expected, "the receipts say {:?} instead of {expected:?}", sent.counts);
        Ok(sent)
    }

    /// The size of the database, its log written back. Unit: hundredths of a byte a row.
    fn disk(&self) -> Result<u64> {
        let database = rusqlite::Connection::open(self.folder.join("tallybridge.db"))?;
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let mut bytes = 0;
        for entry in std::fs::read_dir(&self.folder)? {
            bytes += entry?.metadata()?.len();
        }
        Ok(per(u128::from(bytes) * 100, u128::from(self.rows)))
    }

    /// Stops the hub and compares every daily sum with the stamps' own account.
    fn end(self) -> Result<()> {
        self.server.stop()?;
        let store = SqliteStore::open_read_only(&self.folder)?;
        crate::check_sums(&store, self.stamps, &self.account)?;
        drop(store);
        std::fs::remove_dir_all(&self.folder)?;
        Ok(())
    }
}

fn rows(windows: usize) -> u64 {
    u64::from(WINDOW_ROWS) * u64::try_from(windows).unwrap_or(0)
}

/// The rates of every twenty windows: an hour's worth of rows, in the order of the answers.
fn rates(sent: &Sent) -> Vec<u64> {
    let mut before = Duration::ZERO;
    let ends = sent.answered.chunks(STAMPS).filter_map(|chunk| chunk.last());
    ends.map(|end| rate(u64::from(HOUR_ROWS), end.saturating_sub(std::mem::replace(&mut before, *end)))).collect()
}

/// Measures the whole way up to some millions of rows, and then repeated and corrected windows.
pub fn whole_way(table: &mut Table, stamps: &[Stamp], first: Hour, folder: &Path, millions: u64) -> Result<()> {
    let mut first_hours = Vec::new();
    for round in 1..FIRST_HOURS {
        let mut visit = Visit::begin(stamps, first, folder.join(format!("first-{round}")))?;
        first_hours.extend(rates(&visit.advance(1)?.0));
        visit.end()?;
    }
    let mut visit = Visit::begin(stamps, first, folder.join("whole"))?;
    first_hours.extend(rates(&visit.advance(1)?.0));
    table.add("whole way, first hour: every resource is new", Unit::Rows, first_hours);
    let last = grow(table, &mut visit, millions)?;
    repeat(table, &mut visit, &last)?;
    visit.end()
}

/// Delivers hour after hour, and says at 1, 10 and 50 million rows and at the end how it goes. Gives the newest windows.
fn grow(table: &mut Table, visit: &mut Visit<'_>, millions: u64) -> Result<Vec<Parcel>> {
    let mut from = 0;
    let (mut samples, mut took) = (Vec::new(), Vec::new());
    let mut processor = visit.server.processor_hundredths()?;
    let mut counted = visit.rows;
    loop {
        let hours = if visit.rows < 1_000_000 { BATCH_HOURS - 1 } else { BATCH_HOURS };
        let (sent, parcels) = visit.advance(hours)?;
        let newest = rates(&sent);
        samples.extend_from_slice(&newest);
        took.extend(sent.took);
        let now = visit.rows / 1_000_000;
        if ![1, 10, 50, millions].contains(&now) {
            continue;
        }
        let used = visit.server.processor_hundredths()?;
        let each = per(u128::from(used.saturating_sub(processor)) * 10_000_000, u128::from(visit.rows - counted));
        table.add(format!("whole way, from {from} to {now} million rows"), Unit::Rows, std::mem::take(&mut samples));
        if now > 1 {
            table.add(format!("whole way, the last million before {now} million"), Unit::Rows, newest);
        }
        table.add(format!("one delivery, from {from} to {now} million rows"), Unit::Milliseconds, hundredths(&took));
        table.add(format!("processor time of the hub, from {from} to {now} million"), Unit::Nanoseconds, vec![each]);
        table.add(format!("on disk at {now} million rows"), Unit::Bytes, vec![visit.disk()?]);
        let peak = visit.server.peak_mebibytes()?;
        table.add(format!("peak resident memory of the hub at {now} million rows"), Unit::Mebibytes, vec![peak]);
        if now >= millions {
            return Ok(parcels);
        }
        (from, processor, counted) = (now, used, visit.rows);
        took.clear();
    }
}

fn hundredths(times: &[Duration]) -> Vec<u64> {
    times.iter().map(|time| u64::try_from(time.as_micros() / 10).unwrap_or(u64::MAX)).collect()
}

/// Sends the newest windows again: the same bytes, the same content in other bytes, and corrected.
fn repeat(table: &mut Table, visit: &mut Visit<'_>, parcels: &[Parcel]) -> Result<()> {
    let all = rows(parcels.len());
    let copies = Counts { received: all, stored: 0, copies: all, held: 0 };
    let mut resent = Vec::new();
    for _ in 0..REPEATS {
        resent.extend(rates(&visit.send(parcels, copies)?));
    }
    let windows = resent.iter().map(|rate| rate / u64::from(WINDOW_ROWS)).collect();
    table.add("sent again, the same bytes", Unit::Windows, windows);
    table.add("sent again, the same bytes", Unit::Rows, resent);

    let mut hours: Vec<Hour> = parcels.iter().map(|parcel| parcel.hour).collect();
    hours.dedup();
    let reordered = parcel::pack(visit.stamps, &hours, Telling::Reordered)?;
    let mut reread = Vec::new();
    for _ in 0..REPEATS {
        // Between two readings in another order the first order is read, or the bytes would be the same again.
        reread.extend(rates(&visit.send(&reordered, copies)?));
        visit.send(parcels, copies)?;
    }
    table.add("read again, the same content in other bytes", Unit::Rows, reread);

    let corrected = parcel::pack(visit.stamps, &hours, Telling::Corrected)?;
    let stored =
        corrected.iter().filter_map(|parcel| Some(visit.stamps.get(parcel.stamp)?.corrections(parcel.hour))).sum();
    let expected = Counts { received: all, stored, copies: all.saturating_sub(stored), held: 0 };
    let sent = visit.send(&corrected, expected)?;
    table.add("corrected, a tenth of the quantities", Unit::Rows, rates(&sent));
    for parcel in &corrected {
        visit.account.correct(visit.stamps, parcel.stamp, parcel.hour);
    }
    Ok(())
}
