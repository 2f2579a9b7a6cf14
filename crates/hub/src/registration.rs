//! Registration, in the office: a stamp is registered, changed, moved, approved and removed. Each change is checked and
//! audited.
//!
//! Source: registration page 2020-04; domain notes C.

mod checks;
mod succession;

use model::{
    BillingModel, CloudId, Day, LocalSubscriptionId, LockLevel, Office, PayingSubscription, PayingSubscriptionId,
    Registration, RegistrationDetails, RegistrationId, RegistrationState, ScopePath, Stamp, Tags,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::OfficeRecord;

use crate::{
    Hub, OfficeChange,
    actor::Actor,
    refusal::{RegisterError, refused},
    reporting, resource,
};

pub(crate) use checks::{check_place, find};

use checks::{check_again, check_change, check_partner_of_move, move_refused, name_invalid};
use succession::{again, first, made, succeed, token_missing};

/// The namespace of registrations.
pub const NAMESPACE: &str = "Microsoft.AzureStack";

/// How many credentials a stamp may have at a time.
const CREDENTIALS_MAX: usize = 2;

/// Where a registration is: subscription, resource group and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationPath {
    /// The default subscription.
    pub subscription: PayingSubscriptionId,
    /// The resource group.
    pub group: String,
    /// The name.
    pub name: String,
}

impl RegistrationPath {
    /// The path as one id. Nothing when a part holds what no id can hold.
    pub fn id(&self) -> Option<RegistrationId> {
        RegistrationId::new(&self.text()).ok()
    }

    fn text(&self) -> String {
        let Self { subscription, group, name } = self;
        format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{NAMESPACE}/registrations/{name}")
    }

    /// The parts of an id.
    pub fn of(id: &RegistrationId) -> Option<Self> {
        let mut parts = id.as_str().split('/').skip(1);
        let mut part = |index| parts.nth(index);
        let (subscription, group, name) = (part(1)?, part(1)?, part(3)?);
        Some(Self {
            subscription: PayingSubscriptionId::new(subscription).ok()?,
            group: group.to_owned(),
            name: name.to_owned(),
        })
    }

    /// That there is nothing here, in the words of the protocol.
    pub fn not_found(&self) -> RegisterError {
        let Self { subscription, group, name } = self;
        refused(
            "RegistrationNotFound",
            format!(
                "the registration was not found: subscription '{subscription}', resource group '{group}', registration \
                 name '{name}'. List the registrations of the subscription and compare the cloud id"
            ),
        )
    }
}

/// What a registration token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationTerms {
    /// The stamp.
    pub stamp: CloudId,
    /// How it is paid for.
    pub billing_model: BillingModel,
    /// What else it says. Registrant, tags, expiry and counts are the office's own and not looked at.
    pub details: RegistrationDetails,
    /// The operator's own local subscription, when the stamp says it.
    pub default_provider_subscription: Option<LocalSubscriptionId>,
}

/// A registration that is to be made or changed.
#[derive(Debug, Clone)]
pub struct RegistrationPut {
    /// Where.
    pub path: RegistrationPath,
    /// New tags; none leaves them.
    pub tags: Option<Tags>,
    /// What the token says; none changes nothing but tags.
    pub terms: Option<RegistrationTerms>,
    /// Whether it may be made when it is not there.
    pub create: bool,
}

impl Hub {
    /// Registers a stamp, registers it again, or changes the tags of its registration. True when it was made.
    ///
    /// # Errors
    ///
    /// When the request is refused, or when the store fails.
    pub fn put_registration(
        &self,
        actor: &Actor,
        put: &RegistrationPut,
    ) -> Result<(Registration, bool), RegisterError> {
        let (today, now) = (self.today(), self.now());
        let mut done = None;
        self.change_as(actor, |office| {
            let default = check_place(office, &put.path, today)?;
            let (records, registration, before) = match (find(office, &put.path, today), &put.terms) {
                (Ok(before), terms) => {
                    check_change(office, actor, before, LockLevel::ReadOnly)?;
                    let mut after = Registration { mappings: Vec::new(), ..before.clone() };
                    if let Some(tags) = &put.tags {
                        after.details.tags = tags.clone();
                    }
                    if let Some(terms) = terms {
                        check_again(before, default, terms)?;
                        after = again(after, terms, today);
                    }
                    after.details.changed = Some(actor.change(now));
                    after.details.revision = after.details.revision.saturating_add(1);
                    let records = succeed(office, before, &mut after, today);
                    (records, after, Some(before))
                }
                (Err(not_found), _) if !put.create => return Err(not_found),
                (Err(_), None) => return Err(token_missing()),
                (Err(_), Some(terms)) => {
                    let (records, registration) = first(office, actor, put, terms, default, today)?;
                    (records, Registration { details: made(registration.details, actor, now), ..registration }, None)
                }
            };
            let mut records = records;
            records.push(OfficeRecord::Registration(registration.clone()));
            if put.terms.is_some() {
                let stamp = self.stamp_for(office, put, &registration, today);
                records.push(OfficeRecord::Stamp(self.settled(office, stamp, before, &registration)?));
            }
            let object = registration.id.to_string();
            done = Some((registration, before.is_none()));
            Ok(Some(OfficeChange { records, action: "registration.put", object, detail: json!({}) }))
        })?;
        done.ok_or_else(|| put.path.not_found())
    }

    /// The stamp's record once it is registered: known by the hub, with a credential that its activation key carries.
    fn stamp_for(&self, office: &Office, put: &RegistrationPut, registration: &Registration, today: Day) -> Stamp {
        let default = office.subscriptions.get(&registration.default_subscription);
        let mut stamp = office.stamps.get(&registration.stamp).cloned().unwrap_or_else(|| Stamp {
            id: registration.stamp.clone(),
            name: registration.name.clone(),
            region: registration.details.region_names.first().cloned().unwrap_or_default(),
            partner: None,
            default_provider_subscription: None,
            first_window: self.now().hour().unwrap_or_else(|| today.first_hour()),
            credentials: Vec::new(),
            withdrawn_credentials: Vec::new(),
            skipped: Vec::new(),
            reporting_off_since: None,
        });
        stamp.partner = default.and_then(|default| default.partner(today)).cloned().or(stamp.partner);
        // It is a stamp's for ever: another one would change who paid in the past.
        let provider = put.terms.as_ref().and_then(|terms| terms.default_provider_subscription.clone());
        stamp.default_provider_subscription = stamp.default_provider_subscription.or(provider);
        if let Some(credential) = Self::credential_of(office, registration) {
            accept(&mut stamp, Sha256::digest(credential.as_bytes()).into());
        }
        stamp
    }

    /// The stamp's record with the hours that are never wanted once a registration holds in place of another one, or of none.
    fn settled(
        &self,
        office: &Office,
        mut stamp: Stamp,
        before: Option<&Registration>,
        after: &Registration,
    ) -> Result<Stamp, RegisterError> {
        let change = self.reporting_change(office, &stamp, before)?;
        change.settle(&mut stamp, after);
        if before.is_none() {
            // Whoever registers a stamp anew has the key: a bridge with an old one belongs to somebody else, or is out of date.
            stamp.withdrawn_credentials.clear();
        }
        Ok(stamp)
    }

    fn reporting_change<'a>(
        &self,
        office: &'a Office,
        stamp: &Stamp,
        before: Option<&'a Registration>,
    ) -> Result<reporting::Change<'a>, RegisterError> {
        let today = self.today();
        let now = self.now().hour().unwrap_or_else(|| today.first_hour());
        let next = self.next_window(&stamp.id)?.unwrap_or(stamp.first_window);
        Ok(reporting::Change { office, before, next, now, today })
    }

    /// The stamp's record once it is registered no longer: its credentials write nothing more.
    fn unregistered(&self, office: &Office, stamp: &Stamp) -> Result<Stamp, RegisterError> {
        let mut after = stamp.clone();
        self.reporting_change(office, stamp, None)?.end_silence(&mut after);
        after.withdrawn_credentials = std::mem::take(&mut after.credentials);
        Ok(after)
    }

    /// The credential of a registration's present generation; none while the hub has no key for it.
    fn credential_of(office: &Office, registration: &Registration) -> Option<String> {
        let details = &registration.details;
        let text =
            format!("credential\n{}\n{}\n{}", registration.stamp.folded(), registration.number, details.generation);
        Self::seal_in(office, &text).map(|seal| format!("tbc_{}", crate::hex(&seal)))
    }

    /// What the activation key of a registration is made of: the registration, and the credential of its bridge, which the
    /// hub accepts from now on.
    ///
    /// # Errors
    ///
    /// When the registration is unknown, expired or reset, or when the store fails.
    pub fn activation(&self, actor: &Actor, path: &RegistrationPath) -> Result<(Registration, String), RegisterError> {
        let today = self.today();
        let mut done = None;
        self.change_as(actor, |office| {
            let registration = find(office, path, today)?;
            let state = registration.state(today);
            if state != RegistrationState::Registered {
                return Err(refused(
                    "RegistrationNotActive",
                    format!("the registration {} is {}: register the stamp again first", registration.id, state.word()),
                ));
            }
            let credential = Self::credential_of(office, registration).ok_or_else(|| {
                refused(
                    "KeyMissing",
                    "the hub has no key to draw credentials with: run `tallybridge keys rotate`".to_owned(),
                )
            })?;
            let digest = Sha256::digest(credential.as_bytes()).into();
            done = Some((registration.clone(), credential));
            let Some(stamp) = office.stamps.get(&registration.stamp) else { return Ok(None) };
            if stamp.credentials.contains(&digest) {
                return Ok(None);
            }
            let mut stamp = stamp.clone();
            accept(&mut stamp, digest);
            let (records, object) = (vec![OfficeRecord::Stamp(stamp)], registration.id.to_string());
            Ok(Some(OfficeChange { records, action: "registration.getActivationKey", object, detail: json!({}) }))
        })?;
        done.ok_or_else(|| path.not_found())
    }

    /// Removes a registration with its mappings, its locks and the roles at it. Its stamp's credentials are withdrawn and
    /// its cloud id is free again for its partner. False when there was none.
    ///
    /// # Errors
    ///
    /// When it is locked or belongs to somebody else, or when the store fails.
    pub fn delete_registration(&self, actor: &Actor, path: &RegistrationPath) -> Result<bool, RegisterError> {
        let today = self.today();
        let mut existed = false;
        self.change_as(actor, |office| {
            let Ok(before) = find(office, path, today) else { return Ok(None) };
            check_change(office, actor, before, LockLevel::CanNotDelete)?;
            existed = true;
            let ended = Registration { until: Some(today), mappings: Vec::new(), ..before.clone() };
            let mut records = vec![OfficeRecord::Registration(ended)];
            if let Some(stamp) = office.stamps.get(&before.stamp) {
                records.push(OfficeRecord::Stamp(self.unregistered(office, stamp)?));
            }
            records.extend(resource::removed_below(office, before.id.as_str()));
            let object = before.id.to_string();
            Ok(Some(OfficeChange { records, action: "registration.delete", object, detail: json!({}) }))
        })?;
        Ok(existed)
    }

    /// Approves a registration for several tenants, or withdraws that: an act of the platform operator. Mappings stay when
    /// it is withdrawn, and cannot be changed.
    ///
    /// # Errors
    ///
    /// When the registration is unknown or its default subscription is of no partner's kind, or when the store fails.
    pub fn approve(
        &self,
        actor: &Actor,
        path: &RegistrationPath,
        approved: bool,
    ) -> Result<Registration, RegisterError> {
        let today = self.today();
        let mut done = None;
        self.change_as(actor, |office| {
            let before = find(office, path, today)?;
            let default = office.subscriptions.get(&before.default_subscription);
            if approved && !default.is_some_and(PayingSubscription::is_of_partner_kind) {
                return Err(refused(
                    "UnauthorizedCspRegistration",
                    format!(
                        "the registration {} cannot be approved for several tenants: its default subscription is neither CSP nor CSPSS",
                        before.id
                    ),
                ));
            }
            let after = Registration { approved, mappings: Vec::new(), ..before.clone() };
            done = Some(Registration { approved, ..before.clone() });
            let action = if approved { "registration.approve" } else { "registration.disapprove" };
            let (records, object) = (vec![OfficeRecord::Registration(after)], before.id.to_string());
            Ok((before.approved != approved).then(|| OfficeChange { records, action, object, detail: json!({}) }))
        })?;
        done.ok_or_else(|| path.not_found())
    }

    /// Moves a registration to another resource group, perhaps of another subscription of the same partner. From then on the
    /// new subscription pays for what has no mapping; mappings and approval stay.
    ///
    /// # Errors
    ///
    /// When it is locked or belongs to somebody else, when the subscriptions are not of one partner, when something of that
    /// name is there already, or when the store fails.
    pub fn move_registration(
        &self,
        actor: &Actor,
        from: &RegistrationPath,
        group: &ScopePath,
    ) -> Result<(), RegisterError> {
        let today = self.today();
        self.change_as(actor, |office| {
            let before = find(office, from, today)?;
            check_change(office, actor, before, LockLevel::CanNotDelete)?;
            let target = resource::live_group(office, group)?;
            let subscription = resource::subscription_of(group).ok_or_else(|| resource::group_not_found(group))?;
            let to = RegistrationPath { subscription, group: target.name.clone(), name: before.name.clone() };
            let default = check_place(office, &to, today)?;
            if to.id().as_ref() == Some(&before.id) {
                return Ok(None);
            }
            if find(office, &to, today).is_ok() {
                return Err(move_refused(before, "there is a registration of this name already"));
            }
            if default.id != before.default_subscription {
                check_partner_of_move(office, before, default, today)?;
            }
            let Some(id) = to.id() else { return Err(name_invalid(&to.name)) };
            let mut after = Registration { id, default_subscription: default.id.clone(), ..before.clone() };
            after.mappings.clear();
            let mut records = succeed(office, before, &mut after, today);
            records.push(OfficeRecord::Registration(after));
            let detail = json!({ "to": to.text() });
            Ok(Some(OfficeChange { records, action: "registration.move", object: before.id.to_string(), detail }))
        })
    }

    /// The registration at a path that holds today.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn registration<'a>(
        &self,
        office: &'a Office,
        path: &RegistrationPath,
    ) -> Result<&'a Registration, RegisterError> {
        find(office, path, self.today())
    }

    /// Refuses a place where no registration can be: its subscription cannot pay, its group is not there, its namespace is not
    /// registered, or its name is none.
    ///
    /// # Errors
    ///
    /// What the place lacks.
    pub fn check_registration_place(&self, office: &Office, path: &RegistrationPath) -> Result<(), RegisterError> {
        check_place(office, path, self.today()).map(drop)
    }

    pub(crate) fn today(&self) -> Day {
        self.now().day().unwrap_or(Day(0))
    }
}

/// Gives a stamp one more credential. Of more than two the oldest is forgotten, so that a change needs no gap.
pub(crate) fn accept(stamp: &mut Stamp, digest: [u8; 32]) -> usize {
    if !stamp.credentials.contains(&digest) {
        stamp.credentials.push(digest);
    }
    let surplus = stamp.credentials.len().saturating_sub(CREDENTIALS_MAX);
    stamp.credentials.drain(..surplus);
    surplus
}
