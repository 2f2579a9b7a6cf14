//! Import: usage from files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use api::FillError;
use hub::{Hub, Received};
use model::{CloudId, Hour, MeterCatalogue, Stamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    DataFolder, Printing, house,
    output::{self, Column, Rows},
    usage_file,
};

mod windows;

/// The largest file that is read. Unit: bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Bring usage in from files.
#[derive(clap::Subcommand)]
pub enum Import {
    /// Import the usage that a stamp reported in one hour, from a file.
    ///
    /// The file is a page of the stamp's usage API (JSON), or the CSV that the public Usagesummary script writes. Importing
    /// it again changes nothing; importing it with other content makes a new revision of the window, and only the
    /// difference moves.
    Usage(Usage),
    /// Import windows that `tallybridge bridge export` wrote, as if the bridge had delivered them.
    ///
    /// A window that was delivered or imported before changes nothing. A damaged file is refused before anything is
    /// imported.
    Windows(windows::Windows),
}

/// What to import, and as what.
#[derive(clap::Args)]
pub struct Usage {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The stamp that reported it. A stamp that is not known is added, without a registration.
    #[arg(long, value_name = "ID")]
    stamp: CloudId,
    /// The hour in which it was reported, such as 2026-10-01T18. Without it, the hour after the last usage hour.
    #[arg(long, value_name = "HOUR", value_parser = Hour::parse)]
    reported: Option<Hour>,
    /// A file that says which directory each local subscription has: the user subscriptions of the stamp's admin API
    /// (JSON), or CSV with the columns subscriptionId and tenantId. Without it they are unknown, and the default
    /// subscription pays.
    #[arg(long, value_name = "FILE")]
    tenants: Option<PathBuf>,
    /// The file.
    file: PathBuf,
}

/// Runs the command.
pub fn run(import: &Import) -> anyhow::Result<ExitCode> {
    match import {
        Import::Usage(options) => usage(options),
        Import::Windows(options) => windows::run(options),
    }
}

fn usage(options: &Usage) -> anyhow::Result<ExitCode> {
    let body = usage_file::as_body(read_file(&options.file)?)
        .with_context(|| format!("read the usage in {}", options.file.display()))?;
    let tenants = match &options.tenants {
        Some(file) => usage_file::read_tenants(&read_file(file)?)
            .with_context(|| format!("read the tenants in {}", file.display()))?,
        None => Vec::new(),
    };
    let hour = match options.reported {
        Some(hour) => hour,
        None => {
            usage_file::reported_hour(&body).with_context(|| format!("read the usage in {}", options.file.display()))?
        }
    };
    // A file that cannot be read is refused before anything is made or changed.
    contract::window::read(&body, |_| ()).with_context(|| format!("read the usage in {}", options.file.display()))?;
    let hub = house::open(&options.folder.data)?;
    add_stamp(&hub, &options.stamp, hour)?;
    let received = receive(&hub, &options.stamp, hour, &body, &tenants)
        .with_context(|| format!("import {}", options.file.display()))?;
    if options.printing.json {
        show_json(&received)?;
    } else {
        show(&received);
    }
    Ok(ExitCode::SUCCESS)
}

fn read_file(path: &Path) -> anyhow::Result<String> {
    let size = std::fs::metadata(path).with_context(|| format!("open {}", path.display()))?.len();
    if size > FILE_BYTES_MAX {
        bail!("{} has {size} bytes, at most {FILE_BYTES_MAX} are read: split it by hour", path.display());
    }
    let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", path.display()))
}

fn add_stamp(hub: &Hub, stamp: &CloudId, first_window: Hour) -> anyhow::Result<()> {
    let added = hub.add_stamp(
        house::OPERATOR,
        &Stamp {
            id: stamp.clone(),
            name: stamp.to_string(),
            region: String::new(),
            partner: None,
            default_provider_subscription: None,
            first_window,
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        },
    )?;
    if added {
        eprintln!("stamp {stamp} was not known and was added; nobody pays for its usage until it is registered");
    }
    Ok(())
}

fn receive(
    hub: &Hub,
    stamp: &CloudId,
    hour: Hour,
    body: &str,
    tenants: &[(String, String)],
) -> anyhow::Result<Received> {
    // The table is part of what was delivered: the same rows with other directories are another delivery.
    let mut digest = Sha256::new();
    digest.update(body);
    for (subscription, tenant) in tenants {
        digest.update(format!("\n{subscription}\t{tenant}"));
    }
    Ok(hub.receive(stamp, hour, digest.finalize().into(), house::OPERATOR, |intake| {
        for (subscription, tenant) in tenants {
            intake.subscription(subscription, Some(tenant)).map_err(FillError::Table)?;
        }
        api::fill(intake, body)
    })?)
}

fn show_json(received: &Received) -> anyhow::Result<()> {
    let (delivery, counts) = (&received.delivery, received.delivery.counts);
    let totals: BTreeMap<String, String> =
        delivery.totals.iter().map(|(meter, total)| (meter.to_string(), total.to_string())).collect();
    let held: BTreeMap<&str, u64> = received.held_reasons.iter().map(|(reason, rows)| (reason.word(), *rows)).collect();
    output::json(&json!({
        "stamp": delivery.stamp.as_str(),
        "hour": delivery.hour.to_string(),
        "revision": delivery.revision,
        "hash": hub::hex(&delivery.hash),
        "received": counts.received,
        "stored": counts.stored,
        "copies": counts.copies,
        "held": counts.held,
        "replaced": counts.replaced,
        "removed": counts.removed,
        "totals": totals,
        "heldReasons": held,
    }))
}

fn show(received: &Received) {
    let (delivery, counts) = (&received.delivery, received.delivery.counts);
    output::print(&format!("Stamp {}, window {}, revision {}\n", delivery.stamp, delivery.hour, delivery.revision));
    let mut rows = Rows::new(&[
        Column::Left("METER"),
        Column::Left("NAME"),
        Column::Left("UNIT"),
        Column::Right("EXACT SUM OF THE WINDOW"),
    ]);
    for (id, total) in &delivery.totals {
        let meter = MeterCatalogue::published().find(id);
        rows.add([
            id.to_string(),
            meter.map_or("?", |meter| meter.name).to_owned(),
            meter.map_or("?", |meter| meter.unit.word()).to_owned(),
            total.to_string(),
        ]);
    }
    rows.print();
    output::print(&format!(
        "\n{} rows received: {} stored, {} copies, {} held.",
        counts.received, counts.stored, counts.copies, counts.held
    ));
    if counts.replaced > 0 || counts.removed > 0 {
        output::print(&format!("{} replaced another value, {} are gone.", counts.replaced, counts.removed));
    }
    for (reason, rows) in &received.held_reasons {
        output::print(&format!("Held: {rows} rows, {}: {}.", reason.word(), reason.advice()));
    }
}
