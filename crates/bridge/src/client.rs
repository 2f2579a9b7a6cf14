//! Client: one request at a time, tried again when the failure is a passing one.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use contract::delivery::ErrorBody;
use reqwest::{Certificate, RequestBuilder, Response, StatusCode, Url, header};

use crate::{BridgeError, Peer, Retry};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a whole request may take; a page of a busy stamp takes minutes at times.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(5);
/// The longest pause that a peer may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(10);
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
    spread: u64,
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

impl Errand {
    /// The peer's answer cannot be used.
    pub fn answer_error(&self, reason: impl Into<String>) -> BridgeError {
        BridgeError::Answer { peer: self.peer, attempted: self.attempted.clone(), reason: reason.into() }
    }
}

impl Client {
    /// A client whose pauses are spread by a name, and that trusts some certificates besides those of the machine.
    pub fn new(retry: Retry, name: &str, roots: &[Certificate]) -> Result<Self, BridgeError> {
        // Tokens must not follow a redirect to somewhere else.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .tls_certs_merge(roots.iter().cloned())
            .build()
            .map_err(|error| BridgeError::Config(describe(&error)))?;
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        Ok(Self { http, retry, spread: hasher.finish() })
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
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(passing)) => passing,
            };
            if attempt >= self.retry.attempts {
                return Err(passing.error);
            }
            let pause = self.pause(attempt, passing.retry_after);
            let wait_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(attempt, wait_ms, error = %passing.error, "a request failed and is tried again");
            tokio::time::sleep(pause).await;
            attempt = attempt.saturating_add(1);
        }
    }

    async fn once(&self, errand: &Errand, attempt: u32, request: RequestBuilder) -> Result<String, Failure> {
        let unreachable = |error: reqwest::Error| {
            let (peer, attempted) = (errand.peer, errand.attempted.clone());
            let reason = describe(&error.without_url());
            Passing {
                error: BridgeError::Unreachable { peer, attempted, attempts: attempt, reason },
                retry_after: None,
            }
        };
        let response = request.send().await.map_err(|error| {
            if error.is_builder() {
                return Failure::Final(errand.answer_error(describe(&error.without_url())));
            }
            Failure::Passing(unreachable(error))
        })?;
        let (status, retry_after) = (response.status(), retry_after(&response));
        // A stamp answers 202 while it still sums an hour up; the body it sends then is no window.
        let unfinished = errand.peer == Peer::Stamp && status == StatusCode::ACCEPTED;
        let accepted = status.is_success() && !unfinished;
        let limit = if accepted { errand.answer_bytes_max } else { REFUSAL_BYTES_MAX };
        let body = match read_body(response, limit).await {
            Ok(Some(body)) => body,
            Ok(None) => return Err(Failure::Final(errand.answer_error(format!("it is longer than {limit} bytes")))),
            Err(error) => return Err(Failure::Passing(unreachable(error))),
        };
        if accepted {
            return String::from_utf8(body).map_err(|_| Failure::Final(errand.answer_error("it is not UTF-8")));
        }
        let error = refusal(errand, status, &body);
        let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT];
        if unfinished || busy.contains(&status) {
            return Err(Failure::Passing(Passing { error, retry_after }));
        }
        Err(Failure::Final(error))
    }

    /// The pause after so many failures.
    fn pause(&self, attempt: u32, retry_after: Option<Duration>) -> Duration {
        let doublings = attempt.saturating_sub(1).min(16);
        let grown = self.retry.first_pause.saturating_mul(1 << doublings).min(self.retry.longest_pause);
        // Up to a quarter more, by the name of the stamp and the attempt.
        let mut hasher = DefaultHasher::new();
        (self.spread, attempt).hash(&mut hasher);
        let quarter = u64::try_from(grown.as_micros() / 4).unwrap_or(u64::MAX);
        let more = hasher.finish().checked_rem(quarter).unwrap_or(0);
        let asked = retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
        grown.saturating_add(Duration::from_micros(more)).max(asked)
    }
}

/// Reads the certificates of the configuration: PEM, at least one.
pub fn read_certificates(pem: &[u8]) -> Result<Vec<Certificate>, BridgeError> {
    let error = |reason: &str| BridgeError::Config(format!("read the certificates for the hub: {reason}"));
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

/// Seconds, as both peers write it. Dates are left to the growing pauses.
fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// Reads a body; nothing when it is longer than the limit.
async fn read_body(mut response: Response, limit: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

fn refusal(errand: &Errand, status: StatusCode, body: &[u8]) -> BridgeError {
    let (code, message) = match serde_json::from_slice::<ErrorBody>(body) {
        Ok(body) => (body.error.code, body.error.message),
        Err(_) => (String::new(), String::from_utf8_lossy(body).chars().take(500).collect()),
    };
    let (peer, attempted) = (errand.peer, errand.attempted.clone());
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
