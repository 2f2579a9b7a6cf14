//! Usage: who used what, where and when, added up in whatever way is asked, as a picture, as a table and as a file.

use std::sync::Arc;

use maud::{Markup, html};
use model::{Day, Month};

use self::{
    found::{Found, Row, share},
    question::{By, Named, Question, Whose},
    reported::Payer,
};
use crate::{
    book::Book,
    chart::{self, Point, Scale},
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

mod file;
mod form;
mod found;
mod question;
mod reported;

pub(crate) const ROUTES: &[Route] = &[
    get("/portal/partners/{partner}/usage", Access::Partner(READ_STATEMENTS), show),
    get("/portal/partners/{partner}/usage.csv", Access::Partner(READ_STATEMENTS), file::csv),
    get("/portal/partners/{partner}/usage.parquet", Access::Partner(READ_STATEMENTS), file::parquet),
];

/// How many rows stand on a page.
const PAGE_ROWS: usize = 50;
/// How many of a ranking are drawn.
const TOP: usize = 15;

/// A question with its answer.
struct Answered {
    book: Arc<Book>,
    question: Question,
    found: Found,
    /// What must be chosen or known before there is an answer.
    instead: Option<Markup>,
    /// What is to be known about the answer.
    notes: Vec<String>,
}

impl Answered {
    /// Whether quantities mean something: they do of one meter.
    fn has_quantity(&self) -> bool {
        self.question.meter.is_some() || self.question.by == By::Meter || self.question.by.is_in_rows()
    }
}

/// Answers what the address asks.
fn answered(visit: &Visit<'_>) -> Result<Answered, Fault> {
    let book = visit.book(visit.month()?)?;
    let mut question = Question::read(visit, &book)?;
    let nothing = |question: Question, book: Arc<Book>, instead: Markup| {
        Ok(Answered { book, question, found: Found::default(), instead: Some(instead), notes: Vec::new() })
    };
    if let Some(text) = visit.query.get("customer") {
        match question::customer(visit, &book, text)? {
            Named::One(whose) => question.whose = Some(whose),
            Named::Several(several) => {
                let instead = several_customers(visit, &question, &several)?;
                return nothing(question, book, instead);
            }
            Named::Nobody => {
                return nothing(question, book, html! { p.notice.warn { (visit.say("usage-no-customer")) } });
            }
        }
    }
    if question.by.is_in_rows() {
        return in_rows(visit, question, book);
    }
    let found = found::find(visit, &question, &book)?;
    let mut notes = vec![visit.say("usage-informational")];
    if question.resource.is_some() || question.tag.is_some() {
        notes.insert(0, visit.say("usage-only-in-rows"));
    }
    if book.cells.unpriced_rows > 0 {
        notes.push(visit.tell("usage-unpriced", &[("count", book.cells.unpriced_rows.into())]));
    }
    Ok(Answered { book, question, found, instead: None, notes })
}

/// Resources and hours, which are read from the rows of one subscription.
fn in_rows(visit: &Visit<'_>, question: Question, book: Arc<Book>) -> Result<Answered, Fault> {
    let nothing = |question: Question, book: Arc<Book>, instead: Markup| {
        Ok(Answered { book, question, found: Found::default(), instead: Some(instead), notes: Vec::new() })
    };
    let id = match reported::payer(&question, &book) {
        Payer::One(id) => id,
        Payer::Several(several) => {
            let partner = &visit.partner()?.id;
            let instead = html! {
                div.notice {
                    p { (visit.say("usage-choose-subscription")) }
                    ul { @for id in &several {
                        @let link = Question { subscription: Some(id.clone()), ..question.clone() }.link(partner, "usage");
                        li { a href=(link.text()) { (name::subscription(&visit.office, id)) } " " code { (id) } }
                    } }
                }
            };
            return nothing(question, book, instead);
        }
        Payer::Nobody => {
            return nothing(question, book, html! { p.notice { (visit.say("usage-choose-customer")) } });
        }
    };
    if question.by == By::Hour && question.day.is_none() {
        return nothing(question, book, html! { p.notice { (visit.say("usage-choose-day")) } });
    }
    let subscription = visit.office.subscriptions.get(&id).ok_or(Fault::NotFound)?;
    let read = reported::read(visit, &question, subscription)?;
    let whose = name::subscription(&visit.office, &id);
    let mut notes = vec![visit.tell("usage-rows-of", &[("subscription", whose.into())])];
    if let Some(day) = read.cut {
        notes.insert(0, visit.tell("usage-cut", &[("day", figure::day(day, visit.language).into())]));
    }
    if question.tenant.is_some() {
        notes.insert(0, visit.say("usage-no-tenant-in-rows"));
    }
    if let Some(complete) = read.complete {
        notes.push(visit.tell("usage-complete", &[("hour", figure::hour(complete, visit.language).into())]));
    }
    Ok(Answered { book, question, found: read.found, instead: None, notes })
}

fn several_customers(visit: &Visit<'_>, question: &Question, several: &[model::CustomerId]) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    Ok(html! {
        div.notice {
            p { (visit.say("usage-several-customers")) }
            ul { @for id in several {
                @let link = Question { whose: Some(Whose::Customer(id.clone())), ..question.clone() }.link(partner, "usage");
                li { a href=(link.text()) { (name::customer(&visit.office, visit.language, Some(id))) } " " code { (id) } }
            } }
        }
    })
}

fn show(visit: &Visit<'_>) -> Reply {
    let title = visit.say("usage-title");
    let answered = match answered(visit) {
        Err(Fault::Refused { code, message }) => {
            return page(Section::Usage, title, field::refusal(visit, &code, &message));
        }
        other => other?,
    };
    let partner = &visit.partner()?.id;
    let rows = &answered.found.rows;
    let pages = rows.len().div_ceil(PAGE_ROWS).max(1);
    let asked = visit.query.get("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1).clamp(1, pages);
    let shown = rows.iter().skip(asked.saturating_sub(1).saturating_mul(PAGE_ROWS)).take(PAGE_ROWS);
    let link = |page: &str| answered.question.link(partner, page);
    let body = html! {
        (form::form(visit, &answered.question, &answered.book)?)
        @if let Some(instead) = &answered.instead {
            (instead)
        } @else {
            (total(visit, &answered))
            @if rows.is_empty() {
                p { (visit.say("usage-nothing")) }
            } @else {
                @if asked == 1 { (picture(visit, &answered)?) }
                (rows_table(visit, &answered, shown)?)
                (table::pages(visit, asked, pages, |page| link("usage").with("page", page).text()))
                p {
                    a.button.quiet href=(link("usage.csv").text()) { (visit.say("usage-csv")) } " "
                    a.button.quiet href=(link("usage.parquet").text()) { (visit.say("usage-parquet")) }
                }
            }
            @if answered.has_quantity() { p.small { (visit.say("usage-cut-decimals")) } }
            @for note in &answered.notes { p.small { (note) } }
        }
    };
    page(Section::Usage, title, body)
}

fn total(visit: &Visit<'_>, answered: &Answered) -> Markup {
    let (question, found) = (&answered.question, &answered.found);
    let language = visit.language;
    let quantity =
        question.meter.as_ref().zip(found.quantity).map(|(meter, sum)| name::short_quantity(language, meter, sum));
    let period = question.day.map_or_else(|| figure::month(question.month, language), |day| figure::day(day, language));
    html! {
        @if !question.by.is_in_rows() {
            p.big { (figure::money(answered.book.money(found.minor), language)) }
        }
        @if let Some(quantity) = quantity { p { (quantity) } }
        p.small {
            (period) ". "
            (visit.tell("usage-as-of", &[("time", figure::moment(answered.book.as_of, language).into())]))
            @if answered.book.cells.is_moving { " " (visit.say("usage-moving")) }
        }
    }
}

/// Days beside each other, or the largest of everything else.
fn picture(visit: &Visit<'_>, answered: &Answered) -> Result<Markup, Fault> {
    let (question, book) = (&answered.question, &answered.book);
    let partner = &visit.partner()?.id;
    let title = visit.say(&format!("usage-by-{}", question.by.word()));
    let scale = money_scale(book);
    let link = |question: &Question| question.link(partner, "usage").text();
    let money = |minor: i128| figure::money(book.money(minor), visit.language);
    Ok(match question.by {
        By::Day if question.day.is_none() => {
            let points: Vec<Point> = days(question.month)
                .map(|day| {
                    let row = answered.found.rows.iter().find(|row| row.id == day.to_string());
                    let minor = row.and_then(|row| row.minor).unwrap_or_default();
                    let deeper = row.and_then(|row| row.deeper.as_ref()).map(link);
                    let name = figure::day(day, visit.language);
                    Point {
                        label: figure::day_of_month(day).to_string(),
                        name,
                        value: minor,
                        shown: money(minor),
                        link: deeper,
                    }
                })
                .collect();
            chart::columns(visit, &title, &scale, &points)
        }
        by if by.is_in_rows() => quantities(visit, answered, &title)?,
        _ => {
            let points: Vec<Point> = answered
                .found
                .rows
                .iter()
                .take(TOP)
                .map(|row| {
                    let minor = row.minor.unwrap_or_default();
                    let deeper = row.deeper.as_ref().map(link);
                    Point {
                        label: row.name.clone(),
                        name: row.name.clone(),
                        value: minor,
                        shown: money(minor),
                        link: deeper,
                    }
                })
                .collect();
            chart::bars(visit, &title, &scale, &points)
        }
    })
}

/// Quantities of one meter; those of several cannot be drawn together.
fn quantities(visit: &Visit<'_>, answered: &Answered, title: &str) -> Result<Markup, Fault> {
    /// Unit: decimals. What is smaller is not seen in a picture.
    const DECIMALS: u32 = 3;
    let Some(meter) = &answered.question.meter else { return Ok(html! {}) };
    let partner = &visit.partner()?.id;
    let is_hours = answered.question.by == By::Hour;
    let points: Vec<Point> = answered
        .found
        .rows
        .iter()
        .take(if is_hours { 25 } else { TOP })
        .map(|row| {
            // The last part of an address is what the resource is called.
            let short = row.name.rsplit('/').next().unwrap_or(&row.name);
            let label = row.id.get(11..13).unwrap_or(short).to_owned();
            let name = if is_hours { row.name.clone() } else { short.to_owned() };
            let link = row.deeper.as_ref().map(|question| question.link(partner, "usage").text());
            Point {
                label,
                name,
                value: steps(&row.quantity.to_string(), DECIMALS),
                shown: name::short_quantity(visit.language, meter, row.quantity),
                link,
            }
        })
        .collect();
    let scale = Scale { decimals: DECIMALS, unit: name::unit(visit.language, meter) };
    Ok(if is_hours {
        chart::columns(visit, title, &scale, &points)
    } else {
        chart::bars(visit, title, &scale, &points)
    })
}

/// A decimal as a whole number with so many decimals, cut.
fn steps(text: &str, decimals: u32) -> i128 {
    let places = usize::try_from(decimals).unwrap_or_default();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let kept: String = fraction.chars().take(places).collect();
    format!("{whole}{kept:0<places$}").parse().unwrap_or_default()
}

fn money_scale(book: &Book) -> Scale {
    let currency = book.cells.terms.currency;
    Scale { decimals: currency.decimals(), unit: currency.code().to_owned() }
}

fn days(month: Month) -> impl Iterator<Item = Day> {
    (month.days().start.0..month.days().end.0).map(Day)
}

fn rows_table<'a>(
    visit: &Visit<'_>,
    answered: &Answered,
    rows: impl Iterator<Item = &'a Row>,
) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let (language, by) = (visit.language, answered.question.by);
    let title = visit.say(&format!("usage-by-{}", by.word()));
    let mut columns = vec![table::words(visit.say(&format!("usage-{}", by.word())))];
    if by.is_in_rows() {
        columns.push(table::words(visit.say("usage-meter")));
    }
    if answered.has_quantity() {
        columns.push(table::figures(visit.say("usage-quantity")));
    }
    if !by.is_in_rows() {
        columns.push(table::figures(visit.say("usage-amount")));
        columns.push(table::figures(visit.say("usage-share")));
    }
    let cells = |row: &Row| {
        let link = row.deeper.as_ref().map(|question| question.link(partner, "usage"));
        let mut cells = vec![first(row, link)];
        if by.is_in_rows() {
            cells.push(html! { (row.meter.as_ref().map(name::meter).unwrap_or_default()) });
        }
        if answered.has_quantity() {
            cells.push(html! { (row.meter.as_ref().map(|meter| name::short_quantity(language, meter, row.quantity)).unwrap_or_default()) });
        }
        if let Some(minor) = row.minor {
            let share =
                share(minor, answered.found.minor).map(|share| format!("{}\u{a0}%", figure::decimal(&share, language)));
            cells.push(html! { (figure::money(answered.book.money(minor), language)) });
            cells.push(html! { (share.unwrap_or_default()) });
        }
        cells
    };
    let rows: Vec<Vec<Markup>> = rows.map(cells).collect();
    let mut last = vec![html! { (visit.say("usage-total")) }];
    if by.is_in_rows() {
        last.push(html! {});
    }
    if answered.has_quantity() {
        let whole = answered.question.meter.as_ref().zip(answered.found.quantity);
        last.push(html! { (whole.map(|(meter, sum)| name::short_quantity(language, meter, sum)).unwrap_or_default()) });
    }
    if !by.is_in_rows() {
        last.push(html! { (figure::money(answered.book.money(answered.found.minor), language)) });
        last.push(html! {});
    }
    let has_total = !by.is_in_rows() || answered.question.meter.is_some();
    Ok(table::table(&title, &columns, &rows, has_total.then_some(last.as_slice())))
}

/// The name of a row, which leads to its parts. Of an address the last part stands out, and the whole may break at each part.
fn first(row: &Row, link: Option<Link>) -> Markup {
    let short = row.name.rsplit('/').next().filter(|_| row.name.starts_with('/')).unwrap_or(&row.name);
    html! {
        @if let Some(link) = link { a href=(link.text()) { (short) } } @else { (short) }
        @if short != row.name {
            br;
            span.small { @for part in row.name.split('/').skip(1) { "/" wbr; (part) } }
        }
    }
}

#[cfg(test)]
mod tests;
