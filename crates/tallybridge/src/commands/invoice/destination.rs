//! Destination: where a file that leaves the house goes: standard output, or a file that is whole or not there.

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use paper::Language;

/// Where to.
#[derive(clap::Args, Clone)]
pub struct Destination {
    /// Write to this file instead of standard output; - is standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace a file that is there already.
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// What kind of bytes are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text, which a terminal may show.
    Text,
    /// Bytes that would spoil a terminal.
    Binary,
}

impl Destination {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// Refuses early what could not be written after all.
    pub fn check(&self, content: Content) -> anyhow::Result<()> {
        match self.file() {
            Some(path) => may_write(path, self.force),
            None if content == Content::Binary && io::stdout().is_terminal() => {
                bail!("a PDF is not for a terminal: name a file with --output FILE")
            }
            None => Ok(()),
        }
    }

    /// Writes all of it. A reader of standard output that went away is no error.
    pub fn write(&self, content: Content, bytes: &[u8]) -> anyhow::Result<()> {
        self.check(content)?;
        match self.file() {
            Some(path) => write_file(path, self.force, bytes),
            None => match io::stdout().lock().write_all(bytes) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    Err(error).context("write to standard output")
                }
                _ => Ok(()),
            },
        }
    }
}

fn may_write(path: &Path, force: bool) -> anyhow::Result<()> {
    ensure!(!path.is_dir(), "write {}: it is a folder", path.display());
    ensure!(
        force || fs::symlink_metadata(path).is_err(),
        "write {}: it is there already; replace it with --force",
        path.display()
    );
    Ok(())
}

/// Writes a file beside its place first, so that nobody sees half of it.
pub fn write_file(path: &Path, force: bool, bytes: &[u8]) -> anyhow::Result<()> {
    may_write(path, force)?;
    let attempt = || format!("write {}", path.display());
    let mut name = path.file_name().with_context(attempt)?.to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(name);
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        // What is left of it is of no use; the reason for the failure is told below.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(attempt)
}

/// Reads the name of a language.
pub fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| {
        let known: Vec<&str> = Language::ALL.iter().map(|language| language.code()).collect();
        format!("there is {}", known.join(" and "))
    })
}
