//! Invoice: issued documents.

use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use hub::Hub;
use model::{Document, InvoiceNumber, LineKind, MeterCatalogue, Office, PartnerId};
use paper::{Language, names::Names};
use serde_json::json;

use crate::{
    DataFolder, Printing, house, names,
    output::{self, Column, Rows},
};
use destination::{Content, Destination};

pub mod destination;

/// List issued documents, or show one with its lines, as text, JSON or PDF. The lines are numbered: `tallybridge explain
/// NUMBER LINE` says where an amount comes from.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The document's number; all documents are listed without it, or with the word list.
    number: Option<InvoiceNumber>,
    /// List only the documents of this partner.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    /// Print the canonical bytes of the document, which its hash is of, and nothing else.
    #[arg(long, requires = "number", conflicts_with_all = ["json", "format"])]
    canonical: bool,
    /// In which form to show the document.
    #[arg(long, requires = "number", conflicts_with = "json")]
    format: Option<Format>,
    /// The language of a PDF: en or fr.
    #[arg(long, value_parser = destination::language, default_value = "en")]
    language: Language,
    #[command(flatten)]
    destination: Destination,
}

/// In which form a document is shown.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Text for people.
    Text,
    /// JSON with names beside the ids.
    Json,
    /// Pages for people, on A4.
    Pdf,
    /// The bytes of the record, which its hash is of.
    Canonical,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    if let Some(number) = options.number.as_ref().filter(|number| number.folded() != "list") {
        let stored = hub.store().document(number)?.with_context(|| house::no_document(number))?;
        one(options, &hub, &stored)?;
        return Ok(ExitCode::SUCCESS);
    }
    ensure!(
        options.format.is_none() && !options.canonical && options.destination.output.is_none(),
        "name the document that is to be shown or written: `tallybridge invoice NUMBER`"
    );
    if let Some(partner) = &options.partner {
        ensure!(hub.office().partners.contains_key(partner), "partner {partner} is not known");
    }
    let documents = hub.store().documents(options.partner.as_ref())?;
    if options.printing.json {
        let documents: Vec<_> = documents.iter().map(|stored| summary(&stored.document)).collect();
        output::json(&json!({ "documents": documents }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if documents.is_empty() {
        output::print("No document was issued yet. Close a month with `tallybridge close --month YYYY-MM`.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Rows::new(&[
        Column::Left("NUMBER"),
        Column::Left("KIND"),
        Column::Left("PARTNER"),
        Column::Left("MONTH"),
        Column::Right("LINES"),
        Column::Right("ADJUSTMENTS"),
        Column::Right("TOTAL"),
        Column::Left("ISSUED"),
    ]);
    for stored in &documents {
        let document = &stored.document;
        rows.add([
            document.number.to_string(),
            document.kind.word().replace('_', " "),
            document.partner.to_string(),
            document.month.to_string(),
            document.lines.len().to_string(),
            adjustments(document).to_string(),
            document.total.to_string(),
            stored.at.to_string(),
        ]);
    }
    rows.print();
    Ok(ExitCode::SUCCESS)
}

/// Shows one document, or writes it to a file.
fn one(options: &Options, hub: &Hub, stored: &store::Document) -> anyhow::Result<()> {
    let document = &stored.document;
    let format = match (options.format, options.canonical) {
        (Some(format), _) => format,
        (None, true) => Format::Canonical,
        (None, false) => Format::Text,
    };
    let content = if format == Format::Pdf { Content::Binary } else { Content::Text };
    options.destination.check(content)?;
    let bytes = match format {
        _ if options.printing.json => {
            let mut value = as_json(document);
            value["hash"] = hub::hex(&stored.hash).into();
            value["issued"] = stored.at.to_string().into();
            format!("{}\n", serde_json::to_string_pretty(&value)?).into_bytes()
        }
        Format::Text => {
            let text = text(&hub.office(), document);
            format!("{text}\n\nIssued {}, SHA-256 {}.\n", stored.at, hub::hex(&stored.hash)).into_bytes()
        }
        Format::Canonical => {
            // To a terminal the end of the line is missing; a file has the bytes that are hashed, and no more.
            let end: &[u8] = if options.destination.file().is_some() { b"" } else { b"\n" };
            [stored.bytes.as_slice(), end].concat()
        }
        Format::Json => {
            paper::invoice_json(&Names::new(&office_of_issue(hub, stored)?), document, stored.at, &stored.hash)?
        }
        Format::Pdf => {
            let office = office_of_issue(hub, stored)?;
            paper::invoice_pdf(&Names::new(&office), document, stored.at, &stored.hash, options.language)?
        }
    };
    options.destination.write(content, &bytes)?;
    if let Some(path) = options.destination.file() {
        output::print(&format!("{} is written: {}.", path.display(), document.number));
    }
    Ok(())
}

/// The office by which a document was computed, so that its pages do not change with names; as it is now for a document that
/// does not say.
fn office_of_issue(hub: &Hub, stored: &store::Document) -> anyhow::Result<Office> {
    match &stored.pins {
        Some(pins) => Ok(hub.store().office_as_of(pins.office)?),
        None => Ok(hub.office().as_ref().clone()),
    }
}

/// How many lines of a document are adjustments.
pub fn adjustments(document: &Document) -> usize {
    document.lines.iter().filter(|line| line.kind == LineKind::Adjustment).count()
}

/// A document in a few words.
pub fn summary(document: &Document) -> serde_json::Value {
    json!(api::partner::summary(document))
}

/// A document with its lines.
pub fn as_json(document: &Document) -> serde_json::Value {
    json!(api::partner::detail(document))
}

/// Prints a document for people.
pub fn show(office: &Office, document: &Document) {
    output::print(&text(office, document));
}

/// A document for people, as text.
fn text(office: &Office, document: &Document) -> String {
    let partner = office.partners.get(&document.partner).map_or("", |partner| partner.name.as_str());
    let head = format!(
        "{} {} for {} of {partner} ({})\nTotal {}\n",
        document.kind.word().replace('_', " ").to_uppercase(),
        document.number,
        document.month,
        document.partner,
        document.total
    );
    let mut rows = Rows::new(&[
        Column::Right("LINE"),
        Column::Left("MONTH"),
        Column::Left("SUBSCRIPTION"),
        Column::Left("STAMP"),
        Column::Left("METER"),
        Column::Left("NOTE"),
        Column::Right("QUANTITY"),
        Column::Right("PRICE"),
        Column::Right("AMOUNT"),
    ]);
    for (line, number) in document.lines.iter().zip(1..) {
        let stamp = names::stamp(office, &line.key.stamp);
        let meter = MeterCatalogue::published().find(&line.key.meter).map_or("?", |meter| meter.name);
        let note = match (line.kind, line.key.scope) {
            (LineKind::Adjustment, _) => "adjustment",
            (LineKind::Usage, model::Scope::Infrastructure) => "infrastructure",
            (LineKind::Usage, model::Scope::Tenant) => "",
        };
        let price = if line.divisor == 1 {
            line.unit_price.to_string()
        } else {
            format!("{} per {}", line.unit_price, line.divisor)
        };
        rows.add([
            number.to_string(),
            line.key.month.to_string(),
            names::subscription(office, &line.key.paying_subscription),
            stamp.clone(),
            meter.to_owned(),
            note.to_owned(),
            shown(&line.quantity.to_string()),
            price,
            line.amount.decimal(),
        ]);
    }
    rows.add(["", "Total", "", "", "", "", "", "", &document.total.decimal()]);
    let cut = document.lines.iter().any(|line| shown(&line.quantity.to_string()).ends_with('…'));
    let more = if cut {
        "\n\nQuantities that end in … have more decimals: `tallybridge explain` and --json have all."
    } else {
        ""
    };
    format!("{head}\n{}{more}", rows.text())
}

/// A quantity with six decimals at most, as on the pages of a document. One that has more is marked, never rounded.
fn shown(quantity: &str) -> String {
    match quantity.split_once('.') {
        Some((whole, decimals)) if decimals.len() > 6 => {
            format!("{whole}.{}…", decimals.chars().take(6).collect::<String>())
        }
        _ => quantity.to_owned(),
    }
}
