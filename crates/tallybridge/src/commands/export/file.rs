//! Export: files that are there in full, or not at all; and standard output.

use std::{
    fs::{self, File},
    io::{BufWriter, Stdout, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};

/// How much is written at a time. Unit: bytes.
const BUFFER_BYTES: usize = 1024 * 1024;

/// Whether a file may take the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It may not.
    Keep,
    /// It may.
    Replace,
}

/// A file that is being written under another name, or what goes to standard output at once.
pub enum NewFile {
    /// A file.
    Named(NamedFile),
    /// Standard output.
    Stdout(BufWriter<Stdout>),
}

/// Whether a path stands for standard output.
pub fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A file that is being written under another name.
pub struct NamedFile {
    path: PathBuf,
    beside: PathBuf,
    out: Option<BufWriter<File>>,
}

impl NewFile {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// When there is one already that must be kept, or when it cannot be made.
    pub fn begin(path: &Path, existing: Existing) -> anyhow::Result<Self> {
        if is_stdout(path) {
            return Ok(Self::Stdout(BufWriter::with_capacity(BUFFER_BYTES, std::io::stdout())));
        }
        NamedFile::begin(path, existing).map(Self::Named)
    }

    /// Makes sure that everything is on the disk, and gives the file its name.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or when another file has the name by now that must be kept.
    pub fn finish(self, existing: Existing) -> anyhow::Result<()> {
        match self {
            Self::Named(file) => file.finish(existing),
            Self::Stdout(mut out) => out.flush().context("write to standard output"),
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Named(NamedFile { out, .. }) => out.as_mut().map_or(Ok(0), |out| out.write(bytes)),
            Self::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Named(NamedFile { out, .. }) => out.as_mut().map_or(Ok(()), Write::flush),
            Self::Stdout(out) => out.flush(),
        }
    }
}

impl NamedFile {
    fn begin(path: &Path, existing: Existing) -> anyhow::Result<Self> {
        ensure!(
            existing == Existing::Replace || !path.exists(),
            "{} is there already: name another file, or replace it with --force",
            path.display()
        );
        let name = path.file_name().with_context(|| format!("{} is not the name of a file", path.display()))?;
        let beside = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let file = File::create(&beside).with_context(|| format!("write the file {}", path.display()))?;
        let out = Some(BufWriter::with_capacity(BUFFER_BYTES, file));
        Ok(Self { path: path.to_owned(), beside, out })
    }

    fn finish(mut self, existing: Existing) -> anyhow::Result<()> {
        let attempt = || format!("write the file {}", self.path.display());
        if let Some(mut out) = self.out.take() {
            out.flush().with_context(attempt)?;
            out.get_ref().sync_all().with_context(attempt)?;
        }
        match existing {
            Existing::Replace => fs::rename(&self.beside, &self.path).with_context(attempt),
            // A second name is refused where there is one, other than a new name.
            Existing::Keep => fs::hard_link(&self.beside, &self.path).with_context(attempt),
        }
    }
}

impl Drop for NamedFile {
    fn drop(&mut self) {
        // After a rename it is gone already. What remains has no name that anybody asked for.
        let _ = fs::remove_file(&self.beside);
    }
}
