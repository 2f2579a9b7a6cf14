//! Close: issue what is due for a month.

use std::process::ExitCode;

use hub::{CloseError, MonthClose};
use model::{Month, PartnerId};
use serde_json::json;

use crate::{DataFolder, Printing, commands::invoice, house, output};

/// Close a month of a partner: issue one document with everything that is due up to this month and was not invoiced yet.
///
/// Late usage, corrected windows, corrected prices and back-dated mappings of earlier months come out as adjustment lines.
/// Issued documents never change, and closing again gives nothing.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The month, such as 2026-10.
    #[arg(long, value_parser = Month::parse)]
    month: Month,
    /// The partner that is invoiced; not needed when there is only one.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    /// Close although something stands against it. The reason goes into the audit log.
    #[arg(long = "override", value_name = "REASON")]
    override_reason: Option<String>,
    /// Only show what would be issued.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_existing(&options.folder.data)?;
    let partner = house::partner(&hub, options.partner.as_ref())?;
    let closed = hub.close(&MonthClose {
        partner: partner.clone(),
        month: options.month,
        actor: house::OPERATOR.to_owned(),
        override_reason: options.override_reason.clone(),
        dry_run: options.dry_run,
    });
    match closed {
        Err(CloseError::Blocked(obstacles)) => {
            if options.printing.json {
                let obstacles: Vec<_> = obstacles
                    .iter()
                    .map(|obstacle| json!({ "code": obstacle.word(), "message": obstacle.to_string() }))
                    .collect();
                output::json(
                    &json!({ "partner": partner.as_str(), "month": options.month.to_string(), "blocked": obstacles }),
                )?;
            } else {
                output::print(&format!("{} of partner {partner} cannot be closed now:", options.month));
                for obstacle in obstacles {
                    output::print(&format!("  - {obstacle}"));
                }
                output::print(
                    "Nothing was issued. Close it all the same with --override \"<reason>\"; that goes on the record.",
                );
            }
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
        Ok(closed) => {
            for obstacle in &closed.overridden {
                eprintln!("overridden: {obstacle}");
            }
            match closed.document {
                Some(document) if options.printing.json => output::json(&invoice::as_json(&document))?,
                Some(document) => {
                    if options.dry_run {
                        output::print("Nothing was issued. This is what would be:\n");
                    }
                    invoice::show(&hub.office(), &document);
                }
                None if options.printing.json => {
                    output::json(
                        &json!({ "partner": partner.as_str(), "month": options.month.to_string(), "number": null }),
                    )?;
                }
                None => output::print(&format!(
                    "Nothing is due for {} of partner {partner} that was not invoiced before.",
                    options.month
                )),
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
