//! Write: rows to a Parquet file, column by column. What follows from the rows alone is written, so that the same rows give
//! the same bytes.

use std::{
    collections::{HashMap, hash_map::Entry},
    io::Write,
    ops::Range,
    sync::Arc,
};

use foldhash::fast::RandomState;
use model::{CloudId, Day, Hour, Second, UsageRow, WindowRows};
use parquet::{
    data_type::{DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::writer::{SerializedFileWriter, SerializedRowGroupWriter},
    schema::types::ColumnDescPtr,
};
use sha2::{Digest, Sha256};

use super::{Segment, format, texts::TextColumn};
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
        let columns: Vec<ColumnDescPtr> = file.schema_descr().columns().to_vec();
        let [subscription, tenant, meter, _, _, _, _, quantity] = columns.as_slice() else {
            return Err(Problem::Row("a column"));
        };
        let (subscriptions, tenants) = subscribers(rows)?;
        let mut group = file.next_row_group()?;
        subscriptions.append(&mut group, Arc::clone(subscription))?;
        tenants.append(&mut group, Arc::clone(tenant))?;
        meters(rows)?.append(&mut group, Arc::clone(meter))?;
        write_numbers(&mut group, &rows.rows)?;
        quantities(rows)?.append(&mut group, Arc::clone(quantity))?;
        group.close()?;
    }
    let bytes = file.into_inner()?;
    let hash = Sha256::digest(&bytes).into();
    let count = u64::try_from(rows.rows.len()).map_err(|_| Problem::Row("a position"))?;
    Ok(Segment { bytes, hash, rows: count, days: days(&rows.rows)? })
}

/// Gives each text an index, in the order in which they come.
#[derive(Default)]
struct Indices<'a> {
    texts: Vec<&'a str>,
    known: HashMap<&'a str, u32, RandomState>,
}

impl<'a> Indices<'a> {
    fn index(&mut self, text: &'a str) -> std::result::Result<u32, Problem> {
        match self.known.entry(text) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(fresh) => {
                let index = u32::try_from(self.texts.len()).map_err(|_| Problem::Row("a text"))?;
                self.texts.push(text);
                Ok(*fresh.insert(index))
            }
        }
    }
}

/// The columns of the local subscriptions and of their tenants. The rows already carry the number of the pair.
fn subscribers(rows: &WindowRows) -> std::result::Result<(TextColumn<'_>, TextColumn<'_>), Problem> {
    let (mut subscriptions, mut tenants) = (Indices::default(), Indices::default());
    let mut pairs: Vec<Option<(u32, Option<u32>)>> = vec![None; rows.subscribers.len()];
    let (mut subscription_column, mut tenant_column) = (TextColumn::default(), TextColumn::default());
    for row in &rows.rows {
        let pair = find_mut(&mut pairs, row.subscriber).ok_or(Problem::Row("a subscriber"))?;
        let (subscription, tenant) = if let Some(pair) = pair {
            *pair
        } else {
            let subscriber = rows.subscriber(row).ok_or(Problem::Row("a subscriber"))?;
            let tenant = subscriber.tenant.as_ref().map(|tenant| tenants.index(tenant.as_str())).transpose()?;
            *pair.insert((subscriptions.index(subscriber.subscription.as_str())?, tenant))
        };
        subscription_column.indices.push(subscription);
        tenant_column.present.push(u32::from(tenant.is_some()));
        tenant_column.indices.extend(tenant);
    }
    subscription_column.texts = subscriptions.texts;
    tenant_column.texts = tenants.texts;
    Ok((subscription_column, tenant_column))
}

fn meters(rows: &WindowRows) -> std::result::Result<TextColumn<'_>, Problem> {
    let mut texts = Indices::default();
    let mut known: Vec<Option<u32>> = vec![None; rows.meters.len()];
    let mut column = TextColumn::default();
    for row in &rows.rows {
        let index = find_mut(&mut known, row.meter).ok_or(Problem::Row("a meter"))?;
        let index = match index {
            Some(index) => *index,
            None => *index.insert(texts.index(rows.meter(row).ok_or(Problem::Row("a meter"))?.as_str())?),
        };
        column.indices.push(index);
    }
    column.texts = texts.texts;
    Ok(column)
}

fn quantities(rows: &WindowRows) -> std::result::Result<TextColumn<'_>, Problem> {
    let mut texts = Indices::default();
    let mut column = TextColumn { indices: Vec::with_capacity(rows.rows.len()), ..TextColumn::default() };
    for row in &rows.rows {
        // A text outside the list of texts comes back empty, as does one of no length.
        let text = Some(rows.number_text(row)).filter(|text| !text.is_empty());
        column.indices.push(texts.index(text.ok_or(Problem::Row("the text of a quantity"))?)?);
    }
    column.texts = texts.texts;
    Ok(column)
}

fn find_mut<T>(list: &mut [T], index: u32) -> Option<&mut T> {
    usize::try_from(index).ok().and_then(|index| list.get_mut(index))
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
