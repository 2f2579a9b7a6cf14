//! Stamp, in the office: stamps and credentials that come without a registration, and records as they are.

use model::{CloudId, Stamp};
use serde_json::json;
use store::{OfficeRecord, StoreError};

use crate::{Hub, OfficeChange, registration::accept};

/// Whose windows a credential is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// It may write them.
    Valid(CloudId),
    /// It could once, until the registration was removed. Its bridge is told so, and can do nothing else with it.
    Withdrawn(CloudId),
}

impl Hub {
    /// Adds records to the office as they are.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn record(&self, actor: &str, object: &str, records: &[OfficeRecord]) -> Result<(), StoreError> {
        self.change_office(actor, |_| {
            Ok(Some(OfficeChange {
                records: records.to_vec(),
                action: "catalogue.put",
                object: object.to_owned(),
                detail: json!({}),
            }))
        })
    }

    /// Adds a stamp unless it is there.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn add_stamp(&self, actor: &str, stamp: &Stamp) -> Result<bool, StoreError> {
        let mut added = false;
        self.change_office(actor, |office| {
            added = !office.stamps.contains_key(&stamp.id);
            Ok::<_, StoreError>(added.then(|| OfficeChange {
                records: vec![OfficeRecord::Stamp(stamp.clone())],
                action: "stamp.add",
                object: stamp.id.to_string(),
                detail: json!({}),
            }))
        })?;
        Ok(added)
    }

    /// Gives a stamp one more credential, by its SHA-256. Of more than two the oldest is forgotten, so that a change needs
    /// no gap. False when nobody knows the stamp.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn add_credential(&self, actor: &str, stamp: &CloudId, digest: [u8; 32]) -> Result<bool, StoreError> {
        let mut known = false;
        self.change_office(actor, |office| {
            let Some(before) = office.stamps.get(stamp) else { return Ok::<_, StoreError>(None) };
            known = true;
            let mut changed = before.clone();
            let forgotten = accept(&mut changed, digest);
            Ok(Some(OfficeChange {
                detail: json!({ "credentials": changed.credentials.len(), "forgotten": forgotten }),
                records: vec![OfficeRecord::Stamp(changed)],
                action: "credential.add",
                object: stamp.to_string(),
            }))
        })?;
        Ok(known)
    }
}
