//! File: how a cloud keeps its activation, with the credential, between two starts.

use contract::{
    activation_key::{read_expiry, write_expiry},
    secret::Secret,
};
use model::{CloudId, LocalSubscriptionId, Second};
use serde::{Deserialize, Serialize};

use super::{Activation, ActivationError};

/// The longest file that is looked at. Unit: bytes.
pub(super) const FILE_BYTES_MAX: usize = 64 * 1024;

/// The document in the file. Whoever writes it sees to it that nobody else can read it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kept {
    cloud_id: String,
    provider_subscription_id: String,
    registration: String,
    environment: String,
    expires: String,
    usage_reporting_enabled: bool,
    marketplace_syndication_enabled: bool,
    billing_model: String,
    agreement_number: Option<String>,
    region_names: Vec<String>,
    hub: String,
    keys_endpoint: String,
    credential: Secret,
    activated: String,
}

impl Activation {
    /// The text of the file `activation.json`. It holds the credential.
    pub fn to_file(&self) -> String {
        let kept = Kept {
            cloud_id: self.cloud.as_str().to_owned(),
            provider_subscription_id: self.provider_subscription.as_str().to_owned(),
            registration: self.registration.clone(),
            environment: self.environment.clone(),
            expires: write_expiry(self.expires),
            usage_reporting_enabled: self.usage_reporting,
            marketplace_syndication_enabled: self.marketplace_syndication,
            billing_model: self.billing_model.clone(),
            agreement_number: self.agreement_number.clone(),
            region_names: self.region_names.clone(),
            hub: self.hub.clone(),
            keys_endpoint: self.keys_endpoint.clone(),
            credential: self.credential.clone(),
            activated: self.activated.to_string(),
        };
        // Texts and flags can always be written.
        serde_json::to_string_pretty(&kept).unwrap_or_default()
    }

    /// Reads the text of the file again.
    ///
    /// # Errors
    ///
    /// When it is not what [`Activation::to_file`] writes.
    pub fn from_file(text: &str) -> Result<Self, ActivationError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(ActivationError::File(format!("it is longer than {FILE_BYTES_MAX} bytes")));
        }
        let unreadable = |error: &dyn std::error::Error| ActivationError::File(error.to_string());
        let kept: Kept = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        Ok(Self {
            cloud: CloudId::new(&kept.cloud_id).map_err(|error| unreadable(&error))?,
            provider_subscription: LocalSubscriptionId::new(&kept.provider_subscription_id)
                .map_err(|error| unreadable(&error))?,
            registration: kept.registration,
            environment: kept.environment,
            expires: read_expiry(&kept.expires).map_err(|error| unreadable(&error))?,
            usage_reporting: kept.usage_reporting_enabled,
            marketplace_syndication: kept.marketplace_syndication_enabled,
            billing_model: kept.billing_model,
            agreement_number: kept.agreement_number,
            region_names: kept.region_names,
            hub: kept.hub,
            keys_endpoint: kept.keys_endpoint,
            credential: kept.credential,
            activated: Second::parse(&kept.activated).map_err(|error| unreadable(&error))?,
        })
    }
}
