//! Export: files for the finance of partners: reconciliation, daily rated usage, FOCUS.

mod file;
mod subject;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, ensure};
use billing::rate::DailyCharge;
use clap::{Args, Subcommand, ValueEnum};
use hub::Hub;
use model::{InvoiceLine, InvoiceNumber, Month, PartnerId};
use paper::{
    focus::{self, CostAndUsage, InvoiceDetail},
    reconciliation::{Attributes, Layout, Reconciliation},
    row::{RowError, Written},
};
use serde_json::json;

use crate::{
    DataFolder, Printing, house,
    output::{self, Column, Rows},
};
use file::{Existing, NewFile, is_stdout};
use subject::{Sink, Subject};

/// Files that leave the house.
#[derive(Subcommand)]
pub enum Export {
    /// Write the lines of an issued document, or what each of its days cost, in the columns of reconciliation files.
    Reconciliation(ReconciliationOptions),
    /// Write what each day of a month cost that is not billed yet.
    Usage(UsageOptions),
    /// Write the data sets of FOCUS for an issued document, or for a month that is not billed yet.
    #[command(disable_version_flag = true)]
    Focus(FocusOptions),
}

/// What all exports can be told.
#[derive(Args)]
struct Common {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// Who issues the invoices and sells the service, by its name.
    #[arg(long, value_name = "NAME", default_value = "Tallybridge")]
    issuer: String,
    /// Replace files that are there already.
    #[arg(long)]
    force: bool,
}

/// Write the lines of an issued document, or what each of its days cost. A document's files are the same for ever.
#[derive(Args)]
pub struct ReconciliationOptions {
    #[command(flatten)]
    common: Common,
    /// The document.
    #[arg(long, value_name = "NUMBER")]
    invoice: InvoiceNumber,
    /// The columns.
    #[arg(long, value_enum, default_value_t = LayoutName::NewCommerce)]
    layout: LayoutName,
    /// Which columns of the daily layout.
    #[arg(long, value_enum, default_value_t = AttributeSet::Full)]
    attributes: AttributeSet,
    /// The file; named after the document and the layout without it; - is standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Write what each day of a month cost that is not billed yet. It changes until the month is closed.
#[derive(Args)]
pub struct UsageOptions {
    #[command(flatten)]
    common: Common,
    /// The partner that is invoiced; not needed when there is only one.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    /// The month, such as 2026-10.
    #[arg(long, value_parser = Month::parse)]
    month: Month,
    /// Which columns.
    #[arg(long, value_enum, default_value_t = AttributeSet::Full)]
    attributes: AttributeSet,
    /// The file; named after the partner and the month without it; - is standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What the data sets are of.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// An issued document.
    #[arg(long, value_name = "NUMBER")]
    invoice: Option<InvoiceNumber>,
    /// A month that is not billed yet, such as 2026-10.
    #[arg(long, value_parser = Month::parse)]
    month: Option<Month>,
}

/// Write the data sets of FOCUS into a folder: costs and usage, invoice details, the billing period.
#[derive(Args)]
pub struct FocusOptions {
    #[command(flatten)]
    common: Common,
    /// The partner that is invoiced; not needed with --invoice, or when there is only one.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    #[command(flatten)]
    what: What,
    /// The version of the specification. 1.2 has costs and usage only.
    #[arg(long, value_enum, default_value_t = FocusVersion::V1_4)]
    version: FocusVersion,
    /// How the data sets are written.
    #[arg(long, value_enum, default_value_t = FocusFormat::Csv)]
    format: FocusFormat,
    /// The folder. It is made when it is not there.
    #[arg(long, value_name = "FOLDER")]
    output: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LayoutName {
    /// Lines of the new commerce, 46 columns.
    NewCommerce,
    /// Lines of usage-based offers, 42 columns.
    Legacy,
    /// What each day cost, 55 columns.
    Daily,
}

#[derive(Clone, Copy, ValueEnum)]
enum AttributeSet {
    /// All columns.
    Full,
    /// Those that are needed to add up.
    Basic,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FocusVersion {
    /// FOCUS 1.4.
    #[value(name = "1.4")]
    V1_4,
    /// FOCUS 1.2.
    #[value(name = "1.2")]
    V1_2,
}

#[derive(Clone, Copy, ValueEnum)]
enum FocusFormat {
    /// Values separated by commas.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl From<AttributeSet> for Attributes {
    fn from(set: AttributeSet) -> Self {
        match set {
            AttributeSet::Full => Self::Full,
            AttributeSet::Basic => Self::Basic,
        }
    }
}

/// Runs the command.
pub fn run(export: &Export) -> anyhow::Result<ExitCode> {
    match export {
        Export::Reconciliation(options) => reconciliation(options),
        Export::Usage(options) => usage(options),
        Export::Focus(options) => focus(options),
    }
}

fn reconciliation(options: &ReconciliationOptions) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.common.folder.data)?;
    let subject = Subject::document(&hub, &options.invoice)?;
    let (layout, word) = match options.layout {
        LayoutName::NewCommerce => (Layout::NewCommerce, "new-commerce"),
        LayoutName::Legacy => (Layout::Legacy, "legacy"),
        LayoutName::Daily => (Layout::Daily(options.attributes.into()), "daily"),
    };
    ensure!(
        options.layout != LayoutName::Daily || subject.has_days(),
        "{} does not say what it was computed from, so its days are not known: choose another layout",
        options.invoice
    );
    let named = options.output.clone();
    let path = named.unwrap_or_else(|| PathBuf::from(format!("{}-{word}.csv", options.invoice)));
    write_reconciliation(&hub, &subject, &options.common, layout, &path)
}

fn usage(options: &UsageOptions) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.common.folder.data)?;
    let partner = house::partner(&hub, options.partner.as_ref())?;
    let subject = Subject::open_month(&hub, &partner, options.month)?;
    let named = options.output.clone();
    let path = named.unwrap_or_else(|| PathBuf::from(format!("{partner}-{}-usage.csv", options.month)));
    write_reconciliation(&hub, &subject, &options.common, Layout::Daily(options.attributes.into()), &path)
}

impl Common {
    fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Keep }
    }
}

impl<W: std::io::Write> Sink for Reconciliation<'_, W> {
    fn line(&mut self, line: &InvoiceLine) -> Result<(), RowError> {
        Reconciliation::line(self, line)
    }

    fn daily(&mut self, charge: &DailyCharge) -> Result<(), RowError> {
        Reconciliation::daily(self, charge)
    }
}

fn write_reconciliation(
    hub: &Hub,
    subject: &Subject,
    common: &Common,
    layout: Layout,
    path: &Path,
) -> anyhow::Result<ExitCode> {
    ensure!(
        !(common.printing.json && is_stdout(path)),
        "the rows go to standard output, and so does --json: leave one of them out"
    );
    let mut file = NewFile::begin(path, common.existing())?;
    let mut rows = Reconciliation::new(&mut file, subject.context(&common.issuer), layout)?;
    if matches!(layout, Layout::Daily(_)) {
        subject.feed(hub, &mut rows)?;
    } else if let Some(document) = subject.billed() {
        document.lines.iter().try_for_each(|line| rows.line(line))?;
    }
    let written = rows.finish()?;
    must_add_up(subject, written)?;
    file.finish(common.existing())?;
    show(subject, common, &[(path.to_owned(), written)])
}

/// A file of a document that does not add up to it is never given its name.
fn must_add_up(subject: &Subject, written: Written) -> anyhow::Result<()> {
    let Some(document) = subject.billed() else { return Ok(()) };
    ensure!(
        written.adds_up_to(document.total),
        "nothing was written: the rows add up to {} and {} to {}; report this",
        written.total(),
        document.number,
        document.total
    );
    Ok(())
}

/// Costs and usage with what goes with them.
struct Bundle<'a, 'b> {
    costs: CostAndUsage<'a, &'b mut NewFile>,
    details: Option<InvoiceDetail<'a, &'b mut NewFile>>,
}

impl Sink for Bundle<'_, '_> {
    fn line(&mut self, line: &InvoiceLine) -> Result<(), RowError> {
        self.costs.line(line)?;
        self.details.as_mut().map_or(Ok(()), |details| details.line(line))
    }

    fn daily(&mut self, charge: &DailyCharge) -> Result<(), RowError> {
        self.costs.daily(charge)
    }
}

fn focus(options: &FocusOptions) -> anyhow::Result<ExitCode> {
    let common = &options.common;
    let hub = house::open_to_read(&common.folder.data)?;
    let subject = match (&options.what.invoice, options.what.month) {
        (Some(number), _) => Subject::document(&hub, number)?,
        (None, Some(month)) => Subject::open_month(&hub, &house::partner(&hub, options.partner.as_ref())?, month)?,
        (None, None) => anyhow::bail!("say what to export: --invoice NUMBER or --month YYYY-MM"),
    };
    if let Some(partner) = &options.partner {
        ensure!(*partner == subject.partner, "the document is of partner {}, not of {partner}", subject.partner);
    }
    let (format, ending) = match options.format {
        FocusFormat::Csv => (focus::Format::Csv, "csv"),
        FocusFormat::Parquet => (focus::Format::Parquet, "parquet"),
    };
    std::fs::create_dir_all(&options.output)
        .with_context(|| format!("make the folder {}", options.output.display()))?;
    let path = |name: &str| options.output.join(format!("{name}.{ending}"));
    let context = subject.context(&common.issuer);
    let is_new = options.version == FocusVersion::V1_4;
    let (version, costs_path) = match options.version {
        FocusVersion::V1_4 => (focus::Version::V1_4, path("cost-and-usage")),
        FocusVersion::V1_2 => (focus::Version::V1_2, path("focus-1.2-cost-and-usage")),
    };
    let mut costs_file = NewFile::begin(&costs_path, common.existing())?;
    let details_path = path("invoice-detail");
    // What is not billed yet has no invoice, and so no details of it.
    let has_details = is_new && subject.billed().is_some();
    let mut details_file = has_details.then(|| NewFile::begin(&details_path, common.existing())).transpose()?;
    let period_path = path("billing-period");
    let mut period_file = is_new.then(|| NewFile::begin(&period_path, common.existing())).transpose()?;

    let costs = CostAndUsage::new(&mut costs_file, context.clone(), version, format)?;
    let details = details_file.as_mut().map(|file| InvoiceDetail::new(file, context.clone(), format)).transpose()?;
    let (costs, details) = write_focus(&hub, &subject, Bundle { costs, details })?;
    let mut written = vec![(costs_path, costs)];
    written.extend(details.map(|rows| (details_path, rows)));
    written.iter().try_for_each(|(_, rows)| must_add_up(&subject, *rows))?;
    if let Some(file) = &mut period_file {
        written.push((period_path, focus::billing_period(file, &context, hub.now(), format)?));
    }
    for file in [Some(costs_file), details_file, period_file].into_iter().flatten() {
        file.finish(common.existing())?;
    }
    show(&subject, common, &written)
}

/// Writes costs and usage with what goes with them.
fn write_focus(hub: &Hub, subject: &Subject, mut bundle: Bundle<'_, '_>) -> anyhow::Result<(Written, Option<Written>)> {
    subject.feed(hub, &mut bundle)?;
    let Bundle { costs, details } = bundle;
    Ok((costs.finish()?, details.map(InvoiceDetail::finish).transpose()?))
}

/// Says which files there are now.
fn show(subject: &Subject, common: &Common, written: &[(PathBuf, Written)]) -> anyhow::Result<ExitCode> {
    if written.iter().any(|(path, _)| is_stdout(path)) {
        return Ok(ExitCode::SUCCESS);
    }
    let currency = subject.context(&common.issuer).terms.currency;
    let number = subject.billed().map(|document| document.number.to_string());
    if common.printing.json {
        let files: Vec<_> = written
            .iter()
            .map(|(path, rows)| json!({ "path": path.display().to_string(), "rows": rows.rows, "total": rows.total() }))
            .collect();
        output::json(&json!({
            "partner": subject.partner.as_str(),
            "month": subject.month.to_string(),
            "invoice": number,
            "currency": currency.code(),
            "total": subject.billed().map(|document| document.total.decimal()),
            "files": files,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let what = match subject.billed() {
        Some(document) => format!("{}, {}: {}", document.number, subject.month, document.total),
        None => format!("Partner {}, {}: not billed yet, in {currency}", subject.partner, subject.month),
    };
    output::print(&format!("{what}\n"));
    let mut rows = Rows::new(&[Column::Left("FILE"), Column::Right("ROWS"), Column::Right("SUM OF THE ROWS")]);
    for (path, file) in written {
        rows.add([path.display().to_string(), file.rows.to_string(), file.total()]);
    }
    rows.print();
    Ok(ExitCode::SUCCESS)
}
