//! Difference: what differs between two versions of the price list, meter by meter.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::{Day, MeterId, Price, PriceList};

use super::{
    PAGE_ROWS, is_visible, list_of, local_names, nothing, paged, per, reduction_kind, reduction_scope, steps, title,
};
use crate::{
    archive::Version,
    fault::Fault,
    figure,
    link::Link,
    name,
    reply::{Reply, Section, page},
    table,
    visit::Visit,
};

/// A price that differs: of which meter and day, what it was and what it is.
type Changed<'a> = ((&'a MeterId, Day), Option<&'a Price>, Option<&'a Price>);

/// The page of two versions.
pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let partner = &visit.partner()?.id;
    let heading = visit.say("prices-difference-title");
    let Some(list) = list_of(visit)? else { return nothing(visit, heading) };
    let versions = visit.house.archive.versions(&list.id)?;
    // The number of anything else in the audit log is as one that does not exist.
    let version = |name: &str| -> Result<&Version, Fault> {
        let number = visit.query.get(name).and_then(|text| text.parse::<u64>().ok());
        versions.iter().find(|one| Some(one.number) == number).ok_or(Fault::NotFound)
    };
    let (from, to) = (version("from")?, version("to")?);
    let as_of = |version: &Version| visit.house.archive.list_as_of(version.number, &list.id);
    let (Some(before), Some(after)) = (as_of(from)?, as_of(to)?) else { return Err(Fault::NotFound) };
    let changed = prices(&before, &after);
    let others = others(visit, &before, &after);
    let moment = |version: &Version| figure::moment(version.at, visit.language);
    let with = [
        ("before", from.number.to_string().into()),
        ("since", moment(from).into()),
        ("after", to.number.to_string().into()),
        ("until", moment(to).into()),
    ];
    let body = html! {
        p { a href=(Link::of(partner, "prices/versions").text()) { (visit.say("prices-back-to-versions")) } }
        p { (visit.tell("prices-difference-of", &with)) }
        h2 { (visit.say("prices-prices")) }
        p { (visit.tell("prices-changed", &[("count", changed.len().into())])) }
        (table(visit, partner, (from, to), &after, &changed))
        h2 { (visit.say("prices-others")) }
        @if others.is_empty() { p { (visit.say("prices-others-same")) } }
        @else { (others_table(visit, &others)) }
    };
    page(Section::Prices, heading, body)
}

/// The last price of each meter and day counts.
fn by_meter(list: &PriceList) -> BTreeMap<(&MeterId, Day), &Price> {
    list.prices.iter().map(|price| ((&price.meter, price.from), price)).collect()
}

/// The prices that differ, by meter and day.
pub(super) fn prices<'a>(before: &'a PriceList, after: &'a PriceList) -> Vec<Changed<'a>> {
    let (old, new) = (by_meter(before), by_meter(after));
    let keys: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let each = keys.into_iter().map(|key| (key, old.get(&key).copied(), new.get(&key).copied()));
    each.filter(|(_, before, after)| before != after).collect()
}

fn table(
    visit: &Visit<'_>,
    partner: &model::PartnerId,
    (from, to): (&Version, &Version),
    after: &PriceList,
    changed: &[Changed<'_>],
) -> Markup {
    let (number, pages, first) = paged(visit, changed.len());
    let columns = [
        table::words(visit.say("prices-meter")),
        table::words(visit.say("prices-since")),
        table::figures(visit.say("prices-before")),
        table::figures(visit.say("prices-after")),
    ];
    let names = local_names(visit, after, visit.today());
    let rows = changed.iter().skip(first).take(PAGE_ROWS).map(|((meter, day), before, after)| {
        vec![
            html! { (title(&names, meter)) br; span.small { code { (meter) } } },
            html! { (figure::day(*day, visit.language)) },
            price(visit, *before),
            price(visit, *after),
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let link = Link::of(partner, "prices/difference").with("from", from.number).with("to", to.number);
    html! {
        @if !rows.is_empty() { (table::table(&visit.say("prices-prices"), &columns, &rows, None)) }
        (table::pages(visit, number, pages, |page| link.clone().with("page", page).text()))
    }
}

/// Everything of a price, so that whatever differs is seen.
fn price(visit: &Visit<'_>, price: Option<&Price>) -> Markup {
    let Some(price) = price else { return html! { (visit.say("prices-no-price")) } };
    html! {
        @for step in steps(visit, price) { (step) br; }
        span.small {
            (visit.tell("prices-for-one", &[("unit", per(visit, price).into())]))
            @if !price.included.is_zero() {
                br; (visit.tell("prices-with-included", &[("quantity", figure::quantity(price.included, visit.language).into())]))
            }
            br; (price.source)
        }
    }
}

/// Everything of a list but its prices, as text by what it is about.
fn rest(visit: &Visit<'_>, list: &PriceList) -> BTreeMap<String, String> {
    let day = |day: Day| figure::day(day, visit.language);
    let mut found = BTreeMap::new();
    found.insert(visit.say("prices-name"), list.name.clone());
    found.insert(visit.say("prices-rounding"), visit.say(&format!("prices-rounding-{}", list.rounding.word())));
    for one in &list.meters {
        let with = [
            ("meter", name::meter(&one.meter).into()),
            ("id", one.meter.folded().into()),
            ("scope", visit.say(&format!("prices-scope-{}", one.scope.word())).into()),
            ("day", day(one.from).into()),
        ];
        found.insert(visit.tell("prices-mapping-of", &with), one.commerce_meter.folded().to_owned());
    }
    for one in list
        .reductions
        .iter()
        .filter(|one| is_visible(&visit.office, visit.partner.as_ref(), one.paying_subscription.as_ref()))
    {
        let (subscription, meter) = reduction_scope(visit, one);
        let with = [
            ("kind", reduction_kind(visit, one.kind).into()),
            ("subscription", subscription.into()),
            ("meter", meter.into()),
            ("day", day(one.from).into()),
        ];
        let percent = figure::decimal(&one.share.to_string(), visit.language);
        let text = match one.until {
            Some(until) => {
                visit.tell("prices-percent-until", &[("percent", percent.into()), ("day", day(until).into())])
            }
            None => visit.tell("prices-percent-of", &[("percent", percent.into())]),
        };
        found.insert(visit.tell("prices-reduction-of", &with), text);
    }
    for one in &list.exchange {
        let month = figure::month(one.month, visit.language);
        let text = figure::decimal(&one.rate.to_string(), visit.language);
        found.insert(visit.tell("prices-rate-of", &[("month", month.into())]), text);
    }
    found
}

/// Something else that differs, with its texts before and after.
type Other = (String, Option<String>, Option<String>);

fn others(visit: &Visit<'_>, before: &PriceList, after: &PriceList) -> Vec<Other> {
    let (old, new) = (rest(visit, before), rest(visit, after));
    let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let each = keys.into_iter().map(|key| (key.clone(), old.get(key).cloned(), new.get(key).cloned()));
    each.filter(|(_, before, after)| before != after).collect()
}

fn others_table(visit: &Visit<'_>, others: &[Other]) -> Markup {
    let columns = [
        table::words(visit.say("prices-of-what")),
        table::words(visit.say("prices-before")),
        table::words(visit.say("prices-after")),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| visit.say("prices-nothing"));
    let rows = others
        .iter()
        .take(super::SHORT_ROWS)
        .map(|(what, before, after)| vec![html! { (what) }, html! { (text(before)) }, html! { (text(after)) }]);
    html! {
        (table::table(&visit.say("prices-others"), &columns, &rows.collect::<Vec<_>>(), None))
        (super::more(visit, others.len(), super::SHORT_ROWS))
    }
}
