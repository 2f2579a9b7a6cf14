//! Serve: the hub on a port.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use anyhow::Context as _;

use crate::{DataFolder, house};

/// Serve the hub until it is stopped with Ctrl-C or SIGTERM; open requests are answered first.
///
/// Bridges deliver windows to PUT /stamps/{cloud id}/windows/{hour}. GET /health is for load balancers, GET /metrics for
/// monitoring. The protocol is in docs/reference/delivery.md.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The address to listen on. Port 0 takes a free one and says which. There is no TLS yet: stay on loopback, or put a
    /// proxy with TLS in front.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7080", env = "TALLYBRIDGE_LISTEN")]
    listen: SocketAddr,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = Arc::new(house::open(&options.folder.data)?);
    runtime()?.block_on(serve(hub, options.listen))?;
    Ok(ExitCode::SUCCESS)
}

/// The threads that serve.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")
}

/// Serves a hub until the process is asked to stop.
pub async fn serve(hub: Arc<hub::Hub>, listen: SocketAddr) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listen on {listen}"))?;
    if !listen.ip().is_loopback() {
        tracing::warn!(server.address = %listen, "credentials travel without TLS on this address");
    }
    // On standard error, so that whoever starts the program can read the port and standard output stays clean.
    eprintln!("listening on http://{}", listener.local_addr()?);
    api::serve(listener, api::router(hub), stopped()).await?;
    eprintln!("stopped");
    Ok(())
}

/// Waits until somebody wants the process to stop.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        // Without the one signal the other still works.
        let _ = interrupted.await;
        return;
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}
