//! Texts: columns in which the same texts stand again and again.
//!
//! In the file each text stands once, in the dictionary page of its column; the data page says for each row which one it is.
//! The rows of a window come with such numbers, so writing and reading them here costs a tenth of handing out a text per
//! row, which is all that the Parquet library can do for us.

use std::io::Write;

use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding, EncodingMask},
    column::{
        page::{CompressedPage, Page, PageReader, PageWriter},
        writer::ColumnCloseResult,
    },
    errors::ParquetError,
    file::{
        metadata::ColumnChunkMetaData,
        writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite},
    },
    schema::types::ColumnDescPtr,
};

use super::{
    format,
    packed::{self, Unpacked},
};

type Outcome<T> = Result<T, ParquetError>;

/// A column of texts that is to be written.
#[derive(Debug, Default)]
pub(super) struct TextColumn<'a> {
    /// Each text once.
    pub texts: Vec<&'a str>,
    /// For each row that has a text, its index.
    pub indices: Vec<u32>,
    /// For each row 1 when it has a text; empty when every row has one.
    pub present: Vec<u32>,
}

impl TextColumn<'_> {
    /// Writes the column as the next one of a group.
    pub fn append<W: Write + Send>(
        &self,
        group: &mut SerializedRowGroupWriter<'_, W>,
        description: ColumnDescPtr,
    ) -> Outcome<()> {
        let rows = if self.present.is_empty() { self.indices.len() } else { self.present.len() };
        let mut sink = TrackedWrite::new(Vec::new());
        let mut pages = SerializedPageWriter::new(&mut sink);
        let num_values = number(self.texts.len())?;
        let dictionary = pages.write_page(compressed(&self.dictionary_page()?, |buf| Page::DictionaryPage {
            buf,
            num_values,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })?)?;
        let optional = description.max_def_level() > 0;
        let num_values = number(rows)?;
        let data = pages.write_page(compressed(&self.data_page(optional)?, |buf| Page::DataPage {
            buf,
            num_values,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })?)?;

        let size = |size: usize| i64::try_from(size).map_err(|_| too_large());
        let encodings = [Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY];
        let metadata = ColumnChunkMetaData::builder(description)
            .set_compression(Compression::ZSTD(format::level()?))
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings.iter()))
            .set_total_compressed_size(size(dictionary.compressed_size.saturating_add(data.compressed_size))?)
            .set_total_uncompressed_size(size(dictionary.uncompressed_size.saturating_add(data.uncompressed_size))?)
            .set_num_values(size(rows)?)
            .set_dictionary_page_offset(Some(i64::try_from(dictionary.offset).map_err(|_| too_large())?))
            .set_data_page_offset(i64::try_from(data.offset).map_err(|_| too_large())?)
            .build()?;
        let written = dictionary.bytes_written.saturating_add(data.bytes_written);
        let rows_written = u64::try_from(rows).map_err(|_| too_large())?;
        let close = ColumnCloseResult {
            bytes_written: written,
            rows_written,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        group.append_column(&Bytes::from(sink.into_inner()?), close)
    }

    /// Each text behind its length.
    fn dictionary_page(&self) -> Outcome<Vec<u8>> {
        let mut page = Vec::new();
        for text in &self.texts {
            page.extend_from_slice(&number(text.len())?.to_le_bytes());
            page.extend_from_slice(text.as_bytes());
        }
        Ok(page)
    }

    /// Which rows have a text, where that is not all of them; then the width of the indices, and the indices.
    fn data_page(&self, optional: bool) -> Outcome<Vec<u8>> {
        let mut page = Vec::new();
        if optional {
            let mut levels = Vec::new();
            packed::pack(&self.present, 1, &mut levels);
            page.extend_from_slice(&number(levels.len())?.to_le_bytes());
            page.extend_from_slice(&levels);
        }
        let width = packed::width(self.texts.len());
        page.push(width);
        packed::pack(&self.indices, width, &mut page);
        Ok(page)
    }
}

fn compressed(plain: &[u8], page: impl FnOnce(Bytes) -> Page) -> Outcome<CompressedPage> {
    let bytes = zstd::bulk::compress(plain, format::LEVEL)?;
    Ok(CompressedPage::new(page(Bytes::from(bytes)), plain.len()))
}

fn number(size: usize) -> Outcome<u32> {
    u32::try_from(size).map_err(|_| too_large())
}

fn too_large() -> ParquetError {
    ParquetError::General("a column is too large".to_owned())
}

/// A column of texts that was read.
#[derive(Debug)]
pub(super) struct ReadTexts {
    pages: Vec<Bytes>,
    /// Where each text stands in its page.
    texts: Vec<(usize, std::ops::Range<usize>)>,
    /// For each row the index of its text, if it has one. No index is beyond the texts.
    pub indices: Vec<Option<u32>>,
}

impl ReadTexts {
    /// Reads all pages of a column.
    pub fn read(mut reader: Box<dyn PageReader>, rows: usize, optional: bool) -> Outcome<Self> {
        let mut column = Self { pages: Vec::new(), texts: Vec::new(), indices: Vec::new() };
        while let Some(page) = reader.get_next_page()? {
            match page {
                Page::DictionaryPage { buf, .. } => column.add_dictionary(buf)?,
                Page::DataPage { buf, num_values, encoding: Encoding::RLE_DICTIONARY, .. } => {
                    column.add_rows(&buf, num_values, optional)?;
                }
                other => return Err(damaged(&format!("a page of texts has the encoding {}", other.encoding()))),
            }
            if column.indices.len() > rows {
                break;
            }
        }
        if column.indices.len() == rows {
            Ok(column)
        } else {
            Err(damaged(&format!("a column has {} rows instead of {rows}", column.indices.len())))
        }
    }

    /// The texts in the order of their indices.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.texts
            .iter()
            .map(|(page, range)| self.pages.get(*page).and_then(|page| page.get(range.clone())).unwrap_or_default())
    }

    fn add_dictionary(&mut self, page: Bytes) -> Outcome<()> {
        let mut start = 0_usize;
        while start < page.len() {
            let length = page.get(start..).and_then(|rest| rest.first_chunk()).copied().map(u32::from_le_bytes);
            let length = length.and_then(|length| usize::try_from(length).ok());
            let first = start.saturating_add(4);
            let end = length.and_then(|length| first.checked_add(length)).filter(|end| *end <= page.len());
            let end = end.ok_or_else(|| damaged("a dictionary ends in the middle of a text"))?;
            self.texts.push((self.pages.len(), first..end));
            start = end;
        }
        self.pages.push(page);
        Ok(())
    }

    fn add_rows(&mut self, page: &[u8], rows: u32, optional: bool) -> Outcome<()> {
        let rows = usize::try_from(rows).map_err(|_| too_large())?;
        let short = || damaged("a page of texts ends too early");
        let (levels, values) = if optional {
            let (length, rest) = page.split_first_chunk().ok_or_else(short)?;
            let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| too_large())?;
            let (levels, values) = rest.split_at_checked(length).ok_or_else(short)?;
            (Some(levels), values)
        } else {
            (None, page)
        };
        let (width, indices) = values.split_first().ok_or_else(short)?;
        let mut indices = Unpacked::new(indices, *width);
        let mut levels = levels.map(|levels| Unpacked::new(levels, 1));
        for _ in 0..rows {
            let present = match &mut levels {
                Some(levels) => levels.next().ok_or_else(short)? == 1,
                None => true,
            };
            let index = if present { Some(indices.next().ok_or_else(short)?) } else { None };
            if let Some(index) = index
                && usize::try_from(index).is_ok_and(|index| index >= self.texts.len())
            {
                return Err(damaged("a row has a text that the dictionary does not have"));
            }
            self.indices.push(index);
        }
        Ok(())
    }
}

fn damaged(problem: &str) -> ParquetError {
    ParquetError::General(problem.to_owned())
}
