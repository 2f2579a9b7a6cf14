//! Access: to be drawn.

use crate::{
    page::READ_ACCESS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}/access", Access::Partner(READ_ACCESS), show)];

fn show(visit: &Visit<'_>) -> Reply {
    page(Section::Access, visit.say("access-title"), maud::html! {})
}
