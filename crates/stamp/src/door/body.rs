//! Body: what was sent with a request, read within limits.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode, header},
};

use super::Refusal;

/// How long a body may take.
const TIME_MAX: Duration = Duration::from_mins(1);

/// Checks what the head of a request says of its body, before any of it is read, and gives the room it may take. Unit: bytes.
pub(super) fn check(headers: &HeaderMap, bytes_max: usize) -> Result<usize, Refusal> {
    let encoding = headers.get(header::CONTENT_ENCODING).map_or(Ok("identity"), |value| value.to_str());
    if !encoding.is_ok_and(|encoding| encoding.trim().eq_ignore_ascii_case("identity")) {
        let message = "The body is sent with a Content-Encoding. Send it as it is.".to_owned();
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "EncodingUnsupported", message));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = length.and_then(|length| length.trim().parse::<usize>().ok());
    if length.is_some_and(|length| length > bytes_max) {
        return Err(too_large(bytes_max));
    }
    Ok(length.unwrap_or(bytes_max))
}

/// Reads a body as text.
pub(super) async fn read(body: Body, bytes_max: usize) -> Result<String, Refusal> {
    let bytes = tokio::time::timeout(TIME_MAX, to_bytes(body, bytes_max)).await.map_err(|_| {
        let message = "The body took longer than a minute. Send it again.".to_owned();
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "BodyTooSlow", message)
    })?;
    // Whatever goes wrong here is either the limit or the sender.
    let bytes = bytes.map_err(|error| {
        if std::error::Error::source(&error).is_some_and(|cause| cause.to_string().contains("length limit")) {
            return too_large(bytes_max);
        }
        Refusal::bad("BodyIncomplete", "The body ended before its announced length. Send it again.".to_owned())
    })?;
    String::from_utf8(bytes.into()).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Refusal::bad("BodyInvalid", format!("The body is not UTF-8 at byte {place}."))
    })
}

fn too_large(bytes_max: usize) -> Refusal {
    let message = format!("The body is larger than {bytes_max} bytes. Send it in several requests.");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "BodyTooLarge", message)
}
