//! Explain: an amount down to the rows it came from.

use std::process::ExitCode;

use billing::attribute::Rule;
use hub::Explanation;
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
    show_basis(&explanation);
    let mut rows = Rows::new(&[
        Column::Left("DAY"),
        Column::Left("LOCAL SUBSCRIPTION"),
        Column::Left("TENANT"),
        Column::Right("ROWS"),
        Column::Right("BEFORE"),
        Column::Right("QUANTITY"),
        Column::Left("MAPPED FROM"),
        Column::Left("WHO PAYS, AND WHY"),
    ]);
    for sum in &explanation.sums {
        rows.add([
            sum.day.to_string(),
            sum.subscriber.subscription.to_string(),
            sum.subscriber.tenant.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string),
            sum.rows.to_string(),
            sum.before.to_string(),
            sum.quantity.to_string(),
            sum.mapped_from.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            sum.rule.map_or("?", Rule::word).to_owned(),
        ]);
    }
    rows.print();
    if options.day.is_none() {
        output::print("\nThe rows behind a day: add --day YYYY-MM-DD.");
        return Ok(ExitCode::SUCCESS);
    }
    output::print(
        "\nThe rows of that day as the windows hold them now, whatever they were when the document was issued:\n",
    );
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

/// What the document was computed from, what was due then, and what is due now where it differs.
fn show_basis(explanation: &Explanation) {
    let line = &explanation.line;
    let list = explanation.price_list.as_ref().map_or("none", model::PriceListId::as_str);
    match &explanation.pins {
        Some(pins) => output::print(&format!(
            "computed from: delivery {}, office of audit entry {}, price list {list}",
            pins.delivery, pins.office
        )),
        None => output::print("The document does not say what it was computed from; this is by everything known now."),
    }
    if let Some(from) = explanation.meter_mapped_from {
        output::print(&format!("priced as: commerce meter {}, mapped so from {from}", line.key.commerce_meter));
    }
    match &explanation.due_then {
        Some(due) => output::print(&format!("\nDue for this when it was issued:\n{due}\n")),
        None => output::print("\nNothing was due for this any more: the whole amount was given back.\n"),
    }
    for (number, quantity) in &explanation.invoiced_before {
        output::print(&format!("invoiced before: {quantity} on {number}"));
    }
    match &explanation.due_now {
        now if *now == explanation.due_then => {}
        Some(due) => output::print(&format!("By everything known now it differs:\n{due}\n")),
        None => output::print("Nothing is due for this any more: the whole amount was given back, or will be.\n"),
    }
}

fn due_json(due: &billing::show::Explanation) -> serde_json::Value {
    json!({ "arithmetic": due.arithmetic, "rounding": due.rounding, "rule": due.rule, "price": due.price })
}

fn as_json(options: &Options, explanation: &Explanation) -> serde_json::Value {
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
        "commerceMeter": line.key.commerce_meter.as_str(),
        "meterMappedFrom": explanation.meter_mapped_from.map(|day| day.to_string()),
        "priceList": explanation.price_list.as_ref().map(model::PriceListId::as_str),
        "computedFrom": explanation.pins.as_ref().map(|pins| json!({ "delivery": pins.delivery, "office": pins.office })),
        "dueThen": explanation.due_then.as_ref().map(due_json),
        "dueNow": explanation.due_now.as_ref().map(due_json),
        "invoicedBefore": explanation.invoiced_before.iter().map(|(number, quantity)| json!({
            "number": number.as_str(), "quantity": quantity.to_string(),
        })).collect::<Vec<_>>(),
        "sums": explanation.sums.iter().map(|sum| json!({
            "day": sum.day.to_string(),
            "localSubscription": sum.subscriber.subscription.as_str(),
            "tenant": sum.subscriber.tenant.as_ref().map(model::DirectoryId::as_str),
            "rows": sum.rows,
            "quantity": sum.quantity.to_string(),
            "before": sum.before.to_string(),
            "registration": sum.registration.as_ref().map(model::RegistrationId::as_str),
            "mappedFrom": sum.mapped_from.map(|day| day.to_string()),
            "rule": sum.rule.map(Rule::word),
            "why": sum.rule.map(Rule::explain),
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
