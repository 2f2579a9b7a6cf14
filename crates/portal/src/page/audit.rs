//! Audit: to be drawn.

use crate::{
    page::READ_AUDIT,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}/audit", Access::Partner(READ_AUDIT), show)];

fn show(visit: &Visit<'_>) -> Reply {
    page(Section::Audit, visit.say("audit-title"), maud::html! {})
}
