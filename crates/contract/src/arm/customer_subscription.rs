//! Customer subscription: which subscription pays for a tenant, as clients send and read it.

use serde::{Deserialize, Serialize};

use super::{AzureStackVersion, SystemData, read_object};

/// The type of a customer subscription.
pub const TYPE: &str = "Microsoft.AzureStack/registrations/customerSubscriptions";

/// A customer subscription as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSubscription {
    /// Its path.
    pub id: String,
    /// The registration's name, a slash and the subscription.
    pub name: String,
    /// [`TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// Changes with every change. Optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Who changed it. Only [`AzureStackVersion::V2020_06_01Preview`] has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_data: Option<SystemData>,
    /// The facts.
    pub properties: CustomerSubscriptionProperties,
}

/// The facts of a customer subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSubscriptionProperties {
    /// The directory of the subscription.
    pub tenant_id: String,
}

impl CustomerSubscription {
    /// A customer subscription of a registration.
    pub fn of(registration_path: &str, registration_name: &str, subscription: &str, tenant: &str) -> Self {
        Self {
            id: format!("{registration_path}/customerSubscriptions/{subscription}"),
            name: format!("{registration_name}/{subscription}"),
            kind: TYPE.to_owned(),
            etag: None,
            system_data: None,
            properties: CustomerSubscriptionProperties { tenant_id: tenant.to_owned() },
        }
    }

    /// The customer subscription as a version shows it.
    #[must_use]
    pub fn shown_in(mut self, version: AzureStackVersion) -> Self {
        self.system_data = self.system_data.filter(|_| version.has_system_data());
        self
    }
}

/// The body of `PUT`, which may be missing. A location is passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CustomerSubscriptionRequest {
    /// The facts.
    #[serde(deserialize_with = "read_object")]
    pub properties: Option<CustomerSubscriptionRequestProperties>,
}

/// The facts in the body of `PUT`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CustomerSubscriptionRequestProperties {
    /// The directory that the caller believes the subscription is in.
    pub tenant_id: Option<String>,
}

impl CustomerSubscriptionRequest {
    /// The directory, if the caller names one.
    pub fn tenant(&self) -> Option<&str> {
        self.properties.as_ref().and_then(|properties| properties.tenant_id.as_deref())
    }
}
