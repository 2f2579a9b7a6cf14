//! Attention: what a partner should look at first, with what it costs and where it is mended.

use std::collections::BTreeMap;

use hub::Reporting;
use maud::{Markup, html};
use model::{CloudId, Hour, Month};

use crate::{fault::Fault, figure, link::Link, name, page::customers, visit::Visit};

/// How far a stamp may be behind before somebody should look. Unit: hours.
pub(crate) const LATE_HOURS: u32 = 6;
/// How many tenants without a mapping are listed.
const TENANTS_MAX: usize = 10;
/// How many held rows of a stamp are counted. Unit: rows.
const HELD_MAX: u64 = 1_000;

/// Something to look at.
struct Item {
    what: String,
    amount: Option<String>,
    /// Whether it is worse than late.
    is_bad: bool,
    /// What leads to where it is mended.
    link: (String, String),
}

/// The list.
pub(super) fn list(visit: &Visit<'_>, month: Month) -> Result<Markup, Fault> {
    let mut items = Vec::new();
    items.extend(unmapped(visit, month)?);
    items.extend(held(visit)?);
    items.extend(late(visit)?);
    items.extend(to_close(visit)?);
    items.extend(budgets(visit, month)?);
    Ok(html! {
        h2 { (visit.say("overview-attention")) }
        @if items.is_empty() {
            p.notice { (visit.say("overview-nothing")) }
        } @else {
            ul.attention { @for item in &items {
                li class=[item.is_bad.then_some("bad")] {
                    span.what { (item.what) }
                    @if let Some(amount) = &item.amount { span.amount { (amount) } }
                    a.button.quiet href=(item.link.0) { (item.link.1) }
                }
            } }
        }
    })
}

/// Usage on the default subscription that belongs to tenants that nobody mapped.
fn unmapped(visit: &Visit<'_>, month: Month) -> Result<Vec<Item>, Fault> {
    let partner = &visit.partner()?.id;
    let found = visit.house.books.unmapped(partner, month)?;
    let mut found: Vec<_> = found.iter().collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.cost.map_or(0, |cost| cost.minor)));
    let more = found.len().saturating_sub(TENANTS_MAX);
    let mut items: Vec<Item> = found
        .into_iter()
        .take(TENANTS_MAX)
        .map(|one| {
            let tenant = name::tenant(&visit.office, visit.language, one.tenant.as_ref());
            let stamp = name::stamp(&visit.office, &one.stamp);
            let since = figure::day(one.since, visit.language);
            let link = match &one.tenant {
                Some(tenant) => customers::map_link(partner, &one.stamp, tenant, one.since.max(month.first_day())),
                None => Link::of(partner, "customers"),
            };
            Item {
                what: visit.tell(
                    "overview-unmapped",
                    &[("tenant", tenant.clone().into()), ("stamp", stamp.into()), ("since", since.into())],
                ),
                amount: one.cost.map(|cost| figure::money(cost, visit.language)),
                is_bad: true,
                link: (link.text(), visit.tell("overview-map", &[("tenant", tenant.into())])),
            }
        })
        .collect();
    if more > 0 {
        items.push(Item {
            what: visit.tell("overview-unmapped-more", &[("count", more.into())]),
            amount: None,
            is_bad: true,
            link: (
                Link::of(partner, "customers").with("month", month).with("show", "unmapped").text(),
                visit.say("overview-all-unmapped"),
            ),
        });
    }
    Ok(items)
}

/// Rows that are held, by stamp.
fn held(visit: &Visit<'_>) -> Result<Vec<Item>, Fault> {
    let partner = &visit.partner()?.id;
    let mut counts: BTreeMap<&CloudId, u64> = BTreeMap::new();
    for stamp in visit.office.stamps.values().filter(|stamp| visit.is_own(stamp)) {
        let mut count: u64 = 0;
        // Reading ends as soon as there are more than anybody would count.
        let read = visit.hub().store().each_held(&stamp.id, Hour(0)..Hour(u32::MAX), &mut |_| {
            count = count.saturating_add(1);
            if count > HELD_MAX { Err(hub::StoreError::Conflict(String::new())) } else { Ok(()) }
        });
        match read {
            Err(hub::StoreError::Conflict(_)) | Ok(()) if count > 0 => drop(counts.insert(&stamp.id, count)),
            other => other?,
        }
    }
    Ok(counts
        .into_iter()
        .map(|(stamp, count)| {
            let name = name::stamp(&visit.office, stamp);
            let id = if count > HELD_MAX { "overview-held-many" } else { "overview-held" };
            Item {
                what: visit.tell(id, &[("count", count.min(HELD_MAX).into()), ("stamp", name.into())]),
                amount: None,
                is_bad: false,
                link: (Link::of(partner, "held").with("stamp", stamp).text(), visit.say("overview-to-held")),
            }
        })
        .collect())
}

/// Stamps that are late, or cannot deliver.
fn late(visit: &Visit<'_>) -> Result<Vec<Item>, Fault> {
    let partner = &visit.partner()?.id;
    let mut items = Vec::new();
    for standing in visit.hub().standings()?.into_iter().filter(|one| visit.is_own(&one.stamp)) {
        let id = match standing.reporting {
            Reporting::On if standing.registration.is_some() && standing.lag_hours > LATE_HOURS => "overview-late",
            Reporting::On | Reporting::Off => continue,
            Reporting::Unregistered => "overview-unregistered",
            Reporting::Reset => "overview-reset",
            Reporting::Expired => "overview-expired",
        };
        let watermark = figure::hour(standing.watermark, visit.language);
        let what = visit.tell(
            id,
            &[
                ("stamp", standing.stamp.name.clone().into()),
                ("hours", standing.lag_hours.into()),
                ("since", watermark.into()),
            ],
        );
        let link = Link::of(partner, "stamps").part(standing.stamp.id.as_str()).text();
        items.push(Item { what, amount: None, is_bad: standing.overdue, link: (link, visit.say("overview-to-stamp")) });
    }
    Ok(items)
}

/// Months that are over and were never closed.
fn to_close(visit: &Visit<'_>) -> Result<Vec<Item>, Fault> {
    let partner = &visit.partner()?.id;
    if !visit.may(crate::page::READ_INVOICES) {
        return Ok(Vec::new());
    }
    let issued = visit.house.archive.issued(partner)?;
    let now = visit.today().month();
    let open = visit.months()?.into_iter().filter(|month| *month < now && issued.iter().all(|one| one.month < *month));
    Ok(open
        .map(|month| Item {
            what: visit.tell("overview-open", &[("month", figure::month(month, visit.language).into())]),
            amount: None,
            is_bad: false,
            link: (Link::of(partner, "invoices/close").with("month", month).text(), visit.say("overview-to-close")),
        })
        .collect())
}

/// Budgets that reached a threshold.
fn budgets(visit: &Visit<'_>, month: Month) -> Result<Vec<Item>, Fault> {
    let partner = &visit.partner()?.id;
    if !visit.office.budgets.values().any(|budget| budget.partner == *partner) {
        return Ok(Vec::new());
    }
    let standings = visit.house.books.budgets(partner, month)?;
    Ok(standings
        .iter()
        .filter_map(|standing| {
            let reached = standing.reached.iter().max()?;
            let whose = name::customer(&visit.office, visit.language, standing.budget.customer.as_ref());
            Some(Item {
                what: visit.tell(
                    "overview-budget",
                    &[
                        ("budget", standing.budget.id.to_string().into()),
                        ("whose", whose.into()),
                        ("share", figure::decimal(&reached.to_string(), visit.language).into()),
                        ("amount", figure::money(standing.budget.amount, visit.language).into()),
                    ],
                ),
                amount: Some(figure::money(standing.spent, visit.language)),
                is_bad: false,
                link: (Link::of(partner, "settings").text(), visit.say("overview-to-budgets")),
            })
        })
        .collect())
}
