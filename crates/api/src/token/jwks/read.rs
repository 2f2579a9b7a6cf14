//! Read: a document of keys from the web or from a file, within limits.

use std::{
    fmt, fs,
    io::Read,
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{Certificate, Client, Url, redirect::Policy};

use super::{DOCUMENT_BYTES_MAX, Fetch, FetchError, Fetched};

/// How long reading from the web may take, from the first byte of the connection to the last of the answer.
const TIME_MAX: Duration = Duration::from_secs(5);
/// How much is read before it is plain that the document is too large. Unit: bytes.
const READ_BYTES_MAX: usize = DOCUMENT_BYTES_MAX + 1;

/// Where an issuer's keys are published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Web(Url),
    File(PathBuf),
}

/// Why nothing can be read from a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError(String);

impl SourceError {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for SourceError {}

impl Source {
    /// An address on the web: `https`, or `http` on this machine.
    pub fn web(address: &str) -> Result<Self, SourceError> {
        web_address(address, "keys cannot be read from").map(|url| Self(Place::Web(url)))
    }

    /// A file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(path.into()))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Web(url) => url.fmt(formatter),
            Place::File(path) => path.display().fmt(formatter),
        }
    }
}

/// An address on the web that is trusted with secrets and believed: `https`, or `http` on this machine. `attempt` is what
/// cannot be done when it is none.
pub(crate) fn web_address(address: &str, attempt: &str) -> Result<Url, SourceError> {
    let refused = |problem: &str| SourceError(format!("{attempt} {address:?}: {problem}"));
    let url = Url::parse(address).map_err(|error| refused(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        // The address is left out, because it holds a password.
        return Err(SourceError(format!("{attempt} an address that has a user or a password")));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_this_machine(&url) => {}
        "http" => return Err(refused("http is for this machine only; use https")),
        _ => return Err(refused("the address must begin with https://")),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refused("it names no host"));
    }
    Ok(url)
}

fn is_this_machine(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

/// Reads keys from where they really are.
#[derive(Debug, Clone)]
pub struct Web {
    http: Client,
}

impl Web {
    /// One that trusts some certificates besides those of the machine.
    pub fn new(roots: &[Certificate]) -> Result<Self, FetchError> {
        // A redirect would lead to where no setting says, and a proxy from the environment would as well.
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(TIME_MAX)
            .tls_certs_merge(roots.iter().cloned())
            .build()
            .map_err(|error| FetchError::new(format!("the client that reads keys could not be made: {error}")))?;
        Ok(Self { http })
    }

    async fn download(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        let failed = |error: reqwest::Error| FetchError::new(format!("{url} could not be read: {error}"));
        let mut answer =
            self.http.get(url.clone()).header("accept", "application/json").send().await.map_err(failed)?;
        let status = answer.status();
        if status != reqwest::StatusCode::OK {
            return Err(FetchError::new(format!("{url} answered {status}; it must answer 200, and not redirect")));
        }
        let mut document = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if document.len().saturating_add(chunk.len()) > DOCUMENT_BYTES_MAX {
                return Err(FetchError::new(format!("{url} has more than {DOCUMENT_BYTES_MAX} bytes")));
            }
            document.extend_from_slice(&chunk);
        }
        Ok(document)
    }
}

impl Fetch for Web {
    fn fetch<'a>(&'a self, source: &'a Source) -> Fetched<'a> {
        Box::pin(async move {
            match &source.0 {
                Place::Web(url) => self.download(url).await,
                Place::File(path) => {
                    let path = path.clone();
                    tokio::task::spawn_blocking(move || read_file(&path))
                        .await
                        .unwrap_or_else(|error| Err(FetchError::new(format!("reading a file of keys failed: {error}"))))
                }
            }
        })
    }
}

/// Pipes and devices are refused before they are opened, because that could take for ever.
fn read_file(path: &Path) -> Result<Vec<u8>, FetchError> {
    let failed = |error: &dyn fmt::Display| FetchError::new(format!("{} could not be read: {error}", path.display()));
    if !fs::metadata(path).map_err(|error| failed(&error))?.is_file() {
        return Err(failed(&"it is no file"));
    }
    let mut document = Vec::new();
    let limit = u64::try_from(READ_BYTES_MAX).unwrap_or(u64::MAX);
    let file = fs::File::open(path).map_err(|error| failed(&error))?;
    file.take(limit).read_to_end(&mut document).map_err(|error| failed(&error))?;
    Ok(document)
}
