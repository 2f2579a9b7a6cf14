//! Api: the front door. It lets in who may come in, reads what they bring, and answers in the words of the protocol.

mod answer;
mod arm;
mod body;
mod call;
mod commerce;
mod dispatch;
mod elsewhere;
mod error;
mod gatekeeper;
mod graph;
mod identity;
pub mod issuer;
mod limits;
mod metadata;
mod metrics;
mod openapi;
mod page;
pub mod partner;
mod partner_center;
mod price_sheet;
mod route;
mod server;
pub mod token;
mod windows;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use hub::Hub;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub use elsewhere::{ClientTerms, Departure, Elsewhere, ElsewhereError, ReturnedCode};
pub use error::FillError;
pub use gatekeeper::{Denied, Gatekeeper, Known, identity};
pub use identity::Settings;
pub use route::{RouteFacts, routes};
pub use server::{Routes, Scheme, marked, serve};
pub use windows::fill;

use error::ApiError;
use identity::Identity;
use metrics::Metrics;
use route::{Access, BodyKind, Handle, Route, Versions};

/// What every request can reach.
#[derive(Clone)]
struct Door {
    hub: Arc<Hub>,
    metrics: Arc<Metrics>,
    identity: Arc<Identity>,
    settings: Arc<Settings>,
    /// Room for bodies that wait. Unit: KiB.
    waiting: Arc<Semaphore>,
    /// Bodies that may be unpacked and read at the same time: they are what takes memory.
    unpacking: Arc<Semaphore>,
    /// Exports of billing data; none where there is no folder for them.
    exports: Option<Arc<graph::Keep>>,
    /// What request ids are made from: a text of this start of the program, and a count.
    start: Arc<str>,
    requests: Arc<AtomicU64>,
    /// What is answered.
    tables: &'static [&'static [Route]],
}

impl Door {
    fn open(hub: Arc<Hub>, settings: Settings, tables: &'static [&'static [Route]]) -> Self {
        let incarnation = hub.incarnation().unwrap_or_default();
        Self {
            metrics: Arc::new(Metrics::default()),
            identity: Arc::new(Identity::new(&settings)),
            exports: settings.exports.as_deref().map(graph::Keep::new).map(Arc::new),
            settings: Arc::new(settings),
            waiting: Arc::new(Semaphore::new(usize::try_from(limits::WAITING_KIB_MAX).unwrap_or(usize::MAX))),
            unpacking: Arc::new(Semaphore::new(limits::UNPACKED_BODIES_MAX)),
            start: Arc::from(format!("{incarnation}\n{}\n{}", hub.now(), std::process::id())),
            requests: Arc::default(),
            tables,
            hub,
        }
    }

    /// A name for a request that no other has: a GUID, as support asks for.
    fn next_request_id(&self) -> String {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        let text = hub::hex(&Sha256::digest(format!("{}\n{count}", self.start)));
        let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
        format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
    }

    /// Where a caller found us: by the settings, or by what the request says.
    fn origin(&self, scheme: Scheme, headers: &HeaderMap) -> Result<String, ApiError> {
        if let Some(url) = &self.settings.public_url {
            return Ok(url.trim_end_matches('/').to_owned());
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        if host.is_empty() || host.len() > 255 || !host.bytes().all(fits) {
            return Err(ApiError::bad_request("InvalidHost", "The Host header is missing or is no host name."));
        }
        Ok(format!("{}://{}", scheme.as_str(), host.to_ascii_lowercase()))
    }
}

/// The routes of the door itself.
const DOOR_ROUTES: &[Route] = &[
    stream("GET", "/health", Access::Public, "Whether the hub can serve.", &[200], || get(health)),
    stream("GET", "/metrics", Access::Public, "Counts for monitoring.", &[200], || get(show_metrics)),
    stream("GET", "/stamps/{stamp}/windows", Access::Stamp, "Which window is wanted next.", &[200], || {
        get(windows::wanted)
    }),
    stream("GET", "/stamps/{stamp}/windows/{hour}", Access::Stamp, "The receipt of a window.", &[200], || {
        get(windows::receipt)
    }),
    Route {
        body: BodyKind::Window,
        query: &["part", "parts"],
        refusals: &[408, 409, 413, 415],
        ..stream("PUT", "/stamps/{stamp}/windows/{hour}", Access::Stamp, "Delivers a window.", &[200, 202], || {
            axum::routing::put(windows::deliver)
        })
    },
];

/// A route whose handler is not given a call.
const fn stream(
    method: &'static str,
    path: &'static str,
    access: Access,
    summary: &'static str,
    success: &'static [u16],
    handler: fn() -> axum::routing::MethodRouter<Door>,
) -> Route {
    Route {
        method,
        path,
        access,
        versions: Versions::None,
        summary,
        success,
        refusals: &[],
        query: &[],
        body: BodyKind::None,
        handle: Handle::Stream(handler),
    }
}

/// The routes of the hub, set up as usual.
pub fn router(hub: Arc<Hub>) -> Router {
    router_with(hub, Settings::default())
}

/// The routes of the hub.
pub fn router_with(hub: Arc<Hub>, settings: Settings) -> Router {
    front(hub, settings).0
}

/// The routes of the hub, and a gatekeeper that knows the same accounts and remembers the same attempts.
pub fn front(hub: Arc<Hub>, settings: Settings) -> (Router, Gatekeeper) {
    let door = Door::open(hub, settings, route::TABLES);
    let mut router = Router::new();
    for route in route::all() {
        if let Handle::Stream(handler) = route.handle {
            router = router.route(route.path, handler());
        }
    }
    let router = router
        .fallback(dispatch::dispatch)
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .with_state(door.clone());
    (router, Gatekeeper { door })
}

/// Reads what a stamp says about itself when it is registered.
///
/// # Errors
///
/// When the text is no registration token, with what is wrong.
pub fn read_registration_token(text: &str) -> Result<hub::RegistrationTerms, String> {
    arm::registrations::read_terms(text)
}

/// Reads the address of a resource from its `instanceData` text: what the hub asks the contract for.
///
/// # Errors
///
/// When the text is no document of the documented shape, or names no resource.
pub fn read_address(text: &str) -> Result<String, String> {
    let instance = contract::window::read_instance(text)?;
    if instance.resource_uri.is_empty() {
        return Err("the field \"resourceUri\" is empty".to_owned());
    }
    Ok(instance.resource_uri)
}

/// Whether the hub can serve: its database answers.
async fn health(State(door): State<Door>) -> Result<impl IntoResponse, ApiError> {
    let hub = Arc::clone(&door.hub);
    let incarnation = blocking(move || hub.incarnation().map_err(ApiError::from)).await?;
    Ok(axum::Json(serde_json::json!({ "status": "ok", "hub": incarnation })))
}

async fn show_metrics(State(door): State<Door>) -> Result<impl IntoResponse, ApiError> {
    let text = blocking(move || door.metrics.show(&door.hub)).await?;
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}

/// Runs what waits for the database away from the threads that serve connections.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(ApiError::panicked(&error)))
}
