//! Api: the front door. It lets in who may come in, reads what they bring, and answers in the words of the protocol.

mod body;
mod error;
mod limits;
mod metrics;
mod server;
pub mod token;
mod windows;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use hub::Hub;
use tokio::sync::Semaphore;

pub use error::FillError;
pub use server::serve;
pub use windows::fill;

use error::ApiError;
use metrics::Metrics;

/// What every request can reach.
#[derive(Clone)]
struct Door {
    hub: Arc<Hub>,
    metrics: Arc<Metrics>,
    /// Room for bodies that wait. Unit: KiB.
    waiting: Arc<Semaphore>,
    /// Bodies that may be unpacked and read at the same time: they are what takes memory.
    unpacking: Arc<Semaphore>,
}

/// The routes of the hub.
pub fn router(hub: Arc<Hub>) -> Router {
    let door = Door {
        hub,
        metrics: Arc::new(Metrics::default()),
        waiting: Arc::new(Semaphore::new(usize::try_from(limits::WAITING_KIB_MAX).unwrap_or(usize::MAX))),
        unpacking: Arc::new(Semaphore::new(limits::UNPACKED_BODIES_MAX)),
    };
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(show_metrics))
        .route("/stamps/{stamp}/windows", get(windows::wanted))
        .route("/stamps/{stamp}/windows/{hour}", get(windows::receipt).put(windows::deliver))
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .with_state(door)
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
