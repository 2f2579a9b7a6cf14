//! Import: files of prices become a folder, with what was left out.

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::{Context as _, bail};
use model::{Currency, PriceList, Rounding};
use serde_json::{Value, json};

use super::{Format, Import, refuse};
use crate::{
    output,
    price_file::{
        self, Faults, Head, Tables,
        import::{self, Imported, Known, Merged, Skipped},
    },
};

/// How many of what was left out are shown; with --json all are.
const SKIPPED_SHOWN_MAX: usize = 20;

/// Runs the command.
pub fn run(options: &Import) -> anyhow::Result<ExitCode> {
    let mut imports = Vec::new();
    for file in &options.files {
        let text = price_file::read_text(file)?;
        match read(options, &file.display().to_string(), &text)? {
            Ok(imported) => imports.push(imported),
            Err(faults) => return refuse(&faults, options.printing, "cannot be imported"),
        }
    }
    let mut list = match there(options)? {
        Ok(list) => list,
        Err(faults) => return refuse(&faults, options.printing, "is not a price list"),
    };
    let mut merged = Merged::default();
    let (mut skipped, mut notes) = (Vec::new(), Vec::new());
    for mut imported in imports {
        let list = match &mut list {
            Some(list) => list,
            None => list.insert(new(options, imported.currency)?),
        };
        if let Some(currency) = imported.currency.filter(|currency| *currency != list.currency) {
            bail!("the prices are in {currency}, and those of {} in {}: make another list", list.id, list.currency);
        }
        skipped.append(&mut imported.skipped);
        notes.append(&mut imported.notes);
        let Merged { added, replaced, same } = import::merge(list, imported);
        merged.added = merged.added.saturating_add(added);
        merged.replaced = merged.replaced.saturating_add(replaced);
        merged.same = merged.same.saturating_add(same);
    }
    let list = list.context("name a file")?;
    if list.prices.is_empty() {
        show_skipped(&skipped);
        bail!("nothing in the files is a price of Azure Stack Hub: nothing was written");
    }
    price_file::write(&list, &options.into)?;
    // What was written is what will be read, or somebody would find out only when applying it.
    if let Err(faults) = price_file::read_folder(&options.into) {
        return refuse(&faults, options.printing, "was written, and must be corrected before it can be applied");
    }
    notes.extend(price_file::notes(&list));
    if options.printing.json {
        output::json(&as_json(&list, merged, &skipped, &notes))?;
        return Ok(ExitCode::SUCCESS);
    }
    show_skipped(&skipped);
    for note in &notes {
        output::print(&format!("  - {note}"));
    }
    let Merged { added, replaced, same } = merged;
    output::print(&format!(
        "{added} prices added, {replaced} replaced, {same} as they were, {} entries left out. The list {} is in {}.",
        skipped.len(),
        list.id,
        options.into.display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn read(options: &Import, file: &str, text: &str) -> anyhow::Result<Result<Imported, Faults>> {
    let meters = match &options.meters {
        Some(path) => (path.display().to_string(), price_file::read_text(path)?),
        None => (String::new(), String::new()),
    };
    let known = match Known::with(&meters.0, &meters.1) {
        Ok(known) => known,
        Err(faults) => return Ok(Err(faults)),
    };
    Ok(match options.format {
        Format::PriceSheet => import::price_sheet(file, text, &known),
        Format::RateCard => import::rate_card(file, text, &known),
        Format::Own => {
            let head = Head {
                id: options.id.clone().map_or_else(|| model::PriceListId::new("import"), Ok)?,
                name: String::new(),
                currency: options.currency.map_or_else(|| Currency::parse("USD"), Ok)?,
                billing_currency: None,
                rounding: Rounding::HalfUp,
            };
            let own = Tables { prices: text, meters: &meters.1, ..Tables::default() };
            let list = price_file::read_named(head, own, file, &meters.0);
            list.map(|list| Imported { prices: list.prices, meters: list.meters, ..Imported::default() })
        }
    })
}

/// The list that the folder holds.
fn there(options: &Import) -> anyhow::Result<Result<Option<PriceList>, Faults>> {
    if !options.into.join(price_file::LIST).is_file() {
        return Ok(Ok(None));
    }
    let list = match price_file::read_folder(&options.into) {
        Ok(list) => list,
        Err(faults) => return Ok(Err(faults)),
    };
    if let Some(id) = options.id.as_ref().filter(|id| **id != list.id) {
        bail!("{} holds the price list {}, and not {id}", options.into.display(), list.id);
    }
    Ok(Ok(Some(list)))
}

fn new(options: &Import, found: Option<Currency>) -> anyhow::Result<PriceList> {
    let id = options.id.clone().context("the list is new: give it an id with --id")?;
    let currency = options.currency.or(found).context("the file names no currency: name it with --currency")?;
    Ok(PriceList {
        name: options.name.clone().unwrap_or_else(|| id.to_string()),
        id,
        currency,
        billing_currency: options.billing_currency,
        rounding: options.rounding.unwrap_or(Rounding::HalfUp),
        prices: Vec::new(),
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    })
}

fn show_skipped(skipped: &[Skipped]) {
    let mut by_reason: BTreeMap<String, Vec<&Skipped>> = BTreeMap::new();
    for one in skipped {
        by_reason.entry(one.reason.to_string()).or_default().push(one);
    }
    for (reason, entries) in by_reason {
        output::print(&format!("Left out, {}: {reason}", entries.len()));
        for one in entries.iter().take(SKIPPED_SHOWN_MAX) {
            output::print(&format!("  {}: {}", one.place, one.what));
        }
        if entries.len() > SKIPPED_SHOWN_MAX {
            output::print("  and others: --json lists all of them");
        }
    }
}

fn as_json(list: &PriceList, merged: Merged, skipped: &[Skipped], notes: &[String]) -> Value {
    let each: Vec<Value> = skipped
        .iter()
        .map(|one| json!({ "place": one.place, "what": one.what, "reason": one.reason.to_string() }))
        .collect();
    json!({
        "id": list.id.as_str(), "currency": list.currency.code(), "prices": list.prices.len(),
        "added": merged.added, "replaced": merged.replaced, "same": merged.same, "skipped": each, "notes": notes,
    })
}
