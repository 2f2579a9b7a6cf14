use parquet::file::reader::{FileReader, SerializedFileReader};

use super::{TableValue, steps, write_table};
use crate::focus::{ColumnKind, Format};

const COLUMNS: &[(&str, ColumnKind)] = &[("Name", ColumnKind::Text), ("Amount", ColumnKind::Decimal)];

fn rows() -> Vec<Vec<TableValue>> {
    [("=1+1", "-12.5"), ("plain, with a comma", "0.1234567890123456"), ("-a", ""), ("@x", "=2")]
        .map(|(name, number)| vec![TableValue::Text(name.to_owned()), TableValue::Number(number.to_owned())])
        .to_vec()
}

#[test]
fn texts_are_no_formulas_and_numbers_stay_numbers() {
    let text = String::from_utf8(write_table(Format::Csv, COLUMNS, &rows()).unwrap()).unwrap();
    let lines = ["Name,Amount", "'=1+1,-12.5", "\"plain, with a comma\",0.1234567890123456", "'-a,", "'@x,'=2", ""];
    assert_eq!(text, lines.join("\n"));
}

#[test]
fn a_parquet_file_has_the_rows_and_refuses_what_is_no_number() {
    assert!(write_table(Format::Parquet, COLUMNS, &rows()).is_err());
    let file = write_table(Format::Parquet, COLUMNS, &rows()[..3]).unwrap();
    let reader = SerializedFileReader::new(parquet_bytes(&file)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 3);
}

fn parquet_bytes(file: &[u8]) -> std::fs::File {
    use std::io::Write as _;
    let mut kept = tempfile::tempfile().unwrap();
    kept.write_all(file).unwrap();
    kept
}

#[test]
fn decimals_are_cut_after_the_twelfth_digit() {
    let table = [
        ("1", Some(1_000_000_000_000)),
        ("-0.5", Some(-500_000_000_000)),
        ("0.1234567890129", Some(123_456_789_012)),
        ("", None),
        ("1e3", None),
        ("99999999999999999999999999999999999999999", None),
    ];
    for (text, expected) in table {
        assert_eq!(steps(text), expected, "{text}");
    }
}
