//! Access: roles and who has them, as clients send and read it.

use serde::{Deserialize, Serialize};

use super::read_object;

/// The type of a role.
pub const ROLE_DEFINITION_TYPE: &str = "Microsoft.Authorization/roleDefinitions";

/// The type of a role assignment.
pub const ROLE_ASSIGNMENT_TYPE: &str = "Microsoft.Authorization/roleAssignments";

/// A role as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDefinition {
    /// Its path.
    pub id: String,
    /// Its GUID.
    pub name: String,
    /// [`ROLE_DEFINITION_TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The facts.
    pub properties: RoleDefinitionProperties,
}

/// The facts of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleDefinitionProperties {
    /// The name people know.
    pub role_name: String,
    /// `BuiltInRole` or `CustomRole`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// Where it can be given.
    pub assignable_scopes: Vec<String>,
    /// What it allows.
    pub permissions: Vec<Permission>,
}

/// What a role allows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// Operations that it allows; `*` stands for any text.
    pub actions: Vec<String>,
    /// Operations that it takes away again.
    pub not_actions: Vec<String>,
    /// The same for data.
    pub data_actions: Vec<String>,
    /// The same for data.
    pub not_data_actions: Vec<String>,
}

impl RoleDefinition {
    /// A role that comes with the hub and can be given at any scope.
    pub fn built_in(guid: &str, role_name: &str, description: &str, actions: &[&str], not_actions: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let permission =
            Permission { actions: owned(actions), not_actions: owned(not_actions), ..Permission::default() };
        Self {
            id: format!("/providers/{ROLE_DEFINITION_TYPE}/{guid}"),
            name: guid.to_owned(),
            kind: ROLE_DEFINITION_TYPE.to_owned(),
            properties: RoleDefinitionProperties {
                role_name: role_name.to_owned(),
                kind: "BuiltInRole".to_owned(),
                description: description.to_owned(),
                assignable_scopes: vec!["/".to_owned()],
                permissions: vec![permission],
            },
        }
    }
}

/// A role assignment as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// Its path.
    pub id: String,
    /// Its GUID.
    pub name: String,
    /// [`ROLE_ASSIGNMENT_TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The facts.
    pub properties: RoleAssignmentProperties,
}

/// The facts of a role assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleAssignmentProperties {
    /// Where it holds.
    pub scope: String,
    /// The path of the role.
    pub role_definition_id: String,
    /// Whose it is.
    pub principal_id: String,
    /// `User` or `ServicePrincipal`.
    pub principal_type: String,
}

impl RoleAssignment {
    /// A role assignment. The root scope is `/`.
    pub fn of(name: &str, properties: RoleAssignmentProperties) -> Self {
        Self {
            id: format!("{}/providers/{ROLE_ASSIGNMENT_TYPE}/{name}", properties.scope.trim_end_matches('/')),
            name: name.to_owned(),
            kind: ROLE_ASSIGNMENT_TYPE.to_owned(),
            properties,
        }
    }
}

/// The body of a role assignment's `PUT`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RoleAssignmentRequest {
    /// The facts.
    #[serde(deserialize_with = "read_object")]
    pub properties: Option<RoleAssignmentRequestProperties>,
}

/// The facts in the body of a role assignment's `PUT`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RoleAssignmentRequestProperties {
    /// The path of the role.
    pub role_definition_id: Option<String>,
    /// Who is to have it.
    pub principal_id: Option<String>,
    /// What that is. Clients often leave it out.
    pub principal_type: Option<String>,
}
