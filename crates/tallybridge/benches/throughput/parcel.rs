//! Parcel: bodies made ready before the clock runs, and the client that sends them.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use contract::delivery::{Receipt, window_path};
use model::Hour;
use sha2::{Digest as _, Sha256};

use crate::cloud::{Stamp, Telling};

/// How many connections the client keeps open.
const CONNECTIONS: usize = 4;
/// How many threads make bodies ready.
const PACKERS: usize = 2;
/// As fast as zstd packs in earnest. A bridge packs at level 3; the size hardly differs for rows like these.
const ZSTD_LEVEL: i32 = 1;

/// A window that is ready to be sent.
pub struct Parcel {
    /// The index of the stamp.
    pub stamp: usize,
    /// The window.
    pub hour: Hour,
    /// The packed body.
    pub packed: Vec<u8>,
    head: Vec<u8>,
}

/// Makes the windows of some hours ready, all stamps of an hour before the next.
pub fn pack(stamps: &[Stamp], hours: &[Hour], telling: Telling) -> Result<Vec<Parcel>> {
    let wanted: Vec<(usize, Hour)> =
        hours.iter().flat_map(|hour| (0..stamps.len()).map(move |stamp| (stamp, *hour))).collect();
    let each = wanted.len().div_ceil(PACKERS).max(1);
    std::thread::scope(|scope| {
        let packers: Vec<_> = wanted
            .chunks(each)
            .map(|wanted| {
                scope.spawn(move || {
                    wanted
                        .iter()
                        .map(|(stamp, hour)| pack_one(stamps, *stamp, *hour, telling))
                        .collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let mut parcels = Vec::with_capacity(wanted.len());
        for packer in packers {
            parcels.extend(packer.join().map_err(|_| anyhow!("a packer panicked"))??);
        }
        Ok(parcels)
    })
}

fn pack_one(stamps: &[Stamp], place: usize, hour: Hour, telling: Telling) -> Result<Parcel> {
    let stamp = stamps.get(place).context("find a stamp")?;
    let packed = zstd::bulk::compress(&stamp.window(hour, telling), ZSTD_LEVEL)?;
    let head = format!(
        "PUT {} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-encoding: zstd\r\ncontent-digest: sha-256=:{}:\r\ncontent-length: {}\r\n\r\n",
        window_path(&stamp.id, &hour.to_string()),
        stamp.credential,
        STANDARD.encode(Sha256::digest(&packed)),
        packed.len(),
    );
    Ok(Parcel { stamp: place, hour, packed, head: head.into_bytes() })
}

/// What the receipts of many deliveries say together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Rows that came.
    pub received: u64,
    /// Rows that were new or differ.
    pub stored: u64,
    /// Rows that were there already.
    pub copies: u64,
    /// Rows that were held.
    pub held: u64,
}

/// What came of sending.
pub struct Sent {
    /// When each delivery was answered, from the start, in order.
    pub answered: Vec<Duration>,
    /// How long each delivery took, in order of size.
    pub took: Vec<Duration>,
    /// The receipts together.
    pub counts: Counts,
}

/// Sends parcels over connections that stay open, each taking the next parcel when it has its answer. The clock runs from
/// the first byte to the last answer; connections are opened before.
pub fn send(address: SocketAddr, parcels: &[Parcel]) -> Result<Sent> {
    let connections: Vec<TcpStream> =
        (0..CONNECTIONS).map(|_| TcpStream::connect(address)).collect::<std::io::Result<_>>()?;
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(Duration, Duration, Vec<u8>)>> = Mutex::new(Vec::with_capacity(parcels.len()));
    let start = Instant::now();
    std::thread::scope(|scope| {
        let senders: Vec<_> = connections
            .iter()
            .map(|connection| {
                let (next, done) = (&next, &done);
                scope.spawn(move || -> Result<()> {
                    let mut answers = BufReader::new(connection);
                    while let Some(parcel) = parcels.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let begun = start.elapsed();
                        let answer = exchange(connection, &mut answers, parcel)?;
                        let ended = start.elapsed();
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done.push((ended, ended.saturating_sub(begun), answer));
                    }
                    Ok(())
                })
            })
            .collect();
        senders.into_iter().try_for_each(|sender| sender.join().map_err(|_| anyhow!("a sender panicked"))?)
    })?;
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut sent = Sent { answered: Vec::new(), took: Vec::new(), counts: Counts::default() };
    for (answered, took, answer) in done {
        let receipt: Receipt =
            serde_json::from_slice(&answer).with_context(|| String::from_utf8_lossy(&answer).into_owned())?;
        sent.answered.push(answered);
        sent.took.push(took);
        sent.counts.received += receipt.received;
        sent.counts.stored += receipt.stored;
        sent.counts.copies += receipt.copies;
        sent.counts.held += receipt.held;
    }
    sent.answered.sort_unstable();
    sent.took.sort_unstable();
    Ok(sent)
}

fn exchange(mut connection: &TcpStream, answers: &mut BufReader<&TcpStream>, parcel: &Parcel) -> Result<Vec<u8>> {
    connection.write_all(&parcel.head)?;
    connection.write_all(&parcel.packed)?;
    let mut line = String::new();
    let mut status = None;
    let mut length = 0;
    loop {
        line.clear();
        if answers.read_line(&mut line)? == 0 {
            bail!("the hub closed the connection");
        }
        let text = line.trim_end();
        if text.is_empty() {
            break;
        }
        if status.is_none() {
            status = text.split(' ').nth(1).map(str::to_owned);
        } else if let Some((name, value)) = text.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut answer = vec![0; length];
    answers.read_exact(&mut answer)?;
    if status.as_deref() != Some("200") {
        bail!("the hub answered {status:?}: {}", String::from_utf8_lossy(&answer));
    }
    Ok(answer)
}
