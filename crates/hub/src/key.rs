//! Key, in the office: what the hub signs and seals with.

use hmac::{Hmac, KeyInit, Mac};
use model::{HubKey, KeyPurpose, Office};
use serde_json::json;
use sha2::Sha256;
use store::{OfficeRecord, StoreError};

use crate::{Hub, OfficeChange};

/// For how long a retired key proves what it signed.
///
/// Unit: seconds.
pub const RETIRED_SECONDS: i64 = 30 * 24 * 3600;

impl Hub {
    /// Takes a new key into use. The one of the same purpose before it retires.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn add_key(&self, actor: &str, key: &HubKey) -> Result<(), StoreError> {
        self.change_office(actor, |office| {
            let active = office.keys.values().filter(|known| known.purpose == key.purpose && known.retired.is_none());
            let mut records: Vec<OfficeRecord> =
                active.map(|known| OfficeRecord::Key(HubKey { retired: Some(key.from), ..known.clone() })).collect();
            records.push(OfficeRecord::Key(key.clone()));
            let object = format!("{} key {}", key.purpose.word(), key.id);
            Ok(Some(OfficeChange { records, action: "key.add", object, detail: json!({}) }))
        })
    }

    /// The key in use for a purpose.
    pub fn key(office: &Office, purpose: KeyPurpose) -> Option<&HubKey> {
        let active = office.keys.values().filter(|key| key.purpose == purpose && key.retired.is_none());
        active.max_by(|left, right| left.from.cmp(&right.from).then(left.id.cmp(&right.id)))
    }

    /// The keys that prove signatures: the one in use, and those that retired less than thirty days ago.
    pub fn signing_keys(&self, office: &Office) -> Vec<HubKey> {
        let oldest = self.now().0.saturating_sub(RETIRED_SECONDS);
        let proves =
            |key: &&HubKey| key.purpose == KeyPurpose::Signing && key.retired.is_none_or(|retired| retired.0 > oldest);
        office.keys.values().filter(proves).cloned().collect()
    }

    /// A seal that only this hub can make for a text. Nothing while it has no key for that.
    pub fn seal(&self, text: &str) -> Option<[u8; 32]> {
        Self::seal_in(&self.office(), text)
    }

    pub(crate) fn seal_in(office: &Office, text: &str) -> Option<[u8; 32]> {
        let key = Self::key(office, KeyPurpose::Sealing)?;
        let mut seal = Hmac::<Sha256>::new_from_slice(&key.secret).ok()?;
        seal.update(text.as_bytes());
        Some(seal.finalize().into_bytes().into())
    }
}
