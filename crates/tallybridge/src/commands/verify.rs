//! Verify: the laws of the house, proved.

use std::process::ExitCode;

use hub::Proof;
use serde_json::json;

use crate::{
    DataFolder, Printing, house,
    output::{self, Column, Rows},
};

/// How many places of one law are printed.
const PLACES_MAX: usize = 20;

/// Prove that nothing was dropped, doubled or changed: it reads every segment, sum, delivery, audit entry and document, and
/// computes them anew. Ends with status 0 when every law holds, and with status 1 and the places when one does not.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = match house::open_to_read(&options.folder.data) {
        Ok(hub) => hub,
        // A database that cannot even be opened as what it was is a failed proof with a place, too.
        Err(error) => {
            if options.printing.json {
                output::json(&json!({ "holds": false, "error": format!("{error:#}") }))?;
            }
            return Err(error);
        }
    };
    let bar = output::bar(0, "reading windows");
    let proof = hub.verify(|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if options.printing.json {
        output::json(&as_json(&proof))?;
    } else {
        show(&proof);
    }
    Ok(if proof.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn show(proof: &Proof) {
    let mut rows = Rows::new(&[Column::Left(""), Column::Right("CHECKED"), Column::Left("LAW")]);
    for law in &proof.laws {
        let verdict = if law.failures.is_empty() { "holds" } else { "FAILS" };
        rows.add([verdict.to_owned(), law.checked.to_string(), law.name.to_owned()]);
    }
    rows.print();
    for law in proof.laws.iter().filter(|law| !law.failures.is_empty()) {
        output::print(&format!("\nDoes not hold: {}", law.name));
        for failure in law.failures.iter().take(PLACES_MAX) {
            output::print(&format!("  - {failure}"));
        }
        if law.failures.len() > PLACES_MAX {
            output::print(&format!("  and {} more: see --json", law.failures.len() - PLACES_MAX));
        }
    }
    output::print("");
    for law in conservation(proof) {
        output::print(&law);
    }
}

/// Where the rows went, as sums that people can check.
pub fn conservation(proof: &Proof) -> [String; 3] {
    let (rows, counts) = (proof.deliveries, proof.counts);
    [
        format!("received {} = stored {} + copies {} + held {}", rows.received, rows.stored, rows.copies, rows.held),
        format!("stored {} = attributed {} + without payer {}", rows.stored, counts.attributed, counts.unattributed),
        format!(
            "attributed {} = rated {} + unpriced {} + informational {}",
            counts.attributed, counts.rated, counts.unpriced, counts.informational
        ),
    ]
}

/// The proof for programs.
fn as_json(proof: &Proof) -> serde_json::Value {
    let laws: Vec<_> = proof
        .laws
        .iter()
        .map(|law| json!({ "law": law.name, "checked": law.checked, "failures": law.failures }))
        .collect();
    let (deliveries, counts) = (proof.deliveries, proof.counts);
    json!({
        "holds": proof.holds(),
        "laws": laws,
        "rows": {
            "received": deliveries.received, "stored": deliveries.stored, "copies": deliveries.copies,
            "held": deliveries.held,
        },
        "usage": {
            "attributed": counts.attributed, "withoutPayer": counts.unattributed, "rated": counts.rated,
            "unpriced": counts.unpriced, "informational": counts.informational,
        },
    })
}
