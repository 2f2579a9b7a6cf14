//! Subscriptions: those that a caller sees, their locations, and the caller's directory.
//!
//! Source: Azure Resource Manager subscriptions 2016-06-01 to 2022-12-01; clients' notes 5.

use contract::arm::{
    List,
    subscription::{Location, Subscription, Tenant},
};
use hub::access;
use model::{Day, PayingSubscription, ScopePath, SubscriptionState};

use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    route::{Access, BodyKind, Handle, Route, Versions},
};

/// Whoever may do one of these somewhere in a subscription may know that the subscription is there.
const SIGHTS: &[&str] = &[
    "Microsoft.Resources/subscriptions/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.AzureStack/registrations/read",
];

/// Where resources can be. It means nothing here: registrations are taken with any location.
const LOCATIONS: &[&str] = &["global", "local"];

/// A row for everybody who signed in: the handler shows what the caller sees.
pub(super) const fn open(
    path: &'static str,
    summary: &'static str,
    query: &'static [&'static str],
    handle: fn(&Call<'_>) -> Reply,
) -> Route {
    Route {
        method: "GET",
        path,
        access: Access::SignedIn,
        versions: Versions::Any,
        summary,
        success: &[200],
        refusals: &[],
        query,
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

/// The routes of subscriptions.
pub(crate) const ROUTES: &[Route] = &[
    open("/subscriptions", "The subscriptions that the caller sees.", &[], list),
    open("/subscriptions/{subscription}", "One subscription.", &[], get),
    open("/subscriptions/{subscription}/locations", "Where resources can be.", &[], locations),
    open("/tenants", "The directory of the caller.", &[], tenants),
];

/// The subscription in the path of a call, if the caller sees anything of it. One that is not there and one that the caller
/// sees nothing of are told apart by nothing.
pub(super) fn visible<'a>(call: &'a Call<'_>) -> Result<&'a PayingSubscription, ApiError> {
    let missing = || ApiError::subscription_not_found(call.param("subscription"));
    let id = call.subscription()?;
    let found = call.office.subscriptions.get(&id).ok_or_else(missing)?;
    if sees(call, &scope_of(found)?) { Ok(found) } else { Err(missing()) }
}

/// Whether the caller may read anything at a scope, above it or below it.
pub(crate) fn sees(call: &Call<'_>, scope: &ScopePath) -> bool {
    let Some(caller) = &call.caller else { return false };
    SIGHTS.iter().any(|action| access::sees(&call.office, &caller.id, action, scope))
}

/// The scope of a subscription.
pub(crate) fn scope_of(subscription: &PayingSubscription) -> Result<ScopePath, ApiError> {
    ScopePath::new(&format!("/subscriptions/{}", subscription.id)).map_err(|_| ApiError::not_found())
}

fn show(call: &Call<'_>, subscription: &PayingSubscription) -> Subscription {
    let today = call.hub().now().day().unwrap_or(Day(0));
    let state = match subscription.standing(today).map(|standing| standing.state) {
        Some(SubscriptionState::Active) => "Enabled",
        // One that has not begun cannot be used either.
        Some(SubscriptionState::Suspended) | None => "Disabled",
        Some(SubscriptionState::Cancelled) => "Deleted",
    };
    Subscription::of(subscription.id.as_str(), subscription.directory.as_str(), &subscription.name, state)
}

fn list(call: &Call<'_>) -> Reply {
    let visible = |one: &&PayingSubscription| scope_of(one).is_ok_and(|scope| sees(call, &scope));
    let found = call.office.subscriptions.values().filter(visible).map(|one| show(call, one)).collect();
    Answer::ok(&List::counted(found))
}

fn get(call: &Call<'_>) -> Reply {
    Answer::ok(&show(call, visible(call)?))
}

fn locations(call: &Call<'_>) -> Reply {
    let subscription = visible(call)?;
    let all = LOCATIONS.iter().map(|name| Location::of(subscription.id.as_str(), name)).collect();
    Answer::ok(&List::complete(all))
}

fn tenants(call: &Call<'_>) -> Reply {
    let home = call.caller.as_ref().map(|caller| {
        let known = call.office.directories.get(&caller.directory);
        let domain = known.map_or_else(|| caller.directory.as_str(), |known| known.domain.as_str());
        Tenant::home(caller.directory.as_str(), domain, domain)
    });
    Answer::ok(&List::complete(home.into_iter().collect()))
}
