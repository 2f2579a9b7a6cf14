//! Sight: who may see which local subscription, and what of it: the same as both usage APIs would tell.

use std::{collections::BTreeSet, sync::Arc};

use ::stamp::{Caller, Gate, SourceError};
use model::{LocalSubscriptionId, UserSubscription};

use super::Window;
use crate::{fault::Fault, visit::Visit};

/// What the usage of direct tenants takes, at their provider.
const PROVIDER_USAGE: &str = "Microsoft.Commerce.Admin/subscriberUsageAggregates/read";
/// What looking at direct tenants takes, at their provider.
const PROVIDER_READ: &str = "Microsoft.Subscriptions.Admin/subscriptions/read";
/// What the usage of a subscription takes.
const USAGE: &str = "Microsoft.Commerce/usageAggregates/read";
/// What looking at a subscription takes.
const READ: &str = "Microsoft.Resources/subscriptions/read";

/// What somebody sees of a local subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// Its usage.
    pub(super) usage: bool,
    /// Its name, state and owner.
    pub(super) facts: bool,
}

impl Sight {
    pub(super) fn is_any(self) -> bool {
        self.usage || self.facts
    }
}

/// The window of a stamp's portal.
pub(super) fn window<'a>(visit: &Visit<'a>) -> Result<&'a Window, Fault> {
    visit.house.stamp.as_ref().ok_or(Fault::NotFound)
}

/// What the source says when it cannot answer.
pub(super) fn fault(error: SourceError) -> Fault {
    match error {
        SourceError::Busy(_) | SourceError::Slow => {
            Fault::Refused { code: "Busy".to_owned(), message: error.to_string() }
        }
        SourceError::Failed(reason) => Fault::Failed(reason),
    }
}

/// The local subscriptions that somebody sees, with what they see of each.
pub(super) fn seen(visit: &Visit<'_>) -> Result<Vec<(UserSubscription, Sight)>, Fault> {
    let window = window(visit)?;
    let guest = visit.guest.as_ref().ok_or(Fault::SignIn)?;
    let caller = Caller { id: guest.principal.id.to_string(), name: guest.principal.name.clone() };
    let all: Arc<Vec<UserSubscription>> = window.source.subscriptions().map_err(fault)?;
    let operator = window.operator_sees_all.then(|| &window.source.place().provider_subscription);
    let sights = sights(&all, window.gate.as_ref(), &caller, operator);
    Ok(all.iter().cloned().zip(sights).filter(|(_, sight)| sight.is_any()).collect())
}

/// What a caller sees of each subscription. `operator` is the one whose readers see everything, if there is one.
fn sights(
    all: &[UserSubscription],
    gate: &dyn Gate,
    caller: &Caller,
    operator: Option<&LocalSubscriptionId>,
) -> Vec<Sight> {
    let providers: BTreeSet<&LocalSubscriptionId> =
        all.iter().map(|one| &one.delegated_provider).chain(operator).collect();
    // A provider that was deleted sees nothing any more.
    let is_live = |id: &LocalSubscriptionId| all.iter().any(|one| one.id == *id && one.deleted.is_none());
    let allowed = |action: &str| -> BTreeSet<&LocalSubscriptionId> {
        providers.iter().copied().filter(|id| is_live(id) && gate.allows(caller, action, id)).collect()
    };
    let (usage, facts) = (allowed(PROVIDER_USAGE), allowed(PROVIDER_READ));
    let all_usage = operator.is_some_and(|operator| usage.contains(operator));
    all.iter()
        .map(|one| {
            let owns = !one.owner.is_empty() && one.owner.eq_ignore_ascii_case(&caller.name);
            let as_tenant = |action: &str| one.deleted.is_none() && (owns || gate.allows(caller, action, &one.id));
            Sight {
                usage: all_usage || usage.contains(&one.delegated_provider) || as_tenant(USAGE),
                facts: facts.contains(&one.delegated_provider) || as_tenant(READ),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
