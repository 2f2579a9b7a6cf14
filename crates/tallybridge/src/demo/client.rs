//! Client: somebody who speaks to the hub over HTTP, as any tool does: signs in, asks, and is sometimes refused.

use anyhow::{Context as _, bail};
use model::Second;
use reqwest::Method;
use serde_json::{Value, json};

/// How long a token is used before another is fetched. Tokens hold an hour. Unit: seconds.
const TOKEN_SECONDS: i64 = 30 * 60;

/// The api-version of registrations.
const REGISTRATIONS: &str = "2022-06-01";

/// The api-version of everything else.
const RESOURCES: &str = "2021-04-01";

/// A refusal in the hub's words.
#[derive(Debug, Clone)]
pub struct Refused {
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}: {}", self.status, self.code, self.message)
    }
}

impl std::error::Error for Refused {}

/// An account with its password.
pub struct Client {
    http: reqwest::Client,
    hub: String,
    directory: String,
    name: String,
    password: String,
    token: Option<(String, Second)>,
}

impl Client {
    /// A client that has not signed in yet.
    pub fn new(hub: &str, directory: &str, name: &str, password: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            hub: hub.to_owned(),
            directory: directory.to_owned(),
            name: name.to_owned(),
            password: password.to_owned(),
            token: None,
        }
    }

    /// Signs in, unless that was done a short while ago.
    async fn token(&mut self, now: Second) -> anyhow::Result<String> {
        if let Some((token, from)) = &self.token
            && (0..TOKEN_SECONDS).contains(&now.0.saturating_sub(from.0))
        {
            return Ok(token.clone());
        }
        let scope = format!("{}/.default", self.hub);
        let form = [
            ("grant_type", "password"),
            ("client_id", "tallybridge-demo"),
            ("username", &self.name),
            ("password", &self.password),
            ("scope", &scope),
        ];
        let address = format!("{}/{}/oauth2/v2.0/token", self.hub, self.directory);
        let answer = self.http.post(address).form(&form).send().await.context("ask for a token")?;
        let answer: Value = answer.json().await.context("read the token")?;
        let Some(token) = answer["access_token"].as_str() else { bail!("{} cannot sign in: {answer}", self.name) };
        self.token = Some((token.to_owned(), now));
        Ok(token.to_owned())
    }

    /// Asks for something. What the hub refuses is a [`Refused`].
    pub async fn ask(
        &mut self,
        now: Second,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let token = self.token(now).await?;
        let version =
            if path.contains("/Microsoft.AzureStack/registrations") && !path.contains("/Microsoft.Authorization/") {
                REGISTRATIONS
            } else {
                RESOURCES
            };
        let address = format!("{}{path}?api-version={version}", self.hub);
        let mut request = self.http.request(method, address).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.with_context(|| format!("ask for {path}"))?;
        let status = answer.status();
        let text = answer.text().await.with_context(|| format!("read the answer of {path}"))?;
        let value: Value =
            if text.is_empty() { json!({}) } else { serde_json::from_str(&text).context("read JSON")? };
        if status.is_success() {
            return Ok(value);
        }
        let said = |member: &str| value["error"][member].as_str().unwrap_or_default().to_owned();
        Err(Refused { status: status.as_u16(), code: said("code"), message: said("message") }.into())
    }
}
