//! Settings: what is recorded of the partner, its budgets, and who is signed in.

use maud::{Markup, html};
use model::{Budget, BudgetSide, Office, Partner, PartnerKind, Retail, Rounding};

use crate::{
    fault::Fault,
    figure,
    link::Link,
    name,
    page::READ,
    reply::{Reply, Section, page},
    route::{Access, Route, get, partner_scope, post},
    table,
    visit::Visit,
};

mod budget;

/// The action of adding, changing and ending budgets.
const WRITE_BUDGETS: &str = "Tallybridge/partners/budgets/write";
/// How many budgets a page lists.
const PAGE_ROWS: usize = 50;

pub(crate) const ROUTES: &[Route] = &[
    get("/portal/partners/{partner}/settings", Access::Partner(READ), show),
    get("/portal/partners/{partner}/settings/new-budget", Access::Partner(WRITE_BUDGETS), budget::draft),
    post("/portal/partners/{partner}/settings/new-budget", Access::Partner(WRITE_BUDGETS), budget::add),
    get("/portal/partners/{partner}/settings/budgets/{budget}", Access::Partner(WRITE_BUDGETS), budget::show),
    post("/portal/partners/{partner}/settings/budgets/{budget}", Access::Partner(WRITE_BUDGETS), budget::change),
    post("/portal/partners/{partner}/settings/budgets/{budget}/end", Access::Partner(WRITE_BUDGETS), budget::end),
];

fn show(visit: &Visit<'_>) -> Reply {
    let partner = visit.partner()?;
    let body = html! {
        div.columns {
            section.card {
                h2 { (visit.say("settings-partner")) }
                (facts(visit, partner))
            }
            section.card {
                h2 { (visit.say("settings-session")) }
                (session(visit)?)
            }
        }
        h2 { (visit.say("settings-budgets")) }
        (budgets(visit)?)
        p.small { (visit.tell("settings-version", &[("version", env!("CARGO_PKG_VERSION").into())])) }
    };
    page(Section::Settings, visit.say("settings-title"), body)
}

fn fact(visit: &Visit<'_>, id: &str, value: &Markup) -> Markup {
    html! { div { dt { (visit.say(id)) } dd { (value) } } }
}

fn facts(visit: &Visit<'_>, partner: &Partner) -> Markup {
    let office: &Office = &visit.office;
    let list = office.price_list_of(&partner.id);
    let provider = partner.provider.as_ref().and_then(|id| office.partners.get(id));
    html! {
        dl.facts {
            (fact(visit, "settings-name", &html! { (partner.name) }))
            (fact(visit, "settings-id", &html! { code { (partner.id) } }))
            (fact(visit, "settings-kind", &html! { (visit.say(kind(partner.kind))) }))
            @if let Some(provider) = provider { (fact(visit, "settings-provider", &html! { (provider.name) })) }
            @if let Some(list) = list {
                (fact(visit, "settings-price-list", &html! { (list.name) }))
                (fact(visit, "settings-currency", &html! { (list.invoiced_in().code()) }))
                @if list.invoiced_in() != list.currency {
                    (fact(visit, "settings-price-currency", &html! { (list.currency.code()) }))
                }
                (fact(visit, "settings-rounding", &html! { (visit.say(rounding(list.rounding))) }))
            } @else {
                (fact(visit, "settings-price-list", &html! { (visit.say("settings-none")) }))
            }
            (fact(visit, "settings-retail", &html! { (retail(visit, partner.retail.as_ref())) }))
            (fact(visit, "settings-grace", &html! { (visit.tell("settings-hours", &[("count", hub::GRACE_HOURS.into())])) }))
        }
    }
}

fn kind(kind: PartnerKind) -> &'static str {
    match kind {
        PartnerKind::Direct => "settings-kind-direct",
        PartnerKind::IndirectProvider => "settings-kind-provider",
        PartnerKind::IndirectReseller => "settings-kind-reseller",
    }
}

fn rounding(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfUp => "settings-rounding-half-up",
        Rounding::NewCommerce => "settings-rounding-new-commerce",
        Rounding::Legacy => "settings-rounding-legacy",
    }
}

fn retail(visit: &Visit<'_>, retail: Option<&Retail>) -> String {
    match retail {
        None => visit.say("settings-retail-none"),
        Some(Retail::List(id)) => {
            visit.office.price_lists.get(id).map_or_else(|| id.to_string(), |list| list.name.clone())
        }
        Some(Retail::Markup(share)) => {
            let percent = figure::decimal(&share.to_string(), visit.language);
            visit.tell("settings-retail-markup", &[("percent", percent.into())])
        }
    }
}

fn session(visit: &Visit<'_>) -> Result<Markup, Fault> {
    let guest = visit.guest.as_ref().ok_or(Fault::SignIn)?;
    let scope = partner_scope(visit.partner()?.id.as_str()).ok_or(Fault::NotFound)?;
    let mut roles: Vec<&str> = hub::access::roles(&visit.office, &guest.principal.id, &scope)
        .map(|definition| definition.role.word())
        .collect();
    roles.sort_unstable();
    roles.dedup();
    Ok(html! {
        dl.facts {
            (fact(visit, "settings-you", &html! { (guest.principal.name) }))
            (fact(visit, "settings-directory", &html! { (name::tenant(&visit.office, visit.language, Some(&guest.principal.directory))) }))
            (fact(visit, "settings-roles", &html! { (roles.join(", ")) }))
        }
        p.small { (visit.say("settings-ends")) }
    })
}

fn budgets(visit: &Visit<'_>) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let own: Vec<&Budget> = visit.office.budgets.values().filter(|one| !one.ended && one.partner == *partner).collect();
    let pages = own.len().div_ceil(PAGE_ROWS).max(1);
    let number = visit.query.get("page").map_or(Some(1), |sent| sent.parse().ok());
    let number = number.filter(|number: &usize| (1..=pages).contains(number)).ok_or(Fault::NotFound)?;
    let may = visit.may(WRITE_BUDGETS);
    let columns = [
        table::words(visit.say("settings-budget")),
        table::words(visit.say("settings-budget-customer")),
        table::words(visit.say("settings-budget-side")),
        table::figures(visit.say("settings-budget-amount")),
        table::words(visit.say("settings-budget-thresholds")),
        table::words(visit.say("settings-budget-told")),
    ];
    let first = number.saturating_sub(1).saturating_mul(PAGE_ROWS);
    let rows: Vec<Vec<Markup>> = own.iter().skip(first).take(PAGE_ROWS).map(|one| row(visit, one, may)).collect();
    let whole = Link::of(partner, "settings");
    Ok(html! {
        p { (visit.say("settings-budgets-what")) }
        @if own.is_empty() {
            p { (visit.say("settings-budgets-none")) }
        } @else {
            (table::table(&visit.say("settings-budgets"), &columns, &rows, None))
            (table::pages(visit, number, pages, |number| whole.clone().with("page", number).text()))
        }
        @if may { p { a.button href=(Link::of(partner, "settings/new-budget").text()) { (visit.say("settings-budget-new")) } } }
    })
}

fn row(visit: &Visit<'_>, one: &Budget, may: bool) -> Vec<Markup> {
    let link = Link::of(&one.partner, "settings/budgets").part(one.id.as_str()).text();
    let thresholds: Vec<String> = one.thresholds.iter().map(|share| percent(visit, &share.to_string())).collect();
    vec![
        html! { @if may { a href=(link) { (one.id) } } @else { (one.id) } },
        html! {
            @if one.customer.is_some() { (name::customer(&visit.office, visit.language, one.customer.as_ref())) }
            @else { (visit.say("settings-budget-all")) }
        },
        html! { (visit.say(side(one.side))) },
        html! { (figure::money(one.amount, visit.language)) },
        html! { (thresholds.join(", ")) },
        html! {
            @if let Some(address) = &one.webhook { (origin(address)) " " }
            (one.mail.join(", "))
            @if one.webhook.is_none() && one.mail.is_empty() { (visit.say("settings-budget-nobody")) }
        },
    ]
}

fn percent(visit: &Visit<'_>, number: &str) -> String {
    visit.tell("settings-percent", &[("percent", figure::decimal(number, visit.language).into())])
}

fn side(side: BudgetSide) -> &'static str {
    match side {
        BudgetSide::Cost => "settings-side-cost",
        BudgetSide::Retail => "settings-side-retail",
    }
}

/// The part of an address that is no secret: the path of a webhook often is one.
fn origin(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default())
}
