//! Subscriptions: the user subscriptions of a stamp, as its operator sees and changes them.
//!
//! Source: `Microsoft.Subscriptions.Admin` 2015-11-01, recorded responses; domain notes E.8.

use axum::http::StatusCode;
use contract::usage_page::user_subscription::{self, API_VERSION};
use model::{LocalSubscriptionId, UserSubscription};

use super::{Answer, Call, Refusal};

/// The parameter that says where a page begins.
const SKIP: &str = "$skipToken";

const READ: &str = "Microsoft.Subscriptions.Admin/subscriptions/read";

/// The user subscriptions that are direct tenants of the one in the path.
pub(super) fn list(call: &Call) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let provider = call.live_subscription()?;
    call.check_allowed(READ, &provider.id)?;
    let operator = &call.source().place().provider_subscription;
    let also_deleted = provider.id == *operator
        && call.query.get("includeDeleted")?.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let all = call.source().subscriptions()?;
    // The operator's own subscription is nobody's user subscription.
    let is_listed = |one: &&UserSubscription| {
        one.delegated_provider == provider.id && one.id != *operator && (also_deleted || one.deleted.is_none())
    };
    let (page, next_link) = call.cut(all.iter().filter(is_listed))?;
    let value = page.into_iter().map(|one| shown(&provider.id, one)).collect();
    Answer::value(StatusCode::OK, &user_subscription::UserSubscriptions { value, next_link })
}

/// A user subscription as an operator sees it.
pub(super) fn shown(provider: &LocalSubscriptionId, one: &UserSubscription) -> user_subscription::UserSubscription {
    user_subscription::UserSubscription {
        id: format!("{}/{}", user_subscription::user_subscriptions_path(provider.as_str()), one.id),
        subscription_id: one.id.to_string(),
        delegated_provider_subscription_id: one.delegated_provider.to_string(),
        display_name: one.display_name.clone(),
        external_reference_id: one.external_reference.clone(),
        owner: one.owner.clone(),
        tenant_id: Some(one.tenant.to_string()),
        routing_resource_manager_type: "Default".to_owned(),
        offer_id: one.offer.clone(),
        state: one.deleted.map_or(one.state.word(), |_| user_subscription::DELETED).to_owned(),
    }
}

impl Call {
    /// The subscription in the path, which must be there.
    pub(super) fn live_subscription(&self) -> Result<UserSubscription, Refusal> {
        if self.subscription.is_empty() {
            let message = "The request names no subscription: the path begins with /subscriptions/{id}/.".to_owned();
            return Err(Refusal::bad("SubscriptionIdMissingInRequest", message));
        }
        let known = match LocalSubscriptionId::new(&self.subscription) {
            Ok(id) => self.find_subscription(&id)?,
            Err(_) => None,
        };
        known.filter(|known| known.deleted.is_none()).ok_or_else(|| Refusal::no_such_subscription(&self.subscription))
    }

    /// A subscription by its id, also a deleted one.
    pub(super) fn find_subscription(&self, id: &LocalSubscriptionId) -> Result<Option<UserSubscription>, Refusal> {
        let all = self.source().subscriptions()?;
        let place = all.binary_search_by(|one| one.id.cmp(id)).ok();
        Ok(place.and_then(|place| all.get(place)).cloned())
    }

    /// Whether the caller is the billing owner of a subscription.
    pub(super) fn owns(&self, subscription: &UserSubscription) -> bool {
        !subscription.owner.is_empty() && subscription.owner.eq_ignore_ascii_case(&self.caller.name)
    }

    /// Lets through who may do something at a subscription.
    pub(super) fn check_allowed(&self, action: &str, subscription: &LocalSubscriptionId) -> Result<(), Refusal> {
        if self.door.gate.allows(&self.caller, action, subscription) {
            return Ok(());
        }
        Err(Refusal::forbidden(&self.caller.name, action, &format!("/subscriptions/{subscription}")))
    }

    /// One page of subscriptions that are in order of their ids, with the address of the next one.
    pub(super) fn cut<'a>(
        &self,
        subscriptions: impl Iterator<Item = &'a UserSubscription>,
    ) -> Result<(Vec<&'a UserSubscription>, Option<String>), Refusal> {
        let unreadable = |_| Refusal::property(SKIP, "is no id of a subscription");
        let last = self.query.get(SKIP)?.map(LocalSubscriptionId::new).transpose().map_err(unreadable)?;
        let mut rest = subscriptions.filter(|one| last.as_ref().is_none_or(|last| one.id > *last));
        let page: Vec<_> = rest.by_ref().take(self.door.settings.page_rows_max).collect();
        let next = rest.next().and_then(|_| page.last()).map(|last| self.link(SKIP, last.id.as_str()));
        Ok((page, next))
    }

    /// The address of the same request with another value of one parameter.
    pub(super) fn link(&self, parameter: &str, value: &str) -> String {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let is_it = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            name.replace("%24", "$").eq_ignore_ascii_case(parameter)
        };
        let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string();
        // These are safe as they are, and links are read by people, too.
        let pair = format!("{parameter}={}", value.replace("%2D", "-").replace("%5F", "_"));
        let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_it(pair)).collect();
        pairs.push(&pair);
        format!("{}{path}?{}", self.origin, pairs.join("&"))
    }
}
