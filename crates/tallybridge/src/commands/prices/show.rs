//! Show: the price lists that there are, and what one charges on a day.

use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use hub::Clock as _;
use model::{Day, MeterCatalogue, MeterId, Office, Price, PriceList, Scope};
use serde_json::{Value, json};

use super::{List, Show};
use crate::{
    clock::SystemClock,
    house,
    output::{self, Column, Rows},
    price_file,
};

/// Lists the price lists.
pub fn list(options: &List) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let office = hub.office();
    if options.printing.json {
        let each: Vec<Value> = office.price_lists.values().map(|list| summary(&office, list)).collect();
        output::json(&json!({ "priceLists": each }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Rows::new(&[
        Column::Left("ID"),
        Column::Left("NAME"),
        Column::Left("PRICES IN"),
        Column::Left("INVOICES IN"),
        Column::Left("ROUNDING"),
        Column::Right("PRICES"),
        Column::Left("PARTNERS"),
    ]);
    for list in office.price_lists.values() {
        rows.add([
            list.id.to_string(),
            list.name.clone(),
            list.currency.to_string(),
            list.invoiced_in().to_string(),
            list.rounding.word().to_owned(),
            list.prices.len().to_string(),
            partners(&office, list).join(", "),
        ]);
    }
    rows.print();
    Ok(ExitCode::SUCCESS)
}

fn partners(office: &Office, list: &PriceList) -> Vec<String> {
    let partners = office.partners.values().filter(|one| one.price_list.as_ref() == Some(&list.id));
    partners.map(|one| one.id.to_string()).collect()
}

fn summary(office: &Office, list: &PriceList) -> Value {
    json!({
        "id": list.id.as_str(), "name": list.name, "currency": list.currency.code(),
        "billingCurrency": list.invoiced_in().code(), "rounding": list.rounding.word(),
        "prices": list.prices.len(), "partners": partners(office, list),
    })
}

/// Shows what a list charges on a day.
pub fn show(options: &Show) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let office = hub.office();
    let list = office.price_lists.get(&options.list);
    let list =
        list.with_context(|| format!("there is no price list {}: see `tallybridge prices list`", options.list))?;
    if let Some(folder) = &options.into {
        let is_other = || price_file::read_folder(folder).map_or(true, |there| there != *list);
        ensure!(
            options.force || !folder.join("list.toml").is_file() || !is_other(),
            "{} holds a price list that says something else: name another folder, or replace it with --force",
            folder.display()
        );
        price_file::write(list, folder)?;
        output::print(&format!("The price list {} is in {}.", list.id, folder.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let today = || SystemClock.now().day().context("read the clock");
    let day = options.day.map_or_else(today, Ok)?;
    let prices = in_force(list, day);
    if options.printing.json {
        let mut shown = summary(&office, list);
        shown["day"] = json!(day.to_string());
        shown["prices"] = prices.iter().map(|price| price_json(list, price, day)).collect();
        shown["reductions"] = reductions(list, day).into_iter().map(|cells| json!(cells)).collect();
        let rate = list.exchange(day.month()).ok().flatten().map(|exchange| exchange.rate.to_string());
        shown["exchangeRate"] = json!(rate);
        output::json(&shown)?;
        return Ok(ExitCode::SUCCESS);
    }
    output::print(&format!("Price list {} ({}) on {day}, in {}\n", list.id, list.name, list.currency));
    let mut rows = Rows::new(&[
        Column::Left("METER"),
        Column::Left("NAME"),
        Column::Left("SINCE"),
        Column::Right("FROM"),
        Column::Right("PRICE"),
        Column::Left("FOR 1"),
        Column::Left("SOURCE"),
    ]);
    for price in &prices {
        let mut heads = [price.meter.to_string(), names(list, price, day).join(", "), price.from.to_string()];
        for tier in &price.tiers {
            let cells = [tier.from.to_string(), tier.unit_price.to_string(), price.conversion.priced_unit.clone()];
            rows.add(heads.into_iter().chain(cells).chain([price.source.clone()]));
            heads = Default::default();
        }
    }
    rows.print();
    let reductions = reductions(list, day);
    if !reductions.is_empty() {
        output::print("");
        let columns = ["REDUCTION", "SUBSCRIPTION", "METER", "SINCE", "UNTIL", "PERCENT"].map(Column::Left);
        let mut rows = Rows::new(&columns);
        for cells in reductions {
            rows.add(cells);
        }
        rows.print();
    }
    if list.invoiced_in() != list.currency {
        let rate = match list.exchange(day.month()) {
            Ok(Some(exchange)) => exchange.rate.to_string(),
            _ => "no rate: the month cannot be closed".to_owned(),
        };
        output::print(&format!("\n1 {} is {} in {}: {rate}", list.currency, list.invoiced_in(), day.month()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The prices that hold on a day, by meter.
fn in_force(list: &PriceList, day: Day) -> Vec<&Price> {
    let mut meters: Vec<&MeterId> = list.prices.iter().map(|price| &price.meter).collect();
    meters.sort_unstable();
    meters.dedup();
    meters.into_iter().filter_map(|meter| list.price(meter, day)).collect()
}

/// The local meters that a price is for on a day, by name.
pub(super) fn names(list: &PriceList, price: &Price, day: Day) -> Vec<String> {
    let mut names = Vec::new();
    for meter in MeterCatalogue::published().meters() {
        for scope in [Scope::Tenant, Scope::Infrastructure] {
            let own = meter.id == price.meter && scope == Scope::Tenant;
            let is = match list.mapped_meter(&meter.id, scope, day) {
                Some(mapped) => *mapped == price.meter,
                None => own,
            };
            let scope = if scope == Scope::Infrastructure { " of infrastructure" } else { "" };
            if is {
                names.push(format!("{}{scope}", meter.name));
            }
        }
    }
    names
}

fn price_json(list: &PriceList, price: &Price, day: Day) -> Value {
    let tiers = price.tiers.iter();
    let tiers: Vec<Value> =
        tiers.map(|tier| json!({ "from": tier.from.to_string(), "unitPrice": tier.unit_price.to_string() })).collect();
    json!({
        "meter": price.meter.as_str(), "names": names(list, price, day), "from": price.from.to_string(),
        "unit": price.unit.word(), "pricedUnit": price.conversion.priced_unit, "divisor": price.conversion.divisor,
        "included": price.included.to_string(), "tiers": tiers, "source": price.source,
    })
}

fn reductions(list: &PriceList, day: Day) -> Vec<[String; 6]> {
    let holds = list.reductions.iter().filter(|one| one.from <= day && one.until.is_none_or(|until| day < until));
    let cells = holds.map(|one| {
        [
            one.kind.word().to_owned(),
            one.paying_subscription.as_ref().map_or_else(|| "all".to_owned(), ToString::to_string),
            one.meter.as_ref().map_or_else(|| "all".to_owned(), ToString::to_string),
            one.from.to_string(),
            one.until.map_or_else(String::new, |until| until.to_string()),
            one.share.to_string(),
        ]
    });
    cells.collect()
}
