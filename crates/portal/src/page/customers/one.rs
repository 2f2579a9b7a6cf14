//! One customer: its subscriptions, what it comes to, and the time line of its mappings on each stamp.

use maud::{Markup, html};
use model::{CustomerId, DirectoryId, Mapping, PayingSubscription, Registration, Stamp};

use super::{MAP, customers, map_link, registered};
use crate::{
    book::Pick,
    chart::{self, Point, Scale},
    fault::Fault,
    field, figure,
    link::Link,
    name,
    reply::{Reply, Section, page},
    table,
    visit::Visit,
};

pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let sent = visit.param("customer");
    let id = CustomerId::new(sent).map_err(|_| Fault::NotFound)?;
    let (id, title) = customers(visit)?.into_iter().find(|(known, _)| *known == id).ok_or(Fault::NotFound)?;
    let owned: Vec<&PayingSubscription> =
        visit.office.subscriptions.values().filter(|one| one.customer.as_ref() == Some(&id)).collect();
    let mut tenants: Vec<&DirectoryId> = owned.iter().map(|one| &one.directory).collect();
    tenants.sort_unstable();
    tenants.dedup();
    let body = html! {
        dl.facts {
            dt { (visit.say("customers-id")) } dd { code { (id) } }
            @for tenant in &tenants {
                dt { (visit.say("customers-tenant")) } dd { (name::tenant(&visit.office, visit.language, Some(tenant))) " " code { (tenant) } }
            }
        }
        (spend(visit, &id)?)
        h2 { (visit.say("customers-subscriptions")) }
        (subscriptions(visit, &owned))
        h2 { (visit.say("customers-timeline")) }
        p { (visit.say("customers-timeline-what")) }
        @for tenant in &tenants {
            @for (stamp, registration) in registered(visit) { (timeline(visit, stamp, registration, tenant)?) }
        }
    };
    page(Section::Customers, title, body)
}

fn spend(visit: &Visit<'_>, id: &CustomerId) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    if visit.office.price_list_of(partner).is_none() {
        return Ok(html! {});
    }
    let (month, months) = (visit.month()?, visit.months()?);
    let book = visit.book(month)?;
    let sums = book.sums(Pick { customer: Some(Some(id)), ..Pick::default() }, |cell| cell.day)?;
    let total: i128 = sums.iter().map(|(_, sum)| sum.minor).sum();
    let link = Link::of(partner, "usage").with("month", month).with("customer", id);
    let points: Vec<Point> = (month.days().start.0..month.days().end.0)
        .map(model::Day)
        .map(|day| {
            let minor = sums.iter().find(|(known, _)| *known == day).map_or(0, |(_, sum)| sum.minor);
            Point {
                label: figure::day_of_month(day).to_string(),
                name: figure::day(day, visit.language),
                value: minor,
                shown: figure::money(book.money(minor), visit.language),
                link: Some(link.clone().with("day", day).with("by", "meter").text()),
            }
        })
        .collect();
    let currency = book.cells.terms.currency;
    let scale = Scale { decimals: currency.decimals(), unit: currency.code().to_owned() };
    Ok(html! {
        (field::month(visit, &months, month, &[]))
        p.big { (figure::money(book.money(total), visit.language)) }
        (chart::columns(visit, &visit.say("customers-by-day"), &scale, &points))
        p { a href=(link.with("by", "meter").text()) { (visit.say("customers-to-usage")) } }
    })
}

fn subscriptions(visit: &Visit<'_>, owned: &[&PayingSubscription]) -> Markup {
    let today = visit.today();
    let rows: Vec<Vec<Markup>> = owned
        .iter()
        .map(|one| {
            let state = one.standing(today).map(|standing| standing.state.word()).unwrap_or_default();
            vec![
                html! { (one.name) },
                html! { code { (one.id) } },
                html! { (one.kind.word()) },
                html! { @if !state.is_empty() { (visit.say(&format!("customers-subscription-{state}"))) } },
            ]
        })
        .collect();
    let columns = [
        table::words(visit.say("customers-name")),
        table::words(visit.say("customers-id")),
        table::words(visit.say("customers-kind")),
        table::words(visit.say("customers-state")),
    ];
    html! {
        @if rows.is_empty() { p { (visit.say("customers-no-subscriptions")) } }
        @else { (table::table(&visit.say("customers-subscriptions"), &columns, &rows, None)) }
    }
}

/// What paid for a tenant on a stamp, and since when.
fn timeline(
    visit: &Visit<'_>,
    stamp: &Stamp,
    registration: &Registration,
    tenant: &DirectoryId,
) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let today = visit.today();
    let mut mappings: Vec<&Mapping> = registration.mappings.iter().filter(|one| one.tenant == *tenant).collect();
    // The last that was said of a day counts from it, so it stands below those of earlier days.
    mappings.sort_by_key(|one| one.from);
    let now = registration.mapped(tenant, today);
    let from = today.max(registration.from);
    Ok(html! {
        section.card {
            h3 { (stamp.name) " · " (name::tenant(&visit.office, visit.language, Some(tenant))) }
            ol.timeline {
                li { (visit.tell("customers-since-registration", &[("day", figure::day(registration.from, visit.language).into()), ("default", name::subscription(&visit.office, &registration.default_subscription).into())])) }
                @for (place, mapping) in mappings.iter().enumerate() {
                    li class=[(place.saturating_add(1) == mappings.len()).then_some("now")] {
                        @let day = figure::day(mapping.from, visit.language);
                        @match &mapping.subscription {
                            Some(id) => (visit.tell("customers-mapped-from", &[("day", day.into()), ("subscription", name::subscription(&visit.office, id).into())])),
                            None => (visit.tell("customers-removed-from", &[("day", day.into())])),
                        }
                        @if mapping.from > today { " " span.tag.warn { (visit.say("customers-to-come")) } }
                    }
                }
            }
            @if visit.may(MAP) {
                div.actions {
                    a.button.quiet href=(map_link(partner, &stamp.id, tenant, from).text()) {
                        @if now.is_some() { (visit.say("customers-replace")) } @else { (visit.say("customers-add")) }
                    }
                    @if now.is_some() {
                        a.button.quiet href=(Link::of(partner, "customers/unmap").with("stamp", &stamp.id).with("tenant", tenant).text()) {
                            (visit.say("customers-remove"))
                        }
                    }
                }
            }
        }
    })
}
