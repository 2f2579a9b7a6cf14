//! Identity file: whose tokens the hub believes, and under which name it is known, as the operator writes it in TOML.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail, ensure};
use api::{
    ClientTerms, Elsewhere, Settings,
    issuer::{Publisher, Publishers},
    token::{Algorithm, TrustedIssuer, jwks::Source},
};
use clap::{Args, ValueEnum};
use model::DirectoryId;

/// The longest name on a button. Unit: bytes.
const NAME_BYTES_MAX: usize = 64;
/// The largest file that is read. Unit: bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024;
/// How many issuers a file may name.
const ISSUERS_MAX: usize = 16;
/// The longest text of a setting. Unit: bytes.
const TEXT_BYTES_MAX: usize = 512;

/// Who is believed, and under which name the hub is known.
#[derive(Args, Clone, Debug, Default)]
pub struct IdentityOptions {
    /// A TOML file with the issuers whose tokens are believed. See docs/operate/identity.md.
    #[arg(long, value_name = "FILE", env = "TALLYBRIDGE_IDENTITY")]
    identity: Option<PathBuf>,
    /// The address under which clients reach the hub, such as https://hub.example. Without it, it is what each request says.
    #[arg(long, value_name = "URL", env = "TALLYBRIDGE_PUBLIC_URL")]
    public_url: Option<String>,
    /// Whether the hub itself issues tokens to the accounts of its catalogue. It does unless the file says no.
    #[arg(long, value_name = "ON|OFF", env = "TALLYBRIDGE_EMBEDDED_ISSUER")]
    embedded_issuer: Option<Embedded>,
    /// Take ids of customer subscriptions in upper case, too. The protocol refuses them; some published samples send them.
    #[arg(long)]
    fold_customer_ids: bool,
}

/// Whether the hub issues tokens.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Embedded {
    /// It does.
    On,
    /// It does not.
    Off,
}

/// What the file says.
#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    public_url: Option<String>,
    cloud_name: Option<String>,
    embedded: Option<bool>,
    #[serde(default)]
    issuer: Vec<Issuer>,
}

/// An issuer as the file has it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Issuer {
    #[serde(rename = "issuer")]
    name: String,
    audiences: Vec<String>,
    algorithms: Vec<String>,
    directory: Option<String>,
    keys: String,
    roots: Option<PathBuf>,
    #[serde(default)]
    types: Vec<String>,
    sign_in: Option<SignIn>,
}

/// The hub as client of an issuer: people sign in to the portal there.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    name: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    authorize: String,
    token: String,
}

impl IdentityOptions {
    /// The settings of the front door. What stands in the arguments counts before what stands in the file.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let mut settings = match &self.identity {
            Some(path) => {
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                let read = read_limited(path).and_then(|text| parse(&text, &folder));
                read.with_context(|| format!("read the identity file {}", path.display()))?
            }
            None => Settings::default(),
        };
        if let Some(url) = &self.public_url {
            settings.public_url = Some(public_url(url).context("--public-url")?);
        }
        if let Some(embedded) = self.embedded_issuer {
            settings.embedded_issuer = embedded == Embedded::On;
        }
        settings.fold_customer_ids |= self.fold_customer_ids;
        ensure!(
            settings.elsewhere.is_empty() || settings.public_url.is_some(),
            "sign_in needs to know where an issuer sends browsers back to; give --public-url, or public_url in the identity \
             file, such as https://hub.example, and register https://hub.example/portal/sign-in/return at the issuer"
        );
        ensure!(
            settings.embedded_issuer || !settings.issuers.is_empty(),
            "nobody could sign in: the hub issues no tokens and no other issuer is trusted; name one in the identity file \
             or leave --embedded-issuer on"
        );
        Ok(settings)
    }
}

/// Reads the settings from a file's text. `folder` is where the files that it names are looked for.
fn parse(text: &str, folder: &Path) -> anyhow::Result<Settings> {
    let file: File = toml::from_str(text)?;
    ensure!(file.issuer.len() <= ISSUERS_MAX, "it has {} issuers, at most {ISSUERS_MAX} are taken", file.issuer.len());
    let (mut issuers, mut publishers, mut elsewhere) = (Vec::<TrustedIssuer>::new(), Vec::new(), Vec::new());
    for (entry, number) in file.issuer.into_iter().zip(1_u32..) {
        let name = entry.name.clone();
        ensure!(issuers.iter().all(|known| known.issuer != name), "the issuer {name:?} stands there twice");
        let (trusted, publisher, sign_in) =
            entry.read(folder, number).with_context(|| format!("the issuer {name:?}"))?;
        issuers.push(trusted);
        publishers.push(publisher);
        elsewhere.extend(sign_in);
    }
    let keys = if publishers.is_empty() { None } else { Some(Arc::new(Publishers::open(publishers)?)) };
    let usual = Settings::default();
    let cloud_name = file.cloud_name.unwrap_or(usual.cloud_name.clone());
    ensure!(
        !cloud_name.is_empty() && cloud_name.len() <= 64 && !cloud_name.chars().any(char::is_control),
        "cloud_name is {cloud_name:?}: it has from 1 to 64 printable bytes"
    );
    Ok(Settings {
        public_url: file.public_url.map(|url| public_url(&url).context("public_url")).transpose()?,
        issuers,
        issuer_keys: keys,
        elsewhere,
        embedded_issuer: file.embedded.unwrap_or(usual.embedded_issuer),
        cloud_name,
        ..usual
    })
}

impl Issuer {
    /// `number` is its place in the file.
    fn read(self, folder: &Path, number: u32) -> anyhow::Result<(TrustedIssuer, Publisher, Option<Elsewhere>)> {
        let texts = self.audiences.iter().chain(&self.types).chain([&self.name, &self.keys]);
        for text in texts {
            check_text(text)?;
        }
        ensure!(!self.audiences.is_empty(), "audiences is empty: name what tokens for this hub carry in \"aud\"");
        ensure!(
            !self.algorithms.is_empty(),
            "algorithms is empty: name those that the issuer signs with, such as RS256"
        );
        let algorithm = |name: &String| {
            Algorithm::from_name(name)
                .with_context(|| format!("{name:?} is no algorithm that is taken: use RS256, PS256, ES256 or EdDSA"))
        };
        let directory = self
            .directory
            .as_deref()
            .map(|text| DirectoryId::new(text).with_context(|| format!("directory {text:?} is no directory id")));
        let source = if self.keys.contains("://") {
            Source::web(&self.keys)?
        } else {
            let path = folder.join(&self.keys);
            ensure!(path.is_file(), "keys {:?} is no address and no file", self.keys);
            Source::file(path)
        };
        let roots = self.roots.map(|roots| read_limited(&folder.join(roots)).context("roots")).transpose()?;
        let roots = roots.map(String::into_bytes);
        let sign_in = self.sign_in.map(|sign_in| sign_in.read(folder, number, &self.name, roots.clone()));
        let sign_in = sign_in.transpose().context("sign_in")?;
        let trusted = TrustedIssuer {
            issuer: self.name.clone(),
            audiences: self.audiences,
            algorithms: self.algorithms.iter().map(algorithm).collect::<anyhow::Result<_>>()?,
            directory: directory.transpose()?,
            types: self.types,
        };
        Ok((trusted, Publisher { issuer: self.name, source, roots }, sign_in))
    }
}

impl SignIn {
    fn read(self, folder: &Path, number: u32, issuer: &str, roots: Option<Vec<u8>>) -> anyhow::Result<Elsewhere> {
        for text in [&self.client_id, &self.authorize, &self.token] {
            check_text(text)?;
        }
        ensure!(
            !self.name.trim().is_empty()
                && self.name.len() <= NAME_BYTES_MAX
                && !self.name.chars().any(char::is_control),
            "name is {:?}: it has from 1 to {NAME_BYTES_MAX} printable bytes, and stands on a button",
            self.name
        );
        let secret = self.client_secret_file.map(|path| secret(&folder.join(path)).context("client_secret_file"));
        let terms = ClientTerms {
            id: format!("issuer-{number}"),
            name: self.name,
            issuer: issuer.to_owned(),
            client_id: self.client_id,
            client_secret: secret.transpose()?,
            authorize: self.authorize,
            token: self.token,
            roots,
        };
        Ok(Elsewhere::open(terms)?)
    }
}

/// A secret that stands in a file alone. What is wrong with it is said without it.
fn secret(path: &Path) -> anyhow::Result<String> {
    let text = read_limited(path)?;
    let secret = text.trim();
    ensure!(
        !secret.is_empty() && secret.len() <= TEXT_BYTES_MAX && secret.bytes().all(|byte| byte.is_ascii_graphic()),
        "{} holds no secret: one line without blanks, of at most {TEXT_BYTES_MAX} bytes, is expected",
        path.display()
    );
    Ok(secret.to_owned())
}

fn check_text(text: &str) -> anyhow::Result<()> {
    let fits = !text.is_empty() && text.len() <= TEXT_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    ensure!(fits, "{text:?} is no text that can stand here: it has blanks, is empty or is too long");
    Ok(())
}

/// An address without a path: links are built from it.
fn public_url(text: &str) -> anyhow::Result<String> {
    let address = text.trim_end_matches('/');
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || host.len() > 255 || !host.bytes().all(fits) {
        bail!("{text:?} is no address such as https://hub.example or https://hub.example:7443");
    }
    Ok(address.to_ascii_lowercase())
}

fn read_limited(path: &Path) -> anyhow::Result<String> {
    let file = std::fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    let mut text = String::new();
    file.take(FILE_BYTES_MAX.saturating_add(1)).read_to_string(&mut text)?;
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    ensure!(bytes <= FILE_BYTES_MAX, "{} is larger than {FILE_BYTES_MAX} bytes", path.display());
    Ok(text)
}

#[cfg(test)]
mod tests;
