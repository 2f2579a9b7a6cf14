//! Read: rows from a Parquet file.

use std::collections::HashMap;

use bytes::Bytes;
use foldhash::fast::RandomState;
use model::{
    DirectoryId, LocalSubscriptionId, MeterId, Quantity, ResourceNumber, Second, Subscriber, UsageRow, WindowRows,
};
use parquet::{
    column::reader::get_typed_column_reader,
    data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        reader::{FileReader, RowGroupReader},
        serialized_reader::SerializedFileReader,
    },
};

use super::format;

/// Why a segment cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SegmentDamage(String);

impl From<ParquetError> for SegmentDamage {
    fn from(error: ParquetError) -> Self {
        Self(error.to_string())
    }
}

const MILLISECONDS_PER_SECOND: i64 = 1_000;

/// How many values are read from a column at once. Unit: values.
const CHUNK: usize = 1 << 16;

type Outcome<T> = std::result::Result<T, SegmentDamage>;

/// Reads the rows that [`super::encode`] wrote. Names come in the order in which the rows first use them.
///
/// # Errors
///
/// When the bytes are no segment, or a name, time or quantity in it cannot be read.
pub fn decode(bytes: &[u8]) -> Outcome<WindowRows> {
    let file = SerializedFileReader::new(Bytes::copy_from_slice(bytes))?;
    let metadata = file.metadata().file_metadata();
    let notes = metadata.key_value_metadata().map(Vec::as_slice).unwrap_or_default();
    let format = notes.iter().find(|note| note.key == format::FORMAT_KEY).and_then(|note| note.value.as_deref());
    if format != Some(format::FORMAT) {
        return Err(SegmentDamage(format!("it has the format {format:?} instead of {}", format::FORMAT)));
    }
    if metadata.schema() != format::schema()?.as_ref() {
        return Err(SegmentDamage("it has other columns than a segment".to_owned()));
    }
    let mut rows = WindowRows::default();
    for index in 0..file.num_row_groups() {
        read_group(file.get_row_group(index)?.as_ref(), &mut rows)?;
    }
    Ok(rows)
}

fn read_group(group: &dyn RowGroupReader, into: &mut WindowRows) -> Outcome<()> {
    let count = usize::try_from(group.metadata().num_rows()).map_err(|_| wrong("number of rows"))?;
    let subscriptions = read_column::<ByteArrayType>(group, 0, count)?;
    let tenants = read_tenants(group, count)?;
    let meters = read_column::<ByteArrayType>(group, 2, count)?;
    let resources = read_column::<Int32Type>(group, 3, count)?;
    let below = read_column::<Int32Type>(group, 4, count)?;
    let starts = read_column::<Int64Type>(group, 5, count)?;
    let ends = read_column::<Int64Type>(group, 6, count)?;
    let quantities = read_column::<ByteArrayType>(group, 7, count)?;

    let mut subscribers = Numbers::default();
    let mut meter_numbers = Numbers::default();
    into.rows.reserve(count);
    let numbers = resources.into_iter().zip(below).zip(starts.into_iter().zip(ends));
    let names = subscriptions.iter().zip(&tenants).zip(&meters);
    for ((((subscription, tenant), meter), quantity), ((resource, below), (start, end))) in
        names.zip(&quantities).zip(numbers)
    {
        let tenant = tenant.as_ref().map(ByteArray::data);
        let subscriber = subscribers.number((subscription.data(), tenant), || {
            into.subscribers.push(read_subscriber(subscription.data(), tenant)?);
            Ok(())
        })?;
        let meter = meter_numbers.number((meter.data(), None), || {
            into.meters
                .push(text(meter.data()).and_then(|text| MeterId::new(text).ok()).ok_or_else(|| wrong("meter"))?);
            Ok(())
        })?;
        let number = text(quantity.data()).ok_or_else(|| wrong("quantity"))?;
        let text_start = u32::try_from(into.number_texts.len()).map_err(|_| wrong("size of all quantities"))?;
        into.number_texts.push_str(number);
        let resource = resource.cast_unsigned();
        let address = resource.checked_sub(below.cast_unsigned()).ok_or_else(|| wrong("address"))?;
        into.rows.push(UsageRow {
            subscriber,
            meter,
            resource: ResourceNumber(resource),
            address: ResourceNumber(address),
            start: read_second(start)?,
            end: read_second(end)?,
            quantity: Quantity::parse(number).map_err(|_| SegmentDamage(format!("the quantity {number:?} is none")))?,
            text_start,
            text_length: u8::try_from(number.len()).map_err(|_| wrong("length of a quantity"))?,
        });
    }
    Ok(())
}

fn wrong(what: &str) -> SegmentDamage {
    SegmentDamage(format!("a {what} cannot be read"))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn read_subscriber(subscription: &[u8], tenant: Option<&[u8]>) -> Outcome<Subscriber> {
    let subscription = text(subscription).and_then(|text| LocalSubscriptionId::new(text).ok());
    Ok(Subscriber {
        subscription: subscription.ok_or_else(|| wrong("local subscription"))?,
        tenant: match tenant {
            Some(tenant) => {
                Some(text(tenant).and_then(|text| DirectoryId::new(text).ok()).ok_or_else(|| wrong("tenant"))?)
            }
            None => None,
        },
    })
}

fn read_second(milliseconds: i64) -> Outcome<Second> {
    if milliseconds.rem_euclid(MILLISECONDS_PER_SECOND) != 0 {
        return Err(wrong("time of use"));
    }
    Ok(Second(milliseconds.div_euclid(MILLISECONDS_PER_SECOND)))
}

/// A name, or a local subscription with its tenant.
type NameBytes<'a> = (&'a [u8], Option<&'a [u8]>);

/// Numbers from 0 for names in the order in which they come.
#[derive(Default)]
struct Numbers<'a> {
    known: HashMap<NameBytes<'a>, u32, RandomState>,
}

impl<'a> Numbers<'a> {
    fn number(&mut self, name: NameBytes<'a>, add: impl FnOnce() -> Outcome<()>) -> Outcome<u32> {
        if let Some(number) = self.known.get(&name) {
            return Ok(*number);
        }
        add()?;
        let number = u32::try_from(self.known.len()).map_err(|_| wrong("number of names"))?;
        self.known.insert(name, number);
        Ok(number)
    }
}

fn read_column<T: DataType>(group: &dyn RowGroupReader, index: usize, count: usize) -> Outcome<Vec<T::T>> {
    let mut reader = get_typed_column_reader::<T>(group.get_column_reader(index)?);
    let mut values = Vec::new();
    while values.len() < count {
        let (records, _, _) = reader.read_records(CHUNK, None, None, &mut values)?;
        if records == 0 {
            return Err(wrong("column"));
        }
    }
    Ok(values)
}

fn read_tenants(group: &dyn RowGroupReader, count: usize) -> Outcome<Vec<Option<ByteArray>>> {
    let mut reader = get_typed_column_reader::<ByteArrayType>(group.get_column_reader(1)?);
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    while levels.len() < count {
        let (records, _, _) = reader.read_records(CHUNK, Some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Err(wrong("column"));
        }
    }
    let mut values = values.into_iter();
    let tenants = levels.into_iter().map(|level| if level == 0 { Ok(None) } else { values.next().map(Some).ok_or(()) });
    tenants.collect::<Result<_, ()>>().map_err(|()| wrong("tenant"))
}
