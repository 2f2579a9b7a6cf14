//! Usage: to be drawn.

use crate::{
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}/usage", Access::Partner(READ_STATEMENTS), show)];

fn show(visit: &Visit<'_>) -> Reply {
    page(Section::Usage, visit.say("usage-title"), maud::html! {})
}
