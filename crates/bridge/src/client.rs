//! Client: one request at a time, tried again when the failure is a passing one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use contract::delivery::ErrorBody;
use reqwest::{Certificate, RequestBuilder, Response, StatusCode, Url, header};

use crate::{
    BridgeError, Peer, Retry,
    config::Clock,
    wait::{Stop, pause, read_http_date, read_retry_after},
};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a whole request may take; a page of a busy stamp takes minutes at times.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(5);
/// How long somebody waits who only listens.
const HEAR_TIMEOUT: Duration = Duration::from_secs(30);
/// The most of a refusal that is read. Unit: bytes.
const REFUSAL_BYTES_MAX: usize = 64 * 1_024;

/// What a request is for.
#[derive(Debug, Clone)]
pub struct Errand {
    /// Who is asked.
    pub peer: Peer,
    /// What is attempted, for error texts.
    pub attempted: String,
    /// The longest answer that is read. Unit: bytes.
    pub answer_bytes_max: usize,
}

/// Connections to a peer.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    retry: Retry,
    /// What keeps the bridges of many stamps from coming back in the same moment.
    name: String,
    clock: Clock,
    stop: Stop,
    /// Requests that failed, those that succeeded later among them.
    failures: Arc<AtomicU64>,
}

/// A failure that may pass.
struct Passing {
    error: BridgeError,
    retry_after: Option<Duration>,
}

enum Failure {
    Passing(Passing),
    Final(BridgeError),
}

/// What a peer said to a request that was sent once.
pub struct Said {
    /// The status.
    pub status: u16,
    /// The peer's own time.
    pub date: Option<model::Second>,
    /// The body, as far as it is read.
    pub body: String,
}

impl Errand {
    /// The peer's answer cannot be used.
    pub fn answer_error(&self, reason: impl Into<String>) -> BridgeError {
        BridgeError::Answer { peer: self.peer, attempted: self.attempted.clone(), reason: reason.into() }
    }

    fn unreachable(&self, attempts: u32, error: reqwest::Error) -> BridgeError {
        let (peer, attempted) = (self.peer, self.attempted.clone());
        BridgeError::Unreachable { peer, attempted, attempts, reason: describe(&error.without_url()) }
    }
}

impl Client {
    /// A client whose pauses are spread by a name, and that trusts some certificates besides those of the machine.
    pub fn new(retry: Retry, name: &str, clock: Clock, roots: &[Certificate]) -> Result<Self, BridgeError> {
        // Tokens must not follow a redirect to somewhere else.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .tls_certs_merge(roots.iter().cloned())
            .build()
            .map_err(|error| BridgeError::Config(describe(&error)))?;
        Ok(Self { http, retry, name: name.to_owned(), clock, stop: Stop::never(), failures: Arc::default() })
    }

    /// Ends pauses when a stop comes.
    pub fn obey(&mut self, stop: &Stop) {
        self.stop = stop.clone();
    }

    /// How many requests failed, those that succeeded later among them.
    pub fn failures(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.failures)
    }

    /// Sends a request until it is answered, refused for good, or tried often enough. Gives the body of the answer.
    pub async fn ask(
        &self,
        errand: &Errand,
        request: impl Fn(&reqwest::Client) -> RequestBuilder,
    ) -> Result<String, BridgeError> {
        let mut attempt = 1;
        loop {
            let passing = match self.once(errand, attempt, request(&self.http)).await {
                Ok(body) => return Ok(body),
                Err(Failure::Final(error)) => {
                    // To be told that something is not there, or not now, is an answer.
                    let is_answer =
                        matches!(error, BridgeError::NotYet { .. } | BridgeError::Refused { status: 404 | 409, .. });
                    if !is_answer {
                        self.failures.fetch_add(1, Ordering::Relaxed);
                    }
                    return Err(error);
                }
                Err(Failure::Passing(passing)) => passing,
            };
            self.failures.fetch_add(1, Ordering::Relaxed);
            if attempt >= self.retry.attempts || self.stop.has_come() {
                return Err(passing.error);
            }
            let pause = pause(&self.retry, &self.name, attempt, self.clock.now(), passing.retry_after);
            let wait_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(attempt, wait_ms, error = %passing.error, "a request failed and is tried again");
            self.stop.rest(pause).await;
            attempt = attempt.saturating_add(1);
        }
    }

    /// Sends a request once, and gives what was said to it, whatever that is.
    pub async fn hear(
        &self,
        errand: &Errand,
        request: impl FnOnce(&reqwest::Client) -> RequestBuilder,
    ) -> Result<Said, BridgeError> {
        let response = request(&self.http).timeout(HEAR_TIMEOUT).send().await;
        let response = response.map_err(|error| errand.unreachable(1, error))?;
        let status = response.status().as_u16();
        let date = head(&response, &header::DATE).and_then(read_http_date);
        let body = read_body(response, errand.answer_bytes_max).await.map_err(|error| errand.unreachable(1, error))?;
        let body = body.ok_or_else(|| errand.answer_error("it is too long"))?;
        Ok(Said { status, date, body: String::from_utf8_lossy(&body).into_owned() })
    }

    async fn once(&self, errand: &Errand, attempt: u32, request: RequestBuilder) -> Result<String, Failure> {
        let unreachable =
            |error: reqwest::Error| Passing { error: errand.unreachable(attempt, error), retry_after: None };
        let response = request.send().await.map_err(|error| {
            if error.is_builder() {
                return Failure::Final(errand.answer_error(describe(&error.without_url())));
            }
            Failure::Passing(unreachable(error))
        })?;
        let status = response.status();
        let retry_after = head(&response, &header::RETRY_AFTER)
            .and_then(|value| read_retry_after(value, head(&response, &header::DATE), self.clock.now()));
        // A stamp answers 202 while it still sums an hour up; the body it sends then is no window.
        let unfinished = errand.peer == Peer::Stamp && status == StatusCode::ACCEPTED;
        if unfinished {
            return Err(Failure::Final(BridgeError::NotYet { attempted: errand.attempted.clone() }));
        }
        let limit = if status.is_success() { errand.answer_bytes_max } else { REFUSAL_BYTES_MAX };
        let body = match read_body(response, limit).await {
            Ok(Some(body)) => body,
            Ok(None) => return Err(Failure::Final(errand.answer_error(format!("it is longer than {limit} bytes")))),
            Err(error) => return Err(Failure::Passing(unreachable(error))),
        };
        if status.is_success() {
            return String::from_utf8(body).map_err(|_| Failure::Final(errand.answer_error("it is not UTF-8")));
        }
        let error = refusal(errand, status, &body);
        let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT];
        if busy.contains(&status) {
            return Err(Failure::Passing(Passing { error, retry_after }));
        }
        Err(Failure::Final(error))
    }
}

/// Reads the certificates of the configuration: PEM, at least one.
pub fn read_certificates(peer: Peer, pem: Option<&[u8]>) -> Result<Vec<Certificate>, BridgeError> {
    let Some(pem) = pem else { return Ok(Vec::new()) };
    let error = |reason: &str| BridgeError::Config(format!("read the certificates for the {peer}: {reason}"));
    let certificates = Certificate::from_pem_bundle(pem).map_err(|reason| error(&describe(&reason)))?;
    if certificates.is_empty() {
        return Err(error("there is none in PEM"));
    }
    Ok(certificates)
}

/// Reads an address from the configuration: absolute, HTTP or HTTPS.
pub fn read_address(peer: Peer, text: &str) -> Result<Url, BridgeError> {
    let error = |reason: &str| BridgeError::Config(format!("the address {text:?} of the {peer} is {reason}"));
    let url = Url::parse(text).map_err(|reason| error(&format!("no address: {reason}")))?;
    if !["http", "https"].contains(&url.scheme()) || url.host().is_none() {
        return Err(error("neither http nor https"));
    }
    Ok(url)
}

/// The address of a path below another address.
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

fn head<'a>(response: &'a Response, name: &header::HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// Reads a body; nothing when it is longer than the limit.
async fn read_body(mut response: Response, limit: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut body = Vec::with_capacity(announced.min(limit));
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// What a peer says when it refuses: its word for it, and a sentence.
pub fn read_refusal(body: &[u8]) -> (String, String) {
    match serde_json::from_slice::<ErrorBody>(body) {
        Ok(body) => (body.error.code, body.error.message),
        Err(_) => (String::new(), String::from_utf8_lossy(body).chars().take(500).collect()),
    }
}

fn refusal(errand: &Errand, status: StatusCode, body: &[u8]) -> BridgeError {
    let (code, message) = read_refusal(body);
    let (peer, attempted) = (errand.peer, errand.attempted.clone());
    if peer == Peer::Stamp && code == "RequestEndTimeIsInFuture" {
        return BridgeError::NotYet { attempted };
    }
    BridgeError::Refused { peer, attempted, status: status.as_u16(), code, message }
}

/// An error with all its causes: the outer text alone says only that sending failed.
fn describe(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests;
