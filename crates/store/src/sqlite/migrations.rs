//! Migrations: each brings the schema from one number to the next, in one transaction.

use rusqlite::{Connection, TransactionBehavior};

use super::fault::Outcome;
use crate::StoreError;

/// All migrations. The first brings an empty file to schema 1. A released one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_cellar.sql"),
    include_str!("migrations/0002_usage.sql"),
    include_str!("migrations/0003_commerce.sql"),
];

/// The number of the schema that this program writes.
pub(super) fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// The number of the schema that a database has; 0 when it is empty.
pub(super) fn found(database: &Connection) -> rusqlite::Result<u32> {
    database.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings a database to the newest schema.
pub(super) fn apply(database: &mut Connection) -> Outcome<()> {
    loop {
        // Another process may be doing the same, so each step looks again once it holds the lock.
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = found(&transaction)?;
        refuse_newer(found)?;
        let Some(migration) = usize::try_from(found).ok().and_then(|index| MIGRATIONS.get(index)) else {
            return Ok(());
        };
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", found.saturating_add(1))?;
        transaction.commit()?;
    }
}

/// Refuses a database that a newer program wrote.
pub(super) fn refuse_newer(found: u32) -> std::result::Result<(), StoreError> {
    let known = newest();
    if found > known { Err(StoreError::TooNew { found, known }) } else { Ok(()) }
}
