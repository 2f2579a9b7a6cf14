//! Key files: a certificate and its key as they lie on disk.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, ensure};
use model::Second;
use rustls::{
    CertificateError, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier as _},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    sign::CertifiedKey,
};

use super::provider;

/// The longest file that is read. Unit: bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// The last moment that a certificate can name: the end of the year 9999.
pub(super) const LAST: Second = Second(253_402_300_799);

/// A certificate and its key. Both may be in one file.
#[derive(Debug, Clone)]
pub struct KeyFiles {
    /// The certificate, with its chain behind it, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// By what a changed file is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version([(SystemTime, u64); 2]);

impl KeyFiles {
    /// Reads both.
    pub(super) fn load(&self) -> anyhow::Result<CertifiedKey> {
        let chain = read_certificates(&self.certificate)?;
        let path = self.key.display();
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?)
            .with_context(|| format!("read a private key in PEM from {path}"))?;
        CertifiedKey::from_der(chain, key, &provider())
            .with_context(|| format!("use the certificate of {} with the key of {path}", self.certificate.display()))
    }

    /// What the files are now.
    pub(super) fn version(&self) -> anyhow::Result<Version> {
        let version = |path: &Path| {
            let metadata = fs::metadata(path).with_context(|| format!("look at {}", path.display()))?;
            anyhow::Ok((metadata.modified()?, metadata.len()))
        };
        Ok(Version([version(&self.certificate)?, version(&self.key)?]))
    }
}

/// Reads a file that must not be long.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(FILE_BYTES_MAX.saturating_add(1)).read_to_end(&mut bytes)?;
        anyhow::Ok(bytes)
    };
    let bytes = read().with_context(|| format!("read {}", path.display()))?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    ensure!(length <= FILE_BYTES_MAX, "{} is longer than {FILE_BYTES_MAX} bytes", path.display());
    Ok(bytes)
}

/// Reads the certificates of a file: at least one.
pub(super) fn read_certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&read(path)?)
        .collect::<Result<_, _>>()
        .with_context(|| format!("read the certificates in {}", path.display()))?;
    ensure!(!chain.is_empty(), "{} holds no certificate in PEM", path.display());
    Ok(chain)
}

/// Judges a certificate as a client does that trusts one authority.
pub(super) fn verify(
    certificate: &CertificateDer<'_>,
    authority: &CertificateDer<'_>,
    name: &str,
    at: Second,
) -> anyhow::Result<()> {
    let name = ServerName::try_from(name).with_context(|| format!("use the name {name:?}"))?;
    judge(certificate, authority, &name, at)?.context("verify the certificate")
}

/// The last second of a certificate.
///
/// The verifier is asked about the end of days: what it complains about is the certificate's own end. That spares a second
/// reader of certificates, which could read something else than clients do.
pub(super) fn end_of(certificate: &CertificateDer<'_>) -> anyhow::Result<Second> {
    let name = ServerName::try_from("localhost").context("use the name \"localhost\"")?;
    match judge(certificate, certificate, &name, LAST)? {
        Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            Ok(Second(i64::try_from(not_after.as_secs()).unwrap_or(i64::MAX)))
        }
        Err(error) => Err(error).context("read the end of the certificate"),
        Ok(()) => Ok(LAST),
    }
}

fn judge(
    certificate: &CertificateDer<'_>,
    authority: &CertificateDer<'_>,
    name: &ServerName<'_>,
    at: Second,
) -> anyhow::Result<Result<(), rustls::Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone().into_owned()).context("trust the authority")?;
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider())
        .build()
        .context("trust the authority alone")?;
    let at = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at.0).unwrap_or(0)));
    Ok(verifier.verify_server_cert(certificate, &[], name, &[], at).map(|_| ()))
}
