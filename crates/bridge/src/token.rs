//! Token: how the bridge shows the stamp who it is, and how it gets a new token before the old one ends.
//!
//! Source: RFC 6749, 4.4; the metadata of a stamp, api-version 2015-01-01; tokens of the first form name a `resource`, those
//! of the second a `scope`.

use model::Second;
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{
    BridgeError, Peer, SignIn,
    client::{Client, Errand, below, read_address},
    config::{Clock, Program},
};

/// How long before its end a token is replaced. Unit: seconds.
const RENEW_SECONDS: i64 = 300;
/// The longest answer that is read. Unit: bytes.
const ANSWER_BYTES_MAX: usize = 256 * 1_024;
/// The longest file with a token. Unit: bytes.
const FILE_BYTES_MAX: u64 = 64 * 1_024;
/// What stands for a directory where there are none.
const ADFS: &str = "adfs";

/// Gets tokens for a stamp.
#[derive(Debug)]
pub struct Tokens {
    sign_in: SignIn,
    clock: Clock,
    held: Mutex<Option<Held>>,
}

#[derive(Debug, Clone)]
struct Held {
    token: contract::secret::Secret,
    /// The first moment at which it is replaced; none is never.
    renew: Option<Second>,
}

/// Where tokens are, and for whom they must be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Issuer {
    url: Url,
    audience: String,
}

#[derive(Deserialize)]
struct Metadata {
    authentication: Authentication,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    login_endpoint: String,
    audiences: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: contract::secret::Secret,
    #[serde(default)]
    expires_in: Option<Seconds>,
}

/// Directories write it as a number, older services as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(i64),
    Text(String),
}

impl Tokens {
    /// No token yet.
    pub fn new(sign_in: SignIn, clock: Clock) -> Self {
        Self { sign_in, clock, held: Mutex::new(None) }
    }

    /// Whether another token can be had.
    pub fn can_renew(&self) -> bool {
        matches!(self.sign_in, SignIn::File(_) | SignIn::Program(_))
    }

    /// Forgets the token that was refused.
    pub async fn forget(&self) {
        *self.held.lock().await = None;
    }

    /// The token to show; none where the stamp wants none.
    pub async fn token(&self, client: &Client, stamp: &Url) -> Result<Option<String>, BridgeError> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if let Some(held) = held.as_ref().filter(|held| held.renew.is_none_or(|renew| now < renew)) {
            return Ok(Some(held.token.reveal().to_owned()));
        }
        let fresh = match &self.sign_in {
            SignIn::Nobody => return Ok(None),
            SignIn::Token(token) => Held { token: token.clone(), renew: None },
            SignIn::File(file) => Held { token: read_file(file)?, renew: None },
            SignIn::Program(program) => request(client, stamp, program, now).await?,
        };
        Ok(Some(held.insert(fresh).token.reveal().to_owned()))
    }
}

fn read_file(file: &std::path::Path) -> Result<contract::secret::Secret, BridgeError> {
    use std::io::Read as _;
    let error = |reason: String| BridgeError::SignIn(format!("read {}: {reason}", file.display()));
    let mut text = String::new();
    let open = std::fs::File::open(file).map_err(|reason| error(reason.to_string()))?;
    open.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(|reason| error(reason.to_string()))?;
    let token = text.trim();
    if token.is_empty() || token.chars().any(char::is_whitespace) {
        return Err(error("it holds no token, which is one word on one line".to_owned()));
    }
    Ok(contract::secret::Secret::new(token))
}

async fn request(client: &Client, stamp: &Url, program: &Program, now: Second) -> Result<Held, BridgeError> {
    let issuer = find_issuer(client, stamp, program).await?;
    let attempted = format!("sign in as {:?} at {}", program.client, issuer.url);
    let errand = Errand { peer: Peer::Stamp, attempted: attempted.clone(), answer_bytes_max: ANSWER_BYTES_MAX };
    let scope = format!("{}/.default", issuer.audience);
    // An issuer refuses what it does not know, so each form gets its own word.
    let whose = if issuer.url.path().contains("/v2.0/") {
        ("scope", scope.as_str())
    } else {
        ("resource", issuer.audience.as_str())
    };
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", program.client.as_str()),
        ("client_secret", program.secret.reveal()),
        whose,
    ];
    let answer = client.ask(&errand, |http| http.post(issuer.url.clone()).form(&form)).await;
    let text = answer.map_err(|error| match error {
        BridgeError::Refused { status, message, .. } => {
            let said = describe_refusal(&message);
            BridgeError::SignIn(format!("{attempted}: it was refused with {status}: {said}"))
        }
        other => other,
    })?;
    let answer: Answer = serde_json::from_str(&text).map_err(|error| errand.answer_error(error.to_string()))?;
    let holds = match answer.expires_in {
        Some(Seconds::Number(seconds)) => seconds,
        Some(Seconds::Text(text)) => text.trim().parse().unwrap_or(0),
        None => 3_600,
    };
    // Of a short one, half is used.
    let used = holds.saturating_sub(RENEW_SECONDS).max(holds / 2).max(1);
    Ok(Held { token: answer.access_token, renew: Some(Second(now.0.saturating_add(used))) })
}

/// Where tokens are: as it was given, or as the stamp says.
async fn find_issuer(client: &Client, stamp: &Url, program: &Program) -> Result<Issuer, BridgeError> {
    let given = program.token_url.as_deref().map(|url| read_address(Peer::Stamp, url)).transpose()?;
    if let (Some(url), Some(audience)) = (given.clone(), program.audience.clone()) {
        return Ok(Issuer { url, audience });
    }
    let mut url = below(stamp, "/metadata/endpoints");
    url.query_pairs_mut().append_pair("api-version", "2015-01-01");
    let attempted = "ask the stamp where tokens are".to_owned();
    let errand = Errand { peer: Peer::Stamp, attempted, answer_bytes_max: ANSWER_BYTES_MAX };
    let text = client.ask(&errand, |http| http.get(url.clone())).await?;
    let found: Metadata = serde_json::from_str(&text).map_err(|error| errand.answer_error(error.to_string()))?;
    let named = || found.authentication.audiences.first().cloned();
    let audience = program.audience.clone().or_else(named);
    let audience = audience.ok_or_else(|| errand.answer_error("it names no audience; give one with --audience"))?;
    let url = match given {
        Some(url) => url,
        None => token_url(&found.authentication.login_endpoint, &program.directory)?,
    };
    // The secret must not travel with less protection than usage.
    if stamp.scheme() == "https" && url.scheme() != "https" {
        return Err(errand.answer_error(format!("it sends whoever signs in to {url}, which is not HTTPS")));
    }
    Ok(Issuer { url, audience })
}

/// The address of tokens below a sign-in address.
///
/// Where there are no directories the sign-in address ends with `/adfs`, and tokens are of the first form.
fn token_url(login: &str, directory: &str) -> Result<Url, BridgeError> {
    let login = read_address(Peer::Stamp, login)?;
    let path = login.path().trim_end_matches('/').to_ascii_lowercase();
    let tail = if path.ends_with(&format!("/{ADFS}")) {
        "/oauth2/token".to_owned()
    } else if directory.eq_ignore_ascii_case(ADFS) {
        format!("/{ADFS}/oauth2/token")
    } else {
        format!("/{directory}/oauth2/v2.0/token")
    };
    Ok(below(&login, &tail))
}

/// What an issuer says when it refuses, for people.
fn describe_refusal(body: &str) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        error_description: String,
    }
    serde_json::from_str::<Refusal>(body).map_or_else(|_| body.to_owned(), |refusal| refusal.error_description)
}

#[cfg(test)]
mod tests;
