//! Statement: who pays for what in a month.

use std::process::ExitCode;

use model::{MeterCatalogue, Month, PartnerId};

use crate::{
    DataFolder, Printing, house,
    output::{self, Column, Rows},
};

/// Show who pays for what in a month, by everything known now. An open month changes until it is closed.
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
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let partner = house::partner(&hub, options.partner.as_ref())?;
    let statement = hub.statement(&partner, options.month)?;
    let office = hub.office();
    let kind = |id: &model::PayingSubscriptionId| {
        office.subscriptions.get(id).map_or("?", |subscription| subscription.kind.word())
    };
    let customer = |id: &Option<model::CustomerId>| match id {
        Some(id) => office.customers.get(id).map_or_else(|| id.to_string(), |customer| customer.name.clone()),
        None => "(partner)".to_owned(),
    };
    let meter_name = |id: &model::MeterId| MeterCatalogue::published().find(id).map_or("?", |meter| meter.name);
    if options.printing.json {
        let shown = api::partner::statement(&office, &partner, options.month, &statement)?;
        output::json(&serde_json::to_value(shown)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    statement.with_totals(|totals| {
        output::print(&format!("Partner {partner}, {}: {}\n", options.month, totals.total));
        let mut rows = Rows::new(&[
            Column::Left("SUBSCRIPTION"),
            Column::Left("KIND"),
            Column::Left("CUSTOMER"),
            Column::Right("AMOUNT"),
        ]);
        for month in &statement.months {
            if let Some(amount) = totals.by_paying_subscription.get(&month.paying_subscription) {
                let id = &month.paying_subscription;
                rows.add([id.to_string(), kind(id).to_owned(), customer(&month.customer), amount.decimal()]);
            }
        }
        rows.print();
        output::print("");
        let mut rows = Rows::new(&[Column::Left("STAMP"), Column::Right("AMOUNT")]);
        for (stamp, amount) in &totals.by_stamp {
            let name = office.stamps.get(stamp).map_or_else(|| stamp.to_string(), |stamp| stamp.name.clone());
            rows.add([name, amount.decimal()]);
        }
        rows.print();
        output::print("");
        let mut rows = Rows::new(&[
            Column::Left("METER"),
            Column::Left("UNIT"),
            Column::Right("QUANTITY"),
            Column::Right("AMOUNT"),
        ]);
        let mut meters: Vec<_> = totals.by_meter.iter().collect();
        meters.sort_by_key(|(_, total)| std::cmp::Reverse(total.amount.minor));
        for (meter, total) in meters {
            let unit = MeterCatalogue::published().find(meter).map_or("?", |meter| meter.unit.word());
            let name = meter_name(meter).to_owned();
            rows.add([name, unit.to_owned(), total.quantity.to_string(), total.amount.decimal()]);
        }
        rows.print();
        let counts = totals.rows;
        output::print(&format!(
            "\n{} rows are charged, {} are informational, {} have no price, {} have no payer.",
            counts.rated, counts.informational, counts.unpriced, statement.unattributed
        ));
        for sum in &totals.unpriced {
            let (meter, stamp) = (meter_name(&sum.meter), &sum.stamp);
            output::print(&format!("No price: {meter} on {stamp}, {}: {}", sum.quantity, sum.rating.explain()));
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
