//! Format: what a segment looks like inside. The same rows always give the same bytes.

use std::sync::{Arc, LazyLock};

use model::{CloudId, Hour};
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties},
    },
    schema::{
        parser::parse_message_type,
        types::{ColumnPath, TypePtr},
    },
};

/// The number of this format, kept in the file under [`FORMAT_KEY`].
pub(super) const FORMAT: &str = "1";
/// The key of the format's number.
pub(super) const FORMAT_KEY: &str = "tallybridge.segment.format";

const SCHEMA: &str = "
    message window {
        REQUIRED BYTE_ARRAY subscription (STRING);
        OPTIONAL BYTE_ARRAY tenant (STRING);
        REQUIRED BYTE_ARRAY meter (STRING);
        REQUIRED INT32 resource (INTEGER(32, false));
        REQUIRED INT32 resource_minus_address (INTEGER(32, false));
        REQUIRED INT64 usage_start (TIMESTAMP(MILLIS, true));
        REQUIRED INT64 usage_end (TIMESTAMP(MILLIS, true));
        REQUIRED BYTE_ARRAY quantity (STRING);
    }";

/// The level of compression. A higher one costs more time than it saves space.
pub(super) const LEVEL: i32 = 1;

/// The most rows of one page. Unit: rows.
const PAGE_ROWS_MAX: usize = 1 << 20;
/// The most bytes of one page. Unit: bytes.
const PAGE_BYTES_MAX: usize = 8 << 20;

/// The level of compression as the Parquet library calls it.
pub(super) fn level() -> Result<ZstdLevel, ParquetError> {
    ZstdLevel::try_new(LEVEL)
}

/// The columns, in the order in which they are written and read.
pub(super) fn schema() -> Result<TypePtr, ParquetError> {
    static PARSED: LazyLock<Result<TypePtr, String>> =
        LazyLock::new(|| parse_message_type(SCHEMA).map(Arc::new).map_err(|error| error.to_string()));
    PARSED.clone().map_err(ParquetError::General)
}

/// How the file of a window is written.
pub(super) fn properties(stamp: &CloudId, hour: Hour) -> Result<WriterProperties, ParquetError> {
    let note = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
    let mut builder = WriterProperties::builder()
        .set_created_by("tallybridge".to_owned())
        .set_compression(Compression::ZSTD(level()?))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_data_page_row_count_limit(PAGE_ROWS_MAX)
        .set_data_page_size_limit(PAGE_BYTES_MAX)
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_BINARY_PACKED)
        .set_key_value_metadata(Some(vec![
            note(FORMAT_KEY, FORMAT.to_owned()),
            note("tallybridge.stamp", stamp.as_str().to_owned()),
            note("tallybridge.hour", hour.to_string()),
        ]));
    // What a reader of many segments wants to skip by.
    for column in ["usage_start", "usage_end"] {
        builder = builder.set_column_statistics_enabled(ColumnPath::from(column), EnabledStatistics::Chunk);
    }
    Ok(builder.build())
}
