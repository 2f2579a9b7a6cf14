//! One stamp: its hours as a strip, its gaps, its registration, and what can be done with it.

use hub::StampStanding;
use maud::{Markup, html};
use model::{Hour, Registration, ScopePath, Stamp};

use super::{CHANGE, may_at, registration_state, stamp_of, state};
use crate::{
    chart::{self, StripCell, StripState},
    fault::Fault,
    field, figure,
    link::Link,
    name,
    page::{READ_STATEMENTS, customers},
    reply::{Reply, Section, page},
    visit::Visit,
};

/// How many hours the strip shows. Unit: hours.
const STRIP_HOURS: u32 = 72;
/// How many gaps are listed.
const GAPS_MAX: usize = 20;
/// How far back gaps are looked for. Unit: hours.
const GAP_HOURS: u32 = 45 * 24;

pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let stamp = stamp_of(visit)?;
    let standing = visit.hub().standings()?.into_iter().find(|one| one.stamp.id == stamp.id).ok_or(Fault::NotFound)?;
    let body = html! {
        (facts(visit, stamp, &standing))
        h2 { (visit.say("stamps-hours")) }
        (strip(visit, stamp, &standing)?)
        (gaps(visit, stamp, &standing)?)
        h2 { (visit.say("stamps-registration")) }
        @match &standing.registration {
            Some(registration) => { (registration_facts(visit, registration)?) (acts(visit, registration)?) }
            None => {
                p { (visit.say("stamps-none-yet")) }
                @if visit.may(CHANGE) { p { a.button href=(Link::of(&visit.partner()?.id, "stamps/register").text()) { (visit.say("stamps-register")) } } }
            }
        }
    };
    page(Section::Stamps, stamp.name.clone(), body)
}

fn facts(visit: &Visit<'_>, stamp: &Stamp, standing: &StampStanding) -> Markup {
    let lag = visit.tell("stamps-lag-hours", &[("count", standing.lag_hours.into())]);
    html! {
        dl.facts {
            dt { (visit.say("stamps-state")) } dd { (state(visit, standing)) " " (lag) }
            dt { (visit.say("stamps-next")) } dd { (figure::hour(standing.watermark, visit.language)) }
            dt { (visit.say("stamps-cloud")) } dd { code { (stamp.id) } }
            dt { (visit.say("stamps-region")) } dd { (stamp.region) }
            dt { (visit.say("stamps-activated")) } dd {
                @if stamp.credentials.is_empty() { span.tag.warn { (visit.say("stamps-no-key")) } } @else { span.tag.good { (visit.say("stamps-key-given")) } }
            }
        }
    }
}

/// The last hours: received, missing, not wanted, or to come.
fn strip(visit: &Visit<'_>, stamp: &Stamp, standing: &StampStanding) -> Result<Markup, Fault> {
    let now = visit.hub().now().hour().unwrap_or(Hour(0));
    // A stamp that was late for long is shown where it stopped, not as three days of nothing.
    let end = if standing.lag_hours > STRIP_HOURS { standing.watermark.plus(STRIP_HOURS / 3) } else { now.next() };
    let start = Hour(end.0.saturating_sub(STRIP_HOURS));
    let windows = visit.hub().store().windows(&stamp.id, start..end)?;
    let cells: Vec<StripCell> = (start.0..end.0)
        .map(Hour)
        .map(|hour| {
            let found = windows.iter().rev().find(|window| window.hour == hour);
            let (state, id, rows) = match found {
                Some(window) => (StripState::Received, "stamps-hour-received", window.rows),
                None if stamp.skips(hour).is_some() => (StripState::Skipped, "stamps-hour-skipped", 0),
                None if hour >= now => (StripState::Coming, "stamps-hour-coming", 0),
                None if hour < stamp.first_window => (StripState::Skipped, "stamps-hour-before", 0),
                None => (StripState::Missing, "stamps-hour-missing", 0),
            };
            let revision: u64 = found.map_or(0, |window| window.revision.into());
            let text = visit.tell(id, &[("rows", rows.into()), ("revision", revision.into())]);
            StripCell { name: figure::hour(hour, visit.language), state, text }
        })
        .collect();
    Ok(chart::strip(visit, &visit.say("stamps-strip"), &cells))
}

/// Hours that are missing between others, and hours that are not wanted.
fn gaps(visit: &Visit<'_>, stamp: &Stamp, standing: &StampStanding) -> Result<Markup, Fault> {
    let now = visit.hub().now().hour().unwrap_or(Hour(0));
    let from = standing.watermark.max(Hour(now.0.saturating_sub(GAP_HOURS)));
    let windows = visit.hub().store().windows(&stamp.id, from..now)?;
    let mut missing: Vec<(Hour, Hour)> = Vec::new();
    if let Some(last) = windows.iter().map(|window| window.hour).max() {
        for hour in (from.0..last.0).map(Hour) {
            if windows.iter().any(|window| window.hour == hour) || stamp.skips(hour).is_some() {
                continue;
            }
            match missing.last_mut() {
                Some((_, end)) if *end == hour => *end = hour.next(),
                _ => missing.push((hour, hour.next())),
            }
        }
    }
    let span = |start: Hour, end: Hour| {
        let hours = end.0.saturating_sub(start.0);
        visit.tell(
            "stamps-span",
            &[
                ("from", figure::hour(start, visit.language).into()),
                ("until", figure::hour(end, visit.language).into()),
                ("count", hours.into()),
            ],
        )
    };
    Ok(html! {
        h2 { (visit.say("stamps-gaps")) }
        @if missing.is_empty() && stamp.skipped.is_empty() { p { (visit.say("stamps-no-gaps")) } }
        @else {
            ul {
                @for (start, end) in missing.iter().take(GAPS_MAX) { li { (span(*start, *end)) " " span.tag.warn { (visit.say("stamps-gap-missing")) } } }
                @for skipped in stamp.skipped.iter().rev().take(GAPS_MAX) {
                    li { (span(skipped.hours.start, skipped.hours.end)) " " span.tag { (visit.say(&format!("stamps-skipped-{}", skipped.reason.word()))) } }
                }
            }
            @if missing.len() > GAPS_MAX { p.small { (visit.tell("stamps-more-gaps", &[("count", missing.len().saturating_sub(GAPS_MAX).into())])) } }
        }
    })
}

fn registration_facts(visit: &Visit<'_>, registration: &Registration) -> Result<Markup, Fault> {
    let details = &registration.details;
    let locks = locks(visit, registration);
    let mapped = registration.mappings.iter().map(|one| &one.tenant).collect::<std::collections::BTreeSet<_>>();
    let mapped = mapped.into_iter().filter(|tenant| registration.mapped(tenant, visit.today()).is_some()).count();
    Ok(html! {
        dl.facts {
            dt { (visit.say("stamps-state")) } dd { (registration_state(visit, registration)) }
            dt { (visit.say("stamps-name")) } dd { (registration.name) }
            dt { (visit.say("stamps-default")) } dd { (name::subscription(&visit.office, &registration.default_subscription)) " " code { (registration.default_subscription) } }
            dt { (visit.say("stamps-model")) } dd { (registration.billing_model.word()) }
            dt { (visit.say("stamps-since")) } dd { (figure::day(registration.from, visit.language)) }
            dt { (visit.say("stamps-expires")) } dd {
                @match details.expires { Some(day) => (figure::day(day, visit.language)), None => (visit.say("stamps-never")) }
            }
            dt { (visit.say("stamps-mapped")) } dd {
                (visit.tell("stamps-mapped-count", &[("count", mapped.into())]))
                @if visit.may(READ_STATEMENTS) { " " a href=(customers::list_link(&visit.partner()?.id).text()) { (visit.say("stamps-to-mappings")) } }
            }
            dt { (visit.say("stamps-locks")) } dd {
                @if locks.is_empty() { (visit.say("stamps-no-lock")) }
                @for lock in &locks { span.tag { (lock.name) ": " (lock.level.word()) } " " }
            }
            dt { (visit.say("stamps-path")) } dd { code { (registration.id) } }
        }
    })
}

/// The locks at a registration.
pub(super) fn locks<'a>(visit: &'a Visit<'_>, registration: &Registration) -> Vec<&'a model::Lock> {
    let Ok(scope) = ScopePath::new(registration.id.as_str()) else { return Vec::new() };
    visit.office.locks.values().filter(|lock| !lock.removed && lock.scope == scope).collect()
}

/// What a person can do with a registration.
fn acts(visit: &Visit<'_>, registration: &Registration) -> Result<Markup, Fault> {
    let link = |act: &str| -> Result<String, Fault> {
        Ok(Link::of(&visit.partner()?.id, "stamps").part(registration.stamp.as_str()).part(act).text())
    };
    let may = |action| visit.may(CHANGE) && may_at(visit, action, registration);
    let may_approve = may_at(visit, super::change::APPROVE, registration);
    Ok(html! {
        h3 { (visit.say("stamps-acts")) }
        div.actions {
            @if may_approve && !registration.approved {
                form method="post" action=(link("approve")?) { (field::proof(visit)) button { (visit.say("stamps-approve")) } }
            }
            @if may(super::change::KEY) {
                form method="post" action=(link("key")?) { (field::proof(visit)) button.quiet { (visit.say("stamps-key")) } }
            }
            @if may(super::register::WRITE) {
                a.button.quiet href=(Link::of(&visit.partner()?.id, "stamps/register").with("subscription", &registration.default_subscription).text()) { (visit.say("stamps-register-again")) }
            }
            @if may(super::change::LOCK) {
                form method="post" action=(link("lock")?) {
                    (field::proof(visit))
                    @if locks(visit, registration).is_empty() {
                        input type="hidden" name="lock" value="on"; button.quiet { (visit.say("stamps-lock")) }
                    } @else {
                        input type="hidden" name="lock" value="off"; button.quiet { (visit.say("stamps-unlock")) }
                    }
                }
            }
        }
        @if !registration.approved && !may_approve { p.small { (visit.say("stamps-ask-approval")) } }
        @if may(super::register::WRITE) {
            details {
                summary { (visit.say("stamps-move")) }
                form.card method="post" action=(link("move")?) {
                    (field::proof(visit))
                    p { (visit.say("stamps-move-what")) }
                    (field::choice("subscription", &visit.say("stamps-default"), &super::register::defaults(visit)?, registration.default_subscription.as_str()))
                    (field::text("group", &visit.say("stamps-group"), "text", "azurestack"))
                    button { (visit.say("stamps-move-now")) }
                }
            }
        }
    })
}
