//! Body: read within limits, checked against its digest, unpacked within limits.

use std::io::Read;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use base64::Engine as _;
use http_body_util::BodyExt as _;
use sha2::{Digest, Sha256};

use crate::{
    error::ApiError,
    limits::{BODY_BYTES_MAX, BODY_TIME_MAX, DISCARD_TIME_MAX, PACKED_BYTES_MAX, ZSTD_WINDOW_LOG_MAX},
};

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Identity,
    Gzip,
    Zstd,
}

/// A body as it was sent.
pub(crate) struct Sent {
    packing: Packing,
    bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub(crate) digest: [u8; 32],
}

/// What the head of a request says of its body.
pub(crate) struct Announced {
    packing: Packing,
    digest: [u8; 32],
    bytes_max: usize,
    bytes: Option<usize>,
}

impl Announced {
    /// The room that the body may take while it waits. Unit: KiB.
    pub(crate) fn kib(&self) -> u32 {
        u32::try_from(self.bytes.unwrap_or(self.bytes_max).div_ceil(1024)).unwrap_or(u32::MAX)
    }
}

/// Checks what the head of a request says of its body, before any of it is read.
pub(crate) fn check(headers: &HeaderMap) -> Result<Announced, ApiError> {
    check_type(headers)?;
    let packing = packing(headers)?;
    let digest = expected_digest(headers)?;
    let bytes_max = if packing == Packing::Identity { BODY_BYTES_MAX } else { PACKED_BYTES_MAX };
    let bytes = text(headers, header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if bytes.is_some_and(|length| length > bytes_max) {
        return Err(too_large(bytes_max));
    }
    Ok(Announced { packing, digest, bytes_max, bytes })
}

/// Reads the body of a request, and compares it with the digest that came with it.
pub(crate) async fn read(announced: Announced, body: &mut Body) -> Result<Sent, ApiError> {
    let Announced { packing, bytes_max, .. } = announced;
    let collected = collect(body, bytes_max, announced.bytes);
    let bytes = tokio::time::timeout(BODY_TIME_MAX, collected).await.map_err(|_| {
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "BodyTooSlow", "The body took longer than a minute. Send it again.")
    })??;
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    if digest != announced.digest {
        return Err(ApiError::bad_request(
            "DigestMismatch",
            "The body is not the one that Content-Digest describes: it was damaged on the way, or cut. Send it again.",
        ));
    }
    Ok(Sent { packing, bytes, digest })
}

/// Reads what is left of a refused body and drops it: a sender that is still sending would not see the answer.
pub(crate) async fn discard(body: &mut Body) {
    let rest = async { while let Some(Ok(_)) = body.frame().await {} };
    // Whoever is still sending then finds the connection closed.
    let _ = tokio::time::timeout(DISCARD_TIME_MAX, rest).await;
}

/// Reads a body that is no window.
pub(crate) async fn collect_within(body: &mut Body, bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let slow = |_| ApiError::new(StatusCode::REQUEST_TIMEOUT, "BodyTooSlow", "The body took longer than a minute.");
    let collected = tokio::time::timeout(BODY_TIME_MAX, collect(body, bytes_max, None)).await.map_err(slow)?;
    collected.map_err(|error| match error.code() {
        "BodyTooLarge" => ApiError::too_large(format!("The body is larger than {bytes_max} bytes.")),
        _ => error,
    })
}

async fn collect(body: &mut Body, bytes_max: usize, announced: Option<usize>) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(bytes_max));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| {
            ApiError::bad_request("BodyIncomplete", "The body ended before its announced length. Send it again.")
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len().saturating_add(data.len()) > bytes_max {
            return Err(too_large(bytes_max));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

fn too_large(bytes_max: usize) -> ApiError {
    ApiError::too_large(format!(
        "The body is larger than {bytes_max} bytes as it is sent. Pack it with zstd, or send the window in parts: ?part=1&parts=2."
    ))
}

impl Sent {
    /// Unpacks the body. Never more than [`BODY_BYTES_MAX`] bytes come out, whatever went in.
    pub(crate) fn unpack(self) -> Result<String, ApiError> {
        let bytes = match self.packing {
            Packing::Identity => self.bytes,
            Packing::Gzip => unpack_within_limits(flate2::read::MultiGzDecoder::new(self.bytes.as_slice()), 0)?,
            Packing::Zstd => {
                let size = zstd::zstd_safe::get_frame_content_size(&self.bytes).ok().flatten();
                let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
                let mut decoder =
                    zstd::stream::read::Decoder::with_buffer(self.bytes.as_slice()).map_err(|_| broken())?;
                decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(|_| broken())?;
                unpack_within_limits(decoder, size)?
            }
        };
        String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            ApiError::bad_request("BodyInvalid", format!("The body is not UTF-8 at byte {offset}. Nothing was kept."))
        })
    }
}

fn unpack_within_limits(reader: impl Read, size: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::with_capacity(size.min(BODY_BYTES_MAX).saturating_add(1));
    let limit = u64::try_from(BODY_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut bytes).map_err(|_| broken())?;
    if bytes.len() > BODY_BYTES_MAX {
        return Err(ApiError::too_large(format!(
            "The body is larger than {BODY_BYTES_MAX} bytes after unpacking. Send the window in parts: ?part=1&parts=2."
        )));
    }
    Ok(bytes)
}

fn broken() -> ApiError {
    ApiError::bad_request("PackingBroken", "The body cannot be unpacked as its Content-Encoding says. Send it again.")
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let sent = text(headers, header::CONTENT_TYPE).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if ["application/json", "application/x-ndjson"].iter().any(|known| essence.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "TypeUnsupported",
        "A window is sent with the Content-Type application/json or application/x-ndjson.",
    ))
}

fn packing(headers: &HeaderMap) -> Result<Packing, ApiError> {
    match text(headers, header::CONTENT_ENCODING).unwrap_or("identity").to_ascii_lowercase().as_str() {
        "identity" => Ok(Packing::Identity),
        "gzip" | "x-gzip" => Ok(Packing::Gzip),
        "zstd" => Ok(Packing::Zstd),
        _ => Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "EncodingUnsupported",
            "The Content-Encoding must be one of zstd, gzip and identity, and only one.",
        )),
    }
}

/// Reads `Content-Digest`. Source: RFC 9530, section 2.
fn expected_digest(headers: &HeaderMap) -> Result<[u8; 32], ApiError> {
    let missing = || {
        ApiError::bad_request(
            "DigestMissing",
            "Send the header Content-Digest: sha-256=:<base64 of the SHA-256 of the body as it is sent>:",
        )
    };
    let sent = headers.get("content-digest").and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
    sent.split(',')
        .filter_map(|member| member.trim().split_once('='))
        .find(|(algorithm, _)| algorithm.trim().eq_ignore_ascii_case("sha-256"))
        .and_then(|(_, value)| value.trim().strip_prefix(':')?.strip_suffix(':'))
        .and_then(|encoded| base64::engine::general_purpose::STANDARD.decode(encoded).ok())
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(missing)
}
