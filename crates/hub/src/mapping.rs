//! Mapping, in the office: which subscription pays for which tenant of a registration.
//!
//! Source: customer subscriptions of a registration, 2017-06-01; domain notes D.

use std::collections::BTreeMap;

use model::{
    BillingModel, Day, DirectoryId, Mapping, Office, PayingSubscription, PayingSubscriptionId, Registration,
    SubscriptionKind, is_guid,
};
use serde_json::json;
use store::{OfficeRecord, TenantMappings};

use crate::{
    Hub, OfficeChange, Refusal,
    actor::Actor,
    refusal::{RegisterError, refused},
    registration::{RegistrationPath, find},
};

/// A tenant that is to be mapped to a subscription.
#[derive(Debug, Clone)]
pub struct MappingRequest {
    /// The registration.
    pub registration: RegistrationPath,
    /// The subscription, as the caller wrote it.
    pub subscription: String,
    /// The directory, when the caller names it. It must be the subscription's own.
    pub tenant: Option<String>,
    /// The first day it counts; today when nothing is said. An earlier day dates it back, on the record.
    pub effective_from: Option<Day>,
}

/// A tenant's subscription in a registration, as it is today.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomerSubscription {
    /// The subscription that pays.
    pub subscription: PayingSubscriptionId,
    /// Its tenant.
    pub tenant: DirectoryId,
}

impl Hub {
    /// Maps a tenant to a subscription. The first check that fails names the error. Another subscription of the same tenant
    /// is replaced.
    ///
    /// # Errors
    ///
    /// When the request is refused, or when the store fails.
    pub fn map_tenant(&self, actor: &Actor, request: &MappingRequest) -> Result<CustomerSubscription, RegisterError> {
        let today = self.today();
        let mut done = None;
        self.change_as(actor, |office| {
            let registration = find(office, &request.registration, today)?;
            let subscription = check(office, registration, request, today)?;
            let tenant = subscription.directory.clone();
            done = Some(CustomerSubscription { subscription: subscription.id.clone(), tenant: tenant.clone() });
            let from = request.effective_from.unwrap_or(today);
            if registration.mapped(&tenant, from) == Some(&subscription.id) && from >= today {
                return Ok(None);
            }
            let mapping = Mapping { tenant, subscription: Some(subscription.id.clone()), from };
            Ok(Some(change(registration, mapping, "mapping.put")))
        })?;
        done.ok_or_else(|| request.registration.not_found())
    }

    /// Removes the mapping of a subscription: from today on the default pays. False when there was none.
    ///
    /// # Errors
    ///
    /// When the registration is unknown or pays in another way, or when the store fails.
    pub fn unmap_tenant(
        &self,
        actor: &Actor,
        path: &RegistrationPath,
        subscription: &str,
    ) -> Result<bool, RegisterError> {
        let today = self.today();
        let mut existed = false;
        self.change_as(actor, |office| {
            let registration = find(office, path, today)?;
            pays_as_you_use(registration)?;
            let Some(found) = mapped_to(office, registration, subscription, today) else { return Ok(None) };
            existed = true;
            let mapping = Mapping { tenant: found.tenant, subscription: None, from: today };
            Ok(Some(change(registration, mapping, "mapping.delete")))
        })?;
        Ok(existed)
    }

    /// One customer subscription of a registration.
    ///
    /// # Errors
    ///
    /// When the registration or the subscription is not there.
    pub fn customer_subscription(
        &self,
        office: &Office,
        path: &RegistrationPath,
        subscription: &str,
    ) -> Result<CustomerSubscription, RegisterError> {
        let today = self.today();
        let registration = find(office, path, today)?;
        pays_as_you_use(registration)?;
        mapped_to(office, registration, subscription, today).ok_or_else(|| {
            refused(
                "CustomerSubscriptionNotFound",
                format!(
                    "the customer subscription '{subscription}' was not found in the registration '{}': was it put?",
                    registration.name
                ),
            )
        })
    }

    /// The customer subscriptions of a registration, by subscription id.
    ///
    /// # Errors
    ///
    /// When the registration is not there or pays in another way.
    pub fn customer_subscriptions(
        &self,
        office: &Office,
        path: &RegistrationPath,
    ) -> Result<Vec<CustomerSubscription>, RegisterError> {
        let today = self.today();
        let registration = find(office, path, today)?;
        pays_as_you_use(registration)?;
        let mut all: Vec<_> = in_force(registration, today)
            .into_iter()
            .filter_map(|mapping| {
                let subscription = mapping.subscription?;
                Some(CustomerSubscription { subscription, tenant: mapping.tenant })
            })
            .collect();
        all.sort_unstable();
        Ok(all)
    }
}

/// The mappings that count on a day, one for each tenant that has one.
pub(crate) fn in_force(registration: &Registration, day: Day) -> Vec<Mapping> {
    let mut last: BTreeMap<&DirectoryId, &Mapping> = BTreeMap::new();
    for mapping in registration.mappings.iter().filter(|mapping| mapping.from <= day) {
        last.insert(&mapping.tenant, mapping);
    }
    let mapped = last.into_values().filter(|mapping| mapping.subscription.is_some());
    mapped.map(|mapping| Mapping { from: day, ..mapping.clone() }).collect()
}

fn mapped_to(
    office: &Office,
    registration: &Registration,
    subscription: &str,
    today: Day,
) -> Option<CustomerSubscription> {
    let id = PayingSubscriptionId::new(subscription).ok()?;
    let maps = |tenant: &DirectoryId| registration.mapped(tenant, today) == Some(&id);
    // Nearly always the subscription still lives in the directory that it was mapped for.
    let tenant = office.subscriptions.get(&id).map(|one| &one.directory).filter(|tenant| maps(tenant));
    // Only tenants that were ever mapped to it are asked: a subscription that is not there must not cost more than one that is.
    let mut ever = registration.mappings.iter().filter(|mapping| mapping.subscription.as_ref() == Some(&id));
    let tenant = tenant.or_else(|| ever.find(|mapping| maps(&mapping.tenant)).map(|mapping| &mapping.tenant))?;
    let subscription = registration.mapped(tenant, today)?.clone();
    Some(CustomerSubscription { subscription, tenant: tenant.clone() })
}

fn change(registration: &Registration, mapping: Mapping, action: &'static str) -> OfficeChange {
    let tenant = mapping.tenant.clone();
    let detail = json!({ "registration": registration.id.as_str(), "tenant": tenant.as_str() });
    let mut mappings: Vec<Mapping> =
        registration.mappings.iter().filter(|known| known.tenant == tenant).cloned().collect();
    mappings.push(mapping);
    let record = OfficeRecord::TenantMappings(TenantMappings { registration: registration.number, tenant, mappings });
    OfficeChange { records: vec![record], action, object: registration.id.to_string(), detail }
}

/// Step 4 of the documented order, which holds for every operation. Source: domain notes D.3, D.5.
fn pays_as_you_use(registration: &Registration) -> Result<(), RegisterError> {
    if registration.billing_model == BillingModel::PayAsYouUse {
        return Ok(());
    }
    Err(refused(
        "CustomerSubscriptionsNotAllowed",
        format!(
            "customer subscription operations are not supported for the registration '{}', which is of the billing model {}: register the stamp again with PayAsYouUse",
            registration.name,
            registration.billing_model.word()
        ),
    ))
}

/// Steps 4 to 10 of the documented order. Source: domain notes D.3.
fn check<'a>(
    office: &'a Office,
    registration: &Registration,
    request: &MappingRequest,
    today: Day,
) -> Result<&'a PayingSubscription, RegisterError> {
    let (name, sent) = (&registration.name, &request.subscription);
    pays_as_you_use(registration)?;
    if !registration.approved {
        return Err(refused(
            "UnauthorizedCspRegistration",
            format!(
                "the registration '{name}' is not approved for several tenants: give the platform operator its name, resource group and subscription"
            ),
        ));
    }
    if !is_guid(sent) || sent.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(refused(
            "InvalidCustomerSubscriptionId",
            format!("'{sent}' is not a valid subscription id: give the id of an Azure subscription in lower case"),
        ));
    }
    let subscription = PayingSubscriptionId::new(sent).ok().and_then(|id| office.subscriptions.get(&id));
    let subscription = subscription.filter(|one| one.kind == SubscriptionKind::Csp).ok_or_else(|| {
        refused("InvalidCSPSubscription", format!("the subscription '{sent}' is not a CSP subscription: check the id"))
    })?;
    let payer = |one| office.payer(one, today).map(|partner| &partner.id);
    let default = office.subscriptions.get(&registration.default_subscription).and_then(payer);
    if payer(subscription).is_none() || payer(subscription) != default {
        return Err(refused(
            "BadCustomerSubscriptionId",
            format!(
                "the subscription '{sent}' does not belong to the partner of the registration '{name}': only customers of your own can be added. If it does, tell support"
            ),
        ));
    }
    match &request.tenant {
        Some(tenant) if DirectoryId::new(tenant).ok().as_ref() != Some(&subscription.directory) => Err(Refusal {
            code: "InvalidCustomerSubscriptionId",
            message: format!(
                "the subscription '{sent}' lives in the directory {}, not in '{tenant}'",
                subscription.directory
            ),
            target: Some("properties.tenantId"),
        }
        .into()),
        _ => Ok(subscription),
    }
}
