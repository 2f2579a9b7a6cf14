//! Prices: what the partner is charged, since when, what it was before, and what other prices would come to.

mod difference;
mod scale;
mod version;
mod what_if;

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::{
    Day, MeterCatalogue, MeterId, Office, PartnerId, PayingSubscriptionId, Price, PriceList, Quantity, Reduction,
    ReductionKind, Scope,
};

use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    name,
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    table,
    visit::Visit,
};

/// How many rows a page of a list has.
const PAGE_ROWS: usize = 50;
/// How many rows a shorter table has at most.
const SHORT_ROWS: usize = 100;

pub(crate) const ROUTES: &[Route] = &[
    get("/portal/partners/{partner}/prices", Access::Partner(READ_STATEMENTS), show),
    get("/portal/partners/{partner}/prices/versions", Access::Partner(READ_STATEMENTS), version::show),
    get("/portal/partners/{partner}/prices/difference", Access::Partner(READ_STATEMENTS), difference::show),
    get("/portal/partners/{partner}/prices/what-if", Access::Partner(READ_STATEMENTS), what_if::show),
];

/// The price list of the partner, where it has one.
fn list_of<'a>(visit: &'a Visit<'_>) -> Result<Option<&'a PriceList>, Fault> {
    Ok(visit.office.price_list_of(&visit.partner()?.id))
}

/// The page of a partner without a price list.
fn nothing(visit: &Visit<'_>, title: String) -> Reply {
    page(Section::Prices, title, html! { p.notice { (visit.say("prices-none")) } })
}

/// Whether a reduction may be shown: of all subscriptions, or of one that this partner was ever invoiced for or sold itself.
/// Partners may share a list.
fn is_visible(office: &Office, partner: Option<&PartnerId>, subscription: Option<&PayingSubscriptionId>) -> bool {
    let Some(id) = subscription else { return true };
    let Some(known) = office.subscriptions.get(id) else { return false };
    known.standings.iter().filter_map(|standing| standing.partner.as_ref()).any(|of_record| {
        let payer = office.invoiced_partner(of_record).map(|payer| &payer.id);
        Some(of_record) == partner || (payer.is_some() && payer == partner)
    })
}

/// The page that is asked for, how many there are, and the first row of it.
fn paged(visit: &Visit<'_>, rows: usize) -> (usize, usize, usize) {
    let pages = rows.div_ceil(PAGE_ROWS).max(1);
    let asked = visit.query.get("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    let page = asked.clamp(1, pages);
    (page, pages, page.saturating_sub(1).saturating_mul(PAGE_ROWS))
}

fn show(visit: &Visit<'_>) -> Reply {
    let partner = &visit.partner()?.id;
    let title = visit.say("prices-title");
    let Some(list) = list_of(visit)? else { return nothing(visit, title) };
    let link = |path: &str| Link::of(partner, path).text();
    let body = html! {
        dl.facts {
            dt { (visit.say("prices-list")) } dd { (list.name) " " span.small { code { (list.id) } } }
            dt { (visit.say("prices-currency")) } dd { (list.currency) }
            dt { (visit.say("prices-invoiced-in")) } dd { (list.invoiced_in()) }
            dt { (visit.say("prices-rounding")) } dd { (visit.say(&format!("prices-rounding-{}", list.rounding.word()))) }
        }
        ul.choices {
            li { a href=(link("prices/what-if")) { (visit.say("prices-what-if-title")) } }
            li { a href=(link("prices/versions")) { (visit.say("prices-versions-title")) } }
        }
        p.small { (visit.say("prices-how-to-change")) " " code { "tallybridge prices apply" } }
        h2 { (visit.say("prices-now")) }
        (prices(visit, list)?)
        (coming(visit, list))
        (reductions(visit, list))
        (exchange(visit, list))
        (mappings(visit, list))
    };
    page(Section::Prices, title, body)
}

/// The local meters that are priced as each commerce meter on a day, by name.
fn local_names(visit: &Visit<'_>, list: &PriceList, day: Day) -> BTreeMap<MeterId, Vec<String>> {
    let mut names: BTreeMap<MeterId, Vec<String>> = BTreeMap::new();
    for meter in MeterCatalogue::published().meters() {
        for scope in [Scope::Tenant, Scope::Infrastructure] {
            let priced = match list.mapped_meter(&meter.id, scope, day) {
                Some(mapped) => mapped,
                None if scope == Scope::Tenant => &meter.id,
                None => continue,
            };
            let name = match scope {
                Scope::Tenant => meter.name.to_owned(),
                Scope::Infrastructure => visit.tell("prices-of-infrastructure", &[("meter", meter.name.into())]),
            };
            names.entry(priced.clone()).or_default().push(name);
        }
    }
    names
}

/// What a commerce meter is called: by the local meters that are priced as it, or else by its id.
fn title(names: &BTreeMap<MeterId, Vec<String>>, meter: &MeterId) -> String {
    names.get(meter).map_or_else(|| name::meter(meter), |names| names.join(", "))
}

/// The prices that hold on a day, by meter.
fn in_force(list: &PriceList, day: Day) -> Vec<&Price> {
    let mut found: BTreeMap<&MeterId, &Price> = BTreeMap::new();
    for price in list.prices.iter().filter(|price| price.from <= day) {
        let known = found.entry(&price.meter).or_insert(price);
        // Of prices from the same day the last one counts.
        if known.from <= price.from {
            *known = price;
        }
    }
    found.into_values().collect()
}

/// The steps of a price in words: one line each.
fn steps(visit: &Visit<'_>, price: &Price) -> Vec<String> {
    let decimal = |text: String| figure::decimal(&text, visit.language);
    let each = price.tiers.iter().map(|tier| {
        let unit_price = decimal(tier.unit_price.to_string());
        if tier.from.is_zero() {
            return unit_price;
        }
        let from = figure::quantity(tier.from, visit.language);
        visit.tell("prices-from-quantity", &[("price", unit_price.into()), ("from", from.into())])
    });
    each.collect()
}

/// For what a price is, such as `GB month (720 GB hours)`.
fn per(visit: &Visit<'_>, price: &Price) -> String {
    let priced = &price.conversion.priced_unit;
    if price.conversion.divisor == 1 {
        return priced.clone();
    }
    let divisor = figure::count(price.conversion.divisor, visit.language);
    format!("{priced} ({divisor} {})", name::unit_word(visit.language, price.unit))
}

fn included(visit: &Visit<'_>, included: Quantity) -> String {
    if included.is_zero() { String::new() } else { figure::quantity(included, visit.language) }
}

fn price_columns(visit: &Visit<'_>) -> [table::Column; 6] {
    [
        table::words(visit.say("prices-meter")),
        table::words(visit.say("prices-unit")),
        table::figures(visit.say("prices-price")),
        table::words(visit.say("prices-per")),
        table::figures(visit.say("prices-included")),
        table::words(visit.say("prices-since")),
    ]
}

fn price_row(visit: &Visit<'_>, names: &BTreeMap<MeterId, Vec<String>>, price: &Price) -> Vec<Markup> {
    vec![
        html! { (title(names, &price.meter)) br; span.small { code { (price.meter) } } },
        html! { (name::unit_word(visit.language, price.unit)) },
        html! { @for (number, step) in steps(visit, price).iter().enumerate() { @if number > 0 { br; } (step) } },
        html! { (per(visit, price)) },
        html! { (included(visit, price.included)) },
        html! { (figure::day(price.from, visit.language)) br; span.small { (price.source) } },
    ]
}

fn prices(visit: &Visit<'_>, list: &PriceList) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let today = visit.today();
    let names = local_names(visit, list, today);
    let filter = visit.query.get("text");
    let wanted = filter.map(str::to_lowercase);
    let is_wanted = |price: &&Price| {
        let Some(wanted) = &wanted else { return true };
        title(&names, &price.meter).to_lowercase().contains(wanted) || price.meter.folded().contains(wanted.as_str())
    };
    let mut found: Vec<&Price> = in_force(list, today).into_iter().filter(is_wanted).collect();
    found.sort_by_key(|price| (title(&names, &price.meter).to_lowercase(), &price.meter));
    let (number, pages, first) = paged(visit, found.len());
    let rows = found.iter().skip(first).take(PAGE_ROWS).map(|price| price_row(visit, &names, price));
    let rows: Vec<Vec<Markup>> = rows.collect();
    let link = Link::of(partner, "prices");
    let own = link.clone().text();
    let filtered = link.with_some("text", filter);
    let caption = visit.tell("prices-now-in", &[("currency", list.currency.code().into())]);
    Ok(html! {
        form.pick method="get" action=(own) {
            (field::text("text", &visit.say("prices-filter"), "search", filter.unwrap_or_default()))
            button.quiet { (visit.say("show")) }
            @if filter.is_some() { a href=(own) { (visit.say("prices-filter-off")) } }
        }
        p { (visit.tell("prices-found", &[("count", found.len().into())])) }
        @if !rows.is_empty() { (table::table(&caption, &price_columns(visit), &rows, None)) }
        (table::pages(visit, number, pages, |page| filtered.clone().with("page", page).text()))
    })
}

/// Prices that begin later.
fn coming(visit: &Visit<'_>, list: &PriceList) -> Markup {
    let today = visit.today();
    let mut later: Vec<&Price> = list.prices.iter().filter(|price| price.from > today).collect();
    later.sort_by_key(|price| (price.from, &price.meter));
    let names = local_names(visit, list, today);
    let rows: Vec<Vec<Markup>> = later.iter().take(SHORT_ROWS).map(|price| price_row(visit, &names, price)).collect();
    html! {
        @if !rows.is_empty() {
            h2 { (visit.say("prices-later")) }
            (table::table(&visit.say("prices-later"), &price_columns(visit), &rows, None))
            (more(visit, later.len(), SHORT_ROWS))
        }
    }
}

/// Says how many rows were left out.
fn more(visit: &Visit<'_>, all: usize, shown: usize) -> Markup {
    let rest = all.saturating_sub(shown);
    html! { @if rest > 0 { p { (visit.tell("prices-more", &[("count", rest.into())])) } } }
}

/// What is not paid, in words.
fn reduction_kind(visit: &Visit<'_>, kind: ReductionKind) -> String {
    match kind {
        ReductionKind::Discount => visit.say("prices-discount"),
        ReductionKind::EarnedCredit => visit.say("prices-earned-credit"),
    }
}

/// For whom a reduction is, and on what.
fn reduction_scope(visit: &Visit<'_>, one: &Reduction) -> (String, String) {
    let subscription = match &one.paying_subscription {
        Some(id) => name::subscription(&visit.office, id),
        None => visit.say("prices-all-subscriptions"),
    };
    let meter = one.meter.as_ref().map_or_else(|| visit.say("prices-all-meters"), name::meter);
    (subscription, meter)
}

fn reductions(visit: &Visit<'_>, list: &PriceList) -> Markup {
    let today = visit.today();
    let mut visible: Vec<&Reduction> = list
        .reductions
        .iter()
        .filter(|one| is_visible(&visit.office, visit.partner.as_ref(), one.paying_subscription.as_ref()))
        .filter(|one| one.until.is_none_or(|until| today < until))
        .collect();
    visible.sort_by_key(|one| (one.from, one.kind.word(), one.meter.clone()));
    let columns = [
        table::words(visit.say("prices-kind")),
        table::words(visit.say("prices-subscription")),
        table::words(visit.say("prices-meter")),
        table::words(visit.say("prices-since")),
        table::words(visit.say("prices-until")),
        table::figures(visit.say("prices-percent")),
    ];
    let rows = visible.iter().take(SHORT_ROWS).map(|one| {
        let (subscription, meter) = reduction_scope(visit, one);
        let until = one.until.map_or_else(String::new, |until| figure::day(until, visit.language));
        vec![
            html! { (reduction_kind(visit, one.kind)) },
            html! { (subscription) },
            html! { (meter) },
            html! { (figure::day(one.from, visit.language)) },
            html! { (until) },
            html! { (figure::decimal(&one.share.to_string(), visit.language)) "\u{a0}%" },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        h2 { (visit.say("prices-reductions")) }
        @if rows.is_empty() { p { (visit.say("prices-reductions-none")) } }
        @else { (table::table(&visit.say("prices-reductions"), &columns, &rows, None)) }
        (more(visit, visible.len(), SHORT_ROWS))
    }
}

fn exchange(visit: &Visit<'_>, list: &PriceList) -> Markup {
    let mut rates: BTreeMap<_, _> = BTreeMap::new();
    // The last one of a month counts.
    rates.extend(list.exchange.iter().map(|one| (one.month, one.rate)));
    let heading =
        visit.tell("prices-rate", &[("from", list.currency.code().into()), ("to", list.invoiced_in().code().into())]);
    let columns = [table::words(visit.say("month")), table::figures(heading)];
    let rows = rates.iter().rev().take(SHORT_ROWS).map(|(month, rate)| {
        vec![
            html! { (figure::month(*month, visit.language)) },
            html! { (figure::decimal(&rate.to_string(), visit.language)) },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        @if list.invoiced_in() != list.currency {
            h2 { (visit.say("prices-exchange")) }
            @if rows.is_empty() { p { (visit.say("prices-exchange-none")) } }
            @else { (table::table(&visit.say("prices-exchange"), &columns, &rows, None)) }
        }
    }
}

/// What stamps measure under one id and is priced under another.
fn mappings(visit: &Visit<'_>, list: &PriceList) -> Markup {
    let today = visit.today();
    let is_now = |one: &&model::MeterMapping| {
        one.from <= today && list.mapped_meter(&one.meter, one.scope, today) == Some(&one.commerce_meter)
    };
    let is_other = |one: &&model::MeterMapping| one.meter != one.commerce_meter || one.scope == Scope::Infrastructure;
    let mut now: Vec<&model::MeterMapping> = list.meters.iter().filter(is_now).filter(is_other).collect();
    now.sort_by_key(|one| (name::meter(&one.meter), one.scope, one.from));
    let columns = [
        table::words(visit.say("prices-measured")),
        table::words(visit.say("prices-priced-as")),
        table::words(visit.say("prices-since")),
    ];
    let rows = now.iter().take(SHORT_ROWS).map(|one| {
        vec![
            html! {
                (name::meter(&one.meter))
                @if one.scope == Scope::Infrastructure { " " span.tag { (visit.say("prices-infrastructure")) } }
            },
            html! { code { (one.commerce_meter) } },
            html! { (figure::day(one.from, visit.language)) },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        @if !rows.is_empty() {
            h2 { (visit.say("prices-mappings")) }
            p { (visit.say("prices-mappings-what")) }
            details {
                summary { (visit.tell("prices-mappings-count", &[("count", now.len().into())])) }
                (table::table(&visit.say("prices-mappings"), &columns, &rows, None))
                (more(visit, now.len(), SHORT_ROWS))
            }
        }
    }
}

#[cfg(test)]
mod tests;
