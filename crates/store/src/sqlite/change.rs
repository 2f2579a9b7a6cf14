//! Views and changes: what one transaction has in its hands.

use std::{collections::HashMap, sync::Arc};

use foldhash::fast::RandomState;
use model::CloudId;
use rusqlite::Connection;

use super::{
    fault::Outcome,
    names::{Name, Names},
};

/// A snapshot of the database that does not change while it is read.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// The database, inside a transaction.
    pub database: &'a Connection,
    /// All names that the snapshot has.
    pub names: Arc<Names>,
}

impl View<'_> {
    /// The number of a stamp, if anything was ever recorded of it.
    pub fn stamp_number(&self, stamp: &CloudId) -> Option<u32> {
        self.names.number(&Name::Stamp(stamp.clone()))
    }
}

/// A transaction that writes. New names become known to others only after it was committed.
#[derive(Debug)]
pub(super) struct Change<'a> {
    /// The snapshot, which also sees what this transaction wrote.
    pub view: View<'a>,
    fresh: Vec<Name>,
    fresh_numbers: HashMap<Name, u32, RandomState>,
}

impl<'a> Change<'a> {
    /// A change that begins.
    pub fn new(view: View<'a>) -> Self {
        Self { view, fresh: Vec::new(), fresh_numbers: HashMap::default() }
    }

    /// The number of a name that is known, or was made known in this transaction.
    pub fn known_number(&self, name: &Name) -> Option<u32> {
        self.view.names.number(name).or_else(|| self.fresh_numbers.get(name).copied())
    }

    /// The number of a name, which is made known if it was not.
    pub fn number(&mut self, name: Name) -> Outcome<u32> {
        if let Some(number) = self.known_number(&name) {
            return Ok(number);
        }
        self.fresh.push(name.clone());
        let fresh = u32::try_from(self.fresh.len()).unwrap_or(u32::MAX);
        let number = self.view.names.count().saturating_add(fresh);
        let (kind, folded, shown) = name.columns();
        self.view
            .database
            .prepare_cached("INSERT INTO names (number, kind, folded, shown) VALUES (?1, ?2, ?3, ?4)")?
            .execute((number, kind, folded, shown))?;
        self.fresh_numbers.insert(name, number);
        Ok(number)
    }

    /// The name of a number that is known, or was made known in this transaction.
    pub fn name(&self, number: u32) -> Option<&Name> {
        self.view.names.name(number).or_else(|| {
            let fresh = number.checked_sub(self.view.names.count())?.checked_sub(1)?;
            self.fresh.get(usize::try_from(fresh).ok()?)
        })
    }

    /// The names that this transaction made known, behind those of its snapshot.
    pub fn into_fresh_names(self) -> Vec<Name> {
        self.fresh
    }
}
