//! Price file: price lists as people write them, a folder of small tables, read, checked and written.
//!
//! A folder holds `list.toml` and `prices.csv`, and where they are needed `meters.csv`, `reductions.csv` and `exchange.csv`.

mod checks;
mod commerce;
mod exchange;
pub mod import;
mod meters;
mod prices;
mod reductions;
mod table;
mod write;

use std::path::Path;

use anyhow::Context as _;
use model::{Currency, PriceList, PriceListId, Rounding};
use serde::{Deserialize, Serialize};

pub use table::Faults;
pub use write::{Texts, texts, write};

/// The largest table that is read. Unit: bytes.
pub const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The longest table that is read. Unit: lines without the first.
const ROWS_MAX: usize = 200_000;

/// The files of a folder.
pub const LIST: &str = "list.toml";
const PRICES: &str = "prices.csv";
const METERS: &str = "meters.csv";
const REDUCTIONS: &str = "reductions.csv";
const EXCHANGE: &str = "exchange.csv";

/// What a list is, apart from its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its id.
    pub id: PriceListId,
    /// Its name.
    pub name: String,
    /// The currency of the prices.
    pub currency: Currency,
    /// The currency of the invoices, where it is another one.
    pub billing_currency: Option<Currency>,
    /// How lines are rounded.
    pub rounding: Rounding,
}

/// The same as it stands in `list.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadFile {
    id: String,
    name: String,
    currency: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    billing_currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rounding: Option<String>,
}

/// The tables of a list, as text. What is empty is not there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tables<'a> {
    /// The prices.
    pub prices: &'a str,
    /// Which commerce meters local meters are.
    pub meters: &'a str,
    /// What is not paid.
    pub reductions: &'a str,
    /// The exchange rates.
    pub exchange: &'a str,
}

/// The example that ships with the program: published prices, with their sources.
pub fn example() -> anyhow::Result<PriceList> {
    let head = head(EXAMPLE_LIST).map_err(|message| anyhow::anyhow!(message))?;
    let tables = Tables { prices: EXAMPLE_PRICES, meters: EXAMPLE_METERS, ..Tables::default() };
    read(head, tables, "").context("read the example")
}

/// The files of the example.
const EXAMPLE: [(&str, &str); 3] = [(LIST, EXAMPLE_LIST), (PRICES, EXAMPLE_PRICES), (METERS, EXAMPLE_METERS)];
const EXAMPLE_LIST: &str = include_str!("../data/azure-stack-hub-example/list.toml");
const EXAMPLE_PRICES: &str = include_str!("../data/azure-stack-hub-example/prices.csv");
const EXAMPLE_METERS: &str = include_str!("../data/azure-stack-hub-example/meters.csv");

/// Reads the tables of a list. `folder` stands before the names of the files in what is said to be wrong.
///
/// # Errors
///
/// Everything that is wrong with them.
pub fn read(head: Head, tables: Tables<'_>, folder: &str) -> Result<PriceList, Faults> {
    let path = |file: &str| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    let names = [PRICES, METERS, REDUCTIONS, EXCHANGE].map(path);
    read_tables(head, tables, names.each_ref().map(String::as_str))
}

/// Reads a table of prices and perhaps one of meters, which lie anywhere.
///
/// # Errors
///
/// Everything that is wrong with them.
pub fn read_named(head: Head, tables: Tables<'_>, prices: &str, meters: &str) -> Result<PriceList, Faults> {
    read_tables(head, tables, [prices, meters, REDUCTIONS, EXCHANGE])
}

fn read_tables(head: Head, tables: Tables<'_>, names: [&str; 4]) -> Result<PriceList, Faults> {
    let [of_prices, of_meters, of_reductions, of_exchange] = names;
    let mut faults = Faults::default();
    let prices = prices::read(of_prices, tables.prices, &mut faults);
    // A table that is not there is one without lines.
    let there = |text: &str| !text.trim().is_empty();
    let mut meters = Vec::new();
    if there(tables.meters) {
        meters = meters::read(of_meters, tables.meters, &mut faults);
    }
    let mut reductions = Vec::new();
    if there(tables.reductions) {
        reductions = reductions::read(of_reductions, tables.reductions, &mut faults);
    }
    let mut exchange = Vec::new();
    if there(tables.exchange) {
        let pair = exchange::Pair { prices: head.currency, invoices: head.billing_currency.unwrap_or(head.currency) };
        exchange = exchange::read(of_exchange, tables.exchange, pair, &mut faults);
    }
    checks::check(&prices, &meters, &reductions, &mut faults);
    let Head { id, name, currency, billing_currency, rounding } = head;
    faults.or(PriceList {
        id,
        name,
        currency,
        billing_currency,
        rounding,
        prices: prices.into_iter().map(|placed| placed.price).collect(),
        meters: meters.into_iter().map(|placed| placed.mapping).collect(),
        reductions: reductions.into_iter().map(|placed| placed.reduction).collect(),
        exchange,
    })
}

/// Reads a folder.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn read_folder(folder: &Path) -> Result<PriceList, Faults> {
    let mut faults = Faults::default();
    let shown = |file: &str| folder.join(file).display().to_string();
    let mut text = |file: &str, needed: bool| {
        let path = folder.join(file);
        if !needed && !path.exists() {
            return String::new();
        }
        table::text(&path, FILE_BYTES_MAX).unwrap_or_else(|message| {
            faults.of_file(&path.display().to_string(), message);
            String::new()
        })
    };
    let (list, prices) = (text(LIST, true), text(PRICES, true));
    let (meters, reductions, exchange) = (text(METERS, false), text(REDUCTIONS, false), text(EXCHANGE, false));
    if faults.count > 0 {
        return Err(faults);
    }
    let head = head(&list).map_err(|message| {
        faults.of_file(&shown(LIST), message);
        faults
    })?;
    let tables = Tables { prices: &prices, meters: &meters, reductions: &reductions, exchange: &exchange };
    read(head, tables, &folder.display().to_string())
}

/// Writes the files of the example into a folder that is empty or not there.
pub fn write_example(folder: &Path) -> anyhow::Result<()> {
    let attempt = || format!("write the example into {}", folder.display());
    if folder.exists() && std::fs::read_dir(folder).with_context(attempt)?.next().is_some() {
        anyhow::bail!("{} is not empty: name another folder", folder.display());
    }
    std::fs::create_dir_all(folder).with_context(attempt)?;
    for (file, text) in EXAMPLE {
        std::fs::write(folder.join(file), text).with_context(attempt)?;
    }
    Ok(())
}

/// Reads the text of one table.
///
/// # Errors
///
/// When it is too large or no text.
pub fn read_text(path: &Path) -> anyhow::Result<String> {
    let text = table::text(path, FILE_BYTES_MAX);
    text.map_err(|message| anyhow::anyhow!("{}: {message}", path.display()))
}

/// Things that are allowed and rarely meant.
pub fn notes(list: &PriceList) -> Vec<String> {
    checks::notes(list)
}

fn head(text: &str) -> Result<Head, String> {
    let file: HeadFile = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    let named = |member: &str, text: &str, error: &dyn std::fmt::Display| format!("{member} {text:?}: {error}");
    let currency = |member, text: &str| Currency::parse(text).map_err(|error| format!("{member}: {error}"));
    Ok(Head {
        id: PriceListId::new(&file.id).map_err(|error| named("id", &file.id, &error))?,
        name: file.name,
        currency: currency("currency", &file.currency)?,
        billing_currency: file
            .billing_currency
            .as_deref()
            .map(|text| currency("billing_currency", text))
            .transpose()?,
        rounding: match file.rounding.as_deref() {
            None => Rounding::HalfUp,
            Some(word) => Rounding::from_word(word).ok_or_else(|| {
                let words = meters::words(Rounding::ALL.iter().map(|one| one.word()));
                named("rounding", word, &format!("it is none of {words}"))
            })?,
        },
    })
}

#[cfg(test)]
mod tests;
