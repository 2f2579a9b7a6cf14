//! Reach: whose customers a partner sees: its own, and those of the resellers that it is invoiced for.

use std::collections::BTreeSet;

use model::{Customer, Day, Office, Partner, PartnerId, PartnerKind, PayingSubscription, Standing};

/// The partners whose customers a partner sees.
pub(crate) fn partners(office: &Office, partner: &PartnerId) -> BTreeSet<PartnerId> {
    let resellers = office.partners.values().filter(|one| sells_through(one, partner)).map(|one| one.id.clone());
    std::iter::once(partner.clone()).chain(resellers).collect()
}

/// Whether a partner is a reseller of a provider.
pub(crate) fn sells_through(partner: &Partner, provider: &PartnerId) -> bool {
    partner.kind == PartnerKind::IndirectReseller && partner.provider.as_ref() == Some(provider)
}

/// The customers of some partners, by id.
pub(crate) fn customers<'a>(
    office: &'a Office,
    partners: &'a BTreeSet<PartnerId>,
) -> impl Iterator<Item = &'a Customer> {
    office.customers.values().filter(|customer| partners.contains(&customer.partner))
}

/// The standing of a subscription on a day; before its first day the first one.
pub(crate) fn standing(subscription: &PayingSubscription, day: Day) -> Option<&Standing> {
    subscription.standing(day).or_else(|| subscription.standings.first())
}

/// Whether a subscription is of one of some partners on a day.
pub(crate) fn holds(partners: &BTreeSet<PartnerId>, subscription: &PayingSubscription, day: Day) -> bool {
    let owner = standing(subscription, day).and_then(|standing| standing.partner.as_ref());
    owner.is_some_and(|owner| partners.contains(owner))
}
