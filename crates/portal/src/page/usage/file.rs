//! File: the rows of an answer, all of them, to be kept. The heads of columns are the same in every language.

use paper::{
    TableValue,
    focus::{ColumnKind, Format},
};

use super::{
    Answered,
    found::{Row, share},
    question::By,
};
use crate::{
    fault::Fault,
    name,
    reply::{Reply, file},
    visit::Visit,
};

/// The head of the column of names.
fn head(by: By) -> &'static str {
    match by {
        By::Customer => "Customer",
        By::Meter => "Meter",
        By::Day => "Day",
        By::Stamp => "Stamp",
        By::Subscription => "Subscription",
        By::Tenant => "Tenant",
        By::Resource => "Resource",
        By::Hour => "Hour",
    }
}

pub(super) fn csv(visit: &Visit<'_>) -> Reply {
    write(visit, Format::Csv, "csv", "text/csv; charset=utf-8")
}

pub(super) fn parquet(visit: &Visit<'_>) -> Reply {
    write(visit, Format::Parquet, "parquet", "application/vnd.apache.parquet")
}

fn write(visit: &Visit<'_>, format: Format, ending: &str, content_type: &'static str) -> Reply {
    let answered = super::answered(visit)?;
    let by = answered.question.by;
    let mut columns = vec![(head(by), ColumnKind::Text), ("Id", ColumnKind::Text)];
    if by.is_in_rows() {
        columns.extend([("Meter", ColumnKind::Text), ("MeterId", ColumnKind::Text)]);
    }
    if answered.has_quantity() {
        columns.extend([("Quantity", ColumnKind::Decimal), ("Unit", ColumnKind::Text)]);
    }
    if !by.is_in_rows() {
        let money =
            [("Amount", ColumnKind::Decimal), ("Currency", ColumnKind::Text), ("SharePercent", ColumnKind::Decimal)];
        columns.extend(money);
    }
    let rows: Vec<Vec<TableValue>> = answered.found.rows.iter().map(|row| cells(visit, &answered, row)).collect();
    let bytes =
        paper::write_table(format, &columns, &rows).map_err(|error| Fault::Failed(format!("export usage: {error}")))?;
    let question = &answered.question;
    let period = question.day.map_or_else(|| question.month.to_string(), |day| day.to_string());
    file(format!("usage-{period}-by-{}.{ending}", by.word()), content_type, bytes)
}

fn cells(visit: &Visit<'_>, answered: &Answered, row: &Row) -> Vec<TableValue> {
    let text = |text: &str| TableValue::Text(text.to_owned());
    let number = TableValue::Number;
    let id = if row.id.is_empty() && answered.question.by == By::Resource { &row.name } else { &row.id };
    let mut cells = vec![text(&row.name), text(id)];
    if answered.question.by.is_in_rows() {
        let meter = row.meter.as_ref();
        cells.push(TableValue::Text(meter.map(name::meter).unwrap_or_default()));
        cells.push(text(meter.map(model::MeterId::as_str).unwrap_or_default()));
    }
    if answered.has_quantity() {
        let unit = row.meter.as_ref().map(|meter| name::unit(visit.language, meter)).unwrap_or_default();
        cells.extend([number(row.quantity.to_string()), TableValue::Text(unit)]);
    }
    if let Some(minor) = row.minor {
        let money = answered.book.money(minor);
        cells.push(number(money.decimal()));
        cells.push(text(money.currency.code()));
        cells.push(number(share(minor, answered.found.minor).unwrap_or_default()));
    }
    cells
}
