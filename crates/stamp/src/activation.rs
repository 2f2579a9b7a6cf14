//! Activation: a registered cloud is switched on with the key that its registration gave.
//!
//! Source: Azure Stack Hub `Microsoft.AzureBridge.Admin` 2016-01-01, recorded responses; domain notes C.1 and C.3.

use contract::{
    activation_key::{self, ActivationClaims},
    arm::registration,
    secret::Secret,
};
use model::{CloudId, LocalSubscriptionId, Second};
use serde::Serialize;

mod file;
mod shelf;
mod signature;

pub use shelf::Shelf;
pub use signature::TRUSTED_KEYS_BYTES_MAX;

/// The api-version of activations.
pub const API_VERSION: &str = "2016-01-01";

/// The type of an activation.
pub const TYPE: &str = "Microsoft.AzureBridge.Admin/activations";

/// The resource group that activations are in.
pub const RESOURCE_GROUP: &str = "azurestack-activation";

/// The name of the only activation that a cloud has.
pub const NAME: &str = "default";

/// The environment that registrations are in, as clients know it.
pub const ENVIRONMENT: &str = "AzureCloud";

/// Why a key does not activate the cloud.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActivationError {
    /// It is too long.
    #[error("activate with a key of {0} bytes: at most {max} are read", max = activation_key::KEY_BYTES_MAX)]
    TooLong(usize),
    /// It is no signed key.
    #[error("read the activation key: {0}; fetch it again and copy all of it")]
    Malformed(&'static str),
    /// It is signed in a way that is not trusted.
    #[error("check the activation key: it is signed with {0:?}, and only RS256 is trusted")]
    Algorithm(String),
    /// It does not say with which key it was signed, or that key is not among the hub's.
    #[error(
        "check the activation key: it is signed with the key {0:?}, which the hub does not publish; fetch the hub's keys and the activation key again"
    )]
    UnknownKey(String),
    /// The hub's keys cannot be read.
    #[error("read the keys that the hub publishes: {0}")]
    TrustedKeys(String),
    /// The signature is wrong.
    #[error("check the activation key: its signature is wrong; fetch it again from the registration")]
    Signature,
    /// A claim is missing or wrong.
    #[error("read the claims of the activation key: {0}")]
    Claims(String),
    /// It is for another cloud.
    #[error("activate the cloud {own}: the key is for the cloud {key}; fetch the key of this cloud's registration")]
    OtherCloud {
        /// The cloud in the key.
        key: String,
        /// This cloud.
        own: CloudId,
    },
    /// It has expired.
    #[error("activate with a key that expired at {expires}: it is {now}; register again and fetch a new key")]
    Expired {
        /// The first moment at which it no longer holds.
        expires: Second,
        /// Now.
        now: Second,
    },
    /// What was kept cannot be read.
    #[error("read the activation that was kept: {0}; activate the cloud again")]
    File(String),
    /// Its file cannot be read or changed.
    #[error("keep the activation: {0}")]
    Shelf(String),
}

/// What a cloud knows after it was activated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// The cloud.
    pub cloud: CloudId,
    /// The operator's own local subscription, where the activation is.
    pub provider_subscription: LocalSubscriptionId,
    /// The path of the registration.
    pub registration: String,
    /// The environment that the registration is in.
    pub environment: String,
    /// The first moment at which it no longer holds; none is for ever.
    pub expires: Option<Second>,
    /// Whether the cloud reports its usage.
    pub usage_reporting: bool,
    /// Whether it may download from the marketplace.
    pub marketplace_syndication: bool,
    /// How it is paid for.
    pub billing_model: String,
    /// The agreement, if it is paid under one.
    pub agreement_number: Option<String>,
    /// Its regions.
    pub region_names: Vec<String>,
    /// The hub: where usage goes.
    pub hub: String,
    /// Where the hub publishes its keys.
    pub keys_endpoint: String,
    /// What the bridge shows to the hub.
    pub credential: Secret,
    /// When it was activated.
    pub activated: Second,
}

/// Checks a key and makes the activation that it stands for.
///
/// `trusted_jwks` is the text of the key set that the hub publishes.
///
/// # Errors
///
/// When the key is not signed by the hub, is for another cloud or has expired.
pub fn activate(
    key: &str,
    own: &CloudId,
    trusted_jwks: &str,
    default_provider_subscription: &LocalSubscriptionId,
    now: Second,
) -> Result<Activation, ActivationError> {
    let claims = activation_key::read(&signature::check(key.trim(), trusted_jwks)?).map_err(ActivationError::Claims)?;
    if CloudId::new(&claims.cloud_id).as_ref() != Ok(own) {
        return Err(ActivationError::OtherCloud { key: claims.cloud_id, own: own.clone() });
    }
    let expires = activation_key::read_expiry(&claims.expires)
        .map_err(|error| ActivationError::Claims(format!("the claim `expires` cannot be read: {error}")))?;
    if let Some(expires) = expires.filter(|expires| *expires <= now) {
        return Err(ActivationError::Expired { expires, now });
    }
    check_address("usageEndpoint", &claims.usage_endpoint)?;
    check_address("keysEndpoint", &claims.keys_endpoint)?;
    if claims.usage_credential.reveal().is_empty() {
        return Err(ActivationError::Claims("the claim `usageCredential` is empty".to_owned()));
    }
    Ok(Activation {
        cloud: own.clone(),
        provider_subscription: default_provider_subscription.clone(),
        registration: registration_path(&claims)?,
        environment: ENVIRONMENT.to_owned(),
        expires,
        usage_reporting: claims.usage_reporting_enabled,
        marketplace_syndication: claims.marketplace_syndication_enabled,
        billing_model: claims.billing_model,
        agreement_number: claims.agreement_number,
        region_names: claims.region_names,
        hub: claims.usage_endpoint,
        keys_endpoint: claims.keys_endpoint,
        credential: claims.usage_credential,
        activated: now,
    })
}

fn check_address(claim: &str, address: &str) -> Result<(), ActivationError> {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or_default();
    if host.is_empty() || address.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err(ActivationError::Claims(format!("the claim `{claim}` is {address:?}, which is no address")));
    }
    Ok(())
}

/// The registration that the first three claims name.
fn registration_path(claims: &ActivationClaims) -> Result<String, ActivationError> {
    let names = [
        ("subscriptionId", &claims.subscription_id),
        ("resourceGroupName", &claims.resource_group_name),
        ("registrationName", &claims.registration_name),
    ];
    for (claim, name) in names {
        if name.trim().is_empty() || name.contains('/') {
            return Err(ActivationError::Claims(format!("the claim `{claim}` is {name:?}, which is no name")));
        }
    }
    Ok(registration::path(&claims.subscription_id, &claims.resource_group_name, &claims.registration_name))
}

/// The resource in which an operator sees the activation.
#[derive(Serialize)]
struct Resource<'a> {
    id: String,
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    etag: String,
    location: &'a str,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    display_name: &'static str,
    azure_registration_resource_identifier: &'a str,
    azure_environment_name: &'a str,
    expiration: String,
    marketplace_syndication_enabled: bool,
    usage_reporting_enabled: bool,
    provisioning_state: &'static str,
}

impl Activation {
    /// Whether it no longer holds.
    pub fn has_expired(&self, now: Second) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// The path of the resource.
    pub fn path(&self) -> String {
        let subscription = &self.provider_subscription;
        format!("/subscriptions/{subscription}/resourceGroups/{RESOURCE_GROUP}/providers/{TYPE}/{NAME}")
    }

    /// The version of the resource.
    pub fn etag(&self) -> String {
        format!("W/\"datetime'{}'\"", self.activated.to_string().replace(':', "%3A"))
    }

    /// The resource that an operator sees, as JSON. The credential is not in it.
    pub fn to_json(&self) -> String {
        let resource = Resource {
            id: self.path(),
            name: NAME,
            kind: TYPE,
            etag: self.etag(),
            location: self.region_names.first().map_or("local", String::as_str),
            properties: Properties {
                display_name: "Azure Stack Activation",
                azure_registration_resource_identifier: &self.registration,
                azure_environment_name: &self.environment,
                expiration: self.expires.map_or_else(|| "9999-12-30T23:59:59Z".to_owned(), |end| end.to_string()),
                marketplace_syndication_enabled: self.marketplace_syndication,
                usage_reporting_enabled: self.usage_reporting,
                provisioning_state: "Succeeded",
            },
        };
        // Texts and flags can always be written.
        serde_json::to_string(&resource).unwrap_or_default()
    }
}

#[cfg(test)]
pub(crate) mod tests;
