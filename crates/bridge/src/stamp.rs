//! Stamp: the operator's interface of a stamp, one question at a time.

use contract::usage_page::{self, user_subscription};
use model::{Hour, Second};
use reqwest::Url;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    BridgeError, Peer, StampSettings,
    client::{Client, Errand, Said, below, read_address, read_certificates},
    config::{ActivationState, Clock, Retry},
    token::Tokens,
    wait::Stop,
};

/// The longest page that is read. Unit: bytes.
pub const PAGE_BYTES_MAX: usize = 32 * 1_024 * 1_024;
/// The api-version of activations.
const ACTIVATION_VERSION: &str = "2016-01-01";

/// A stamp's operator interface.
#[derive(Debug)]
pub struct Stamp {
    client: Client,
    base: Url,
    tokens: Tokens,
    provider_subscription: String,
}

/// The list of delegated providers. The objects are flat, as those of local subscriptions are.
#[derive(Deserialize)]
pub struct Providers {
    value: Vec<Provider>,
    #[serde(rename = "nextLink", default)]
    next_link: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    subscription_id: String,
}

#[derive(Deserialize)]
struct Subscription {
    #[serde(rename = "tenantId", default)]
    tenant_id: Option<String>,
}

#[derive(Deserialize)]
struct Activation {
    properties: ActivationProperties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActivationProperties {
    #[serde(default)]
    azure_registration_resource_identifier: String,
    #[serde(default)]
    expiration: String,
    usage_reporting_enabled: bool,
}

impl Stamp {
    /// The stamp of a configuration.
    pub fn new(settings: &StampSettings, name: &str, retry: Retry, clock: &Clock) -> Result<Self, BridgeError> {
        let roots = read_certificates(Peer::Stamp, settings.ca.as_deref())?;
        let client = Client::new(retry, name, clock.clone(), &roots)?;
        let base = read_address(Peer::Stamp, &settings.url)?;
        let tokens = Tokens::new(settings.sign_in.clone(), clock.clone());
        let provider_subscription = settings.provider_subscription.to_string();
        Ok(Self { client, base, tokens, provider_subscription })
    }

    /// Ends pauses when a stop comes.
    pub fn obey(&mut self, stop: &Stop) {
        self.client.obey(stop);
    }

    /// The connections.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The address of the operator interface.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The default provider subscription.
    pub fn provider(&self) -> &str {
        &self.provider_subscription
    }

    /// Gets a token, if one is wanted, and keeps it.
    pub async fn sign_in(&self) -> Result<(), BridgeError> {
        self.tokens.token(&self.client, &self.base).await.map(|_| ())
    }

    /// The first page of what the direct tenants of a provider reported in an hour.
    pub fn usage_url(&self, provider: &str, hour: Hour) -> Url {
        let mut url = below(&self.base, &usage_page::subscriber_usage_path(provider));
        url.query_pairs_mut()
            .append_pair("api-version", usage_page::API_VERSION)
            .append_pair("reportedStartTime", &hour.to_string())
            .append_pair("reportedEndTime", &hour.next().to_string())
            .append_pair("aggregationGranularity", "Hourly");
        url
    }

    /// The first page of the local subscriptions that are direct tenants of a provider.
    pub fn subscriptions_url(&self, provider: &str, listed: Listed) -> Url {
        let mut url = below(&self.base, &user_subscription::user_subscriptions_path(provider));
        url.query_pairs_mut().append_pair("api-version", user_subscription::API_VERSION);
        if listed == Listed::WithDeleted {
            // An addition of Tallybridge's own stamps; others pass over what they do not know.
            url.query_pairs_mut().append_pair("includeDeleted", "true");
        }
        url
    }

    /// The local subscriptions of delegated providers. A stamp that knows no such thing has none.
    pub async fn delegated_providers(&self) -> Result<Vec<String>, BridgeError> {
        let attempted = "list the delegated providers";
        let path = format!(
            "/subscriptions/{}/providers/Microsoft.Subscriptions.Admin/delegatedProviders",
            self.provider_subscription
        );
        let mut url = below(&self.base, &path);
        url.query_pairs_mut().append_pair("api-version", user_subscription::API_VERSION);
        let mut providers = Vec::new();
        let mut walk = Walk::new(url);
        while let Some(url) = walk.take() {
            let page: Providers = match self.read(attempted, &url).await {
                Err(BridgeError::Refused { status: 404, .. }) if providers.is_empty() => return Ok(Vec::new()),
                page => page?,
            };
            providers.extend(page.value.into_iter().map(|provider| provider.subscription_id));
            self.follow(&mut walk, attempted, &url, page.next_link)?;
        }
        providers.retain(|provider| !provider.eq_ignore_ascii_case(&self.provider_subscription));
        Ok(providers)
    }

    /// The directory of the default provider subscription.
    pub async fn home_directory(&self) -> Result<String, BridgeError> {
        let attempted = "ask for the directory of the default provider subscription";
        let mut url = below(&self.base, &format!("/subscriptions/{}", self.provider_subscription));
        url.query_pairs_mut().append_pair("api-version", user_subscription::API_VERSION);
        let found: Subscription = self.read(attempted, &url).await?;
        found.tenant_id.filter(|tenant| !tenant.is_empty()).ok_or_else(|| {
            errand(attempted).answer_error("it names no directory; give it with --home-directory".to_owned())
        })
    }

    /// What the stamp's own activation says; none when it has none, or does not know activations.
    pub async fn activation(&self) -> Result<Option<ActivationState>, BridgeError> {
        let attempted = "read the stamp's activation";
        let path = format!(
            "/subscriptions/{}/resourceGroups/azurestack-activation/providers/Microsoft.AzureBridge.Admin/activations/default",
            self.provider_subscription
        );
        let mut url = below(&self.base, &path);
        url.query_pairs_mut().append_pair("api-version", ACTIVATION_VERSION);
        let found: Activation = match self.read(attempted, &url).await {
            Err(BridgeError::Refused { status: 404, .. }) => return Ok(None),
            found => found?,
        };
        let properties = found.properties;
        let expires = match properties.expiration.as_str() {
            "" => None,
            // The last days of the calendar stand for ever.
            text if text.starts_with("9999-12-3") => None,
            text => Some(Second::parse(text).map_err(|error| errand(attempted).answer_error(error.to_string()))?),
        };
        Ok(Some(ActivationState {
            usage_reporting: properties.usage_reporting_enabled,
            expires,
            registration: properties.azure_registration_resource_identifier,
        }))
    }

    /// Reads an answer of a known shape.
    pub async fn read<T: DeserializeOwned>(&self, attempted: &str, url: &Url) -> Result<T, BridgeError> {
        let text = self.text(attempted, url).await?;
        serde_json::from_str(&text).map_err(|error| errand(attempted).answer_error(error.to_string()))
    }

    /// Reads an answer. A token that was refused is replaced once.
    pub async fn text(&self, attempted: &str, url: &Url) -> Result<String, BridgeError> {
        let errand = errand(attempted);
        let mut is_renewed = !self.tokens.can_renew();
        loop {
            let token = self.tokens.token(&self.client, &self.base).await?;
            let answer = self.client.ask(&errand, |http| authorized(http.get(url.clone()), token.as_ref())).await;
            if matches!(answer, Err(BridgeError::Refused { status: 401, .. })) && !is_renewed {
                is_renewed = true;
                self.tokens.forget().await;
                continue;
            }
            return answer;
        }
    }

    /// Asks once, and gives whatever was said.
    pub async fn hear(&self, attempted: &str, url: &Url, shown: Shown) -> Result<Said, BridgeError> {
        let token = match shown {
            Shown::Token => self.tokens.token(&self.client, &self.base).await?,
            Shown::Nothing => None,
        };
        self.client.hear(&errand(attempted), |http| authorized(http.get(url.clone()), token.as_ref())).await
    }

    /// Goes on to the page that a page names. A link must stay with the stamp, because the token goes with it.
    pub fn follow(
        &self,
        walk: &mut Walk,
        attempted: &str,
        from: &Url,
        link: Option<String>,
    ) -> Result<(), BridgeError> {
        let Some(link) = link.filter(|link| !link.is_empty()) else { return Ok(()) };
        let errand = errand(attempted);
        let url = from.join(&link).map_err(|error| errand.answer_error(format!("its next link is bad: {error}")))?;
        if url.origin() != self.base.origin() {
            let host = url.host_str().unwrap_or_default();
            return Err(errand.answer_error(format!("its next link leads to another place, {host:?}")));
        }
        walk.go(url).map_err(|reason| errand.answer_error(reason))
    }
}

/// Which local subscriptions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those that exist.
    Existing,
    /// Those that were deleted, too, where the stamp knows them.
    WithDeleted,
}

/// What is shown to the stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The token.
    Token,
    /// Nothing.
    Nothing,
}

/// The way from page to page, which must end.
pub struct Walk {
    next: Option<Url>,
    seen: std::collections::BTreeSet<String>,
}

impl Walk {
    /// The most pages of one answer: a guard against a stamp that never ends.
    const PAGES_MAX: usize = 10_000;

    /// Before the first page.
    pub fn new(first: Url) -> Self {
        Self { seen: [first.to_string()].into(), next: Some(first) }
    }

    /// The page to read now; none at the end.
    pub fn take(&mut self) -> Option<Url> {
        self.next.take()
    }

    fn go(&mut self, url: Url) -> Result<(), String> {
        if self.seen.len() >= Self::PAGES_MAX {
            return Err(format!("it has more than {} pages", Self::PAGES_MAX));
        }
        if !self.seen.insert(url.to_string()) {
            return Err("its next link leads back to a page that was read".to_owned());
        }
        self.next = Some(url);
        Ok(())
    }
}

fn authorized(request: reqwest::RequestBuilder, token: Option<&String>) -> reqwest::RequestBuilder {
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

fn errand(attempted: &str) -> Errand {
    Errand { peer: Peer::Stamp, attempted: attempted.to_owned(), answer_bytes_max: PAGE_BYTES_MAX }
}
