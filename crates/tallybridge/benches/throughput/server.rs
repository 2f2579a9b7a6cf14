//! Server: the hub in a process of its own, so that its memory is not the client's.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use hub::{Clock, Hub, OfficeRecord};
use model::{CloudId, Second};
use sha2::{Digest as _, Sha256};
use store::sqlite::SqliteStore;

use crate::cloud;

/// The first argument of the process that serves.
pub const ARGUMENT: &str = "--serve";

/// It is always long after the last window.
struct Late;

impl Clock for Late {
    fn now(&self) -> Second {
        Second(2_000_000_000)
    }
}

/// A hub on the database in a folder, which knows the stamps.
pub fn open(folder: &Path) -> Result<Hub> {
    let store = SqliteStore::open(folder)?;
    let hub = Hub::new(Arc::new(store), Arc::new(Late), api::read_address)?;
    if hub.office().stamps.is_empty() {
        let mut records = Vec::new();
        for stamp in cloud::stamps() {
            records.push(OfficeRecord::Stamp(model::Stamp {
                id: CloudId::new(&stamp.id)?,
                name: stamp.id,
                region: "northwest".to_owned(),
                partner: None,
                default_provider_subscription: None,
                first_window: cloud::first_hour()?,
                credentials: vec![Sha256::digest(stamp.credential.as_bytes()).into()],
                withdrawn_credentials: Vec::new(),
                skipped: Vec::new(),
                reporting_off_since: None,
            }));
        }
        hub.record("bench", "stamps", &records)?;
    }
    Ok(hub)
}

/// Serves until the standard input ends.
pub fn serve(folder: &Path) -> Result<()> {
    let hub = Arc::new(open(folder)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{}", listener.local_addr()?);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            // Whatever ends the input: whoever started this is gone.
            let _ = std::io::stdin().read(&mut [0]);
            let _ = stop.send(());
        });
        api::serve(listener, api::router(hub), None, async {
            let _ = stopped.await;
        })
        .await?;
        Ok(())
    })
}

/// A process that serves.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts this program again as a server.
    pub fn start(folder: &Path) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(ARGUMENT)
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("start the hub")?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("read what the hub says")?).read_line(&mut line)?;
        let address = line.trim().parse().with_context(|| format!("the hub said {line:?} instead of its address"))?;
        Ok(Self { process, address })
    }

    /// The most memory that was resident so far. Unit: MiB.
    pub fn peak_mebibytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("find VmHWM")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes / 1_024)
    }

    /// The processor time it has used so far. Unit: hundredths of a second, as the kernel counts.
    pub fn processor_hundredths(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let (_, fields) = status.rsplit_once(')').context("read the process's times")?;
        // The 14th and 15th field of the line are user and system time; two stand before the bracket.
        fields.split_whitespace().skip(11).take(2).map(|field| Ok(field.parse::<u64>()?)).sum()
    }

    /// Ends it in good order.
    pub fn stop(mut self) -> Result<()> {
        drop(self.process.stdin.take());
        anyhow::ensure!(self.process.wait()?.success(), "the hub did not end well");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
