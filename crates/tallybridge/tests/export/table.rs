//! Table: a file of values separated by commas, read back.

use std::{collections::BTreeMap, path::Path};

/// A row by the names of its columns.
pub type Row = BTreeMap<String, String>;

/// The names of the columns, and the rows.
pub fn read(path: &Path) -> (Vec<String>, Vec<Row>) {
    let mut file = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = file.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    let rows = file.records().map(|record| row(record.unwrap())).collect();
    (names, rows)
}

/// A decimal with up to 12 decimals. Unit: 10^-12.
pub fn number(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= 12, "{text}");
    format!("{whole}{fraction:0<12}").parse().unwrap()
}

/// The sum of a column.
pub fn sum<'a>(rows: impl IntoIterator<Item = &'a Row>, column: &str) -> i128 {
    rows.into_iter().map(|row| number(&row[column])).sum()
}
