//! Windows: what the hub wants, and the deliveries of bridges.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    delivery::{NotWanted, PartKept, Receipt, ReportingState, Wanted},
    window::{Fields, Item, SentRow},
};
use hub::{Credential, Delivery, Hub, Intake, ReceiveError, Received, Reporting, SentFields, StoreError};
use model::{CloudId, HeldReason, Hour, MeterCatalogue, MeterId};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    Door, blocking,
    body::{self, Sent},
    error::{ApiError, FillError, sentence},
    limits::{PARTS_MAX, TURN_TIME_MAX},
};

/// The query of a delivery in parts.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    part: Option<u32>,
    parts: Option<u32>,
}

/// Lets a request through that carries a credential of this very stamp. One that ended with the registration is told so.
fn admit(hub: &Hub, headers: &HeaderMap, stamp: &str) -> Result<CloudId, ApiError> {
    match credential(hub, headers, stamp)? {
        Credential::Valid(own) => Ok(own),
        Credential::Withdrawn(own) => Err(Reporting::Unregistered
            .refusal(&own)
            .map_or_else(|| ApiError::unauthorized("The credential was withdrawn."), ApiError::from)),
    }
}

/// The credential that a request carries, if it is of this very stamp.
fn credential(hub: &Hub, headers: &HeaderMap, stamp: &str) -> Result<Credential, ApiError> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent.and_then(|sent| {
        let (scheme, token) = sent.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let Some(token) = token else {
        return Err(ApiError::unauthorized("Send the stamp's credential: Authorization: Bearer <credential>."));
    };
    // Only the digest is compared, so the time it takes tells nothing about a credential.
    let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let Some(found) = hub.stamp_of_credential(&digest)? else {
        return Err(ApiError::unauthorized("The credential is not known. Take the one from the stamp's activation."));
    };
    let (Credential::Valid(own) | Credential::Withdrawn(own)) = &found;
    if CloudId::new(stamp).is_ok_and(|asked| asked == *own) { Ok(found) } else { Err(ApiError::stamp_not_found()) }
}

fn read_hour(text: &str) -> Result<Hour, ApiError> {
    Hour::parse(text).map_err(|error| ApiError::bad_request("HourInvalid", format!("{error}.")))
}

/// `GET /stamps/{stamp}/windows`
pub(crate) async fn wanted(
    State(door): State<Door>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Json<Wanted>, ApiError> {
    let Path(stamp) = path.map_err(|_| ApiError::not_found())?;
    blocking(move || {
        let (stamp, reporting) = match credential(&door.hub, &headers, &stamp)? {
            Credential::Valid(own) => (own.clone(), door.hub.reporting(&own)),
            Credential::Withdrawn(own) => (own, Reporting::Unregistered),
        };
        let next = door.hub.next_window(&stamp)?.ok_or_else(ApiError::stamp_not_found)?;
        // What would be refused is not asked for.
        let resend = if reporting == Reporting::On { resend(&door.hub, &stamp)? } else { Vec::new() };
        Ok(Json(Wanted {
            next: next.to_string(),
            resend,
            hub: door.hub.incarnation()?,
            state: state(reporting),
            message: reporting.refusal(&stamp).map(|refusal| sentence(&refusal.message)).unwrap_or_default(),
            not_wanted: not_wanted(&door.hub, &stamp),
        }))
    })
    .await
}

/// Windows with rows that were held for a meter which is known by now.
fn resend(hub: &Hub, stamp: &CloudId) -> Result<Vec<String>, ApiError> {
    let mut resend: Vec<Hour> = Vec::new();
    hub.store().each_held(stamp, Hour(0)..Hour(u32::MAX), &mut |entry| {
        let is_new = resend.last() != Some(&entry.hour);
        if is_new && entry.row.reason == HeldReason::UnknownMeter && names_known_meter(&entry.row.raw) {
            resend.push(entry.hour);
        }
        Ok(())
    })?;
    Ok(resend.iter().map(ToString::to_string).collect())
}

fn state(reporting: Reporting) -> ReportingState {
    match reporting {
        Reporting::On => ReportingState::Reporting,
        Reporting::Off => ReportingState::Off,
        Reporting::Unregistered => ReportingState::Unregistered,
        Reporting::Reset => ReportingState::Reset,
        Reporting::Expired => ReportingState::Expired,
    }
}

fn not_wanted(hub: &Hub, stamp: &CloudId) -> Vec<NotWanted> {
    let office = hub.office();
    let skipped = office.stamps.get(stamp).map(|stamp| stamp.skipped.as_slice()).unwrap_or_default();
    let each = skipped.iter().map(|one| NotWanted {
        from: one.hours.start.to_string(),
        until: one.hours.end.to_string(),
        reason: one.reason.explain().to_owned(),
    });
    each.collect()
}

/// Whether a held row names a meter that the catalogue has by now.
fn names_known_meter(raw: &str) -> bool {
    let mut known = false;
    let read = contract::window::read(raw, |item| {
        if let Item::Row(SentRow { fields: Ok(fields), .. }) = item {
            known = MeterId::new(&fields.meter).is_ok_and(|meter| MeterCatalogue::published().find(&meter).is_some());
        }
    });
    read.is_ok() && known
}

/// `GET /stamps/{stamp}/windows/{hour}`
pub(crate) async fn receipt(
    State(door): State<Door>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Json<Receipt>, ApiError> {
    let Path((stamp, hour)) = path.map_err(|_| ApiError::not_found())?;
    blocking(move || {
        let stamp = admit(&door.hub, &headers, &stamp)?;
        let hour = read_hour(&hour)?;
        let window = door.hub.store().window(&stamp, hour)?.ok_or_else(|| {
            ApiError::new(
                StatusCode::NOT_FOUND,
                "WindowNotFound",
                format!("The window {hour} was not delivered. Deliver it with PUT."),
            )
        })?;
        let mut reasons = BTreeMap::new();
        if window.held > 0 {
            door.hub.store().each_held(&stamp, hour..hour.next(), &mut |entry| {
                *reasons.entry(entry.row.reason).or_insert(0) += 1;
                Ok(())
            })?;
        }
        Ok(Json(show(&window.last_delivery, &reasons)))
    })
    .await
}

/// `PUT /stamps/{stamp}/windows/{hour}`
pub(crate) async fn deliver(
    State(door): State<Door>,
    path: Result<Path<(String, String)>, PathRejection>,
    part: Result<Query<Part>, QueryRejection>,
    headers: HeaderMap,
    mut body: Body,
) -> Response {
    match deliver_or_refuse(&door, path, part, headers, &mut body).await {
        Ok(response) => response,
        Err(error) => {
            body::discard(&mut body).await;
            door.metrics.refused(error.code());
            error.into_response()
        }
    }
}

async fn deliver_or_refuse(
    door: &Door,
    path: Result<Path<(String, String)>, PathRejection>,
    part: Result<Query<Part>, QueryRejection>,
    headers: HeaderMap,
    body: &mut Body,
) -> Result<Response, ApiError> {
    let Path((stamp, hour)) = path.map_err(|_| ApiError::not_found())?;
    let hub = Arc::clone(&door.hub);
    let sent = headers.clone();
    let stamp = blocking(move || {
        let stamp = admit(&hub, &sent, &stamp)?;
        hub.check_reporting(&stamp)?;
        Ok(stamp)
    })
    .await?;
    let hour = read_hour(&hour)?;
    let Query(part) = part.map_err(|_| part_invalid())?;
    let part = check_part(part)?;
    let announced = body::check(&headers)?;
    let room = wait_for(&door.waiting, announced.kib()).await?;
    let sent = body::read(announced, body).await?;
    let turn = wait_for(&door.unpacking, 1).await?;
    let (hub, metrics) = (Arc::clone(&door.hub), Arc::clone(&door.metrics));
    blocking(move || {
        let _held_until_the_end = (room, turn);
        let digest = sent.digest;
        let received = match part {
            None => receive(&hub, &stamp, hour, digest, &[sent.unpack()?])?,
            Some((part, parts)) => match keep_part(&hub, &stamp, hour, part, parts, sent)? {
                Kept::Waiting(kept) => return Ok((StatusCode::ACCEPTED, Json(kept)).into_response()),
                Kept::All { digest, bodies } => receive(&hub, &stamp, hour, digest, &bodies)?,
            },
        };
        metrics.received(&received.delivery.counts);
        Ok(Json(show(&received.delivery, &received.held_reasons)).into_response())
    })
    .await
}

/// Waits for a place, and gives up when that takes too long.
async fn wait_for(places: &Arc<Semaphore>, count: u32) -> Result<OwnedSemaphorePermit, ApiError> {
    tokio::time::timeout(TURN_TIME_MAX, Arc::clone(places).acquire_many_owned(count))
        .await
        .map_err(|_| ApiError::busy())?
        .map_err(|_| ApiError::busy())
}

fn check_part(part: Part) -> Result<Option<(u32, u32)>, ApiError> {
    match (part.part, part.parts) {
        (None, None) => Ok(None),
        (Some(part), Some(parts)) if (1..=parts).contains(&part) && parts <= PARTS_MAX => Ok(Some((part, parts))),
        _ => Err(part_invalid()),
    }
}

fn part_invalid() -> ApiError {
    ApiError::bad_request(
        "PartInvalid",
        format!("A window comes in up to {PARTS_MAX} parts, each sent with ?part=<from 1>&parts=<how many>."),
    )
}

enum Kept {
    Waiting(PartKept),
    All { digest: [u8; 32], bodies: Vec<String> },
}

/// Keeps a part; when it is the last one to come, gives all of them.
fn keep_part(hub: &Hub, stamp: &CloudId, hour: Hour, part: u32, parts: u32, sent: Sent) -> Result<Kept, ApiError> {
    let text = sent.unpack()?;
    // A part that cannot be read is refused now: later nobody would know which one it was.
    contract::window::read(&text, |_| ())?;
    let packed = zstd::bulk::compress(text.as_bytes(), 1).map_err(|_| ApiError::busy())?;
    hub.store().put_part(stamp, hour, part, parts, &packed)?;
    drop(text);
    let kept = hub.store().parts(stamp, hour, parts)?;
    let here: Vec<u32> = kept.iter().map(|(part, _)| *part).collect();
    let missing: Vec<u32> = (1..=parts).filter(|part| !here.contains(part)).collect();
    if !missing.is_empty() {
        return Ok(Kept::Waiting(PartKept { parts: here, missing }));
    }
    let mut digest = Sha256::new();
    let mut bodies = Vec::new();
    for (part, packed) in kept {
        let text = zstd::bulk::decompress(&packed, crate::limits::BODY_BYTES_MAX).ok();
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
            ApiError::from(StoreError::Damaged {
                place: format!("part {part} of stamp {stamp}, hour {hour}"),
                problem: "it cannot be unpacked".to_owned(),
            })
        })?;
        digest.update(Sha256::digest(text.as_bytes()));
        bodies.push(text);
    }
    Ok(Kept::All { digest: digest.finalize().into(), bodies })
}

fn receive(hub: &Hub, stamp: &CloudId, hour: Hour, digest: [u8; 32], bodies: &[String]) -> Result<Received, ApiError> {
    let actor = format!("bridge of {stamp}");
    let received: Result<Received, ReceiveError<FillError>> =
        hub.receive(stamp, hour, digest, &actor, |intake| bodies.iter().try_for_each(|body| fill(intake, body)));
    Ok(received?)
}

/// Hands the rows and the table of a body to the hub.
///
/// # Errors
///
/// When the body cannot be read, or when its table contradicts itself. What was handed over does not count then.
pub fn fill<'body>(intake: &mut Intake<'_, 'body>, body: &'body str) -> Result<(), FillError> {
    let mut table = Ok(());
    contract::window::read(body, |item| match item {
        Item::Row(row) => intake.row(row.raw, row.fields.as_ref().map(fields).map_err(ToString::to_string)),
        Item::Subscription(subscription, tenant) => {
            let noted = intake.subscription(&subscription, tenant.as_deref());
            if table.is_ok() {
                table = noted;
            }
        }
    })
    .map_err(FillError::Body)?;
    table.map_err(FillError::Table)
}

fn fields<'row>(row: &'row Fields<'_>) -> SentFields<'row> {
    SentFields {
        subscription: &row.subscription,
        start: &row.start,
        end: &row.end,
        instance: row.instance,
        quantity: &row.quantity,
        meter: &row.meter,
    }
}

fn show(delivery: &Delivery, held_reasons: &BTreeMap<HeldReason, u64>) -> Receipt {
    let counts = delivery.counts;
    Receipt {
        stamp: delivery.stamp.to_string(),
        hour: delivery.hour.to_string(),
        hash: hub::hex(&delivery.hash),
        revision: delivery.revision,
        received: counts.received,
        stored: counts.stored,
        copies: counts.copies,
        held: counts.held,
        replaced: counts.replaced,
        removed: counts.removed,
        totals: delivery.totals.iter().map(|(meter, total)| (meter.to_string(), total.to_string())).collect(),
        held_reasons: held_reasons.iter().map(|(reason, rows)| (reason.word().to_owned(), *rows)).collect(),
        next: delivery.next.to_string(),
    }
}
