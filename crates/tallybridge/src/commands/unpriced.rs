//! Unpriced: usage that should have an amount and has none.

use std::process::ExitCode;

use hub::Unpriced;
use model::{CustomerId, MeterCatalogue, Month, PartnerId};
use serde_json::json;

use crate::{
    DataFolder, PartnerMonth, Printing, house, names,
    output::{self, Column, Rows},
};

/// List the usage that should have an amount and has none, with the reason and what to do.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    of: PartnerMonth,
    /// End with status 1 if there is any.
    #[arg(long)]
    fail: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let (partner, month) = options.of.find(&hub)?;
    let found = hub.unpriced(&partner, month)?;
    if options.printing.json {
        let usage: Vec<_> = found.iter().map(as_json).collect();
        output::json(&json!({ "partner": partner.as_str(), "month": month.to_string(), "usage": usage }))?;
    } else {
        show(&hub, &partner, month, &found);
    }
    Ok(if options.fail && !found.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(hub: &hub::Hub, partner: &PartnerId, month: Month, found: &[Unpriced]) {
    if found.is_empty() {
        output::print(&format!("All usage of partner {partner} in {month} that is charged has a price."));
        return;
    }
    let office = hub.office();
    let mut rows = Rows::new(&[
        Column::Left("SUBSCRIPTION"),
        Column::Left("STAMP"),
        Column::Left("METER"),
        Column::Left("DAYS"),
        Column::Right("ROWS"),
        Column::Right("QUANTITY"),
        Column::Left("REASON"),
    ]);
    let mut reasons = Vec::new();
    for one in found {
        let usage = &one.usage;
        let meter = MeterCatalogue::published().find(&usage.meter).map_or(usage.meter.as_str(), |meter| meter.name);
        rows.add([
            names::subscription(&office, &one.paying_subscription),
            names::stamp(&office, &usage.stamp),
            meter.to_owned(),
            format!("{} to {}", usage.first_day, usage.last_day),
            usage.rows.to_string(),
            usage.quantity.to_string(),
            usage.rating.word().to_owned(),
        ]);
        if !reasons.contains(&usage.rating) {
            reasons.push(usage.rating);
        }
    }
    rows.print();
    output::print("");
    for reason in reasons {
        output::print(&format!("{}: {}.", reason.word(), reason.explain()));
    }
}

fn as_json(one: &Unpriced) -> serde_json::Value {
    let usage = &one.usage;
    json!({
        "subscription": one.paying_subscription.as_str(),
        "customer": one.customer.as_ref().map(CustomerId::as_str),
        "stamp": usage.stamp.as_str(),
        "meter": usage.meter.as_str(),
        "scope": usage.scope.word(),
        "firstDay": usage.first_day.to_string(),
        "lastDay": usage.last_day.to_string(),
        "rows": usage.rows,
        "quantity": usage.quantity.to_string(),
        "reason": usage.rating.word(),
        "toDo": usage.rating.explain(),
    })
}
