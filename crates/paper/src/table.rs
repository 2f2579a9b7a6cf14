//! Table: what somebody looks at as a file of rows and columns, as values separated by commas or as Parquet.

use model::Overflow;

use crate::{
    focus::{
        ColumnKind, Format,
        sheet::{Cell, Sheet},
    },
    row::{DECIMALS, RowError, plain},
};

/// A value of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableValue {
    /// Text; nothing when it is empty.
    Text(String),
    /// A number as an exact decimal such as `-1234.5`; nothing when it is empty.
    Number(String),
}

/// Writes a table whose rows have a value for each column. Parquet has 12 decimals; what is beyond them is cut there.
///
/// # Errors
///
/// When a number is none or does not fit, or a row has too many values.
pub fn write_table(
    format: Format,
    columns: &[(&'static str, ColumnKind)],
    rows: &[Vec<TableValue>],
) -> Result<Vec<u8>, RowError> {
    let mut out = Vec::new();
    match format {
        Format::Csv => {
            let mut file = csv::Writer::from_writer(&mut out);
            file.write_record(columns.iter().map(|(name, _)| *name))?;
            for row in rows {
                for value in row {
                    match value {
                        TableValue::Number(text) if is_decimal(text) => file.write_field(text)?,
                        TableValue::Text(text) | TableValue::Number(text) => file.write_field(plain(text).as_ref())?,
                    }
                }
                file.write_record(None::<&[u8]>)?;
            }
            file.flush()?;
        }
        Format::Parquet => {
            let mut sheet = Sheet::new(&mut out, format, columns)?;
            for row in rows {
                for value in row {
                    sheet.cell(match value {
                        TableValue::Text(text) => Cell::text(text.as_str()),
                        TableValue::Number(text) if text.is_empty() => Cell::Null,
                        TableValue::Number(text) => Cell::Decimal(steps(text).ok_or(Overflow)?),
                    })?;
                }
                sheet.end_of_row()?;
            }
            sheet.finish()?;
        }
    }
    Ok(out)
}

/// Whether a text is a plain decimal, which a spreadsheet may take for what it is.
fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(fraction)
}

/// A decimal in steps of its last kept digit. Unit: 10^-12.
fn steps(text: &str) -> Option<i128> {
    if !is_decimal(text) {
        return None;
    }
    let places = usize::try_from(DECIMALS).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let kept: String = fraction.chars().take(places).collect();
    format!("{whole}{kept:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests;
