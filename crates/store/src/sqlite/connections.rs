//! Connections: one that writes, and as many that read as are needed at the same time.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{
    change::{Change, View},
    fault::{Fault, Outcome},
    migrations,
    names::Names,
    sums,
};
use crate::{Result, StoreError};

/// The file in the data folder.
const FILE: &str = "tallybridge.db";
/// How many idle connections that read are kept open.
const IDLE_READERS_MAX: usize = 4;
/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// What holds for every connection. `cache_size` is in KiB when negative.
const SETTINGS: &str = "
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16384;
";

/// What holds for the connection that writes. The log is written into the file every 4,000 pages and cut to 64 MiB.
const WRITER_SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -65536;
";

/// The connections of one store.
#[derive(Debug)]
pub(super) struct Connections {
    file: PathBuf,
    // Dropped before the writer: only a last connection that may write brings the log into the file.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    names: RwLock<Arc<Names>>,
    /// Whether all reading happens in one transaction that was begun when the file was opened.
    pinned: bool,
}

/// How often a file that is being made by somebody else is tried again.
const OPEN_TRIES_MAX: u32 = 200;
/// How long to wait between two tries.
const OPEN_PAUSE: Duration = Duration::from_millis(20);

/// Makes the file if it is not there, for nobody else to read: it holds keys. SQLite gives its other files the same rights.
fn make_private(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

impl Connections {
    /// Opens the file in a folder; makes both if they are missing.
    pub fn open(folder: &Path) -> Result<Self> {
        let attempt = format!("open the database in {}", folder.display());
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Database { attempt: attempt.clone(), cause: error.to_string() })?;
        let open = || -> Outcome<Self> {
            let file = folder.join(FILE);
            make_private(&file).map_err(|error| StoreError::Database {
                attempt: format!("make {}", file.display()),
                cause: error.to_string(),
            })?;
            let mut writer = Connection::open_with_flags(
                &file,
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            writer.busy_timeout(BUSY_TIMEOUT)?;
            // A file of a newer program is left as it is, also its settings.
            migrations::refuse_newer(migrations::found(&writer)?)?;
            prepare(&writer, WRITER_SETTINGS)?;
            migrations::apply(&mut writer)?;
            Self::with_writer(file, writer, false)
        };
        // SQLite does not wait for its turn to switch a new file to a write-ahead log, so whoever comes second tries again.
        let mut opened = open();
        for _ in 0..OPEN_TRIES_MAX {
            if !opened.as_ref().is_err_and(Fault::is_busy) {
                break;
            }
            std::thread::sleep(OPEN_PAUSE);
            opened = open();
        }
        opened.map_err(|fault| fault.during(&attempt))
    }

    /// Opens the file in a folder for reading only: as it is now, whatever others write meanwhile.
    pub fn open_read_only(folder: &Path) -> Result<Self> {
        let open = || -> Outcome<Self> {
            let file = folder.join(FILE);
            let writer = open_reader(&file)?;
            let found = migrations::found(&writer)?;
            migrations::refuse_newer(found)?;
            if found < migrations::newest() {
                return Err(Fault::Store(StoreError::Database {
                    attempt: format!("read {}", file.display()),
                    cause: format!("it has the older schema {found}; start the hub once to bring it up to date"),
                }));
            }
            // The first look at the database in a transaction is what pins it.
            writer.execute_batch("BEGIN")?;
            Self::with_writer(file, writer, true)
        };
        open().map_err(|fault| fault.during(&format!("open the database in {} for reading", folder.display())))
    }

    fn with_writer(file: PathBuf, writer: Connection, pinned: bool) -> Outcome<Self> {
        let names = RwLock::new(Arc::new(Names::load(&writer)?));
        Ok(Self { file, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()), names, pinned })
    }

    /// Does work on a snapshot of the database.
    pub fn read<T>(&self, attempt: &str, work: impl FnOnce(&View<'_>) -> Outcome<T>) -> Result<T> {
        let reading = || -> Outcome<T> {
            if self.pinned {
                let reader = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
                let names = self.names_of(&reader)?;
                return work(&View { database: &reader, names });
            }
            let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut reader = match idle {
                Some(reader) => reader,
                None => open_reader(&self.file)?,
            };
            let transaction = reader.transaction()?;
            let names = self.names_of(&transaction)?;
            let answer = work(&View { database: &transaction, names })?;
            transaction.finish()?;
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            if readers.len() < IDLE_READERS_MAX {
                readers.push(reader);
            }
            Ok(answer)
        };
        reading().map_err(|fault| fault.during(attempt))
    }

    /// Does work in a transaction that writes: all of it is kept, or nothing.
    pub fn change<T>(&self, attempt: &str, work: impl FnOnce(&mut Change<'_>) -> Outcome<T>) -> Result<T> {
        let changing = || -> Outcome<T> {
            // A panic while the lock was held rolled the transaction back, so the connection is as good as before.
            let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let names = self.names_of(&transaction)?;
            let first_fresh = names.count().saturating_add(1);
            let mut change = Change::new(View { database: &transaction, names });
            let answer = work(&mut change)?;
            let fresh = change.into_fresh_names();
            transaction.commit()?;
            if !fresh.is_empty() {
                let mut shared = self.names.write().unwrap_or_else(PoisonError::into_inner);
                Arc::make_mut(&mut shared).extend(first_fresh, &fresh);
            }
            Ok(answer)
        };
        changing().map_err(|fault| fault.during(attempt))
    }

    /// The names that a transaction can see, and perhaps later ones. Another process may have added some.
    fn names_of(&self, transaction: &Connection) -> Outcome<Arc<Names>> {
        let count: u32 = transaction
            .prepare_cached("SELECT coalesce(max(number), 0) FROM names")?
            .query_row([], |row| row.get(0))?;
        let known = Arc::clone(&self.names.read().unwrap_or_else(PoisonError::into_inner));
        if known.count() >= count {
            return Ok(known);
        }
        let loaded = Arc::new(Names::load(transaction)?);
        let mut shared = self.names.write().unwrap_or_else(PoisonError::into_inner);
        if shared.count() < loaded.count() {
            *shared = Arc::clone(&loaded);
        }
        Ok(loaded)
    }
}

fn open_reader(file: &Path) -> Outcome<Connection> {
    let reader = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    reader.busy_timeout(BUSY_TIMEOUT)?;
    prepare(&reader, "")?;
    Ok(reader)
}

fn prepare(connection: &Connection, more: &str) -> Outcome<()> {
    connection.execute_batch(SETTINGS)?;
    connection.execute_batch(more)?;
    connection.set_prepared_statement_cache_capacity(64);
    sums::register(connection)?;
    Ok(())
}
