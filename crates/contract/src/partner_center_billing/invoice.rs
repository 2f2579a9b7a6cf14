//! Invoices: documents and balances.

use serde::Serialize;

use super::{LineKind, MARKETPLACE_USAGE, ONE_TIME_BILLING};
use crate::{
    commerce::Exact,
    partner_center::{Attributes, Link, Links},
};

/// A document.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    id: String,
    #[serde(rename = "invoiceDate")]
    date: String,
    billing_period_start_date: String,
    billing_period_end_date: String,
    total_charges: Exact,
    paid_amount: Exact,
    currency_code: String,
    currency_symbol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf_download_link: Option<String>,
    tax_receipts: Vec<String>,
    #[serde(rename = "invoiceDetails")]
    details: Vec<InvoiceDetail>,
    amendments: Vec<String>,
    document_type: &'static str,
    #[serde(rename = "invoiceType")]
    kind: &'static str,
    links: Links,
    attributes: Attributes,
}

/// Lines that a document has.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceDetail {
    #[serde(flatten)]
    kind: LineKind,
    links: Links,
    attributes: Attributes,
}

/// What a document says.
#[derive(Debug, Clone)]
pub struct InvoiceFacts<'a> {
    /// Its number.
    pub id: &'a str,
    /// When it was issued, as a time in UTC.
    pub issued: &'a str,
    /// The first moment of its month.
    pub from: &'a str,
    /// The last moment of its month.
    pub until: &'a str,
    /// Its total.
    pub total: Exact,
    /// Its currency.
    pub currency: &'a str,
    /// Whether it gives money back.
    pub is_credit_note: bool,
    /// Whether there is a PDF of it.
    pub has_pdf: bool,
}

impl Invoice {
    /// A document.
    pub fn new(facts: InvoiceFacts<'_>) -> Self {
        let id = facts.id;
        let detail = |kind, path: &str| InvoiceDetail {
            kind,
            links: Links { own: Link::get(format!("/invoices/{id}/lineitems/{path}")), next: None },
            attributes: Attributes::of("InvoiceDetail", None),
        };
        Self {
            id: id.to_owned(),
            date: facts.issued.to_owned(),
            billing_period_start_date: facts.from.to_owned(),
            billing_period_end_date: facts.until.to_owned(),
            total_charges: facts.total,
            paid_amount: Exact::zero(),
            currency_code: facts.currency.to_owned(),
            currency_symbol: symbol(facts.currency),
            pdf_download_link: facts.has_pdf.then(|| format!("/invoices/{id}/documents/statement")),
            tax_receipts: Vec::new(),
            details: vec![
                detail(ONE_TIME_BILLING, "OneTime/BillingLineItems"),
                detail(MARKETPLACE_USAGE, "OneTime/UsageLineItems"),
            ],
            amendments: Vec::new(),
            document_type: if facts.is_credit_note { "adjustment_note" } else { "invoice" },
            kind: "OneTime",
            links: Links { own: Link::get(format!("/invoices/{id}")), next: None },
            attributes: Attributes::of("Invoice", None),
        }
    }
}

/// The sign of a currency; empty where the code is as good.
fn symbol(currency: &str) -> &'static str {
    match currency {
        "USD" | "CAD" | "AUD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        _ => "",
    }
}

/// What all documents of a currency come to. Payments are not known here, so all of it is open.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceSummary {
    balance_amount: Exact,
    currency_code: String,
    currency_symbol: &'static str,
    accounting_date: String,
    first_invoice_creation_date: String,
    last_payment_date: &'static str,
    last_payment_amount: Exact,
    latest_invoice_date: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<InvoiceSummaryDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
    attributes: Attributes,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct InvoiceSummaryDetail {
    invoice_type: &'static str,
    summary: Box<InvoiceSummary>,
}

/// What the documents of a currency come to.
#[derive(Debug, Clone)]
pub struct SummaryFacts {
    /// Their sum.
    pub balance: Exact,
    /// The currency.
    pub currency: String,
    /// When the first was issued, as a time in UTC.
    pub first: String,
    /// When the last was issued, as a time in UTC.
    pub last: String,
}

/// How Partner Center writes that there was none.
const NEVER: &str = "0001-01-01T00:00:00";

impl InvoiceSummary {
    /// The summary of a currency.
    pub fn new(facts: &SummaryFacts) -> Self {
        let inner = Self::bare(facts);
        let details = vec![InvoiceSummaryDetail { invoice_type: "OneTime", summary: Box::new(inner) }];
        let links = Some(Links { own: Link::get("/invoices/summary"), next: None });
        Self { details, links, ..Self::bare(facts) }
    }

    fn bare(facts: &SummaryFacts) -> Self {
        Self {
            balance_amount: facts.balance.clone(),
            currency_code: facts.currency.clone(),
            currency_symbol: symbol(&facts.currency),
            accounting_date: facts.last.clone(),
            first_invoice_creation_date: facts.first.clone(),
            last_payment_date: NEVER,
            last_payment_amount: Exact::zero(),
            latest_invoice_date: facts.last.clone(),
            details: Vec::new(),
            links: None,
            attributes: Attributes::of("InvoiceSummary", None),
        }
    }

    /// What there is before there is a document.
    pub fn empty(currency: &str) -> Self {
        let never = NEVER.to_owned();
        let facts =
            SummaryFacts { balance: Exact::zero(), currency: currency.to_owned(), first: never.clone(), last: never };
        Self::new(&facts)
    }
}
