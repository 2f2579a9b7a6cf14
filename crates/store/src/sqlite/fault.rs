//! Faults: from what SQLite says to what the store says.

use std::fmt::Display;

use rusqlite::{ErrorCode, Row, types::FromSql};

use crate::StoreError;

/// What went wrong inside one transaction.
#[derive(Debug)]
pub(super) enum Fault {
    /// Already in the store's words.
    Store(StoreError),
    /// SQLite's own error; the transaction knows what was attempted.
    Sqlite(rusqlite::Error),
}

/// The result of a step of a transaction.
pub(super) type Outcome<T> = std::result::Result<T, Fault>;

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Fault {
    /// Whether somebody else has the file right now.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy))
    }

    /// The store's error for something that was attempted.
    pub fn during(self, attempt: &str) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    damaged(format!("the database file, seen while trying to {attempt}"), error)
                }
                _ => StoreError::Database { attempt: attempt.to_owned(), cause: error.to_string() },
            },
        }
    }
}

/// The error for something that cannot be read.
pub(super) fn damaged(place: impl Into<String>, problem: impl Display) -> StoreError {
    StoreError::Damaged { place: place.into(), problem: problem.to_string() }
}

/// Reads a column of a row. What has the wrong type or range is damaged.
pub(super) fn column<T: FromSql>(
    row: &Row<'_>,
    name: &'static str,
    index: usize,
    place: impl Fn() -> String,
) -> std::result::Result<T, StoreError> {
    row.get(index).map_err(|error| damaged(place(), format!("column {name}: {error}")))
}
