//! Parts: rows as lines of JSON in packed files, written while they come.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::keep::Part;

/// How many rows a file has.
pub(super) const PART_ROWS_MAX: u64 = 250_000;
/// How many bytes an export may have before packing.
const EXPORT_BYTES_MAX: u64 = 256 * 1024 * 1024 * 1024;

/// The files of an export that is being written.
pub(super) struct Parts {
    folder: PathBuf,
    rows_max: u64,
    digest: Sha256,
    /// How many bytes came, unpacked.
    bytes: u64,
    rows: u64,
    open: Option<(GzEncoder<BufWriter<File>>, String, u64)>,
    done: Vec<Part>,
}

impl Parts {
    /// Files in a folder.
    pub(super) fn new(folder: &Path, rows_max: u64) -> Self {
        let (folder, digest) = (folder.to_owned(), Sha256::new());
        Self { folder, rows_max, digest, bytes: 0, rows: 0, open: None, done: Vec::new() }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes one row, which ends with a line feed.
    pub(super) fn row(&mut self, line: &[u8]) -> io::Result<()> {
        self.bytes = self.bytes.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        if self.bytes > EXPORT_BYTES_MAX {
            return Err(io::Error::other("the export has more bytes than fit"));
        }
        self.digest.update(line);
        if self.open.as_ref().is_some_and(|(_, _, rows)| *rows >= self.rows_max) {
            self.close()?;
        }
        if self.open.is_none() {
            let name = format!("part-{:05}.json.gz", self.done.len());
            let file = BufWriter::new(File::create(self.folder.join(&name))?);
            self.open = Some((GzEncoder::new(file, Compression::default()), name, 0));
        }
        if let Some((encoder, _, rows)) = &mut self.open {
            encoder.write_all(line)?;
            *rows = rows.saturating_add(1);
        }
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        let Some((encoder, name, _)) = self.open.take() else { return Ok(()) };
        let file = encoder.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        self.done.push(Part { name, bytes });
        Ok(())
    }

    /// The files, and a text that differs exactly when their rows do.
    pub(super) fn finish(mut self) -> io::Result<(Vec<Part>, String)> {
        self.close()?;
        Ok((self.done, hub::hex(&self.digest.finalize())))
    }
}
