//! Windows: takes windows in that `tallybridge bridge export` wrote, as if they were delivered.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail, ensure};
use api::FillError;
use contract::window::Item;
use hub::{Hub, ReceiveError};
use model::{CloudId, Hour};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    DataFolder, Printing,
    commands::bridge::{MANIFEST, Manifest, WindowFiles},
    house, output,
};

/// What to import.
#[derive(clap::Args)]
pub struct Windows {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The stamp that the files must be of. It must be known. Without it, the one that the manifest names.
    #[arg(long, value_name = "ID")]
    stamp: Option<CloudId>,
    /// Check the files and say what would be imported; change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Folders with windows, or single files of them beside their manifest.
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
}

/// A window whose files were found.
struct Found {
    folder: PathBuf,
    hour: Hour,
    files: WindowFiles,
}

/// A window's texts, unpacked.
struct Texts {
    digest: [u8; 32],
    bodies: Vec<String>,
}

/// What became of all windows.
#[derive(Default)]
struct Sum {
    windows: u64,
    revised: u64,
    received: u64,
    stored: u64,
    copies: u64,
    held: u64,
    /// The hours that are never wanted, with the reason.
    refused: Vec<(Hour, String)>,
}

/// Runs the command.
pub fn run(options: &Windows) -> anyhow::Result<ExitCode> {
    let (stamp, found) = find(options)?;
    let hub = if options.dry_run {
        house::open_to_read(&options.folder.data)?
    } else {
        house::open_existing(&options.folder.data)?
    };
    ensure!(
        hub.office().stamps.contains_key(&stamp),
        "stamp {stamp} is not known: register it first, docs/operate/register.md says how"
    );
    hub.check_reporting(&stamp)?;
    // All files are looked at before the first one counts.
    let bar = output::bar(u64::try_from(found.len())?, "files are checked");
    for window in &found {
        check(window)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let rows = found.iter().map(|window| window.files.rows).fold(0, u64::saturating_add);
    if options.dry_run {
        return show_dry_run(options, &stamp, &found, rows);
    }
    let sum = take_in(&hub, &stamp, &found)?;
    show(options, &stamp, &hub, &sum)?;
    Ok(ExitCode::SUCCESS)
}

/// Finds the windows that are meant, by hour.
fn find(options: &Windows) -> anyhow::Result<(CloudId, Vec<Found>)> {
    let mut stamp = options.stamp.clone();
    let mut found: BTreeMap<Hour, Found> = BTreeMap::new();
    for path in &options.paths {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        let folder = if folder == Path::new("") { Path::new(".") } else { folder };
        let manifest = Manifest::read(folder)?
            .with_context(|| format!("{} holds no {MANIFEST}: bring it with the files", folder.display()))?;
        let of = CloudId::new(&manifest.stamp)?;
        let wanted = stamp.get_or_insert_with(|| of.clone());
        ensure!(*wanted == of, "{} holds windows of the stamp {of}, not of {wanted}", folder.display());
        let name = if path.is_dir() { None } else { path.file_name().and_then(|name| name.to_str()) };
        let mut any = false;
        for files in manifest.windows {
            if name.is_some_and(|name| !files.files.iter().any(|file| file.name == name)) {
                continue;
            }
            any = true;
            let hour = Hour::parse(&files.hour)?;
            let twice = found.insert(hour, Found { folder: folder.to_owned(), hour, files });
            if let Some(twice) = twice.filter(|twice| twice.folder != folder) {
                bail!(
                    "the window {hour} is in {} and in {}: give one of them",
                    twice.folder.display(),
                    folder.display()
                );
            }
        }
        ensure!(any, "the manifest in {} does not name {}", folder.display(), path.display());
    }
    Ok((stamp.context("give a file or a folder")?, found.into_values().collect()))
}

/// Whether a window's files are whole and hold the rows that were written.
fn check(window: &Found) -> anyhow::Result<()> {
    let texts = read(window)?;
    let mut rows: u64 = 0;
    for (body, file) in texts.bodies.iter().zip(&window.files.files) {
        let count = |item: Item<'_>| rows = rows.saturating_add(u64::from(matches!(item, Item::Row(_))));
        contract::window::read(body, count).with_context(|| format!("read the usage in {}", file.name))?;
    }
    let expected = window.files.rows;
    ensure!(rows == expected, "the window {} has {rows} rows, and the manifest says {expected}", window.hour);
    Ok(())
}

fn read(window: &Found) -> anyhow::Result<Texts> {
    let mut bodies = Vec::new();
    let mut packed = [0; 32];
    let mut all = Sha256::new();
    for file in &window.files.files {
        let bytes = file.read(&window.folder)?;
        packed = Sha256::digest(&bytes).into();
        let text = bridge::unpack(&bytes).with_context(|| format!("unpack {}", file.name))?;
        all.update(Sha256::digest(text.as_bytes()));
        bodies.push(text);
    }
    ensure!(!bodies.is_empty(), "the manifest names no file for the window {}", window.hour);
    // The digest of a delivery of the same bytes, so that a window that came by another way is a copy at a glance.
    let digest = if bodies.len() == 1 { packed } else { all.finalize().into() };
    Ok(Texts { digest, bodies })
}

fn take_in(hub: &Hub, stamp: &CloudId, found: &[Found]) -> anyhow::Result<Sum> {
    let mut sum = Sum::default();
    let bar = output::bar(u64::try_from(found.len())?, "windows");
    for window in found {
        let texts = read(window)?;
        let received: Result<_, ReceiveError<FillError>> =
            hub.receive(stamp, window.hour, texts.digest, house::OPERATOR, |intake| {
                texts.bodies.iter().try_for_each(|body| api::fill(intake, body))
            });
        match received {
            Err(ReceiveError::Refused(refusal)) if refusal.code == "WindowNotWanted" => {
                sum.refused.push((window.hour, refusal.message));
            }
            received => {
                let done = sum.windows;
                let received = received.with_context(|| {
                    format!("import the window {}; the {done} windows before it are in, run it again", window.hour)
                })?;
                let counts = received.delivery.counts;
                sum.windows = sum.windows.saturating_add(1);
                sum.revised = sum.revised.saturating_add(u64::from(received.delivery.revision > 1));
                sum.received = sum.received.saturating_add(counts.received);
                sum.stored = sum.stored.saturating_add(counts.stored);
                sum.copies = sum.copies.saturating_add(counts.copies);
                sum.held = sum.held.saturating_add(counts.held);
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(sum)
}

fn show_dry_run(options: &Windows, stamp: &CloudId, found: &[Found], rows: u64) -> anyhow::Result<ExitCode> {
    let (first, last) = (found.first().map(|window| window.hour), found.last().map(|window| window.hour));
    if options.printing.json {
        output::json(&json!({
            "stamp": stamp.as_str(), "dryRun": true, "windows": found.len(), "rows": rows,
            "first": first.map(|hour| hour.to_string()), "last": last.map(|hour| hour.to_string()),
        }))?;
    } else if let (Some(first), Some(last)) = (first, last) {
        let windows = found.len();
        output::print(&format!("{windows} windows of {stamp} with {rows} rows, {first} to {last}, are whole."));
        output::print("Nothing was changed.");
    } else {
        output::print("There is no window.");
    }
    Ok(ExitCode::SUCCESS)
}

fn show(options: &Windows, stamp: &CloudId, hub: &Hub, sum: &Sum) -> anyhow::Result<()> {
    let next = hub.next_window(stamp)?.map(|next| next.to_string());
    if options.printing.json {
        let refused: Vec<_> =
            sum.refused.iter().map(|(hour, message)| json!({ "hour": hour.to_string(), "message": message })).collect();
        return output::json(&json!({
            "stamp": stamp.as_str(), "windows": sum.windows, "revised": sum.revised, "received": sum.received,
            "stored": sum.stored, "copies": sum.copies, "held": sum.held, "notWanted": refused, "next": next,
        }));
    }
    output::print(&format!(
        "{} windows of {stamp} imported: {} rows received, {} stored, {} copies, {} held.",
        sum.windows, sum.received, sum.stored, sum.copies, sum.held
    ));
    for (hour, message) in &sum.refused {
        output::print(&format!("{hour}: not wanted: {message}"));
    }
    output::print(&format!("Next: {}.", next.as_deref().unwrap_or("not known")));
    Ok(())
}
