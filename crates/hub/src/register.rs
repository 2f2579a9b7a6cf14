//! Register, in the office: stamps, registrations and mappings, each change checked and audited.

use model::{
    BillingModel, CloudId, Day, DirectoryId, Mapping, Office, PayingSubscription, PayingSubscriptionId, Registration,
    RegistrationId, Stamp, SubscriptionKind,
};
use serde_json::json;
use store::{OfficeRecord, StoreError};

use crate::{Hub, OfficeChange};

/// How many credentials a stamp may have at a time.
const CREDENTIALS_MAX: usize = 2;

/// A request that was refused, in the words of the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The documented code. Source: registration error codes, 2019; domain notes D.5.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

/// Why the office was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The request was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn refused(code: &'static str, message: String) -> RegisterError {
    Refusal { code, message }.into()
}

/// A stamp that is to be registered.
#[derive(Debug, Clone)]
pub struct RegistrationRequest {
    /// The full resource path.
    pub id: RegistrationId,
    /// The last segment of the path.
    pub name: String,
    /// The stamp.
    pub stamp: CloudId,
    /// Who pays for what has no mapping.
    pub default_subscription: PayingSubscriptionId,
    /// How the stamp is paid for.
    pub billing_model: BillingModel,
    /// The first day it holds; today when nothing is said. An earlier day dates it back, on the record.
    pub from: Option<Day>,
}

/// A tenant that is to be mapped to a subscription.
#[derive(Debug, Clone)]
pub struct MappingRequest {
    /// The registration.
    pub registration: RegistrationId,
    /// The subscription, as the caller wrote it.
    pub subscription: String,
    /// The directory, when the caller names it. It must be the subscription's own.
    pub tenant: Option<DirectoryId>,
    /// The first day it counts; today when nothing is said. An earlier day dates it back, on the record.
    pub effective_from: Option<Day>,
}

impl Hub {
    /// Adds records of the catalogue as they are: partners, directories, customers, subscriptions, stamps, price lists.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn record(&self, actor: &str, object: &str, records: &[OfficeRecord]) -> Result<(), StoreError> {
        self.change_office(actor, |_| {
            Ok(Some(OfficeChange {
                records: records.to_vec(),
                action: "catalogue.put",
                object: object.to_owned(),
                detail: json!({ "records": records.len() }),
            }))
        })
    }

    /// Adds a stamp unless it is there.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn add_stamp(&self, actor: &str, stamp: &Stamp) -> Result<bool, StoreError> {
        let mut added = false;
        self.change_office(actor, |office| {
            added = !office.stamps.contains_key(&stamp.id);
            Ok::<_, StoreError>(added.then(|| OfficeChange {
                records: vec![OfficeRecord::Stamp(stamp.clone())],
                action: "stamp.add",
                object: stamp.id.to_string(),
                detail: json!({ "name": stamp.name, "region": stamp.region }),
            }))
        })?;
        Ok(added)
    }

    /// Gives a stamp one more credential, by its SHA-256. Of more than two the oldest is forgotten, so that a change needs
    /// no gap. False when nobody knows the stamp.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn add_credential(&self, actor: &str, stamp: &CloudId, digest: [u8; 32]) -> Result<bool, StoreError> {
        let mut known = false;
        self.change_office(actor, |office| {
            let Some(before) = office.stamps.get(stamp) else { return Ok::<_, StoreError>(None) };
            known = true;
            let mut changed = before.clone();
            changed.credentials.push(digest);
            let surplus = changed.credentials.len().saturating_sub(CREDENTIALS_MAX);
            changed.credentials.drain(..surplus);
            Ok(Some(OfficeChange {
                detail: json!({ "credentials": changed.credentials.len(), "forgotten": surplus }),
                records: vec![OfficeRecord::Stamp(changed)],
                action: "credential.add",
                object: stamp.to_string(),
            }))
        })?;
        Ok(known)
    }

    /// Registers a stamp under a default subscription.
    ///
    /// # Errors
    ///
    /// When the request is refused, or when the store fails.
    pub fn register(&self, actor: &str, request: &RegistrationRequest) -> Result<(), RegisterError> {
        let today = self.today();
        self.change_office(actor, |office| {
            check_registration(office, request, today)?;
            let registration = Registration {
                id: request.id.clone(),
                name: request.name.clone(),
                stamp: request.stamp.clone(),
                default_subscription: request.default_subscription.clone(),
                billing_model: request.billing_model,
                approved: false,
                from: request.from.unwrap_or(today),
                until: None,
                mappings: Vec::new(),
            };
            let detail = json!({
                "stamp": request.stamp.as_str(),
                "defaultSubscription": request.default_subscription.as_str(),
                "billingModel": request.billing_model.word(),
                "from": registration.from.to_string(),
            });
            Ok(Some(OfficeChange {
                records: vec![OfficeRecord::Registration(registration)],
                action: "registration.put",
                object: request.id.to_string(),
                detail,
            }))
        })
    }

    /// Approves a registration for several tenants: an act of the platform operator.
    ///
    /// # Errors
    ///
    /// When the registration is unknown or its default subscription is of no partner's kind, or when the store fails.
    pub fn approve(&self, actor: &str, id: &RegistrationId) -> Result<(), RegisterError> {
        let today = self.today();
        self.change_office(actor, |office| {
            let registration = find(office, id, today)?;
            let default = office.subscriptions.get(&registration.default_subscription);
            if !default.is_some_and(PayingSubscription::is_of_partner_kind) {
                return Err(refused(
                    "UnauthorizedCspRegistration",
                    format!(
                        "the registration {id} cannot be approved for several tenants: its default subscription is neither CSP nor CSPSS"
                    ),
                ));
            }
            let approved = Registration { approved: true, ..registration.clone() };
            Ok((!registration.approved).then(|| OfficeChange {
                records: vec![OfficeRecord::Registration(approved)],
                action: "registration.approve",
                object: id.to_string(),
                detail: json!({ "before": false, "after": true }),
            }))
        })
    }

    /// Maps a tenant to a subscription. The first check that fails names the error.
    ///
    /// # Errors
    ///
    /// When the request is refused, or when the store fails.
    pub fn map_tenant(&self, actor: &str, request: &MappingRequest) -> Result<(), RegisterError> {
        let today = self.today();
        self.change_office(actor, |office| {
            let registration = find(office, &request.registration, today)?;
            let subscription = check_mapping(office, registration, request, today)?;
            let from = request.effective_from.unwrap_or(today);
            let before = registration.mapped(&subscription.directory, from).map(ToString::to_string);
            if before.as_deref() == Some(subscription.id.as_str()) && from >= today {
                return Ok(None);
            }
            let mapping =
                Mapping { tenant: subscription.directory.clone(), subscription: Some(subscription.id.clone()), from };
            Ok(Some(change_of_mapping(registration, mapping, before.as_deref(), "mapping.put")))
        })
    }

    /// Removes the mapping of a subscription: from today on the default pays.
    ///
    /// # Errors
    ///
    /// When the registration is unknown, or when the store fails. A mapping that is not there is no error.
    pub fn unmap_tenant(
        &self,
        actor: &str,
        id: &RegistrationId,
        subscription: &PayingSubscriptionId,
    ) -> Result<(), RegisterError> {
        let today = self.today();
        self.change_office(actor, |office| {
            let registration = find(office, id, today)?;
            let tenant = registration
                .mappings
                .iter()
                .map(|mapping| &mapping.tenant)
                .find(|tenant| registration.mapped(tenant, today) == Some(subscription));
            let Some(tenant) = tenant else { return Ok(None) };
            let mapping = Mapping { tenant: tenant.clone(), subscription: None, from: today };
            Ok(Some(change_of_mapping(registration, mapping, Some(subscription.as_str()), "mapping.delete")))
        })
    }

    fn today(&self) -> Day {
        self.clock.now().day().unwrap_or(Day(0))
    }
}

fn change_of_mapping(
    registration: &Registration,
    mapping: Mapping,
    before: Option<&str>,
    action: &'static str,
) -> OfficeChange {
    let detail = json!({
        "tenant": mapping.tenant.as_str(),
        "before": before,
        "after": mapping.subscription.as_ref().map(ToString::to_string),
        "from": mapping.from.to_string(),
    });
    let mut changed = registration.clone();
    changed.mappings.push(mapping);
    let object = changed.id.to_string();
    OfficeChange { records: vec![OfficeRecord::Registration(changed)], action, object, detail }
}

fn find<'a>(office: &'a Office, id: &RegistrationId, today: Day) -> Result<&'a Registration, RegisterError> {
    office.registrations.iter().find(|registration| registration.id == *id && registration.holds_on(today)).ok_or_else(
        || refused("RegistrationNotFound", format!("the registration {id} does not exist: register the stamp first")),
    )
}

fn check_registration(office: &Office, request: &RegistrationRequest, today: Day) -> Result<(), RegisterError> {
    if !office.stamps.contains_key(&request.stamp) {
        return Err(refused(
            "InvalidRegistrationToken",
            format!("the registration token is malformed: stamp {} is not known", request.stamp),
        ));
    }
    let from = request.from.unwrap_or(today);
    let overlaps = |registration: &&Registration| {
        registration.stamp == request.stamp && registration.until.is_none_or(|until| until > from)
    };
    if let Some(other) = office.registrations.iter().find(overlaps) {
        return Err(refused(
            "CloudIdAlreadyRegistered",
            format!(
                "the cloud identifier [{}] is already registered as {}: reusing cloud identifiers is not allowed",
                request.stamp, other.id
            ),
        ));
    }
    let default = office.subscriptions.get(&request.default_subscription).ok_or_else(|| {
        refused("SubscriptionNotFound", format!("the subscription {} could not be found", request.default_subscription))
    })?;
    let allowed = match request.billing_model {
        BillingModel::PayAsYouUse => default.is_of_partner_kind() || default.kind == SubscriptionKind::Ea,
        BillingModel::Capacity => default.kind == SubscriptionKind::Ea,
        BillingModel::Development | BillingModel::Custom | BillingModel::Ruggedized => true,
    };
    if allowed {
        return Ok(());
    }
    Err(refused(
        "InvalidRegistrationToken",
        format!(
            "a subscription of type {} cannot pay for a registration of the billing model {}",
            default.kind.word(),
            request.billing_model.word()
        ),
    ))
}

/// Steps 4 to 10 of the documented order. Source: domain notes D.3.
fn check_mapping<'a>(
    office: &'a Office,
    registration: &Registration,
    request: &MappingRequest,
    today: Day,
) -> Result<&'a PayingSubscription, RegisterError> {
    let (id, sent) = (&registration.id, &request.subscription);
    if registration.billing_model != BillingModel::PayAsYouUse {
        return Err(refused(
            "CustomerSubscriptionsNotAllowed",
            format!("customer subscriptions are not allowed for {id}: register it again with PayAsYouUse"),
        ));
    }
    if !registration.approved {
        return Err(refused(
            "UnauthorizedCspRegistration",
            format!(
                "the registration {id} is not approved for several tenants: ask the platform operator to approve it"
            ),
        ));
    }
    if !is_lower_case_guid(sent) {
        return Err(refused(
            "InvalidCustomerSubscriptionId",
            format!("{sent:?} is not a valid subscription id: give a GUID in lower case"),
        ));
    }
    let not_csp = || {
        refused("InvalidCSPSubscription", format!("the subscription {sent} is not a CSP subscription: check the id"))
    };
    let subscription = PayingSubscriptionId::new(sent).ok().and_then(|id| office.subscriptions.get(&id));
    let subscription =
        subscription.filter(|subscription| subscription.kind == SubscriptionKind::Csp).ok_or_else(not_csp)?;
    let payer = |subscription| office.payer(subscription, today).map(|partner| &partner.id);
    let default = office.subscriptions.get(&registration.default_subscription).and_then(payer);
    if payer(subscription).is_none() || payer(subscription) != default {
        return Err(refused(
            "BadCustomerSubscriptionId",
            format!(
                "the subscription {sent} belongs to another partner than the registration {id}: only your own customers can be added"
            ),
        ));
    }
    match &request.tenant {
        Some(tenant) if *tenant != subscription.directory => Err(refused(
            "InvalidCustomerSubscriptionId",
            format!("the subscription {sent} lives in the directory {}, not in {tenant}", subscription.directory),
        )),
        _ => Ok(subscription),
    }
}

fn is_lower_case_guid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
