//! Office copy: the office as it was read last, brought up to date at the cost of what changed.

use std::{collections::HashMap, sync::Arc};

use model::{Office, Second};
use store::{OfficeRecord, StoreError};

use crate::Credential;

/// How many earlier offices are kept. Each request that changes something looks at the office as it was before, so about as
/// many are in use as there are requests at a time.
const EARLIER_MAX: usize = 4;
/// How many records an earlier office may lack; beyond that copying is no dearer.
const LACKING_RECORDS_MAX: usize = 1_000;

/// The office as it was read last.
#[derive(Default)]
pub(crate) struct OfficeCopy {
    pub office: Arc<Office>,
    /// The number of the audit entry that changed it last.
    pub seen: u64,
    /// Whose windows a credential is about, by the credential's SHA-256.
    pub credentials: HashMap<[u8; 32], Credential>,
    pub read_at: Option<Second>,
    earlier: Vec<Earlier>,
}

/// An office that somebody still looked at when it changed. Once nobody does, it is brought up to date and used again: to copy
/// an office of ten thousand customers takes longer than to change it durably.
struct Earlier {
    office: Arc<Office>,
    /// What changed since, in order.
    lacks: Vec<OfficeRecord>,
}

impl OfficeCopy {
    /// Puts records into the office. Whoever looks at it goes on seeing it as it was.
    pub fn put(&mut self, records: Vec<OfficeRecord>) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        self.earlier.retain(|one| one.lacks.len().saturating_add(records.len()) <= LACKING_RECORDS_MAX);
        for one in &mut self.earlier {
            one.lacks.extend(records.iter().cloned());
        }
        if let Some(office) = Arc::get_mut(&mut self.office) {
            return store::put_all(office, records);
        }
        let free = self.earlier.iter_mut().position(|one| Arc::get_mut(&mut one.office).is_some());
        let Earlier { office: mut next, lacks } = match free {
            Some(index) => self.earlier.swap_remove(index),
            None => Earlier { office: Arc::clone(&self.office), lacks: records.clone() },
        };
        // Copies only what is still looked at.
        store::put_all(Arc::make_mut(&mut next), lacks)?;
        let before = std::mem::replace(&mut self.office, next);
        if self.earlier.len() < EARLIER_MAX && records.len() <= LACKING_RECORDS_MAX {
            self.earlier.push(Earlier { office: before, lacks: records });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
