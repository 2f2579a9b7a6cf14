//! Price sheet: a partner's prices and exchange rates of a month as files, as the partner's price interface gives them.
//!
//! Source: Partner API v1.0, price sheets and foreign exchange rates, read 2026-11; domain notes G: prices are the partner's,
//! and not its resellers'.

mod packed;
mod rates;
mod sheet;

use axum::http::{HeaderName, StatusCode, header};
use model::{Month, PriceList};

use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    partner,
    route::{Access, BodyKind, Handle, Route, Versions},
};

/// The action of looking at documents: who sees what was charged sees by which prices.
const READ: &str = "Tallybridge/partners/invoices/read";

/// The names of the query's parameters.
const TIMELINE: &str = "timeline";
const MONTH: &str = "month";

/// The routes of price sheets.
pub(crate) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/v1.0/sales/{sheet}/$value",
    access: Access::Partner { action: READ },
    versions: Versions::None,
    summary: "The prices or the exchange rates of a month: pricesheets(Market='US',PricesheetView='azure_consumption') or \
              fxrates(Month='202610').",
    success: &[200],
    refusals: &[],
    query: &[TIMELINE, MONTH],
    body: BodyKind::None,
    handle: Handle::Call(get),
}];

/// What a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// Prices, by market.
    Prices(String),
    /// Exchange rates of a month.
    Rates(Month),
}

fn get(call: &Call<'_>) -> Reply {
    let list = own_list(call)?;
    let (name, text) = match asked(call.param("sheet"))? {
        Asked::Prices(market) => {
            let month = month(call)?;
            (format!("pricesheet_{market}_{}.csv", compact(month)), sheet::write(list, &market, month)?)
        }
        Asked::Rates(month) => (format!("fxrates_{}.csv", compact(month)), rates::write(list, month)),
    };
    let attached = |name: &str| format!("attachment; filename=\"{name}\"");
    let disposition: HeaderName = header::CONTENT_DISPOSITION;
    let wants_packed = call.headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    if wants_packed.is_some_and(|text| text.split(',').any(|one| one.trim().eq_ignore_ascii_case("deflate"))) {
        let bytes = packed::pack(&name, text.as_bytes()).map_err(|error| unpackable(&error))?;
        return Ok(Answer::file("application/zip", bytes).with(disposition, &attached(&format!("{name}.zip"))));
    }
    Ok(Answer::file("text/csv; charset=utf-8", text.into_bytes()).with(disposition, &attached(&name)))
}

fn unpackable(error: &std::io::Error) -> ApiError {
    tracing::error!(error.message = %error, "a price sheet could not be packed");
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalError",
        "The hub failed at this request. Tell the operator.",
    )
}

/// The price list of the partner that asks. A reseller has none to see: it is charged by its provider.
fn own_list<'a>(call: &'a Call<'_>) -> Result<&'a PriceList, ApiError> {
    let missing = || {
        let message = "There is no price sheet: the partner has no price list of its own.";
        ApiError::new(StatusCode::NOT_FOUND, "PriceSheetNotFound", message)
    };
    let partner = call.partner.as_ref().and_then(|id| call.office.partners.get(id)).ok_or_else(missing)?;
    if partner::is_reseller(partner) {
        return Err(missing());
    }
    call.office.price_list_of(&partner.id).ok_or_else(missing)
}

/// Reads the key of a sheet. Names and values are compared without case, and keys may stand in any order.
fn asked(text: &str) -> Result<Asked, ApiError> {
    let invalid = || {
        ApiError::bad_request(
            "InvalidSheet",
            "Ask for pricesheets(Market='US',PricesheetView='azure_consumption') or fxrates(Month='202610').",
        )
    };
    let (name, keys) = text.strip_suffix(')').and_then(|text| text.split_once('(')).ok_or_else(invalid)?;
    let mut found: Vec<(String, String)> = Vec::new();
    for key in keys.split(',') {
        let (key, value) = key.split_once('=').ok_or_else(invalid)?;
        let value = value.trim().strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).ok_or_else(invalid)?;
        found.push((key.trim().to_ascii_lowercase(), value.to_owned()));
    }
    found.sort();
    let found: Vec<(&str, &str)> = found.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    match (name.to_ascii_lowercase().as_str(), found.as_slice()) {
        ("pricesheets", [("market", market), ("pricesheetview", view)]) => {
            let is_market = market.len() == 2 && market.bytes().all(|byte| byte.is_ascii_alphabetic());
            if !is_market || !view.eq_ignore_ascii_case("azure_consumption") {
                return Err(invalid());
            }
            Ok(Asked::Prices(market.to_ascii_uppercase()))
        }
        ("fxrates", [("month", month)]) => read_month(month).map(Asked::Rates).ok_or_else(invalid),
        _ => Err(invalid()),
    }
}

/// The month of a price sheet: by the name of its place in time, or as it is said.
fn month(call: &Call<'_>) -> Result<Month, ApiError> {
    let now = call.hub().now().day().ok_or_else(ApiError::not_found)?.month();
    let sent = call.query.get(MONTH).filter(|sent| !sent.is_empty());
    let said =
        sent.map(|sent| read_month(sent).ok_or_else(|| invalid_month("Write the month as in 202610."))).transpose()?;
    match (call.query.get(TIMELINE).map(str::to_ascii_lowercase).as_deref(), said) {
        (None | Some("current"), None) => Ok(now),
        (None | Some("current"), Some(month)) if month == now => Ok(now),
        (Some("future"), None) => Ok(now.next()),
        (Some("future"), Some(month)) if month > now => Ok(month),
        (None | Some("history"), Some(month)) if month < now => Ok(month),
        (None | Some("current" | "future" | "history"), _) => Err(invalid_month(
            "The month is missing, or is not in this timeline: history is before this month, future after it.",
        )),
        (Some(_), _) => Err(ApiError::bad_request("InvalidTimeline", "The timeline is current, history or future.")),
    }
}

fn invalid_month(message: &str) -> ApiError {
    ApiError::bad_request("InvalidMonth", message)
}

/// A month such as `202610`.
fn read_month(text: &str) -> Option<Month> {
    let (year, month) = text.split_at_checked(4)?;
    let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Month::parse(&format!("{year}-{month}")).ok() } else { None }
}

fn compact(month: Month) -> String {
    month.to_string().replace('-', "")
}

/// Writes values separated by commas. A text that a spreadsheet would take for a formula is kept from it.
/// Source: RFC 4180; OWASP, CSV injection.
fn write_row(cells: &[&str], out: &mut String) {
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

/// A text of somebody as no spreadsheet takes it for a formula.
fn plain(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
