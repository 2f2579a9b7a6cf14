//! Server: connections, within limits.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};

use crate::limits::{CONNECTIONS_MAX, HEAD_BYTES_MAX, HEAD_TIME_MAX, HEADERS_MAX, STOP_TIME_MAX};

/// How long to wait when the system has no more handles for connections.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves the routes until `stop` is done, then lets open requests end.
///
/// # Errors
///
/// When the listener has no address.
pub async fn serve(listener: TcpListener, routes: Router, stop: impl Future<Output = ()>) -> io::Result<()> {
    tracing::info!(server.address = %listener.local_addr()?, "listening");
    let mut http = http1::Builder::new();
    // Without a timer hyper has no timeouts at all.
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX);
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let Ok(place) = Arc::clone(&connections).acquire_owned().await else { break };
        let stream = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(error.message = %error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        // Receipts are small answers to large requests: waiting for more to send would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error.message = %error, "a connection keeps its delay");
        }
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes.clone()));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(error.message = %error, "a connection ended early");
            }
        });
    }
    if tokio::time::timeout(STOP_TIME_MAX, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    Ok(())
}
