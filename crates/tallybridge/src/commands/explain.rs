//! Explain: an amount down to the rows it came from.

use std::process::ExitCode;

use anyhow::ensure;
use billing::attribute::Rule;
use hub::Explanation;
use model::{Day, DirectoryId, InvoiceNumber, MeterCatalogue, Subscriber};
use serde_json::json;

use crate::{
    DataFolder, Printing, house, names,
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
    if let Some(day) = options.day {
        let known = explanation.sums.iter().any(|sum| sum.day == day);
        ensure!(known, "{day} is no day of this line: without --day the line is explained with the days it has");
    }
    if options.printing.json {
        output::json(&as_json(options, &explanation))?;
        return Ok(ExitCode::SUCCESS);
    }
    let (line, office) = (&explanation.line, hub.office());
    let stamp = names::stamp(&office, &line.key.stamp);
    let meter = MeterCatalogue::published().find(&line.key.meter);
    let meter = meter.map_or_else(String::new, |meter| format!("{}, ", meter.name));
    output::print(&format!(
        "{} line {}: {} of {}, {} on {stamp}\nmeter: {meter}{}\ninvoiced: quantity {}, amount {}\n",
        options.number,
        options.line,
        line.kind.word(),
        line.key.month,
        names::subscription(&office, &line.key.paying_subscription),
        line.key.meter,
        line.quantity,
        line.amount
    ));
    show_basis(&explanation);
    for subscriber in subscribers(&explanation) {
        show_days(&explanation, subscriber);
    }
    if options.day.is_none() {
        output::print("\nThe rows behind a day: add --day YYYY-MM-DD.");
        return Ok(ExitCode::SUCCESS);
    }
    show_rows(&explanation);
    Ok(ExitCode::SUCCESS)
}

/// Whose use makes the line, in the order of the days.
fn subscribers(explanation: &Explanation) -> Vec<&Subscriber> {
    let mut found: Vec<&Subscriber> = Vec::new();
    for sum in &explanation.sums {
        if !found.contains(&&sum.subscriber) {
            found.push(&sum.subscriber);
        }
    }
    found
}

/// The days of one local subscription and its tenant: so their long ids stand once, and the lines stay short.
fn show_days(explanation: &Explanation, subscriber: &Subscriber) {
    let tenant = subscriber.tenant.as_ref().map_or("unknown", DirectoryId::as_str);
    output::print(&format!("\nlocal subscription {}, tenant {tenant}", subscriber.subscription));
    let mut rows = Rows::new(&[
        Column::Left("DAY"),
        Column::Right("ROWS"),
        Column::Right("BEFORE"),
        Column::Right("QUANTITY"),
        Column::Left("MAPPED FROM"),
        Column::Left("WHO PAYS, AND WHY"),
    ]);
    for sum in explanation.sums.iter().filter(|sum| sum.subscriber == *subscriber) {
        rows.add([
            sum.day.to_string(),
            sum.rows.to_string(),
            sum.before.to_string(),
            sum.quantity.to_string(),
            sum.mapped_from.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            sum.rule.map_or("?", Rule::word).to_owned(),
        ]);
    }
    rows.print();
}

/// The rows of the day that was asked for.
fn show_rows(explanation: &Explanation) {
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
        Some(due) => output::print(&format!("\nDue for this when it was issued:\n{due}")),
        None => output::print("\nNothing was due for this any more: the whole amount was given back."),
    }
    if !explanation.invoiced_before.is_empty() {
        output::print("");
    }
    for (number, quantity) in &explanation.invoiced_before {
        output::print(&format!("invoiced before: {quantity} on {number}"));
    }
    match &explanation.due_now {
        now if *now == explanation.due_then => {}
        Some(due) => output::print(&format!("\nBy everything known now it differs:\n{due}")),
        None => output::print("\nNothing is due for this any more: the whole amount was given back, or will be."),
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
