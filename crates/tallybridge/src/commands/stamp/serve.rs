//! Serve: a stamp on a port: usage comes in, both usage APIs answer, and whoever has an account signs in.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use api::Gatekeeper;
use hub::{Clock as _, Hub};
use model::LocalSubscriptionId;
use reqwest::header::HeaderMap;
use stamp::{Caller, Gate, GateError, Identified, Source as _, UsageService};
use store::sqlite::SqliteStore;

use super::folder::{Identity, StampFolder, read};
use crate::{
    clock::SystemClock,
    commands::{
        keys,
        serve::{Protection, runtime, serve_routes},
    },
    doorkeeper::{Doorkeeper, draw},
    identity_file::IdentityOptions,
    tls::TlsOptions,
};

/// Serve the stamp until it is stopped with Ctrl-C or SIGTERM; open requests are answered first.
///
/// Resource providers post usage to POST /usage/v1/events. GET /health is for load balancers, GET /metrics for monitoring. What
/// else is answered is in docs/operate/stamp.md.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: StampFolder,
    /// The address to listen on. Port 0 takes a free one and says which. Beyond this machine there must be TLS, see --tls.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7090", env = "TALLYBRIDGE_STAMP_LISTEN")]
    listen: SocketAddr,
    #[command(flatten)]
    tls: TlsOptions,
    /// Serve other machines without TLS: everybody on the way can read tokens and usage. It is meant for a proxy that has TLS
    /// in front.
    #[arg(long, env = "TALLYBRIDGE_INSECURE_HTTP")]
    insecure_http: bool,
    #[command(flatten)]
    identity: IdentityOptions,
    /// The default provider subscription sees everybody's usage, not only that of its direct tenants.
    #[arg(long)]
    operator_sees_all: bool,
    /// The file with the hub's published keys, so that the stamp can be activated over its own API: the answer of GET
    /// /discovery/v2.0/keys, fetched over a connection that you trust.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
}

/// A stamp's folder, opened.
pub(super) struct Opened {
    /// The usage service.
    pub(super) service: Arc<UsageService>,
    /// The accounts.
    hub: Arc<Hub>,
}

/// Opens the folder of a stamp that serves.
pub(super) fn open(folder: &StampFolder, identity: &Identity) -> anyhow::Result<Opened> {
    let attempt = || format!("open the stamp in {}", folder.path().display());
    let store = Arc::new(SqliteStore::open(folder.path()).with_context(attempt)?);
    let clock = Arc::new(|| SystemClock.now());
    let (office, usage) = (Arc::<SqliteStore>::clone(&store), Arc::<SqliteStore>::clone(&store));
    let service = UsageService::open(identity.place()?, office, usage, clock).with_context(attempt)?;
    let hub = Hub::new(store, Arc::new(SystemClock), api::read_address).with_context(attempt)?;
    Ok(Opened { service: Arc::new(service), hub: Arc::new(hub) })
}

/// Runs the command.
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let identity = options.folder.serving()?;
    let protection = Protection::choose(&options.tls, options.folder.path(), options.listen, options.insecure_http)?;
    let settings = options.identity.settings()?;
    let trusted_keys = options.trust.as_deref().map(read).transpose()?;
    let Opened { service, hub } = open(&options.folder, &identity)?;
    if settings.embedded_issuer && !hub.office().principals.values().any(|one| one.enabled) {
        eprintln!("No account can sign in yet. Make one: tallybridge stamp account NAME --role Owner");
    }
    keys::ensure(&hub)?;
    let door = stamp::Settings {
        public_url: settings.public_url.clone(),
        operator_sees_all: options.operator_sees_all,
        activation: Some(options.folder.shelf()),
        trusted_keys,
        ..stamp::Settings::default()
    };
    let public = settings.public_url.clone();
    let secure = protection.is_tls() || public.as_deref().is_some_and(|url| url.starts_with("https://"));
    let (sign_in, gatekeeper) = api::identity(Arc::clone(&hub), settings);
    let window = portal::stamp::Settings {
        hub,
        doorkeeper: Arc::new(Doorkeeper::new(gatekeeper.clone())),
        chance: draw,
        secure,
        operator_sees_all: options.operator_sees_all,
    };
    let source: Arc<dyn stamp::Source> = Arc::<UsageService>::clone(&service);
    let gate: Arc<dyn Gate> = Arc::new(AccountGate(gatekeeper));
    let window = portal::stamp::router(Arc::clone(&source), Arc::clone(&gate), window);
    let mut routes = stamp::router(source, gate, door).merge(sign_in).merge(window);
    if protection.is_tls() {
        routes = api::marked(routes, stamp::Https);
    }
    runtime()?.block_on(async {
        let keeper = tokio::spawn(seal_hours(service));
        let served = serve_routes(routes, options.listen, protection).await;
        keeper.abort();
        served
    })
}

/// Closes each hour when it is over, so that nobody who asks has to wait for it.
async fn seal_hours(service: Arc<UsageService>) {
    loop {
        let sealing = Arc::clone(&service);
        let sealed = tokio::task::spawn_blocking(move || sealing.processed_until()).await;
        if let Ok(Err(error)) = sealed {
            tracing::warn!(error.message = %error, "hours that are over could not be sealed; the next question tries again");
        }
        let now = SystemClock.now();
        let left = now.hour().map_or(3_600, |hour| hour.end().0.saturating_sub(now.0));
        // A moment later, so that the hour is surely over.
        tokio::time::sleep(Duration::from_secs(u64::try_from(left).unwrap_or(0).saturating_add(1))).await;
    }
}

/// Lets in who has an account of the stamp, or a token of an issuer that it trusts.
struct AccountGate(Gatekeeper);

impl Gate for AccountGate {
    fn identify<'a>(&'a self, headers: &'a HeaderMap, origin: &'a str) -> Identified<'a> {
        Box::pin(async move {
            match self.0.identify(headers, origin).await {
                Ok(known) => Ok(Caller { id: known.id, name: known.name }),
                Err(denied) if denied.unavailable => Err(GateError::Unavailable(denied.message)),
                Err(denied) => Err(GateError::Unauthorized { message: denied.message, challenge: denied.challenge }),
            }
        })
    }

    fn allows(&self, caller: &Caller, action: &str, subscription: &LocalSubscriptionId) -> bool {
        // A slash would make it a place below another one, with the roles that somebody has there.
        !subscription.as_str().contains('/')
            && self.0.allows(&caller.id, action, &super::account::scope_of(subscription))
    }
}
