//! Audit: who did what for this partner, newest first, from a log that nobody can change unnoticed.

use hub::AuditEntry;
use maud::{Markup, html};
use serde_json::Value;

use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    page::READ_AUDIT,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

mod own;
mod read;
mod tell;

use own::Ownership;
use read::{Entries, Wish};
use tell::Room;

pub(crate) const ROUTES: &[Route] = &[
    get("/portal/partners/{partner}/audit", Access::Partner(READ_AUDIT), list),
    get("/portal/partners/{partner}/audit/{number}", Access::Partner(READ_AUDIT), one),
];

/// What a list has room for: fifty entries make a page.
const SHORT: Room = Room { value: 120, lines: 8 };
/// What the page of one entry has room for.
const LONG: Room = Room { value: 2_000, lines: 200 };

fn list(visit: &Visit<'_>) -> Reply {
    let wish = wish(visit)?;
    let own = Ownership::new(&visit.office, &visit.partner()?.id);
    let found = read::entries(visit, &own, &wish)?;
    let body = html! {
        p { (visit.say("audit-what")) }
        p.small { (visit.say("audit-chain")) " " code { "tallybridge verify" } }
        (filter(visit, &wish))
        @if found.entries.is_empty() {
            p { (visit.say("audit-nothing")) }
        } @else {
            (table(visit, &own, &found)?)
        }
        (further(visit, &wish, &found)?)
    };
    page(Section::Audit, visit.say("audit-title"), body)
}

fn one(visit: &Visit<'_>) -> Reply {
    let number: u64 = visit.param("number").parse().map_err(|_| Fault::NotFound)?;
    let own = Ownership::new(&visit.office, &visit.partner()?.id);
    let (entry, detail) = read::entry(visit, &own, number)?.ok_or(Fault::NotFound)?;
    let fact = |id: &str, value: Markup| html! { div { dt { (visit.say(id)) } dd { (value) } } };
    let note = &entry.note;
    let body = html! {
        dl.facts {
            (fact("audit-when", html! { (figure::moment(note.at, visit.language)) }))
            (fact("audit-who", html! { (tell::printable(&note.actor)) }))
            (fact("audit-action", html! { (tell::action(visit, &note.action)) " " code { (tell::printable(&note.action)) } }))
            (fact("audit-object", object(visit, &entry)))
            (fact("audit-hash", html! { code { (hub::hex(&entry.hash)) } }))
            (fact("audit-previous", html! { code { (hub::hex(&entry.previous)) } }))
        }
        h2 { (visit.say("audit-detail")) }
        (tell::detail(visit, &own, &detail, LONG))
        p { a.button.quiet href=(Link::of(&visit.partner()?.id, "audit").text()) { (visit.say("audit-back")) } }
    };
    let number = figure::count(entry.number, visit.language);
    page(Section::Audit, visit.tell("audit-entry", &[("number", number.into())]), body)
}

fn wish(visit: &Visit<'_>) -> Result<Wish, Fault> {
    let before = match visit.query.get("before") {
        Some(sent) => Some(sent.parse().map_err(|_| Fault::NotFound)?),
        None => None,
    };
    let text = |name: &str| visit.query.get(name).unwrap_or_default().to_lowercase();
    let action = visit.query.get("action").unwrap_or_default().to_owned();
    Ok(Wish { before, action, actor: text("actor"), text: text("text") })
}

fn filter(visit: &Visit<'_>, wish: &Wish) -> Markup {
    let mut actions = vec![(String::new(), visit.say("audit-changes")), ("all".to_owned(), visit.say("audit-all"))];
    actions.extend(tell::ACTIONS.iter().map(|action| ((*action).to_owned(), tell::action(visit, action))));
    html! {
        form.pick method="get" {
            (field::choice("action", &visit.say("audit-action"), &actions, &wish.action))
            (field::text("actor", &visit.say("audit-who"), "search", &wish.actor))
            (field::text("text", &visit.say("audit-text"), "search", &wish.text))
            button.quiet { (visit.say("show")) }
        }
    }
}

fn table(visit: &Visit<'_>, own: &Ownership<'_>, found: &Entries) -> Result<Markup, Fault> {
    let columns = [
        crate::table::words(visit.say("audit-number")),
        crate::table::words(visit.say("audit-when")),
        crate::table::words(visit.say("audit-who")),
        crate::table::words(visit.say("audit-action")),
        crate::table::words(visit.say("audit-object")),
        crate::table::words(visit.say("audit-hash")),
    ];
    let rows: Result<Vec<_>, Fault> =
        found.entries.iter().map(|(entry, detail)| row(visit, own, entry, detail)).collect();
    Ok(crate::table::table(&visit.say("audit-entries"), &columns, &rows?, None))
}

fn row(visit: &Visit<'_>, own: &Ownership<'_>, entry: &AuditEntry, detail: &Value) -> Result<Vec<Markup>, Fault> {
    let link = Link::of(&visit.partner()?.id, "audit").part(&entry.number.to_string()).text();
    let hash = hub::hex(&entry.hash);
    Ok(vec![
        html! { a href=(link) { (figure::count(entry.number, visit.language)) } },
        html! { (figure::moment(entry.note.at, visit.language)) },
        html! { (tell::printable(&entry.note.actor)) },
        html! { (tell::action(visit, &entry.note.action)) },
        html! {
            (object(visit, entry))
            details { summary { (visit.say("audit-detail")) } (tell::detail(visit, own, detail, SHORT)) }
        },
        html! { code { (hash.get(..12).unwrap_or_default()) } },
    ])
}

fn object(visit: &Visit<'_>, entry: &AuditEntry) -> Markup {
    let raw = tell::printable(&entry.note.object);
    html! {
        @if let Some(named) = tell::object(visit, &entry.note.object) {
            span title=(raw) { (named) }
        } @else {
            code { (raw) }
        }
    }
}

fn further(visit: &Visit<'_>, wish: &Wish, found: &Entries) -> Result<Markup, Fault> {
    let whole = Link::of(&visit.partner()?.id, "audit");
    let link = |before: Option<u64>| {
        let some = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
        let link = whole.clone().with_some("action", some(&wish.action)).with_some("actor", some(&wish.actor));
        link.with_some("text", some(&wish.text)).with_some("before", before).text()
    };
    Ok(html! {
        @if wish.before.is_some() || found.rest.is_some() {
            nav.pages aria-label=(visit.say("pages")) {
                @if wish.before.is_some() { a.button.quiet href=(link(None)) { (visit.say("audit-newest")) } }
                @if let Some(rest) = found.rest { a.button.quiet rel="next" href=(link(Some(rest))) { (visit.say("audit-older")) } }
            }
        }
    })
}
