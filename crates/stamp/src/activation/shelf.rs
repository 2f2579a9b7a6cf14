//! Shelf: the file in which a stamp keeps its activation, with the credential of its bridge.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use super::{Activation, ActivationError, file::FILE_BYTES_MAX};

/// Where a stamp keeps its activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    file: PathBuf,
}

impl Shelf {
    /// A shelf at a file, which need not be there.
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// The activation; nothing when the stamp is not activated.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no activation.
    pub fn read(&self) -> Result<Option<Activation>, ActivationError> {
        let mut text = String::new();
        let opened = match File::open(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| self.problem("open", &error))?,
        };
        let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
        opened.take(limit).read_to_string(&mut text).map_err(|error| self.problem("read", &error))?;
        Activation::from_file(&text).map(Some)
    }

    /// Keeps an activation in place of the one before. Nobody else may read the file, and a failure leaves the old one whole.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, activation: &Activation) -> Result<(), ActivationError> {
        let fresh = self.file.with_extension("new");
        let written = put(&fresh, activation.to_file().as_bytes()).and_then(|()| fs::rename(&fresh, &self.file));
        written.and_then(|()| self.flush_folder()).map_err(|error| self.problem("write", &error))
    }

    /// Ends the activation. `false` when there was none.
    ///
    /// # Errors
    ///
    /// When the file cannot be removed.
    pub fn remove(&self) -> Result<bool, ActivationError> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            removed => removed
                .and_then(|()| self.flush_folder())
                .map(|()| true)
                .map_err(|error| self.problem("remove", &error)),
        }
    }

    /// A name that was changed is only sure to stay so when its folder was flushed.
    fn flush_folder(&self) -> io::Result<()> {
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    fn problem(&self, attempt: &str, error: &io::Error) -> ActivationError {
        ActivationError::Shelf(format!("{attempt} {}: {error}", self.file.display()))
    }
}

/// Writes a file that is new, so that the mode is the one given here also when an old one was left behind.
fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    open.write_all(bytes)?;
    open.sync_all()
}

#[cfg(test)]
mod tests;
