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
