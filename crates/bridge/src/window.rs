//! Window: reads all pages of an hour and packs them while the next one is on its way.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{CloudId, Hour};
use tokio::task::spawn_blocking;

use crate::{
    BridgeError, StampSettings,
    body::{Directories, PART_BYTES_MAX, Packed, Packing, Parts},
    client::Errand,
    config::{Clock, Retry},
    listing::Listing,
    page::Page,
    stamp::{Stamp, Walk},
    wait::Stop,
};

/// A window that was read, ready to be put or written to files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The reported hour.
    pub hour: Hour,
    /// Its rows.
    pub rows: u64,
    /// The pages that the stamp gave.
    pub pages: u64,
    /// The length of all parts before they were compressed. Unit: bytes.
    pub body_bytes: u64,
    /// The bodies of its parts, compressed with zstd.
    pub parts: Vec<Packed>,
}

/// Reads windows of one stamp.
pub struct Reader {
    stamp: Stamp,
    listing: Listing,
    is_listed: bool,
}

/// Rows of earlier providers: a subscription whose rows were in the answer for one provider is not taken from another.
type Taken = Arc<BTreeSet<String>>;

impl Reader {
    /// A reader that has not asked anything yet.
    ///
    /// # Errors
    ///
    /// When an address is none, or certificates cannot be read.
    pub fn new(cloud: &CloudId, settings: &StampSettings, retry: Retry, clock: &Clock) -> Result<Self, BridgeError> {
        let stamp = Stamp::new(settings, cloud.as_str(), retry, clock)?;
        let listing = Listing::new(settings.home_directory.as_ref().map(ToString::to_string));
        Ok(Self { stamp, listing, is_listed: false })
    }

    /// The stamp.
    pub(crate) fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// Ends pauses when a stop comes.
    pub fn obey(&mut self, stop: &Stop) {
        self.stamp.obey(stop);
    }

    /// Lists providers and local subscriptions again before the next window.
    pub fn begin(&mut self) {
        self.is_listed = false;
    }

    /// What the stamp does not show to the bridge, and what it said.
    pub fn refused(&self) -> &BTreeMap<String, String> {
        self.listing.refused()
    }

    /// Reads a window; none when the stamp is not ready with it yet.
    ///
    /// # Errors
    ///
    /// When the stamp cannot be reached, refuses, or answers what is no usage.
    pub async fn read(&mut self, hour: Hour) -> Result<Option<Window>, BridgeError> {
        match self.read_now(hour).await {
            Ok(window) => Ok(Some(window)),
            Err(BridgeError::NotYet { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn read_now(&mut self, hour: Hour) -> Result<Window, BridgeError> {
        if !self.is_listed {
            self.listing.refresh(&self.stamp).await?;
            self.is_listed = true;
        }
        let mut parts = Parts::new(PART_BYTES_MAX);
        let mut pages: u64 = 0;
        let mut taken = Taken::default();
        for provider in self.listing.providers().to_vec() {
            let mut own = BTreeSet::new();
            let read = self.read_provider(hour, &provider, parts, &taken, &mut own, &mut pages).await;
            parts = match read {
                // What was read of others stays, and what is missing is said loudly.
                Err(Unread { error, parts: Some(parts) }) if is_hidden(&error) && provider != self.stamp.provider() => {
                    self.listing.refuse(&provider, &error.to_string());
                    *parts
                }
                Err(unread) => return Err(unread.error),
                Ok(parts) => parts,
            };
            if self.listing.providers().len() > 1 {
                Arc::make_mut(&mut taken).extend(own);
            }
        }
        let Packing { parts, rows, body_bytes } =
            blocking(hour, move || parts.finish().map_err(|error| pack_error(hour, &error))).await?;
        Ok(Window { hour, rows, pages, body_bytes, parts })
    }

    /// Reads the pages of one provider. Each is packed while the next is on its way.
    async fn read_provider(
        &mut self,
        hour: Hour,
        provider: &str,
        mut parts: Parts,
        taken: &Taken,
        own: &mut BTreeSet<String>,
        pages: &mut u64,
    ) -> Result<Parts, Unread> {
        let attempted = format!("read the usage reported in {hour}");
        let mut walk = Walk::new(self.stamp.usage_url(provider, hour));
        let Some(mut url) = walk.take() else { return Ok(parts) };
        // Nothing was packed before the first page, so a provider that is not shown leaves the others whole.
        let mut text = match self.stamp.text(&attempted, &url).await {
            Ok(text) => text,
            Err(error) => return Err(Unread { error, parts: Some(Box::new(parts)) }),
        };
        loop {
            let page = read_page(&attempted, text).await?;
            *pages = pages.saturating_add(1);
            self.listing.learn(&self.stamp, &page.subscribers).await?;
            own.extend(page.subscribers.iter().cloned());
            self.stamp.follow(&mut walk, &attempted, &url, page.next_link.clone())?;
            let (directories, taken) = (self.listing.directories(), Arc::clone(taken));
            let packing = blocking(hour, move || append(hour, parts, &page, &directories, &taken));
            let Some(next) = walk.take() else { return Ok(packing.await?) };
            url = next;
            (parts, text) = tokio::try_join!(packing, self.stamp.text(&attempted, &url))?;
        }
    }
}

/// Why a provider's pages were not read, and what there was before; in the middle of its pages nothing can be saved.
struct Unread {
    error: BridgeError,
    parts: Option<Box<Parts>>,
}

impl From<BridgeError> for Unread {
    fn from(error: BridgeError) -> Self {
        Self { error, parts: None }
    }
}

/// Whether a provider's tenants are not shown, as opposed to a failure.
fn is_hidden(error: &BridgeError) -> bool {
    matches!(error, BridgeError::Refused { status: 403 | 404, .. })
}

async fn read_page(attempted: &str, text: String) -> Result<Page, BridgeError> {
    let peer = crate::Peer::Stamp;
    let errand = Errand { peer, attempted: attempted.to_owned(), answer_bytes_max: 0 };
    let read = spawn_blocking(move || Page::read(text)).await;
    let read = read.map_err(|error| errand.answer_error(error.to_string()))?;
    read.map_err(|error| errand.answer_error(error.to_string()))
}

fn append(
    hour: Hour,
    mut parts: Parts,
    page: &Page,
    directories: &Directories,
    taken: &BTreeSet<String>,
) -> Result<Parts, BridgeError> {
    for (row, subscriber) in page.rows() {
        if subscriber.is_some_and(|subscriber| taken.contains(subscriber)) {
            continue;
        }
        parts.push(row, subscriber, directories).map_err(|error| pack_error(hour, &error))?;
    }
    Ok(parts)
}

/// Runs work that would keep other requests waiting.
async fn blocking<T: Send + 'static>(
    hour: Hour,
    work: impl FnOnce() -> Result<T, BridgeError> + Send + 'static,
) -> Result<T, BridgeError> {
    spawn_blocking(work).await.map_err(|error| pack_error(hour, &error))?
}

fn pack_error(hour: Hour, error: &dyn std::error::Error) -> BridgeError {
    BridgeError::Pack { hour, reason: error.to_string() }
}
