//! Graph: billing data as files, as the reports interface of partners gives it: an export is asked for, looked after, and read
//! file by file.
//!
//! Exports are folders of files below the hub's data, so they outlive a restart. What was still being written then is said to
//! have failed, and is asked for again.
//!
//! Source: Microsoft Graph v1.0, partners billing, read 2026-11; domain notes G.

mod blob;
mod keep;
mod parts;
mod range;
mod rows;
mod signature;

use std::sync::Arc;

use axum::http::{HeaderName, StatusCode, header};
use contract::graph::{Blob, ExportRequest, LOOK_AGAIN_SECONDS, Manifest, Operation, OperationError, SCHEMA_VERSION};
use model::{Currency, InvoiceNumber, PartnerId, Second};
use paper::reconciliation::{Attributes, Layout};

pub(crate) use keep::Keep;

use crate::{
    answer::{Answer, Reply},
    call::Call,
    error::ApiError,
    partner,
    route::{Access, BodyKind, Handle, Route, Versions},
};
use keep::{Claim, Export, State};
use rows::{Order, What};

/// The action of looking at documents: what an export has is what they have, day by day.
const READ: &str = "Tallybridge/partners/invoices/read";

/// Where exports are looked after.
const BILLING: &str = "/v1.0/reports/partners/billing";

const fn route(
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    success: &'static [u16],
    handle: fn(&Call<'_>) -> Reply,
) -> Route {
    Route {
        method,
        path,
        access: Access::Partner { action: READ },
        versions: Versions::None,
        summary,
        success,
        refusals: &[],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Call(handle),
    }
}

const fn export(path: &'static str, summary: &'static str, handle: fn(&Call<'_>) -> Reply) -> Route {
    Route { body: BodyKind::Json, refusals: &[429], ..route("POST", path, summary, &[202], handle) }
}

/// The routes of exports.
pub(crate) const ROUTES: &[Route] = &[
    export(
        "/v1.0/reports/partners/billing/usage/billed/export",
        "Begins an export of what was used each day and is on a document.",
        |call| begin_billed(call, Sheet::Usage),
    ),
    export(
        "/v1.0/reports/partners/billing/usage/unbilled/export",
        "Begins an export of what was used each day of a month that is not closed.",
        |call| begin_unbilled(call, Sheet::Usage),
    ),
    export(
        "/v1.0/reports/partners/billing/reconciliation/billed/export",
        "Begins an export of the lines of a document.",
        |call| begin_billed(call, Sheet::Reconciliation),
    ),
    export(
        "/v1.0/reports/partners/billing/reconciliation/unbilled/export",
        "Begins an export of what the lines of a month that is not closed would be.",
        |call| begin_unbilled(call, Sheet::Reconciliation),
    ),
    route(
        "GET",
        "/v1.0/reports/partners/billing/operations/{operation}",
        "How far an export has come, and its files when it is done.",
        &[200],
        look,
    ),
    route(
        "GET",
        "/v1.0/reports/partners/billing/manifests/{manifest}",
        "The files of an export and how to read them.",
        &[200],
        show_manifest,
    ),
    Route {
        access: Access::Public,
        refusals: &[403, 404, 412, 416],
        query: &["sv", "sr", "sp", "se", "sig"],
        handle: Handle::Stream(|| axum::routing::get(blob::read)),
        ..route("GET", "/exports/{export}/{blob}", "A file of an export, or a range of it.", &[200, 206, 304], look)
    },
];

/// The partner that asks.
fn asking(call: &Call<'_>) -> Result<PartnerId, ApiError> {
    call.partner.clone().ok_or_else(ApiError::not_found)
}

/// What the rows are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sheet {
    /// What was used each day.
    Usage,
    /// Lines. They have all attributes, whichever set is asked for.
    Reconciliation,
}

fn layout(sheet: Sheet, request: &ExportRequest) -> Result<Layout, ApiError> {
    let of = |attributes| match sheet {
        Sheet::Usage => Layout::Daily(attributes),
        Sheet::Reconciliation => Layout::NewCommerce,
    };
    match request.attribute_set.as_deref() {
        None | Some("full") => Ok(of(Attributes::Full)),
        Some("basic") => Ok(of(Attributes::Basic)),
        Some(_) => Err(ApiError::bad_request("InvalidAttributeSet", "The attributeSet is none. It is full or basic.")
            .about("attributeSet")),
    }
}

fn begin_billed(call: &Call<'_>, sheet: Sheet) -> Reply {
    let partner = asking(call)?;
    let request: ExportRequest = call.json()?;
    let layout = layout(sheet, &request)?;
    let sent = request.invoice_id.as_deref().ok_or_else(|| {
        ApiError::bad_request("InvalidInvoiceId", "The invoiceId is missing. It is the number of a document.")
            .about("invoiceId")
    })?;
    let missing = || {
        let message = format!("The partner has no document '{}'.", sent.chars().take(100).collect::<String>());
        ApiError::new(StatusCode::NOT_FOUND, "InvoiceNotFound", message).about("invoiceId")
    };
    let number = InvoiceNumber::new(sent).map_err(|_| missing())?;
    let stored = call.hub().store().document(&number)?;
    let own = stored.filter(|stored| stored.document.partner == partner && !is_reseller(call, &partner));
    own.ok_or_else(missing)?;
    begin(call, partner, layout, What::Billed(number))
}

fn begin_unbilled(call: &Call<'_>, sheet: Sheet) -> Reply {
    let partner = asking(call)?;
    let request: ExportRequest = call.json()?;
    let layout = layout(sheet, &request)?;
    let currency = request.currency_code.as_deref().and_then(|code| Currency::parse(code).ok()).ok_or_else(|| {
        let message = "The currencyCode is missing or is no currency. Write it as in USD.";
        ApiError::bad_request("InvalidCurrencyCode", message).about("currencyCode")
    })?;
    let now = call.hub().now().day().ok_or_else(ApiError::not_found)?.month();
    let month = match request.billing_period.as_deref() {
        Some("current") => now,
        Some("last") => rows::before(now),
        _ => {
            let message = "The billingPeriod is missing or is none. It is current or last.";
            return Err(ApiError::bad_request("InvalidBillingPeriod", message).about("billingPeriod"));
        }
    };
    let shown = !is_reseller(call, &partner);
    let of_partner = call.office.price_list_of(&partner).map(model::PriceList::invoiced_in);
    let what = if shown && of_partner == Some(currency) { What::Unbilled(month) } else { What::Nothing };
    begin(call, partner, layout, what)
}

/// A reseller has no documents: its provider is invoiced, and what that pays is not its to see.
fn is_reseller(call: &Call<'_>, id: &PartnerId) -> bool {
    call.office.partners.get(id).is_none_or(partner::is_reseller)
}

/// Begins an export, which is written by a thread of its own.
fn begin(call: &Call<'_>, partner: PartnerId, layout: Layout, what: What) -> Reply {
    let Some(keep) = &call.door.exports else {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "ExportsOff",
            "This hub has no folder for exports. The operator should serve it with `tallybridge serve`.",
        ));
    };
    let id = crate::partner_center::draw_id()?;
    let order = Order { partner, layout, what, issuer: call.door.settings.cloud_name.clone() };
    let claim = keep.begin(&id, &order.partner, call.hub().now()).map_err(|error| unwritable(&error))?;
    let claim = claim.ok_or_else(|| {
        let message = "The partner has as many exports as it may that are not done. Ask again when one is.";
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "TooManyExports", message)
    })?;
    let hub = Arc::clone(&call.door.hub);
    let thread = std::thread::Builder::new().name("export".to_owned()).spawn(move || write(&hub, &order, claim));
    thread.map_err(|error| unwritable(&error))?;
    let place = format!("{}{BILLING}/operations/{id}", call.origin);
    let answer = Answer::empty(StatusCode::ACCEPTED).with(header::LOCATION, &place);
    Ok(answer.with(header::RETRY_AFTER, &LOOK_AGAIN_SECONDS.to_string()))
}

fn unwritable(error: &std::io::Error) -> ApiError {
    tracing::error!(error.message = %error, "an export could not be kept");
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ExportsUnavailable",
        "The hub cannot keep exports now. Tell the operator.",
    )
}

fn write(hub: &hub::Hub, order: &Order, claim: Claim) {
    let id = claim.export.id.clone();
    let state = claim.in_turn(|| rows::write(hub, order, &claim.place()));
    if let Err(error) = claim.end(state, hub.now()) {
        tracing::error!(error.message = %error, export.id = %id, "the end of an export could not be written down");
    }
}

/// An export of the partner that asks, by its id.
fn find(call: &Call<'_>, name: &str) -> Result<Export, ApiError> {
    let partner = asking(call)?;
    let sent = call.param(name);
    let found = match &call.door.exports {
        Some(keep) => keep.find(sent, call.hub().now()).map_err(|error| unwritable(&error))?,
        None => None,
    };
    found.filter(|export| export.partner == partner.as_str()).ok_or_else(|| {
        let message = format!("There is no {name} '{sent}'. It is kept for 24 hours, and the oldest make room.");
        ApiError::new(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    })
}

fn moment(seconds: i64) -> String {
    Second(seconds).to_string()
}

fn manifest(call: &Call<'_>, export: &Export) -> Result<Option<Manifest>, ApiError> {
    let State::Succeeded { etag, parts } = &export.state else { return Ok(None) };
    let sas_token = signature::sign(call.hub(), export).ok_or_else(ApiError::key_missing)?;
    let blobs: Vec<Blob> =
        parts.iter().map(|part| Blob { name: part.name.clone(), partition_value: "default".to_owned() }).collect();
    Ok(Some(Manifest {
        id: export.id.clone(),
        schema_version: SCHEMA_VERSION.to_owned(),
        data_format: "compressedJSONLines".to_owned(),
        created_date_time: moment(export.changed),
        e_tag: etag.clone(),
        partner_tenant_id: export.partner.clone(),
        root_directory: format!("{}/exports/{}", call.origin, export.id),
        sas_token,
        partition_type: "default".to_owned(),
        blob_count: blobs.len(),
        blobs,
    }))
}

fn show_manifest(call: &Call<'_>) -> Reply {
    let export = find(call, "manifest")?;
    let Some(manifest) = manifest(call, &export)? else {
        let message = "The export has no files: look at its operation.";
        return Err(ApiError::new(StatusCode::CONFLICT, "NotSucceeded", message));
    };
    Answer::ok(&manifest)
}

fn look(call: &Call<'_>) -> Reply {
    let export = find(call, "operation")?;
    let manifest = manifest(call, &export)?;
    let (kind, status, error) = match &export.state {
        State::Running => ("runningOperation", "running", None),
        State::Succeeded { .. } => ("exportSuccessOperation", "succeeded", None),
        State::Failed { code, message } => {
            let error = OperationError { code: code.clone(), message: message.clone() };
            ("failedOperation", "failed", Some(error))
        }
    };
    let manifest_link = manifest.is_some().then(|| format!("{}{BILLING}/manifests/{}", call.origin, export.id));
    let answer = Answer::ok(&Operation {
        odata_type: format!("#microsoft.graph.partners.billing.{kind}"),
        id: export.id.clone(),
        created: moment(export.created),
        last_action: moment(export.changed),
        status: status.to_owned(),
        manifest,
        manifest_link,
        error,
    })?;
    let again: HeaderName = header::RETRY_AFTER;
    Ok(if status == "running" { answer.with(again, &LOOK_AGAIN_SECONDS.to_string()) } else { answer })
}
