//! What if: what other prices, or another mapping, would make of one month. Nothing is written.

use hub::{CloseError, CustomerEffect, Supposition, WhatIf, WhatIfError};
use maud::{Markup, html};
use model::{
    Money, Month, Partner, PartnerKind, PayingSubscription, PayingSubscriptionId, PriceList, SubscriptionKind,
};

use super::{list_of, nothing, scale};
use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    name,
    reply::{Reply, Section, page},
    table,
    visit::Visit,
};

/// How many customers are named.
const CUSTOMERS_MAX: usize = 50;

/// The page, with an answer when something is supposed.
pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let partner = visit.partner()?;
    let title = visit.say("prices-what-if-title");
    if partner.kind == PartnerKind::IndirectReseller && partner.provider.is_some() {
        return page(Section::Prices, title, html! { p.notice { (visit.say("prices-reseller")) } });
    }
    let Some(list) = list_of(visit)? else { return nothing(visit, title) };
    let (months, month) = (visit.months()?, what_month(visit)?);
    let supposed = suppositions(visit, partner, list, month)?;
    let (answer, wrong) = match supposed {
        Ok(supposed) if supposed.is_empty() => (None, None),
        Ok(supposed) => match answer(visit, partner, &supposed, month)? {
            Ok(answer) => (Some(answer), None),
            Err(wrong) => (None, Some(wrong)),
        },
        Err(wrong) => (None, Some(wrong)),
    };
    let body = html! {
        p { a href=(Link::of(&partner.id, "prices").text()) { (visit.say("prices-back")) } }
        p { (visit.say("prices-what-if-what")) }
        @if let Some(wrong) = &wrong { p.notice.wrong role="alert" { (wrong) } }
        (form(visit, partner, &months, month))
        @if let Some(answer) = &answer { (result(visit, month, answer)) }
    };
    page(Section::Prices, title, body)
}

/// The month that is asked for; the one before this one when nothing is said.
fn what_month(visit: &Visit<'_>) -> Result<Month, Fault> {
    if visit.query.get("month").is_some() {
        return visit.month();
    }
    let last = figure::before(visit.today().month());
    let months = visit.months()?;
    Ok(months.into_iter().rev().find(|month| *month <= last).unwrap_or(last))
}

/// A text that says why something cannot be supposed.
type Wrong = String;

/// What is supposed; nothing when the form is empty.
fn suppositions(
    visit: &Visit<'_>,
    partner: &Partner,
    list: &PriceList,
    month: Month,
) -> Result<Result<Vec<Supposition>, Wrong>, Fault> {
    let mut all = Vec::new();
    if let Some(percent) = visit.query.get("percent") {
        let changed = scale::factor(percent).and_then(|factor| scale::scaled(list, factor));
        match changed {
            Ok(changed) => all.push(Supposition::Prices(Box::new(changed))),
            Err(scale::Refusal::NotAPercentage) => {
                return Ok(Err(visit.tell("prices-not-a-percentage", &[("text", percent.into())])));
            }
            Err(scale::Refusal::NotExact(meter)) => {
                return Ok(Err(visit.tell("prices-not-exact", &[("meter", name::meter(&meter).into())])));
            }
        }
    }
    if let Some(sent) = visit.query.get("subscription") {
        let Some(found) = subscription(visit, partner, sent, month) else {
            return Ok(Err(visit.tell("prices-no-subscription", &[("text", sent.into())])));
        };
        let (tenant, from) = (found.directory.clone(), month.first_day());
        all.push(match visit.query.get("change") {
            Some("unmap") => Supposition::Unmap { tenant, from, stamp: None },
            _ => Supposition::Map { tenant, subscription: found.id.clone(), from, stamp: None },
        });
    }
    Ok(Ok(all))
}

/// A subscription of the partner's customers, by its id or its whole name. Those of other partners do not exist here.
fn subscription<'a>(
    visit: &'a Visit<'_>,
    partner: &Partner,
    sent: &str,
    month: Month,
) -> Option<&'a PayingSubscription> {
    let office = &visit.office;
    let is_own = |one: &&PayingSubscription| {
        let payer = office.payer(one, month.first_day()).or_else(|| office.payer(one, visit.today()));
        one.kind == SubscriptionKind::Csp && payer.is_some_and(|payer| payer.id == partner.id)
    };
    let by_id = PayingSubscriptionId::new(sent).ok().and_then(|id| office.subscriptions.get(&id));
    by_id.filter(is_own).or_else(|| {
        let wanted = sent.to_lowercase();
        office.subscriptions.values().filter(is_own).find(|one| one.name.to_lowercase() == wanted)
    })
}

/// Asks the hub. What it refuses is said on the page.
fn answer(
    visit: &Visit<'_>,
    partner: &Partner,
    supposed: &[Supposition],
    month: Month,
) -> Result<Result<WhatIf, Wrong>, Fault> {
    let _turn = visit.house.archive.turn();
    match visit.hub().what_if(&partner.id, supposed, Some(month)) {
        Ok(answer) => Ok(Ok(answer)),
        Err(WhatIfError::Refused(message)) => Ok(Err(message)),
        Err(WhatIfError::Close(error @ (CloseError::Draft(_) | CloseError::Blocked(_)))) => Ok(Err(error.to_string())),
        Err(WhatIfError::Close(error)) => Err(error.into()),
    }
}

fn form(visit: &Visit<'_>, partner: &Partner, months: &[Month], month: Month) -> Markup {
    let query = |name: &str| visit.query.get(name).unwrap_or_default();
    let mut options: Vec<(String, String)> =
        months.iter().rev().map(|one| (one.to_string(), figure::month(*one, visit.language))).collect();
    if !months.contains(&month) {
        options.insert(0, (month.to_string(), figure::month(month, visit.language)));
    }
    let changes = ["map", "unmap"].map(|word| (word.to_owned(), visit.say(&format!("prices-change-{word}"))));
    html! {
        form.card method="get" action=(Link::of(&partner.id, "prices/what-if").text()) {
            (field::choice("month", &visit.say("month"), &options, &month.to_string()))
            (field::text("percent", &visit.say("prices-percent-field"), "text", query("percent")))
            (field::choice("change", &visit.say("prices-change"), &changes, query("change")))
            (field::text("subscription", &visit.say("prices-subscription-field"), "text", query("subscription")))
            p.small { (visit.say("prices-what-if-slow")) }
            button.main { (visit.say("prices-what-if-go")) }
        }
    }
}

fn difference(visit: &Visit<'_>, before: Option<Money>, after: Option<Money>) -> String {
    let Some(currency) = before.or(after).map(|money| money.currency) else { return String::new() };
    let (before, after) = (before.unwrap_or(Money::zero(currency)), after.unwrap_or(Money::zero(currency)));
    let difference = after.checked_add(before.negated());
    difference.map_or_else(|_| visit.say("prices-currencies-differ"), |money| figure::difference(money, visit.language))
}

/// How much a customer's month changes. Unit: minor units.
fn size(effect: &CustomerEffect) -> u128 {
    let minor = |money: Option<Money>| money.map_or(0, |money| money.minor);
    minor(effect.after).abs_diff(minor(effect.before))
}

fn result(visit: &Visit<'_>, month: Month, answer: &WhatIf) -> Markup {
    let language = visit.language;
    let mut customers: Vec<&CustomerEffect> = answer.customers.iter().collect();
    customers.sort_by_key(|one| (std::cmp::Reverse(size(one)), one.customer.clone()));
    let money = |money: Option<Money>| money.map_or_else(String::new, |money| figure::money(money, language));
    let columns = [
        table::words(visit.say("prices-customer")),
        table::figures(visit.say("prices-as-is")),
        table::figures(visit.say("prices-would-be")),
        table::figures(visit.say("prices-difference")),
    ];
    let rows = customers.iter().take(CUSTOMERS_MAX).map(|one| {
        vec![
            html! { (name::customer(&visit.office, language, one.customer.as_ref())) },
            html! { (money(one.before)) },
            html! { (money(one.after)) },
            html! { (difference(visit, one.before, one.after)) },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let effect = answer.months.iter().find(|effect| effect.month == month);
    html! {
        h2 { (visit.tell("prices-result", &[("month", figure::month(month, language).into())])) }
        @match effect {
            None => p { (visit.say("prices-no-usage")) },
            Some(effect) => {
                dl.facts {
                    dt { (visit.say("prices-as-is")) } dd { (figure::money(effect.before, language)) }
                    dt { (visit.say("prices-would-be")) } dd { (figure::money(effect.after, language)) }
                    dt { (visit.say("prices-difference")) }
                    dd { span.big { (difference(visit, Some(effect.before), Some(effect.after))) } }
                    dt { (visit.say("prices-invoiced")) } dd { (figure::money(effect.invoiced, language)) }
                }
                @if effect.closed { p.notice { (visit.say("prices-closed")) } }
                @if effect.unpriced_after > 0 {
                    p.notice.warn { (visit.tell("prices-unpriced", &[("count", effect.unpriced_after.into())])) }
                }
            }
        }
        h3 { (visit.say("prices-by-customer")) }
        @if rows.is_empty() { p { (visit.say("prices-no-customer")) } }
        @else { (table::table(&visit.say("prices-by-customer"), &columns, &rows, None)) }
        (super::more(visit, customers.len(), CUSTOMERS_MAX))
    }
}
