//! Jwks: the public keys of issuers, kept for a while and read again when that is due.
//!
//! What is kept is asked without waiting; only who needs keys that are not there waits for the one who reads them.

mod read;
mod shelf;

use std::{
    collections::HashMap,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::Second;
use tokio::sync::OwnedMutexGuard;

pub(crate) use read::web_address;
pub use read::{Source, SourceError, Web};

use super::{
    compact::peek,
    public_key::PublicKey,
    verify::{Claims, OneKey, TokenError, TrustedIssuer, verify, verify_id},
};
use shelf::{Answer, Shelf};

/// The largest document of keys that is read. Unit: bytes.
pub(crate) const DOCUMENT_BYTES_MAX: usize = 256 * 1024;
/// How many keys a document may have.
const KEYS_MAX: usize = 64;

/// Why keys could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError(String);

impl FetchError {
    /// For one that says what was attempted and what came of it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for FetchError {}

/// The document of keys, as soon as it is there.
pub type Fetched<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>>;

/// Reads documents of keys from where they are published.
pub trait Fetch: Send + Sync {
    /// Reads one document.
    fn fetch<'a>(&'a self, source: &'a Source) -> Fetched<'a>;
}

/// Why there is no key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwksError {
    /// The settings name no place for the keys of this issuer.
    UnknownIssuer,
    /// The issuer has no key of this name.
    UnknownKey,
    /// Its keys could not be read, and those that are kept are too old to be believed.
    Unavailable,
}

impl fmt::Display for JwksError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        TokenError::from(*self).fmt(formatter)
    }
}

impl std::error::Error for JwksError {}

impl From<JwksError> for TokenError {
    fn from(error: JwksError) -> Self {
        match error {
            JwksError::UnknownIssuer => Self::Issuer,
            JwksError::UnknownKey => Self::UnknownKey,
            JwksError::Unavailable => Self::KeysUnavailable,
        }
    }
}

/// The keys of the issuers that the settings name.
pub struct Jwks {
    publishers: HashMap<String, Arc<Publisher>>,
    fetcher: Arc<dyn Fetch>,
}

impl fmt::Debug for Jwks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Jwks").field("issuers", &self.publishers.keys()).finish_non_exhaustive()
    }
}

/// One issuer, where it publishes its keys, and those that are kept.
struct Publisher {
    issuer: String,
    source: Source,
    shelf: Mutex<Shelf>,
    /// Held by whoever reads the keys again.
    reading: Arc<tokio::sync::Mutex<()>>,
}

impl Publisher {
    /// A shelf is changed in one step, so one that a panic left behind is whole.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the keys again. Runs by itself, so that a caller who goes away does not use up the one attempt a minute.
    async fn read(self: Arc<Self>, fetcher: Arc<dyn Fetch>, now: Second, reading: OwnedMutexGuard<()>) {
        let read = match fetcher.fetch(&self.source).await {
            Ok(document) => parse(&document),
            Err(error) => Err(error),
        };
        match read {
            Ok(keys) => self.shelf().put(keys, now),
            Err(error) => tracing::warn!(
                token.issuer = %self.issuer,
                token.keys = %self.source,
                error.message = %error,
                "the keys of an issuer could not be read; those that are kept count for up to a day"
            ),
        }
        drop(reading);
    }
}

impl Jwks {
    /// The keys of some issuers, each published in one place.
    pub fn new(sources: impl IntoIterator<Item = (String, Source)>, fetcher: Arc<dyn Fetch>) -> Self {
        let publishers = sources.into_iter().map(|(issuer, source)| {
            let publisher =
                Publisher { issuer: issuer.clone(), source, shelf: Mutex::default(), reading: Arc::default() };
            (issuer, Arc::new(publisher))
        });
        Self { publishers: publishers.collect(), fetcher }
    }

    /// The key of this name, from what is kept or, when that is due, from where it is published.
    pub async fn key(&self, issuer: &str, key_id: &str, now: Second) -> Result<PublicKey, JwksError> {
        let publisher = self.publishers.get(issuer).ok_or(JwksError::UnknownIssuer)?;
        if let Answer::Now(Ok(key)) = publisher.shelf().ask(key_id, now) {
            return Ok(key);
        }
        // A key that is not there may be among those that somebody is reading at this moment.
        let reading = Arc::clone(&publisher.reading).lock_owned().await;
        if let Answer::Now(answer) = publisher.shelf().ask_to_read(key_id, now) {
            return answer;
        }
        let read = Arc::clone(publisher).read(Arc::clone(&self.fetcher), now, reading);
        if let Err(error) = tokio::spawn(read).await {
            tracing::error!(token.issuer = %issuer, error.message = %error, "reading the keys of an issuer failed");
        }
        match publisher.shelf().ask(key_id, now) {
            Answer::Now(answer) => answer,
            Answer::Read => Err(JwksError::Unavailable),
        }
    }

    /// Finds the key of a token, and checks it.
    pub async fn verify(&self, token: &str, issuers: &[TrustedIssuer], now: Second) -> Result<Claims, TokenError> {
        let peek = peek(token)?;
        let key = self.key(&peek.issuer, &peek.key_id, now).await?;
        verify(token, issuers, &OneKey { issuer: peek.issuer, key }, now)
    }

    /// Finds the key of a token by which an issuer tells a client who signed in, and checks it.
    pub async fn verify_id(
        &self,
        token: &str,
        trusted: &TrustedIssuer,
        client: &str,
        nonce: &str,
        now: Second,
    ) -> Result<Claims, TokenError> {
        let peek = peek(token)?;
        // The keys of another issuer are not even looked for.
        if peek.issuer != trusted.issuer {
            return Err(TokenError::Issuer);
        }
        let key = self.key(&trusted.issuer, &peek.key_id, now).await?;
        verify_id(token, trusted, client, nonce, &OneKey { issuer: peek.issuer, key }, now)
    }
}

/// The keys of a document that are used here, by name. Others are left out: issuers publish keys for other purposes.
pub fn parse(document: &[u8]) -> Result<HashMap<String, PublicKey>, FetchError> {
    #[derive(serde::Deserialize)]
    struct Document {
        keys: Vec<serde_json::Value>,
    }
    if document.len() > DOCUMENT_BYTES_MAX {
        return Err(FetchError(format!(
            "the keys have {} bytes; at most {DOCUMENT_BYTES_MAX} are read",
            document.len()
        )));
    }
    let document: Document = serde_json::from_slice(document)
        .map_err(|error| FetchError(format!("the keys are not a document such as {{\"keys\":[]}}: {error}")))?;
    if document.keys.len() > KEYS_MAX {
        return Err(FetchError(format!("there are {} keys; at most {KEYS_MAX} are read", document.keys.len())));
    }
    let mut keys = HashMap::new();
    let mut refused = Vec::new();
    for jwk in &document.keys {
        match PublicKey::from_jwk(jwk) {
            Ok(key) => {
                if let Some(other) = keys.insert(key.id().to_owned(), key) {
                    return Err(FetchError(format!("two keys have the name {:?}", other.id())));
                }
            }
            Err(error) => refused.push(error.to_string()),
        }
    }
    if keys.is_empty() {
        return Err(FetchError(format!("there is no key among them that can be used: {}", refused.join("; "))));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
