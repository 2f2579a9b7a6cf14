//! FOCUS: a table as values separated by commas, or as Parquet in groups of rows of a bounded size.

use std::{borrow::Cow, io::Write, sync::Arc};

use model::Second;
use parquet::{
    basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as PhysicalType, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int64Type},
    errors::ParquetError,
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::types::{Type, TypePtr},
};

use super::{ColumnKind, Format};
use crate::row::{DECIMALS, RowError, decimal, plain};

/// How many rows are kept in memory until they are written as a group. Unit: rows.
const GROUP_ROWS: usize = 32_768;
/// Digits of a decimal. Source: Apache Parquet format, logical type DECIMAL: 16 bytes hold 38 digits.
const DIGITS: i32 = 38;
const MICROSECONDS: i64 = 1_000_000;

/// A value of a table.
pub(crate) enum Cell<'a> {
    /// Nothing is said.
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A number. Unit: 10^-12.
    Decimal(i128),
    /// A moment.
    Time(Second),
}

impl<'a> Cell<'a> {
    /// A text; nothing when it is empty.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    /// What may not be there.
    pub(crate) fn option<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Null, cell)
    }
}

/// A table that is being written, cell by cell.
pub(crate) enum Sheet<W: Write + Send> {
    Csv(Box<csv::Writer<W>>),
    Parquet(Box<ParquetSheet<W>>),
}

impl<W: Write + Send> Sheet<W> {
    pub(crate) fn new(out: W, format: Format, columns: &[(&'static str, ColumnKind)]) -> Result<Self, RowError> {
        match format {
            Format::Csv => {
                let mut out = csv::Writer::from_writer(out);
                out.write_record(columns.iter().map(|(name, _)| *name))?;
                Ok(Self::Csv(Box::new(out)))
            }
            Format::Parquet => Ok(Self::Parquet(Box::new(ParquetSheet::new(out, columns)?))),
        }
    }

    /// Adds the next cell of a row.
    pub(crate) fn cell(&mut self, cell: Cell<'_>) -> Result<(), RowError> {
        match self {
            Self::Csv(out) => match cell {
                Cell::Null => out.write_field("")?,
                Cell::Text(text) => out.write_field(plain(&text).as_ref())?,
                Cell::Decimal(value) => out.write_field(decimal(value, DECIMALS))?,
                Cell::Time(moment) => out.write_field(moment.to_string())?,
            },
            Self::Parquet(sheet) => sheet.cell(cell)?,
        }
        Ok(())
    }

    /// Ends a row that has a cell for each column.
    pub(crate) fn end_of_row(&mut self) -> Result<(), RowError> {
        match self {
            Self::Csv(out) => out.write_record(None::<&[u8]>)?,
            Self::Parquet(sheet) => sheet.end_of_row()?,
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(), RowError> {
        match self {
            Self::Csv(mut out) => out.flush()?,
            Self::Parquet(sheet) => sheet.finish()?,
        }
        Ok(())
    }
}

/// The cells of a column that wait for their group to be full.
enum Waiting {
    Text(Vec<ByteArray>),
    Decimal(Vec<FixedLenByteArray>),
    Time(Vec<i64>),
}

struct ParquetColumn {
    /// For each row, 1 where there is a value.
    present: Vec<i16>,
    waiting: Waiting,
    /// The text or decimal that came last. Rows that follow each other say mostly the same.
    last: Last,
}

/// Bytes that came last.
struct Last(ByteArray);

impl Last {
    /// The same bytes again if they are, and otherwise these.
    fn again(&mut self, bytes: &[u8]) -> ByteArray {
        if self.0.data() != bytes {
            self.0 = ByteArray::from(bytes.to_vec());
        }
        self.0.clone()
    }
}

/// A Parquet file that is being written.
pub(crate) struct ParquetSheet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<ParquetColumn>,
    /// The column that the next cell is for.
    next: usize,
    rows: usize,
}

impl<W: Write + Send> ParquetSheet<W> {
    fn new(out: W, columns: &[(&'static str, ColumnKind)]) -> Result<Self, RowError> {
        let properties = WriterProperties::builder()
            .set_created_by("tallybridge".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        let file = SerializedFileWriter::new(out, schema(columns)?, Arc::new(properties))?;
        let waiting = |kind: ColumnKind| match kind {
            ColumnKind::Text => Waiting::Text(Vec::new()),
            ColumnKind::Decimal => Waiting::Decimal(Vec::new()),
            ColumnKind::Time => Waiting::Time(Vec::new()),
        };
        let column =
            |kind| ParquetColumn { present: Vec::new(), waiting: waiting(kind), last: Last(ByteArray::from("")) };
        Ok(Self { file, columns: columns.iter().map(|(_, kind)| column(*kind)).collect(), next: 0, rows: 0 })
    }

    fn cell(&mut self, cell: Cell<'_>) -> Result<(), RowError> {
        let Some(column) = self.columns.get_mut(self.next) else {
            return Err(ParquetError::General(format!("a row has more than {} cells", self.next)).into());
        };
        column.present.push(i16::from(!matches!(cell, Cell::Null)));
        match (cell, &mut column.waiting) {
            (Cell::Null, _) => {}
            (Cell::Text(text), Waiting::Text(values)) => {
                values.push(column.last.again(text.as_bytes()));
            }
            (Cell::Decimal(value), Waiting::Decimal(values)) => {
                values.push(FixedLenByteArray::from(column.last.again(&value.to_be_bytes())));
            }
            (Cell::Time(moment), Waiting::Time(values)) => values.push(moment.0.saturating_mul(MICROSECONDS)),
            _ => return Err(ParquetError::General("a cell is not of its column's kind".to_owned()).into()),
        }
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    fn end_of_row(&mut self) -> Result<(), RowError> {
        self.next = 0;
        self.rows = self.rows.saturating_add(1);
        if self.rows >= GROUP_ROWS { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<(), RowError> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut writer) = group.next_column()? else { break };
            let present = Some(column.present.as_slice());
            match &mut column.waiting {
                Waiting::Text(values) => {
                    writer.typed::<ByteArrayType>().write_batch(values, present, None)?;
                    values.clear();
                }
                Waiting::Decimal(values) => {
                    writer.typed::<FixedLenByteArrayType>().write_batch(values, present, None)?;
                    values.clear();
                }
                Waiting::Time(values) => {
                    writer.typed::<Int64Type>().write_batch(values, present, None)?;
                    values.clear();
                }
            }
            writer.close()?;
            column.present.clear();
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<(), RowError> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.file.close()?;
        Ok(())
    }
}

fn schema(columns: &[(&'static str, ColumnKind)]) -> Result<TypePtr, ParquetError> {
    let field = |(name, kind): &(&'static str, ColumnKind)| {
        let physical = match kind {
            ColumnKind::Text => PhysicalType::BYTE_ARRAY,
            ColumnKind::Decimal => PhysicalType::FIXED_LEN_BYTE_ARRAY,
            ColumnKind::Time => PhysicalType::INT64,
        };
        let builder = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_converted_type(ConvertedType::NONE);
        let scale = i32::try_from(DECIMALS).unwrap_or_default();
        let builder = match kind {
            ColumnKind::Text => builder.with_logical_type(Some(LogicalType::String)),
            ColumnKind::Decimal => builder
                .with_length(16)
                .with_precision(DIGITS)
                .with_scale(scale)
                .with_logical_type(Some(LogicalType::decimal(scale, DIGITS))),
            ColumnKind::Time => builder.with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        };
        builder.build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("focus").with_fields(fields).build()?))
}

#[cfg(test)]
mod tests;
