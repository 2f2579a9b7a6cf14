//! User subscription: the local subscriptions that a stamp lists to its operator.
//!
//! Source: Azure Stack Hub `Microsoft.Subscriptions.Admin` 2015-11-01, recorded responses. The objects are flat.

use serde::{Deserialize, Serialize};

/// The api-version that stamps speak.
pub const API_VERSION: &str = "2015-11-01";

/// The state of a deleted subscription. Only whoever asks for them with `includeDeleted=true` sees them; real stamps show none.
pub const DELETED: &str = "Deleted";

/// The path of the list below a stamp's operator address.
pub fn user_subscriptions_path(provider_subscription: &str) -> String {
    format!("/subscriptions/{provider_subscription}/providers/Microsoft.Subscriptions.Admin/subscriptions")
}

/// The list of local subscriptions. It holds neither deleted ones nor the default provider subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSubscriptions {
    /// The local subscriptions.
    pub value: Vec<UserSubscription>,
    /// The absolute address of the next page, if there is one.
    #[serde(rename = "nextLink", default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// One local subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSubscription {
    /// Its path.
    #[serde(default)]
    pub id: String,
    /// Its id.
    pub subscription_id: String,
    /// Whose direct tenant it is.
    #[serde(default)]
    pub delegated_provider_subscription_id: String,
    /// A name for people.
    #[serde(default)]
    pub display_name: String,
    /// What another system calls it. Stamps leave it out, or send it empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_reference_id: Option<String>,
    /// The account that owns it.
    #[serde(default)]
    pub owner: String,
    /// Its directory. A stamp fills it in for every subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// `Default` on every recorded stamp.
    #[serde(default)]
    pub routing_resource_manager_type: String,
    /// The offer that was subscribed to.
    #[serde(default)]
    pub offer_id: String,
    /// `Enabled`, `Disabled`, or [`DELETED`] where deleted ones were asked for.
    #[serde(default)]
    pub state: String,
}

/// What is sent to make or to change one. What is left out stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSubscriptionPut {
    /// Its id, which must be the one in the path.
    #[serde(default)]
    pub subscription_id: Option<String>,
    /// Whose direct tenant it is.
    #[serde(default)]
    pub delegated_provider_subscription_id: Option<String>,
    /// A name for people.
    #[serde(default)]
    pub display_name: Option<String>,
    /// What another system calls it.
    #[serde(default)]
    pub external_reference_id: Option<String>,
    /// The account that owns it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Its directory. A stamp finds out that of a new one.
    #[serde(default)]
    pub tenant_id: Option<String>,
    /// The offer that is subscribed to.
    #[serde(default)]
    pub offer_id: Option<String>,
    /// `Enabled` or `Disabled`.
    #[serde(default)]
    pub state: Option<String>,
}

/// What is sent to make user subscriptions the direct tenants of another provider.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Move {
    /// The paths of the user subscriptions.
    #[serde(default)]
    pub resources: Option<Vec<String>>,
    /// The path of an offer of the delegated provider that they go to. Without it they go to the provider that is asked.
    #[serde(default)]
    pub target_delegated_provider_offer: Option<String>,
}

/// What became of a longer operation. Nothing here takes time, so it has always succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationStatus {
    /// Its path.
    pub id: String,
    /// Its id.
    pub name: String,
    /// `Succeeded`.
    pub status: String,
    /// When it began.
    pub start_time: String,
    /// When it ended.
    pub end_time: String,
    /// How much of it is done. Unit: percent.
    pub percent_complete: u32,
}

/// A local subscription as its users see it, in the recorded order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnSubscription {
    /// The offer, below the delegated provider that made it.
    pub offer_id: String,
    /// Its path.
    pub id: String,
    /// Its id.
    pub subscription_id: String,
    /// Its directory.
    pub tenant_id: String,
    /// A name for people.
    pub display_name: String,
    /// `Enabled` or `Disabled`.
    pub state: String,
    /// Where it may be used.
    pub subscription_policies: SubscriptionPolicies,
}

/// Where a local subscription may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionPolicies {
    /// `AzureStack` on every recorded stamp.
    pub location_placement_id: String,
}
