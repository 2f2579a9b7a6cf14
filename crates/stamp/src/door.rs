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
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};
use contract::{arm, usage_page::event};
use serde::de::DeserializeOwned;
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
};

use crate::{Caller, Gate, GateError, Source, UsageService, activation};

mod activations;
mod answer;
mod body;
mod counts;
mod directories;
mod events;
mod moves;
mod own;
mod query;
mod refusal;
mod route;
mod rows;
mod subscriptions;
mod token;
mod usage;

use answer::{Answer, Marks};
use counts::Counts;
use moves::Attempt;
use query::Query;
use refusal::Refusal;
use route::{Asked, What};

/// The longest path with its query. Unit: bytes.
const TARGET_BYTES_MAX: usize = 16 * 1024;

/// How long a question to the source may take before the caller hears that it took too long.
const READ_TIME_MAX: Duration = Duration::from_mins(1);

/// How much of what was sent waits in memory at the same time. Unit: KiB.
const WAITING_KIB_MAX: usize = 128 * 1024;

/// How long open requests may go on when the door closes. Who sends a request without ever ending it does not keep it open.
const STOP_TIME_MAX: Duration = Duration::from_secs(20);

/// When a caller that came at a bad time should come again. Unit: seconds.
const BUSY_SECONDS: u64 = 5;

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
    /// Room for bodies that wait in memory. Unit: KiB.
    room: Arc<Semaphore>,
    tenants: Arc<usage::TenantSets>,
    operations: Arc<moves::Operations>,
    counts: Arc<Counts>,
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
    body: String,
}

/// The routes of a stamp.
pub fn router(source: Arc<dyn Source>, gate: Arc<dyn Gate>, settings: Settings) -> Router {
    let started = format!("{} {}", source.place().cloud.folded(), source.now());
    let door = Door {
        reads: Arc::new(Semaphore::new(settings.reads_max.min(Semaphore::MAX_PERMITS))),
        room: Arc::new(Semaphore::new(WAITING_KIB_MAX)),
        tenants: Arc::default(),
        operations: Arc::default(),
        counts: Arc::default(),
        requests: Arc::default(),
        start: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, started.as_bytes()),
        source,
        gate,
        settings: Arc::new(settings),
    };
    // Paths are compared without case, so the router does not know them.
    Router::new().fallback(handle).with_state(door)
}

/// Answers callers until the shutdown comes, and then whoever has asked already, for a while.
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
    serve_routes(listener, router(source, gate, settings), shutdown, STOP_TIME_MAX).await
}

async fn serve_routes(
    listener: TcpListener,
    routes: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
    stop_time_max: Duration,
) -> std::io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let shutdown = async {
        shutdown.await;
        // Whoever waits for it is gone only when the server is, too.
        let _ = stopping.send(());
    };
    let late = async {
        if stopped.await.is_ok() {
            tokio::time::sleep(stop_time_max).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = axum::serve(listener, routes).with_graceful_shutdown(shutdown).into_future() => ended,
        () = late => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
}

async fn handle(State(door): State<Door>, https: Option<Extension<Https>>, request: Request) -> Response {
    let marks = Marks::of(&door, https.is_some(), &request);
    let asked = route::find(request.uri().path());
    let route = asked.as_ref().ok().and_then(Option::as_ref).map_or("none", |asked| asked.what.name());
    let outcome = match asked {
        Ok(Some(asked)) if asked.what.is_public() => open(&door, &asked, request.method().clone()).await,
        asked => answer(&door, &marks, asked, request).await,
    };
    let answer = outcome.unwrap_or_else(Answer::from);
    door.counts.answered(route, answer.status);
    marks.put_on(answer)
}

/// Answers what anybody may ask.
async fn open(door: &Door, asked: &Asked, method: Method) -> Result<Answer, Refusal> {
    check_method(&method, asked)?;
    let source = Arc::clone(&door.source);
    let processed = door.in_turn(move || Ok(source.processed_until()?)).await;
    if asked.what == What::Metrics {
        let text = door.counts.show(processed.ok());
        return Ok(Answer { kind: counts::CONTENT_TYPE, ..Answer::json(StatusCode::OK, text) });
    }
    let cloud = door.source.place().cloud.as_str();
    let health = serde_json::json!({ "status": "ok", "cloud": cloud, "processedUntil": processed?.to_string() });
    Answer::value(StatusCode::OK, &health)
}

async fn answer(
    door: &Door,
    marks: &Marks,
    asked: Result<Option<Asked>, Refusal>,
    request: Request,
) -> Result<Answer, Refusal> {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    if target.len() > TARGET_BYTES_MAX {
        return Err(Refusal::target_too_long(TARGET_BYTES_MAX));
    }
    let asked = asked?;
    let origin = door.origin(marks.is_https, &parts.headers)?;
    // Whoever is not known is not told what there is.
    let caller = door.identify(&parts.headers, &origin).await?;
    let asked = asked.ok_or_else(|| Refusal::no_such_path(parts.uri.path()))?;
    check_method(&parts.method, &asked)?;
    let query = Query::read(parts.uri.query().unwrap_or_default())?;
    let mut call = Call {
        door: door.clone(),
        caller,
        method: parts.method,
        target,
        query,
        headers: parts.headers,
        origin,
        subscription: asked.subscription.clone(),
        body: String::new(),
    };
    let bytes_max = match (&asked.what, &call.method) {
        (What::Events, _) => {
            call.check_may_post()?;
            event::BODY_BYTES_MAX
        }
        (_, &Method::GET | &Method::DELETE) => 0,
        _ => arm::REQUEST_BYTES_MAX,
    };
    let mut room = None;
    if bytes_max > 0 {
        let bytes = body::check(&call.headers, bytes_max)?;
        room = Some(door.room_for(bytes)?);
        call.body = body::read(body, bytes_max).await?;
    }
    door.in_turn(move || {
        let _room = room;
        decide(&call, &asked)
    })
    .await
}

fn check_method(sent: &Method, asked: &Asked) -> Result<(), Refusal> {
    let known = asked.what.methods();
    if known.contains(&sent.as_str()) { Ok(()) } else { Err(Refusal::method(sent, known)) }
}

fn decide(call: &Call, asked: &Asked) -> Result<Answer, Refusal> {
    if let Some(location) = &asked.location {
        call.check_location(location)?;
    }
    match &asked.what {
        What::ProviderUsage => usage::of_tenants(call),
        What::TenantUsage => usage::of_subscription(call),
        What::Events => events::post(call),
        What::OwnSubscriptions => own::list(call),
        What::OwnSubscription => own::get(call),
        What::Subscriptions => subscriptions::list(call),
        What::Subscription(id) => subscriptions::one(call, id),
        What::DelegatedProviders => subscriptions::list_providers(call),
        What::DelegatedProvider(id) => subscriptions::get_provider(call, id),
        What::Move => moves::begin(call, Attempt::Move),
        What::ValidateMove => moves::begin(call, Attempt::Validate),
        What::Operation(id) => moves::status(call, id),
        What::DirectoryTenants { group } => directories::list(call, group),
        What::DirectoryTenant { group, name } => directories::one(call, group, name),
        What::Activations { group } => activations::list(call, group),
        What::Activation { group, name } => activations::one(call, group, name),
        What::Health | What::Metrics => Err(Refusal::no_such_path(&call.target)),
    }
}

impl Call {
    fn source(&self) -> &dyn Source {
        &*self.door.source
    }

    /// The service behind the source, for whatever is written.
    fn service(&self) -> Result<&UsageService, Refusal> {
        let message = "This cloud is emulated: its usage and its subscriptions follow from its plan, and nothing can be \
                       written to it.";
        self.source()
            .service()
            .ok_or_else(|| Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message.to_owned()))
    }

    /// What was sent, as an object.
    fn body<Body: DeserializeOwned + Default>(&self) -> Result<Body, Refusal> {
        let wrong =
            |problem: arm::RequestProblem| Refusal::bad("InvalidRequestContent", format!("Attempt failed: {problem}."));
        arm::read_request(self.body.as_bytes()).map_err(wrong)
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

    /// Runs what blocks, when not too much of it runs already.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(turn) = Arc::clone(&self.reads).try_acquire_owned() else {
            return Err(Refusal::busy(BUSY_SECONDS));
        };
        let work = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, also when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        match tokio::time::timeout(READ_TIME_MAX, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Err(Refusal::failed(&error.to_string())),
            Err(_) => Err(Refusal::slow()),
        }
    }

    /// Keeps room in memory for a body.
    fn room_for(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        Arc::clone(&self.room).try_acquire_many_owned(kib).map_err(|_| Refusal::busy(BUSY_SECONDS))
    }

    async fn identify(&self, headers: &HeaderMap, origin: &str) -> Result<Caller, Refusal> {
        self.gate.identify(headers, origin).await.map_err(|error| match error {
            GateError::Unauthorized { message, challenge } => Refusal::unknown_caller(message, &challenge),
            GateError::Unavailable(reason) => {
                tracing::warn!(error.message = %reason, "a caller could not be identified");
                Refusal::busy(BUSY_SECONDS)
            }
        })
    }
}

#[cfg(test)]
mod tests;
