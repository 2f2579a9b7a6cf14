//! Held: rows that wait for a person.

use std::process::ExitCode;

use model::CloudId;
use serde_json::json;

use crate::{
    DataFolder, Printing, house, names,
    output::{self, Column, Rows},
};

/// List the rows that are held back: each with its reason and with what can be done. They count for nothing until the window
/// is sent again and the reason is gone; they stand against closing the month.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// Only the rows of this stamp.
    #[arg(long, value_name = "ID")]
    stamp: Option<CloudId>,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let held = hub.store().held(options.stamp.as_ref())?;
    if options.printing.json {
        let rows: Vec<_> = held
            .iter()
            .map(|entry| {
                json!({
                    "stamp": entry.stamp.as_str(),
                    "window": entry.hour.to_string(),
                    "revision": entry.revision,
                    "reason": entry.row.reason.word(),
                    "detail": entry.row.detail,
                    "advice": entry.row.reason.advice(),
                    "row": entry.row.raw,
                })
            })
            .collect();
        output::json(&json!({ "held": rows }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if held.is_empty() {
        output::print("No row is held.");
        return Ok(ExitCode::SUCCESS);
    }
    let office = hub.office();
    let mut rows =
        Rows::new(&[Column::Left("STAMP"), Column::Left("WINDOW"), Column::Left("REASON"), Column::Left("DETAIL")]);
    for entry in &held {
        let stamp = names::stamp(&office, &entry.stamp);
        rows.add([stamp.clone(), entry.hour.to_string(), entry.row.reason.word().to_owned(), entry.row.detail.clone()]);
    }
    rows.print();
    let mut reasons: Vec<_> = held.iter().map(|entry| entry.row.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    output::print("");
    for reason in reasons {
        output::print(&format!("{}: {}.", reason.word(), reason.advice()));
    }
    output::print("The rows as they were sent: add --json.");
    Ok(ExitCode::SUCCESS)
}
