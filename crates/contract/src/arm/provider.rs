//! Provider: which namespaces there are, their types and their operations.

use serde::{Deserialize, Serialize};

use super::{AzureStackVersion, NAMESPACE};

/// A namespace as a subscription sees it; also the answer to `register`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    /// Its path.
    pub id: String,
    /// Its name.
    pub namespace: String,
    /// `RegistrationRequired`, or `RegistrationFree`.
    pub registration_policy: String,
    /// `Registered` or `NotRegistered`.
    pub registration_state: String,
    /// Its types.
    pub resource_types: Vec<ResourceType>,
}

impl Provider {
    /// A namespace of a subscription.
    pub fn of(subscription: &str, namespace: &str, state: RegistrationState, types: Vec<ResourceType>) -> Self {
        Self {
            id: format!("/subscriptions/{subscription}/providers/{namespace}"),
            namespace: namespace.to_owned(),
            registration_policy: "RegistrationRequired".to_owned(),
            registration_state: state.word().to_owned(),
            resource_types: types,
        }
    }
}

/// Whether a subscription may make resources of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationState {
    /// It may.
    Registered,
    /// It may not yet.
    NotRegistered,
}

impl RegistrationState {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Registered => "Registered",
            Self::NotRegistered => "NotRegistered",
        }
    }
}

/// A type of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceType {
    /// Its name below the namespace.
    pub resource_type: String,
    /// Where resources of it can be.
    pub locations: Vec<String>,
    /// Its versions. Clients take the first that is no preview.
    pub api_versions: Vec<String>,
    /// `None`.
    pub capabilities: String,
}

impl ResourceType {
    /// A type that is everywhere the same.
    pub fn global(name: &str, api_versions: &[&str]) -> Self {
        Self {
            resource_type: name.to_owned(),
            locations: vec!["global".to_owned()],
            api_versions: api_versions.iter().map(|version| (*version).to_owned()).collect(),
            capabilities: "None".to_owned(),
        }
    }
}

/// The types of [`NAMESPACE`].
pub fn azure_stack_types() -> Vec<ResourceType> {
    let versions = |filter: fn(AzureStackVersion) -> bool| -> Vec<&'static str> {
        AzureStackVersion::ALL.iter().filter(|version| filter(**version)).map(|version| version.text()).collect()
    };
    vec![
        ResourceType::global("operations", &versions(|_| true)),
        ResourceType::global("registrations", &versions(|_| true)),
        ResourceType::global(
            "registrations/customerSubscriptions",
            &versions(AzureStackVersion::has_customer_subscriptions),
        ),
    ]
}

/// Something that a role can allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its name, such as `Microsoft.AzureStack/registrations/read`.
    pub name: String,
    /// The same for people.
    pub display: OperationDisplay,
}

/// An operation for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationDisplay {
    /// Whose operation.
    pub provider: String,
    /// On what.
    pub resource: String,
    /// What it does, in a few words.
    pub operation: String,
    /// What it does, in a sentence.
    pub description: String,
}

/// The operations of [`NAMESPACE`] that exist here.
pub fn azure_stack_operations() -> Vec<Operation> {
    const OPERATIONS: &[(&str, &str, &str, &str)] = &[
        ("Operations/read", "Operations", "List operations", "Lists what roles can allow."),
        ("register/action", "Subscription", "Register the namespace", "Lets a subscription hold registrations."),
        ("registrations/read", "Registrations", "Get registrations", "Shows registrations of stamps."),
        (
            "registrations/write",
            "Registrations",
            "Write registrations",
            "Registers a stamp or changes its registration.",
        ),
        ("registrations/delete", "Registrations", "Delete registrations", "Ends the registration of a stamp."),
        (
            "registrations/getActivationKey/action",
            "Registrations",
            "Get the activation key",
            "Gives the key that switches a registered stamp on.",
        ),
        (
            "registrations/customerSubscriptions/read",
            "Customer subscriptions",
            "Get customer subscriptions",
            "Shows which subscriptions pay for tenants.",
        ),
        (
            "registrations/customerSubscriptions/write",
            "Customer subscriptions",
            "Write customer subscriptions",
            "Lets a subscription pay for a tenant.",
        ),
        (
            "registrations/customerSubscriptions/delete",
            "Customer subscriptions",
            "Delete customer subscriptions",
            "Lets the default subscription pay for a tenant again.",
        ),
    ];
    let operation = |(name, resource, operation, description): &(&str, &str, &str, &str)| Operation {
        name: format!("{NAMESPACE}/{name}"),
        display: OperationDisplay {
            provider: NAMESPACE.to_owned(),
            resource: (*resource).to_owned(),
            operation: (*operation).to_owned(),
            description: (*description).to_owned(),
        },
    };
    OPERATIONS.iter().map(operation).collect()
}
