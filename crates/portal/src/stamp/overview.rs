//! Overview of a stamp: its local subscriptions, and what they used in a month, meter by meter.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use maud::{Markup, html};
use model::{Day, LocalSubscriptionId, MeterId, Month, Quantity, UserSubscription, UserSubscriptionState};

use super::{
    month::{self, Cells},
    sight::{Sight, fault, seen, window},
};
use crate::{
    chart::{self, Point, Scale},
    fault::Fault,
    field, figure,
    link::Link,
    name,
    reply::{self, Reply, Section, page},
    table,
    visit::Visit,
};

/// How many subscriptions a page lists.
const PAGE_ROWS: usize = 50;
/// How many months can be chosen from.
const MONTHS: usize = 13;
/// How many decimals a chart goes by. The figures beside it have all of them.
const CHART_DECIMALS: u32 = 3;

pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let window = window(visit)?;
    let seen = seen(visit)?;
    let chosen = chosen_month(visit)?;
    let used = window.months.of(window.source.as_ref(), chosen)?;
    let visible = visible(&seen);
    let meter = chosen_meter(visit, &used.cells, &visible)?;
    let body = html! {
        @if seen.is_empty() { p { (visit.say("stamp-nothing")) } }
        @else {
            (picker(visit, chosen)?)
            p.small { (sealed(visit)?) }
            h2 { (visit.say("stamp-usage")) }
            (usage(visit, &used.cells, &visible, chosen, meter.as_ref(), &Link::at("/portal/stamp"))?)
            h2 { (visit.say("stamp-subscriptions")) }
            (subscriptions(visit, &seen)?)
        }
    };
    let stamp = window.source.place().region.clone();
    page(Section::None, visit.tell("stamp-title", &[("name", stamp.into())]), body)
}

pub(super) fn file(visit: &Visit<'_>) -> Reply {
    csv(visit, &visible(&seen(visit)?))
}

/// The subscriptions whose usage is seen.
pub(super) fn visible(seen: &[(UserSubscription, Sight)]) -> BTreeSet<LocalSubscriptionId> {
    seen.iter().filter(|(_, sight)| sight.usage).map(|(one, _)| one.id.clone()).collect()
}

/// The month that is asked for, or that of the last complete day.
pub(super) fn chosen_month(visit: &Visit<'_>) -> Result<Month, Fault> {
    if let Some(sent) = visit.query.get("month") {
        return Month::parse(sent).map_err(|_| Fault::Bad(visit.tell("bad-month", &[("month", sent.into())])));
    }
    let sealed = window(visit)?.source.processed_until().map_err(fault)?;
    Ok(Day(sealed.day().0.saturating_sub(1)).month())
}

/// The meter of the chart: the one that is asked for, or the first that was used.
pub(super) fn chosen_meter(
    visit: &Visit<'_>,
    cells: &Cells,
    visible: &BTreeSet<LocalSubscriptionId>,
) -> Result<Option<MeterId>, Fault> {
    if let Some(sent) = visit.query.get("meter") {
        return MeterId::new(sent).map(Some).map_err(|_| Fault::NotFound);
    }
    Ok(cells.keys().find(|(subscription, _, _)| visible.contains(subscription)).map(|(_, meter, _)| meter.clone()))
}

pub(super) fn picker(visit: &Visit<'_>, chosen: Month) -> Result<Markup, Fault> {
    let sealed = window(visit)?.source.processed_until().map_err(fault)?;
    let last = Day(sealed.day().0.saturating_sub(1)).month();
    let mut months: Vec<Month> =
        std::iter::successors(Some(last), |month| Some(figure::before(*month))).take(MONTHS).collect();
    months.reverse();
    Ok(field::month(visit, &months, chosen, &[]))
}

/// Until when usage is complete.
pub(super) fn sealed(visit: &Visit<'_>) -> Result<String, Fault> {
    let sealed = window(visit)?.source.processed_until().map_err(fault)?;
    Ok(visit.tell("stamp-sealed", &[("hour", figure::hour(sealed, visit.language).into())]))
}

/// What some subscriptions used: a chart of one meter, and a table of all.
pub(super) fn usage(
    visit: &Visit<'_>,
    cells: &Cells,
    visible: &BTreeSet<LocalSubscriptionId>,
    month: Month,
    meter: Option<&MeterId>,
    link: &Link,
) -> Result<Markup, Fault> {
    let by_meter = month::sums(cells, |subscription, meter, _| visible.contains(subscription).then(|| meter.clone()))?;
    if by_meter.is_empty() {
        return Ok(html! { p { (visit.say("stamp-unused")) } });
    }
    let columns = [table::words(visit.say("stamp-meter")), table::figures(visit.say("stamp-quantity"))];
    let rows: Vec<Vec<Markup>> = by_meter
        .iter()
        .map(|(meter, quantity)| {
            let target = link.clone().with("month", month).with("meter", meter).text();
            vec![
                html! { a href=(target) { (name::meter(meter)) } },
                html! { (name::quantity(visit.language, meter, *quantity)) },
            ]
        })
        .collect();
    let file = link.clone().part("usage.csv").with("month", month).text();
    Ok(html! {
        @if let Some(meter) = meter { (by_day(visit, cells, visible, month, meter)?) }
        (table::table(&visit.say("stamp-by-meter"), &columns, &rows, None))
        p { a.button.quiet href=(file) { (visit.say("stamp-csv")) } }
    })
}

fn by_day(
    visit: &Visit<'_>,
    cells: &Cells,
    visible: &BTreeSet<LocalSubscriptionId>,
    month: Month,
    meter: &MeterId,
) -> Result<Markup, Fault> {
    let days: BTreeMap<Day, Quantity> = month::sums(cells, |subscription, found, day| {
        (found == meter && visible.contains(subscription)).then_some(day)
    })?;
    let scale = Scale { decimals: CHART_DECIMALS, unit: name::unit(visit.language, meter) };
    let each = (month.days().start.0..month.days().end.0).map(Day);
    let points: Vec<Point> = each
        .map(|day| {
            let quantity = days.get(&day).copied().unwrap_or(Quantity::ZERO);
            Point {
                label: figure::day_of_month(day).to_string(),
                name: figure::day(day, visit.language),
                value: thousandths(quantity),
                shown: name::quantity(visit.language, meter, quantity),
                link: None,
            }
        })
        .collect();
    let title = visit.tell("stamp-by-day", &[("meter", name::meter(meter).into())]);
    Ok(chart::columns(visit, &title, &scale, &points))
}

/// A quantity for a chart: cut to three decimals.
fn thousandths(quantity: Quantity) -> i128 {
    let text = quantity.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let rest: String = rest.chars().chain("000".chars()).take(3).collect();
    format!("{whole}{rest}").parse().unwrap_or_default()
}

fn subscriptions(visit: &Visit<'_>, seen: &[(UserSubscription, Sight)]) -> Result<Markup, Fault> {
    let wanted = visit.query.get("name").unwrap_or_default().to_lowercase();
    let fits = |one: &UserSubscription, sight: Sight| {
        let shown = if sight.facts { one.display_name.to_lowercase() } else { String::new() };
        wanted.is_empty() || shown.contains(&wanted) || one.id.as_str().to_lowercase().contains(&wanted)
    };
    let found: Vec<&(UserSubscription, Sight)> = seen.iter().filter(|(one, sight)| fits(one, *sight)).collect();
    let pages = found.len().div_ceil(PAGE_ROWS).max(1);
    let number = visit.query.get("page").map_or(Some(1), |sent| sent.parse().ok());
    let number = number.filter(|number: &usize| (1..=pages).contains(number)).ok_or(Fault::NotFound)?;
    let first = number.saturating_sub(1).saturating_mul(PAGE_ROWS);
    let columns = [
        table::words(visit.say("stamp-subscription")),
        table::words(visit.say("stamp-owner")),
        table::words(visit.say("stamp-tenant")),
        table::words(visit.say("stamp-state")),
    ];
    let rows: Vec<Vec<Markup>> =
        found.iter().skip(first).take(PAGE_ROWS).map(|(one, sight)| row(visit, one, *sight)).collect();
    let month = visit.query.get("month");
    let whole = Link::at("/portal/stamp")
        .with_some("month", month)
        .with_some("name", Some(&wanted).filter(|text| !text.is_empty()));
    Ok(html! {
        form.pick method="get" {
            @if let Some(month) = month { input type="hidden" name="month" value=(month); }
            (field::text("name", &visit.say("stamp-search"), "search", &wanted))
            button.quiet { (visit.say("show")) }
        }
        (table::table(&visit.say("stamp-subscriptions"), &columns, &rows, None))
        (table::pages(visit, number, pages, |number| whole.clone().with("page", number).text()))
    })
}

fn row(visit: &Visit<'_>, one: &UserSubscription, sight: Sight) -> Vec<Markup> {
    let target = Link::at("/portal/stamp/subscriptions").part(one.id.as_str()).text();
    vec![
        html! { a href=(target) { (title(one, sight)) } },
        html! { @if sight.facts { (one.owner) } },
        html! { @if sight.facts { (name::tenant(&visit.office, visit.language, Some(&one.tenant))) } },
        html! { @if sight.facts { (state(visit, one)) } },
    ]
}

/// What a subscription is called: by its id for whoever may not know more.
pub(super) fn title(one: &UserSubscription, sight: Sight) -> String {
    if sight.facts && !one.display_name.trim().is_empty() { one.display_name.clone() } else { one.id.to_string() }
}

pub(super) fn state(visit: &Visit<'_>, one: &UserSubscription) -> Markup {
    html! {
        @if one.deleted.is_some() { span.tag.bad { (visit.say("stamp-deleted")) } }
        @else if one.state == UserSubscriptionState::Enabled { span.tag.good { (visit.say("stamp-enabled")) } }
        @else { span.tag.warn { (visit.say("stamp-disabled")) } }
    }
}

/// What some subscriptions used in the chosen month, by day and meter.
pub(super) fn csv(visit: &Visit<'_>, visible: &BTreeSet<LocalSubscriptionId>) -> Reply {
    let window = window(visit)?;
    let month = chosen_month(visit)?;
    let used = window.months.of(window.source.as_ref(), month)?;
    let mut text = String::from("day,subscription,meter,meterName,quantity\r\n");
    for ((subscription, meter, day), quantity) in &used.cells {
        if visible.contains(subscription) {
            let cells = [subscription.to_string(), meter.to_string(), name::meter(meter)];
            let [subscription, meter, called] = cells.map(|cell| quoted(&cell));
            // Writing into a string cannot fail.
            let _ = write!(text, "{day},{subscription},{meter},{called},{quantity}\r\n");
        }
    }
    reply::file(format!("usage-{month}.csv"), "text/csv; charset=utf-8", text.into_bytes())
}

/// A cell that no program takes for a formula. Source: RFC 4180; OWASP CSV Injection.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests;
