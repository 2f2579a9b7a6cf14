//! Budget: adding, changing and ending a budget by form.

use hub::BudgetError;
use maud::{Markup, html};
use model::{Budget, BudgetId, BudgetSide, Currency, CustomerId, Money, Share};

use super::side;
use crate::{
    fault::Fault,
    field,
    link::Link,
    name,
    reply::{Answer, Reply, Section, page},
    session::Notice,
    visit::Visit,
};

/// The empty form.
pub(super) fn draft(visit: &Visit<'_>) -> Reply {
    let currency = visit.office.price_list_of(&visit.partner()?.id).map(model::PriceList::invoiced_in);
    let written = Written {
        side: BudgetSide::Cost.word().to_owned(),
        currency: currency.map(|currency| currency.code().to_owned()).unwrap_or_default(),
        thresholds: "80, 100".to_owned(),
        ..Written::default()
    };
    form(visit, None, &written, &html! {})
}

/// A budget in the form.
pub(super) fn show(visit: &Visit<'_>) -> Reply {
    let known = known(visit)?;
    let written = Written {
        name: known.id.to_string(),
        amount: known.amount.decimal(),
        currency: known.amount.currency.code().to_owned(),
        side: known.side.word().to_owned(),
        customer: known.customer.as_ref().map(ToString::to_string).unwrap_or_default(),
        thresholds: known.thresholds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        webhook: known.webhook.clone().unwrap_or_default(),
        secret: String::new(),
        mail: known.mail.join(", "),
    };
    form(visit, Some(known), &written, &html! {})
}

/// Adds one.
pub(super) fn add(visit: &Visit<'_>) -> Reply {
    put(visit, None)
}

/// Changes one.
pub(super) fn change(visit: &Visit<'_>) -> Reply {
    put(visit, Some(known(visit)?))
}

/// Ends one.
pub(super) fn end(visit: &Visit<'_>) -> Reply {
    let known = known(visit)?;
    match visit.hub().end_budget(&visit.actor()?, &known.id) {
        Ok(()) => done(visit, "settings-budget-ended", &known.id),
        Err(error) => Err(fault(error)),
    }
}

/// The budget in the path. One of another partner is not there, and neither is one that ended.
fn known<'a>(visit: &'a Visit<'_>) -> Result<&'a Budget, Fault> {
    let id = BudgetId::new(visit.param("budget")).map_err(|_| Fault::NotFound)?;
    let partner = &visit.partner()?.id;
    visit.office.budgets.get(&id).filter(|one| one.partner == *partner && !one.ended).ok_or(Fault::NotFound)
}

/// What somebody wrote into the form.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    name: String,
    amount: String,
    currency: String,
    side: String,
    customer: String,
    thresholds: String,
    webhook: String,
    secret: String,
    mail: String,
}

fn put(visit: &Visit<'_>, known: Option<&Budget>) -> Reply {
    let text = |name: &str| visit.form.get(name).unwrap_or_default().to_owned();
    let written = Written {
        name: text("name"),
        amount: text("amount"),
        currency: text("currency"),
        side: text("side"),
        customer: text("customer"),
        thresholds: text("thresholds"),
        webhook: text("webhook"),
        secret: text("secret"),
        mail: text("mail"),
    };
    let wanted = match wanted(visit, known, &written) {
        Ok(wanted) => wanted,
        Err(Fault::Bad(problem)) => {
            return form(visit, known, &written, &html! { p.notice.wrong role="alert" { (problem) } });
        }
        Err(other) => return Err(other),
    };
    match visit.hub().put_budget(&visit.actor()?, &wanted) {
        Ok(()) => done(visit, "settings-budget-kept", &wanted.id),
        Err(BudgetError::Invalid { problem, .. }) => {
            form(visit, known, &written, &field::refusal(visit, "BudgetInvalid", &problem))
        }
        Err(error) => Err(fault(error)),
    }
}

fn done(visit: &Visit<'_>, text: &str, id: &BudgetId) -> Reply {
    if let Some(guest) = &visit.guest {
        let text = visit.tell(text, &[("name", id.to_string().into())]);
        visit.house.sessions.say(&guest.cookie, Notice { text, wrong: false });
    }
    Ok(Answer::Go(Link::of(&visit.partner()?.id, "settings").text()))
}

fn fault(error: BudgetError) -> Fault {
    match error {
        BudgetError::Unknown(_) => Fault::NotFound,
        BudgetError::Invalid { problem, .. } => Fault::Refused { code: "BudgetInvalid".to_owned(), message: problem },
        BudgetError::Close(error) => error.into(),
        BudgetError::Store(error) => error.into(),
    }
}

fn wanted(visit: &Visit<'_>, known: Option<&Budget>, written: &Written) -> Result<Budget, Fault> {
    let bad = |id: &str| Fault::Bad(visit.say(id));
    let partner = visit.partner()?.id.clone();
    let id = match known {
        Some(known) => known.id.clone(),
        // The partner's id in front keeps one partner from finding out what budgets of others are called.
        None => BudgetId::new(&format!("{partner}-{}", written.name))
            .ok()
            .filter(|_| is_name(&written.name))
            .ok_or_else(|| bad("settings-bad-name"))?,
    };
    if known.is_none() && visit.office.budgets.get(&id).is_some_and(|one| !one.ended) {
        return Err(bad("settings-bad-taken"));
    }
    let currency = Currency::parse(&written.currency).map_err(|_| bad("settings-bad-currency"))?;
    let thresholds: Result<Vec<Share>, _> = list(&written.thresholds).map(Share::parse_percent).collect();
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    Ok(Budget {
        id,
        partner,
        customer: customer(visit, &written.customer)?,
        side: BudgetSide::from_word(&written.side).ok_or_else(|| bad("settings-bad-side"))?,
        amount: money(&written.amount, currency).ok_or_else(|| bad("settings-bad-amount"))?,
        thresholds: thresholds.map_err(|_| bad("settings-bad-thresholds"))?,
        webhook: some(&written.webhook),
        secret: some(&written.secret),
        mail: list(&written.mail).map(str::to_owned).collect(),
        ended: false,
    })
}

/// Whether a text can be the name of a budget: it stands in addresses.
fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=100).contains(&text.len()) && text.bytes().all(letter)
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty())
}

/// An amount as people write it: decimals may be left out, and a comma is a point.
fn money(text: &str, currency: Currency) -> Option<Money> {
    let text = text.replace([' ', '\u{a0}', '\u{202f}'], "").replace(',', ".");
    let decimals = usize::try_from(currency.decimals()).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    if fraction.len() > decimals {
        return None;
    }
    let point = if decimals == 0 { "" } else { "." };
    Money::from_decimal(&format!("{whole}{point}{fraction:0<decimals$}"), currency)
}

/// The customer that a text means: by its id, or by its name. Only own customers are looked at.
fn customer(visit: &Visit<'_>, text: &str) -> Result<Option<CustomerId>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let office = &visit.office;
    let partner = &visit.partner()?.id;
    let is_own = |owner: &model::PartnerId| office.invoiced_partner(owner).is_some_and(|payer| payer.id == *partner);
    let mut own = office.customers.values().filter(|one| is_own(&one.partner));
    let unknown = || Fault::Bad(visit.tell("settings-bad-customer", &[("name", text.into())]));
    let id = CustomerId::new(text).ok();
    if let Some(found) = own.clone().find(|one| Some(&one.id) == id.as_ref()) {
        return Ok(Some(found.id.clone()));
    }
    let is_it = |one: &&model::Customer| one.name.to_lowercase() == text.to_lowercase();
    let found = own.find(is_it).ok_or_else(unknown)?;
    if own.any(|one| is_it(&one)) {
        return Err(Fault::Bad(visit.tell("settings-bad-customers", &[("name", text.into())])));
    }
    Ok(Some(found.id.clone()))
}

fn form(visit: &Visit<'_>, known: Option<&Budget>, written: &Written, problem: &Markup) -> Reply {
    let partner = &visit.partner()?.id;
    let action = match known {
        Some(known) => Link::of(partner, "settings/budgets").part(known.id.as_str()),
        None => Link::of(partner, "settings/new-budget"),
    };
    let sides: Vec<(String, String)> =
        BudgetSide::ALL.iter().map(|one| (one.word().to_owned(), visit.say(side(*one)))).collect();
    let say = |id: &str| visit.say(id);
    let body = html! {
        (problem)
        form.card method="post" action=(action.clone().text()) {
            (field::proof(visit))
            @if known.is_none() { (field::text("name", &say("settings-budget-name"), "text", &written.name)) }
            (field::text("amount", &say("settings-budget-amount"), "text", &written.amount))
            (field::text("currency", &say("settings-currency"), "text", &written.currency))
            (field::choice("side", &say("settings-budget-side"), &sides, &written.side))
            (field::text("customer", &say("settings-budget-customer-field"), "text", &written.customer))
            (field::text("thresholds", &say("settings-budget-thresholds-field"), "text", &written.thresholds))
            (field::text("mail", &say("settings-budget-mail"), "text", &written.mail))
            (field::text("webhook", &say("settings-budget-webhook"), "url", &written.webhook))
            (field::text("secret", &say(secret_label(known)), "password", ""))
            button.main { (say("settings-budget-keep")) }
        }
        @if let Some(known) = known {
            form.card method="post" action=(action.part("end").text()) {
                (field::proof(visit))
                p { (say("settings-budget-end-what")) }
                button { (visit.tell("settings-budget-end", &[("name", known.id.to_string().into())])) }
            }
            @if let Some(customer) = &known.customer {
                p.small { (visit.tell("settings-budget-is-for", &[("name", name::customer(&visit.office, visit.language, Some(customer)).into())])) }
            }
        }
        p { a.button.quiet href=(Link::of(partner, "settings").text()) { (say("settings-back")) } }
    };
    let title = match known {
        Some(known) => visit.tell("settings-budget-title", &[("name", known.id.to_string().into())]),
        None => say("settings-budget-new"),
    };
    page(Section::Settings, title, body)
}

fn secret_label(known: Option<&Budget>) -> &'static str {
    if known.is_some_and(|known| known.secret.is_some()) {
        "settings-budget-secret-kept"
    } else {
        "settings-budget-secret"
    }
}

#[cfg(test)]
mod tests;
