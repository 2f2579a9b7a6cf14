//! Export: windows as files, for a stamp that does not reach the hub.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail, ensure};
use bridge::{Reader, Retry, Stop, Window};
use hub::Clock as _;
use model::{CloudId, Hour, Second};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{StampOptions, settings};
use crate::{Printing, clock::SystemClock, commands::serve::runtime, output};

/// The file that says what the others are.
pub const MANIFEST: &str = "manifest.json";

/// The form of the manifest.
const FORMAT: u32 = 1;

/// Write windows to files: exactly the bodies that would be put. Run again, it goes on where it ended.
///
/// `tallybridge import windows` takes them in where the hub is.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    stamp: StampOptions,
    /// The first hour, such as 2026-10-01T18.
    #[arg(long, value_name = "HOUR", value_parser = Hour::parse)]
    from: Hour,
    /// The first hour that is not written.
    #[arg(long, value_name = "HOUR", value_parser = Hour::parse)]
    until: Hour,
    /// The folder to write to. It may hold windows of this stamp already.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    printing: Printing,
}

/// What the files of a folder are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// The form, which is 1.
    pub format: u32,
    /// The stamp.
    pub stamp: String,
    /// Its windows, by hour.
    pub windows: Vec<WindowFiles>,
}

/// The files of one window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WindowFiles {
    /// The reported hour.
    pub hour: String,
    /// Its rows.
    pub rows: u64,
    /// Its parts, in order.
    pub files: Vec<PartFile>,
}

/// A file with a part of a window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartFile {
    /// Its name, in the same folder.
    pub name: String,
    /// Its length. Unit: bytes.
    pub bytes: u64,
    /// SHA-256 of it, in hex.
    pub sha256: String,
}

impl Manifest {
    /// Reads the manifest of a folder; none when there is none.
    pub fn read(folder: &Path) -> anyhow::Result<Option<Self>> {
        let file = folder.join(MANIFEST);
        if !file.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let manifest: Self = serde_json::from_str(&text).with_context(|| format!("read {}", file.display()))?;
        ensure!(
            manifest.format == FORMAT,
            "{} has the form {}, and this program knows {FORMAT}",
            file.display(),
            manifest.format
        );
        Ok(Some(manifest))
    }
}

impl PartFile {
    /// Reads the file, which must be the one that was written.
    pub fn read(&self, folder: &Path) -> anyhow::Result<Vec<u8>> {
        ensure!(!self.name.contains(['/', '\\']), "the manifest names {:?}, which is in another folder", self.name);
        let path = folder.join(&self.name);
        let length = fs::metadata(&path).with_context(|| format!("open {}", path.display()))?.len();
        ensure!(
            length == self.bytes,
            "{} has {length} bytes and had {} when it was written",
            path.display(),
            self.bytes
        );
        let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let found = hub::hex(&Sha256::digest(&bytes));
        ensure!(
            found == self.sha256,
            "{} is damaged: its SHA-256 is {found}, and was {} when it was written; bring it again",
            path.display(),
            self.sha256
        );
        Ok(bytes)
    }
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    ensure!(options.from < options.until, "no hour lies from {} until {}", options.from, options.until);
    let side = settings::stamp_side(&options.stamp)?;
    let readable = readable_until(options);
    let manifest = Manifest::read(&options.out)?;
    if let Some(manifest) = &manifest {
        ensure!(
            CloudId::new(&manifest.stamp)? == side.cloud,
            "{} holds windows of the stamp {}: give another folder with --out",
            options.out.display(),
            manifest.stamp
        );
    }
    fs::create_dir_all(&options.out).with_context(|| format!("make {}", options.out.display()))?;
    let mut manifest =
        manifest.unwrap_or(Manifest { format: FORMAT, stamp: side.cloud.to_string(), windows: Vec::new() });
    let clock = settings::clock();
    let mut reader = Reader::new(&side.cloud, &side.settings, Retry::default(), &clock)?;
    reader.obey(&Stop::never());
    let (written, waits) = runtime()?.block_on(write_all(options, readable, &mut manifest, &mut reader))?;
    for (provider, message) in reader.refused() {
        eprintln!("WARNING: usage is missing, because the stamp does not show it: {provider}: {message}");
    }
    let there = manifest.windows.len();
    if options.printing.json {
        let waits = waits.map(|hour| hour.to_string());
        output::json(&json!({
            "stamp": manifest.stamp, "written": written, "windows": there, "notYet": waits,
        }))?;
    } else {
        output::print(&format!("{written} windows written, {there} in {}.", options.out.display()));
        if let Some(hour) = waits {
            output::print(&format!("The window {hour} is not ready yet: run the same command again later."));
        }
    }
    Ok(if waits.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The first hour that has not settled.
fn readable_until(options: &Options) -> Hour {
    let settle = i64::try_from(options.stamp.settle.as_secs()).unwrap_or(i64::MAX);
    Second(SystemClock.now().0.saturating_sub(settle)).hour().unwrap_or(Hour(0))
}

/// Writes the windows that are not there yet. Gives how many, and the first one that the stamp is not ready with.
async fn write_all(
    options: &Options,
    readable: Hour,
    manifest: &mut Manifest,
    reader: &mut Reader,
) -> anyhow::Result<(u64, Option<Hour>)> {
    let mut written: u64 = 0;
    let bar = output::bar(u64::from(options.until.0.saturating_sub(options.from.0)), "windows");
    for hour in (options.from.0..options.until.0).map(Hour) {
        let text = hour.to_string();
        let known = manifest.windows.iter().find(|window| window.hour == text);
        let is_there = known.is_some_and(|window| window.files.iter().all(|file| file.read(&options.out).is_ok()));
        if !is_there {
            if hour >= readable {
                return Ok((written, Some(hour)));
            }
            let Some(window) = reader.read(hour).await? else { return Ok((written, Some(hour))) };
            write_window(&options.out, manifest, &window)?;
            written = written.saturating_add(1);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((written, None))
}

/// Writes the files of a window, and only then the manifest that names them.
fn write_window(folder: &Path, manifest: &mut Manifest, window: &Window) -> anyhow::Result<()> {
    let hour = window.hour.to_string();
    // Colons are no letters of a file's name everywhere.
    let short = hour.get(..13).unwrap_or(&hour);
    let parts = window.parts.len();
    let mut files = Vec::new();
    for (part, packed) in (1..).zip(&window.parts) {
        let number = if parts == 1 { String::new() } else { format!(".part{part:02}of{parts:02}") };
        let name = format!("{}-{short}{number}.json.zst", file_name(&manifest.stamp));
        put(&folder.join(&name), &packed.body)?;
        let bytes = u64::try_from(packed.body.len())?;
        files.push(PartFile { name, bytes, sha256: hub::hex(&packed.sha256) });
    }
    let fresh = WindowFiles { hour: hour.clone(), rows: window.rows, files };
    manifest.windows.retain(|window| window.hour != hour);
    manifest.windows.push(fresh);
    manifest.windows.sort_by(|one, other| one.hour.cmp(&other.hour));
    put(&folder.join(MANIFEST), serde_json::to_string_pretty(manifest)?.as_bytes())
}

/// A cloud id as a part of a file's name.
fn file_name(stamp: &str) -> String {
    stamp.chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' }).collect()
}

/// Writes a file so that it is there as a whole or not at all.
fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let attempt = || format!("write {}", path.display());
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { bail!("{}: it has no name", attempt()) };
    let fresh = path.with_file_name(format!("{name}.new"));
    let mut file = File::create(&fresh).with_context(attempt)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(attempt)?;
    fs::rename(&fresh, path).with_context(attempt)
}
