//! Utilization of a customer's subscription: the rows that it pays for. Quantities without money, so a reseller sees those of
//! its own customers.
//!
//! Source: Partner Center REST v1, get a customer's utilization records for Azure, 2019-09; domain notes G.

use axum::http::{StatusCode, header};
use contract::{
    commerce::Exact,
    partner_center::{CONTINUATION_HEADER, Collection, Link},
    partner_center_billing::{AzureUtilizationRecord, RECORDS_MAX},
};

use super::{
    customers::reached,
    fault::Refused,
    invoices::{SIZE, size_within, tell},
    route, spending,
    subscriptions::find,
};
use crate::{
    answer::Answer,
    call::Call,
    commerce::{
        usage::{MeterNames, meter_text},
        window::{self, Names, Outcome, RETRY_AFTER_SECONDS},
    },
    partner::page,
    route::Route,
};

const NAMES: Names = Names {
    start: "start_time",
    end: "end_time",
    granularity: "granularity",
    details: "show_details",
    token: CONTINUATION_HEADER,
};

/// The routes of utilization.
pub(crate) const ROUTES: &[Route] = &[Route {
    query: &["start_time", "end_time", "granularity", "show_details", SIZE, "seek_operation", page::TOKEN],
    ..route(
        "GET",
        "/v1/customers/{customer}/subscriptions/{subscription}/utilizations/azure",
        spending::READ,
        "What stamps reported of a customer's subscription.",
        &[200, 204],
        |call| tell(call, list(call)),
    )
}];

fn list(call: &Call<'_>) -> Result<Answer, Refused> {
    let (_, partners) = reached(call, &call.office)?;
    let (_, subscription) = find(call, &call.office, &partners)?;
    let size = size_within(call, RECORDS_MAX)?;
    let header = call.headers.get(CONTINUATION_HEADER).and_then(|value| value.to_str().ok());
    let token = header.or_else(|| call.query.get(page::TOKEN)).filter(|token| !token.is_empty());
    let (window, from) = window::asked(call, &NAMES, subscription, token)?;
    let outcome = window::of_partners(call, subscription, Some(partners), &window, from.as_ref(), size)?;
    let (rows, next) = match outcome {
        Outcome::Page(rows, next) => (rows, next),
        Outcome::Incomplete(_) => {
            let answer = Answer::empty(StatusCode::NO_CONTENT);
            return Ok(answer.with(header::RETRY_AFTER, &RETRY_AFTER_SECONDS.to_string()));
        }
    };
    let mut names = MeterNames::new(&call.office, subscription);
    let items = rows.rows.iter().map(|row| {
        let texts = names.texts(&row.meter);
        let resource = row.resource.as_ref().map(|used| names.resource(row, used));
        AzureUtilizationRecord::new(
            &meter_text(&row.meter),
            texts,
            row.start..row.end,
            Exact::of(&row.quantity),
            resource,
        )
    });
    let uri = super::uri(call);
    let mut page = Collection::page(items.collect(), &uri, next.clone());
    if let Some(token) = next {
        let has = call.query.get("seek_operation").is_some();
        let mark = if uri.contains('?') { '&' } else { '?' };
        let seek = if has { uri } else { format!("{uri}{mark}seek_operation=Next") };
        page.links.next = Some(Link::continuing(seek, &token));
    }
    Ok(Answer::ok(&page)?)
}
