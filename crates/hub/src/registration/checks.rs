//! Checks: what a registration is refused for.

use model::{
    BillingModel, CloudId, Day, LockLevel, Office, PayingSubscription, Registration, ScopePath, SubscriptionKind,
    SubscriptionState,
};

use super::{NAMESPACE, RegistrationPath, RegistrationTerms};
use crate::{
    actor::Actor,
    refusal::{RegisterError, refused},
    resource,
};

pub(crate) fn find<'a>(
    office: &'a Office,
    path: &RegistrationPath,
    today: Day,
) -> Result<&'a Registration, RegisterError> {
    let id = path.id().ok_or_else(|| path.not_found())?;
    let found = office.registrations.iter().find(|one| one.id == id && one.holds_on(today));
    found.ok_or_else(|| path.not_found())
}

/// The place of a registration: its subscription can pay, its group is there and its namespace is registered.
pub(crate) fn check_place<'a>(
    office: &'a Office,
    path: &RegistrationPath,
    today: Day,
) -> Result<&'a PayingSubscription, RegisterError> {
    let default = office.subscriptions.get(&path.subscription);
    let default = default.ok_or_else(|| resource::subscription_not_found(path.subscription.as_str()))?;
    if default.standing(today).is_none_or(|standing| standing.state != SubscriptionState::Active) {
        return Err(refused(
            "ReadOnlyDisabledSubscription",
            format!("the subscription '{}' is not active and therefore cannot be changed", path.subscription),
        ));
    }
    if !resource::is_namespace_registered(office, &path.subscription, NAMESPACE) {
        return Err(refused(
            "MissingSubscriptionRegistration",
            format!("The subscription is not registered to use namespace '{NAMESPACE}'"),
        ));
    }
    let group = ScopePath::new(&format!("/subscriptions/{}/resourceGroups/{}", path.subscription, path.group));
    let group = group.map_err(|_| name_invalid(&path.group))?;
    resource::live_group(office, &group)?;
    if !resource::is_name(&path.name) || path.id().is_none() {
        return Err(name_invalid(&path.name));
    }
    Ok(default)
}

pub(super) fn name_invalid(name: &str) -> RegisterError {
    refused(
        "InvalidResourceName",
        format!(
            "{name:?} is no name for a resource: take up to 90 letters, digits, dots, hyphens, underscores and parentheses, \
             and no dot at the end"
        ),
    )
}

/// Whether somebody may change or remove a registration.
pub(super) fn check_change(
    office: &Office,
    actor: &Actor,
    registration: &Registration,
    level: LockLevel,
) -> Result<(), RegisterError> {
    if !actor.may_change(office, registration) {
        return Err(refused(
            "AuthorizationFailed",
            format!(
                "the registration {} may be changed by the account that registered it, by the owner of its service principal or by an administrator of that account's directory, and '{}' is none of them",
                registration.id, actor.name
            ),
        ));
    }
    let scope = ScopePath::new(registration.id.as_str()).map_err(|_| name_invalid(&registration.name))?;
    resource::check_locks(office, &scope, level)
}

/// Whether a stamp that was registered before may be registered by somebody. Its windows of the past can be delivered again, and
/// change what its partner paid; so it stays with that partner, or with whoever registered it last, until the platform hands it
/// over in the catalogue.
pub(super) fn check_owner(
    office: &Office,
    actor: &Actor,
    stamp: &CloudId,
    default: &PayingSubscription,
    today: Day,
) -> Result<(), RegisterError> {
    let Some(owner) = office.stamps.get(stamp).and_then(|stamp| stamp.partner.as_ref()) else { return Ok(()) };
    let owner = office.invoiced_partner(owner).map(|partner| &partner.id);
    let payer = office.payer(default, today).map(|partner| &partner.id);
    let last = office.registrations.iter().filter(|one| one.stamp == *stamp).max_by_key(|one| one.number);
    let own = last.is_some_and(|last| last.details.registrant.is_some() && actor.may_change(office, last));
    if own || actor.principal.is_none() || owner.is_some() && owner == payer {
        return Ok(());
    }
    Err(refused(
        "CloudIdAlreadyRegistered",
        format!(
            "The cloud identifier [{stamp}] is already registered. Reusing cloud identifiers is not allowed: if the stamp changed hands, ask the platform operator to hand it over"
        ),
    ))
}

pub(super) fn check_type(default: &PayingSubscription, model: BillingModel) -> Result<(), RegisterError> {
    let allowed = match model {
        BillingModel::PayAsYouUse => default.is_of_partner_kind() || default.kind == SubscriptionKind::Ea,
        BillingModel::Capacity => default.kind == SubscriptionKind::Ea,
        BillingModel::Development | BillingModel::Custom | BillingModel::Ruggedized => true,
    };
    if allowed {
        return Ok(());
    }
    Err(refused(
        "SubscriptionTypeNotSupported",
        format!(
            "a subscription of type {} cannot pay for a registration of the billing model {}",
            default.kind.word(),
            model.word()
        ),
    ))
}

pub(super) fn check_again(
    before: &Registration,
    default: &PayingSubscription,
    terms: &RegistrationTerms,
) -> Result<(), RegisterError> {
    if terms.stamp != before.stamp {
        return Err(refused(
            "CloudIdUpdateNotAllowed",
            format!(
                "The registration '{}' is already associated with another Cloud identifier, and not with '{}'. Register this stamp under a name of its own",
                before.name, terms.stamp
            ),
        ));
    }
    check_type(default, terms.billing_model)
}

pub(super) fn move_refused(registration: &Registration, why: &str) -> RegisterError {
    refused("ResourceMoveNotAllowed", format!("the registration {} cannot be moved: {why}", registration.id))
}

pub(super) fn check_partner_of_move(
    office: &Office,
    before: &Registration,
    default: &PayingSubscription,
    today: Day,
) -> Result<(), RegisterError> {
    let old = office.subscriptions.get(&before.default_subscription);
    let of_partners = default.is_of_partner_kind() && old.is_some_and(PayingSubscription::is_of_partner_kind);
    let partner = |one: &PayingSubscription| office.payer(one, today).map(|partner| partner.id.clone());
    if of_partners && partner(default).is_some() && partner(default) == old.and_then(partner) {
        return Ok(());
    }
    Err(move_refused(before, "both subscriptions must be CSP or CSPSS of one partner"))
}
