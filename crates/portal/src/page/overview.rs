//! Overview: what a month comes to, and what needs attention.

use maud::html;

use crate::{
    field, figure,
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}", Access::Partner(READ_STATEMENTS), show)];

fn show(visit: &Visit<'_>) -> Reply {
    let month = visit.month()?;
    let months = visit.months()?;
    let book = visit.book(month)?;
    let body = html! {
        (field::month(visit, &months, month, &[]))
        p.big { (figure::money(book.total()?, visit.language)) }
    };
    page(Section::Overview, visit.say("overview-title"), body)
}
