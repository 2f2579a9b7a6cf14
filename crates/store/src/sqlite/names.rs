//! Names: ids that many rows use are kept once and have a number.

use std::{collections::HashMap, sync::OnceLock};

use foldhash::fast::RandomState;
use model::{CloudId, DirectoryId, LocalSubscriptionId, MeterId};
use rusqlite::Connection;

use super::fault::{Outcome, damaged};
use crate::StoreError;

/// One id with its kind. Compared without case, as ids are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Name {
    /// A stamp.
    Stamp(CloudId),
    /// A local subscription.
    Subscription(LocalSubscriptionId),
    /// A tenant.
    Tenant(DirectoryId),
    /// A meter.
    Meter(MeterId),
}

impl Name {
    /// Its kind, its compared form and its first spelling: the columns of the table.
    pub fn columns(&self) -> (&'static str, &str, &str) {
        match self {
            Self::Stamp(id) => ("stamp", id.folded(), id.as_str()),
            Self::Subscription(id) => ("local_subscription", id.folded(), id.as_str()),
            Self::Tenant(id) => ("tenant", id.folded(), id.as_str()),
            Self::Meter(id) => ("meter", id.folded(), id.as_str()),
        }
    }

    fn from_columns(kind: &str, shown: &str) -> Option<Self> {
        match kind {
            "stamp" => CloudId::new(shown).ok().map(Self::Stamp),
            "local_subscription" => LocalSubscriptionId::new(shown).ok().map(Self::Subscription),
            "tenant" => DirectoryId::new(shown).ok().map(Self::Tenant),
            "meter" => MeterId::new(shown).ok().map(Self::Meter),
            _ => None,
        }
    }
}

/// The names that a database has, numbered from 1 without gaps, so those up to a number are known or not.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    by_number: Vec<Name>,
    by_name: HashMap<Name, u32, RandomState>,
    /// For each number less one, its place when all names are sorted. Made when it is first needed.
    places: OnceLock<Vec<u32>>,
}

impl Names {
    /// Reads all names.
    pub fn load(database: &Connection) -> Outcome<Self> {
        let mut names = Self::default();
        let mut statement = database.prepare_cached("SELECT number, kind, folded, shown FROM names ORDER BY number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (number, kind, folded, shown): (u32, String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let place = || format!("name {number} ({kind} {shown})");
            let name = Name::from_columns(&kind, &shown)
                .filter(|name| name.columns().1 == folded)
                .ok_or_else(|| damaged(place(), "it is no id of its kind"))?;
            if number.checked_sub(1) != Some(names.count()) {
                return Err(damaged(place(), "the name before it is missing").into());
            }
            names.push(name);
        }
        Ok(names)
    }

    /// How many there are; the highest number.
    pub fn count(&self) -> u32 {
        u32::try_from(self.by_number.len()).unwrap_or(u32::MAX)
    }

    /// Adds names that follow on those which are there. `first` is the number of the first of them.
    pub fn extend(&mut self, first: u32, names: &[Name]) {
        let known = self.count().saturating_add(1).saturating_sub(first);
        let fresh = usize::try_from(known).ok().and_then(|known| names.get(known..)).unwrap_or_default();
        for name in fresh {
            self.push(name.clone());
        }
    }

    fn push(&mut self, name: Name) {
        self.places = OnceLock::new();
        self.by_number.push(name.clone());
        let number = self.count();
        self.by_name.insert(name, number);
    }

    fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<(&Name, usize)> = self.by_number.iter().zip(0..).collect();
        order.sort_unstable();
        let mut places = vec![0; order.len()];
        for ((_, index), place) in order.into_iter().zip(1_u32..) {
            if let Some(slot) = places.get_mut(index) {
                *slot = place;
            }
        }
        places
    }

    /// The number of a name.
    pub fn number(&self, name: &Name) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// The name of a number.
    pub fn name(&self, number: u32) -> Option<&Name> {
        index(number).and_then(|index| self.by_number.get(index))
    }

    /// Where a number stands when names are sorted by kind and compared form; 0 for the unknown tenant.
    pub fn place(&self, number: u32) -> u32 {
        let places = self.places.get_or_init(|| self.sorted());
        index(number).and_then(|index| places.get(index)).copied().unwrap_or(0)
    }

    /// The stamp of a number.
    pub fn stamp(&self, number: u32) -> Result<&CloudId, StoreError> {
        match self.name(number) {
            Some(Name::Stamp(id)) => Ok(id),
            _ => Err(damaged(format!("name {number}"), "it should be a stamp")),
        }
    }
}

fn index(number: u32) -> Option<usize> {
    number.checked_sub(1).and_then(|index| usize::try_from(index).ok())
}
