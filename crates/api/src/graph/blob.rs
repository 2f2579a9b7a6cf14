//! Blob: the files of exports, as clients of a storage service read them: in ranges, with a signature in the query.
//!
//! Source: Azure Storage REST, Get Blob and Get Blob Properties, read 2026-11.

use std::{
    fs::File,
    os::unix::fs::FileExt as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use model::Second;
use tokio::task::JoinHandle;

use super::{
    keep::{self, Export},
    range::{Wanted, wanted},
    signature::{self, STORAGE_VERSION, Unsigned},
};
use crate::{Door, blocking, call::Query};

/// How much of a file is in memory for one reader. Unit: bytes.
const CHUNK_BYTES: u64 = 256 * 1024;

/// A refusal in the words of the storage service.
struct Refused {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    size: Option<u64>,
}

const fn refused(status: StatusCode, code: &'static str, message: &'static str) -> Refused {
    Refused { status, code, message, size: None }
}

/// Without a good signature, and for an export that is not there: the same, so that nobody learns what there is.
const UNSIGNED: Refused = refused(
    StatusCode::FORBIDDEN,
    "AuthenticationFailed",
    "The signature in the query is missing or is not one of this file. Ask for the manifest again.",
);
const EXPIRED: Refused = refused(
    StatusCode::FORBIDDEN,
    "AuthenticationFailed",
    "The signature in the query has expired. Ask for the manifest again.",
);
const MISSING: Refused = refused(StatusCode::NOT_FOUND, "BlobNotFound", "The export has no file of this name.");
const NO_SUCH_RANGE: Refused =
    refused(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", "The file has no such bytes. See Content-Range.");
const CHANGED: Refused =
    refused(StatusCode::PRECONDITION_FAILED, "ConditionNotMet", "The file is not the one that If-Match names.");
const FAILED: Refused =
    refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "The file cannot be read. Tell the operator.");

/// A file that may be read.
struct Opened {
    file: File,
    size: u64,
    etag: String,
    created: String,
}

/// `GET /exports/{export}/{blob}`
pub(super) async fn read(
    State(door): State<Door>,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let request_id = door.next_request_id();
    let client = headers.get("x-ms-client-request-id").cloned();
    let outcome = match path {
        Ok(Path((export, blob))) => {
            let query = Query::read(query.unwrap_or_default().as_bytes());
            let opened = blocking(move || Ok(open(&door, &export, &blob, &query))).await;
            opened.unwrap_or(Err(FAILED)).and_then(|opened| answer(opened, &headers))
        }
        Err(_) => Err(UNSIGNED),
    };
    let mut response = outcome.unwrap_or_else(Refused::into_response);
    let shown = response.headers_mut();
    insert(shown, "x-ms-request-id", &request_id);
    insert(shown, "x-ms-version", STORAGE_VERSION);
    insert(shown, "cache-control", "no-store");
    insert(shown, "x-content-type-options", "nosniff");
    shown.extend(client.map(|client| (HeaderName::from_static("x-ms-client-request-id"), client)));
    response
}

/// Opens a file for who has a good signature.
fn open(door: &Door, id: &str, name: &str, query: &Query) -> Result<Opened, Refused> {
    let found = door.exports.as_deref().map(|keep| keep.find(id, door.hub.now()).map(|found| (keep, found)));
    let Some(Ok((keep, Some(export)))) = found else { return Err(UNSIGNED) };
    signature::check(&door.hub, &export, query).map_err(|problem| match problem {
        Unsigned::Wrong => UNSIGNED,
        Unsigned::Expired => EXPIRED,
    })?;
    let Export { state: keep::State::Succeeded { etag, parts }, .. } = &export else { return Err(MISSING) };
    let part = parts.iter().find(|part| part.name == name).ok_or(MISSING)?;
    let file = File::open(keep.place(&export.id).join(&part.name)).map_err(|error| {
        tracing::error!(error.message = %error, export.id = %export.id, "a file of an export could not be opened");
        FAILED
    })?;
    let etag = format!("\"0x{}-{}\"", etag.get(..32).unwrap_or_default(), part.name);
    Ok(Opened { file, size: part.bytes, etag, created: http_date(Second(export.changed)) })
}

fn answer(opened: Opened, headers: &HeaderMap) -> Result<Response, Refused> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let names = |list: &str| list.trim() == "*" || list.split(',').any(|one| one.trim() == opened.etag);
    if text(header::IF_MATCH).is_some_and(|list| !names(list)) {
        return Err(CHANGED);
    }
    let mut wanted = wanted(headers, opened.size);
    if text(header::IF_RANGE).is_some_and(|one| one.trim() != opened.etag) {
        wanted = Wanted::All;
    }
    let unchanged = text(header::IF_NONE_MATCH).is_some_and(names);
    let (status, from, until) = match wanted {
        _ if unchanged => (StatusCode::NOT_MODIFIED, 0, 0),
        Wanted::All => (StatusCode::OK, 0, opened.size),
        Wanted::Part(from, until) => (StatusCode::PARTIAL_CONTENT, from, until),
        Wanted::Nothing => return Err(Refused { size: Some(opened.size), ..NO_SUCH_RANGE }),
    };
    let Opened { file, size, etag, created } = opened;
    let mut response = Response::new(Body::new(FileBody { file: Arc::new(file), from, until, reading: None }));
    *response.status_mut() = status;
    let shown = response.headers_mut();
    for (name, value) in [
        ("etag", etag.as_str()),
        ("last-modified", &created),
        ("x-ms-creation-time", &created),
        ("accept-ranges", "bytes"),
        ("content-type", "application/gzip"),
        ("x-ms-blob-type", "BlockBlob"),
        ("x-ms-server-encrypted", "false"),
        ("x-ms-lease-status", "unlocked"),
        ("x-ms-lease-state", "available"),
    ] {
        insert(shown, name, value);
    }
    if status == StatusCode::PARTIAL_CONTENT {
        insert(shown, "content-range", &format!("bytes {from}-{}/{size}", until.saturating_sub(1)));
    }
    if status != StatusCode::NOT_MODIFIED {
        insert(shown, "content-length", &until.saturating_sub(from).to_string());
    }
    Ok(response)
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A moment as header fields say it. Source: RFC 9110, section 5.6.7.
fn http_date(at: Second) -> String {
    at.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

impl Refused {
    /// The words come from here alone, so nothing in them needs escaping. Nothing in them tells one request from another.
    fn into_response(self) -> Response {
        let Self { status, code, message, size } = self;
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        let mut response = (status, [(header::CONTENT_TYPE, "application/xml")], text).into_response();
        insert(response.headers_mut(), "x-ms-error-code", code);
        if let Some(size) = size {
            insert(response.headers_mut(), "content-range", &format!("bytes */{size}"));
        }
        response
    }
}

/// A part of a file that is read while it is sent. A reader that is slow holds no thread.
struct FileBody {
    file: Arc<File>,
    from: u64,
    until: u64,
    reading: Option<JoinHandle<std::io::Result<Bytes>>>,
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let (from, left) = (self.from, self.until.saturating_sub(self.from));
        if left == 0 {
            return Poll::Ready(None);
        }
        let file = Arc::clone(&self.file);
        let reading = self.reading.get_or_insert_with(|| {
            tokio::task::spawn_blocking(move || {
                let length = usize::try_from(left.min(CHUNK_BYTES)).unwrap_or(0);
                let mut chunk = vec![0; length];
                file.read_exact_at(&mut chunk, from)?;
                Ok(Bytes::from(chunk))
            })
        });
        let read = ready!(Pin::new(reading).poll(context));
        self.reading = None;
        let chunk = read.map_err(std::io::Error::other)??;
        self.from = from.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.until.saturating_sub(self.from))
    }
}
