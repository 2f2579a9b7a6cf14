//! Succession: what a registration becomes. Who pays is by the day, so the past stays what it was.

use model::{
    BillingModel, Day, Office, PayingSubscription, Registration, RegistrationDetails, RegistrationState, ScopePath,
};
use store::OfficeRecord;

use super::{
    RegistrationPath, RegistrationPut, RegistrationTerms,
    checks::{check_owner, check_type, name_invalid},
};
use crate::{
    actor::Actor,
    refusal::{RegisterError, refused},
    resource::removed_below,
};

/// How long a capacity registration holds. Unit: days.
const CAPACITY_DAYS: u32 = 365;

/// The registration after it was registered again: everything of the token is new, tenants and approval stay.
pub(super) fn again(mut after: Registration, terms: &RegistrationTerms, today: Day) -> Registration {
    let old = std::mem::take(&mut after.details);
    after.billing_model = terms.billing_model;
    after.details = RegistrationDetails {
        registrant: old.registrant,
        tags: old.tags,
        expires: expiry(terms.billing_model, today),
        reset: false,
        generation: old.generation.saturating_add(1),
        revision: old.revision,
        created: old.created,
        changed: old.changed,
        ..terms.details.clone()
    };
    after
}

pub(super) fn expiry(model: BillingModel, today: Day) -> Option<Day> {
    (model == BillingModel::Capacity).then(|| today.plus(CAPACITY_DAYS))
}

/// Who pays is by the day. When that changes, the registration ends today and another one begins, with the tenants of today,
/// so that the past stays what it was. A registration that began today simply changes.
pub(super) fn succeed(
    office: &Office,
    before: &Registration,
    after: &mut Registration,
    today: Day,
) -> Vec<OfficeRecord> {
    let same = before.billing_model == after.billing_model && before.default_subscription == after.default_subscription;
    if same || before.from >= today {
        return Vec::new();
    }
    after.number = next_number(office);
    after.from = today;
    after.mappings = crate::mapping::in_force(before, today);
    vec![OfficeRecord::Registration(Registration { until: Some(today), mappings: Vec::new(), ..before.clone() })]
}

pub(super) fn next_number(office: &Office) -> u32 {
    office.registrations.iter().map(|one| one.number).max().unwrap_or(0).saturating_add(1)
}

pub(super) fn token_missing() -> RegisterError {
    crate::Refusal {
        code: "InvalidRegistrationToken",
        message: "The registration token is malformed. There is none, and a new registration needs one: take it from the stamp".to_owned(),
        target: Some("properties.registrationToken"),
    }
    .into()
}

/// A registration that was not there.
pub(super) fn first(
    office: &Office,
    actor: &Actor,
    put: &RegistrationPut,
    terms: &RegistrationTerms,
    default: &PayingSubscription,
    today: Day,
) -> Result<(Vec<OfficeRecord>, Registration), RegisterError> {
    let mut records = Vec::new();
    let holds = |one: &&Registration| one.stamp == terms.stamp && one.until.is_none_or(|until| until > today);
    if let Some(other) = office.registrations.iter().find(holds) {
        // One that has expired gives way to another name, for whoever may change it: to others it is somebody else's.
        if other.state(today) != RegistrationState::Expired || !actor.may_change(office, other) {
            return Err(refused(
                "CloudIdAlreadyRegistered",
                format!(
                    "The cloud identifier [{}] is already registered. Reusing cloud identifiers is not allowed: remove its registration first, or register it again under the name that it has",
                    terms.stamp
                ),
            ));
        }
        records.push(OfficeRecord::Registration(Registration {
            until: Some(today),
            mappings: Vec::new(),
            ..other.clone()
        }));
        records.extend(removed_below(office, other.id.as_str()));
    }
    check_owner(office, actor, &terms.stamp, default, today)?;
    check_type(default, terms.billing_model)?;
    let group = ScopePath::new(&format!("/subscriptions/{}/resourceGroups/{}", default.id, put.path.group));
    let group = group.ok().and_then(|scope| office.resource_groups.get(&scope));
    let path = RegistrationPath {
        subscription: default.id.clone(),
        group: group.map_or_else(|| put.path.group.clone(), |group| group.name.clone()),
        name: put.path.name.clone(),
    };
    let id = path.id().ok_or_else(|| name_invalid(&put.path.name))?;
    let registration = Registration {
        number: next_number(office),
        id,
        name: put.path.name.clone(),
        stamp: terms.stamp.clone(),
        default_subscription: default.id.clone(),
        billing_model: terms.billing_model,
        approved: false,
        from: today,
        until: None,
        mappings: Vec::new(),
        details: RegistrationDetails {
            registrant: actor.principal.clone(),
            tags: put.tags.clone().unwrap_or_default(),
            expires: expiry(terms.billing_model, today),
            reset: false,
            generation: 1,
            revision: 1,
            ..terms.details.clone()
        },
    };
    Ok((records, registration))
}

pub(super) fn made(details: RegistrationDetails, actor: &Actor, now: model::Second) -> RegistrationDetails {
    RegistrationDetails { created: Some(actor.change(now)), changed: Some(actor.change(now)), ..details }
}
