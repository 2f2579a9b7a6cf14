//! TLS: what the server proves its name with.
//!
//! In: options, the data folder, and the clock. Out: a configuration for the server. Holds: the certificate in use, which
//! is read again when its file changes.

mod authority;
mod key_files;
mod resolver;

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use hub::Clock;
use rustls::{ServerConfig, crypto::CryptoProvider};

use authority::Authority;
use key_files::KeyFiles;
use resolver::Resolver;

/// How the server speaks TLS.
#[derive(Args, Clone, Debug, Default)]
pub struct TlsOptions {
    /// How to speak TLS. Without it, and without a certificate, there is none.
    #[arg(long, value_name = "MODE", env = "TALLYBRIDGE_TLS")]
    tls: Option<Mode>,
    /// The certificate in PEM, its chain behind it. With --tls-key it implies `--tls files`. When the file is replaced, it is
    /// taken up within a minute.
    #[arg(long, value_name = "FILE", env = "TALLYBRIDGE_TLS_CERTIFICATE")]
    tls_certificate: Option<PathBuf>,
    /// The private key of the certificate, in PEM.
    #[arg(long, value_name = "FILE", env = "TALLYBRIDGE_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// A further DNS name or IP address that clients use, for `--tls self-signed`. It may be given several times. The
    /// loopback, this machine's name and the address to listen on are always there.
    #[arg(long, value_name = "NAME")]
    tls_name: Vec<String>,
}

/// Where the certificate comes from.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// No TLS.
    Off,
    /// A certificate of a private CA, which is made once and kept in the folder `tls` of the data folder.
    SelfSigned,
    /// The certificate and the key that are given.
    Files,
}

/// Where the certificate comes from, with all that is needed to get it.
#[derive(Debug)]
pub enum Source {
    /// Files that somebody else looks after.
    Files(KeyFiles),
    /// This hub's own authority.
    Own(Authority),
}

impl TlsOptions {
    /// What was chosen; nothing when there is to be no TLS.
    pub fn source(&self, data: &Path, listen: IpAddr) -> anyhow::Result<Option<Source>> {
        let files = match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(KeyFiles { certificate: certificate.clone(), key: key.clone() }),
            (None, None) => None,
            (Some(_), None) => bail!("--tls-certificate was given without --tls-key: give both"),
            (None, Some(_)) => bail!("--tls-key was given without --tls-certificate: give both"),
        };
        let mode = self.tls.unwrap_or(if files.is_some() { Mode::Files } else { Mode::Off });
        if !self.tls_name.is_empty() && mode != Mode::SelfSigned {
            bail!("--tls-name is only for --tls self-signed: a certificate from a file has its names already");
        }
        match (mode, files) {
            (Mode::Off, None) => Ok(None),
            (Mode::Files, Some(files)) => Ok(Some(Source::Files(files))),
            (Mode::SelfSigned, None) => {
                Ok(Some(Source::Own(Authority::new(data, &authority::usual_names(listen), &self.tls_name)?)))
            }
            (Mode::Files, None) => bail!("--tls files needs --tls-certificate and --tls-key"),
            (Mode::Off, Some(_)) => bail!("--tls off and --tls-certificate contradict each other: leave one away"),
            (Mode::SelfSigned, Some(_)) => {
                bail!("--tls self-signed and --tls-certificate contradict each other: leave one away")
            }
        }
    }
}

impl Source {
    /// The certificate that clients have to be given, where that is this hub's own.
    pub fn authority_certificate(&self) -> Option<PathBuf> {
        match self {
            Self::Files(_) => None,
            Self::Own(authority) => Some(authority.certificate_file()),
        }
    }
}

/// Gets the certificate and makes a configuration that keeps it fresh.
pub fn configure(source: Source, clock: Arc<dyn Clock>) -> anyhow::Result<Arc<ServerConfig>> {
    let resolver = Resolver::open(source, clock)?;
    let config = ServerConfig::builder_with_provider(provider())
        // That is 1.2 and 1.3.
        .with_safe_default_protocol_versions()
        .context("choose the versions of TLS")?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    Ok(Arc::new(config))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

#[cfg(test)]
mod tests;
