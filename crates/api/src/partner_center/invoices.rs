//! Invoices of a partner: documents, balances and lines, as its programs ask for them.
//!
//! Source: Partner Center REST v1, pages on invoices (2018-02 to 2021-03); domain notes G.

use axum::http::HeaderName;
use contract::{
    commerce::Exact,
    partner_center::{Collection, Link, Links},
    partner_center_billing::{Invoice, InvoiceFacts, InvoiceSummary, LINES_MAX, SummaryFacts},
};
use hub::StoredDocument;
use model::{DocumentKind, InvoiceNumber, Money, Month, PartnerKind, Second};
use serde::Serialize;

use super::{fault::Refused, finish, line_items, route, sent};
use crate::{
    answer::{Answer, Reply},
    call::Call,
    commerce::rate_card::too_large,
    error::ApiError,
    page::pairs_without,
    route::Route,
};

/// The action of looking at documents.
pub(super) const READ: &str = "Tallybridge/partners/invoices/read";

/// The names of the parameters that lead through a list.
pub(super) const SIZE: &str = "size";
/// How many items are passed over.
pub(super) const OFFSET: &str = "offset";

/// The parameters of every list of lines.
const LINES: &[&str] =
    &["provider", "invoicelineitemtype", "currencycode", "period", SIZE, OFFSET, "seekOperation", "continuationToken"];

/// The routes of invoices.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        query: &[SIZE, OFFSET],
        ..route("GET", "/v1/invoices", READ, "The documents of the caller's partner, newest first.", &[200], |call| {
            tell(call, list(call))
        })
    },
    route("GET", "/v1/invoices/summary", READ, "What the documents of the first currency come to.", &[200], |call| {
        tell(call, summary(call))
    }),
    route("GET", "/v1/invoices/summaries", READ, "What the documents come to, by currency.", &[200], |call| {
        tell(call, summaries(call))
    }),
    route("GET", "/v1/invoices/{number}", READ, "One document.", &[200], |call| tell(call, get(call))),
    route(
        "GET",
        "/v1/invoices/{number}/documents/statement",
        READ,
        "A document as PDF, in English, or in French where the X-Locale says so.",
        &[200],
        |call| tell(call, pdf(call)),
    ),
    Route {
        query: LINES,
        ..route("GET", "/v1/invoices/{number}/lineitems", READ, "The lines of a document.", &[200], |call| {
            tell(call, line_items::list(call))
        })
    },
    Route {
        query: LINES,
        ..route(
            "GET",
            "/v1/invoices/{number}/lineitems/{provider}/{type}",
            READ,
            "The lines of a document, by an older address.",
            &[200],
            |call| tell(call, line_items::list(call)),
        )
    },
    Route {
        query: LINES,
        refusals: &[409],
        ..route("GET", "/v1/invoices/unbilled/lineitems", READ, "What there is no document for yet.", &[200], |call| {
            tell(call, line_items::unbilled(call))
        })
    },
];

/// The answer of a route of billing: with the headers that its clients look at.
pub(super) fn tell(call: &Call<'_>, outcome: Result<Answer, Refused>) -> Reply {
    let answer = finish(call, outcome)?;
    let vector: String = call.request_id.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let vector = sent(call, "ms-cv").map_or(format!("{vector}.0"), str::to_owned);
    let answer = answer.with(HeaderName::from_static("ms-cv"), &vector);
    let answer = answer.with(HeaderName::from_static("ms-serverid"), &call.hub().incarnation()?);
    Ok(answer.with(HeaderName::from_static("x-locale"), sent(call, "x-locale").unwrap_or("en-US")))
}

/// The documents of the caller's partner, oldest first. A reseller has none: its provider is invoiced.
fn documents(call: &Call<'_>) -> Result<Vec<StoredDocument>, Refused> {
    let partner = call.partner.clone().ok_or_else(ApiError::not_found)?;
    let known = call.office.partners.get(&partner);
    if known.is_none_or(|known| known.kind == PartnerKind::IndirectReseller) {
        return Ok(Vec::new());
    }
    Ok(call.hub().store().documents(Some(&partner))?)
}

/// The document in the path. Another partner's is not there.
pub(super) fn named(call: &Call<'_>) -> Result<StoredDocument, Refused> {
    let text = call.param("number");
    let missing = || Refused::invoice_not_found(text);
    let partner = call.partner.clone().ok_or_else(ApiError::not_found)?;
    let number = InvoiceNumber::new(text).map_err(|_| missing())?;
    let reseller = call.office.partners.get(&partner).is_none_or(|known| known.kind == PartnerKind::IndirectReseller);
    let found = call.hub().store().document(&number)?;
    found.filter(|found| found.document.partner == partner && !reseller).ok_or_else(missing)
}

fn show(stored: &StoredDocument) -> Invoice {
    let document = &stored.document;
    let (from, until) = moments(document.month);
    Invoice::new(InvoiceFacts {
        id: document.number.as_str(),
        issued: &stored.at.to_string(),
        from: &from,
        until: &until,
        total: Exact::of(&document.total.decimal()),
        currency: document.currency.code(),
        is_credit_note: document.kind == DocumentKind::CreditNote,
        has_pdf: true,
    })
}

/// The first and the last moment of a month.
pub(super) fn moments(month: Month) -> (String, String) {
    let days = month.days();
    let end = days.end.start();
    (days.start.start().to_string(), Second(end.0.saturating_sub(1)).to_string())
}

fn list(call: &Call<'_>) -> Result<Answer, Refused> {
    let (size, offset) = (size(call)?, offset(call)?);
    let documents = documents(call)?;
    let total = documents.len();
    let items: Vec<Invoice> = documents.iter().rev().skip(offset).take(size).map(show).collect();
    let more = total > offset.saturating_add(items.len());
    Ok(Answer::ok(&by_offset(call, items, offset, size, more))?)
}

fn get(call: &Call<'_>) -> Result<Answer, Refused> {
    Ok(Answer::ok(&show(&named(call)?))?)
}

/// The pages of a document, with the names of the day of issue where they are known.
fn pdf(call: &Call<'_>) -> Result<Answer, Refused> {
    let stored = named(call)?;
    let office = match &stored.pins {
        Some(pins) => std::sync::Arc::new(call.hub().store().office_as_of(pins.office)?),
        None => std::sync::Arc::clone(&call.office),
    };
    let is_french = sent(call, "x-locale").is_some_and(|locale| locale.to_ascii_lowercase().starts_with("fr"));
    let language = if is_french { paper::Language::French } else { paper::Language::English };
    let names = paper::names::Names::new(&office);
    let pages = paper::invoice_pdf(&names, &stored.document, stored.at, &stored.hash, language);
    Ok(Answer::file("application/pdf", pages.map_err(|error| too_large(&error))?))
}

/// The sums of all documents, by currency.
fn balances(call: &Call<'_>) -> Result<Vec<SummaryFacts>, Refused> {
    let mut sums: Vec<(Money, Second, Second)> = Vec::new();
    for stored in documents(call)? {
        let total = stored.document.total;
        match sums.iter_mut().find(|(sum, ..)| sum.currency == total.currency) {
            Some((sum, _, last)) => {
                *sum = sum.checked_add(total).map_err(|error| too_large(&error))?;
                *last = stored.at;
            }
            None => sums.push((total, stored.at, stored.at)),
        }
    }
    let each = sums.into_iter().map(|(sum, first, last)| SummaryFacts {
        balance: Exact::of(&sum.decimal()),
        currency: sum.currency.code().to_owned(),
        first: first.to_string(),
        last: last.to_string(),
    });
    Ok(each.collect())
}

/// The currency in which a partner is invoiced.
pub(super) fn currency(call: &Call<'_>) -> Result<&'static str, Refused> {
    let partner = call.partner.clone().ok_or_else(ApiError::not_found)?;
    let list = call.office.price_list_of(&partner);
    let currency = list.map(model::PriceList::invoiced_in);
    let known = currency.and_then(|currency| model::Currency::all().iter().find(|one| **one == currency));
    Ok(known.map_or("USD", |known| known.code()))
}

fn summary(call: &Call<'_>) -> Result<Answer, Refused> {
    let balances = balances(call)?;
    let shown = match balances.first() {
        Some(first) => InvoiceSummary::new(first),
        None => InvoiceSummary::empty(currency(call)?),
    };
    Ok(Answer::ok(&shown)?)
}

fn summaries(call: &Call<'_>) -> Result<Answer, Refused> {
    let items = balances(call)?.iter().map(InvoiceSummary::new).collect();
    Ok(Answer::ok(&Collection::page(items, "/invoices/summaries", None))?)
}

/// How many items are asked for.
pub(super) fn size(call: &Call<'_>) -> Result<usize, Refused> {
    size_within(call, LINES_MAX)
}

/// How many items are asked for, of so many at the most.
pub(super) fn size_within(call: &Call<'_>, most: usize) -> Result<usize, Refused> {
    let Some(text) = call.query.get(SIZE) else { return Ok(most) };
    let read = text.parse().ok().filter(|size| (1..=most).contains(size));
    read.ok_or_else(|| {
        let text: String = text.chars().take(20).collect();
        Refused::invalid("InvalidSize", format!("The size '{text}' is none. Give a number from 1 to {most}."))
    })
}

/// How many items are to be passed over.
pub(super) fn offset(call: &Call<'_>) -> Result<usize, Refused> {
    let Some(text) = call.query.get(OFFSET).filter(|text| !text.is_empty()) else { return Ok(0) };
    let read = text.parse::<u32>().ok().and_then(|offset| usize::try_from(offset).ok());
    read.ok_or_else(|| {
        let text: String = text.chars().take(20).collect();
        Refused::invalid("InvalidOffset", format!("The offset '{text}' is none. Give a number from 0 on."))
    })
}

/// A page whose link says how many items come before the next one.
pub(super) fn by_offset<Item: Serialize>(
    call: &Call<'_>,
    items: Vec<Item>,
    offset: usize,
    size: usize,
    more: bool,
) -> Collection<Item> {
    let own = super::uri(call);
    let mut page = Collection::page(items, &own, None);
    if more {
        let (path, query) = own.split_once('?').unwrap_or((&own, ""));
        let mut pairs: Vec<String> = pairs_without(query, OFFSET).into_iter().map(str::to_owned).collect();
        pairs.retain(|pair| !pair.split('=').next().unwrap_or_default().eq_ignore_ascii_case(SIZE));
        pairs.push(format!("{SIZE}={size}"));
        pairs.push(format!("{OFFSET}={}", offset.saturating_add(size)));
        let next = Some(Link::get(format!("{path}?{}", pairs.join("&"))));
        page.links = Links { own: page.links.own, next };
    }
    page
}
