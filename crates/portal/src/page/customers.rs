//! Customers: to be drawn.

use crate::{
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] =
    &[get("/portal/partners/{partner}/customers", Access::Partner(READ_STATEMENTS), show)];

fn show(visit: &Visit<'_>) -> Reply {
    page(Section::Customers, visit.say("customers-title"), maud::html! {})
}
