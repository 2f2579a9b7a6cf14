//! Form: what can be picked. Everything stands in the address, so the form changes nothing.

use maud::{Markup, html};
use model::{CustomerId, MeterId, Month};

use super::question::{By, OWN, Question, Whose, customers};
use crate::{book::Book, fault::Fault, field, figure, link::Link, name, visit::Visit};

/// How many names of customers are suggested.
const SUGGESTED_MAX: usize = 50;

pub(super) fn form(visit: &Visit<'_>, question: &Question, book: &Book) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let months = visit.months()?;
    let day = question.day.map(|day| day.to_string()).unwrap_or_default();
    let tag = question.tag.as_ref().map(|tag| format!("{}={}", tag.key, tag.value)).unwrap_or_default();
    let of = |id: Option<&str>| id.unwrap_or_default().to_owned();
    let subscription = of(question.subscription.as_ref().map(model::PayingSubscriptionId::as_str));
    let tenant = of(question.tenant.as_ref().map(model::DirectoryId::as_str));
    let resource = of(question.resource.as_deref());
    let has_more = [&day, &subscription, &tenant, &resource, &tag].iter().any(|text| !text.is_empty());
    Ok(html! {
        form method="get" action=(Link::of(partner, "usage").text()) {
            div.pick {
                (month(visit, &months, question.month))
                (customer(visit, question))
                (stamp(visit, question))
                (meter(visit, question, book))
                (by(visit, question))
                button.main { (visit.say("show")) }
                a.button.quiet href=(Link::of(partner, "usage").with("month", question.month).text()) { (visit.say("usage-all")) }
            }
            details open[has_more] {
                summary { (visit.say("usage-more")) }
                div.pick {
                    (day_field(visit, question.month, &day))
                    (field::text("subscription", &visit.say("usage-subscription-id"), "text", &subscription))
                    (field::text("tenant", &visit.say("usage-tenant-id"), "text", &tenant))
                    (field::text("resource", &visit.say("usage-resource-part"), "text", &resource))
                    (field::text("tag", &visit.say("usage-tag"), "text", &tag))
                }
                p.small { (visit.say("usage-more-what")) }
            }
        }
    })
}

fn month(visit: &Visit<'_>, months: &[Month], chosen: Month) -> Markup {
    let mut all: Vec<Month> = months.to_vec();
    if !all.contains(&chosen) {
        all.push(chosen);
    }
    let options: Vec<(String, String)> =
        all.iter().rev().map(|month| (month.to_string(), figure::month(*month, visit.language))).collect();
    field::choice("month", &visit.say("month"), &options, &chosen.to_string())
}

fn day_field(visit: &Visit<'_>, month: Month, day: &str) -> Markup {
    let days = month.days();
    html! {
        div.field {
            label for="day" { (visit.say("usage-day")) }
            input id="day" name="day" type="date" value=(day) min=(days.start) max=(model::Day(days.end.0.saturating_sub(1)));
        }
    }
}

fn customer(visit: &Visit<'_>, question: &Question) -> Markup {
    let own = customers(visit);
    // A name stands for its customer where no other has it.
    let shown = |id: &CustomerId| {
        let name = name::customer(&visit.office, visit.language, Some(id));
        let is_one = own.iter().filter(|customer| customer.name == name).count() == 1;
        if is_one { name } else { id.to_string() }
    };
    let value = match &question.whose {
        Some(Whose::Customer(id)) => shown(id),
        Some(Whose::Own) => name::customer(&visit.office, visit.language, None),
        None => visit.query.get("customer").unwrap_or_default().to_owned(),
    };
    html! {
        div.field {
            label for="customer" { (visit.say("usage-customer")) }
            input id="customer" name="customer" type="text" value=(value) list="customers" maxlength="512" autocomplete="off";
            datalist id="customers" {
                option value=(OWN) label=(name::customer(&visit.office, visit.language, None)) {}
                @for customer in own.iter().take(SUGGESTED_MAX.saturating_sub(1)) { option value=(customer.name) {} }
            }
        }
    }
}

fn stamp(visit: &Visit<'_>, question: &Question) -> Markup {
    let mut options = vec![(String::new(), visit.say("usage-every-stamp"))];
    let own = visit.office.stamps.values().filter(|stamp| visit.is_own(stamp));
    options.extend(own.map(|stamp| (stamp.id.to_string(), name::stamp(&visit.office, &stamp.id))));
    let chosen = question.stamp.as_ref().map(ToString::to_string).unwrap_or_default();
    if !options.iter().any(|(id, _)| *id == chosen)
        && let Some(id) = &question.stamp
    {
        options.push((chosen.clone(), name::stamp(&visit.office, id)));
    }
    field::choice("stamp", &visit.say("usage-stamp"), &options, &chosen)
}

fn meter(visit: &Visit<'_>, question: &Question, book: &Book) -> Markup {
    // The id as the book has it, so that it is found again in whatever way it was sent.
    let known = question.meter.as_ref().map(|id| book.cells.meters.iter().find(|known| *known == id).unwrap_or(id));
    let mut meters: Vec<(String, &MeterId)> = book.cells.meters.iter().map(|id| (name::meter(id), id)).collect();
    meters.extend(known.filter(|id| !book.cells.meters.contains(id)).map(|id| (name::meter(id), id)));
    meters.sort();
    let mut options = vec![(String::new(), visit.say("usage-every-meter"))];
    options.extend(meters.into_iter().map(|(name, id)| (id.to_string(), name)));
    field::choice("meter", &visit.say("usage-meter"), &options, known.map(MeterId::as_str).unwrap_or_default())
}

fn by(visit: &Visit<'_>, question: &Question) -> Markup {
    let options: Vec<(String, String)> =
        By::ALL.iter().map(|by| (by.word().to_owned(), visit.say(&format!("usage-by-{}", by.word())))).collect();
    field::choice("by", &visit.say("usage-by"), &options, question.by.word())
}
