//! Door: what a stamp answers over HTTP: both usage APIs, its operator's resources, and the events that usage is made of.
//!
//! In: requests, a [`Source`] of usage, a [`Gate`] that knows who asks. Out: answers as a stamp gives them.
//! Holds: counts for monitoring, and who reads right now.
//!
//! Source: domain notes E.4 to E.9, C.1, G and H; recorded responses of stamps.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    response::Response,
};
use tokio::{net::TcpListener, sync::Semaphore};

use crate::{Caller, Gate, GateError, Source, activation};

mod answer;
mod query;
mod refusal;
mod route;
mod rows;
mod subscriptions;
mod token;
mod usage;

use answer::{Answer, Marks};
use query::Query;
use refusal::Refusal;
use route::{Asked, What};

/// The longest path with its query. Unit: bytes.
const TARGET_BYTES_MAX: usize = 16 * 1024;

/// How long a question to the source may take before the caller hears that it took too long.
const READ_TIME_MAX: Duration = Duration::from_secs(60);

/// How a door behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address that links begin with, such as `https://adminmanagement.north.contoso.com`. Without it, the one that the
    /// caller used.
    pub public_url: Option<String>,
    /// Whether the default provider subscription sees everybody's usage, not only that of its direct tenants.
    pub operator_sees_all: bool,
    /// The most rows on one page. Stamps send 1,000.
    pub page_rows_max: usize,
    /// How many questions to the source run at the same time before callers are asked to come again.
    pub reads_max: usize,
    /// Where the stamp keeps its activation, if it has one.
    pub activation: Option<activation::Shelf>,
    /// The key set of the hub, whose activation keys are believed.
    pub trusted_keys: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            operator_sees_all: false,
            page_rows_max: contract::usage_page::PAGE_ROWS_MAX,
            reads_max: 32,
            activation: None,
            trusted_keys: None,
        }
    }
}

/// Says that requests come in over TLS. Whoever ends TLS in front of the router adds it as an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Https;

/// What all requests share.
#[derive(Clone)]
struct Door {
    source: Arc<dyn Source>,
    gate: Arc<dyn Gate>,
    settings: Arc<Settings>,
    reads: Arc<Semaphore>,
    tenants: Arc<usage::TenantSets>,
    requests: Arc<AtomicU64>,
    /// What the names of requests are made from.
    start: uuid::Uuid,
}

/// A request that was read, by somebody who is known.
struct Call {
    door: Door,
    caller: Caller,
    method: Method,
    /// The path and the query as they were sent.
    target: String,
    query: Query,
    headers: HeaderMap,
    /// The scheme and the host that the caller used.
    origin: String,
    /// The subscription in the path, as it was sent.
    subscription: String,
}

/// The routes of a stamp.
pub fn router(source: Arc<dyn Source>, gate: Arc<dyn Gate>, settings: Settings) -> Router {
    let started = format!("{} {}", source.place().cloud.folded(), source.now());
    let door = Door {
        reads: Arc::new(Semaphore::new(settings.reads_max.min(Semaphore::MAX_PERMITS))),
        tenants: Arc::default(),
        requests: Arc::default(),
        start: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, started.as_bytes()),
        source,
        gate,
        settings: Arc::new(settings),
    };
    // Paths are compared without case, so the router does not know them.
    Router::new().fallback(handle).with_state(door)
}

/// Answers callers until the shutdown comes.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    source: Arc<dyn Source>,
    gate: Arc<dyn Gate>,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    tracing::info!(cloud.id = %source.place().cloud, "the stamp answers its callers");
    axum::serve(listener, router(source, gate, settings)).with_graceful_shutdown(shutdown).await
}

async fn handle(State(door): State<Door>, https: Option<Extension<Https>>, request: Request) -> Response {
    let marks = Marks::of(&door, https.is_some(), &request);
    let outcome = answer(&door, &marks, request).await;
    marks.put_on(outcome.unwrap_or_else(Answer::from))
}

async fn answer(door: &Door, marks: &Marks, request: Request) -> Result<Answer, Refusal> {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    if target.len() > TARGET_BYTES_MAX {
        return Err(Refusal::target_too_long(TARGET_BYTES_MAX));
    }
    let asked = route::find(parts.uri.path())?;
    let origin = door.origin(marks.is_https, &parts.headers)?;
    let caller = door.identify(&parts.headers, &origin).await?;
    let asked = asked.ok_or_else(|| Refusal::no_such_path(parts.uri.path()))?;
    if !asked.what.methods().contains(&parts.method.as_str()) {
        return Err(Refusal::method(&parts.method, asked.what.methods()));
    }
    let call = Call {
        door: door.clone(),
        caller,
        method: parts.method,
        target,
        query: Query::read(parts.uri.query().unwrap_or_default()),
        headers: parts.headers,
        origin,
        subscription: asked.subscription.clone(),
    };
    dispatch(call, asked, body).await
}

async fn dispatch(call: Call, asked: Asked, _body: Body) -> Result<Answer, Refusal> {
    let Ok(turn) = Arc::clone(&call.door.reads).try_acquire_owned() else {
        return Err(Refusal::busy(BUSY_SECONDS));
    };
    let work = tokio::task::spawn_blocking(move || {
        // The turn ends with the work, also when nobody waits for it any more.
        let _turn = turn;
        decide(&call, &asked)
    });
    match tokio::time::timeout(READ_TIME_MAX, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Err(Refusal::failed(&error.to_string())),
        Err(_) => Err(Refusal::slow()),
    }
}

/// When a caller that came at a bad time should come again. Unit: seconds.
const BUSY_SECONDS: u64 = 5;

fn decide(call: &Call, asked: &Asked) -> Result<Answer, Refusal> {
    if let Some(location) = &asked.location {
        call.check_location(location)?;
    }
    match &asked.what {
        What::ProviderUsage => usage::of_tenants(call),
        What::TenantUsage => usage::of_subscription(call),
        What::Subscriptions => subscriptions::list(call),
    }
}

impl Call {
    fn source(&self) -> &dyn Source {
        &*self.door.source
    }

    fn check_location(&self, location: &str) -> Result<(), Refusal> {
        let region = &self.source().place().region;
        if location.eq_ignore_ascii_case(region) {
            return Ok(());
        }
        Err(Refusal::no_such_location(location, region))
    }
}

impl Door {
    /// A name for a request that no other has: a GUID, as support asks for.
    fn next_request_id(&self) -> String {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        uuid::Uuid::new_v5(&self.start, &count.to_be_bytes()).to_string()
    }

    /// Where a caller found us: by the settings, or by what the request says.
    fn origin(&self, is_https: bool, headers: &HeaderMap) -> Result<String, Refusal> {
        if let Some(url) = &self.settings.public_url {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        if host.is_empty() || host.len() > 255 || !host.bytes().all(fits) {
            return Err(Refusal::bad("InvalidHost", "The Host header is missing or is no host name.".to_owned()));
        }
        let scheme = if is_https { "https" } else { "http" };
        Ok(format!("{scheme}://{}", host.to_ascii_lowercase()))
    }

    async fn identify(&self, headers: &HeaderMap, origin: &str) -> Result<Caller, Refusal> {
        self.gate.identify(headers, origin).await.map_err(|error| match error {
            GateError::Unauthorized { message, challenge } => Refusal::unknown_caller(message, challenge),
            GateError::Unavailable(reason) => {
                tracing::warn!(error.message = %reason, "a caller could not be identified");
                Refusal::busy(BUSY_SECONDS)
            }
        })
    }
}

#[cfg(test)]
mod tests;
