//! The office: everything that changes slowly, as it is known now with its dated history.

use std::collections::BTreeMap;

use crate::{
    AssignmentId, Budget, BudgetId, CloudId, Customer, CustomerId, Day, Directory, DirectoryId, DirectoryTenant,
    HubKey, LocalSubscriptionId, Lock, NamespaceRegistration, Partner, PartnerId, PartnerKind, PayingSubscription,
    PayingSubscriptionId, PriceList, PriceListId, Principal, PrincipalId, Registration, ResourceGroup, Retail,
    RoleAssignment, ScopePath, Stamp, UserSubscription,
};

/// The office at one moment. Rooms ask it for a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Office {
    /// Partners.
    pub partners: BTreeMap<PartnerId, Partner>,
    /// Directories.
    pub directories: BTreeMap<DirectoryId, Directory>,
    /// Customers.
    pub customers: BTreeMap<CustomerId, Customer>,
    /// Paying subscriptions.
    pub subscriptions: BTreeMap<PayingSubscriptionId, PayingSubscription>,
    /// Stamps.
    pub stamps: BTreeMap<CloudId, Stamp>,
    /// Registrations, also those that no longer hold. One path may be registered anew later.
    pub registrations: Vec<Registration>,
    /// Price lists.
    pub price_lists: BTreeMap<PriceListId, PriceList>,
    /// Budgets, also those that ended.
    pub budgets: BTreeMap<BudgetId, Budget>,
    /// Who can sign in.
    pub principals: BTreeMap<PrincipalId, Principal>,
    /// Who may do what, also those that were taken away.
    pub role_assignments: BTreeMap<AssignmentId, RoleAssignment>,
    /// Resource groups by their path, also those that were deleted.
    pub resource_groups: BTreeMap<ScopePath, ResourceGroup>,
    /// Locks by their key, also those that were taken away.
    pub locks: BTreeMap<String, Lock>,
    /// Namespaces by their key.
    pub namespaces: BTreeMap<String, NamespaceRegistration>,
    /// The hub's own keys by name.
    pub keys: BTreeMap<String, HubKey>,
    /// The local subscriptions of the stamp whose office it is, also those that were deleted.
    pub user_subscriptions: BTreeMap<LocalSubscriptionId, UserSubscription>,
    /// The directories of that stamp by their key, also those that were taken away.
    pub directory_tenants: BTreeMap<String, DirectoryTenant>,
}

impl Office {
    /// The registration of a stamp that holds on a day.
    pub fn registration(&self, stamp: &CloudId, day: Day) -> Option<&Registration> {
        self.registrations.iter().find(|registration| registration.stamp == *stamp && registration.holds_on(day))
    }

    /// The partner that is invoiced for a partner: itself, or the provider of an indirect reseller.
    pub fn invoiced_partner(&self, partner: &PartnerId) -> Option<&Partner> {
        let partner = self.partners.get(partner)?;
        match (partner.kind, &partner.provider) {
            (PartnerKind::IndirectReseller, Some(provider)) => self.partners.get(provider),
            _ => Some(partner),
        }
    }

    /// The price list that a partner is charged by.
    pub fn price_list_of(&self, partner: &PartnerId) -> Option<&PriceList> {
        self.partners.get(partner)?.price_list.as_ref().and_then(|list| self.price_lists.get(list))
    }

    /// By what a customer is charged: as it says itself, or as its partner says.
    pub fn retail(&self, customer: &CustomerId) -> Option<&Retail> {
        let customer = self.customers.get(customer)?;
        let of_partner = || self.partners.get(&customer.partner).and_then(|partner| partner.retail.as_ref());
        customer.retail.as_ref().or_else(of_partner)
    }

    /// The partner that is invoiced for what a subscription uses on a day.
    pub fn payer(&self, subscription: &PayingSubscription, day: Day) -> Option<&Partner> {
        subscription.partner(day).and_then(|partner| self.invoiced_partner(partner))
    }
}

#[cfg(test)]
mod tests;
