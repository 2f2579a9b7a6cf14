//! Tests of tables: what is written as Parquet is read back.

use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};

use super::*;

/// Writes rows of all kinds of cells, every third of them empty.
fn file(rows: usize) -> Vec<u8> {
    let columns = vec![("Name", ColumnKind::Text), ("Cost", ColumnKind::Decimal), ("Time", ColumnKind::Time)];
    let mut bytes = Vec::new();
    let mut sheet = Sheet::new(&mut bytes, Format::Parquet, &columns).unwrap();
    for row in 0..rows {
        let number = i64::try_from(row).unwrap();
        if row % 3 == 0 {
            (0..3).for_each(|_| sheet.cell(Cell::Null).unwrap());
        } else {
            sheet.cell(Cell::text(format!("=row {}", row / 10))).unwrap();
            sheet.cell(Cell::Decimal(i128::from(-number) * 10_i128.pow(24) - 1)).unwrap();
            sheet.cell(Cell::Time(Second(number * 3_600))).unwrap();
        }
        sheet.end_of_row().unwrap();
    }
    sheet.finish().unwrap();
    bytes
}

#[test]
fn what_is_written_as_parquet_is_read_back_group_by_group() {
    let rows = GROUP_ROWS + 5;
    let bytes = file(rows);
    assert_eq!(bytes, file(rows), "the same rows give the same bytes");
    let mut kept = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut kept, &bytes).unwrap();
    let reader = SerializedFileReader::new(kept).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let mut count = 0;
    for (row, number) in reader.get_row_iter(None).unwrap().zip(0_i64..) {
        let row = row.unwrap();
        let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        count += 1;
        let [name, cost, time] = fields.as_slice() else { panic!("three columns") };
        if number % 3 == 0 {
            assert!(fields.iter().all(|field| **field == Field::Null));
            continue;
        }
        assert_eq!(**name, Field::Str(format!("=row {}", number / 10)));
        assert_eq!(**time, Field::TimestampMicros(number * 3_600_000_000));
        let Field::Decimal(cost) = cost else { panic!("a decimal") };
        let value = i128::from_be_bytes(cost.data().try_into().unwrap());
        assert_eq!((value, cost.scale()), (i128::from(-number) * 10_i128.pow(24) - 1, 12));
    }
    assert_eq!(count, rows);
}
