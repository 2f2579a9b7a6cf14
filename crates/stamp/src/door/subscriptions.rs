//! Subscriptions: the user subscriptions of a stamp, as its operator sees and changes them.
//!
//! Source: `Microsoft.Subscriptions.Admin` 2015-11-01, recorded responses; domain notes E.8.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use contract::{
    arm::List,
    usage_page::user_subscription::{self, API_VERSION, UserSubscriptionPut},
};
use model::{DirectoryId, LocalSubscriptionId, UserSubscription, UserSubscriptionState};

use super::{Answer, Call, Refusal, query};
use crate::{ChangeError, SubscriptionPut};

/// The parameter that says where a page begins.
const SKIP: &str = "$skipToken";

const READ: &str = "Microsoft.Subscriptions.Admin/subscriptions/read";
const WRITE: &str = "Microsoft.Subscriptions.Admin/subscriptions/write";
const DELETE: &str = "Microsoft.Subscriptions.Admin/subscriptions/delete";
const READ_PROVIDERS: &str = "Microsoft.Subscriptions.Admin/delegatedProviders/read";

/// The longest text that people write. Unit: bytes.
const TEXT_BYTES_MAX: usize = 1_024;

/// The user subscriptions that are direct tenants of the one in the path.
pub(super) fn list(call: &Call) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let provider = call.live_subscription()?;
    call.check_allowed(READ, &provider.id)?;
    let also_deleted = call.is_operator(&provider.id)
        && call.query.get("includeDeleted")?.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let all = call.source().subscriptions()?;
    // The operator's own subscription is nobody's user subscription.
    let is_listed = |one: &&UserSubscription| {
        one.delegated_provider == provider.id && !call.is_operator(&one.id) && (also_deleted || one.deleted.is_none())
    };
    let (page, next_link) = call.cut(all.iter().filter(is_listed))?;
    let value = page.into_iter().map(|one| shown(&provider.id, one)).collect();
    Answer::value(StatusCode::OK, &user_subscription::UserSubscriptions { value, next_link })
}

/// Answers what is asked of one user subscription.
pub(super) fn one(call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let provider = call.live_subscription()?;
    let action = match call.method.as_str() {
        "PUT" => WRITE,
        "DELETE" => DELETE,
        _ => READ,
    };
    call.check_allowed(action, &provider.id)?;
    let unreadable = |error| Refusal::property("subscriptionId", &format!("is wrong: {error}"));
    let id = LocalSubscriptionId::new(id).map_err(unreadable)?;
    let known = call.find_subscription(&id)?;
    // A delegated provider has a say over its direct tenants only, and does not learn of others.
    let is_own = known.as_ref().is_none_or(|known| known.delegated_provider == provider.id);
    if !call.is_operator(&provider.id) && !is_own {
        return Err(Refusal::no_such_subscription(id.as_str()));
    }
    match action {
        WRITE => put(call, &provider.id, id, known.as_ref()),
        DELETE => {
            let deleted = call.service()?.delete_subscription(&call.caller.id, &id)?;
            Ok(Answer::empty(if deleted { StatusCode::OK } else { StatusCode::NO_CONTENT }))
        }
        _ => {
            let known = known.filter(|known| known.deleted.is_none());
            let known = known.ok_or_else(|| Refusal::no_such_subscription(id.as_str()))?;
            Answer::value(StatusCode::OK, &shown(&provider.id, &known))
        }
    }
}

fn put(
    call: &Call,
    provider: &LocalSubscriptionId,
    id: LocalSubscriptionId,
    known: Option<&UserSubscription>,
) -> Result<Answer, Refusal> {
    let service = call.service()?;
    let sent: UserSubscriptionPut = call.body()?;
    if sent.subscription_id.as_deref().is_some_and(|sent| !LocalSubscriptionId::new(sent).is_ok_and(|sent| sent == id))
    {
        return Err(Refusal::property("subscriptionId", "is not the one in the path"));
    }
    let id_of = |name: &'static str, sent: &Option<String>| {
        let sent = sent.as_deref().filter(|sent| !sent.is_empty());
        let wrong = |error| Refusal::property(name, &format!("is wrong: {error}"));
        sent.map(|sent| LocalSubscriptionId::new(sent).map_err(wrong)).transpose()
    };
    let delegated = id_of("delegatedProviderSubscriptionId", &sent.delegated_provider_subscription_id)?;
    if !call.is_operator(provider) && delegated.as_ref().is_some_and(|delegated| delegated != provider) {
        let message = "is not the subscription in the path; a delegated provider makes direct tenants of its own";
        return Err(Refusal::property("delegatedProviderSubscriptionId", message));
    }
    let delegated = delegated.or_else(|| known.is_none().then(|| provider.clone()));
    let tenant = sent.tenant_id.as_deref().filter(|sent| !sent.is_empty()).map(DirectoryId::new).transpose();
    let state = match sent.state.as_deref().filter(|sent| !sent.is_empty()) {
        None => known.map_or(UserSubscriptionState::Enabled, |known| known.state),
        Some(sent) => state(sent).ok_or_else(|| Refusal::property("state", "is neither Enabled nor Disabled"))?,
    };
    let owner = text("owner", sent.owner, known.map(|known| &known.owner))?;
    if owner.trim().is_empty() {
        return Err(Refusal::property("owner", "is missing"));
    }
    let wanted = SubscriptionPut {
        id,
        delegated_provider: delegated,
        display_name: text("displayName", sent.display_name, Some(known.map_or(&owner, |known| &known.display_name)))?,
        external_reference: sent
            .external_reference_id
            .map(|sent| text("externalReferenceId", Some(sent), None))
            .transpose()?
            .or_else(|| known.and_then(|known| known.external_reference.clone())),
        owner,
        tenant: tenant.map_err(|error| Refusal::property("tenantId", &format!("is wrong: {error}")))?,
        offer: text("offerId", sent.offer_id, known.map(|known| &known.offer))?,
        state,
    };
    let (made, created) = service.put_subscription(&call.caller.id, &wanted)?;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    Answer::value(status, &shown(provider, &made))
}

fn state(sent: &str) -> Option<UserSubscriptionState> {
    UserSubscriptionState::ALL.iter().copied().find(|state| state.word().eq_ignore_ascii_case(sent))
}

/// A text that people wrote, or the one that was there before.
fn text(name: &str, sent: Option<String>, before: Option<&String>) -> Result<String, Refusal> {
    let text = sent.or_else(|| before.cloned()).unwrap_or_default();
    if text.len() > TEXT_BYTES_MAX || text.chars().any(char::is_control) {
        return Err(Refusal::property(
            name,
            &format!("is longer than {TEXT_BYTES_MAX} bytes or holds control characters"),
        ));
    }
    Ok(text)
}

/// The direct tenants of a provider that have direct tenants of their own.
pub(super) fn list_providers(call: &Call) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let provider = call.live_subscription()?;
    call.check_allowed(READ_PROVIDERS, &provider.id)?;
    let all = call.source().subscriptions()?;
    let providers = delegated_providers(call, &all, &provider.id);
    let (page, next_link) = call.cut(providers.into_iter())?;
    let value = page.into_iter().map(|one| shown(&provider.id, one)).collect();
    Answer::value(StatusCode::OK, &List::page(value, next_link))
}

/// One of them.
pub(super) fn get_provider(call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.query.check_version(API_VERSION)?;
    let provider = call.live_subscription()?;
    call.check_allowed(READ_PROVIDERS, &provider.id)?;
    let all = call.source().subscriptions()?;
    let mut providers = delegated_providers(call, &all, &provider.id).into_iter();
    let found = providers.find(|one| LocalSubscriptionId::new(id).is_ok_and(|id| one.id == id));
    Answer::value(StatusCode::OK, &shown(&provider.id, found.ok_or_else(|| Refusal::no_such_subscription(id))?))
}

fn delegated_providers<'a>(
    call: &Call,
    all: &'a [UserSubscription],
    provider: &LocalSubscriptionId,
) -> Vec<&'a UserSubscription> {
    // One whose last tenant was deleted still has usage to show. The operator sees those of others as well, or whoever reads
    // for the operator would never hear of them.
    let delegating: BTreeSet<_> = all.iter().map(|one| &one.delegated_provider).collect();
    let is_below = |one: &&UserSubscription| one.delegated_provider == *provider || call.is_operator(provider);
    let is_listed = |one: &&UserSubscription| {
        one.deleted.is_none() && delegating.contains(&one.id) && is_below(one) && !call.is_operator(&one.id)
    };
    all.iter().filter(is_listed).collect()
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound(id) => Self::no_such_subscription(id.as_str()),
            ChangeError::OtherDirectory(reason) => {
                Self::new(StatusCode::CONFLICT, "DirectoryChangeNotAllowed", sentence(&reason))
            }
            ChangeError::InUse(reason) => Self::new(StatusCode::CONFLICT, "SubscriptionInUse", sentence(&reason)),
            ChangeError::Invalid(reason) => Self::bad("InvalidProperty", sentence(&reason)),
            ChangeError::Source(error) => error.into(),
        }
    }
}

/// Reasons are written without a full stop.
fn sentence(reason: &str) -> String {
    format!("Not possible: {}.", reason.trim_end_matches('.'))
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

    /// Whether a subscription is the default provider subscription.
    pub(super) fn is_operator(&self, subscription: &LocalSubscriptionId) -> bool {
        *subscription == self.source().place().provider_subscription
    }

    /// Lets through who may do something at the default provider subscription, for what only it has.
    pub(super) fn operator_may(&self, action: &str) -> Result<(), Refusal> {
        let subscription = self.live_subscription()?;
        self.check_allowed(action, &subscription.id)?;
        if self.is_operator(&subscription.id) {
            return Ok(());
        }
        let operator = &self.source().place().provider_subscription;
        let message = format!("Only the default provider subscription '{operator}' has this.");
        Err(Refusal::new(StatusCode::FORBIDDEN, "AuthorizationFailed", message))
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
        let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string();
        // These are safe as they are, and links are read by people, too.
        let pair = format!("{parameter}={}", value.replace("%2D", "-").replace("%5F", "_"));
        let mut pairs = query::without(query, parameter);
        pairs.push(&pair);
        format!("{}{path}?{}", self.origin, pairs.join("&"))
    }
}
