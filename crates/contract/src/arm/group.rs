//! Group: resource groups, what lies in them, and the locks on it.

use serde::{Deserialize, Serialize};

use super::{Provisioning, Tags, read_object, read_tags};

/// The type of a resource group.
pub const TYPE: &str = "Microsoft.Resources/resourceGroups";

/// The type of a lock.
pub const LOCK_TYPE: &str = "Microsoft.Authorization/locks";

/// The path of a resource group.
pub fn path(subscription: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{name}")
}

/// A resource group as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceGroup {
    /// Its path.
    pub id: String,
    /// Its name as it was first written.
    pub name: String,
    /// [`TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// Where its metadata is said to be.
    pub location: String,
    /// Tags.
    #[serde(default)]
    pub tags: Tags,
    /// That it is there.
    pub properties: Provisioning,
}

impl ResourceGroup {
    /// A resource group of a subscription.
    pub fn of(subscription: &str, name: &str, location: &str, tags: Tags) -> Self {
        let (kind, properties) = (TYPE.to_owned(), Provisioning::default());
        let (name, location) = (name.to_owned(), location.to_owned());
        Self { id: path(subscription, &name), name, kind, location, tags, properties }
    }
}

/// The body of a group's `PUT` and `PATCH`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ResourceGroupRequest {
    /// Where. Required when the group is new.
    pub location: Option<String>,
    /// Tags, if they are to change.
    #[serde(deserialize_with = "read_tags")]
    pub tags: Option<Tags>,
}

/// A line in the list of all resources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenericResource {
    /// Its path.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is.
    pub location: String,
    /// Tags.
    #[serde(default)]
    pub tags: Tags,
    /// When it was made; shown on demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_time: Option<String>,
    /// When it was changed; shown on demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_time: Option<String>,
    /// That it is there; shown on demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioning_state: Option<String>,
}

/// A lock as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Its path.
    pub id: String,
    /// Its name as it was first written.
    pub name: String,
    /// [`LOCK_TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// What it prevents and why.
    pub properties: LockProperties,
}

/// What a lock prevents and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockProperties {
    /// `CanNotDelete` or `ReadOnly`.
    pub level: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl Lock {
    /// A lock on a scope, such as the path of a registration.
    pub fn on(scope: &str, name: &str, level: &str, notes: Option<&str>) -> Self {
        Self {
            id: format!("{scope}/providers/{LOCK_TYPE}/{name}"),
            name: name.to_owned(),
            kind: LOCK_TYPE.to_owned(),
            properties: LockProperties { level: level.to_owned(), notes: notes.map(str::to_owned) },
        }
    }
}

/// The body of a lock's `PUT`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LockRequest {
    /// What it is to prevent and why.
    #[serde(deserialize_with = "read_object")]
    pub properties: Option<LockRequestProperties>,
}

/// The facts in the body of a lock's `PUT`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LockRequestProperties {
    /// `CanNotDelete` or `ReadOnly`.
    pub level: Option<String>,
    /// Why.
    pub notes: Option<String>,
}
