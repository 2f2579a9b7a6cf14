//! Server: connections, within limits, with TLS or without.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;

use crate::limits::{CONNECTIONS_MAX, HANDSHAKE_TIME_MAX, HEAD_BYTES_MAX, HEAD_TIME_MAX, HEADERS_MAX, STOP_TIME_MAX};

/// How long to wait when the system has no more handles for connections.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// What is spoken inside of TLS.
const PROTOCOL: &[u8] = b"http/1.1";

/// How a request came in. Every request carries it as an extension, because links are built from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// The scheme as addresses begin with it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Routes, as a server takes them.
pub type Routes = Router;

/// The same routes, where each request carries a mark, such as the one by which a door knows that TLS was spoken.
pub fn marked<Mark: Clone + Send + Sync + 'static>(routes: Routes, mark: Mark) -> Routes {
    routes.layer(Extension(mark))
}

/// What all connections share.
#[derive(Clone)]
struct Desk {
    http: http1::Builder,
    routes: Router,
    tls: Option<TlsAcceptor>,
}

/// Serves the routes until `stop` is done, then lets open requests end.
///
/// With `tls` nothing but TLS is spoken. The protocols that the configuration offers are replaced by HTTP/1.1.
///
/// # Errors
///
/// When the listener has no address.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    tls: Option<Arc<ServerConfig>>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let scheme = if tls.is_some() { Scheme::Https } else { Scheme::Http };
    tracing::info!(server.address = %listener.local_addr()?, url.scheme = scheme.as_str(), "listening");
    let desk = Desk { http: protocol(), routes: routes.layer(Extension(scheme)), tls: tls.map(acceptor) };
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    // Handshakes end when this is dropped: there is no request yet that could be lost.
    let (open, opened) = watch::channel(());
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            () = &mut stop => break,
            place = Arc::clone(&connections).acquire_owned() => place,
        };
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
        let (desk, watcher, opened) = (desk.clone(), graceful.watcher(), opened.clone());
        tokio::spawn(async move {
            // A handshake takes a place, too: who never ends one must not take more than anybody else.
            let _place = place;
            desk.greet(stream, watcher, opened).await;
        });
    }
    drop(open);
    if tokio::time::timeout(STOP_TIME_MAX, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    Ok(())
}

fn protocol() -> http1::Builder {
    let mut http = http1::Builder::new();
    // Without a timer hyper has no timeouts at all.
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX);
    http
}

fn acceptor(tls: Arc<ServerConfig>) -> TlsAcceptor {
    let mut tls = Arc::unwrap_or_clone(tls);
    tls.alpn_protocols = vec![PROTOCOL.to_vec()];
    TlsAcceptor::from(Arc::new(tls))
}

impl Desk {
    /// Attends to one connection until it ends.
    async fn greet(self, stream: TcpStream, watcher: Watcher, mut opened: watch::Receiver<()>) {
        // Receipts are small answers to large requests: waiting for more to send would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error.message = %error, "a connection keeps its delay");
        }
        let Some(tls) = &self.tls else { return self.answer(stream, watcher).await };
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(HANDSHAKE_TIME_MAX, tls.accept(stream)) => shaken,
            _ = opened.changed() => return,
        };
        match shaken {
            Ok(Ok(stream)) => self.answer(stream, watcher).await,
            Ok(Err(error)) => tracing::debug!(error.message = %error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn answer(&self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static, watcher: Watcher) {
        let service = TowerToHyperService::new(self.routes.clone());
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error.message = %error, "a connection ended early");
        }
    }
}

#[cfg(test)]
mod tests;
