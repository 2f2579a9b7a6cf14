//! Numbers: texts and subscribers that many rows use are kept once and have a number.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use foldhash::fast::RandomState;
use model::{DirectoryId, LocalSubscriptionId};
use rusqlite::{Connection, OptionalExtension as _};

use crate::{sqlite::fault::Outcome, usage::digest};

/// How many numbers are remembered. When there are more, all are forgotten: they are in the database.
const REMEMBERED_MAX: usize = 1 << 18;

const FIND_TEXT: &str = "SELECT number FROM usage_texts WHERE digest = ?1";

const INSERT_TEXT: &str = "
    INSERT INTO usage_texts (number, digest, text)
    VALUES ((SELECT coalesce(max(number), 0) + 1 FROM usage_texts), ?1, ?2)
    RETURNING number";

const FIND_SUBSCRIBER: &str = "
    SELECT number FROM usage_subscribers WHERE folded = ?1 AND subscription = ?2 AND tenant = ?3";

const INSERT_SUBSCRIBER: &str = "
    INSERT INTO usage_subscribers (number, folded, subscription, tenant)
    VALUES ((SELECT coalesce(max(number), 0) + 1 FROM usage_subscribers), ?1, ?2, ?3)
    RETURNING number";

type Known = HashMap<[u8; 16], u32, RandomState>;

/// Numbers that were committed. They never change, so remembering one can do no harm.
#[derive(Debug, Default)]
pub(in crate::sqlite) struct Numbers(Mutex<Known>);

impl Numbers {
    /// Remembers what a transaction found or made, once it was committed.
    pub fn remember(&self, fresh: Fresh) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len().saturating_add(fresh.0.len()) > REMEMBERED_MAX {
            known.clear();
        }
        known.extend(fresh.0);
    }

    fn find(&self, digest: &[u8; 16]) -> Option<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(digest).copied()
    }
}

/// Numbers that a transaction found or made.
#[derive(Debug, Default)]
pub(in crate::sqlite) struct Fresh(Known);

/// Numbers inside a transaction.
pub(super) struct Numbering<'a> {
    database: &'a Connection,
    known: &'a Numbers,
    fresh: Fresh,
}

impl<'a> Numbering<'a> {
    pub fn new(database: &'a Connection, known: &'a Numbers) -> Self {
        Self { database, known, fresh: Fresh::default() }
    }

    /// What is to be remembered after the commit.
    pub fn into_fresh(self) -> Fresh {
        self.fresh
    }

    /// The number of a text, which is kept if it was not.
    pub fn text(&mut self, text: &str) -> Outcome<u32> {
        let digest = digest(b"tallybridge usage text 1\n", &[text]);
        self.number(digest, |database| {
            let found = database.prepare_cached(FIND_TEXT)?.query_row([digest], |row| row.get(0)).optional()?;
            match found {
                Some(number) => Ok(number),
                None => Ok(database.prepare_cached(INSERT_TEXT)?.query_row((digest, text), |row| row.get(0))?),
            }
        })
    }

    /// The number of a local subscription, as it is spelled, with its directory.
    pub fn subscriber(&mut self, subscription: &LocalSubscriptionId, tenant: &DirectoryId) -> Outcome<u32> {
        let columns = (subscription.folded(), subscription.as_str(), tenant.as_str());
        let digest = digest(b"tallybridge usage subscriber 1\n", &[columns.1, columns.2]);
        self.number(digest, |database| {
            let found = database.prepare_cached(FIND_SUBSCRIBER)?.query_row(columns, |row| row.get(0)).optional()?;
            match found {
                Some(number) => Ok(number),
                None => Ok(database.prepare_cached(INSERT_SUBSCRIBER)?.query_row(columns, |row| row.get(0))?),
            }
        })
    }

    fn number(&mut self, digest: [u8; 16], find: impl FnOnce(&Connection) -> Outcome<u32>) -> Outcome<u32> {
        if let Some(number) = self.known.find(&digest).or_else(|| self.fresh.0.get(&digest).copied()) {
            return Ok(number);
        }
        let number = find(self.database)?;
        self.fresh.0.insert(digest, number);
        Ok(number)
    }
}
