//! Write: rows to a Parquet file, column by column.

use std::{io::Write, ops::Range, sync::Arc};

use bytes::Bytes;
use model::{CloudId, Day, Hour, Second, UsageRow, WindowRows};
use parquet::{
    data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::writer::{SerializedFileWriter, SerializedRowGroupWriter},
};
use sha2::{Digest, Sha256};

use super::{Segment, format};
use crate::{Result, StoreError};

/// How many values are handed to a column at once. Unit: values.
const CHUNK: usize = 1024;

const MILLISECONDS_PER_SECOND: i64 = 1_000;

/// Why rows cannot be written.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("{0}")]
    Parquet(#[from] ParquetError),
    #[error("a row has {0} outside its range")]
    Row(&'static str),
}

/// Writes the rows of a window in their order. The same rows give the same bytes.
///
/// # Errors
///
/// When an index, a text or a time of a row does not fit the names it came with.
pub fn encode(rows: &WindowRows, stamp: &CloudId, hour: Hour) -> Result<Segment> {
    encode_rows(rows, stamp, hour).map_err(|problem| StoreError::Damaged {
        place: format!("the new window {hour} of stamp {stamp}"),
        problem: problem.to_string(),
    })
}

fn encode_rows(rows: &WindowRows, stamp: &CloudId, hour: Hour) -> std::result::Result<Segment, Problem> {
    let properties = Arc::new(format::properties(stamp, hour)?);
    let mut file = SerializedFileWriter::new(Vec::new(), format::schema()?, properties)?;
    if !rows.rows.is_empty() {
        let mut group = file.next_row_group()?;
        write_names(&mut group, rows)?;
        write_numbers(&mut group, &rows.rows)?;
        write_quantities(&mut group, rows)?;
        group.close()?;
    }
    let bytes = file.into_inner()?;
    let hash = Sha256::digest(&bytes).into();
    let count = u64::try_from(rows.rows.len()).map_err(|_| Problem::Row("a position"))?;
    Ok(Segment { bytes, hash, rows: count, days: days(&rows.rows)? })
}

fn write_names<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &WindowRows,
) -> std::result::Result<(), Problem> {
    let find = |names: &[ByteArray], index: u32, what| {
        usize::try_from(index).ok().and_then(|index| names.get(index)).cloned().ok_or(Problem::Row(what))
    };
    let subscriptions: Vec<ByteArray> =
        rows.subscribers.iter().map(|subscriber| ByteArray::from(subscriber.subscription.as_str())).collect();
    write_column::<ByteArrayType, _>(group, &rows.rows, |row| find(&subscriptions, row.subscriber, "a subscriber"))?;

    let tenants: Vec<Option<ByteArray>> = rows
        .subscribers
        .iter()
        .map(|subscriber| subscriber.tenant.as_ref().map(|tenant| ByteArray::from(tenant.as_str())))
        .collect();
    write_tenants(group, &rows.rows, &tenants)?;

    let meters: Vec<ByteArray> = rows.meters.iter().map(|meter| ByteArray::from(meter.as_str())).collect();
    write_column::<ByteArrayType, _>(group, &rows.rows, |row| find(&meters, row.meter, "a meter"))
}

fn write_tenants<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[UsageRow],
    tenants: &[Option<ByteArray>],
) -> std::result::Result<(), Problem> {
    let mut column = group.next_column()?.ok_or(Problem::Row("a column"))?;
    let (mut values, mut levels) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
    for chunk in rows.chunks(CHUNK) {
        for row in chunk {
            let tenant = usize::try_from(row.subscriber).ok().and_then(|index| tenants.get(index));
            match tenant.ok_or(Problem::Row("a subscriber"))? {
                Some(tenant) => {
                    values.push(tenant.clone());
                    levels.push(1);
                }
                None => levels.push(0),
            }
        }
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
        values.clear();
        levels.clear();
    }
    Ok(column.close()?)
}

fn write_numbers<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[UsageRow],
) -> std::result::Result<(), Problem> {
    let milliseconds =
        |second: Second| second.0.checked_mul(MILLISECONDS_PER_SECOND).ok_or(Problem::Row("a time of use"));
    write_column::<Int32Type, _>(group, rows, |row| Ok(row.resource.0.cast_signed()))?;
    write_column::<Int32Type, _>(group, rows, |row| {
        let below = row.resource.0.checked_sub(row.address.0).ok_or(Problem::Row("an address"))?;
        Ok(below.cast_signed())
    })?;
    write_column::<Int64Type, _>(group, rows, |row| milliseconds(row.start))?;
    write_column::<Int64Type, _>(group, rows, |row| milliseconds(row.end))
}

fn write_quantities<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &WindowRows,
) -> std::result::Result<(), Problem> {
    let texts = Bytes::copy_from_slice(rows.number_texts.as_bytes());
    write_column::<ByteArrayType, _>(group, &rows.rows, |row| {
        let start = usize::try_from(row.text_start).map_err(|_| Problem::Row("a text"))?;
        let range = start..start.saturating_add(usize::from(row.text_length));
        if range.is_empty() || range.end > texts.len() {
            return Err(Problem::Row("the text of a quantity"));
        }
        Ok(ByteArray::from(texts.slice(range)))
    })
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[UsageRow],
    value: impl Fn(&UsageRow) -> std::result::Result<T::T, Problem>,
) -> std::result::Result<(), Problem> {
    let mut column = group.next_column()?.ok_or(Problem::Row("a column"))?;
    let mut values = Vec::with_capacity(CHUNK);
    for chunk in rows.chunks(CHUNK) {
        for row in chunk {
            values.push(value(row)?);
        }
        column.typed::<T>().write_batch(&values, None, None)?;
        values.clear();
    }
    Ok(column.close()?)
}

/// The days on which the use of the rows began, half-open. A row lies within one day.
fn days(rows: &[UsageRow]) -> std::result::Result<Option<Range<Day>>, Problem> {
    let starts = || rows.iter().map(|row| row.start);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else { return Ok(None) };
    match (first.day(), last.day()) {
        (Some(first), Some(last)) => Ok(Some(first..last.next())),
        _ => Err(Problem::Row("a time of use")),
    }
}
