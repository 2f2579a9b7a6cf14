//! Write: a price list as the tables that say it.

use std::path::Path;

use anyhow::{Context as _, bail};
use model::PriceList;

use super::{EXCHANGE, HeadFile, LIST, METERS, PRICES, REDUCTIONS, exchange, meters, prices, reductions};

/// The tables of a list. What has no line is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// The prices.
    pub prices: String,
    /// Which commerce meters local meters are.
    pub meters: String,
    /// What is not paid.
    pub reductions: String,
    /// The exchange rates.
    pub exchange: String,
}

/// The tables of a list; read again they say the same.
pub fn texts(list: &PriceList) -> anyhow::Result<Texts> {
    let of_prices = list.prices.iter().flat_map(|price| {
        price.tiers.iter().map(move |tier| {
            vec![
                price.meter.to_string(),
                price.from.to_string(),
                price.unit.word().to_owned(),
                price.conversion.priced_unit.clone(),
                price.conversion.divisor.to_string(),
                price.included.to_string(),
                tier.from.to_string(),
                tier.unit_price.to_string(),
                price.source.clone(),
            ]
        })
    });
    let of_meters = list.meters.iter().map(|one| {
        let (meter, commerce_meter) = (one.meter.to_string(), one.commerce_meter.to_string());
        vec![meter, one.scope.word().to_owned(), one.from.to_string(), commerce_meter]
    });
    let of_reductions = list.reductions.iter().map(|one| {
        vec![
            one.kind.word().to_owned(),
            one.paying_subscription.as_ref().map(ToString::to_string).unwrap_or_default(),
            one.meter.as_ref().map(ToString::to_string).unwrap_or_default(),
            one.from.to_string(),
            one.until.map(|until| until.to_string()).unwrap_or_default(),
            one.share.to_string(),
        ]
    });
    let of_exchange = list.exchange.iter().map(|one| vec![one.month.to_string(), one.rate.to_string()]);
    Ok(Texts {
        // A list without a price still says its columns, so that somebody can add one.
        prices: table(&prices::COLUMNS, of_prices)?,
        meters: if list.meters.is_empty() { String::new() } else { table(&meters::COLUMNS, of_meters)? },
        reductions: if list.reductions.is_empty() {
            String::new()
        } else {
            table(&reductions::COLUMNS, of_reductions)?
        },
        exchange: if list.exchange.is_empty() { String::new() } else { table(&exchange::COLUMNS, of_exchange)? },
    })
}

/// Writes a list into a folder, over the files of a list that is there.
pub fn write(list: &PriceList, folder: &Path) -> anyhow::Result<()> {
    let attempt = || format!("write the price list {} into {}", list.id, folder.display());
    if folder.exists()
        && !folder.join(LIST).is_file()
        && std::fs::read_dir(folder).with_context(attempt)?.next().is_some()
    {
        bail!("{} is not empty and holds no price list: name another folder", folder.display());
    }
    std::fs::create_dir_all(folder).with_context(attempt)?;
    let texts = texts(list)?;
    let head = HeadFile {
        id: list.id.to_string(),
        name: list.name.clone(),
        currency: list.currency.code().to_owned(),
        billing_currency: list.billing_currency.map(|currency| currency.code().to_owned()),
        rounding: Some(list.rounding.word().to_owned()),
    };
    let head = toml::to_string(&head).with_context(attempt)?;
    let tables = [
        (LIST, head),
        (PRICES, texts.prices),
        (METERS, texts.meters),
        (REDUCTIONS, texts.reductions),
        (EXCHANGE, texts.exchange),
    ];
    for (file, text) in tables {
        let path = folder.join(file);
        if text.is_empty() {
            // A table of an earlier list that this one does not have would be read as its own.
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).with_context(attempt),
                _ => continue,
            }
        }
        std::fs::write(&path, text).with_context(attempt)?;
    }
    Ok(())
}

fn table(columns: &[&str], lines: impl Iterator<Item = Vec<String>>) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for line in lines {
        writer.write_record(line)?;
    }
    let bytes = writer.into_inner().context("write the lines of a table")?;
    String::from_utf8(bytes).context("write the lines of a table as text")
}
