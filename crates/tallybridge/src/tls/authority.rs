//! Authority: a private CA in the data folder, and the server's certificate that it signs.
//!
//! The key is the authority. Its name and its certificate are derived from it, so a lost `ca.pem` can be written again and
//! clients that have the old one go on trusting.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use model::Second;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, DnsName};
use sha2::{Digest as _, Sha256};

use super::key_files::{KeyFiles, LAST, end_of, read, read_certificates, verify};

const FOLDER: &str = "tls";
const AUTHORITY_KEY: &str = "ca.key";
const AUTHORITY_CERTIFICATE: &str = "ca.pem";
/// The server's key and certificate lie in one file, so that no reader finds one without the other.
const SERVER: &str = "server.pem";
const LOCK: &str = "lock";

const DAY_SECONDS: i64 = 86_400;
/// Clocks of clients may be behind. Unit: seconds.
const EARLIER_SECONDS: i64 = DAY_SECONDS;
/// Ten years. Unit: seconds.
const AUTHORITY_SECONDS: i64 = 3_653 * DAY_SECONDS;
/// With the day before it that makes 396 days: some clients accept no more than 397. Unit: seconds.
const SERVER_SECONDS: i64 = 395 * DAY_SECONDS;
/// A certificate that ends sooner is made new. Unit: seconds.
const RENEW_SECONDS: i64 = 30 * DAY_SECONDS;

/// Who may read a file.
#[derive(Clone, Copy)]
enum Readers {
    Owner,
    All,
}

/// A private CA and the names that its only certificate is for.
#[derive(Debug)]
pub struct Authority {
    folder: PathBuf,
    names: BTreeSet<String>,
}

/// The authority, ready to sign.
struct Signer {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    end: Second,
}

/// The names by which a server on an address is reached without anybody saying so.
pub(super) fn usual_names(listen: IpAddr) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()];
    // An unspecified address stands for all of the machine's: nobody connects to it by that name.
    if !listen.is_unspecified() {
        names.push(listen.to_string());
    }
    // Where the kernel does not say it, or says something that is no name, clients use another.
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    names.extend(read_name(host.trim()).ok());
    names
}

fn read_name(text: &str) -> anyhow::Result<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    match DnsName::try_from(text) {
        Ok(name) => Ok(name.as_ref().to_ascii_lowercase()),
        Err(_) => {
            bail!("make a certificate for {text:?}: it is neither an IP address nor a DNS name without wildcards")
        }
    }
}

impl Authority {
    /// The authority of a data folder. Nothing is made yet.
    pub(super) fn new(data: &Path, usual: &[String], further: &[String]) -> anyhow::Result<Self> {
        let names = usual.iter().chain(further).map(|name| read_name(name)).collect::<anyhow::Result<_>>()?;
        Ok(Self { folder: data.join(FOLDER), names })
    }

    /// The file that clients have to be given.
    pub(super) fn certificate_file(&self) -> PathBuf {
        self.folder.join(AUTHORITY_CERTIFICATE)
    }

    /// The server's certificate and key.
    pub(super) fn server_files(&self) -> KeyFiles {
        let path = self.folder.join(SERVER);
        KeyFiles { certificate: path.clone(), key: path }
    }

    /// Makes what is missing, and proves that it fits together.
    pub(super) fn prepare(&self, now: Second) -> anyhow::Result<()> {
        let folder = self.folder.display();
        if !self.folder.is_dir() {
            let mut builder = DirBuilder::new();
            // Two processes may start at once.
            builder.recursive(true).mode(0o700).create(&self.folder).with_context(|| format!("make {folder}"))?;
        }
        let lock = self.folder.join(LOCK);
        let lock = options(Readers::Owner).open(&lock).with_context(|| format!("open {}", lock.display()))?;
        lock.lock().with_context(|| format!("wait for another process that works in {folder}"))?;
        let signer = self.signer(now)?;
        let (text, certificate) = self.issue(&signer, now)?;
        // What was just signed proves that key and certificate of the authority belong together.
        let (name, path) = (self.names.first().map_or("", String::as_str), self.certificate_file());
        verify(&certificate, &signer.certificate, name, now).with_context(|| {
            format!(
                "check the certificate {path} against its key {AUTHORITY_KEY}: delete {path} to have it made again from \
                 the key; clients that trust the authority of this key go on doing so",
                path = path.display()
            )
        })?;
        if self.serves(&signer.certificate, signer.end, now).is_err() {
            self.write(SERVER, Readers::Owner, &text)?;
        }
        Ok(())
    }

    /// Makes the server's certificate new when its end is near.
    pub(super) fn renew(&self, now: Second) -> anyhow::Result<()> {
        let certificate = self.read_certificate()?;
        match self.serves(&certificate, end_of(&certificate)?, now) {
            Ok(()) => Ok(()),
            Err(_) => self.prepare(now),
        }
    }

    /// Whether the server's certificate is there, for the same names, and for long enough.
    fn serves(&self, authority: &CertificateDer<'_>, end: Second, now: Second) -> anyhow::Result<()> {
        let files = self.server_files();
        let key = files.load()?;
        let text = read(&files.certificate)?;
        ensure!(text.starts_with(self.head().as_bytes()), "the names have changed");
        let certificate = key.cert.first().context("the file holds a certificate")?;
        // It cannot outlive the authority.
        let later = Second(now.0.saturating_add(RENEW_SECONDS).min(end.0));
        for name in &self.names {
            verify(certificate, authority, name, now)?;
            verify(certificate, authority, name, later)?;
        }
        Ok(())
    }

    /// The authority as it lies in the folder, or a new one.
    fn signer(&self, now: Second) -> anyhow::Result<Signer> {
        let (key, path) = (self.authority_key()?, self.certificate_file());
        let params = authority_params(&key, now);
        if !path.exists() {
            let certificate = params.self_signed(&key).context("sign the certificate of the authority")?;
            self.write(AUTHORITY_CERTIFICATE, Readers::All, &certificate.pem())?;
        }
        let certificate = self.read_certificate()?;
        let end = end_of(&certificate).with_context(|| format!("read {}", path.display()))?;
        if end.0.saturating_sub(now.0) < SERVER_SECONDS {
            tracing::warn!(file.path = %path.display(), "the private CA ends at {end}: give clients a new one in time");
        }
        if end <= now {
            bail!(
                "the private CA in {} ended at {end}: delete {} to have a new one made, and give it to all clients",
                path.display(),
                self.folder.display()
            );
        }
        Ok(Signer { issuer: Issuer::new(params, key), certificate, end })
    }

    fn read_certificate(&self) -> anyhow::Result<CertificateDer<'static>> {
        let path = self.certificate_file();
        let mut read = read_certificates(&path).with_context(|| {
            let path = path.display();
            format!(
                "the certificate of the private CA is damaged: delete {path} to have it made again from {AUTHORITY_KEY}"
            )
        })?;
        Ok(read.swap_remove(0))
    }

    fn authority_key(&self) -> anyhow::Result<KeyPair> {
        let path = self.folder.join(AUTHORITY_KEY);
        let advice = || {
            let (path, folder) = (path.display(), self.folder.display());
            format!(
                "read the key {path} of the private CA: bring it back from a backup, or delete {folder} to have a new CA \
                 made, and give it to all clients"
            )
        };
        if !path.exists() && !self.certificate_file().exists() {
            let key = KeyPair::generate().context("draw the key of the private CA")?;
            self.write(AUTHORITY_KEY, Readers::Owner, &key.serialize_pem())?;
            return Ok(key);
        }
        let text = read(&path).with_context(advice)?;
        KeyPair::from_pem(&String::from_utf8_lossy(&text)).with_context(advice)
    }

    /// A new certificate for the server: the file, and the certificate in it.
    fn issue(&self, signer: &Signer, now: Second) -> anyhow::Result<(String, CertificateDer<'static>)> {
        let names: Vec<String> = self.names.iter().cloned().collect();
        let mut params = CertificateParams::new(names).context("use the names for a certificate")?;
        params.distinguished_name = common_name("Tallybridge");
        let until = now.0.saturating_add(SERVER_SECONDS).min(signer.end.0);
        set_times(&mut params, now.0.saturating_sub(EARLIER_SECONDS), until);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // Python 3.13 refuses a certificate without it.
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().context("draw the key of the server")?;
        let certificate = params.signed_by(&key, &signer.issuer).context("sign the certificate of the server")?;
        let text = format!("{}{}{}", self.head(), key.serialize_pem(), certificate.pem());
        Ok((text, certificate.der().clone()))
    }

    /// The first line of the server's file, by which changed names are known. Readers of PEM skip it.
    fn head(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        format!("Names: {}\n", names.join(", "))
    }

    /// Writes a file whole or not at all. Only who has the lock does.
    fn write(&self, name: &str, readers: Readers, text: &str) -> anyhow::Result<()> {
        let (path, new) = (self.folder.join(name), self.folder.join(format!("{name}.new")));
        let write = || {
            // One that a crash left behind may have other readers.
            if new.exists() {
                fs::remove_file(&new)?;
            }
            let mut file = options(readers).create_new(true).open(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().with_context(|| format!("write {}", path.display()))
    }
}

fn options(readers: Readers) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(match readers {
        Readers::Owner => 0o600,
        Readers::All => 0o644,
    });
    options
}

/// The certificate of an authority follows from its key, but for its times.
fn authority_params(key: &KeyPair, now: Second) -> CertificateParams {
    let mut params = CertificateParams::default();
    let digest = Sha256::digest(key.public_key_raw());
    let mark = digest.iter().take(4).fold(0_u32, |mark, byte| (mark << 8) | u32::from(*byte));
    // Two hubs have two names: clients look authorities up by name.
    params.distinguished_name = common_name(&format!("Tallybridge private CA {mark:08x}"));
    let until = now.0.saturating_add(AUTHORITY_SECONDS);
    set_times(&mut params, now.0.saturating_sub(EARLIER_SECONDS), until);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn common_name(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

/// Sets from when to when a certificate holds, within what certificates can say.
fn set_times(params: &mut CertificateParams, from: i64, until: i64) {
    let since_epoch = |seconds: i64| Duration::from_secs(u64::try_from(seconds.min(LAST.0)).unwrap_or(0));
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_epoch(from);
    params.not_after = epoch + since_epoch(until);
}
