//! Settings: to be drawn.

use crate::{
    page::READ,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}/settings", Access::Partner(READ), show)];

fn show(visit: &Visit<'_>) -> Reply {
    page(Section::Settings, visit.say("settings-title"), maud::html! {})
}
