//! Csv: statements as one table.

use std::io::Write;

use super::{CustomerStatement, StatementLine, UnpricedLine};
use crate::{names::Names, pdf::PaperError};

/// The columns, in order. An empty cell says that there is nothing to say.
const COLUMNS: [&str; 20] = [
    "partner_id",
    "partner_name",
    "customer_id",
    "customer_name",
    "month",
    "status",
    "stamp_id",
    "stamp_name",
    "local_subscriptions",
    "meter_id",
    "meter_name",
    "service",
    "scope",
    "quantity",
    "unit",
    "unit_price",
    "price_per",
    "amount",
    "currency",
    "note",
];

/// Writes the lines of some statements as CSV (RFC 4180) in UTF-8, with a head. A text of a user that a spreadsheet would take
/// for a formula begins with an apostrophe.
///
/// # Errors
///
/// When `out` fails.
pub fn statement_csv(names: &Names<'_>, statements: &[CustomerStatement], out: impl Write) -> Result<(), PaperError> {
    let failed = |error: csv::Error| PaperError::Failed {
        attempt: "write statements as CSV".to_owned(),
        cause: error.to_string(),
    };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(COLUMNS).map_err(failed)?;
    for statement in statements {
        for line in &statement.lines {
            writer.write_record(priced(names, statement, line)).map_err(failed)?;
        }
        for line in &statement.unpriced {
            writer.write_record(unpriced(names, statement, line)).map_err(failed)?;
        }
    }
    writer.flush().map_err(|error| failed(error.into()))
}

fn priced(names: &Names<'_>, statement: &CustomerStatement, line: &StatementLine) -> Vec<String> {
    let count = line.local_subscriptions.map_or_else(String::new, |count| count.to_string());
    let mut cells = about(names, statement, &line.stamp, count, &line.meter);
    cells.extend([line.scope.word().to_owned(), line.quantity.to_string(), unit(names, &line.meter)]);
    cells.extend([line.unit_price.decimal.clone(), line.per.to_string(), line.amount.decimal()]);
    let note = if line.unit_price.is_cut { "unit price cut to 12 decimals" } else { "" };
    cells.extend([statement.currency.code().to_owned(), note.to_owned()]);
    cells
}

fn unpriced(names: &Names<'_>, statement: &CustomerStatement, line: &UnpricedLine) -> Vec<String> {
    let mut cells = about(names, statement, &line.stamp, String::new(), &line.meter);
    cells.extend([line.scope.word().to_owned(), line.quantity.to_string(), unit(names, &line.meter)]);
    cells.extend([String::new(), String::new(), String::new(), String::new(), "not priced yet".to_owned()]);
    cells
}

fn about(
    names: &Names<'_>,
    statement: &CustomerStatement,
    stamp: &model::CloudId,
    local_subscriptions: String,
    meter: &model::MeterId,
) -> Vec<String> {
    let service = names.known_meter(meter).map_or("", |meter| meter.family.word());
    vec![
        safe(statement.partner.as_str()),
        safe(&statement.partner_name),
        safe(statement.customer.as_str()),
        safe(&statement.customer_name),
        statement.month.to_string(),
        if statement.issued { "closed" } else { "preliminary" }.to_owned(),
        safe(stamp.as_str()),
        safe(names.stamp(stamp).name),
        local_subscriptions,
        safe(meter.as_str()),
        safe(names.meter(meter).name),
        service.to_owned(),
    ]
}

fn unit(names: &Names<'_>, meter: &model::MeterId) -> String {
    names.known_meter(meter).map_or("", |meter| meter.unit.word()).to_owned()
}

/// A text of a user that no spreadsheet takes for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
