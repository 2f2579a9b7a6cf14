//! Close: what stands against closing a month, what its document would say, and the form that issues it.

use hub::{CloseError, Closed, MonthClose};
use maud::{Markup, html};
use model::{Document, Month, PartnerId};

use super::{check, close_link, instead, kind};
use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    name,
    page::CLOSE,
    reply::{Answer, Reply, Section, page},
    session::Notice,
    table,
    visit::Visit,
};

/// How many customers a preview names.
const CUSTOMERS_MAX: usize = 20;
/// The longest reason. Unit: characters.
const REASON_CHARACTERS_MAX: usize = 500;

/// The page of a month that is to be closed.
pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let partner = visit.partner()?;
    let month = visit.month()?;
    let title = visit.tell("invoices-close-title", &[("month", figure::month(month, visit.language).into())]);
    if let Some(reason) = instead(visit, partner) {
        return page(Section::Invoices, title, html! { p.notice { (reason) } });
    }
    let months = visit.months()?;
    let documents = visit.house.archive.issued(&partner.id)?.len();
    let body = match visit.house.books.closing(&partner.id, month, documents) {
        Ok(closed) => html! {
            (field::month(visit, &months, month, &[]))
            (facts(visit, &partner.id, &closed)?)
            @if visit.may(CLOSE) { (form(visit, &partner.id, month, &closed)) }
            @else { p.notice { (visit.say("invoices-may-not-close")) } }
        },
        Err(Fault::Refused { code, message }) => {
            html! { (field::month(visit, &months, month, &[])) (field::refusal(visit, &code, &message)) }
        }
        Err(other) => return Err(other),
    };
    page(Section::Invoices, title, body)
}

/// The code of what the hub says when there can be no document.
const REFUSED: &str = "CannotBeBilled";

/// Why a month cannot be closed, where that is not a failure of the hub.
fn refusal(error: CloseError) -> Result<String, Fault> {
    match error {
        CloseError::Draft(_) | CloseError::Mismatch(_) | CloseError::Number | CloseError::Blocked(_) => {
            Ok(error.to_string())
        }
        other => match Fault::from(other) {
            Fault::Refused { message, .. } => Ok(message),
            fault => Err(fault),
        },
    }
}

fn facts(visit: &Visit<'_>, partner: &PartnerId, closed: &Closed) -> Result<Markup, Fault> {
    Ok(html! {
        h2 { (visit.say("invoices-check-list")) }
        @if closed.overridden.is_empty() { p.notice { (visit.say("invoices-nothing-against")) } }
        @else { p.notice.warn { (visit.tell("invoices-against", &[("count", closed.overridden.len().into())])) } }
        (check::list(visit, partner, &closed.overridden))
        h2 { (visit.say("invoices-preview")) }
        @match &closed.document {
            Some(document) => (preview(visit, document)?),
            None => p { (visit.say("invoices-nothing-due")) },
        }
    })
}

fn preview(visit: &Visit<'_>, document: &Document) -> Result<Markup, Fault> {
    let mut customers = std::collections::BTreeMap::new();
    let mut adjustments: usize = 0;
    for line in &document.lines {
        let sum = customers.entry(line.customer.as_ref()).or_insert(model::Money::zero(document.currency));
        *sum = sum.checked_add(line.amount)?;
        adjustments = adjustments.saturating_add(usize::from(line.kind == model::LineKind::Adjustment));
    }
    let mut sums: Vec<_> = customers.into_iter().collect();
    sums.sort_by_key(|(customer, sum)| (std::cmp::Reverse(sum.minor.unsigned_abs()), *customer));
    let columns = [table::words(visit.say("invoices-customer")), table::figures(visit.say("invoices-amount"))];
    let rows: Vec<Vec<Markup>> = sums
        .iter()
        .take(CUSTOMERS_MAX)
        .map(|(customer, sum)| {
            let named = name::customer(&visit.office, visit.language, *customer);
            vec![html! { (named) }, html! { (figure::money(*sum, visit.language)) }]
        })
        .collect();
    let rest = sums.len().saturating_sub(CUSTOMERS_MAX);
    let total =
        vec![html! { (visit.say("invoices-total")) }, html! { (figure::money(document.total, visit.language)) }];
    Ok(html! {
        p { (visit.say("invoices-preview-what")) }
        dl.facts {
            dt { (visit.say("invoices-total")) } dd { span.big { (figure::money(document.total, visit.language)) } }
            dt { (visit.say("invoices-kind")) } dd { (kind(visit, document.kind)) }
            dt { (visit.say("invoices-number")) } dd { (document.number) }
            dt { (visit.say("invoices-lines")) } dd { (figure::count(document.lines.len(), visit.language)) }
            dt { (visit.say("invoices-adjustments")) } dd { (figure::count(adjustments, visit.language)) }
        }
        (table::table(&visit.say("invoices-by-customer"), &columns, &rows, Some(&total)))
        @if rest > 0 { p { (visit.tell("invoices-other-customers", &[("count", rest.into())])) } }
    })
}

fn form(visit: &Visit<'_>, partner: &PartnerId, month: Month, closed: &Closed) -> Markup {
    let has_obstacles = !closed.overridden.is_empty();
    html! {
        @if closed.document.is_some() {
            h2 { (visit.say("invoices-close")) }
            form.card method="post" action=(Link::of(partner, "invoices/close").text()) {
                (field::proof(visit))
                input type="hidden" name="month" value=(month);
                @if has_obstacles {
                    p { (visit.say("invoices-reason-what")) }
                    div.field {
                        label for="reason" { (visit.say("invoices-reason")) }
                        input id="reason" name="reason" maxlength=(REASON_CHARACTERS_MAX) autocomplete="off" required;
                    }
                }
                div.field.inline {
                    input id="confirm" name="confirm" type="checkbox" value="yes" required;
                    label for="confirm" { (visit.say("invoices-confirm")) }
                }
                button.main { (visit.say("invoices-close")) }
            }
        }
    }
}

/// Closes a month, and leads to its document.
pub(super) fn close(visit: &Visit<'_>) -> Reply {
    let partner = &visit.partner()?.id;
    let sent = visit.form.get("month").unwrap_or_default();
    let month = Month::parse(sent).map_err(|_| Fault::Bad(visit.tell("bad-month", &[("month", sent.into())])))?;
    let back = close_link(partner, month);
    if visit.form.get("confirm").is_none() {
        return told(visit, back, visit.say("invoices-not-confirmed"), true);
    }
    let reason = visit.form.get("reason");
    if reason.is_some_and(|reason| reason.chars().count() > REASON_CHARACTERS_MAX) {
        return told(visit, back, visit.say("invoices-reason-long"), true);
    }
    let wish = MonthClose {
        partner: partner.clone(),
        month,
        actor: visit.actor()?.text(),
        override_reason: reason.map(str::to_owned),
        dry_run: false,
    };
    match visit.hub().close(&wish) {
        Ok(Closed { document: Some(document), .. }) => {
            let number = document.number.as_str();
            let link = Link::of(partner, "invoices").part(number).text();
            let total = figure::money(document.total, visit.language);
            told(visit, link, visit.tell("invoices-done", &[("number", number.into()), ("total", total.into())]), false)
        }
        Ok(Closed { document: None, .. }) => {
            told(visit, Link::of(partner, "invoices").text(), visit.say("invoices-nothing-due"), false)
        }
        Err(CloseError::Blocked(obstacles)) => {
            let text = visit.tell("invoices-reason-needed", &[("count", obstacles.len().into())]);
            told(visit, back, text, true)
        }
        Err(error) => Err(Fault::Refused { code: REFUSED.to_owned(), message: refusal(error)? }),
    }
}

/// Says something on the next page.
fn told(visit: &Visit<'_>, link: String, text: String, wrong: bool) -> Reply {
    let guest = visit.guest.as_ref().ok_or(Fault::SignIn)?;
    visit.house.sessions.say(&guest.cookie, Notice { text, wrong });
    Ok(Answer::Go(link))
}
