//! Invoice: issued documents.

use std::process::ExitCode;

use anyhow::Context as _;
use model::{Document, InvoiceNumber, LineKind, MeterCatalogue, Office, PartnerId};
use serde_json::json;

use crate::{
    DataFolder, Printing, house,
    output::{self, Column, Rows},
};

/// List issued documents, or show one with its lines. The lines are numbered: `tallybridge explain NUMBER LINE` says where
/// an amount comes from.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The document's number; all documents are listed without it.
    number: Option<InvoiceNumber>,
    /// List only the documents of this partner.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
    /// Print the canonical bytes of the document, which its hash is of, and nothing else.
    #[arg(long, requires = "number", conflicts_with = "json")]
    canonical: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    if let Some(number) = &options.number {
        let stored = hub.store().document(number)?.with_context(|| format!("no document has the number {number}"))?;
        if options.canonical {
            output::print(&String::from_utf8_lossy(&stored.bytes));
        } else if options.printing.json {
            let mut value = as_json(&stored.document);
            value["hash"] = hub::hex(&stored.hash).into();
            value["issued"] = stored.at.to_string().into();
            output::json(&value)?;
        } else {
            show(&hub.office(), &stored.document);
            output::print(&format!("\nIssued {}, SHA-256 {}.", stored.at, hub::hex(&stored.hash)));
        }
        return Ok(ExitCode::SUCCESS);
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
    let partner = office.partners.get(&document.partner).map_or("", |partner| partner.name.as_str());
    output::print(&format!(
        "{} {} for {} of {partner} ({})\nTotal {}\n",
        document.kind.word().replace('_', " ").to_uppercase(),
        document.number,
        document.month,
        document.partner,
        document.total
    ));
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
        let stamp = office.stamps.get(&line.key.stamp).map_or(line.key.stamp.as_str(), |stamp| stamp.name.as_str());
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
            subscription_name(office, &line.key.paying_subscription),
            stamp.to_owned(),
            meter.to_owned(),
            note.to_owned(),
            line.quantity.to_string(),
            price,
            line.amount.decimal(),
        ]);
    }
    rows.print();
}

/// The name of a paying subscription, or its id when it has none.
pub fn subscription_name(office: &Office, id: &model::PayingSubscriptionId) -> String {
    office.subscriptions.get(id).map_or_else(|| id.to_string(), |subscription| subscription.name.clone())
}
