//! One local subscription of a stamp: what is known of it, and what its resources used.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::{LocalSubscriptionId, MeterId, Month, UserSubscription};

use super::{
    month,
    overview::{chosen_meter, chosen_month, csv, picker, sealed, state, title, usage},
    sight::{Sight, seen, window},
};
use crate::{
    fault::Fault,
    figure,
    link::Link,
    name,
    reply::{Reply, Section, page},
    table,
    visit::Visit,
};

/// How many resources are listed.
const RESOURCES_MAX: usize = 50;

pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let (one, sight) = found(visit)?;
    let link = Link::at("/portal/stamp/subscriptions").part(one.id.as_str());
    let chosen = chosen_month(visit)?;
    let body = html! {
        dl.facts {
            (fact(visit, "stamp-id", &html! { code { (one.id) } }))
            @if sight.facts {
                (fact(visit, "stamp-state", &state(visit, &one)))
                (fact(visit, "stamp-owner", &html! { (one.owner) }))
                (fact(visit, "stamp-tenant", &html! { (name::tenant(&visit.office, visit.language, Some(&one.tenant))) }))
                (fact(visit, "stamp-created", &html! { (figure::moment(one.created, visit.language)) }))
            }
        }
        @if sight.usage {
            (picker(visit, chosen)?)
            p.small { (sealed(visit)?) }
            (used(visit, &one.id, chosen, &link)?)
        } @else {
            p { (visit.say("stamp-no-usage")) }
        }
        p { a.button.quiet href="/portal/stamp" { (visit.say("stamp-back")) } }
    };
    page(Section::None, title(&one, sight), body)
}

pub(super) fn file(visit: &Visit<'_>) -> Reply {
    let (one, sight) = found(visit)?;
    if !sight.usage {
        return Err(Fault::NotFound);
    }
    csv(visit, &BTreeSet::from([one.id]))
}

/// The subscription in the path, when somebody sees anything of it. Otherwise there is none.
fn found(visit: &Visit<'_>) -> Result<(UserSubscription, Sight), Fault> {
    let id = LocalSubscriptionId::new(visit.param("subscription")).map_err(|_| Fault::NotFound)?;
    seen(visit)?.into_iter().find(|(one, _)| one.id == id).ok_or(Fault::NotFound)
}

fn fact(visit: &Visit<'_>, id: &str, value: &Markup) -> Markup {
    html! { div { dt { (visit.say(id)) } dd { (value) } } }
}

fn used(visit: &Visit<'_>, id: &LocalSubscriptionId, chosen: Month, link: &Link) -> Result<Markup, Fault> {
    let window = window(visit)?;
    let used = window.months.of(window.source.as_ref(), chosen)?;
    let visible = BTreeSet::from([id.clone()]);
    let meter = chosen_meter(visit, &used.cells, &visible)?;
    Ok(html! {
        h2 { (visit.say("stamp-usage")) }
        (usage(visit, &used.cells, &visible, chosen, meter.as_ref(), link)?)
        @if let Some(meter) = &meter { (resources(visit, id, chosen, meter)?) }
    })
}

fn resources(visit: &Visit<'_>, id: &LocalSubscriptionId, chosen: Month, meter: &MeterId) -> Result<Markup, Fault> {
    let found = month::resources(window(visit)?.source.as_ref(), chosen, id, meter)?;
    let count = found.len();
    let mut largest: Vec<_> = found.into_iter().collect();
    largest.sort_by(|(_, one), (_, other)| other.cmp(one));
    let columns = [table::words(visit.say("stamp-resource")), table::figures(visit.say("stamp-quantity"))];
    let rows: Vec<Vec<Markup>> = largest
        .iter()
        .take(RESOURCES_MAX)
        .map(|(address, quantity)| {
            let last = address.rsplit('/').next().unwrap_or_default();
            vec![
                html! {
                    @if address.is_empty() { (visit.say("stamp-no-resource")) }
                    @else { span title=(address) { (last) } }
                },
                html! { (name::quantity(visit.language, meter, *quantity)) },
            ]
        })
        .collect();
    let title = visit.tell("stamp-by-resource", &[("meter", name::meter(meter).into())]);
    Ok(html! {
        @if !rows.is_empty() {
            h2 { (title) }
            (table::table(&title, &columns, &rows, None))
            @if count > RESOURCES_MAX {
                p.small { (visit.tell("stamp-more-resources", &[("count", RESOURCES_MAX.into()), ("all", count.into())])) }
            }
        }
    })
}
