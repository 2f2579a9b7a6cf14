//! Activation key: the claims that a registration hands to its stamp, signed.
//!
//! Source: Azure Stack Hub registration REST 2017-06-01, the decoded key of a published recording: names and order.
//! The last two claims are this project's own.

use model::{Second, TimeError};
use serde::{Deserialize, Serialize};

use crate::{hardware::Hardware, secret::Secret};

/// The longest key that is looked at. Unit: bytes of the signed text.
pub const KEY_BYTES_MAX: usize = 64 * 1024;

/// How `expires` is written when the key holds for ever.
pub const UNLIMITED: &str = "9999-12-30T23:59:59.9999999Z";

/// What a key says. The order of the fields is the order on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivationClaims {
    /// The subscription that the registration lives in.
    pub subscription_id: String,
    /// The registration's resource group.
    pub resource_group_name: String,
    /// The registration's name.
    pub registration_name: String,
    /// Which roots a stamp may trust; empty when any that its machine trusts.
    #[serde(default)]
    pub cert_pinning_root_subjects: Vec<String>,
    /// Which intermediate certificates a stamp may trust.
    #[serde(default)]
    pub cert_pinning_intermediate_thumbprints: Vec<String>,
    /// The hub: where usage goes.
    pub usage_endpoint: String,
    /// Where the marketplace is.
    #[serde(default)]
    pub marketplace_endpoint: String,
    /// The audience of tokens for the hub.
    #[serde(default)]
    pub usage_resource_uri: String,
    /// The audience of tokens for the marketplace.
    #[serde(default)]
    pub marketplace_resource_uri: String,
    /// Until when the key holds; [`UNLIMITED`] or a time in UTC.
    pub expires: String,
    /// The stamp, for ever.
    pub cloud_id: String,
    /// The object id of the bridge's service principal.
    #[serde(default)]
    pub object_id: String,
    /// How the stamp is paid for.
    pub billing_model: String,
    /// The hosts, as the registration token had them.
    #[serde(default)]
    pub hardware_info: Hardware,
    /// The regions of the stamp.
    #[serde(default)]
    pub region_names: Vec<String>,
    /// The agreement of a capacity registration.
    #[serde(default)]
    pub agreement_number: Option<String>,
    /// Whether the stamp reports its usage.
    pub usage_reporting_enabled: bool,
    /// Whether the stamp may download from the marketplace.
    pub marketplace_syndication_enabled: bool,
    /// Who made the registration token.
    #[serde(default)]
    pub issuer: Option<String>,
    /// The version of the registration token.
    #[serde(default)]
    pub version: String,
    /// What the bridge shows to the hub.
    pub usage_credential: Secret,
    /// Where the hub publishes the keys it signs with.
    pub keys_endpoint: String,
}

/// Reads claims whose signature was checked.
///
/// # Errors
///
/// When a claim is missing or of another type. The text names it.
pub fn read(json: &str) -> Result<ActivationClaims, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// Writes an expiry; none is for ever.
pub fn write_expiry(expires: Option<Second>) -> String {
    expires.map_or_else(|| UNLIMITED.to_owned(), |expires| expires.to_string())
}

/// Reads an expiry; none is for ever.
///
/// The last two days of the year 9999 mean for ever, and no calendar here reaches them.
///
/// # Errors
///
/// When the text is no time.
pub fn read_expiry(text: &str) -> Result<Option<Second>, TimeError> {
    let text = text.trim();
    if text.starts_with("9999-12-30T") || text.starts_with("9999-12-31T") {
        return Ok(None);
    }
    Second::parse(text).map(Some)
}

#[cfg(test)]
mod tests;
