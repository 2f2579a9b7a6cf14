//! Catalog file: the partner's catalogue as people write it, in TOML or JSON.

mod entry;
mod text;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use hub::Catalogue;
use model::{Office, PriceList, Rounding};

use crate::price_file::{self, Head, Tables};
use entry::{File, PriceListEntry};

/// The example that ships with the program.
pub const EXAMPLE: &str = include_str!("../data/catalog-example.toml");

/// The largest file that is read. Unit: bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How a catalogue is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Toml,
    /// For programs.
    Json,
}

/// Reads a catalogue: JSON when the file is called `.json`, TOML otherwise. Price files lie beside it.
pub fn read(path: &Path) -> anyhow::Result<Catalogue> {
    let text = read_limited(path)?;
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let form = if json { Form::Json } else { Form::Toml };
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    parse(&text, form, &folder).with_context(|| format!("read the catalogue {}", path.display()))
}

/// Reads a catalogue from its text. `folder` is where price files are looked for.
fn parse(text: &str, form: Form, folder: &Path) -> anyhow::Result<Catalogue> {
    let file: File = match form {
        Form::Toml => toml::from_str(text)?,
        Form::Json => serde_json::from_str(text)?,
    };
    let mut lists = Vec::new();
    for entry in &file.price_lists {
        let named = || entry.id.as_ref().map(ToString::to_string).or_else(|| entry.folder.clone()).unwrap_or_default();
        lists.push(price_list(entry, folder).with_context(|| format!("price_list {}", named()))?);
    }
    Ok(file.catalogue(lists))
}

/// Everything of an office that a catalogue can say, as a file that changes nothing when it is applied.
pub fn show(office: &Office, form: Form) -> anyhow::Result<String> {
    let file = File::of(Catalogue::of(office))?;
    Ok(match form {
        Form::Toml => toml::to_string(&file).context("write the catalogue as TOML")?,
        Form::Json => serde_json::to_string_pretty(&file).context("write the catalogue as JSON")?,
    })
}

fn price_list(entry: &PriceListEntry, folder: &Path) -> anyhow::Result<PriceList> {
    if let Some(named) = &entry.folder {
        return price_list_folder(entry, &folder.join(PathBuf::from(named)));
    }
    let text = match (&entry.file, &entry.prices) {
        (Some(file), None) => read_limited(&folder.join(PathBuf::from(file)))?,
        (None, Some(prices)) => prices.clone(),
        _ => bail!(
            "say where its prices are: `folder`, or `file`, or `prices` with the lines themselves, and only one of them"
        ),
    };
    let head = Head {
        id: entry.id.clone().context("say its `id`")?,
        name: entry.name.clone().context("say its `name`")?,
        currency: entry.currency.context("say the `currency` of its prices")?,
        billing_currency: entry.billing_currency,
        rounding: entry.rounding.unwrap_or(Rounding::HalfUp),
    };
    let PriceListEntry { meters, reductions, exchange, .. } = entry;
    Ok(price_file::read(head, Tables { prices: &text, meters, reductions, exchange }, "")?)
}

/// A list of which the folder says everything.
fn price_list_folder(entry: &PriceListEntry, folder: &Path) -> anyhow::Result<PriceList> {
    let others = [
        ("name", entry.name.is_some()),
        ("currency", entry.currency.is_some()),
        ("billing_currency", entry.billing_currency.is_some()),
        ("rounding", entry.rounding.is_some()),
        ("file", entry.file.is_some()),
        ("prices", entry.prices.is_some()),
        ("meters", !entry.meters.is_empty()),
        ("reductions", !entry.reductions.is_empty()),
        ("exchange", !entry.exchange.is_empty()),
    ];
    if let Some((member, _)) = others.iter().find(|(_, there)| *there) {
        bail!("`folder` says everything of it: take `{member}` out, and write it into the folder");
    }
    let list = price_file::read_folder(folder)?;
    if let Some(id) = entry.id.as_ref().filter(|id| **id != list.id) {
        bail!("the folder {} holds the price list {}, and not {id}", folder.display(), list.id);
    }
    Ok(list)
}

fn read_limited(path: &Path) -> anyhow::Result<String> {
    let file = std::fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    let mut text = String::new();
    let mut limited = file.take(FILE_BYTES_MAX.saturating_add(1));
    let bytes = limited.read_to_string(&mut text).with_context(|| format!("read {} as UTF-8", path.display()))?;
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > FILE_BYTES_MAX) {
        bail!("{} has more than {FILE_BYTES_MAX} bytes: split it, as what is left out stays as it is", path.display());
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
