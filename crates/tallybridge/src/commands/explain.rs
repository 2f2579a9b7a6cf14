//! Explain: an amount down to the rows it came from.

use std::process::ExitCode;

use model::{Day, InvoiceNumber};
use serde_json::json;

use crate::{
    DataFolder, Printing,
    commands::invoice::subscription_name,
    house,
    output::{self, Column, Rows},
};

/// Explain a line of an issued document: the arithmetic, the price and its source, the rule that chose who pays, and the
/// daily sums. With --day, the rows of that day and the windows that reported them.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The document's number.
    number: InvoiceNumber,
    /// The line, counted from 1, as `tallybridge invoice NUMBER` shows it.
    line: usize,
    /// Show the rows of this day, such as 2026-10-03.
    #[arg(long, value_parser = Day::parse)]
    day: Option<Day>,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let explanation = hub.explain(&options.number, options.line, options.day)?;
    if options.printing.json {
        output::json(&as_json(options, &explanation))?;
        return Ok(ExitCode::SUCCESS);
    }
    let (line, office) = (&explanation.line, hub.office());
    let stamp = office.stamps.get(&line.key.stamp).map_or(line.key.stamp.as_str(), |stamp| stamp.name.as_str());
    output::print(&format!(
        "{} line {}: {} of {}, {} on {stamp}, meter {}\ninvoiced: quantity {}, amount {}\n",
        options.number,
        options.line,
        line.kind.word(),
        line.key.month,
        subscription_name(&office, &line.key.paying_subscription),
        line.key.meter,
        line.quantity,
        line.amount
    ));
    match &explanation.due_now {
        Some(due) => output::print(&format!("Due for this now, by everything known:\n{due}\n")),
        None => output::print("Nothing is due for this any more: the whole amount was given back, or will be.\n"),
    }
    let mut rows = Rows::new(&[
        Column::Left("DAY"),
        Column::Left("LOCAL SUBSCRIPTION"),
        Column::Left("TENANT"),
        Column::Right("ROWS"),
        Column::Right("QUANTITY"),
        Column::Left("WHO PAYS, AND WHY"),
    ]);
    for sum in &explanation.sums {
        rows.add([
            sum.day.to_string(),
            sum.subscriber.subscription.to_string(),
            sum.subscriber.tenant.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string),
            sum.rows.to_string(),
            sum.quantity.to_string(),
            sum.rule.word().to_owned(),
        ]);
    }
    rows.print();
    if options.day.is_none() {
        output::print("\nThe rows behind a day: add --day YYYY-MM-DD.");
        return Ok(ExitCode::SUCCESS);
    }
    output::print("");
    let mut rows = Rows::new(&[
        Column::Left("USED FROM"),
        Column::Left("REPORTED IN"),
        Column::Right("REVISION"),
        Column::Right("QUANTITY"),
        Column::Left("RESOURCE"),
    ]);
    for row in &explanation.rows {
        rows.add([
            row.start.to_string(),
            row.window.to_string(),
            row.revision.to_string(),
            row.quantity.clone(),
            row.address.clone(),
        ]);
    }
    rows.print();
    Ok(ExitCode::SUCCESS)
}

fn as_json(options: &Options, explanation: &hub::Explanation) -> serde_json::Value {
    let line = &explanation.line;
    json!({
        "number": options.number.as_str(),
        "line": options.line,
        "kind": line.kind.word(),
        "month": line.key.month.to_string(),
        "subscription": line.key.paying_subscription.as_str(),
        "stamp": line.key.stamp.as_str(),
        "meter": line.key.meter.as_str(),
        "quantity": line.quantity.to_string(),
        "amount": line.amount.decimal(),
        "currency": line.amount.currency.code(),
        "dueNow": explanation.due_now.as_ref().map(|due| json!({
            "arithmetic": due.arithmetic, "rounding": due.rounding, "rule": due.rule, "price": due.price,
        })),
        "sums": explanation.sums.iter().map(|sum| json!({
            "day": sum.day.to_string(),
            "localSubscription": sum.subscriber.subscription.as_str(),
            "tenant": sum.subscriber.tenant.as_ref().map(model::DirectoryId::as_str),
            "rows": sum.rows,
            "quantity": sum.quantity.to_string(),
            "rule": sum.rule.word(),
            "why": sum.rule.explain(),
        })).collect::<Vec<_>>(),
        "rows": explanation.rows.iter().map(|row| json!({
            "start": row.start.to_string(),
            "end": row.end.to_string(),
            "window": row.window.to_string(),
            "revision": row.revision,
            "segment": hub::hex(&row.segment),
            "localSubscription": row.subscriber.subscription.as_str(),
            "quantity": row.quantity,
            "resource": row.address,
        })).collect::<Vec<_>>(),
    })
}
