//! Read: rows from a Parquet file.

use std::{
    collections::{HashMap, hash_map::Entry},
    str::FromStr,
};

use bytes::Bytes;
use foldhash::fast::RandomState;
use model::{DirectoryId, LocalSubscriptionId, Quantity, ResourceNumber, Second, Subscriber, UsageRow, WindowRows};
use parquet::{
    column::reader::get_typed_column_reader,
    data_type::{DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        reader::{FileReader, RowGroupReader},
        serialized_reader::SerializedFileReader,
    },
};

use super::{format, texts::ReadTexts};

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
    // The Parquet library may panic on numbers that were changed; what is damaged must be an answer.
    std::panic::catch_unwind(|| read_file(bytes))
        .unwrap_or_else(|_| Err(SegmentDamage("its numbers cannot be unpacked".to_owned())))
}

fn read_file(bytes: &[u8]) -> Outcome<WindowRows> {
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
    match file.num_row_groups() {
        0 => Ok(WindowRows::default()),
        1 => read_group(file.get_row_group(0)?.as_ref()),
        groups => Err(SegmentDamage(format!("it has {groups} groups of rows instead of one"))),
    }
}

fn read_group(group: &dyn RowGroupReader) -> Outcome<WindowRows> {
    let count = usize::try_from(group.metadata().num_rows()).map_err(|_| wrong("number of rows"))?;
    let subscriptions = ReadTexts::read(group.get_column_page_reader(0)?, count, false)?;
    let tenants = ReadTexts::read(group.get_column_page_reader(1)?, count, true)?;
    let meters = ReadTexts::read(group.get_column_page_reader(2)?, count, false)?;
    let resources = read_column::<Int32Type>(group, 3, count)?;
    let below = read_column::<Int32Type>(group, 4, count)?;
    let starts = read_column::<Int64Type>(group, 5, count)?;
    let ends = read_column::<Int64Type>(group, 6, count)?;
    let quantities = ReadTexts::read(group.get_column_page_reader(7)?, count, false)?;

    let (subscribers, subscriber_indices) = read_subscribers(&subscriptions, &tenants)?;
    let quantity_values = quantities.texts().map(read_quantity).collect::<Outcome<Vec<_>>>()?;
    let mut rows = WindowRows {
        subscribers,
        meters: meters.texts().map(|meter| read_id(meter, "meter")).collect::<Outcome<_>>()?,
        number_texts: String::new(),
        rows: Vec::with_capacity(count),
    };
    let names = subscriber_indices.into_iter().zip(&meters.indices).zip(&quantities.indices);
    let numbers = resources.into_iter().zip(below).zip(starts.into_iter().zip(ends));
    for (((subscriber, meter), quantity), ((resource, below), (start, end))) in names.zip(numbers) {
        let index = quantity.and_then(|index| usize::try_from(index).ok());
        let (text, quantity) =
            index.and_then(|index| quantity_values.get(index)).copied().ok_or_else(|| wrong("quantity"))?;
        let text_start = u32::try_from(rows.number_texts.len()).map_err(|_| wrong("size of all quantities"))?;
        rows.number_texts.push_str(text);
        let resource = resource.cast_unsigned();
        let address = resource.checked_sub(below.cast_unsigned()).ok_or_else(|| wrong("address"))?;
        rows.rows.push(UsageRow {
            subscriber,
            meter: meter.ok_or_else(|| wrong("meter"))?,
            resource: ResourceNumber(resource),
            address: ResourceNumber(address),
            start: read_second(start)?,
            end: read_second(end)?,
            quantity,
            text_start,
            text_length: u8::try_from(text.len()).map_err(|_| wrong("length of a quantity"))?,
        });
    }
    Ok(rows)
}

/// The subscribers in the order in which rows first use them, and for each row which one.
fn read_subscribers(subscriptions: &ReadTexts, tenants: &ReadTexts) -> Outcome<(Vec<Subscriber>, Vec<u32>)> {
    let subscription_ids: Vec<LocalSubscriptionId> =
        subscriptions.texts().map(|text| read_id(text, "local subscription")).collect::<Outcome<_>>()?;
    let tenant_ids: Vec<DirectoryId> = tenants.texts().map(|text| read_id(text, "tenant")).collect::<Outcome<_>>()?;
    let mut known: HashMap<(u32, Option<u32>), u32, RandomState> = HashMap::default();
    let mut subscribers = Vec::new();
    let mut numbers = Vec::with_capacity(subscriptions.indices.len());
    for (subscription, tenant) in subscriptions.indices.iter().zip(&tenants.indices) {
        let subscription = subscription.ok_or_else(|| wrong("local subscription"))?;
        let number = match known.entry((subscription, *tenant)) {
            Entry::Occupied(number) => *number.get(),
            Entry::Vacant(fresh) => {
                let number = u32::try_from(subscribers.len()).map_err(|_| wrong("number of subscribers"))?;
                subscribers.push(Subscriber {
                    subscription: find(&subscription_ids, subscription, "local subscription")?,
                    tenant: tenant.map(|tenant| find(&tenant_ids, tenant, "tenant")).transpose()?,
                });
                *fresh.insert(number)
            }
        };
        numbers.push(number);
    }
    Ok((subscribers, numbers))
}

fn find<T: Clone>(list: &[T], index: u32, what: &str) -> Outcome<T> {
    usize::try_from(index).ok().and_then(|index| list.get(index)).cloned().ok_or_else(|| wrong(what))
}

fn read_id<T: FromStr>(text: &[u8], what: &str) -> Outcome<T> {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or_else(|| wrong(what))
}

fn read_quantity(text: &[u8]) -> Outcome<(&str, Quantity)> {
    let text = std::str::from_utf8(text).map_err(|_| wrong("quantity"))?;
    let quantity = Quantity::parse(text).map_err(|_| SegmentDamage(format!("the quantity {text:?} is none")))?;
    Ok((text, quantity))
}

fn wrong(what: &str) -> SegmentDamage {
    SegmentDamage(format!("a {what} cannot be read"))
}

fn read_second(milliseconds: i64) -> Outcome<Second> {
    if milliseconds.rem_euclid(MILLISECONDS_PER_SECOND) != 0 {
        return Err(wrong("time of use"));
    }
    Ok(Second(milliseconds.div_euclid(MILLISECONDS_PER_SECOND)))
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
