//! Change: approving, locking and moving a registration, and the key that its stamp is activated with.

use hub::{NAMESPACE, RegistrationPath, resource};
use maud::html;
use model::{Lock, LockLevel, PayingSubscriptionId, Registration, ScopePath};

use super::{CHANGE, may_at, one::locks, registration_of};
use crate::{
    fault::Fault,
    field,
    link::Link,
    reply::{Answer, Reply, Section, page},
    session::Notice,
    visit::Visit,
};

/// The platform operator's act.
pub(super) const APPROVE: &str = "Microsoft.AzureStack/registrations/approveMultiTenancy/action";
/// The action of asking for an activation key.
pub(super) const KEY: &str = "Microsoft.AzureStack/registrations/getActivationKey/action";
/// The action of locking.
pub(super) const LOCK: &str = "Microsoft.Authorization/locks/write";
/// The name of the lock that the registration procedure makes. Source: registration script, 2020-04.
const LOCK_NAME: &str = "RegistrationResourceLock";

/// The registration in the path, when the person may do something with it.
fn checked<'a>(visit: &'a Visit<'_>, action: &str) -> Result<&'a Registration, Fault> {
    let registration = registration_of(visit)?;
    let may = (action == APPROVE || visit.may(CHANGE)) && may_at(visit, action, registration);
    if may { Ok(registration) } else { Err(Fault::Forbidden) }
}

fn path(registration: &Registration) -> Result<RegistrationPath, Fault> {
    RegistrationPath::of(&registration.id).ok_or(Fault::NotFound)
}

/// Back to the stamp, with something said.
fn back(visit: &Visit<'_>, registration: &Registration, said: &str) -> Reply {
    let text = visit.tell(said, &[("name", registration.name.clone().into())]);
    if let Some(guest) = &visit.guest {
        visit.house.sessions.say(&guest.cookie, Notice { text, wrong: false });
    }
    Ok(Answer::Go(Link::of(&visit.partner()?.id, "stamps").part(registration.stamp.as_str()).text()))
}

pub(super) fn approve(visit: &Visit<'_>) -> Reply {
    let registration = checked(visit, APPROVE)?;
    visit.hub().approve(&visit.actor()?, &path(registration)?, true)?;
    back(visit, registration, "stamps-approved-now")
}

/// Shows the key. It is on this answer alone: nobody finds it in an address or in the history of a browser.
pub(super) fn key(visit: &Visit<'_>) -> Reply {
    let registration = checked(visit, KEY)?;
    let key = visit.house.doorkeeper.activation_key(&visit.actor()?, &path(registration)?, &visit.origin);
    let key = key.map_err(|(code, message)| Fault::Refused { code: code.to_owned(), message })?;
    let back = Link::of(&visit.partner()?.id, "stamps").part(registration.stamp.as_str()).text();
    let body = html! {
        p.notice.warn { (visit.say("stamps-key-secret")) }
        div.field {
            label for="key" { (visit.say("stamps-key-is")) }
            textarea id="key" rows="10" readonly spellcheck="false" { (key) }
        }
        p { (visit.say("stamps-key-how")) }
        p { a.button.quiet href=(back) { (visit.say("stamps-back")) } }
    };
    page(Section::Stamps, visit.tell("stamps-key-title", &[("name", registration.name.clone().into())]), body)
}

pub(super) fn lock(visit: &Visit<'_>) -> Reply {
    let registration = checked(visit, LOCK)?;
    let scope = ScopePath::new(registration.id.as_str()).map_err(|_| Fault::NotFound)?;
    let actor = visit.actor()?;
    if visit.form.get("lock") == Some("off") {
        for lock in locks(visit, registration) {
            visit.hub().delete_lock(&actor, &scope, &lock.name)?;
        }
        return back(visit, registration, "stamps-unlocked");
    }
    let (name, notes) = (LOCK_NAME.to_owned(), visit.say("stamps-lock-notes"));
    visit.hub().put_lock(&actor, &Lock { scope, name, level: LockLevel::CanNotDelete, notes, removed: false })?;
    back(visit, registration, "stamps-locked")
}

/// Moves a registration below another subscription or into another group of the same partner.
pub(super) fn relocate(visit: &Visit<'_>) -> Reply {
    let registration = checked(visit, super::register::WRITE)?;
    let sent = visit.form.get("subscription").unwrap_or_default();
    if !super::register::defaults(visit)?.iter().any(|(id, _)| id == sent) {
        return Err(Fault::NotFound);
    }
    let subscription = PayingSubscriptionId::new(sent).map_err(|_| Fault::NotFound)?;
    let group = visit.form.get("group").ok_or_else(|| Fault::Bad(visit.say("stamps-bad-group")))?;
    let scope = ScopePath::new(&format!("/subscriptions/{subscription}/resourceGroups/{group}"));
    let scope = scope.map_err(|_| Fault::Bad(visit.say("stamps-bad-group")))?;
    let actor = visit.actor()?;
    // A lock is said before anything is made.
    if !locks(visit, registration).is_empty() {
        let message = visit.say("stamps-locked-first");
        return page(Section::Stamps, visit.say("stamps-move"), field::refusal(visit, "ScopeLocked", &message));
    }
    if !resource::is_namespace_registered(&visit.office, &subscription, NAMESPACE) {
        visit.hub().put_namespace(&actor, &subscription, NAMESPACE, true)?;
    }
    if resource::live_group(&visit.office, &scope).is_err() {
        visit.hub().put_group(&actor, &subscription, group, "global", None)?;
    }
    visit.hub().move_registration(&actor, &path(registration)?, &scope)?;
    back(visit, registration, "stamps-moved")
}
