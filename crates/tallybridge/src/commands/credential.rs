//! Credential: what a bridge shows to deliver windows of one stamp.

use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use model::CloudId;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{DataFolder, Printing, house, output};

/// Draw a credential for a stamp and print it, once: only its digest is kept.
///
/// Whoever has it may deliver windows of this one stamp and nothing else. A stamp has two credentials at most: a third one
/// ends the oldest, so that a bridge can be given a new one without a gap.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The stamp. It must be known.
    #[arg(long, value_name = "ID")]
    stamp: CloudId,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_existing(&options.folder.data)?;
    let credential = draw()?;
    let known = hub.add_credential(house::OPERATOR, &options.stamp, Sha256::digest(&credential).into())?;
    ensure!(known, "stamp {} is not known: import usage of it first, with `tallybridge import usage`", options.stamp);
    if options.printing.json {
        output::json(&json!({ "stamp": options.stamp.as_str(), "credential": credential }))?;
    } else {
        output::print(&credential);
    }
    Ok(ExitCode::SUCCESS)
}

/// Draws 256 bits, as hex.
pub fn draw() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).context("draw a credential")?;
    Ok(hub::hex(&bytes))
}
