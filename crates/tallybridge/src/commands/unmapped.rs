//! Unmapped: tenants whose usage falls to the default subscription because nobody mapped them.

use std::process::ExitCode;

use hub::Unmapped;
use model::{DirectoryId, MeterCatalogue, Money, Month, PartnerId};
use serde_json::json;

use crate::{
    DataFolder, PartnerMonth, Printing, house, names,
    output::{self, Column, Rows},
};

/// List the tenants whose usage the default subscription pays because nobody mapped them, or because what they are mapped to
/// cannot be charged: who, since when, what it costs, and what to do.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    of: PartnerMonth,
    /// Leave a tenant out, such as the operator's own directory. May be given several times.
    #[arg(long, value_name = "TENANT")]
    except: Vec<DirectoryId>,
    /// End with status 1 if there is any.
    #[arg(long)]
    fail: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let (partner, month) = options.of.find(&hub)?;
    let mut found = hub.unmapped(&partner, month)?;
    found.retain(|one| one.tenant.as_ref().is_none_or(|tenant| !options.except.contains(tenant)));
    if options.printing.json {
        let tenants: Vec<_> = found.iter().map(as_json).collect();
        output::json(&json!({ "partner": partner.as_str(), "month": month.to_string(), "tenants": tenants }))?;
    } else {
        show(&hub, &partner, month, &found);
    }
    Ok(if options.fail && !found.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(hub: &hub::Hub, partner: &PartnerId, month: Month, found: &[Unmapped]) {
    if found.is_empty() {
        output::print(&format!("Every tenant of partner {partner} that used anything in {month} is mapped."));
        return;
    }
    let office = hub.office();
    let mut rows = Rows::new(&[
        Column::Left("TENANT"),
        Column::Left("STAMP"),
        Column::Left("SINCE"),
        Column::Left("USED"),
        Column::Right("QUANTITY"),
        Column::Right("COST"),
    ]);
    for one in found {
        let tenant = one.tenant.as_ref().map_or("(not reported)", DirectoryId::as_str);
        let name = one.domain.as_deref().unwrap_or(tenant).to_owned();
        let mut head = [name, names::stamp(&office, &one.stamp), one.since.to_string()];
        for usage in &one.usage {
            let meter = MeterCatalogue::published().find(&usage.meter);
            let (name, unit) = meter.map_or(("?", "?"), |meter| (meter.name, meter.unit.word()));
            let cost = usage.cost.map_or_else(|| "?".to_owned(), Money::decimal);
            rows.add(head.into_iter().chain([name.to_owned(), format!("{} {unit}", usage.quantity), cost]));
            head = [const { String::new() }; 3];
        }
    }
    if let Some(total) = total(found) {
        rows.add(["Total", "", "", "", "", &total.decimal()]);
    }
    rows.print();
    output::print("");
    for one in found {
        let tenant = one.domain.as_deref().or(one.tenant.as_ref().map(DirectoryId::as_str)).unwrap_or("(not reported)");
        let cost = one.cost.map_or_else(|| "an unknown amount".to_owned(), |cost| cost.to_string());
        let stamp = names::stamp(&office, &one.stamp);
        output::print(&format!(
            "{tenant} on {stamp}: {cost}, because {}.\n  To do: {}.",
            one.rule.explain(),
            one.advice()
        ));
    }
}

/// What all of them cost; nothing when that of one is not known.
fn total(found: &[Unmapped]) -> Option<Money> {
    let mut costs = found.iter().map(|one| one.cost);
    let first = costs.next()??;
    costs.try_fold(first, |sum, cost| sum.checked_add(cost?).ok())
}

fn as_json(one: &Unmapped) -> serde_json::Value {
    let usage = one.usage.iter().map(|usage| {
        json!({
            "meter": usage.meter.as_str(), "quantity": usage.quantity.to_string(),
            "cost": usage.cost.map(Money::decimal),
        })
    });
    json!({
        "stamp": one.stamp.as_str(),
        "tenant": one.tenant.as_ref().map(DirectoryId::as_str),
        "domain": one.domain,
        "rule": one.rule.word(),
        "registration": one.registration.as_str(),
        "defaultSubscription": one.default_subscription.as_str(),
        "since": one.since.to_string(),
        "lastDay": one.last_day.to_string(),
        "rows": one.rows,
        "cost": one.cost.map(Money::decimal),
        "currency": one.cost.as_ref().map(|cost| cost.currency.code()),
        "usage": usage.collect::<Vec<_>>(),
        "candidates": one.candidates.iter().map(model::PayingSubscriptionId::as_str).collect::<Vec<_>>(),
        "toDo": one.advice(),
    })
}
