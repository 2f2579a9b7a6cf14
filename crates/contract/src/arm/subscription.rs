//! Subscription: the subscriptions, locations and tenants that a caller sees.

use serde::{Deserialize, Serialize};

/// A subscription in the list of a caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Its path.
    pub id: String,
    /// Its id.
    pub subscription_id: String,
    /// The directory it lives in.
    pub tenant_id: String,
    /// The name people know.
    pub display_name: String,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`.
    pub state: String,
    /// `RoleBased`.
    pub authorization_source: String,
    /// Nobody.
    #[serde(default)]
    pub managed_by_tenants: Vec<ManagingTenant>,
    /// What applies to it.
    pub subscription_policies: SubscriptionPolicies,
}

/// A directory that manages a subscription of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagingTenant {
    /// The directory.
    pub tenant_id: String,
}

/// What applies to a subscription. Clients read it and nothing depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionPolicies {
    /// Where it may be used.
    pub location_placement_id: String,
    /// Its offer.
    pub quota_id: String,
    /// Whether it ends when money runs out.
    pub spending_limit: String,
}

impl Default for SubscriptionPolicies {
    fn default() -> Self {
        let internal = || "Internal_2014-09-01".to_owned();
        Self { location_placement_id: internal(), quota_id: internal(), spending_limit: "Off".to_owned() }
    }
}

impl Subscription {
    /// A subscription that is in use. `state` such as `Enabled`.
    pub fn of(id: &str, tenant: &str, display_name: &str, state: &str) -> Self {
        Self {
            id: format!("/subscriptions/{id}"),
            subscription_id: id.to_owned(),
            tenant_id: tenant.to_owned(),
            display_name: display_name.to_owned(),
            state: state.to_owned(),
            authorization_source: "RoleBased".to_owned(),
            managed_by_tenants: Vec::new(),
            subscription_policies: SubscriptionPolicies::default(),
        }
    }
}

/// A place where resources can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Its path.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The name people know.
    pub display_name: String,
    /// A text with a number of degrees.
    pub latitude: String,
    /// A text with a number of degrees.
    pub longitude: String,
}

impl Location {
    /// A place that is nowhere in particular.
    pub fn of(subscription: &str, name: &str) -> Self {
        Self {
            id: format!("/subscriptions/{subscription}/locations/{name}"),
            name: name.to_owned(),
            display_name: name.to_owned(),
            latitude: "0".to_owned(),
            longitude: "0".to_owned(),
        }
    }
}

/// A directory in the list of a caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its path.
    pub id: String,
    /// Its id.
    pub tenant_id: String,
    /// The name people know.
    pub display_name: String,
    /// Its domain.
    pub default_domain: String,
    /// `Home`.
    pub tenant_category: String,
}

impl Tenant {
    /// The home directory of a caller.
    pub fn home(id: &str, display_name: &str, domain: &str) -> Self {
        Self {
            id: format!("/tenants/{id}"),
            tenant_id: id.to_owned(),
            display_name: display_name.to_owned(),
            default_domain: domain.to_owned(),
            tenant_category: "Home".to_owned(),
        }
    }
}
