//! Serve: the hub on a port.

use std::{net::SocketAddr, path::Path, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use api::{Routes, Settings};

use crate::{
    DataFolder,
    clock::SystemClock,
    commands::{account, keys},
    doorkeeper::{Doorkeeper, draw},
    house,
    identity_file::IdentityOptions,
    notices::{self, NoticeOptions},
    tls::{self, Source, TlsOptions},
};

/// Serve the hub until it is stopped with Ctrl-C or SIGTERM; open requests are answered first.
///
/// Bridges deliver windows to PUT /stamps/{cloud id}/windows/{hour}. GET /health is for load balancers, GET /metrics for
/// monitoring. The protocol is in docs/reference/delivery.md.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The address to listen on. Port 0 takes a free one and says which. Beyond this machine there must be TLS, see --tls.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7080", env = "TALLYBRIDGE_LISTEN")]
    listen: SocketAddr,
    #[command(flatten)]
    tls: TlsOptions,
    /// Serve other machines without TLS: everybody on the way can read credentials and usage. It is meant for a proxy that
    /// has TLS in front.
    #[arg(long, env = "TALLYBRIDGE_INSECURE_HTTP")]
    insecure_http: bool,
    #[command(flatten)]
    identity: IdentityOptions,
    /// How often the budgets are compared with what was spent. What is due is told every minute. With 0 neither is done.
    #[arg(long, value_name = "MINUTES", default_value_t = 60, env = "TALLYBRIDGE_BUDGETS_EVERY")]
    budgets_every: u32,
    #[command(flatten)]
    ways: NoticeOptions,
}

/// What protects requests on their way.
#[derive(Debug)]
pub enum Protection {
    /// Nothing, so only this machine is served.
    Loopback,
    /// Nothing, and whoever serves said that it may be so.
    Insecure,
    /// TLS with a certificate.
    Tls(Source),
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let protection = Protection::choose(&options.tls, &options.folder.data, options.listen, options.insecure_http)?;
    let mut settings = options.identity.settings()?;
    settings.exports = Some(options.folder.data.join("exports"));
    let hub = Arc::new(house::open(&options.folder.data)?);
    if settings.embedded_issuer && !hub.office().principals.values().any(|account| account.enabled) {
        eprintln!("{}", account::NO_ACCOUNT);
    }
    let courier = options.ways.courier()?;
    runtime()?.block_on(async {
        let every = Duration::from_mins(options.budgets_every.into());
        let watch = (!every.is_zero()).then(|| tokio::spawn(notices::watch(Arc::clone(&hub), courier, every)));
        let served = serve_with(hub, options.listen, protection, settings).await;
        if let Some(watch) = watch {
            watch.abort();
        }
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

impl Protection {
    /// What protects an address, by the options and the folder that a private certificate would be kept in.
    pub fn choose(options: &TlsOptions, folder: &Path, listen: SocketAddr, insecure: bool) -> anyhow::Result<Self> {
        let protection = match options.source(folder, listen.ip())? {
            Some(source) => Self::Tls(source),
            None if insecure => Self::Insecure,
            None => Self::Loopback,
        };
        protection.check(listen)?;
        Ok(protection)
    }

    /// Whether TLS is spoken.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// Whether an address may be served so.
    fn check(&self, listen: SocketAddr) -> anyhow::Result<()> {
        if matches!(self, Self::Loopback) && !listen.ip().is_loopback() {
            bail!(
                "serve {listen} without TLS: credentials would travel readable; run `tallybridge serve` with --tls \
                 self-signed, with --tls-certificate and --tls-key, or behind a proxy that has TLS with --insecure-http"
            );
        }
        Ok(())
    }
}

/// The threads that serve.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")
}

/// Serves a hub, set up as usual, until the process is asked to stop.
pub async fn serve(hub: Arc<hub::Hub>, listen: SocketAddr, protection: Protection) -> anyhow::Result<()> {
    serve_with(hub, listen, protection, Settings::default()).await
}

/// Serves a hub until the process is asked to stop.
pub async fn serve_with(
    hub: Arc<hub::Hub>,
    listen: SocketAddr,
    protection: Protection,
    settings: Settings,
) -> anyhow::Result<()> {
    protection.check(listen)?;
    keys::ensure(&hub)?;
    let public = settings.public_url.clone();
    let secure = protection.is_tls() || public.as_deref().is_some_and(|url| url.starts_with("https://"));
    let (routes, gatekeeper) = api::front(Arc::clone(&hub), settings);
    let window = portal::Settings { doorkeeper: Arc::new(Doorkeeper::new(gatekeeper)), chance: draw, secure };
    serve_routes(routes.merge(portal::router(hub, window)), listen, protection).await
}

/// Serves routes until the process is asked to stop.
pub async fn serve_routes(routes: Routes, listen: SocketAddr, protection: Protection) -> anyhow::Result<()> {
    let (scheme, config) = match protection {
        Protection::Tls(source) => {
            let authority = source.authority_certificate();
            let config = tls::configure(source, Arc::new(SystemClock)).context("prepare TLS")?;
            if let Some(path) = authority {
                show_authority(&path)?;
            }
            ("https", Some(config))
        }
        Protection::Insecure if !listen.ip().is_loopback() => {
            tracing::warn!(server.address = %listen, "credentials travel without TLS on this address");
            ("http", None)
        }
        Protection::Insecure | Protection::Loopback => ("http", None),
    };
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listen on {listen}"))?;
    // On standard error, so that whoever starts the program can read the port and standard output stays clean.
    eprintln!("listening on {scheme}://{}", listener.local_addr()?);
    api::serve(listener, routes, config, stopped()).await?;
    eprintln!("stopped");
    Ok(())
}

/// Says what clients have to trust.
fn show_authority(path: &Path) -> anyhow::Result<()> {
    let path = path.canonicalize().with_context(|| format!("look for {}", path.display()))?;
    eprintln!("the certificate is signed by the private CA in {}; clients trust it with", path.display());
    eprintln!("  export REQUESTS_CA_BUNDLE={}", path.display());
    Ok(())
}

/// Waits until somebody wants the process to stop.
pub async fn stopped() {
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

#[cfg(test)]
mod tests;
