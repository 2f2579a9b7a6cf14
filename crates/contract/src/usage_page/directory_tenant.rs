//! Directory tenant: a directory whose people may sign in to a stamp, as its operator sees and changes it.
//!
//! Source: `Microsoft.Subscriptions.Admin` 2015-11-01, recorded responses; domain notes E.9.

use serde::{Deserialize, Serialize};

/// The type of a directory tenant.
pub const TYPE: &str = "Microsoft.Subscriptions.Admin/directoryTenants";

/// The path of a directory tenant below a stamp's operator address.
pub fn directory_tenant_path(provider_subscription: &str, group: &str, name: &str) -> String {
    format!("/subscriptions/{provider_subscription}/resourceGroups/{group}/providers/{TYPE}/{name}")
}

/// One directory tenant. Its name is a domain such as `adatum.onmicrosoft.com`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryTenant {
    /// Its path.
    pub id: String,
    /// Its domain.
    pub name: String,
    /// Always [`TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The region.
    pub location: String,
    /// Its directory.
    pub properties: DirectoryTenantProperties,
}

/// What a directory tenant stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryTenantProperties {
    /// The directory.
    pub tenant_id: String,
}

/// What is sent to add one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct DirectoryTenantPut {
    /// The region; that of the stamp when it is left out.
    #[serde(default)]
    pub location: Option<String>,
    /// Its directory.
    #[serde(default)]
    pub properties: Option<DirectoryTenantProperties>,
}
