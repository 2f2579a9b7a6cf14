//! Attribute: say which paying subscription pays for a daily sum, and by which rule.
//!
//! In: the office, one stamp, one UTC day, and a local subscription with its frozen tenant.
//! Out: an [`Attribution`].
//! Holds: each daily sum has exactly one payer, and the same office always names the same one.

use std::collections::HashMap;

use model::{
    BillingModel, CloudId, Day, DirectoryId, LocalSubscriptionId, Office, Partner, PayingSubscription,
    PayingSubscriptionId, Registration, Scope, Subscriber, SubscriptionKind, SubscriptionState,
};

outcomes! {
    /// Why nobody can be charged, in the order in which it is checked.
    Unattributed {
        /// The stamp has no registration that day.
        NoRegistration = "no_registration":
            "the stamp has no registration that holds on this day: register it, or date its registration back",
        /// The default subscription is not known, or has no partner that can be invoiced that day.
        NoPayer = "no_payer":
            "the default subscription is unknown or has no partner on this day: record the subscription and its partner",
    }
}

outcomes! {
    /// The rule that chose the payer, in the order in which they are checked.
    Rule {
        /// The operator's own usage.
        DefaultProviderSubscription = "default_provider_subscription":
            "it was used in the stamp's default provider subscription, which always goes to the default subscription",
        /// Nobody said which directory the local subscription has.
        TenantUnknown = "tenant_unknown":
            "the directory of the local subscription was not reported, so the default subscription pays",
        /// The registration cannot have mappings.
        NotMultiTenant = "registration_not_multi_tenant":
            "the registration is not pay-as-you-use under a CSP or CSPSS subscription, so the default subscription pays",
        /// The tenant has no mapping that day.
        Unmapped = "tenant_not_mapped":
            "the tenant has no mapping on this day, so the default subscription pays",
        /// The mapping names a subscription that the office does not know.
        MappedUnknown = "mapped_subscription_unknown":
            "the tenant is mapped to a subscription that is not known, so the default subscription pays",
        /// The mapping names a subscription that was not sold by a partner.
        MappedNotCsp = "mapped_subscription_not_csp":
            "the tenant is mapped to a subscription that is not of the type CSP, so the default subscription pays",
        /// The mapped subscription is suspended, cancelled or not there yet.
        MappedNotActive = "mapped_subscription_not_active":
            "the tenant's mapped subscription was not active on this day, so the default subscription pays",
        /// The mapped subscription is invoiced to somebody else than the default subscription.
        MappedOtherPartner = "mapped_subscription_of_other_partner":
            "the tenant's mapped subscription belongs to another partner on this day, so the default subscription pays",
        /// The tenant's own subscription pays.
        Mapped = "tenant_mapped":
            "the tenant is mapped to this subscription on this day",
    }
}

impl Rule {
    /// Whether a person should look at it: there is a mapping, and it cannot be used.
    pub fn is_flagged(self) -> bool {
        matches!(self, Self::MappedUnknown | Self::MappedNotCsp | Self::MappedNotActive | Self::MappedOtherPartner)
    }
}

/// Who pays for a daily sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribution<'a> {
    /// Nobody yet; it waits.
    Held(Unattributed),
    /// Somebody.
    Paid(Paid<'a>),
}

/// The payer of a daily sum with the reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid<'a> {
    /// The registration that says so.
    pub registration: &'a Registration,
    /// The partner that is invoiced: for an indirect reseller, its provider.
    pub payer: &'a Partner,
    /// The subscription that is charged.
    pub paying_subscription: &'a PayingSubscription,
    /// The rule that chose it.
    pub rule: Rule,
    /// Whose usage it is.
    pub scope: Scope,
    /// Whether the registration's billing model charges usage at all.
    pub charged: bool,
}

/// The payers of one stamp on one day. Made once, asked for each local subscription.
#[derive(Debug)]
pub struct Attributor<'a> {
    office: &'a Office,
    day: Day,
    in_force: Result<InForce<'a>, Unattributed>,
}

/// What holds for a stamp on a day.
#[derive(Debug)]
struct InForce<'a> {
    registration: &'a Registration,
    provider_subscription: Option<&'a LocalSubscriptionId>,
    default_subscription: &'a PayingSubscription,
    payer: &'a Partner,
    multi_tenant: bool,
    mapped: HashMap<&'a DirectoryId, &'a PayingSubscriptionId>,
}

impl<'a> Attributor<'a> {
    /// Finds the registration, its default subscription and its mappings as of a day.
    pub fn new(office: &'a Office, stamp: &CloudId, day: Day) -> Self {
        Self { office, day, in_force: InForce::find(office, stamp, day) }
    }

    /// Says who pays for what a local subscription used that day, whatever the meter.
    pub fn attribute(&self, subscriber: &Subscriber) -> Attribution<'a> {
        let in_force = match &self.in_force {
            Ok(in_force) => in_force,
            Err(reason) => return Attribution::Held(*reason),
        };
        let infrastructure = in_force.provider_subscription == Some(&subscriber.subscription);
        let (rule, own) = if infrastructure {
            (Rule::DefaultProviderSubscription, None)
        } else {
            self.tenant_rule(in_force, subscriber.tenant.as_ref())
        };
        Attribution::Paid(Paid {
            registration: in_force.registration,
            payer: in_force.payer,
            paying_subscription: own.unwrap_or(in_force.default_subscription),
            rule,
            scope: if infrastructure { Scope::Infrastructure } else { Scope::Tenant },
            charged: in_force.registration.billing_model == BillingModel::PayAsYouUse,
        })
    }

    /// The rule for a tenant, with the tenant's own subscription where that one pays.
    fn tenant_rule(
        &self,
        in_force: &InForce<'a>,
        tenant: Option<&DirectoryId>,
    ) -> (Rule, Option<&'a PayingSubscription>) {
        let Some(tenant) = tenant else { return (Rule::TenantUnknown, None) };
        if !in_force.multi_tenant {
            return (Rule::NotMultiTenant, None);
        }
        let Some(id) = in_force.mapped.get(tenant) else { return (Rule::Unmapped, None) };
        let Some(own) = self.office.subscriptions.get(id) else { return (Rule::MappedUnknown, None) };
        if own.kind != SubscriptionKind::Csp {
            return (Rule::MappedNotCsp, None);
        }
        if own.standing(self.day).is_none_or(|standing| standing.state != SubscriptionState::Active) {
            return (Rule::MappedNotActive, None);
        }
        // The default and the mapped subscription must be invoiced to one partner, or a partner would pay for another's
        // customer. Resellers of one provider are one partner here.
        if self.office.payer(own, self.day).is_none_or(|payer| payer.id != in_force.payer.id) {
            return (Rule::MappedOtherPartner, None);
        }
        (Rule::Mapped, Some(own))
    }
}

impl<'a> InForce<'a> {
    fn find(office: &'a Office, stamp: &CloudId, day: Day) -> Result<Self, Unattributed> {
        let registration = office.registration(stamp, day).ok_or(Unattributed::NoRegistration)?;
        let default_subscription =
            office.subscriptions.get(&registration.default_subscription).ok_or(Unattributed::NoPayer)?;
        let payer = office.payer(default_subscription, day).ok_or(Unattributed::NoPayer)?;
        let pay_as_you_use = registration.billing_model == BillingModel::PayAsYouUse;
        Ok(Self {
            registration,
            provider_subscription: office
                .stamps
                .get(stamp)
                .and_then(|stamp| stamp.default_provider_subscription.as_ref()),
            default_subscription,
            payer,
            multi_tenant: pay_as_you_use && default_subscription.is_of_partner_kind(),
            mapped: mapped_on(registration, day),
        })
    }
}

/// The mappings of a day. [`Registration::mapped`] says the same for one tenant, and reads the whole history for it.
fn mapped_on(registration: &Registration, day: Day) -> HashMap<&DirectoryId, &PayingSubscriptionId> {
    let mut mapped = HashMap::new();
    for mapping in registration.mappings.iter().filter(|mapping| mapping.from <= day) {
        match &mapping.subscription {
            Some(subscription) => mapped.insert(&mapping.tenant, subscription),
            None => mapped.remove(&mapping.tenant),
        };
    }
    mapped
}

#[cfg(test)]
mod tests;
