//! Server: the hub in a process of its own, so that its memory is not the client's.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use crate::office;

/// The first argument of the process that serves.
pub const ARGUMENT: &str = "--serve";

/// Serves until the standard input ends.
pub fn serve(folder: &Path) -> Result<()> {
    let start = Instant::now();
    let hub = Arc::new(office::open(folder)?);
    let opened = start.elapsed();
    let settings = api::Settings { public_url: Some(office::ORIGIN.to_owned()), ..api::Settings::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        println!("{} {}", listener.local_addr()?, opened.as_micros());
        let (stop, stopped) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            // Whatever ends the input: whoever started this is gone.
            let _ = std::io::stdin().read(&mut [0]);
            let _ = stop.send(());
        });
        api::serve(listener, api::router_with(hub, settings), None, async {
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
    /// How long it took to open the database and to read the office.
    pub opened: Duration,
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
        let said = || format!("the hub said {line:?} instead of its address");
        let (address, opened) = line.trim().split_once(' ').with_context(said)?;
        let (address, opened) = (address.parse().with_context(said)?, opened.parse().with_context(said)?);
        Ok(Self { process, address, opened: Duration::from_micros(opened) })
    }

    /// The most memory that was resident so far. Unit: bytes.
    pub fn peak_bytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("find VmHWM")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes * 1_024)
    }

    /// The processor time it has used so far, which the kernel counts in hundredths of a second.
    pub fn processor(&self) -> Result<Duration> {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let (_, fields) = status.rsplit_once(')').context("read the process's times")?;
        // The 14th and 15th field of the line are user and system time; two stand before the bracket.
        let times = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        let hundredths = times.sum::<std::result::Result<u64, _>>()?;
        Ok(Duration::from_millis(hundredths * 10))
    }

    /// Ends it in good order.
    pub fn stop(mut self) -> Result<()> {
        drop(self.process.stdin.take());
        ensure!(self.process.wait()?.success(), "the hub did not end well");
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
