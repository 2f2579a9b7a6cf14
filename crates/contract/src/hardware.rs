//! Hardware: what a registration token says about the hosts of a stamp, passed on without a change.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::value::{RawValue, to_raw_value};

use crate::bounded::{self, Limits};

/// The most hosts of one stamp that are accepted.
pub const HOSTS_MAX: usize = 64;

/// The limits of everything that is inside.
const LIMITS: Limits = Limits { depth: 32, string_bytes: 4 * 1024 };

/// A JSON array with an object for each host, kept letter by letter as it was sent.
///
/// The hub never looks inside: digests of parts are nobody's business but the platform's.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Hardware(Box<RawValue>);

impl Hardware {
    /// Reads the text of an array.
    ///
    /// # Errors
    ///
    /// When it is no array of at most 64 objects or breaks a limit. The text says which.
    pub fn read(text: &str) -> Result<Self, String> {
        bounded::check(text, LIMITS)?;
        let hosts: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|_| "hardwareInfo must be an array of hosts".to_owned())?;
        if hosts.len() > HOSTS_MAX {
            return Err(format!("hardwareInfo has {} hosts, but at most {HOSTS_MAX} are accepted", hosts.len()));
        }
        if !hosts.iter().all(|host| host.get().starts_with('{')) {
            return Err("every host in hardwareInfo must be an object".to_owned());
        }
        RawValue::from_string(text.trim().to_owned()).map(Self).map_err(|error| error.to_string())
    }

    /// Describes hosts that have a shape of their own.
    ///
    /// # Errors
    ///
    /// When they cannot be written or break a limit.
    pub fn of<Host: Serialize>(hosts: &[Host]) -> Result<Self, String> {
        let raw = to_raw_value(hosts).map_err(|error| error.to_string())?;
        Self::read(raw.get())
    }

    /// The text as it was sent.
    pub fn text(&self) -> &str {
        self.0.get()
    }
}

impl Default for Hardware {
    fn default() -> Self {
        // Two brackets are always JSON, so the other default never shows.
        Self(RawValue::from_string("[]".to_owned()).unwrap_or_default())
    }
}

impl PartialEq for Hardware {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Hardware {}

impl<'de> Deserialize<'de> for Hardware {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if raw.get() == "null" {
            return Ok(Self::default());
        }
        Self::read(raw.get()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
