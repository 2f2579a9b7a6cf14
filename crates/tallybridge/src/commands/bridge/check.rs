//! Check: one line for each leg of the way from the stamp to the hub.

use std::{process::ExitCode, time::Duration};

use bridge::{Retry, Verdict};
use serde_json::json;

use super::{HubOptions, StampOptions, settings};
use crate::{
    Printing,
    commands::serve::runtime,
    output::{self, Column, Rows},
};

/// Try every leg of the way from the stamp to the hub. Ends with status 1 if one fails.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    stamp: StampOptions,
    #[command(flatten)]
    hub: HubOptions,
    #[command(flatten)]
    printing: Printing,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    // Somebody waits: one further try is enough.
    let retry = Retry { attempts: 2, first_pause: Duration::from_millis(500), longest_pause: Duration::from_secs(2) };
    let settings = settings::settings(&options.stamp, &options.hub, Duration::ZERO, retry)?;
    let cloud = settings.cloud.clone();
    let report = runtime()?.block_on(bridge::check(settings))?;
    if options.printing.json {
        let legs: Vec<_> = report
            .legs
            .iter()
            .map(|leg| json!({ "leg": leg.name, "verdict": word(leg.verdict), "found": leg.found, "advice": leg.advice }))
            .collect();
        output::json(&json!({ "stamp": cloud.as_str(), "good": report.is_good(), "legs": legs }))?;
    } else {
        let mut rows = Rows::new(&[Column::Left(""), Column::Left("LEG"), Column::Left("FOUND")]);
        for leg in &report.legs {
            rows.add([word(leg.verdict), leg.name, leg.found.as_str()]);
            if !leg.advice.is_empty() && leg.verdict != Verdict::Good {
                rows.add(["", "", &format!("-> {}", leg.advice)]);
            }
        }
        rows.print();
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "ok",
        Verdict::Warning => "warning",
        Verdict::Bad => "FAILED",
        Verdict::Skipped => "-",
    }
}
