//! Partner center: customers, subscriptions and orders of a partner, as the tools of the partner's catalogue ask for them.
//!
//! What a route refuses is a `Fault`, as those tools read it. What stops a request before its route (no token, no partner role,
//! a body that is too large) and what is the hub's own failure has the shape of all other refusals.
//!
//! Source: Partner Center REST v1, pages on customers (2019-09), orders (2017-12) and subscriptions (2017-12).

mod customers;
mod fault;
mod guid;
pub(crate) mod invoices;
mod line_items;
mod once;
mod orders;
pub(crate) mod rate_card;
pub(crate) mod spending;
mod subscriptions;
pub(crate) mod utilization;

use axum::http::{HeaderName, HeaderValue};
use contract::partner_center::CONTINUATION_HEADER;

use crate::{
    answer::{Answer, Reply},
    call::Call,
    page::{Page, pairs_without},
    partner::page,
    route::{Access, BodyKind, Handle, Route, Versions},
};
use fault::Refused;

pub(crate) use guid::draw as draw_id;

/// The header that names a request: the same name with the same body is carried out once.
const REQUEST_ID: &str = "ms-requestid";
/// The header that names a client's work of several requests.
const CORRELATION_ID: &str = "ms-correlationid";
/// The longest name of a request. Unit: bytes.
const REQUEST_ID_BYTES_MAX: usize = 128;

const READ: &str = "Tallybridge/partners/customers/read";
const WRITE: &str = "Tallybridge/partners/customers/write";

const fn route(
    method: &'static str,
    path: &'static str,
    action: &'static str,
    summary: &'static str,
    success: &'static [u16],
    handle: fn(&Call<'_>) -> Reply,
) -> Route {
    Route {
        method,
        path,
        access: Access::Partner { action },
        versions: Versions::None,
        summary,
        success,
        refusals: &[],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

/// The routes of a partner's catalogue.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        query: &[page::SIZE, page::TOKEN, customers::FILTER],
        ..route(
            "GET",
            "/v1/customers",
            READ,
            "The customers of the caller's partner and of its resellers.",
            &[200],
            |call| finish(call, customers::list(call)),
        )
    },
    Route {
        body: BodyKind::Json,
        refusals: &[409],
        ..route(
            "POST",
            "/v1/customers",
            WRITE,
            "Makes a customer with its directory, once for each MS-RequestId.",
            &[201],
            |call| finish(call, customers::create(call)),
        )
    },
    route("GET", "/v1/customers/{customer}", READ, "One customer.", &[200], |call| finish(call, customers::get(call))),
    Route {
        query: &[page::SIZE, page::TOKEN],
        ..route(
            "GET",
            "/v1/customers/{customer}/subscriptions",
            READ,
            "The subscriptions of a customer.",
            &[200],
            |call| finish(call, subscriptions::list(call)),
        )
    },
    route(
        "GET",
        "/v1/customers/{customer}/subscriptions/{subscription}",
        READ,
        "One subscription of a customer.",
        &[200],
        |call| finish(call, subscriptions::get(call)),
    ),
    Route {
        body: BodyKind::Json,
        refusals: &[409],
        ..route(
            "PATCH",
            "/v1/customers/{customer}/subscriptions/{subscription}",
            WRITE,
            "Suspends, activates, cancels or renames a subscription, from today on.",
            &[200],
            |call| finish(call, subscriptions::change(call)),
        )
    },
    Route {
        body: BodyKind::Json,
        refusals: &[409],
        ..route(
            "POST",
            "/v1/customers/{customer}/orders",
            WRITE,
            "Makes a subscription for each line of an order, once for each MS-RequestId.",
            &[201],
            |call| finish(call, orders::create(call)),
        )
    },
];

/// The answer of a route of this interface: a refusal as a fault, and the names of the request.
fn finish(call: &Call<'_>, outcome: Result<Answer, Refused>) -> Reply {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(Refused::Hub(error)) => return Err(error),
        Err(Refused::Fault(fault)) => fault.into_answer(call)?,
    };
    let request = sent(call, REQUEST_ID).unwrap_or(call.request_id);
    let correlation = sent(call, CORRELATION_ID).unwrap_or(request);
    let answer = answer.with(HeaderName::from_static(REQUEST_ID), request);
    Ok(answer.with(HeaderName::from_static(CORRELATION_ID), correlation))
}

/// The text of a header field.
fn sent<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a str> {
    let text = call.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    text.filter(|text| !text.is_empty() && text.len() <= REQUEST_ID_BYTES_MAX)
}

/// One page of a list, by the header of the place or by the same in the query. `of` says what the list is of.
fn page<Item>(
    call: &Call<'_>,
    of: &str,
    items: Vec<Item>,
    key: impl Fn(&Item) -> String,
) -> Result<Page<Item>, Refused> {
    let header = call.headers.get(CONTINUATION_HEADER).and_then(|value| value.to_str().ok());
    let token = header.or_else(|| call.query.get(page::TOKEN)).filter(|token| !token.is_empty());
    Ok(page::page(call, of, token, items, key)?)
}

/// The address of a list below the version, without its place.
fn uri(call: &Call<'_>) -> String {
    let (path, query) = call.target.split_once('?').unwrap_or((call.target, ""));
    let path = path.trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest);
    let pairs = pairs_without(query, page::TOKEN);
    if pairs.is_empty() { format!("/{path}") } else { format!("/{path}?{}", pairs.join("&")) }
}
