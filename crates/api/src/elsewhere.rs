//! Elsewhere: people who sign in at another issuer, by an authorization code with PKCE.
//!
//! In: what the settings say of an issuer; a code that a browser brought back.
//! Out: the address that a browser goes to, and the account of this hub that the issuer named.
//!
//! A code is sent to the one address that the settings name, and nothing that is answered there leads to another.
//!
//! Source: OpenID Connect Core 1.0, section 3.1; PKCE, RFC 7636.

use std::{fmt, time::Duration};

use hub::Hub;
use model::{PrincipalId, PrincipalKind};
use reqwest::{Certificate, Client, StatusCode, Url, redirect::Policy};
use serde::Deserialize;

use crate::{
    Door, Gatekeeper,
    token::{SourceError, TokenError, jwks::web_address},
};

/// How long an issuer may take to answer, from the first byte of the connection to the last of the answer.
const TIME_MAX: Duration = Duration::from_secs(10);
/// The longest answer to a code that is read. Unit: bytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// What is asked for: who it is, and a name for people.
const SCOPE: &str = "openid profile email";

/// A client that the hub is at another issuer, as the settings have it.
#[derive(Clone)]
pub struct ClientTerms {
    /// What the sign-in is called in addresses: letters, digits and dashes.
    pub id: String,
    /// What it is called on its button.
    pub name: String,
    /// The issuer, to the letter. It is one of those whose tokens are believed.
    pub issuer: String,
    /// How the issuer calls the hub.
    pub client_id: String,
    /// What proves that it is the hub; none for public clients.
    pub client_secret: Option<String>,
    /// Where browsers go.
    pub authorize: String,
    /// Where codes are exchanged.
    pub token: String,
    /// Certificates in PEM that are trusted there beside those of the machine.
    pub roots: Option<Vec<u8>>,
}

/// Why somebody who was elsewhere is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElsewhereError {
    /// The issuer named somebody who has no account here.
    Unknown,
    /// The issuer, or where its keys are, does not answer now.
    Away,
    /// The code or what was given for it is not good.
    Refused(String),
}

/// What came back from another issuer, and what it must answer.
#[derive(Debug, Clone, Copy)]
pub struct ReturnedCode<'a> {
    /// The code.
    pub code: &'a str,
    /// The path of this hub that it came back to.
    pub return_path: &'a str,
    /// What the token must name.
    pub nonce: &'a str,
    /// The secret whose digest was sent.
    pub verifier: &'a str,
}

/// A sign-in that begins.
#[derive(Debug, Clone, Copy)]
pub struct Departure<'a> {
    /// The path of this hub that the issuer sends the browser back to.
    pub return_path: &'a str,
    /// What it must send back.
    pub state: &'a str,
    /// What its token must name.
    pub nonce: &'a str,
    /// The SHA-256 of a secret, in base64url.
    pub challenge: &'a str,
}

/// A sign-in at another issuer, ready to be asked.
#[derive(Clone)]
pub struct Elsewhere {
    terms: ClientTerms,
    authorize: Url,
    token: Url,
    http: Client,
}

/// The secret stays out of what is printed.
impl fmt::Debug for Elsewhere {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Elsewhere").field("id", &self.terms.id).finish_non_exhaustive()
    }
}

/// What an issuer answers to a code. Everything else in it is left alone.
#[derive(Deserialize)]
struct Given {
    id_token: String,
}

/// What an issuer answers when it refuses.
#[derive(Deserialize)]
struct Problem {
    error: String,
}

impl Elsewhere {
    /// Checks what the settings say.
    ///
    /// # Errors
    ///
    /// When an address is none that a secret may be sent to, or certificates cannot be read.
    pub fn open(terms: ClientTerms) -> Result<Self, SourceError> {
        let authorize = web_address(&terms.authorize, "people cannot sign in at")?;
        let token = web_address(&terms.token, "codes cannot be exchanged at")?;
        for url in [&authorize, &token] {
            if url.fragment().is_some() {
                return Err(SourceError::new(format!("the address {:?} must not have a fragment", url.as_str())));
            }
        }
        let roots = terms.roots.as_deref().map(|pem| {
            let read = Certificate::from_pem_bundle(pem).ok().filter(|roots| !roots.is_empty());
            read.ok_or_else(|| SourceError::new("the roots are no certificates in PEM".to_owned()))
        });
        // A redirect would lead a secret to where no setting says, and a proxy from the environment would as well.
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(TIME_MAX)
            .tls_certs_merge(roots.transpose()?.unwrap_or_default())
            .build()
            .map_err(|error| SourceError::new(format!("the client that exchanges codes could not be made: {error}")))?;
        Ok(Self { terms, authorize, token, http })
    }

    /// What it is called in addresses.
    pub fn id(&self) -> &str {
        &self.terms.id
    }

    /// What it is called on its button.
    pub fn name(&self) -> &str {
        &self.terms.name
    }

    /// Where a browser goes.
    fn departure(&self, redirect: &str, departure: &Departure<'_>) -> String {
        let mut url = self.authorize.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("scope", SCOPE)
            .append_pair("client_id", &self.terms.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("state", departure.state)
            .append_pair("nonce", departure.nonce)
            .append_pair("code_challenge", departure.challenge)
            .append_pair("code_challenge_method", "S256");
        url.into()
    }

    /// The id token that is given for a code. It is not checked yet.
    async fn exchange(&self, redirect: &str, returned: &ReturnedCode<'_>) -> Result<String, ElsewhereError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", returned.code),
            ("redirect_uri", redirect),
            ("client_id", &self.terms.client_id),
            ("code_verifier", returned.verifier),
        ];
        if let Some(secret) = &self.terms.client_secret {
            form.push(("client_secret", secret));
        }
        let request = self.http.post(self.token.clone()).header("accept", "application/json").form(&form);
        let mut answer = request.send().await.map_err(|error| self.away(&error))?;
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.away(&format_args!("it answered {status}")));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.away(&error))? {
            if body.len().saturating_add(chunk.len()) > ANSWER_BYTES_MAX {
                let text = format!("{} answered more than {ANSWER_BYTES_MAX} bytes", self.token);
                return Err(ElsewhereError::Refused(text));
            }
            body.extend_from_slice(&chunk);
        }
        if status != StatusCode::OK {
            // Its description may repeat what was sent, so only the code is taken.
            let error = serde_json::from_slice(&body).ok().map(|problem: Problem| problem.error);
            let fits = |text: &String| text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic());
            let word = error.filter(fits).unwrap_or_else(|| "no reason".to_owned());
            return Err(ElsewhereError::Refused(format!("{} answered {status}: {word}", self.token)));
        }
        let given: Result<Given, _> = serde_json::from_slice(&body);
        given
            .map(|given| given.id_token)
            .map_err(|_| ElsewhereError::Refused(format!("{} answered no document with an id_token", self.token)))
    }

    fn away(&self, problem: &dyn fmt::Display) -> ElsewhereError {
        tracing::warn!(
            token.issuer = %self.terms.issuer,
            error.message = %problem,
            "an issuer at which people sign in does not answer"
        );
        ElsewhereError::Away
    }
}

/// Where an issuer sends browsers back to.
fn redirect(door: &Door, path: &str) -> Result<String, ElsewhereError> {
    let public = door.settings.public_url.as_deref();
    let public =
        public.ok_or_else(|| ElsewhereError::Refused("the hub does not know its public address".to_owned()))?;
    Ok(format!("{}{path}", public.trim_end_matches('/')))
}

impl Gatekeeper {
    /// The sign-ins at other issuers, in the order of the settings.
    pub fn elsewhere(&self) -> &[Elsewhere] {
        &self.door.settings.elsewhere
    }

    fn elsewhere_of(&self, id: &str) -> Result<&Elsewhere, ElsewhereError> {
        let found = self.elsewhere().iter().find(|one| one.id() == id);
        found.ok_or_else(|| ElsewhereError::Refused(format!("there is no issuer {id:?}")))
    }

    /// Where a browser goes to sign in at another issuer.
    ///
    /// # Errors
    ///
    /// When there is no such issuer.
    pub fn leave(&self, id: &str, departure: &Departure<'_>) -> Result<String, ElsewhereError> {
        let elsewhere = self.elsewhere_of(id)?;
        Ok(elsewhere.departure(&redirect(&self.door, departure.return_path)?, departure))
    }

    /// The account for which another issuer gave a code.
    ///
    /// # Errors
    ///
    /// When the issuer takes the code back, says something that is not believed, or names nobody who has an account.
    pub async fn come_back(&self, id: &str, returned: &ReturnedCode<'_>) -> Result<PrincipalId, ElsewhereError> {
        let elsewhere = self.elsewhere_of(id)?;
        let token = elsewhere.exchange(&redirect(&self.door, returned.return_path)?, returned).await?;
        let (door, terms) = (self.door.clone(), &elsewhere.terms);
        let claims =
            door.identity.claims_of_id(&token, &terms.issuer, &terms.client_id, returned.nonce, door.hub.now());
        let claims = claims.await.map_err(|error| match error {
            TokenError::KeysUnavailable => elsewhere.away(&error),
            error => ElsewhereError::Refused(error.to_string()),
        })?;
        let found = crate::blocking(move || {
            let office = door.hub.current_office()?;
            Ok(Hub::principal_of_token(&office, &claims.directory, &claims.object))
        });
        let found = found.await.map_err(|error| elsewhere.away(&error.denied().message))?;
        // An issuer speaks of people when it says who signed in; a program has no business at a browser.
        found.filter(|one| one.kind == PrincipalKind::User).map(|one| one.id).ok_or(ElsewhereError::Unknown)
    }
}
