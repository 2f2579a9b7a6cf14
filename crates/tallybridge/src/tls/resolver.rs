//! Resolver: the certificate in use, read again when its file changes.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use hub::Clock;
use model::Second;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::{
    Source,
    key_files::{self, KeyFiles, Version},
};

/// How long the files are not looked at again. Unit: seconds.
const LOOK_SECONDS: i64 = 60;

/// The certificate in use.
pub(super) struct Resolver {
    source: Source,
    files: KeyFiles,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    key: Arc<CertifiedKey>,
    version: Version,
    looked: Second,
}

impl Resolver {
    /// Gets the certificate for the first time.
    pub(super) fn open(source: Source, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let now = clock.now();
        let files = match &source {
            Source::Files(files) => files.clone(),
            Source::Own(authority) => {
                authority.prepare(now)?;
                authority.server_files()
            }
        };
        // First the version, then the content: what changes in between is read at the next look.
        let version = files.version()?;
        let key = load(&files, now)?;
        Ok(Self { source, files, clock, state: Mutex::new(State { key, version, looked: now }) })
    }

    /// The certificate that holds now.
    pub(super) fn current(&self) -> Arc<CertifiedKey> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not end the looking.
        if !(0..LOOK_SECONDS).contains(&now.0.saturating_sub(state.looked.0)) {
            state.looked = now;
            if let Err(error) = self.look(&mut state, now) {
                let message = format!("{error:#}");
                tracing::warn!(error.message = %message, "the TLS certificate stays the one before");
            }
        }
        Arc::clone(&state.key)
    }

    fn look(&self, state: &mut State, now: Second) -> anyhow::Result<()> {
        if let Source::Own(authority) = &self.source {
            authority.renew(now)?;
        }
        let version = self.files.version()?;
        if version != state.version {
            // A certificate and its key are two files: until both are there, this fails and is tried again.
            state.key = load(&self.files, now)?;
            state.version = version;
            tracing::info!("the TLS certificate was read again");
        }
        Ok(())
    }
}

fn load(files: &KeyFiles, now: Second) -> anyhow::Result<Arc<CertifiedKey>> {
    let key = files.load()?;
    if let Some(end) = key.cert.first().map(key_files::end_of).transpose()?
        && end < now
    {
        let path = files.certificate.display();
        tracing::warn!(file.path = %path, "the TLS certificate ended at {end}: clients refuse it");
    }
    Ok(Arc::new(key))
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Resolver").field("source", &self.source).finish_non_exhaustive()
    }
}
