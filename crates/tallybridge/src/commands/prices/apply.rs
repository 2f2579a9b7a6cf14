//! Apply: a folder becomes the price list, after what that changes is shown in money.

use std::{collections::HashMap, process::ExitCode};

use anyhow::{Context as _, bail};
use hub::{Actor, CatalogueError, Difference, MonthEffect, PartnerEffect, PriceChange, PriceChangeError, PriceWish};
use model::{Money, Price, PriceList};
use serde_json::{Value, json};

use super::{Apply, refuse};
use crate::{
    house,
    output::{self, Column, Rows},
    price_file,
};

/// Runs the command.
pub fn run(options: &Apply) -> anyhow::Result<ExitCode> {
    let list = match price_file::read_folder(&options.list) {
        Ok(list) => list,
        Err(faults) => return refuse(&faults, options.printing, "is not a price list, and nothing was changed"),
    };
    let folder = &options.folder.data;
    let hub = if options.dry_run { house::open_to_read(folder)? } else { house::open_existing(folder)? };
    let actor = Actor::at_home(house::OPERATOR);
    let wish = PriceWish { actor: &actor, list: &list, reason: options.reason.as_deref(), dry_run: options.dry_run };
    match hub.change_prices(&wish) {
        Ok(change) => {
            let applied = !options.dry_run && !change.differences.is_empty();
            if options.printing.json {
                output::json(&as_json(&change, applied, false)?)?;
            } else {
                show(&change, &list)?;
                output::print(&summary(&change, applied));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(PriceChangeError::ReasonNeeded(change)) => {
            if options.printing.json {
                output::json(&as_json(&change, false, true)?)?;
            } else {
                show(&change, &list)?;
                eprintln!("error: it changes closed months: say why with --reason; nothing was changed");
            }
            Ok(ExitCode::FAILURE)
        }
        Err(PriceChangeError::Catalogue(CatalogueError::Problems(problems))) => {
            let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("apply the price list {}: {}; nothing was changed", list.id, texts.join("; "))
        }
        Err(error) => Err(error).with_context(|| format!("apply the price list {}", list.id)),
    }
}

fn show(change: &PriceChange, list: &PriceList) -> anyhow::Result<()> {
    let prices: HashMap<&str, &Price> = list.prices.iter().map(|price| (price.meter.as_str(), price)).collect();
    for difference in &change.differences {
        output::print(&format!(
            "PRICE LIST {}, {}",
            list.id,
            if difference.action.word() == "add" { "new" } else { "changed" }
        ));
        let mut rows = Rows::new(&[Column::Left("  WHAT"), Column::Left("BEFORE"), Column::Left("AFTER")]);
        for member in &difference.members {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".to_owned());
            rows.add([
                format!("  {}", with_name(list, &prices, &member.member)),
                text(&member.before),
                text(&member.after),
            ]);
        }
        rows.print();
    }
    if change.differences.is_empty() {
        return Ok(());
    }
    for effect in &change.effects {
        show_partner(effect)?;
    }
    if change.effects.is_empty() {
        output::print("\nNo partner is invoiced by it.");
    }
    if !change.customers.is_empty() {
        output::print(&format!("\n{} customers are charged by it: their statements change.", change.customers.len()));
    }
    Ok(())
}

/// What a change is of, with the names of its meter: nobody knows meters by their ids. A price that is gone has none any more.
fn with_name(list: &PriceList, prices: &HashMap<&str, &Price>, member: &str) -> String {
    let meter = member.strip_prefix("price of ").and_then(|rest| rest.split(' ').next());
    let names = meter.and_then(|meter| prices.get(meter)).map(|price| super::show::names(list, price, price.from));
    match names.filter(|names| !names.is_empty()) {
        Some(names) => format!("{member} ({})", names.join(", ")),
        None => member.to_owned(),
    }
}

fn show_partner(effect: &PartnerEffect) -> anyhow::Result<()> {
    output::print(&format!("\nPARTNER {}", effect.partner));
    let mut rows = Rows::new(&[
        Column::Left("  MONTH"),
        Column::Left("STATE"),
        Column::Right("DUE BEFORE"),
        Column::Right("DUE AFTER"),
        Column::Right("DIFFERENCE"),
        Column::Right("INVOICED"),
        Column::Right("TO ADJUST"),
    ]);
    for month in &effect.months {
        rows.add([
            format!("  {}", month.month),
            if month.closed { "closed" } else { "open" }.to_owned(),
            month.before.to_string(),
            month.after.to_string(),
            month.difference()?.to_string(),
            month.invoiced.to_string(),
            if month.closed { month.outstanding()?.to_string() } else { String::new() },
        ]);
    }
    rows.print();
    for month in &effect.months {
        for line in remarks(month)? {
            output::print(&format!("  {}: {line}", month.month));
        }
    }
    Ok(())
}

/// What a table cannot say of a month.
fn remarks(month: &MonthEffect) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    if month.closed && month.is_touched() {
        let documents: Vec<String> = month.documents.iter().map(ToString::to_string).collect();
        let outstanding = month.outstanding()?;
        let what = if documents.is_empty() { "nothing was invoiced".to_owned() } else { documents.join(", ") };
        remarks.push(match outstanding.minor {
            0 => format!("{what}: the next close adjusts lines that come to nothing"),
            _ => format!("{what}: the next close puts {outstanding} on adjustment lines"),
        });
    }
    if month.unpriced_after > 0 {
        let rows = month.unpriced_after;
        remarks.push(format!(
            "{rows} rows have no price then, {} have none now; they stand against closing",
            month.unpriced_before
        ));
    }
    Ok(remarks)
}

fn summary(change: &PriceChange, applied: bool) -> String {
    let closed = change.closed().count();
    let months = if closed == 1 { "1 closed month".to_owned() } else { format!("{closed} closed months") };
    match (change.differences.is_empty(), applied) {
        (true, _) => "Nothing to change: the price list is what the folder says.".to_owned(),
        (false, true) if closed > 0 => format!("\nApplied. {months} will be adjusted by the next close."),
        (false, true) => "\nApplied.".to_owned(),
        (false, false) if closed > 0 => {
            format!("\nThis was a dry run: nothing was changed. It touches {months}, so applying it asks for --reason.")
        }
        (false, false) => "\nThis was a dry run: nothing was changed.".to_owned(),
    }
}

fn as_json(change: &PriceChange, applied: bool, reason_needed: bool) -> anyhow::Result<Value> {
    let effects = change.effects.iter().map(|effect| {
        let months = effect.months.iter().map(month_json).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(json!({ "partner": effect.partner.as_str(), "months": months }))
    });
    let customers: Vec<&str> = change.customers.iter().map(model::CustomerId::as_str).collect();
    Ok(json!({
        "applied": applied,
        "reasonNeeded": reason_needed,
        "differences": change.differences.iter().map(difference_json).collect::<Vec<_>>(),
        "effects": effects.collect::<anyhow::Result<Vec<_>>>()?,
        "customers": customers,
    }))
}

fn difference_json(difference: &Difference) -> Value {
    let members = difference.members.iter();
    let members: Vec<Value> =
        members.map(|one| json!({ "member": one.member, "before": one.before, "after": one.after })).collect();
    json!({ "action": difference.action.word(), "id": difference.id, "members": members })
}

fn month_json(month: &MonthEffect) -> anyhow::Result<Value> {
    let documents: Vec<&str> = month.documents.iter().map(model::InvoiceNumber::as_str).collect();
    let adjust = if month.closed { Some(month.outstanding()?) } else { None };
    Ok(json!({
        "month": month.month.to_string(),
        "closed": month.closed,
        "currency": month.after.currency.code(),
        "before": month.before.decimal(),
        "after": month.after.decimal(),
        "difference": month.difference()?.decimal(),
        "invoiced": month.invoiced.decimal(),
        "adjustment": adjust.map(Money::decimal),
        "documents": documents,
        "unpricedBefore": month.unpriced_before,
        "unpricedAfter": month.unpriced_after,
    }))
}
