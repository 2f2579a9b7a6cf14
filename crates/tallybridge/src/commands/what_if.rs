//! What if: what a change would be worth, before anybody makes it.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use hub::{Supposition, WhatIf};
use model::{BillingModel, CustomerId, Day, DirectoryId, Money, Month, Office, PartnerId, PayingSubscriptionId};
use serde_json::json;

use crate::{
    DataFolder, Printing, house, names,
    output::{self, Column, Rows},
    price_file,
};

/// Say what a change would make of each month: other prices, another mapping, another billing model. Nothing is written.
///
/// What is due as things are is compared with what would be due. For a closed month the next close would bring the
/// difference as lines of adjustment.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("supposed").required(true).multiple(true))]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The partner that is invoiced; not needed when there is only one.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    /// Only this month, such as 2026-10.
    #[arg(long, value_parser = Month::parse)]
    month: Option<Month>,
    /// The partner is charged by the list in this folder.
    #[arg(long, value_name = "FOLDER", group = "supposed")]
    prices: Option<PathBuf>,
    /// A tenant, by id or domain, is mapped to a subscription. Without a day it is from the first day of --month on, or from
    /// today. May be given several times.
    #[arg(long, value_name = "TENANT=SUBSCRIPTION[@DAY]", group = "supposed")]
    map: Vec<String>,
    /// A tenant's usage goes to the default subscription again. May be given several times.
    #[arg(long, value_name = "TENANT[@DAY]", group = "supposed")]
    unmap: Vec<String>,
    /// All registrations are of another billing model, as if they always had been: PayAsYouUse, Capacity, Development, Custom
    /// or Ruggedized.
    #[arg(long, value_name = "MODEL", group = "supposed")]
    model: Option<String>,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let partner = house::partner(&hub, options.partner.as_ref())?;
    let today = hub.now().day().unwrap_or(Day(0));
    let suppositions = suppositions(options, &hub.office(), today)?;
    let answer = hub.what_if(&partner, &suppositions, options.month)?;
    if options.printing.json {
        output::json(&as_json(&partner, &answer))?;
    } else {
        show(&hub.office(), &partner, &answer);
    }
    Ok(ExitCode::SUCCESS)
}

fn suppositions(options: &Options, office: &Office, today: Day) -> anyhow::Result<Vec<Supposition>> {
    let first = options.month.map_or(today, Month::first_day);
    let mut all = Vec::new();
    if let Some(folder) = &options.prices {
        let list = price_file::read_folder(folder);
        let list = list.map_err(|faults| anyhow::anyhow!("read the price list in {}:\n{faults}", folder.display()))?;
        all.push(Supposition::Prices(Box::new(list)));
    }
    for text in &options.map {
        let (what, from) = dated(text, first)?;
        let (tenant, subscription) = what
            .split_once('=')
            .with_context(|| format!("--map {text}: write it as TENANT=SUBSCRIPTION or TENANT=SUBSCRIPTION@DAY"))?;
        let subscription = PayingSubscriptionId::new(subscription).with_context(|| format!("--map {text}"))?;
        all.push(Supposition::Map { tenant: tenant_named(office, tenant)?, subscription, stamp: None, from });
    }
    for text in &options.unmap {
        let (tenant, from) = dated(text, first)?;
        all.push(Supposition::Unmap { tenant: tenant_named(office, tenant)?, stamp: None, from });
    }
    if let Some(word) = &options.model {
        let model = BillingModel::from_word(word).with_context(|| {
            format!("--model {word}: it is PayAsYouUse, Capacity, Development, Custom or Ruggedized")
        })?;
        all.push(Supposition::Model(model));
    }
    Ok(all)
}

/// A text with its day, which stands behind `@`.
fn dated(text: &str, first: Day) -> anyhow::Result<(&str, Day)> {
    match text.rsplit_once('@') {
        Some((what, day)) => Ok((what, Day::parse(day).with_context(|| format!("the day of {text}"))?)),
        None => Ok((text, first)),
    }
}

fn tenant_named(office: &Office, text: &str) -> anyhow::Result<DirectoryId> {
    let by_domain = office.directories.values().find(|one| one.domain.eq_ignore_ascii_case(text));
    if let Some(found) = by_domain {
        return Ok(found.id.clone());
    }
    if !model::is_guid(text) {
        bail!("no directory has the id or the domain {text}: `tallybridge catalog show` lists them");
    }
    Ok(DirectoryId::new(text)?)
}

fn difference(before: Option<Money>, after: Option<Money>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => {
            after.checked_add(before.negated()).map_or_else(|_| "(currencies differ)".to_owned(), Money::decimal)
        }
        (None, Some(after)) => after.decimal(),
        (Some(before), None) => before.negated().decimal(),
        (None, None) => String::new(),
    }
}

fn show(office: &Office, partner: &PartnerId, answer: &WhatIf) {
    output::print(&format!("What partner {partner} would owe. Nothing was written.\n"));
    let mut rows = Rows::new(&[
        Column::Left("MONTH"),
        Column::Left(""),
        Column::Right("DUE NOW"),
        Column::Right("WOULD BE"),
        Column::Right("DIFFERENCE"),
        Column::Right("INVOICED"),
    ]);
    for effect in &answer.months {
        let state = if effect.closed { "closed" } else { "open" };
        rows.add([
            effect.month.to_string(),
            state.to_owned(),
            effect.before.to_string(),
            effect.after.to_string(),
            difference(Some(effect.before), Some(effect.after)),
            effect.invoiced.to_string(),
        ]);
    }
    rows.print();
    if answer.customers.is_empty() {
        output::print("\nNo customer's month would cost anything else.");
        return;
    }
    output::print("");
    let mut rows = Rows::new(&[
        Column::Left("MONTH"),
        Column::Left("CUSTOMER"),
        Column::Right("NOW"),
        Column::Right("WOULD BE"),
        Column::Right("DIFFERENCE"),
    ]);
    let text = |money: Option<Money>| money.map_or_else(|| "-".to_owned(), |money| money.to_string());
    for one in &answer.customers {
        rows.add([
            one.month.to_string(),
            names::customer(office, one.customer.as_ref()),
            text(one.before),
            text(one.after),
            difference(one.before, one.after),
        ]);
    }
    rows.print();
}

fn as_json(partner: &PartnerId, answer: &WhatIf) -> serde_json::Value {
    let money = |money: Money| json!({ "amount": money.decimal(), "currency": money.currency.code() });
    let months = answer.months.iter().map(|effect| {
        json!({
            "month": effect.month.to_string(), "closed": effect.closed, "before": money(effect.before),
            "after": money(effect.after), "invoiced": money(effect.invoiced),
            "unpricedBefore": effect.unpriced_before, "unpricedAfter": effect.unpriced_after,
        })
    });
    let customers = answer.customers.iter().map(|one| {
        json!({
            "month": one.month.to_string(), "customer": one.customer.as_ref().map(CustomerId::as_str),
            "before": one.before.map(money), "after": one.after.map(money),
        })
    });
    json!({
        "partner": partner.as_str(), "months": months.collect::<Vec<_>>(), "customers": customers.collect::<Vec<_>>(),
    })
}
