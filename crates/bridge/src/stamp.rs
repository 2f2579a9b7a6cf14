//! Stamp: reads the pages of a window and the local subscriptions.

use std::collections::BTreeSet;

use contract::{
    delivery::LocalSubscription,
    usage_page::{self, read_raw_page, user_subscription},
};
use model::Hour;
use reqwest::Url;

use crate::{
    BridgeError, Config, Peer,
    client::{Client, Errand, below, read_address},
};

/// The most pages one window may have: a guard against a stamp that never ends.
const PAGES_MAX: usize = 10_000;
/// The longest page that is read. Unit: bytes.
const PAGE_BYTES_MAX: usize = 64 * 1_024 * 1_024;

/// A stamp's operator interface.
#[derive(Debug, Clone)]
pub struct Stamp {
    client: Client,
    base: Url,
    token: Option<String>,
    provider_subscription: String,
}

impl Stamp {
    /// The stamp of a configuration.
    pub fn new(client: Client, config: &Config) -> Result<Self, BridgeError> {
        let base = read_address(Peer::Stamp, &config.stamp_url)?;
        let provider_subscription = config.provider_subscription.to_string();
        Ok(Self { client, base, token: config.stamp_token.clone(), provider_subscription })
    }

    /// The texts of all pages of what was reported in an hour.
    pub async fn pages(&self, hour: Hour) -> Result<Vec<String>, BridgeError> {
        let mut url = below(&self.base, &usage_page::subscriber_usage_path(&self.provider_subscription));
        url.query_pairs_mut()
            .append_pair("api-version", usage_page::API_VERSION)
            .append_pair("reportedStartTime", &hour.to_string())
            .append_pair("reportedEndTime", &hour.next().to_string())
            .append_pair("aggregationGranularity", "Hourly");
        self.follow(url, format!("read the usage reported in {hour}"), |text| Ok(read_raw_page(text)?.next_link)).await
    }

    /// The local subscriptions that exist now, with their directories.
    pub async fn local_subscriptions(&self) -> Result<Vec<LocalSubscription>, BridgeError> {
        let mut url = below(&self.base, &user_subscription::user_subscriptions_path(&self.provider_subscription));
        url.query_pairs_mut().append_pair("api-version", user_subscription::API_VERSION);
        let read = |text: &str| serde_json::from_str::<user_subscription::UserSubscriptions>(text);
        let attempted = "list the local subscriptions".to_owned();
        let errand = Errand { peer: Peer::Stamp, attempted: attempted.clone(), answer_bytes_max: PAGE_BYTES_MAX };
        let mut listed = Vec::new();
        for text in self.follow(url, attempted, |text| Ok(read(text)?.next_link)).await? {
            let page = read(&text).map_err(|error| errand.answer_error(error.to_string()))?;
            // One without a directory tells the hub nothing.
            listed.extend(page.value.into_iter().filter_map(|subscription| {
                let subscription_id = subscription.subscription_id;
                subscription.tenant_id.map(|tenant_id| LocalSubscription { subscription_id, tenant_id })
            }));
        }
        Ok(listed)
    }

    /// Reads an address and all that its pages lead to.
    async fn follow(
        &self,
        first: Url,
        attempted: String,
        next_link: impl Fn(&str) -> Result<Option<String>, serde_json::Error>,
    ) -> Result<Vec<String>, BridgeError> {
        let errand = Errand { peer: Peer::Stamp, attempted, answer_bytes_max: PAGE_BYTES_MAX };
        let (mut pages, mut seen) = (Vec::new(), BTreeSet::new());
        let mut url = first;
        loop {
            if pages.len() >= PAGES_MAX {
                return Err(errand.answer_error(format!("it has more than {PAGES_MAX} pages")));
            }
            let text = self.page(&errand, &url).await?;
            let link = next_link(&text).map_err(|error| errand.answer_error(error.to_string()))?;
            pages.push(text);
            seen.insert(url.to_string());
            let Some(link) = link.filter(|link| !link.is_empty()) else { return Ok(pages) };
            url = self.check_link(&errand, &url, &link)?;
            if seen.contains(url.as_str()) {
                return Err(errand.answer_error("its next link leads back to a page that was read"));
            }
        }
    }

    async fn page(&self, errand: &Errand, url: &Url) -> Result<String, BridgeError> {
        let request = |http: &reqwest::Client| {
            let request = http.get(url.clone());
            match &self.token {
                Some(token) => request.bearer_auth(token),
                None => request,
            }
        };
        self.client.ask(errand, request).await
    }

    /// A link must stay with the stamp, because the token goes with it.
    fn check_link(&self, errand: &Errand, from: &Url, link: &str) -> Result<Url, BridgeError> {
        let url = from.join(link).map_err(|error| errand.answer_error(format!("its next link is bad: {error}")))?;
        if url.origin() != self.base.origin() {
            let host = url.host_str().unwrap_or_default();
            return Err(errand.answer_error(format!("its next link leads to another place, {host:?}")));
        }
        Ok(url)
    }
}
