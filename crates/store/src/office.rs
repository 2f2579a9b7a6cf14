//! Office: the records of what changes slowly, how they are told apart, and their JSON.

mod body;
mod difference;
mod text;

use model::{
    Budget, Customer, Directory, DirectoryId, DirectoryTenant, HubKey, Lock, Mapping, NamespaceRegistration, Office,
    Partner, PayingSubscription, PriceList, Principal, Registration, ResourceGroup, RoleAssignment, Stamp,
    UserSubscription,
};

/// A new version of one thing in the office.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "records are few at a time and live shortly")]
pub enum OfficeRecord {
    /// A partner.
    Partner(Partner),
    /// A directory.
    Directory(Directory),
    /// A customer.
    Customer(Customer),
    /// A paying subscription.
    Subscription(PayingSubscription),
    /// A stamp.
    Stamp(Stamp),
    /// A registration, told apart by its number. The mappings of tenants that it names replace those that were there; all
    /// others stay. So a change of one tenant is no longer than what it says.
    Registration(Registration),
    /// All mappings of one tenant in a registration.
    TenantMappings(TenantMappings),
    /// A price list.
    PriceList(PriceList),
    /// A principal.
    Principal(Principal),
    /// A role assignment.
    RoleAssignment(RoleAssignment),
    /// A resource group.
    ResourceGroup(ResourceGroup),
    /// A lock.
    Lock(Lock),
    /// Whether a namespace is registered.
    Namespace(NamespaceRegistration),
    /// A key of the hub.
    Key(HubKey),
    /// A local subscription of a stamp.
    UserSubscription(UserSubscription),
    /// A directory that a stamp admits.
    DirectoryTenant(DirectoryTenant),
    /// A budget.
    Budget(Budget),
}

/// The mappings of one tenant in one registration, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantMappings {
    /// The number of the registration.
    pub registration: u32,
    /// The directory.
    pub tenant: DirectoryId,
    /// What it is and was mapped to.
    pub mappings: Vec<Mapping>,
}

impl OfficeRecord {
    /// The kind and the compared id.
    pub fn key(&self) -> (&'static str, String) {
        match self {
            Self::Partner(partner) => ("partner", partner.id.folded().to_owned()),
            Self::Directory(directory) => ("directory", directory.id.folded().to_owned()),
            Self::Customer(customer) => ("customer", customer.id.folded().to_owned()),
            Self::Subscription(subscription) => ("subscription", subscription.id.folded().to_owned()),
            Self::Stamp(stamp) => ("stamp", stamp.id.folded().to_owned()),
            Self::Registration(registration) => ("registration", registration.number.to_string()),
            Self::TenantMappings(mappings) => {
                ("tenant_mapping", format!("{}/{}", mappings.registration, mappings.tenant.folded()))
            }
            Self::PriceList(list) => ("price_list", list.id.folded().to_owned()),
            Self::Principal(principal) => ("principal", principal.id.folded().to_owned()),
            Self::RoleAssignment(assignment) => ("role_assignment", assignment.id.folded().to_owned()),
            Self::ResourceGroup(group) => ("resource_group", group.scope.folded().to_owned()),
            Self::Lock(lock) => ("lock", lock.key()),
            Self::Namespace(namespace) => ("namespace", namespace.key()),
            Self::Key(key) => ("key", key.id.clone()),
            Self::UserSubscription(subscription) => ("user_subscription", subscription.id.folded().to_owned()),
            Self::DirectoryTenant(tenant) => ("directory_tenant", tenant.key()),
            Self::Budget(budget) => ("budget", budget.id.folded().to_owned()),
        }
    }

    /// The record as one JSON object, as it is stored.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        body::show(self)
    }

    /// The record of a kind that a JSON object holds.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn from_json(kind: &str, json: &str) -> Result<Self, String> {
        body::read(kind, json)
    }

    /// The records by which a registration is stored: itself without its mappings, and those of each tenant.
    pub fn split(self) -> Vec<Self> {
        let Self::Registration(mut registration) = self else { return vec![self] };
        let mut tenants: Vec<TenantMappings> = Vec::new();
        let mut mappings = std::mem::take(&mut registration.mappings);
        mappings.sort_by(|left, right| left.tenant.cmp(&right.tenant));
        for mapping in mappings {
            match tenants.last_mut() {
                Some(last) if last.tenant == mapping.tenant => last.mappings.push(mapping),
                _ => tenants.push(TenantMappings {
                    registration: registration.number,
                    tenant: mapping.tenant.clone(),
                    mappings: vec![mapping],
                }),
            }
        }
        let mut records = vec![Self::Registration(registration)];
        records.extend(tenants.into_iter().map(Self::TenantMappings));
        records
    }

    /// Takes its place in an office, where it replaces what has the same key. False when it belongs to a registration that
    /// is not there.
    pub fn put_into(self, office: &mut Office) -> bool {
        match self {
            Self::Partner(partner) => drop(office.partners.insert(partner.id.clone(), partner)),
            Self::Directory(directory) => drop(office.directories.insert(directory.id.clone(), directory)),
            Self::Customer(customer) => drop(office.customers.insert(customer.id.clone(), customer)),
            Self::Subscription(subscription) => {
                drop(office.subscriptions.insert(subscription.id.clone(), subscription));
            }
            Self::Stamp(stamp) => drop(office.stamps.insert(stamp.id.clone(), stamp)),
            Self::Registration(_) => return self.split().into_iter().all(|record| record.put_part(office)),
            Self::TenantMappings(_) => return self.put_part(office),
            Self::PriceList(list) => drop(office.price_lists.insert(list.id.clone(), list)),
            Self::Principal(principal) => drop(office.principals.insert(principal.id.clone(), principal)),
            Self::RoleAssignment(assignment) => {
                drop(office.role_assignments.insert(assignment.id.clone(), assignment));
            }
            Self::ResourceGroup(group) => drop(office.resource_groups.insert(group.scope.clone(), group)),
            Self::Lock(lock) => drop(office.locks.insert(lock.key(), lock)),
            Self::Namespace(namespace) => drop(office.namespaces.insert(namespace.key(), namespace)),
            Self::Key(key) => drop(office.keys.insert(key.id.clone(), key)),
            Self::UserSubscription(subscription) => {
                drop(office.user_subscriptions.insert(subscription.id.clone(), subscription));
            }
            Self::DirectoryTenant(tenant) => drop(office.directory_tenants.insert(tenant.key(), tenant)),
            Self::Budget(budget) => drop(office.budgets.insert(budget.id.clone(), budget)),
        }
        true
    }

    /// Puts a part of a registration into its place. Registrations are kept by path and number, mappings by tenant.
    fn put_part(self, office: &mut Office) -> bool {
        let registrations = &mut office.registrations;
        match self {
            Self::Registration(mut registration) => {
                if let Some(index) = registrations.iter().position(|known| known.number == registration.number) {
                    registration.mappings = registrations.remove(index).mappings;
                }
                let place = registrations
                    .partition_point(|known| (&known.id, known.number) < (&registration.id, registration.number));
                registrations.insert(place, registration);
                true
            }
            Self::TenantMappings(TenantMappings { registration, tenant, mappings }) => {
                let Some(found) = registrations.iter_mut().find(|known| known.number == registration) else {
                    return false;
                };
                let start = found.mappings.partition_point(|mapping| mapping.tenant < tenant);
                let end = found.mappings.partition_point(|mapping| mapping.tenant <= tenant);
                found.mappings.splice(start..end, mappings);
                true
            }
            _ => false,
        }
    }
}
