//! Frame: what stands around every page: the head of the document, the menu, and the switches for language and colours.

use hub::access;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::{Partner, PartnerId};

use crate::{
    asset,
    dispatch::FORM_TOKEN,
    fault::Fault,
    field,
    language::{Language, Theme},
    link::Link,
    page::READ,
    reply::{Page, Section},
    session::Notice,
    visit::Visit,
};

/// The entries of the menu, with their addresses below a partner and the action that shows them.
const MENU: &[(Section, &str, &str)] = &[
    (Section::Overview, "", crate::page::READ_STATEMENTS),
    (Section::Usage, "usage", crate::page::READ_STATEMENTS),
    (Section::Customers, "customers", crate::page::READ_STATEMENTS),
    (Section::Stamps, "stamps", crate::page::READ),
    (Section::Invoices, "invoices", crate::page::READ_INVOICES),
    (Section::Prices, "prices", crate::page::READ_STATEMENTS),
    (Section::Held, "held", crate::page::READ_STATEMENTS),
    (Section::Audit, "audit", crate::page::READ_AUDIT),
    (Section::Access, "access", crate::page::READ_ACCESS),
    (Section::Settings, "settings", crate::page::READ),
];

/// A page with the menu around it.
pub(crate) fn whole(visit: &Visit<'_>, page: &Page, notice: Option<&Notice>) -> Markup {
    let body = html! {
        a.skip href="#content" { (visit.say("skip-to-content")) }
        header.top {
            a.brand href="/portal" { (sign()) span { "Tallybridge" } }
            @if let Some(partner) = visit.partner.as_ref().and_then(|id| visit.office.partners.get(id)) {
                (whose(visit, partner))
            }
            (person(visit))
        }
        div.house {
            @if let Some(partner) = &visit.partner { (menu(visit, partner, page.section)) }
            main #content tabindex="-1" {
                @if let Some(notice) = notice { (said(notice)) }
                h1 { (page.title) }
                (page.body)
            }
        }
        (foot(visit))
    };
    document(visit, &page.title, "whole", &body)
}

/// A page without the menu: sign-in and what nobody may see.
pub(crate) fn bare(visit: &Visit<'_>, page: &Page) -> Markup {
    let body = html! {
        header.top { a.brand href="/portal" { (sign()) span { "Tallybridge" } } }
        main #content tabindex="-1" { h1 { (page.title) } (page.body) }
        (foot(visit))
    };
    document(visit, &page.title, "bare", &body)
}

/// The page of a fault: what is wrong and what to do.
pub(crate) fn fault(visit: &Visit<'_>, fault: &Fault) -> Markup {
    let name = match fault {
        Fault::NotFound => "not-found",
        Fault::Forbidden => "forbidden",
        Fault::SignIn => "sign-in-again",
        Fault::Bad(_) => "bad",
        Fault::Forged => "forged",
        Fault::Method => "method",
        Fault::Refused { .. } => "refused",
        Fault::Failed(_) => "failed",
    };
    let title = visit.say(&format!("fault-{name}"));
    let detail = match fault {
        Fault::Bad(reason) => html! { p { (reason) } },
        Fault::Refused { code, message } => field::refusal(visit, code, message),
        _ => html! { p { (visit.say(&format!("fault-{name}-what"))) } },
    };
    let body = html! {
        (detail)
        p { a.button href="/portal" { (visit.say("to-the-start")) } }
    };
    bare(visit, &Page { title, section: Section::None, body })
}

fn document(visit: &Visit<'_>, title: &str, class: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(visit.language.tag()) data-theme=(visit.theme.word()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(scheme(visit.theme));
                title { (title) " · Tallybridge" }
                link rel="icon" href=(asset::address("sign.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(asset::address("style.css"));
                script src=(asset::address("script.js")) defer {}
            }
            body class=(class) { (body) }
        }
    }
}

fn scheme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// The sign of the house: a bridge over three tally marks.
fn sign() -> Markup {
    html! {
        (PreEscaped("<svg class=\"sign\" viewBox=\"0 0 32 32\" width=\"28\" height=\"28\" aria-hidden=\"true\" focusable=\"false\"><path d=\"M3 21c4-11 22-11 26 0\"/><path d=\"M3 26h26M10 15v11M16 12.8V26M22 15v11\"/></svg>"))
    }
}

/// The partner, and the others that the person may look at.
fn whose(visit: &Visit<'_>, partner: &Partner) -> Markup {
    let others = partners(visit);
    html! {
        @if others.len() > 1 {
            details.whose {
                summary { (partner.name) }
                ul { @for other in &others { li {
                    a href=(Link::of(&other.id, "").text()) aria-current=[(other.id == partner.id).then_some("true")] { (other.name) }
                } } }
            }
        } @else {
            span.whose { (partner.name) }
        }
    }
}

/// The partners whose pages a person may open.
pub(crate) fn partners<'a>(visit: &'a Visit<'_>) -> Vec<&'a Partner> {
    let Some(guest) = &visit.guest else { return Vec::new() };
    let may = |id: &PartnerId| {
        crate::route::partner_scope(id.as_str())
            .is_some_and(|scope| access::allows(&visit.office, &guest.principal.id, READ, &scope))
    };
    visit.office.partners.values().filter(|one| may(&one.id)).collect()
}

fn person(visit: &Visit<'_>) -> Markup {
    html! {
        @if let Some(guest) = &visit.guest {
            form.person method="post" action="/portal/sign-out" {
                span.name title=(guest.principal.name) { (guest.principal.name) }
                input type="hidden" name=(FORM_TOKEN) value=(guest.session.form_token);
                button.quiet { (visit.say("sign-out")) }
            }
        }
    }
}

fn menu(visit: &Visit<'_>, partner: &PartnerId, section: Section) -> Markup {
    html! {
        details.menu open {
            summary { (visit.say("menu")) }
            nav aria-label=(visit.say("menu")) {
                ul {
                    @for (entry, path, _) in MENU.iter().filter(|(_, _, action)| visit.may(action)) {
                        li {
                            a href=(Link::of(partner, path).text()) aria-current=[(*entry == section).then_some("page")] {
                                (visit.say(&format!("menu-{}", entry.word())))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn said(notice: &Notice) -> Markup {
    html! {
        @if notice.wrong {
            p.notice.wrong role="alert" { (notice.text) }
        } @else {
            p.notice role="status" { (notice.text) }
        }
    }
}

/// The switches for language and colours. They are forms, so that they work without script.
fn foot(visit: &Visit<'_>) -> Markup {
    html! {
        footer.foot {
            form method="post" action="/portal/preferences" {
                input type="hidden" name="next" value=(visit.target);
                fieldset {
                    legend { (visit.say("language")) }
                    @for language in Language::ALL {
                        button.quiet name="language" value=(language.tag()) lang=(language.tag())
                            aria-pressed=(if language == visit.language { "true" } else { "false" }) { (language.own_name()) }
                    }
                }
                fieldset {
                    legend { (visit.say("theme")) }
                    @for theme in Theme::ALL {
                        button.quiet name="theme" value=(theme.word())
                            aria-pressed=(if theme == visit.theme { "true" } else { "false" }) {
                            (visit.say(&format!("theme-{}", theme.word())))
                        }
                    }
                }
            }
            p { (visit.say("times-are-utc")) }
        }
    }
}
