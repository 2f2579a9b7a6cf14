//! Crash: the program is killed while windows stream in, again and again, and nothing that was acknowledged is lost.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::house::{body, furnish, hub, program, token};
use base64::Engine as _;
use contract::delivery::{Receipt, Wanted};
use model::{CloudId, Hour};
use rand::{Rng as _, SeedableRng as _};
use sha2::{Digest, Sha256};

/// How often the program is killed.
const KILLS: u32 = 200;
/// Rows of one window.
const MACHINES: u32 = 12;
const STAMPS: [&str; 2] = ["stamp-a", "stamp-b"];

/// Starts the program and reads from it where it listens.
fn start(folder: &Path) -> (Child, String) {
    let mut child = Command::new(program())
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the program says where it listens").unwrap();
        if let Some((_, address)) = line.split_once("listening on ") {
            break address.to_owned();
        }
    };
    (child, address)
}

/// Does what a bridge does until the hub is gone, and gives the windows that were acknowledged.
async fn stream(address: String, stamp: &'static str, count: Arc<AtomicU32>) -> (Option<Hour>, Vec<Receipt>) {
    let client = reqwest::Client::new();
    let url = format!("{address}/stamps/{stamp}/windows");
    let wanted = async {
        let answer = client.get(&url).bearer_auth(token(stamp)).send().await.ok()?.error_for_status().unwrap();
        serde_json::from_slice::<Wanted>(&answer.bytes().await.ok()?).ok()
    };
    let Some(wanted) = wanted.await else { return (None, Vec::new()) };
    let mut next = Hour::parse(&wanted.next).unwrap();
    let mut acknowledged = Vec::new();
    let asked = Some(next);
    loop {
        let body = body(next, MACHINES);
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&body));
        let answer = client
            .put(format!("{url}/{next}"))
            .bearer_auth(token(stamp))
            .header("content-type", "application/json")
            .header("content-digest", format!("sha-256=:{digest}:"))
            .body(body)
            .send()
            .await;
        let Ok(answer) = answer else { return (asked, acknowledged) };
        assert!(answer.status().is_success(), "{}: {:?}", answer.status(), answer.text().await);
        let Ok(bytes) = answer.bytes().await else { return (asked, acknowledged) };
        let receipt: Receipt = serde_json::from_slice(&bytes).unwrap();
        next = Hour::parse(&receipt.next).unwrap();
        acknowledged.push(receipt);
        count.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn what_was_acknowledged_is_there_exactly_once_after_every_kill() {
    let folder = tempfile::tempdir().unwrap();
    furnish(&hub(folder.path(), "2020-01-01T00"), &STAMPS, "2020-01-01");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut watermarks = [Hour::parse("2020-01-01T00").unwrap(); 2];
    let (mut windows, mut in_flight) = (0, 0);
    for kill in 1..=KILLS {
        let (mut child, address) = start(folder.path());
        let count = Arc::new(AtomicU32::new(0));
        let streams = STAMPS.map(|stamp| runtime.spawn(stream(address.clone(), stamp, Arc::clone(&count))));
        // Some windows first, however slow the machine is; then a moment that falls anywhere within the next ones.
        let (enough, moment) = (random.random_range(0..12), random.random_range(0..8_000));
        while count.load(Ordering::SeqCst) < enough {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        let after = hub(folder.path(), "2040-01-01T00");
        for ((stamp, stream), watermark) in STAMPS.iter().zip(streams).zip(&mut watermarks) {
            let (asked, receipts) = runtime.block_on(stream).unwrap();
            let stamp = CloudId::new(stamp).unwrap();
            if let Some(asked) = asked {
                assert_eq!(asked, *watermark, "kill {kill}: {stamp} was at {watermark} before");
            }
            for receipt in &receipts {
                let hour = Hour::parse(&receipt.hour).unwrap();
                let stored = after.store().window(&stamp, hour).unwrap().expect("an acknowledged window is there");
                assert_eq!((stored.revision, stored.rows), (1, u64::from(MACHINES)), "kill {kill}: {stamp} {hour}");
                assert_eq!(hub::hex(&stored.hash), receipt.hash, "kill {kill}: {stamp} {hour}");
                assert_eq!((receipt.stored, receipt.copies), (u64::from(MACHINES), 0), "kill {kill}: {stamp} {hour}");
            }
            let acknowledged = receipts.last().map_or(*watermark, |receipt| Hour::parse(&receipt.next).unwrap());
            let next = after.next_window(&stamp).unwrap().unwrap();
            assert!(next >= acknowledged, "kill {kill}: {stamp} lost a window: {next} before {acknowledged}");
            assert!(next.0 - acknowledged.0 <= 1, "kill {kill}: {stamp} has windows that nobody sent");
            windows += receipts.len();
            in_flight += next.0 - acknowledged.0;
            *watermark = next;
        }
        let proof = after.verify(|_, _| ()).unwrap();
        let broken: Vec<_> = proof.laws.iter().filter(|law| !law.failures.is_empty()).collect();
        assert!(broken.is_empty(), "kill {kill}: {broken:?}");
    }
    assert!(windows > 400, "only {windows} windows were acknowledged: the kills came too early to prove anything");
    println!("{KILLS} kills, {windows} windows acknowledged, {in_flight} stored that were not acknowledged in time");
}
