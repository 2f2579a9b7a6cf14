//! Access: who sees the prices and the usage of a paying subscription.
//!
//! Source: domain notes B.1 (S34) and G. The owner of a customer's subscription is not among them, whatever its role there.

use std::collections::BTreeSet;

use hub::access;
use model::{PartnerId, PayingSubscription, ScopePath};

use crate::{arm::subscriptions, call::Call, error::ApiError, partner::reach};

/// The action of looking at usage, by a role at the subscription.
const USAGE: &str = "Microsoft.Commerce/usageAggregates/read";
/// The action of looking at prices, as a refusal names it.
const PRICES: &str = "Microsoft.Commerce/rateCard/read";
/// The action of looking at usage and costs, by a role at the partner.
const PARTNER_USAGE: &str = "Tallybridge/partners/statements/read";
/// The action that shows that a partner's subscription is there.
const PARTNER_SIGHT: &str = "Tallybridge/partners/read";

/// Whose days of a subscription are shown.
pub(super) enum Shown {
    /// All.
    All,
    /// Those on which one of these was the partner of record.
    Of(BTreeSet<PartnerId>),
}

/// The subscription in the path with what the caller sees of its usage.
pub(super) fn usage<'a>(call: &'a Call<'_>) -> Result<(&'a PayingSubscription, Shown), ApiError> {
    let found = known(call)?;
    let scope = subscriptions::scope_of(found)?;
    let partners: BTreeSet<PartnerId> = partners_of(call, found)
        .filter(|partner| allows(call, PARTNER_USAGE, partner))
        .flat_map(|partner| reach::partners(&call.office, partner))
        .collect();
    // A customer's subscription is the partner's business, whoever owns it.
    let own = found.customer.is_none()
        && call.caller.as_ref().is_some_and(|caller| access::allows(&call.office, &caller.id, USAGE, &scope));
    if own {
        return Ok((found, Shown::All));
    }
    if partners.is_empty() { Err(refused(call, found, USAGE)) } else { Ok((found, Shown::Of(partners))) }
}

/// The partner whose prices hold for the subscription in the path today.
pub(super) fn prices<'a>(call: &'a Call<'_>) -> Result<&'a PartnerId, ApiError> {
    let found = known(call)?;
    let today = call.hub().now().day().unwrap_or(model::Day(0));
    let owner = reach::standing(found, today).and_then(|standing| standing.partner.as_ref());
    let payer = owner.and_then(|owner| call.office.invoiced_partner(owner)).map(|payer| &payer.id);
    let shown = payer.filter(|payer| allows(call, super::READ_PRICES, payer));
    shown.ok_or_else(|| refused(call, found, PRICES))
}

fn known<'a>(call: &'a Call<'_>) -> Result<&'a PayingSubscription, ApiError> {
    let id = call.subscription()?;
    let missing = || ApiError::subscription_not_found(call.param("subscription"));
    call.office.subscriptions.get(&id).ok_or_else(missing)
}

/// The partners that ever had a subscription, and those that were invoiced for it.
fn partners_of<'a>(call: &'a Call<'_>, subscription: &'a PayingSubscription) -> impl Iterator<Item = &'a PartnerId> {
    let owners = subscription.standings.iter().filter_map(|standing| standing.partner.as_ref());
    let each = owners.flat_map(|owner| {
        let payer = call.office.invoiced_partner(owner).map(|payer| &payer.id);
        std::iter::once(owner).chain(payer)
    });
    each.collect::<BTreeSet<_>>().into_iter()
}

fn allows(call: &Call<'_>, action: &str, partner: &PartnerId) -> bool {
    let Some(caller) = &call.caller else { return false };
    ScopePath::new(&format!("/partners/{partner}"))
        .is_ok_and(|scope| access::allows(&call.office, &caller.id, action, &scope))
}

/// Whoever sees that the subscription is there is told that this is not shown; to everybody else there is nothing.
fn refused(call: &Call<'_>, subscription: &PayingSubscription, action: &str) -> ApiError {
    let missing = || ApiError::subscription_not_found(call.param("subscription"));
    let (Some(caller), Ok(scope)) = (&call.caller, subscriptions::scope_of(subscription)) else { return missing() };
    let today = call.hub().now().day().unwrap_or(model::Day(0));
    let owner = reach::standing(subscription, today).and_then(|standing| standing.partner.as_ref());
    let payer = owner.and_then(|owner| call.office.invoiced_partner(owner)).map(|payer| &payer.id);
    let by_partner = owner.into_iter().chain(payer).any(|partner| allows(call, PARTNER_SIGHT, partner));
    if by_partner || subscriptions::sees(call, &scope) {
        return ApiError::forbidden(caller, action, &scope);
    }
    missing()
}
