//! Window: the portal of a hub on a port of this machine, where accounts of the hub sign in with their passwords.

use std::sync::Arc;

use anyhow::Result;
use hub::Hub;
use tokio::sync::oneshot;

#[path = "../../src/doorkeeper.rs"]
mod doorkeeper;
use doorkeeper::{Doorkeeper, draw};

/// A portal that is served until this is dropped.
pub struct Window {
    /// Its address, without a slash at the end.
    pub origin: String,
    _stop: oneshot::Sender<()>,
}

/// Serves the portal of a hub on the runtime that this is called on.
pub async fn open(hub: Arc<Hub>) -> Result<Window> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let (routes, gatekeeper) = api::front(Arc::clone(&hub), api::Settings::default());
    let settings = portal::Settings { doorkeeper: Arc::new(Doorkeeper::new(gatekeeper)), chance: draw, secure: false };
    let routes = routes.merge(portal::router(hub, settings));
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(api::serve(listener, routes, None, async {
        // A window that is dropped closes too.
        let _ = stopped.await;
    }));
    Ok(Window { origin, _stop: stop })
}
