//! Listing: the local subscriptions of a stamp with their directories, and the providers whose tenants they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contract::{delivery::LocalSubscription, usage_page::user_subscription::UserSubscriptions};

use crate::{
    BridgeError, Peer,
    body::Directories,
    client::Errand,
    stamp::{Listed, Stamp, Walk},
};

/// The most local subscriptions of one stamp that are kept.
const SUBSCRIPTIONS_MAX: usize = 500_000;

/// What a stamp said about its subscriptions.
#[derive(Debug, Default)]
pub struct Listing {
    /// Of every local subscription that was listed since the start, by its id in lower case.
    ///
    /// A deleted one stays: its last rows come after it has left the stamp's list.
    directories: Arc<Directories>,
    /// Those that rows name and the stamp did not list since the list was last read anew.
    unlisted: BTreeSet<String>,
    /// The providers whose direct tenants are read: the default provider subscription, then the delegated ones.
    providers: Vec<String>,
    /// What the stamp does not show to the bridge, and what it said: usage is missing.
    refused: BTreeMap<String, String>,
    home: Option<String>,
}

impl Listing {
    /// Nothing is listed yet. The home directory may be known.
    pub fn new(home: Option<String>) -> Self {
        Self { home, ..Self::default() }
    }

    /// The directories, by the local subscription in lower case.
    pub fn directories(&self) -> Arc<Directories> {
        Arc::clone(&self.directories)
    }

    /// The providers whose direct tenants are read.
    pub fn providers(&self) -> &[String] {
        &self.providers
    }

    /// The delegated providers that the stamp does not show to the bridge, with what it said.
    pub fn refused(&self) -> &BTreeMap<String, String> {
        &self.refused
    }

    /// Remembers that a provider's tenants are not shown.
    pub fn refuse(&mut self, provider: &str, said: &str) {
        if self.refused.insert(provider.to_owned(), said.to_owned()).is_none() {
            tracing::error!(
                subscription.id = %provider,
                error = %said,
                "the usage of a delegated provider's tenants is missing: give the bridge the role Reader on its subscription"
            );
        }
    }

    /// Reads providers and local subscriptions anew.
    pub async fn refresh(&mut self, stamp: &Stamp) -> Result<(), BridgeError> {
        self.unlisted.clear();
        let mut providers = vec![stamp.provider().to_owned()];
        match stamp.delegated_providers().await {
            Ok(delegated) => providers.extend(delegated),
            Err(error @ BridgeError::Refused { status: 403, .. }) => {
                self.refuse("delegatedProviders", &error.to_string());
            }
            Err(error) => return Err(error),
        }
        self.providers = providers;
        self.refused.retain(|provider, _| self.providers.contains(provider) || provider == "delegatedProviders");
        self.list(stamp, Listed::Existing).await
    }

    /// Lists again when a page names local subscriptions that nobody listed; once for each of them.
    pub async fn learn(&mut self, stamp: &Stamp, named: &[String]) -> Result<(), BridgeError> {
        let is_new = |id: &&String| !self.directories.contains_key(*id) && !self.unlisted.contains(*id);
        let mut unknown: BTreeSet<String> = named.iter().filter(is_new).cloned().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        self.list(stamp, Listed::WithDeleted).await?;
        unknown.retain(|subscriber| !self.directories.contains_key(subscriber));
        for subscriber in &unknown {
            tracing::warn!(subscription.id = %subscriber, "the stamp reports usage of a subscription it does not list");
        }
        if self.unlisted.len() < SUBSCRIPTIONS_MAX {
            self.unlisted.append(&mut unknown);
        }
        Ok(())
    }

    async fn list(&mut self, stamp: &Stamp, listed: Listed) -> Result<(), BridgeError> {
        let mut directories = (*self.directories).clone();
        for provider in self.providers.clone() {
            match list_of(stamp, &provider, listed, &mut directories).await {
                // A delegated provider that is not shown takes only its own tenants with it.
                Err(error @ BridgeError::Refused { status: 403 | 404, .. }) if provider != stamp.provider() => {
                    self.refuse(&provider, &error.to_string());
                }
                result => result?,
            }
        }
        // The stamp does not list the operator's own.
        let home = match &self.home {
            Some(home) => home.clone(),
            None => self.home.insert(stamp.home_directory().await?).clone(),
        };
        let own = LocalSubscription { subscription_id: stamp.provider().to_owned(), tenant_id: home };
        directories.insert(own.subscription_id.to_ascii_lowercase(), own);
        self.directories = Arc::new(directories);
        Ok(())
    }
}

async fn list_of(
    stamp: &Stamp,
    provider: &str,
    listed: Listed,
    directories: &mut Directories,
) -> Result<(), BridgeError> {
    let attempted = "list the local subscriptions";
    let mut walk = Walk::new(stamp.subscriptions_url(provider, listed));
    while let Some(url) = walk.take() {
        let page: UserSubscriptions = stamp.read(attempted, &url).await?;
        // One without a directory tells the hub nothing.
        for subscription in page.value {
            let subscription_id = subscription.subscription_id;
            if let Some(tenant_id) = subscription.tenant_id.filter(|tenant| !tenant.is_empty()) {
                let folded = subscription_id.to_ascii_lowercase();
                directories.insert(folded, LocalSubscription { subscription_id, tenant_id });
            }
        }
        if directories.len() > SUBSCRIPTIONS_MAX {
            let errand = Errand { peer: Peer::Stamp, attempted: attempted.to_owned(), answer_bytes_max: 0 };
            return Err(errand.answer_error(format!("it names more than {SUBSCRIPTIONS_MAX} of them")));
        }
        stamp.follow(&mut walk, attempted, &url, page.next_link)?;
    }
    Ok(())
}
