//! Customers: who they are, what they come to, and which subscription pays for them on which stamp.

mod mapping;
mod one;

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use model::{CloudId, CustomerId, Day, DirectoryId, Month, Office, PartnerId, PayingSubscription, Registration, Stamp};

use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    name,
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get, post},
    table,
    visit::Visit,
};

/// The action of saying which subscription pays for which tenant.
const MAP: &str = "Tallybridge/partners/mappings/write";
/// How many customers stand on a page of the list.
const PAGE_ROWS: usize = 50;

pub(crate) const ROUTES: &[Route] = &[
    get("/portal/partners/{partner}/customers", Access::Partner(READ_STATEMENTS), show),
    get("/portal/partners/{partner}/customers/map", Access::Partner(READ_STATEMENTS), mapping::form),
    post("/portal/partners/{partner}/customers/map", Access::Partner(MAP), mapping::put),
    get("/portal/partners/{partner}/customers/unmap", Access::Partner(READ_STATEMENTS), mapping::removal),
    post("/portal/partners/{partner}/customers/unmap", Access::Partner(MAP), mapping::remove),
    get("/portal/partners/{partner}/customers/{customer}", Access::Partner(READ_STATEMENTS), one::show),
];

/// The list of customers.
pub(crate) fn list_link(partner: &PartnerId) -> Link {
    Link::of(partner, "customers")
}

/// Where a tenant of a stamp is mapped.
pub(crate) fn map_link(partner: &PartnerId, stamp: &CloudId, tenant: &DirectoryId, from: Day) -> Link {
    Link::of(partner, "customers/map").with("stamp", stamp).with("tenant", tenant).with("from", from)
}

/// The stamps of the partner of a page that have a registration today.
fn registered<'a>(visit: &'a Visit<'_>) -> Vec<(&'a Stamp, &'a Registration)> {
    let own = visit.office.stamps.values().filter(|stamp| visit.is_own(stamp));
    own.filter_map(|stamp| Some((stamp, visit.office.registration(&stamp.id, visit.today())?))).collect()
}

/// The paying subscriptions of a partner today.
fn subscriptions<'a>(
    office: &'a Office,
    partner: &'a PartnerId,
    today: Day,
) -> impl Iterator<Item = &'a PayingSubscription> {
    office.subscriptions.values().filter(move |one| office.payer(one, today).is_some_and(|payer| payer.id == *partner))
}

/// The customers of a partner and of its resellers.
fn customers(visit: &Visit<'_>) -> Result<Vec<(CustomerId, String)>, Fault> {
    let partner = &visit.partner()?.id;
    let office = &visit.office;
    let is_own = |owner: &PartnerId| {
        owner == partner || office.invoiced_partner(owner).is_some_and(|payer| payer.id == *partner)
    };
    let own = office.customers.values().filter(|one| is_own(&one.partner));
    Ok(own.map(|one| (one.id.clone(), one.name.clone())).collect())
}

fn show(visit: &Visit<'_>) -> Reply {
    let month = visit.month()?;
    let months = visit.months()?;
    let title = visit.say("customers-title");
    if visit.query.get("show") == Some("unmapped") {
        let body = html! {
            (field::month(visit, &months, month, &[("show", "unmapped")]))
            (unmapped(visit, month, usize::MAX)?)
            p { a href=(Link::of(&visit.partner()?.id, "customers").with("month", month).text()) { (visit.say("customers-all")) } }
        };
        return page(Section::Customers, visit.say("customers-unmapped-title"), body);
    }
    let wanted = visit.query.get("search").unwrap_or_default().to_lowercase();
    let body = html! {
        (field::month(visit, &months, month, &[]))
        (unmapped(visit, month, 5)?)
        h2 { (visit.say("customers-list")) }
        form.pick method="get" {
            input type="hidden" name="month" value=(month);
            (field::text("search", &visit.say("customers-search"), "search", &wanted))
            button.quiet { (visit.say("show")) }
        }
        (list(visit, month, &wanted)?)
    };
    page(Section::Customers, title, body)
}

/// The customers with what each comes to in a month, the largest first.
fn list(visit: &Visit<'_>, month: Month, wanted: &str) -> Result<Markup, Fault> {
    let partner = visit.partner()?.id.clone();
    let today = visit.today();
    let amounts: BTreeMap<CustomerId, i128> = match visit.office.price_list_of(&partner) {
        Some(_) => {
            let book = visit.book(month)?;
            book.customers()?.into_iter().filter_map(|(customer, minor)| Some((customer?.clone(), minor))).collect()
        }
        None => BTreeMap::new(),
    };
    let currency = visit.office.price_list_of(&partner).map(model::PriceList::invoiced_in);
    let mapped = mapped_customers(visit);
    let mut found = customers(visit)?;
    found.retain(|(id, name)| name.to_lowercase().contains(wanted) || id.folded().contains(wanted));
    found.sort_by(|(one, left), (other, right)| {
        let amount = |id| amounts.get(id).copied().unwrap_or_default();
        amount(other).cmp(&amount(one)).then_with(|| left.to_lowercase().cmp(&right.to_lowercase()))
    });
    let mut counts: BTreeMap<&CustomerId, usize> = BTreeMap::new();
    for one in subscriptions(&visit.office, &partner, today).filter_map(|one| one.customer.as_ref()) {
        let count = counts.entry(one).or_default();
        *count = count.saturating_add(1);
    }
    let pages = found.len().div_ceil(PAGE_ROWS).max(1);
    let number = visit.query.get("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).clamp(1, pages);
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .skip(number.saturating_sub(1).saturating_mul(PAGE_ROWS))
        .take(PAGE_ROWS)
        .map(|(id, name)| {
            let amount =
                currency.map(|currency| model::Money { currency, minor: amounts.get(id).copied().unwrap_or_default() });
            let link = Link::of(&partner, "customers").part(id.as_str()).with("month", month).text();
            vec![
                html! { a href=(link) { (name) } },
                state(visit, mapped.contains(id)),
                html! { (counts.get(id).copied().unwrap_or_default()) },
                html! { (amount.map(|amount| figure::money(amount, visit.language)).unwrap_or_default()) },
            ]
        })
        .collect();
    let columns = [
        table::words(visit.say("customers-customer")),
        table::words(visit.say("customers-state")),
        table::figures(visit.say("customers-subscriptions")),
        table::figures(figure::month(month, visit.language)),
    ];
    let caption = visit.tell("customers-count", &[("count", found.len().into())]);
    let link = |page: usize| {
        let link = Link::of(&partner, "customers").with("month", month).with("page", page);
        link.with_some("search", Some(wanted).filter(|text| !text.is_empty())).text()
    };
    Ok(html! {
        @if found.is_empty() { p { (visit.say("customers-none")) } } @else { (table::table(&caption, &columns, &rows, None)) }
        (table::pages(visit, number, pages, link))
    })
}

fn state(visit: &Visit<'_>, is_mapped: bool) -> Markup {
    html! {
        @if is_mapped { span.tag.good { (visit.say("customers-mapped")) } } @else { span.tag { (visit.say("customers-not-mapped")) } }
    }
}

/// The customers one of whose subscriptions pays on a stamp today.
fn mapped_customers(visit: &Visit<'_>) -> BTreeSet<CustomerId> {
    let today = visit.today();
    let mut found = BTreeSet::new();
    for (_, registration) in registered(visit) {
        let mut last = BTreeMap::new();
        for mapping in registration.mappings.iter().filter(|mapping| mapping.from <= today) {
            last.insert(&mapping.tenant, mapping.subscription.as_ref());
        }
        let paying = last.into_values().flatten().filter_map(|id| visit.office.subscriptions.get(id));
        found.extend(paying.filter_map(|one| one.customer.clone()));
    }
    found
}

/// The tenants whose usage the default subscription pays, the dearest first.
fn unmapped(visit: &Visit<'_>, month: Month, most: usize) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    if visit.office.price_list_of(partner).is_none() {
        return Ok(html! {});
    }
    let found = visit.house.books.unmapped(partner, month)?;
    if found.is_empty() {
        return Ok(
            html! { p.notice { (visit.tell("customers-unmapped-none", &[("month", figure::month(month, visit.language).into())])) } },
        );
    }
    let mut sorted: Vec<_> = found.iter().collect();
    sorted.sort_by_key(|one| std::cmp::Reverse(one.cost.map_or(0, |cost| cost.minor)));
    let rows: Vec<Vec<Markup>> = sorted
        .iter()
        .take(most.min(PAGE_ROWS.saturating_mul(4)))
        .map(|one| {
            let tenant = name::tenant(&visit.office, visit.language, one.tenant.as_ref());
            vec![
                html! { (tenant) },
                html! { (name::stamp(&visit.office, &one.stamp)) },
                html! { (figure::day(one.since, visit.language)) },
                html! { (one.cost.map(|cost| figure::money(cost, visit.language)).unwrap_or_default()) },
                html! {
                    @if let Some(id) = &one.tenant {
                        a.button.quiet href=(map_link(partner, &one.stamp, id, one.since.max(month.first_day())).text()) {
                            (visit.tell("customers-map-tenant", &[("tenant", tenant.clone().into())]))
                        }
                    } @else { (visit.say("customers-no-tenant")) }
                },
            ]
        })
        .collect();
    let columns = [
        table::words(visit.say("customers-tenant")),
        table::words(visit.say("customers-stamp")),
        table::words(visit.say("customers-since")),
        table::figures(visit.say("customers-amount")),
        table::words(visit.say("customers-what-to-do")),
    ];
    let all = Link::of(partner, "customers").with("month", month).with("show", "unmapped").text();
    Ok(html! {
        @if most != usize::MAX { h2 { (visit.say("customers-unmapped-title")) } }
        p { (visit.say("customers-unmapped-what")) }
        (table::table(&visit.tell("customers-unmapped-count", &[("count", found.len().into())]), &columns, &rows, None))
        @if found.len() > rows.len() { p { a href=(all) { (visit.tell("customers-unmapped-all", &[("count", found.len().into())])) } } }
    })
}
