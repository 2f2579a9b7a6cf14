//! Overview: what a month comes to, and what needs attention first.

mod attention;

pub(crate) use attention::LATE_HOURS;

use std::sync::Arc;

use maud::{Markup, html};
use model::{Day, Money, Month};

use crate::{
    book::Book,
    chart::{self, Point, Scale, Series, SeriesClass},
    fault::Fault,
    field, figure,
    link::Link,
    name,
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}", Access::Partner(READ_STATEMENTS), show)];

/// How many customers, stamps and meters are drawn.
const TOP: usize = 8;

fn show(visit: &Visit<'_>) -> Reply {
    let partner = visit.partner()?;
    let title = visit.say("overview-title");
    let months = visit.months()?;
    if visit.office.price_list_of(&partner.id).is_none() {
        let body = html! {
            @if months.is_empty() { (first_steps(visit)?) }
            p.notice.warn { (visit.say("overview-no-prices")) }
        };
        return page(Section::Overview, title, body);
    }
    if months.is_empty() {
        return page(Section::Overview, title, first_steps(visit)?);
    }
    let month = visit.month()?;
    let (book, before) = (visit.book(month)?, visit.book(figure::before(month))?);
    let body = html! {
        (field::month(visit, &months, month, &[]))
        (heads(visit, month, &book, &before)?)
        (attention::list(visit, month)?)
        h2 { (visit.say("overview-spend")) }
        div.columns {
            div { (by_day(visit, &book)?) }
            div { (cumulative(visit, month, &book, &before)?) }
        }
        h2 { (visit.say("overview-where")) }
        div.columns {
            div { (by_customer(visit, &book)?) }
            div { (by_stamp(visit, &book)?) (by_meter(visit, &book)?) }
        }
    };
    page(Section::Overview, title, body)
}

/// What to do when no usage has come in yet: the way from nothing to the first figures.
fn first_steps(visit: &Visit<'_>) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let has_stamp = visit.office.stamps.values().any(|stamp| visit.is_own(stamp));
    let is_registered = visit.office.registrations.iter().any(|one| {
        visit.office.stamps.get(&one.stamp).is_some_and(|stamp| visit.is_own(stamp)) && one.holds_on(visit.today())
    });
    let step = |done: bool, id: &str| {
        html! {
            li {
                @if done { span.tag.good { (visit.say("overview-step-done")) } } @else { span.tag.warn { (visit.say("overview-step-open")) } }
                " " (visit.say(id))
            }
        }
    };
    Ok(html! {
        div.card {
            h2 { (visit.say("overview-first")) }
            ol {
                (step(true, "overview-step-account"))
                (step(is_registered || has_stamp, "overview-step-register"))
                (step(is_registered, "overview-step-approve"))
                (step(false, "overview-step-bridge"))
            }
            p { a.button href=(Link::of(partner, "stamps").text()) { (visit.say("overview-to-stamps")) } }
            p.small { (visit.say("overview-first-help")) }
        }
    })
}

/// The scale of amounts.
fn scale(book: &Book) -> Scale {
    let currency = book.cells.terms.currency;
    Scale { decimals: currency.decimals(), unit: currency.code().to_owned() }
}

/// Where the usage explorer shows more.
fn usage(visit: &Visit<'_>, month: Month) -> Result<Link, Fault> {
    Ok(Link::of(&visit.partner()?.id, "usage").with("month", month))
}

/// The figures at the head: this month, the last one, and what this one may come to.
fn heads(visit: &Visit<'_>, month: Month, book: &Arc<Book>, before: &Arc<Book>) -> Result<Markup, Fault> {
    let language = visit.language;
    let total = book.total()?;
    let last_day = book.cells.cells.last().map(|cell| figure::day_of_month(cell.day)).unwrap_or_default();
    let days = before.days().iter().filter(|(day, _)| figure::day_of_month(*day) <= last_day);
    let until: i128 = days.map(|(_, sum)| sum.minor).sum();
    let then = figure::month(figure::before(month), language);
    let difference = Money { currency: total.currency, minor: total.minor.saturating_sub(until) };
    let whole_before = before.total()?;
    let whole_difference = Money { currency: total.currency, minor: total.minor.saturating_sub(whole_before.minor) };
    let forecast = visit.house.books.forecast(&visit.partner()?.id, month)?;
    let is_whole = forecast.frame.to_come.is_empty();
    Ok(html! {
        div.cards {
            div.card {
                h2.label { (visit.tell(if is_whole { "overview-whole" } else { "overview-so-far" }, &[("month", figure::month(month, language).into())])) }
                p.big { (figure::money(total, language)) }
                p.small {
                    (visit.tell("overview-as-of", &[("time", figure::moment(book.as_of, language).into())]))
                    @if book.cells.is_moving { " " (visit.say("overview-moving")) }
                }
            }
            div.card {
                @if is_whole {
                    h2.label { (then) }
                    p.big { (figure::money(whole_before, language)) }
                    p.small { (visit.tell("overview-difference-whole", &[("difference", figure::difference(whole_difference, language).into()), ("month", figure::month(month, language).into())])) }
                } @else {
                    h2.label { (visit.tell("overview-before", &[("month", then.into()), ("day", last_day.into())])) }
                    p.big { (figure::money(book.money(until), language)) }
                    p.small { (visit.tell("overview-difference", &[("difference", figure::difference(difference, language).into()), ("total", figure::money(whole_before, language).into())])) }
                }
            }
            @if let Some(outlook) = forecast.total.filter(|_| !is_whole) {
                div.card {
                    h2.label { (visit.say("overview-forecast")) }
                    p.big { (figure::money(outlook.middle, language)) }
                    p.small { (visit.tell("overview-forecast-range", &[("low", figure::money(outlook.low, language).into()), ("high", figure::money(outlook.high, language).into()), ("days", forecast.frame.days_had().into())])) }
                }
            }
        }
    })
}

fn by_day(visit: &Visit<'_>, book: &Book) -> Result<Markup, Fault> {
    let sums = book.days();
    let month = book.cells.month;
    let link = usage(visit, month)?;
    let points: Vec<Point> = days(month)
        .map(|day| {
            let minor = sums.iter().find(|(known, _)| *known == day).map_or(0, |(_, sum)| sum.minor);
            point(
                visit,
                book,
                figure::day_of_month(day).to_string(),
                figure::day(day, visit.language),
                minor,
                Some(link.clone().with("day", day).with("by", "customer").text()),
            )
        })
        .collect();
    Ok(chart::columns(visit, &visit.say("overview-by-day"), &scale(book), &points))
}

fn point(visit: &Visit<'_>, book: &Book, label: String, name: String, minor: i128, link: Option<String>) -> Point {
    Point { label, name, value: minor, shown: figure::money(book.money(minor), visit.language), link }
}

/// What had been spent by each day: this month, the one before, and the way to what this one may come to.
fn cumulative(visit: &Visit<'_>, month: Month, book: &Book, before: &Book) -> Result<Markup, Fault> {
    let language = visit.language;
    let last = book.cells.cells.last().map(|cell| cell.day);
    let this = growing(visit, book, last)?;
    let end = this.last().map(|point| (point.label.clone(), point.name.clone(), point.value));
    let mut series = vec![
        Series { name: figure::month(month, language), class: SeriesClass::ThisMonth, points: this },
        Series {
            name: figure::month(figure::before(month), language),
            class: SeriesClass::LastMonth,
            points: growing(visit, before, Some(Day(month.first_day().0.saturating_sub(1))))?,
        },
    ];
    let forecast = visit.house.books.forecast(&visit.partner()?.id, month)?;
    if let (Some(outlook), Some((label, name, value))) =
        (forecast.total.filter(|_| !forecast.frame.to_come.is_empty()), end)
    {
        let day = Day(month.days().end.0.saturating_sub(1));
        let points = vec![
            point(visit, book, label, name, value, None),
            point(
                visit,
                book,
                figure::day_of_month(day).to_string(),
                figure::day(day, language),
                outlook.middle.minor,
                None,
            ),
        ];
        series.push(Series { name: visit.say("overview-forecast"), class: SeriesClass::Forecast, points });
    }
    Ok(chart::lines(visit, &visit.say("overview-cumulative"), &scale(book), &series))
}

/// The sums of a month from its first day to each day, up to a last one.
fn growing(visit: &Visit<'_>, book: &Book, last: Option<Day>) -> Result<Vec<Point>, Fault> {
    let sums = book.days();
    let mut sum: i128 = 0;
    let Some(last) = last.filter(|_| !sums.is_empty()) else { return Ok(Vec::new()) };
    let points = days(book.cells.month).map(|day| {
        sum = sum.saturating_add(sums.iter().find(|(known, _)| *known == day).map_or(0, |(_, sum)| sum.minor));
        (day, sum)
    });
    let points = points.filter(|(day, _)| *day <= last);
    Ok(points
        .map(|(day, sum)| {
            point(visit, book, figure::day_of_month(day).to_string(), figure::day(day, visit.language), sum, None)
        })
        .collect())
}

/// The largest of some sums.
fn top<K>(mut sums: Vec<(K, i128)>) -> Vec<(K, i128)> {
    sums.sort_by_key(|(_, minor)| std::cmp::Reverse(*minor));
    sums.truncate(TOP);
    sums
}

fn by_customer(visit: &Visit<'_>, book: &Book) -> Result<Markup, Fault> {
    let sums = top(book.customers()?.into_iter().collect());
    let link = usage(visit, book.cells.month)?;
    let points: Vec<Point> = sums
        .into_iter()
        .map(|(customer, sum)| {
            let link =
                link.clone().with("customer", customer.map_or("own", model::CustomerId::as_str)).with("by", "meter");
            let name = name::customer(&visit.office, visit.language, customer);
            point(visit, book, name.clone(), name, sum, Some(link.text()))
        })
        .collect();
    let all = link.with("by", "customer").text();
    Ok(html! {
        (chart::bars(visit, &visit.say("overview-by-customer"), &scale(book), &points))
        p.small { a href=(all) { (visit.say("overview-all-customers")) } }
    })
}

fn by_stamp(visit: &Visit<'_>, book: &Book) -> Result<Markup, Fault> {
    let sums = top(book.stamps().map(|(stamp, sum)| (stamp, sum.minor)).collect());
    let link = usage(visit, book.cells.month)?;
    let points: Vec<Point> = sums
        .into_iter()
        .map(|(stamp, sum)| {
            let link = link.clone().with("stamp", stamp).with("by", "customer");
            let name = name::stamp(&visit.office, stamp);
            point(visit, book, name.clone(), name, sum, Some(link.text()))
        })
        .collect();
    Ok(chart::bars(visit, &visit.say("overview-by-stamp"), &scale(book), &points))
}

fn by_meter(visit: &Visit<'_>, book: &Book) -> Result<Markup, Fault> {
    let sums = top(book.meters().map(|(meter, sum)| (meter, sum.minor)).collect());
    let link = usage(visit, book.cells.month)?;
    let points: Vec<Point> = sums
        .into_iter()
        .map(|(meter, sum)| {
            let link = link.clone().with("meter", meter).with("by", "customer");
            let name = name::meter(meter);
            point(visit, book, name.clone(), name, sum, Some(link.text()))
        })
        .collect();
    Ok(chart::bars(visit, &visit.say("overview-by-meter"), &scale(book), &points))
}

/// The days of a month, one by one.
fn days(month: Month) -> impl Iterator<Item = Day> {
    (month.days().start.0..month.days().end.0).map(Day)
}
