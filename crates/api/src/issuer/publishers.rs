//! Publishers: where other issuers publish their keys, each with the certificates that are trusted there and nowhere else.

use std::sync::Arc;

use reqwest::Certificate;

use crate::token::jwks::{Fetch, FetchError, Fetched, Jwks, Source, Web};

/// One issuer and where its keys are.
#[derive(Debug, Clone)]
pub struct Publisher {
    /// Its name, to the letter.
    pub issuer: String,
    /// Where its keys are.
    pub source: Source,
    /// Certificates in PEM that are trusted there beside those of the machine.
    pub roots: Option<Vec<u8>>,
}

/// Readers of keys, one for each issuer.
#[derive(Debug)]
pub struct Publishers(Vec<(Source, Web)>);

impl Publishers {
    /// The keys of some issuers.
    ///
    /// # Errors
    ///
    /// When certificates cannot be read.
    pub fn open(publishers: Vec<Publisher>) -> Result<Jwks, FetchError> {
        let mut readers = Vec::new();
        for publisher in &publishers {
            let roots = publisher.roots.as_deref().map(|pem| {
                Certificate::from_pem_bundle(pem).ok().filter(|roots| !roots.is_empty()).ok_or_else(|| {
                    FetchError::new(format!("the roots of the issuer {} are no certificates in PEM", publisher.issuer))
                })
            });
            readers.push((publisher.source.clone(), Web::new(&roots.transpose()?.unwrap_or_default())?));
        }
        let sources = publishers.into_iter().map(|publisher| (publisher.issuer, publisher.source));
        Ok(Jwks::new(sources, Arc::new(Self(readers))))
    }
}

impl Fetch for Publishers {
    fn fetch<'a>(&'a self, source: &'a Source) -> Fetched<'a> {
        if let Some((_, web)) = self.0.iter().find(|(known, _)| known == source) {
            return web.fetch(source);
        }
        let missing = FetchError::new(format!("nobody said how to read keys from {source}"));
        Box::pin(async { Err(missing) })
    }
}
