//! Mapping: which subscription is to pay for a tenant on a stamp, with the money that moves before anything is done.

use hub::{MappingRequest, RegisterError, RegistrationPath, Supposition, WhatIf, WhatIfError};
use maud::{Markup, html};
use model::{
    CloudId, Day, DirectoryId, PayingSubscription, PayingSubscriptionId, Registration, ScopePath, Stamp,
    SubscriptionKind, SubscriptionState,
};

use super::{MAP, subscriptions};
use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    name,
    reply::{Answer, Reply, Section, page},
    session::Notice,
    table,
    visit::{Pairs, Visit},
};

/// The action at the registration, which is asked for here as it is at the front door.
const WRITE: &str = "Microsoft.AzureStack/registrations/customerSubscriptions/write";
const DELETE: &str = "Microsoft.AzureStack/registrations/customerSubscriptions/delete";
/// How many subscriptions can be chosen from.
const CANDIDATES_MAX: usize = 50;
/// How many customers are listed whose months change.
const EFFECTS_MAX: usize = 20;

/// What a form is about.
struct Subject<'a> {
    stamp: &'a Stamp,
    registration: &'a Registration,
    tenant: DirectoryId,
}

/// The stamp and tenant of a query or a form. What is not the partner's is as what does not exist.
fn subject<'a>(visit: &'a Visit<'_>, pairs: &Pairs) -> Result<Subject<'a>, Fault> {
    let stamp = pairs.get("stamp").and_then(|text| CloudId::new(text).ok()).ok_or(Fault::NotFound)?;
    let stamp = visit.office.stamps.get(&stamp).filter(|stamp| visit.is_own(stamp)).ok_or(Fault::NotFound)?;
    let registration = visit.office.registration(&stamp.id, visit.today()).ok_or(Fault::NotFound)?;
    let tenant = pairs.get("tenant").and_then(|text| DirectoryId::new(text).ok()).ok_or(Fault::NotFound)?;
    let subject = Subject { stamp, registration, tenant };
    if is_known(visit, &subject)? { Ok(subject) } else { Err(Fault::NotFound) }
}

/// Whether a tenant is any of the partner's business: a subscription of it lives there, it was mapped on the stamp, or it used
/// something there that nobody mapped.
fn is_known(visit: &Visit<'_>, subject: &Subject<'_>) -> Result<bool, Fault> {
    let partner = visit.partner.as_ref().ok_or(Fault::NotFound)?;
    let tenant = &subject.tenant;
    let lives = subscriptions(&visit.office, partner, visit.today()).any(|one| one.directory == *tenant);
    if lives || subject.registration.mappings.iter().any(|one| one.tenant == *tenant) {
        return Ok(true);
    }
    if visit.office.price_list_of(partner).is_none() {
        return Ok(false);
    }
    for month in visit.months()?.into_iter().rev().take(2) {
        let unmapped = visit.house.books.unmapped(partner, month)?;
        if unmapped.iter().any(|one| one.stamp == subject.stamp.id && one.tenant.as_ref() == Some(tenant)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The subscriptions that could pay for a tenant: active ones of its own directory and of this partner.
fn candidates<'a>(visit: &'a Visit<'_>, tenant: &DirectoryId) -> Result<Vec<&'a PayingSubscription>, Fault> {
    let today = visit.today();
    let partner = visit.partner.as_ref().ok_or(Fault::NotFound)?;
    let is_active =
        |one: &PayingSubscription| one.standing(today).is_some_and(|now| now.state == SubscriptionState::Active);
    let fits =
        |one: &&PayingSubscription| one.directory == *tenant && one.kind == SubscriptionKind::Csp && is_active(one);
    Ok(subscriptions(&visit.office, partner, today).filter(fits).take(CANDIDATES_MAX).collect())
}

fn day(visit: &Visit<'_>, pairs: &Pairs) -> Result<Day, Fault> {
    let Some(text) = pairs.get("from") else { return Ok(visit.today()) };
    Day::parse(text).map_err(|_| Fault::Bad(visit.tell("customers-bad-day", &[("day", text.into())])))
}

/// Whether the person may do something at a registration.
fn may_at(visit: &Visit<'_>, action: &str, registration: &Registration) -> bool {
    ScopePath::new(registration.id.as_str()).is_ok_and(|scope| visit.may_at(action, &scope))
}

/// The form, and with a subscription chosen the money that would move.
pub(super) fn form(visit: &Visit<'_>) -> Reply {
    let subject = subject(visit, &visit.query)?;
    let partner = &visit.partner()?.id;
    let candidates = candidates(visit, &subject.tenant)?;
    let from = day(visit, &visit.query)?;
    let chosen = match visit.query.get("subscription") {
        Some(sent) => {
            let sent = PayingSubscriptionId::new(sent).map_err(|_| Fault::NotFound)?;
            Some(candidates.iter().find(|one| one.id == sent).ok_or(Fault::NotFound)?.id.clone())
        }
        None => None,
    };
    let tenant = name::tenant(&visit.office, visit.language, Some(&subject.tenant));
    let may = visit.may(MAP) && may_at(visit, WRITE, subject.registration);
    let body = html! {
        (facts(visit, &subject))
        @if !may { p.notice.warn { (visit.say("customers-may-not")) } }
        @if candidates.is_empty() {
            div.notice.warn {
                p { (visit.tell("customers-no-candidate", &[("tenant", tenant.clone().into())])) }
            }
        } @else {
            form.card method="get" action=(Link::of(partner, "customers/map").text()) {
                input type="hidden" name="stamp" value=(subject.stamp.id);
                input type="hidden" name="tenant" value=(subject.tenant);
                div.field {
                    label for="subscription" { (visit.say("customers-pays")) }
                    select id="subscription" name="subscription" {
                        @for one in &candidates {
                            option value=(one.id) selected[chosen.as_ref() == Some(&one.id)] { (one.name) " (" (one.id) ")" }
                        }
                    }
                }
                div.field {
                    label for="from" { (visit.say("customers-from")) }
                    input id="from" name="from" type="date" value=(from) min=(subject.registration.from) required aria-describedby="from-what";
                    p.small #from-what { (visit.say("customers-from-what")) }
                }
                button.main { (visit.say("customers-preview")) }
            }
        }
        @if let Some(chosen) = &chosen { (preview(visit, &subject, chosen, from, may)?) }
    };
    page(Section::Customers, visit.tell("customers-map-title", &[("tenant", tenant.into())]), body)
}

fn facts(visit: &Visit<'_>, subject: &Subject<'_>) -> Markup {
    let now = subject.registration.mapped(&subject.tenant, visit.today());
    let pays = now.unwrap_or(&subject.registration.default_subscription);
    html! {
        dl.facts {
            dt { (visit.say("customers-stamp")) } dd { (subject.stamp.name) }
            dt { (visit.say("customers-tenant")) } dd { (name::tenant(&visit.office, visit.language, Some(&subject.tenant))) " " code { (subject.tenant) } }
            dt { (visit.say("customers-pays-today")) }
            dd {
                (name::subscription(&visit.office, pays))
                @if now.is_none() { " " span.tag.warn { (visit.say("customers-default")) } }
            }
        }
    }
}

/// The money that would move, and the button that does it.
fn preview(
    visit: &Visit<'_>,
    subject: &Subject<'_>,
    chosen: &PayingSubscriptionId,
    from: Day,
    may: bool,
) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let supposition = Supposition::Map {
        tenant: subject.tenant.clone(),
        subscription: chosen.clone(),
        stamp: Some(subject.stamp.id.clone()),
        from,
    };
    Ok(html! {
        h2 { (visit.say("customers-what-moves")) }
        (effects(visit, supposition)?)
        @if may {
            form method="post" action=(Link::of(partner, "customers/map").text()) {
                (field::proof(visit))
                input type="hidden" name="stamp" value=(subject.stamp.id);
                input type="hidden" name="tenant" value=(subject.tenant);
                input type="hidden" name="subscription" value=(chosen);
                input type="hidden" name="from" value=(from);
                div.actions { button.main { (visit.say("customers-map-now")) } }
            }
        }
    })
}

fn effects(visit: &Visit<'_>, supposition: Supposition) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    match visit.hub().what_if(partner, &[supposition], None) {
        Ok(answer) => Ok(moved(visit, &answer)?),
        Err(WhatIfError::Refused(reason)) => Ok(field::refusal(visit, "WhatIf", &reason)),
        Err(WhatIfError::Close(error)) => Err(error.into()),
    }
}

/// What a change would make of the months, and of the customers within them.
fn moved(visit: &Visit<'_>, answer: &WhatIf) -> Result<Markup, Fault> {
    if answer.customers.is_empty() {
        return Ok(html! { p { (visit.say("customers-nothing-moves")) } });
    }
    let mut rows = Vec::new();
    for one in answer.customers.iter().take(EFFECTS_MAX) {
        let zero = one.before.or(one.after).map(|money| model::Money { minor: 0, ..money });
        let (Some(before), Some(after)) = (one.before.or(zero), one.after.or(zero)) else { continue };
        rows.push(vec![
            html! { (figure::month(one.month, visit.language)) },
            html! { (name::customer(&visit.office, visit.language, one.customer.as_ref())) },
            html! { (figure::money(before, visit.language)) },
            html! { (figure::money(after, visit.language)) },
            html! { (figure::difference(after.checked_add(before.negated())?, visit.language)) },
        ]);
    }
    let columns = [
        table::words(visit.say("month")),
        table::words(visit.say("customers-customer")),
        table::figures(visit.say("customers-before")),
        table::figures(visit.say("customers-after")),
        table::figures(visit.say("customers-difference")),
    ];
    let closed: Vec<String> = answer
        .months
        .iter()
        .filter(|one| one.closed && one.is_touched())
        .map(|one| figure::month(one.month, visit.language))
        .collect();
    Ok(html! {
        (table::table(&visit.say("customers-what-moves"), &columns, &rows, None))
        @if answer.customers.len() > EFFECTS_MAX { p.small { (visit.tell("customers-more-effects", &[("count", answer.customers.len().saturating_sub(EFFECTS_MAX).into())])) } }
        @if !closed.is_empty() { p.notice.warn { (visit.tell("customers-closed-months", &[("months", closed.join(", ").into())])) } }
    })
}

/// Does it.
pub(super) fn put(visit: &Visit<'_>) -> Reply {
    let subject = subject(visit, &visit.form)?;
    if !may_at(visit, WRITE, subject.registration) {
        return Err(Fault::Forbidden);
    }
    let sent = visit.form.get("subscription").unwrap_or_default().to_owned();
    let from = day(visit, &visit.form)?;
    let request = MappingRequest {
        registration: path(subject.registration)?,
        subscription: sent,
        tenant: Some(subject.tenant.to_string()),
        effective_from: Some(from),
    };
    let done = visit.hub().map_tenant(&visit.actor()?, &request)?;
    let text = visit.tell(
        "customers-done",
        &[
            ("tenant", name::tenant(&visit.office, visit.language, Some(&done.tenant)).into()),
            ("stamp", subject.stamp.name.clone().into()),
            ("subscription", name::subscription(&visit.office, &done.subscription).into()),
            ("day", figure::day(from, visit.language).into()),
        ],
    );
    said(visit, &done.subscription, text)
}

/// Goes to the customer of a subscription and says something there.
fn said(visit: &Visit<'_>, subscription: &PayingSubscriptionId, text: String) -> Result<Answer, Fault> {
    if let Some(guest) = &visit.guest {
        visit.house.sessions.say(&guest.cookie, Notice { text, wrong: false });
    }
    let customer = visit.office.subscriptions.get(subscription).and_then(|one| one.customer.as_ref());
    let list = Link::of(&visit.partner()?.id, "customers");
    Ok(Answer::Go(match customer {
        Some(customer) => list.part(customer.as_str()).text(),
        None => list.text(),
    }))
}

fn path(registration: &Registration) -> Result<RegistrationPath, Fault> {
    RegistrationPath::of(&registration.id).ok_or(Fault::NotFound)
}

/// What is to be removed, with the money that would move.
pub(super) fn removal(visit: &Visit<'_>) -> Reply {
    let subject = subject(visit, &visit.query)?;
    let partner = &visit.partner()?.id;
    let today = visit.today();
    let now = subject.registration.mapped(&subject.tenant, today).ok_or(Fault::NotFound)?;
    let may = visit.may(MAP) && may_at(visit, DELETE, subject.registration);
    let supposition =
        Supposition::Unmap { tenant: subject.tenant.clone(), stamp: Some(subject.stamp.id.clone()), from: today };
    let body = html! {
        (facts(visit, &subject))
        p { (visit.tell("customers-remove-what", &[("default", name::subscription(&visit.office, &subject.registration.default_subscription).into())])) }
        h2 { (visit.say("customers-what-moves")) }
        (effects(visit, supposition)?)
        @if may {
            form method="post" action=(Link::of(partner, "customers/unmap").text()) {
                (field::proof(visit))
                input type="hidden" name="stamp" value=(subject.stamp.id);
                input type="hidden" name="tenant" value=(subject.tenant);
                input type="hidden" name="subscription" value=(now);
                div.actions { button.danger { (visit.say("customers-remove-now")) } }
            }
        } @else { p.notice.warn { (visit.say("customers-may-not")) } }
    };
    let tenant = name::tenant(&visit.office, visit.language, Some(&subject.tenant));
    page(Section::Customers, visit.tell("customers-remove-title", &[("tenant", tenant.into())]), body)
}

/// Removes it.
pub(super) fn remove(visit: &Visit<'_>) -> Reply {
    let subject = subject(visit, &visit.form)?;
    if !may_at(visit, DELETE, subject.registration) {
        return Err(Fault::Forbidden);
    }
    let sent = visit.form.get("subscription").unwrap_or_default();
    let id = PayingSubscriptionId::new(sent).map_err(|_| Fault::NotFound)?;
    if subject.registration.mapped(&subject.tenant, visit.today()) != Some(&id) {
        return Err(Fault::NotFound);
    }
    let removed: Result<bool, RegisterError> =
        visit.hub().unmap_tenant(&visit.actor()?, &path(subject.registration)?, sent);
    if !removed? {
        return Err(Fault::NotFound);
    }
    let tenant = name::tenant(&visit.office, visit.language, Some(&subject.tenant));
    let text =
        visit.tell("customers-removed", &[("tenant", tenant.into()), ("stamp", subject.stamp.name.clone().into())]);
    said(visit, &id, text)
}
