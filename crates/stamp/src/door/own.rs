//! Own: the subscriptions of a stamp as their users see them.
//!
//! Source: recorded responses, 2015-11-01; domain notes E.8 and G.

use axum::http::StatusCode;
use contract::{
    arm::List,
    usage_page::user_subscription::{OwnSubscription, SubscriptionPolicies},
};
use model::UserSubscription;

use super::{Answer, Call, Refusal};

const READ: &str = "Microsoft.Resources/subscriptions/read";

/// The subscriptions that the caller owns or may read.
pub(super) fn list(call: &Call) -> Result<Answer, Refusal> {
    call.check_any_version()?;
    let all = call.source().subscriptions()?;
    let (page, next_link) = call.cut(all.iter().filter(|one| call.may_see(one)))?;
    let value = page.into_iter().map(|one| shown(call, one)).collect();
    Answer::value(StatusCode::OK, &List::page(value, next_link))
}

/// One of them. What a caller may not see is not there.
pub(super) fn get(call: &Call) -> Result<Answer, Refusal> {
    call.check_any_version()?;
    let one = call.live_subscription()?;
    if !call.may_see(&one) {
        return Err(Refusal::no_such_subscription(&call.subscription));
    }
    Answer::value(StatusCode::OK, &shown(call, &one))
}

fn shown(call: &Call, one: &UserSubscription) -> OwnSubscription {
    let offer = one.offer.rsplit('/').next().unwrap_or_default();
    let provider = if one.delegated_provider == call.source().place().provider_subscription {
        "default"
    } else {
        one.delegated_provider.as_str()
    };
    OwnSubscription {
        offer_id: format!("/delegatedProviders/{provider}/offers/{offer}"),
        id: format!("/subscriptions/{}", one.id),
        subscription_id: one.id.to_string(),
        tenant_id: one.tenant.to_string(),
        display_name: one.display_name.clone(),
        state: one.state.word().to_owned(),
        subscription_policies: SubscriptionPolicies { location_placement_id: "AzureStack".to_owned() },
    }
}

impl Call {
    fn may_see(&self, one: &UserSubscription) -> bool {
        one.deleted.is_none() && (self.owns(one) || self.door.gate.allows(&self.caller, READ, &one.id))
    }

    /// These paths are asked with any version, by clients of any age.
    fn check_any_version(&self) -> Result<(), Refusal> {
        let missing =
            || Refusal::bad("NoApiVersion", "The api-version is missing; any version is taken here.".to_owned());
        self.query.get("api-version")?.map(drop).ok_or_else(missing)
    }
}
