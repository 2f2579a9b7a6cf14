//! World: the processes of a run, and what can be done to them.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use hub::{Clock, Hub};
use model::{Hour, Second, Stamp};
use sha2::{Digest as _, Sha256};
use stamp::emulate::Plan;
use store::sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::network::Network;

/// What the bridge shows to the hub.
const CREDENTIAL: &str = "a credential that only this test knows";

/// The program that people run.
fn program() -> PathBuf {
    std::env::var_os("TALLYBRIDGE_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_tallybridge").into(), PathBuf::from)
}

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Second {
        Second::parse("2026-11-20T00:00:00Z").unwrap()
    }
}

/// The hub of a folder, opened while no process has it.
pub fn open_hub(folder: &Path) -> Hub {
    Hub::new(Arc::new(SqliteStore::open(folder).unwrap()), Arc::new(StoppedClock), api::read_address).unwrap()
}

/// The processes of one run.
pub struct World {
    pub plan: Plan,
    pub to_stamp: Network,
    pub to_hub: Network,
    /// Bridges that run now.
    pub bridges: Vec<Child>,
    folder: TempDir,
    hub: Option<Child>,
    stamp: Option<Child>,
    stamp_arguments: Vec<String>,
    machines: u32,
    _runtime: Runtime,
}

/// Kills a process as a power cut would.
pub fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Starts the program and reads from it where it listens.
fn listen(arguments: &[String]) -> (Child, SocketAddr) {
    let mut child = Command::new(program())
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the program says where it listens").unwrap();
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address.trim().parse().unwrap();
        }
    };
    // Whoever writes must not wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    (child, address)
}

impl World {
    /// A stamp with some usage, a hub that knows it, and no bridge yet.
    pub fn start(plan: Plan, seed: u64, stamp_arguments: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp {
            id: plan.cloud.clone(),
            name: plan.name.clone(),
            region: plan.region.clone(),
            partner: None,
            default_provider_subscription: Some(plan.provider_subscription.clone()),
            first_window: plan.start,
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        };
        let hub = open_hub(&folder.path().join("hub"));
        hub.add_stamp("test", &stamp).unwrap();
        hub.add_credential("test", &plan.cloud, Sha256::digest(CREDENTIAL).into()).unwrap();
        drop(hub);
        fs::write(folder.path().join("credential"), CREDENTIAL).unwrap();
        let runtime = Runtime::new().unwrap();
        let mut world = Self {
            to_stamp: Network::open(runtime.handle(), seed.wrapping_mul(2), 80),
            to_hub: Network::open(runtime.handle(), seed.wrapping_mul(2).wrapping_add(1), 150),
            plan,
            bridges: Vec::new(),
            folder,
            hub: None,
            stamp: None,
            stamp_arguments: stamp_arguments.to_vec(),
            machines: 0,
            _runtime: runtime,
        };
        world.start_stamp();
        world.start_hub();
        world
    }

    fn hub_folder(&self) -> PathBuf {
        self.folder.path().join("hub")
    }

    fn start_stamp(&mut self) {
        let (child, address) = listen(&self.stamp_arguments);
        self.stamp = Some(child);
        self.to_stamp.lead_to(Some(address));
    }

    /// The stamp's machine is switched off and on.
    pub fn restart_stamp(&mut self) {
        self.to_stamp.lead_to(None);
        if let Some(stamp) = self.stamp.take() {
            kill(stamp);
        }
        self.start_stamp();
    }

    fn start_hub(&mut self) {
        let data = self.hub_folder().display().to_string();
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", &data].map(str::to_owned);
        let (child, address) = listen(&arguments);
        self.hub = Some(child);
        self.to_hub.lead_to(Some(address));
    }

    pub fn kill_hub(&mut self) {
        self.to_hub.lead_to(None);
        if let Some(hub) = self.hub.take() {
            kill(hub);
        }
    }

    pub fn restart_hub(&mut self) {
        self.kill_hub();
        self.start_hub();
    }

    /// Keeps what the hub has now.
    pub fn back_up_hub(&mut self) {
        self.kill_hub();
        let backup = self.folder.path().join("backup");
        let _ = fs::remove_dir_all(&backup);
        copy_folder(&self.hub_folder(), &backup);
        self.start_hub();
    }

    /// Puts back what was kept; false when nothing was.
    pub fn restore_hub(&mut self) -> bool {
        let backup = self.folder.path().join("backup");
        if !backup.is_dir() {
            return false;
        }
        self.kill_hub();
        fs::remove_dir_all(self.hub_folder()).unwrap();
        copy_folder(&backup, &self.hub_folder());
        self.start_hub();
        true
    }

    /// Starts a bridge on a machine that was never used before: nothing that an earlier one left is there.
    fn bridge(&mut self, more: &[&str]) -> Command {
        self.machines += 1;
        let machine = self.folder.path().join(format!("machine-{}", self.machines));
        fs::create_dir(&machine).unwrap();
        let mut command = Command::new(program());
        command
            .args(["bridge", "run", "--settle", "0s", "--every", "1s"])
            .args(["--cloud", self.plan.cloud.as_str()])
            .args(["--provider-subscription", self.plan.provider_subscription.as_str()])
            .args(["--home-directory", self.plan.home_directory.as_str()])
            .args(["--stamp-url", &self.to_stamp.url(), "--hub", &self.to_hub.url()])
            .arg("--credential-file")
            .arg(self.folder.path().join("credential"))
            .args(more)
            .env("HOME", &machine)
            .current_dir(&machine)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    /// Starts a bridge that goes on until it is killed.
    pub fn start_bridge(&mut self) {
        let bridge = self.bridge(&[]).stderr(Stdio::null()).spawn().unwrap();
        self.bridges.push(bridge);
    }

    pub fn kill_bridges(&mut self) {
        self.bridges.drain(..).for_each(kill);
    }

    /// Carries everything up to an hour, or all there is, and ends.
    pub fn bridge_once(&mut self, more: &[&str]) {
        let arguments: Vec<&str> = ["--once"].iter().chain(more).copied().collect();
        let output = self.bridge(&arguments).stderr(Stdio::piped()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the bridge ended with {}: {errors}", output.status);
    }

    /// Ends everything and opens what the hub kept.
    pub fn end(mut self) -> (Hub, Plan, TempDir) {
        self.kill_bridges();
        self.kill_hub();
        if let Some(stamp) = self.stamp.take() {
            kill(stamp);
        }
        (
            open_hub(&self.hub_folder()),
            self.plan.clone(),
            std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap()),
        )
    }

    /// How many windows there are.
    pub fn hours(&self) -> u32 {
        let Hour(end) = self.plan.end;
        end - self.plan.start.0
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // A run that failed leaves no process behind.
        let all = self.bridges.drain(..).chain(self.hub.take()).chain(self.stamp.take());
        for mut child in all {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        // The index of the log is made anew from the log.
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
