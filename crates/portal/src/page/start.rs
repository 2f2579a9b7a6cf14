//! Start: where the portal begins for a person: at the only partner that it may look at, or at a choice of them.

use maud::html;

use crate::{
    frame,
    link::Link,
    reply::{Answer, Page, Reply, Section},
    route::{Access, Route, get},
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal", Access::SignedIn, show)];

fn show(visit: &Visit<'_>) -> Reply {
    let partners = frame::partners(visit);
    let is_new = partners.is_empty();
    if let [only] = partners.as_slice() {
        return Ok(Answer::Go(Link::of(&only.id, "").text()));
    }
    let body = html! {
        @if is_new && !super::first::may(visit) {
            p { (visit.say("start-nothing")) }
        }
        @if !is_new {
            p { (visit.say("start-choose")) }
            ul.choices { @for partner in partners { li { a href=(Link::of(&partner.id, "").text()) { (partner.name) } " " span.small { (partner.id) } } } }
        }
        @if super::first::may(visit) {
            @if is_new { p { (visit.say("start-first")) } }
            p { a.button href="/portal/first" { (visit.say("start-make")) } }
        }
    };
    Ok(Answer::Page(Page { title: visit.say("start-title"), section: Section::None, body }))
}
