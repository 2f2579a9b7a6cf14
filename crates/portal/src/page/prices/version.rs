//! Version: the versions of the price list in time, each to be compared with another one.

use maud::{Markup, html};

use super::{PAGE_ROWS, list_of, nothing, paged};
use crate::{
    archive::Version,
    figure,
    link::Link,
    reply::{Reply, Section, page},
    table,
    visit::Visit,
};

/// How many versions can be chosen from.
const CHOICES_MAX: usize = 100;

/// The list of versions.
pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let partner = &visit.partner()?.id;
    let title = visit.say("prices-versions-title");
    let Some(list) = list_of(visit)? else { return nothing(visit, title) };
    let versions = visit.house.archive.versions(&list.id)?;
    let (number, pages, first) = paged(visit, versions.len());
    let columns = [
        table::words(visit.say("prices-version")),
        table::words(visit.say("prices-when")),
        table::words(visit.say("prices-what-next")),
    ];
    let rows = versions.iter().enumerate().skip(first).take(PAGE_ROWS).map(|(at, one)| {
        let before = versions.get(at.saturating_add(1));
        vec![
            html! { (one.number) @if at == 0 { " " span.tag.good { (visit.say("prices-version-now")) } } },
            html! { (figure::moment(one.at, visit.language)) },
            html! {
                @match before {
                    Some(before) => {
                        a href=(Link::of(partner, "prices/difference").with("from", before.number).with("to", one.number).text()) {
                            (visit.tell("prices-compare-before", &[("before", before.number.to_string().into()), ("version", one.number.to_string().into())]))
                        }
                    }
                    None => (visit.say("prices-version-first")),
                }
            },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let body = html! {
        p { a href=(Link::of(partner, "prices").text()) { (visit.say("prices-back")) } }
        p { (visit.tell("prices-versions-what", &[("list", list.name.as_str().into())])) }
        @if rows.is_empty() { p { (visit.say("prices-versions-none")) } }
        @else { (table::table(&visit.say("prices-versions-title"), &columns, &rows, None)) }
        (table::pages(visit, number, pages, |page| Link::of(partner, "prices/versions").with("page", page).text()))
        @if versions.len() > 1 { (form(visit, partner, &versions)) }
    };
    page(Section::Prices, title, body)
}

/// A choice of two versions.
fn form(visit: &Visit<'_>, partner: &model::PartnerId, versions: &[Version]) -> Markup {
    let options: Vec<(String, String)> = versions
        .iter()
        .take(CHOICES_MAX)
        .map(|one| {
            let with =
                [("version", one.number.to_string().into()), ("when", figure::moment(one.at, visit.language).into())];
            (one.number.to_string(), visit.tell("prices-version-of", &with))
        })
        .collect();
    let value = |at: usize| options.get(at).map(|(value, _)| value.as_str()).unwrap_or_default();
    html! {
        h2 { (visit.say("prices-compare")) }
        form.pick method="get" action=(Link::of(partner, "prices/difference").text()) {
            (crate::field::choice("from", &visit.say("prices-compare-from"), &options, value(1)))
            (crate::field::choice("to", &visit.say("prices-compare-to"), &options, value(0)))
            button.quiet { (visit.say("prices-compare")) }
        }
    }
}
