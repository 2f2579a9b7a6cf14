//! File: a document as a file: pages, tables, and the data sets of FOCUS, all made in memory.

use std::{io, sync::Arc};

use billing::{bill::Terms, rate::DailyCharge};
use hub::{CloseError, Side, StoredDocument, View};
use maud::{Markup, html};
use model::{Document, LineKind, Office, Rounding};
use paper::{
    Language as PaperLanguage, PaperError,
    focus::{CostAndUsage, Format, InvoiceDetail, Version},
    names::Names,
    reconciliation::{Layout, Reconciliation},
    row::{Context, Days, Issued, RowError, Written},
};

use super::document_of;
use crate::{
    fault::Fault,
    link::Link,
    reply::{Reply, file},
    visit::Visit,
};

/// Who issues the documents, in the columns that name it.
const ISSUER: &str = "Tallybridge";
/// The longest file that is made here. Larger ones are for the command line. Unit: bytes.
const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most lines of a document of which pages are set.
const PAGES_LINES_MAX: usize = 50_000;
/// The most lines of a document whose days are written out: each may have one row for each day and local subscription.
const DAYS_LINES_MAX: usize = 20_000;

/// A file that there is of every document.
struct Kind {
    /// The last part of its address, and of its name.
    name: &'static str,
    /// The name of the text that says what it is.
    text: &'static str,
    content_type: &'static str,
    /// The most lines that a document may have.
    lines_max: usize,
    make: fn(&Visit<'_>, &Source<'_>) -> Result<Vec<u8>, Problem>,
}

const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";
const PARQUET: &str = "application/vnd.apache.parquet";

/// Every file, in the order in which they are offered.
const KINDS: &[Kind] = &[
    Kind {
        name: "document.pdf",
        text: "invoices-file-pdf",
        content_type: "application/pdf",
        lines_max: PAGES_LINES_MAX,
        make: pdf,
    },
    Kind {
        name: "document.json",
        text: "invoices-file-json",
        content_type: JSON,
        lines_max: PAGES_LINES_MAX,
        make: json,
    },
    Kind { name: "record.json", text: "invoices-file-record", content_type: JSON, lines_max: usize::MAX, make: record },
    Kind {
        name: "new-commerce.csv",
        text: "invoices-file-new-commerce",
        content_type: CSV,
        lines_max: usize::MAX,
        make: new_commerce,
    },
    Kind { name: "legacy.csv", text: "invoices-file-legacy", content_type: CSV, lines_max: usize::MAX, make: legacy },
    Kind {
        name: "cost-and-usage.parquet",
        text: "invoices-file-costs-parquet",
        content_type: PARQUET,
        lines_max: DAYS_LINES_MAX,
        make: costs_parquet,
    },
    Kind {
        name: "cost-and-usage.csv",
        text: "invoices-file-costs-csv",
        content_type: CSV,
        lines_max: DAYS_LINES_MAX,
        make: costs_csv,
    },
    Kind {
        name: "invoice-detail.parquet",
        text: "invoices-file-detail-parquet",
        content_type: PARQUET,
        lines_max: usize::MAX,
        make: detail_parquet,
    },
    Kind {
        name: "invoice-detail.csv",
        text: "invoices-file-detail-csv",
        content_type: CSV,
        lines_max: usize::MAX,
        make: detail_csv,
    },
];

impl Kind {
    /// What to type where it is too large for here.
    fn command(&self, number: &str) -> String {
        match self.name {
            "document.pdf" => format!("tallybridge invoice {number} --format pdf --output FILE"),
            "document.json" => format!("tallybridge invoice {number} --format json --output FILE"),
            name if name.starts_with("cost") || name.starts_with("invoice") => {
                format!("tallybridge export focus --invoice {number} --output FOLDER")
            }
            _ => format!("tallybridge export reconciliation --invoice {number}"),
        }
    }
}

/// Why a file was not made.
enum Problem {
    TooLarge,
    Fault(Fault),
}

impl From<RowError> for Problem {
    fn from(error: RowError) -> Self {
        Self::Fault(Fault::Failed(error.to_string()))
    }
}

impl From<PaperError> for Problem {
    fn from(error: PaperError) -> Self {
        Self::Fault(Fault::Failed(error.to_string()))
    }
}

impl From<CloseError> for Problem {
    fn from(error: CloseError) -> Self {
        Self::Fault(Fault::Failed(error.to_string()))
    }
}

/// A document, with the office that it was computed from, so that its files never change.
struct Source<'a> {
    stored: &'a StoredDocument,
    office: Arc<Office>,
}

impl<'a> Source<'a> {
    fn new(visit: &Visit<'_>, stored: &'a StoredDocument) -> Result<Self, Fault> {
        let office = match &stored.pins {
            Some(pins) => Arc::new(visit.hub().store().office_as_of(pins.office)?),
            None => Arc::clone(&visit.office),
        };
        Ok(Self { stored, office })
    }

    fn document(&self) -> &Document {
        &self.stored.document
    }

    fn context(&self) -> Context<'_> {
        let document = self.document();
        let list = self.office.price_list_of(&document.partner);
        let rounding = list.map_or(Rounding::HalfUp, |list| list.rounding);
        let days = if self.stored.pins.is_some() { Days::Given } else { Days::Unknown };
        Context {
            office: &self.office,
            partner: &document.partner,
            month: document.month,
            terms: Terms { currency: document.currency, rounding },
            issuer: ISSUER,
            issued: Some(Issued { number: document.number.clone(), at: self.stored.at, days }),
        }
    }

    /// What was written must come to what the document says.
    fn check(&self, written: Written) -> Result<(), Problem> {
        let document = self.document();
        if written.adds_up_to(document.total) {
            return Ok(());
        }
        let message = format!("the rows add up to {} and {} to {}", written.total(), document.number, document.total);
        Err(Problem::Fault(Fault::Failed(message)))
    }
}

/// A file in memory that refuses to grow without end.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(more.len()) > FILE_BYTES_MAX {
            self.is_full = true;
            return Err(io::Error::other("the file is too large to be made in memory"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a file, and says when it became too large.
fn bounded(write: impl FnOnce(&mut Bounded) -> Result<(), Problem>) -> Result<Vec<u8>, Problem> {
    let mut out = Bounded::default();
    match write(&mut out) {
        Err(_) if out.is_full => Err(Problem::TooLarge),
        other => other.map(|()| out.bytes),
    }
}

/// Sends a file of a document.
pub(super) fn send(visit: &Visit<'_>) -> Reply {
    let wanted = visit.param("file");
    let kind = KINDS.iter().find(|kind| kind.name == wanted).ok_or(Fault::NotFound)?;
    let stored = document_of(visit)?;
    let number = stored.document.number.to_string();
    let too_large = || Fault::Bad(visit.tell("invoices-file-too-large", &[("command", kind.command(&number).into())]));
    if stored.document.lines.len() > kind.lines_max {
        return Err(too_large());
    }
    let _turn = visit.house.archive.turn();
    let source = Source::new(visit, &stored)?;
    match (kind.make)(visit, &source) {
        Ok(bytes) => file(format!("{}-{}", plain(&number), kind.name), kind.content_type, bytes),
        Err(Problem::TooLarge) => Err(too_large()),
        Err(Problem::Fault(fault)) => Err(fault),
    }
}

/// A number as part of a file's name.
fn plain(number: &str) -> String {
    number.chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '-' }).collect()
}

/// The links to all files.
pub(super) fn list(visit: &Visit<'_>, document: &Document) -> Result<Markup, Fault> {
    let partner = &visit.partner()?.id;
    let link =
        |kind: &Kind| Link::of(partner, "invoices").part(document.number.as_str()).part("files").part(kind.name).text();
    Ok(html! {
        ul.choices {
            @for kind in KINDS {
                @if document.lines.len() <= kind.lines_max {
                    li { a href=(link(kind)) download { (visit.say(kind.text)) } }
                } @else {
                    li { (visit.say(kind.text)) " " span.small { code { (kind.command(document.number.as_str())) } } }
                }
            }
        }
    })
}

fn pdf(visit: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    let stored = source.stored;
    let language = PaperLanguage::from_code(visit.language.tag()).unwrap_or(PaperLanguage::English);
    Ok(paper::invoice_pdf(&Names::new(&source.office), &stored.document, stored.at, &stored.hash, language)?)
}

fn json(_: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    let stored = source.stored;
    Ok(paper::invoice_json(&Names::new(&source.office), &stored.document, stored.at, &stored.hash)?)
}

/// The bytes that the hash is of.
fn record(_: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    Ok(source.stored.bytes.clone())
}

fn new_commerce(_: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    reconciliation(source, Layout::NewCommerce)
}

fn legacy(_: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    reconciliation(source, Layout::Legacy)
}

fn reconciliation(source: &Source<'_>, layout: Layout) -> Result<Vec<u8>, Problem> {
    bounded(|out| {
        let mut rows = Reconciliation::new(out, source.context(), layout)?;
        source.document().lines.iter().try_for_each(|line| rows.line(line))?;
        source.check(rows.finish()?)
    })
}

fn costs_csv(visit: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    costs(visit, source, Format::Csv)
}

fn costs_parquet(visit: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    costs(visit, source, Format::Parquet)
}

fn costs(visit: &Visit<'_>, source: &Source<'_>, format: Format) -> Result<Vec<u8>, Problem> {
    let document = source.document();
    bounded(|out| {
        let mut rows = CostAndUsage::new(out, source.context(), Version::V1_4, format)?;
        document.lines.iter().try_for_each(|line| rows.line(line))?;
        // A month that was billed before has no usage lines on its later documents, and so no days there.
        let has_usage = document.lines.iter().any(|line| line.kind == LineKind::Usage);
        if let Some(pins) = source.stored.pins.as_ref().filter(|_| has_usage) {
            let each = |charge: &DailyCharge| Ok::<(), Problem>(rows.daily(charge)?);
            let (partner, view) = (&document.partner, View::Pinned(pins));
            visit.hub().daily_charges(partner, document.month, view, Side::Cost, |_| Ok(()), each)?;
        }
        source.check(rows.finish()?)
    })
}

fn detail_csv(_: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    detail(source, Format::Csv)
}

fn detail_parquet(_: &Visit<'_>, source: &Source<'_>) -> Result<Vec<u8>, Problem> {
    detail(source, Format::Parquet)
}

fn detail(source: &Source<'_>, format: Format) -> Result<Vec<u8>, Problem> {
    bounded(|out| {
        let mut rows = InvoiceDetail::new(out, source.context(), format)?;
        source.document().lines.iter().try_for_each(|line| rows.line(line))?;
        source.check(rows.finish()?)
    })
}
