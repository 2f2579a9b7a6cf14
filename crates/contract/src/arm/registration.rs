//! Registration: what says who pays for a stamp, as clients send and read it.

use serde::{Deserialize, Serialize};

use super::{AzureStackVersion, SystemData, Tags, read_object, read_tags};
use crate::secret::Secret;

/// The type of a registration.
pub const TYPE: &str = "Microsoft.AzureStack/registrations";

/// Where every registration is, whatever the request says.
pub const LOCATION: &str = "global";

/// The path of a registration.
pub fn path(subscription: &str, group: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{TYPE}/{name}")
}

/// A registration as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Its path.
    pub id: String,
    /// Its name as it was first written.
    pub name: String,
    /// [`TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// [`LOCATION`].
    pub location: String,
    /// Tags.
    #[serde(default)]
    pub tags: Tags,
    /// Changes with every change. The quotes are part of it.
    pub etag: String,
    /// Who changed it. Only [`AzureStackVersion::V2020_06_01Preview`] has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_data: Option<SystemData>,
    /// The facts.
    pub properties: RegistrationProperties,
}

/// The facts of a registration: exactly these three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationProperties {
    /// The object id of the bridge's service principal.
    pub object_id: String,
    /// The stamp.
    pub cloud_id: String,
    /// How the stamp is paid for.
    pub billing_model: String,
}

impl Registration {
    /// The registration as a version shows it.
    #[must_use]
    pub fn shown_in(mut self, version: AzureStackVersion) -> Self {
        self.system_data = self.system_data.filter(|_| version.has_system_data());
        self
    }
}

/// The answer to `getactivationkey`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivationKey {
    /// The signed key.
    pub activation_key: Secret,
}

/// The body of `PUT` and `PATCH`.
///
/// Clients also put back what they read, to change tags: then there is no token. What is unknown is passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RegistrationRequest {
    /// Anything; a registration is always [`LOCATION`].
    pub location: Option<String>,
    /// Tags, if they are to change.
    #[serde(deserialize_with = "read_tags")]
    pub tags: Option<Tags>,
    /// The facts.
    #[serde(deserialize_with = "read_object")]
    pub properties: Option<RegistrationRequestProperties>,
}

/// The facts in the body of `PUT` and `PATCH`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RegistrationRequestProperties {
    /// The token that the stamp made. Required when the registration is new.
    pub registration_token: Option<String>,
}

impl RegistrationRequest {
    /// The token, if there is one.
    pub fn token(&self) -> Option<&str> {
        self.properties.as_ref().and_then(|properties| properties.registration_token.as_deref())
    }
}
