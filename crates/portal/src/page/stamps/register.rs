//! Register: a stamp's token becomes a registration below a default subscription, for the first time or again.

use hub::{NAMESPACE, RegistrationPath, RegistrationPut, resource};
use maud::{Markup, html};
use model::{PayingSubscriptionId, ScopePath, SubscriptionKind};

use super::CHANGE;
use crate::{
    fault::Fault,
    field,
    link::Link,
    reply::{Answer, Reply, Section, page},
    session::Notice,
    visit::Visit,
};

/// The action at the default subscription, which is asked for here as it is at the front door.
pub(super) const WRITE: &str = "Microsoft.AzureStack/registrations/write";
/// Where registrations are kept when nothing else is said. Source: registration script, 2020-04.
const GROUP: &str = "azurestack";
/// How many subscriptions can be chosen from.
const DEFAULTS_MAX: usize = 50;

/// The subscriptions of the partner that may be the default of a registration and in which the person may register.
pub(super) fn defaults(visit: &Visit<'_>) -> Result<Vec<(String, String)>, Fault> {
    let partner = &visit.partner()?.id;
    let today = visit.today();
    let own = visit.office.subscriptions.values().filter(|one| {
        one.is_of_partner_kind() && visit.office.payer(one, today).is_some_and(|payer| payer.id == *partner)
    });
    let may = |id: &PayingSubscriptionId| {
        ScopePath::new(&format!("/subscriptions/{id}")).is_ok_and(|scope| visit.may_at(WRITE, &scope))
    };
    let mut found: Vec<_> = own.filter(|one| may(&one.id)).take(DEFAULTS_MAX).collect();
    // Shared services come first: they are what the procedure registers with.
    found.sort_by_key(|one| one.kind != SubscriptionKind::Cspss);
    Ok(found.into_iter().map(|one| (one.id.to_string(), format!("{} ({})", one.name, one.kind.word()))).collect())
}

/// The form.
pub(super) fn form(visit: &Visit<'_>) -> Reply {
    let chosen = visit.query.get("subscription").unwrap_or_default().to_owned();
    page(Section::Stamps, visit.say("stamps-register-title"), fields(visit, &chosen, "", None)?)
}

fn fields(visit: &Visit<'_>, chosen: &str, token: &str, wrong: Option<Markup>) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let defaults = defaults(visit)?;
    let may = visit.may(CHANGE) && !defaults.is_empty();
    Ok(html! {
        @if let Some(wrong) = wrong { (wrong) }
        ol {
            li { (visit.say("stamps-register-token")) }
            li { (visit.say("stamps-register-paste")) }
            li { (visit.say("stamps-register-approve")) }
            li { (visit.say("stamps-register-key")) }
        }
        @if may {
            form.card method="post" action=(Link::of(partner, "stamps/register").text()) {
                (field::proof(visit))
                (field::choice("subscription", &visit.say("stamps-default"), &defaults, chosen))
                (field::text("group", &visit.say("stamps-group"), "text", GROUP))
                div.field {
                    label for="token" { (visit.say("stamps-token")) }
                    textarea id="token" name="token" rows="6" maxlength="262144" spellcheck="false" autocomplete="off" required { (token) }
                }
                button.main { (visit.say("stamps-register")) }
            }
        } @else {
            p.notice.warn { (visit.say("stamps-may-not-register")) }
        }
    })
}

/// Registers. What the place lacks is made, as the procedure's script does.
pub(super) fn put(visit: &Visit<'_>) -> Reply {
    let token = visit.form.get("token").unwrap_or_default();
    let sent = visit.form.get("subscription").unwrap_or_default();
    if !defaults(visit)?.iter().any(|(id, _)| id == sent) {
        return Err(Fault::NotFound);
    }
    let subscription = PayingSubscriptionId::new(sent).map_err(|_| Fault::NotFound)?;
    let group = visit.form.get("group").unwrap_or(GROUP).to_owned();
    let terms = match visit.house.doorkeeper.read_token(token) {
        Ok(terms) => terms,
        Err(problem) => {
            let wrong = field::refusal(visit, "InvalidRegistrationToken", &problem);
            let body = fields(visit, sent, token, Some(wrong))?;
            return page(Section::Stamps, visit.say("stamps-register-title"), body);
        }
    };
    let actor = visit.actor()?;
    let scope = ScopePath::new(&format!("/subscriptions/{subscription}/resourceGroups/{group}"));
    let scope = scope.map_err(|_| Fault::Bad(visit.say("stamps-bad-group")))?;
    if !resource::is_namespace_registered(&visit.office, &subscription, NAMESPACE) {
        visit.hub().put_namespace(&actor, &subscription, NAMESPACE, true)?;
    }
    if resource::live_group(&visit.office, &scope).is_err() {
        visit.hub().put_group(&actor, &subscription, &group, "global", None)?;
    }
    let known = visit.office.registration(&terms.stamp, visit.today()).map(|one| one.name.clone());
    let stamp = terms.stamp.clone();
    let path = RegistrationPath { subscription, group, name: known.unwrap_or_else(|| format!("azurestack-{stamp}")) };
    let put = RegistrationPut { path, tags: None, terms: Some(terms), create: true };
    let (registration, is_new) = visit.hub().put_registration(&actor, &put)?;
    let id = if is_new { "stamps-registered" } else { "stamps-registered-again" };
    let text = visit.tell(id, &[("name", registration.name.into())]);
    if let Some(guest) = &visit.guest {
        visit.house.sessions.say(&guest.cookie, Notice { text, wrong: false });
    }
    let office = visit.hub().current_office()?;
    let is_own = office.stamps.get(&stamp).is_some_and(|stamp| visit.is_own(stamp));
    let list = Link::of(&visit.partner()?.id, "stamps");
    Ok(Answer::Go(if is_own { list.part(stamp.as_str()).text() } else { list.text() }))
}
