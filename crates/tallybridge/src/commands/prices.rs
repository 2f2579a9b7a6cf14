//! Prices: price lists, from files into the office and back, with what a change is worth.

mod apply;
mod import;
mod show;

use std::{path::PathBuf, process::ExitCode};

use model::{Currency, Day, PriceListId, Rounding};

use crate::{
    DataFolder, Printing, output,
    price_file::{self, Faults},
};

/// Keep price lists: look at them, read them from files, and see what a change is worth before it is made.
#[derive(clap::Subcommand)]
pub enum Prices {
    /// List the price lists, with who is charged by them.
    List(List),
    /// Show what a price list charges on a day.
    Show(Show),
    /// Read prices from files and write them into a folder as a list. Nothing is changed in the hub.
    ///
    /// Of a price sheet or a rate card only the meters of Azure Stack Hub are taken; what is not is listed with the reason.
    /// When the folder holds a list already, prices of the same meter and day are replaced, and everything else stays.
    Import(Import),
    /// Make a price list what a folder says, and show what that changes: each price, and each month of each partner.
    ///
    /// The list is replaced as a whole. Prices of closed months only change with --reason. Ends with status 0, also when there
    /// was nothing to change, and with status 1 when something is wrong.
    Apply(Apply),
    /// Say whether a folder can be applied, and what in it is rarely meant.
    Check(Check),
    /// Write the example that ships with the program into a folder: published prices, with their sources.
    Example(Example),
}

/// What to list, and how.
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
}

/// What to show, and how.
#[derive(clap::Args)]
pub struct Show {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The price list.
    list: PriceListId,
    /// The day, such as 2026-11-23; today when nothing is said.
    #[arg(long, value_parser = Day::parse)]
    day: Option<Day>,
    /// Write the list with its whole history into this folder, to be edited and applied.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Replace a list in that folder, also when it says something else.
    #[arg(long, requires = "into")]
    force: bool,
}

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table of prices, as in the folder of a price list.
    Own,
    /// The price sheet of a partner: CSV with 18 columns.
    PriceSheet,
    /// A rate card: JSON, as Azure Resource Manager or Partner Center gives it.
    RateCard,
}

/// What to import, and how.
#[derive(clap::Args)]
pub struct Import {
    #[command(flatten)]
    printing: Printing,
    /// The form of the files.
    #[arg(long, value_name = "FORM")]
    format: Format,
    /// The folder of the list that is made, or that prices are added to.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// The id of a new list.
    #[arg(long, value_name = "ID")]
    id: Option<PriceListId>,
    /// The name of a new list.
    #[arg(long)]
    name: Option<String>,
    /// The currency of the prices of a new list; what the file says when nothing is said.
    #[arg(long, value_name = "CODE", value_parser = Currency::parse)]
    currency: Option<Currency>,
    /// The currency of the invoices, where it is another one.
    #[arg(long, value_name = "CODE", value_parser = Currency::parse)]
    billing_currency: Option<Currency>,
    /// How lines of a new list are rounded: `half_up`, `new_commerce` or `legacy`.
    #[arg(long, value_name = "RULE", value_parser = rounding)]
    rounding: Option<Rounding>,
    /// A table of local meters and the commerce meters that they are, beside the published ones.
    #[arg(long, value_name = "FILE")]
    meters: Option<PathBuf>,
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// What to apply, and how.
#[derive(clap::Args)]
pub struct Apply {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// Only show what would change.
    #[arg(long)]
    dry_run: bool,
    /// Why prices of closed months change. It goes into the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The folder of the price list.
    list: PathBuf,
}

/// What to check, and how.
#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    printing: Printing,
    /// The folder of the price list.
    list: PathBuf,
}

/// Where the example goes.
#[derive(clap::Args)]
pub struct Example {
    /// The folder, which must be empty or not there.
    into: PathBuf,
}

fn rounding(word: &str) -> Result<Rounding, String> {
    let words = || Rounding::ALL.iter().map(|one| one.word()).collect::<Vec<_>>().join(", ");
    Rounding::from_word(word).ok_or_else(|| format!("it is none of {}", words()))
}

/// Runs the command.
pub fn run(prices: &Prices) -> anyhow::Result<ExitCode> {
    match prices {
        Prices::List(options) => show::list(options),
        Prices::Show(options) => show::show(options),
        Prices::Import(options) => import::run(options),
        Prices::Apply(options) => apply::run(options),
        Prices::Check(options) => check(options),
        Prices::Example(options) => {
            price_file::write_example(&options.into)?;
            output::print(&format!("The example is in {}.", options.into.display()));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(options: &Check) -> anyhow::Result<ExitCode> {
    let list = match price_file::read_folder(&options.list) {
        Ok(list) => list,
        Err(faults) => return refuse(&faults, options.printing, "is not a price list"),
    };
    let notes = price_file::notes(&list);
    if options.printing.json {
        output::json(&serde_json::json!({ "id": list.id.as_str(), "prices": list.prices.len(), "notes": notes }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for note in &notes {
        output::print(&format!("  - {note}"));
    }
    output::print(&format!(
        "{} can be applied: {} prices, {} meters, {} reductions, {} exchange rates.",
        list.id,
        list.prices.len(),
        list.meters.len(),
        list.reductions.len(),
        list.exchange.len()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Says everything that is wrong with files, and ends with status 1.
fn refuse(faults: &Faults, printing: Printing, what: &str) -> anyhow::Result<ExitCode> {
    if printing.json {
        let each: Vec<_> = faults
            .shown
            .iter()
            .map(|fault| {
                let column = Some(fault.column).filter(|column| !column.is_empty());
                serde_json::json!({ "file": fault.file, "line": fault.line, "column": column, "message": fault.message })
            })
            .collect();
        output::json(&serde_json::json!({ "applied": false, "faults": each, "count": faults.count }))?;
        return Ok(ExitCode::FAILURE);
    }
    for line in faults.to_string().lines() {
        eprintln!("  - {line}");
    }
    let count = faults.count;
    eprintln!("error: it {what}: {count} {} wrong", if count == 1 { "thing is" } else { "things are" });
    Ok(ExitCode::FAILURE)
}
