//! Held: rows that wait for a person, counted by reason, each reason with what to do about it.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::{CloudId, HeldReason, Hour, Stamp};

use crate::{
    fault::Fault,
    field, figure,
    link::Link,
    page::READ_STATEMENTS,
    reply::{Reply, Section, page},
    route::{Access, Route, get},
    table,
    visit::Visit,
};

pub(crate) const ROUTES: &[Route] = &[get("/portal/partners/{partner}/held", Access::Partner(READ_STATEMENTS), show)];

/// How many rows a page lists.
const PAGE_ROWS: usize = 50;
/// How many rows are read for a page: a stamp that reports nonsense may hold millions.
const ROWS_MAX: usize = 10_000;
/// How many stamps can be chosen from. Of more, only the one that was asked for is offered.
const STAMPS_MAX: usize = 200;
/// How much of a row is shown. Unit: characters.
const RAW_CHARACTERS_MAX: usize = 1_000;

fn show(visit: &Visit<'_>) -> Reply {
    let wish = Wish::read(visit)?;
    let found = find(visit, &wish)?;
    let reason = wish.reason.map(HeldReason::word);
    let address = |number: usize| {
        let link = Link::of(&visit.partner()?.id, "held");
        let link = link.with_some("stamp", wish.stamp.as_ref()).with_some("reason", reason);
        Ok::<_, Fault>(link.with("page", number).text())
    };
    let pages = found.matching.div_ceil(PAGE_ROWS).max(1);
    let links: Vec<String> = (1..=pages).map(address).collect::<Result<_, _>>()?;
    let link = |number: usize| links.get(number.saturating_sub(1)).cloned().unwrap_or_default();
    let body = html! {
        p { (visit.say("held-what")) }
        (filter(visit, &wish))
        @if found.is_cut { p.notice.warn { (visit.tell("held-more", &[("count", figure::count(ROWS_MAX, visit.language).into())])) } }
        @if found.reasons.is_empty() {
            p { (visit.say("held-nothing")) }
        } @else {
            h2 { (visit.say("held-by-reason")) }
            (reasons(visit, &found))
            h2 { (visit.say("held-rows")) }
            (rows(visit, &found))
            (table::pages(visit, wish.page, pages, link))
        }
    };
    page(Section::Held, visit.say("held-title"), body)
}

/// What is asked for.
struct Wish {
    stamp: Option<CloudId>,
    reason: Option<HeldReason>,
    /// From 1.
    page: usize,
}

impl Wish {
    fn read(visit: &Visit<'_>) -> Result<Self, Fault> {
        let stamp = match visit.query.get("stamp") {
            Some(sent) => {
                let id = CloudId::new(sent).map_err(|_| Fault::NotFound)?;
                let known = visit.office.stamps.get(&id).filter(|stamp| visit.is_own(stamp));
                Some(known.ok_or(Fault::NotFound)?.id.clone())
            }
            None => None,
        };
        let reason = match visit.query.get("reason") {
            Some(sent) => Some(HeldReason::from_word(sent).ok_or(Fault::NotFound)?),
            None => None,
        };
        let page = visit.query.get("page").map_or(Some(1), |sent| sent.parse().ok());
        let page = page.filter(|page| (1..=ROWS_MAX.div_ceil(PAGE_ROWS)).contains(page)).ok_or(Fault::NotFound)?;
        Ok(Self { stamp, reason, page })
    }
}

/// What was found.
#[derive(Default)]
struct Found {
    /// How many rows of each reason the chosen stamps hold.
    reasons: BTreeMap<HeldReason, usize>,
    /// How many of them have the chosen reason.
    matching: usize,
    /// Those of the page.
    rows: Vec<hub::HeldEntry>,
    /// Whether there are more than were read.
    is_cut: bool,
}

fn find(visit: &Visit<'_>, wish: &Wish) -> Result<Found, Fault> {
    let mut found = Found::default();
    let first = wish.page.saturating_sub(1).saturating_mul(PAGE_ROWS);
    let mut read = 0_usize;
    for stamp in own_stamps(visit).filter(|stamp| wish.stamp.as_ref().is_none_or(|wanted| *wanted == stamp.id)) {
        let walked = visit.hub().store().each_held(&stamp.id, Hour(0)..Hour(u32::MAX), &mut |entry| {
            if read == ROWS_MAX {
                found.is_cut = true;
                // An error is the only way to end a walk; it goes no further than the line below.
                return Err(hub::StoreError::Conflict("the held rows".to_owned()));
            }
            read = read.saturating_add(1);
            let count = found.reasons.entry(entry.row.reason).or_default();
            *count = count.saturating_add(1);
            if wish.reason.is_none_or(|reason| reason == entry.row.reason) {
                if found.matching >= first && found.rows.len() < PAGE_ROWS {
                    found.rows.push(entry);
                }
                found.matching = found.matching.saturating_add(1);
            }
            Ok(())
        });
        if found.is_cut {
            break;
        }
        walked?;
    }
    Ok(found)
}

fn own_stamps<'a>(visit: &'a Visit<'_>) -> impl Iterator<Item = &'a Stamp> {
    visit.office.stamps.values().filter(|stamp| visit.is_own(stamp))
}

fn filter(visit: &Visit<'_>, wish: &Wish) -> Markup {
    let mut stamps = vec![(String::new(), visit.say("held-every-stamp"))];
    stamps.extend(
        own_stamps(visit)
            .take(STAMPS_MAX)
            .chain(wish.stamp.iter().filter_map(|id| visit.office.stamps.get(id)))
            .map(|stamp| (stamp.id.to_string(), stamp.name.clone())),
    );
    stamps.dedup();
    let mut reasons = vec![(String::new(), visit.say("held-every-reason"))];
    reasons.extend(HeldReason::ALL.iter().map(|reason| (reason.word().to_owned(), words(visit, *reason))));
    let stamp = wish.stamp.as_ref().map(ToString::to_string).unwrap_or_default();
    let reason = wish.reason.map(HeldReason::word).unwrap_or_default();
    html! {
        form.pick method="get" data-submit-on-change {
            (field::choice("stamp", &visit.say("held-stamp"), &stamps, &stamp))
            (field::choice("reason", &visit.say("held-reason"), &reasons, reason))
            button.quiet { (visit.say("show")) }
        }
    }
}

fn words(visit: &Visit<'_>, reason: HeldReason) -> String {
    visit.say(&format!("held-reason-{}", reason.word()))
}

fn reasons(visit: &Visit<'_>, found: &Found) -> Markup {
    let columns = [
        table::words(visit.say("held-reason")),
        table::figures(visit.say("held-count")),
        table::words(visit.say("held-to-do")),
    ];
    let rows: Vec<Vec<Markup>> = found
        .reasons
        .iter()
        .map(|(reason, count)| {
            vec![
                html! { (words(visit, *reason)) },
                html! { (figure::count(count, visit.language)) },
                html! { (visit.say(&format!("held-advice-{}", advice(*reason)))) },
            ]
        })
        .collect();
    table::table(&visit.say("held-by-reason"), &columns, &rows, None)
}

/// Which advice fits a reason. Several have the same.
fn advice(reason: HeldReason) -> &'static str {
    match reason {
        HeldReason::Malformed | HeldReason::MalformedResource | HeldReason::BadId | HeldReason::BadTime => "shape",
        HeldReason::CrossesDay => "day",
        HeldReason::Future => "clock",
        HeldReason::NotANumber | HeldReason::NumberTooLong | HeldReason::TooPrecise | HeldReason::TooLarge => "number",
        HeldReason::Negative => "negative",
        HeldReason::UnknownMeter => "meter",
        HeldReason::Conflict => "conflict",
    }
}

fn rows(visit: &Visit<'_>, found: &Found) -> Markup {
    let columns = [
        table::words(visit.say("held-window")),
        table::words(visit.say("held-stamp")),
        table::words(visit.say("held-reason")),
        table::words(visit.say("held-detail")),
        table::words(visit.say("held-row")),
    ];
    let rows: Vec<Vec<Markup>> = found
        .rows
        .iter()
        .map(|entry| {
            vec![
                html! { (figure::hour(entry.hour, visit.language)) },
                html! { (crate::name::stamp(&visit.office, &entry.stamp)) },
                html! { (words(visit, entry.row.reason)) },
                html! { (short(&entry.row.detail)) },
                html! { details { summary { (visit.say("held-as-sent")) } code { (short(&entry.row.raw)) } } },
            ]
        })
        .collect();
    table::table(&visit.say("held-rows"), &columns, &rows, None)
}

/// As much of a text as is shown.
fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(RAW_CHARACTERS_MAX).collect();
    if shown.len() < text.len() {
        shown.push('\u{2026}');
    }
    shown
}

#[cfg(test)]
mod tests;
