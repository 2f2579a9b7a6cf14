//! Prices: to be drawn.

use crate::{
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}/prices", Access::Partner(READ_STATEMENTS), show)];

fn show(visit: &Visit<'_>) -> Reply {
    page(Section::Prices, visit.say("prices-title"), maud::html! {})
}
