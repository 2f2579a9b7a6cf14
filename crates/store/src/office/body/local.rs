//! Local: the bodies of what a stamp keeps about who uses it.

use model::{DirectoryId, DirectoryTenant, LocalSubscriptionId, Second, UserSubscription, UserSubscriptionState};
use serde::{Deserialize, Serialize};

use super::{SecondBody, seconds, text};

#[derive(Serialize, Deserialize)]
#[serde(remote = "UserSubscription", deny_unknown_fields)]
pub(super) struct UserSubscriptionBody {
    #[serde(with = "text")]
    id: LocalSubscriptionId,
    #[serde(with = "text")]
    delegated_provider: LocalSubscriptionId,
    display_name: String,
    external_reference: Option<String>,
    owner: String,
    #[serde(with = "text")]
    tenant: DirectoryId,
    offer: String,
    #[serde(with = "text")]
    state: UserSubscriptionState,
    #[serde(with = "SecondBody")]
    created: Second,
    #[serde(with = "seconds")]
    deleted: Option<Second>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DirectoryTenant", deny_unknown_fields)]
pub(super) struct DirectoryTenantBody {
    name: String,
    group: String,
    location: String,
    #[serde(with = "text")]
    tenant: DirectoryId,
    removed: bool,
}
