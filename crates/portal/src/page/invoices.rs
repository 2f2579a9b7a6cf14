//! Invoices: issued documents, the months that wait for one, and closing them.

mod check;
mod close;
mod document;
mod explain;
mod file;

use std::sync::Arc;

use hub::{GRACE_HOURS, StoredDocument};
use maud::{Markup, html};
use model::{DocumentKind, InvoiceNumber, Money, Month, Partner, PartnerId, PartnerKind};

use crate::{
    archive::Issued,
    fault::Fault,
    figure,
    link::Link,
    page::{CLOSE, READ_INVOICES},
    reply::{Reply, Section, page},
    route::{Access, Route, get, post},
    table,
    visit::Visit,
};

/// How many rows a page of a list has.
const PAGE_ROWS: usize = 50;
/// For how many of the closed months it is looked whether something more is due. Older ones are found by closing any month.
const CHECKED_MONTHS: usize = 2;

pub(crate) const ROUTES: &[Route] = &[
    get("/portal/partners/{partner}/invoices", Access::Partner(READ_INVOICES), show),
    get("/portal/partners/{partner}/invoices/close", Access::Partner(READ_INVOICES), close::show),
    post("/portal/partners/{partner}/invoices/close", Access::Partner(CLOSE), close::close),
    get("/portal/partners/{partner}/invoices/{number}", Access::Partner(READ_INVOICES), document::show),
    get("/portal/partners/{partner}/invoices/{number}/files/{file}", Access::Partner(READ_INVOICES), file::send),
    get("/portal/partners/{partner}/invoices/{number}/lines/{line}", Access::Partner(READ_INVOICES), explain::show),
];

/// A month that another document may be issued for.
struct Waiting {
    month: Month,
    /// What is due and was not invoiced, of a month that has a document.
    more: Option<Money>,
}

/// Whether a partner is invoiced through another one.
fn is_reseller(partner: &Partner) -> bool {
    partner.kind == PartnerKind::IndirectReseller && partner.provider.is_some()
}

/// What a partner without documents of its own is told instead; nothing for others.
fn instead(visit: &Visit<'_>, partner: &Partner) -> Option<String> {
    if is_reseller(partner) {
        return Some(visit.say("invoices-reseller"));
    }
    visit.office.price_list_of(&partner.id).is_none().then(|| visit.say("invoices-no-price-list"))
}

/// The document in the path. One of another partner is as one that does not exist.
fn document_of(visit: &Visit<'_>) -> Result<Arc<StoredDocument>, Fault> {
    let partner = visit.partner()?;
    let number = InvoiceNumber::new(visit.param("number")).map_err(|_| Fault::NotFound)?;
    if is_reseller(partner) {
        return Err(Fault::NotFound);
    }
    visit.house.archive.document(&partner.id, &number)?.ok_or(Fault::NotFound)
}

/// What a document is, in a word.
fn kind(visit: &Visit<'_>, kind: DocumentKind) -> String {
    match kind {
        DocumentKind::Invoice => visit.say("invoices-invoice"),
        DocumentKind::CreditNote => visit.say("invoices-credit-note"),
    }
}

/// The page that is asked for, how many there are, and the first row of it.
fn paged(visit: &Visit<'_>, name: &str, rows: usize, rows_max: usize) -> (usize, usize, usize) {
    let pages = rows.div_ceil(rows_max).max(1);
    let asked = visit.query.get(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    let page = asked.clamp(1, pages);
    (page, pages, page.saturating_sub(1).saturating_mul(rows_max))
}

fn show(visit: &Visit<'_>) -> Reply {
    let partner = visit.partner()?;
    let title = visit.say("invoices-title");
    let reason = instead(visit, partner);
    let issued = if is_reseller(partner) { Vec::new() } else { visit.house.archive.issued(&partner.id)? };
    let waiting = if reason.is_some() { Vec::new() } else { waiting(visit, &issued)? };
    let today = visit.today().month();
    let body = html! {
        @if let Some(reason) = &reason {
            p.notice { (reason) }
        } @else {
            h2 { (visit.say("invoices-waiting")) }
            @if waiting.is_empty() { p { (visit.say("invoices-waiting-none")) } }
            @if !waiting.is_empty() { (waiting_table(visit, &partner.id, &waiting)) }
            p { a href=(close_link(&partner.id, today)) { (visit.tell("invoices-preview-open", &[("month", figure::month(today, visit.language).into())])) } }
        }
        @if !is_reseller(partner) {
            h2 { (visit.say("invoices-documents")) }
            @if issued.is_empty() { p { (visit.say("invoices-none")) } }
            @if !issued.is_empty() { (documents(visit, &issued)?) }
        }
    };
    page(Section::Invoices, title, body)
}

/// The page on which a month is closed.
fn close_link(partner: &PartnerId, month: Month) -> String {
    Link::of(partner, "invoices/close").with("month", month).text()
}

/// The months that are over and were not closed, and of the last closed ones those for which something more is due.
fn waiting(visit: &Visit<'_>, issued: &[Arc<Issued>]) -> Result<Vec<Waiting>, Fault> {
    let last = issued.iter().map(|one| one.month).max();
    let today = visit.today();
    let months = visit.months()?;
    let is_open = |month: &&Month| month.next().first_day() <= today && last.is_none_or(|last| **month > last);
    let mut found: Vec<Waiting> =
        months.iter().filter(is_open).map(|month| Waiting { month: *month, more: None }).collect();
    let closed = months.iter().rev().filter(|month| last.is_some_and(|last| **month <= last));
    for month in closed.take(CHECKED_MONTHS) {
        let mut more = visit.book(*month)?.total()?;
        for invoiced in issued.iter().filter_map(|one| one.by_month.get(month)) {
            more = more.checked_add(invoiced.negated())?;
        }
        if more.minor != 0 {
            found.push(Waiting { month: *month, more: Some(more) });
        }
    }
    found.sort_by_key(|one| one.month);
    Ok(found)
}

fn waiting_table(visit: &Visit<'_>, partner: &PartnerId, waiting: &[Waiting]) -> Markup {
    let columns = [
        table::words(visit.say("month")),
        table::words(visit.say("invoices-state")),
        table::figures(visit.say("invoices-due")),
        table::words(visit.say("invoices-what-next")),
    ];
    let now = visit.hub().now();
    let rows: Vec<Vec<Markup>> = waiting
        .iter()
        .map(|one| {
            let month = figure::month(one.month, visit.language);
            let end = one.month.next().first_day().first_hour().plus(GRACE_HOURS);
            let state = match one.more {
                Some(_) => html! { span.tag.warn { (visit.say("invoices-more-due")) } },
                None if now < end.start() => html! {
                    span.tag { (visit.say("invoices-late-usage")) }
                    " " span.small { (visit.tell("invoices-until", &[("hour", figure::hour(end, visit.language).into())])) }
                },
                None => html! { span.tag.warn { (visit.say("invoices-to-close")) } },
            };
            let due = one.more.map(|more| figure::difference(more, visit.language)).unwrap_or_default();
            let link = close_link(partner, one.month);
            let words = visit.tell("invoices-look-and-close", &[("month", month.clone().into())]);
            vec![
                html! { (month) },
                state,
                html! { (due) },
                html! { a href=(link) { (words) } },
            ]
        })
        .collect();
    table::table(&visit.say("invoices-waiting"), &columns, &rows, None)
}

/// The documents, newest first.
fn documents(visit: &Visit<'_>, issued: &[Arc<Issued>]) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let columns = [
        table::words(visit.say("invoices-number")),
        table::words(visit.say("invoices-kind")),
        table::words(visit.say("month")),
        table::words(visit.say("invoices-issued")),
        table::figures(visit.say("invoices-lines")),
        table::figures(visit.say("invoices-adjustments")),
        table::figures(visit.say("invoices-total")),
    ];
    let (number, pages, first) = paged(visit, "page", issued.len(), PAGE_ROWS);
    let rows: Vec<Vec<Markup>> = issued
        .iter()
        .rev()
        .skip(first)
        .take(PAGE_ROWS)
        .map(|one| {
            vec![
                html! { a href=(Link::of(partner, "invoices").part(one.number.as_str()).text()) { (one.number) } },
                html! { (kind(visit, one.kind)) },
                html! { (figure::month(one.month, visit.language)) },
                html! { (figure::moment(one.at, visit.language)) },
                html! { (figure::count(one.lines, visit.language)) },
                html! { (figure::count(one.adjustments, visit.language)) },
                html! { (figure::money(one.total, visit.language)) },
            ]
        })
        .collect();
    Ok(html! {
        (table::table(&visit.say("invoices-documents"), &columns, &rows, None))
        (table::pages(visit, number, pages, |page| Link::of(partner, "invoices").with("page", page).text()))
    })
}

#[cfg(test)]
mod tests;
