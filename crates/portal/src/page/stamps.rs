//! Stamps: how far each has come, and the registrations that say who pays for them.

mod change;
mod one;
mod register;

use hub::{Reporting, StampStanding};
use maud::{Markup, html};
use model::{Registration, RegistrationState, ScopePath, Stamp};

use crate::{
    fault::Fault,
    figure,
    link::Link,
    name,
    page::{READ, overview::LATE_HOURS},
    reply::{Reply, Section, page},
    route::{Access, Route, get, post},
    table,
    visit::Visit,
};

/// The action of changing registrations from the portal. What it does takes the same role at the registration as at the door.
const CHANGE: &str = "Tallybridge/partners/registrations/write";

pub(crate) const ROUTES: &[Route] = &[
    get("/portal/partners/{partner}/stamps", Access::Partner(READ), show),
    get("/portal/partners/{partner}/stamps/register", Access::Partner(READ), register::form),
    post("/portal/partners/{partner}/stamps/register", Access::Partner(CHANGE), register::put),
    get("/portal/partners/{partner}/stamps/{stamp}", Access::Partner(READ), one::show),
    post("/portal/partners/{partner}/stamps/{stamp}/approve", Access::Partner(READ), change::approve),
    post("/portal/partners/{partner}/stamps/{stamp}/key", Access::Partner(CHANGE), change::key),
    post("/portal/partners/{partner}/stamps/{stamp}/lock", Access::Partner(CHANGE), change::lock),
    post("/portal/partners/{partner}/stamps/{stamp}/move", Access::Partner(CHANGE), change::relocate),
];

/// The stamp in the path. One that is not the partner's is as one that does not exist.
fn stamp_of<'a>(visit: &'a Visit<'_>) -> Result<&'a Stamp, Fault> {
    let id = model::CloudId::new(visit.param("stamp")).map_err(|_| Fault::NotFound)?;
    visit.office.stamps.get(&id).filter(|stamp| visit.is_own(stamp)).ok_or(Fault::NotFound)
}

/// The registration of the stamp in the path that holds today.
fn registration_of<'a>(visit: &'a Visit<'_>) -> Result<&'a Registration, Fault> {
    visit.office.registration(&stamp_of(visit)?.id, visit.today()).ok_or(Fault::NotFound)
}

/// Whether the person may do something at a registration.
fn may_at(visit: &Visit<'_>, action: &str, registration: &Registration) -> bool {
    ScopePath::new(registration.id.as_str()).is_ok_and(|scope| visit.may_at(action, &scope))
}

/// What the state of a stamp is, in a word with its colour.
fn state(visit: &Visit<'_>, standing: &StampStanding) -> Markup {
    let (class, id) = match standing.reporting {
        Reporting::On if standing.registration.is_none() => ("tag", "stamps-not-registered"),
        Reporting::On if standing.lag_hours > LATE_HOURS => ("tag warn", "stamps-late"),
        Reporting::On => ("tag good", "stamps-on-time"),
        Reporting::Off => ("tag", "stamps-off"),
        Reporting::Unregistered => ("tag bad", "stamps-unregistered"),
        Reporting::Reset => ("tag bad", "stamps-reset"),
        Reporting::Expired => ("tag bad", "stamps-expired"),
    };
    html! { span class=(class) { (visit.say(id)) } }
}

fn registration_state(visit: &Visit<'_>, registration: &Registration) -> Markup {
    let (class, id) = match registration.state(visit.today()) {
        RegistrationState::Registered if registration.approved => ("tag good", "stamps-approved"),
        RegistrationState::Registered => ("tag warn", "stamps-not-approved"),
        RegistrationState::Expired => ("tag bad", "stamps-expired"),
        RegistrationState::Reset => ("tag bad", "stamps-reset"),
    };
    html! { span class=(class) { (visit.say(id)) } }
}

fn show(visit: &Visit<'_>) -> Reply {
    let partner = &visit.partner()?.id;
    let standings: Vec<StampStanding> =
        visit.hub().standings()?.into_iter().filter(|one| visit.is_own(&one.stamp)).collect();
    let rows: Vec<Vec<Markup>> = standings
        .iter()
        .map(|one| {
            let link = Link::of(partner, "stamps").part(one.stamp.id.as_str()).text();
            let registration = one.registration.as_ref();
            let last = model::Hour(one.watermark.0.saturating_sub(1));
            vec![
                html! { a href=(link) { (one.stamp.name) } },
                state(visit, one),
                html! { @if let Some(found) = registration { (registration_state(visit, found)) } @else { (visit.say("stamps-none-yet")) } },
                html! { (registration.map(|found| name::subscription(&visit.office, &found.default_subscription)).unwrap_or_default()) },
                html! { (registration.map(|found| found.billing_model.word()).unwrap_or_default()) },
                html! { (figure::hour(last, visit.language)) },
                html! { (figure::count(one.lag_hours, visit.language)) },
            ]
        })
        .collect();
    let columns = [
        table::words(visit.say("stamps-stamp")),
        table::words(visit.say("stamps-state")),
        table::words(visit.say("stamps-registration")),
        table::words(visit.say("stamps-default")),
        table::words(visit.say("stamps-model")),
        table::words(visit.say("stamps-last")),
        table::figures(visit.say("stamps-lag")),
    ];
    let body = html! {
        @if rows.is_empty() { p { (visit.say("stamps-none")) } }
        @else { (table::table(&visit.tell("stamps-count", &[("count", rows.len().into())]), &columns, &rows, None)) }
        @if visit.may(CHANGE) {
            p { a.button href=(Link::of(partner, "stamps/register").text()) { (visit.say("stamps-register")) } }
        }
    };
    page(Section::Stamps, visit.say("stamps-title"), body)
}
