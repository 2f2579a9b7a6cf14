//! Stamps: how far each one has come, and which one is late.

use std::process::ExitCode;

use hub::{REPORTING_DAYS_MAX, StampStanding};
use serde_json::{Value, json};

use crate::{
    DataFolder, Printing, house,
    output::{self, Column, Rows},
};

/// List the stamps: whether each is registered and is to report, how far it has delivered, which hours are never wanted, and
/// whether it has not reported for more than 30 days.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let standings = house::open_to_read(&options.folder.data)?.standings()?;
    if options.printing.json {
        let each: Vec<Value> = standings.iter().map(as_json).collect();
        output::json(&json!({ "stamps": each }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if standings.is_empty() {
        output::print("There is no stamp.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Rows::new(&[
        Column::Left("CLOUD ID"),
        Column::Left("NAME"),
        Column::Left("REGISTRATION"),
        Column::Left("STATE"),
        Column::Left("WATERMARK"),
        Column::Right("HOURS BEHIND"),
        Column::Right("NEVER WANTED"),
    ]);
    for one in &standings {
        let registration = one.registration.as_ref().map_or("-", |registration| registration.name.as_str());
        rows.add([
            one.stamp.id.to_string(),
            one.stamp.name.clone(),
            registration.to_owned(),
            if one.overdue { "reporting overdue" } else { one.reporting.word() }.to_owned(),
            one.watermark.to_string(),
            one.lag_hours.to_string(),
            never_wanted(one).to_string(),
        ]);
    }
    rows.print();
    let overdue = standings.iter().filter(|one| one.overdue).count();
    if overdue > 0 {
        output::print(&format!(
            "\n{overdue} of them have not reported for more than {REPORTING_DAYS_MAX} days: look at their bridges."
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// How many hours are never wanted.
fn never_wanted(one: &StampStanding) -> u32 {
    one.stamp
        .skipped
        .iter()
        .fold(0, |sum, skipped| sum.saturating_add(skipped.hours.end.0.saturating_sub(skipped.hours.start.0)))
}

fn as_json(one: &StampStanding) -> Value {
    let skipped = one.stamp.skipped.iter().map(|skipped| {
        json!({
            "from": skipped.hours.start.to_string(),
            "until": skipped.hours.end.to_string(),
            "reason": skipped.reason.word(),
        })
    });
    json!({
        "cloudId": one.stamp.id.as_str(),
        "name": one.stamp.name,
        "registration": one.registration.as_ref().map(|registration| registration.id.as_str()),
        "state": one.reporting.word(),
        "watermark": one.watermark.to_string(),
        "lagHours": one.lag_hours,
        "skipped": skipped.collect::<Vec<_>>(),
        "overdue": one.overdue,
    })
}
