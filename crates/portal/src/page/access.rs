//! Access: who may do what for this partner, for its subscriptions and for its registrations.

use hub::access::{ROLES, definition};
use maud::{Markup, html};
use model::{Office, PayingSubscriptionId, Principal, PrincipalKind, RoleAssignment, ScopePath};

use crate::{
    fault::Fault,
    link::Link,
    name,
    page::READ_ACCESS,
    reply::{Reply, Section, page},
    route::{Access, Route, get, partner_scope},
    table,
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}/access", Access::Partner(READ_ACCESS), show)];

/// How many roles a table lists.
const PAGE_ROWS: usize = 50;

fn show(visit: &Visit<'_>) -> Reply {
    let id = &visit.partner()?.id;
    let scope = partner_scope(id.as_str()).ok_or(Fault::NotFound)?;
    let all = || visit.office.role_assignments.values().filter(|one| !one.removed);
    let of_partner: Vec<&RoleAssignment> = all().filter(|one| scope.contains(&one.scope)).collect();
    let below: Vec<&RoleAssignment> = all().filter(|one| is_of_own_subscription(visit, &one.scope)).collect();
    let body = html! {
        p { (visit.say("access-what")) }
        h2 { (visit.say("access-partner")) }
        (section(visit, "partners", &of_partner, "access-partner")?)
        p.small { (visit.say("access-operator")) }
        p.small { (visit.say("access-how")) " " code { "tallybridge catalog apply" } }
        h2 { (visit.say("access-subscriptions")) }
        (section(visit, "page", &below, "access-subscriptions")?)
        h2 { (visit.say("access-roles")) }
        (roles(visit, &of_partner, &below))
    };
    page(Section::Access, visit.say("access-title"), body)
}

/// The subscription that a scope is, or lies in.
fn subscription_of(scope: &ScopePath) -> Option<PayingSubscriptionId> {
    let mut parts = scope.as_str().split('/').skip(1);
    let word = parts.next()?;
    let id = parts.next()?;
    word.eq_ignore_ascii_case("subscriptions").then(|| PayingSubscriptionId::new(id).ok())?
}

fn is_of_own_subscription(visit: &Visit<'_>, scope: &ScopePath) -> bool {
    let known = subscription_of(scope).and_then(|id| visit.office.subscriptions.get(&id));
    known.is_some_and(|one| one.partner(visit.today()) == visit.partner.as_ref())
}

/// A table of roles, one page of it. `name` is what its page is called in the query.
fn section(visit: &Visit<'_>, name: &str, roles: &[&RoleAssignment], caption: &str) -> Result<Markup, Fault> {
    if roles.is_empty() {
        return Ok(html! { p { (visit.say("access-nobody")) } });
    }
    let pages = roles.len().div_ceil(PAGE_ROWS);
    let number = visit.query.get(name).map_or(Some(1), |sent| sent.parse().ok());
    let number = number.filter(|number: &usize| (1..=pages).contains(number)).ok_or(Fault::NotFound)?;
    let columns = [
        table::words(visit.say("access-who")),
        table::words(visit.say("access-kind")),
        table::words(visit.say("access-role")),
        table::words(visit.say("access-where")),
        table::words(visit.say("access-directory")),
        table::words(visit.say("access-state")),
    ];
    let first = number.saturating_sub(1).saturating_mul(PAGE_ROWS);
    let rows: Vec<Vec<Markup>> = roles.iter().skip(first).take(PAGE_ROWS).map(|one| row(visit, one)).collect();
    let whole = Link::of(&visit.partner()?.id, "access");
    Ok(html! {
        (table::table(&visit.say(caption), &columns, &rows, None))
        (table::pages(visit, number, pages, |number| whole.clone().with(name, number).text()))
    })
}

fn row(visit: &Visit<'_>, one: &RoleAssignment) -> Vec<Markup> {
    let office: &Office = &visit.office;
    let known = office.principals.get(&one.principal);
    let me = visit.guest.as_ref().is_some_and(|guest| guest.principal.id == one.principal);
    let directory = known.map(|known| name::tenant(office, visit.language, Some(&known.directory)));
    vec![
        html! {
            (known.map_or_else(|| one.principal.to_string(), |known| known.name.clone()))
            @if me { " " span.tag { (visit.say("access-you")) } }
        },
        html! { @if let Some(known) = known { (kind(visit, known)) } },
        html! { (one.role.word()) },
        html! { (place(visit, &one.scope)) },
        html! { (directory.unwrap_or_default()) },
        html! { (state(visit, known)) },
    ]
}

fn kind(visit: &Visit<'_>, principal: &Principal) -> String {
    visit.say(match principal.kind {
        PrincipalKind::User => "access-person",
        PrincipalKind::ServicePrincipal => "access-program",
    })
}

fn state(visit: &Visit<'_>, principal: Option<&Principal>) -> Markup {
    html! {
        @match principal {
            Some(known) if known.enabled => span.tag.good { (visit.say("access-on")) },
            Some(_) => span.tag.bad { (visit.say("access-off")) },
            None => span.tag.warn { (visit.say("access-gone")) },
        }
    }
}

/// What is at a scope: the partner, a subscription, or something in one.
fn place(visit: &Visit<'_>, scope: &ScopePath) -> Markup {
    let office: &Office = &visit.office;
    let Some(subscription) = subscription_of(scope) else {
        let own = visit.partner.as_ref().and_then(|id| office.partners.get(id)).map(|one| one.name.as_str());
        return html! { (own.unwrap_or_else(|| scope.as_str())) };
    };
    let named = name::subscription(office, &subscription);
    let registration =
        office.registrations.iter().rev().find(|one| one.id.as_str().eq_ignore_ascii_case(scope.as_str()));
    let parts = scope.as_str().split('/').skip(1).count();
    let last = scope.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    html! {
        span title=(scope) {
            @if let Some(registration) = registration {
                (visit.tell("access-registration", &[("stamp", name::stamp(office, &registration.stamp).into())]))
            } @else if parts == 4 {
                (visit.tell("access-group", &[("name", last.into()), ("subscription", named.into())]))
            } @else if parts > 2 {
                code { (scope) }
            } @else {
                (named)
            }
        }
    }
}

/// What the roles are for that somebody has here.
fn roles(visit: &Visit<'_>, of_partner: &[&RoleAssignment], below: &[&RoleAssignment]) -> Markup {
    let used = |role: model::Role| of_partner.iter().chain(below).any(|one| one.role == role);
    let columns = [
        table::words(visit.say("access-role")),
        table::words(visit.say("access-for")),
        table::words(visit.say("access-actions")),
    ];
    let of_partners = [model::Role::PartnerAdministrator, model::Role::BillingReader];
    let rows: Vec<Vec<Markup>> = ROLES
        .iter()
        .filter(|one| used(one.role) || of_partners.contains(&one.role))
        .map(|one| {
            let definition = definition(one.role);
            vec![
                html! { (one.role.word()) },
                html! { (visit.say(&words(one.role))) },
                html! {
                    details {
                        summary { (visit.say("access-actions")) }
                        ul {
                            @for action in definition.actions { li { code { (action) } } }
                            @for action in definition.not_actions { li { (visit.say("access-not")) " " code { (action) } } }
                        }
                    }
                },
            ]
        })
        .collect();
    table::table(&visit.say("access-roles"), &columns, &rows, None)
}

/// The text that says what a role is for.
fn words(role: model::Role) -> String {
    format!("access-role-{}", role.word().to_lowercase().replace(' ', "-"))
}

#[cfg(test)]
mod tests;
