//! Grant: a token for who proved to be somebody, in one of four ways.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::{
    discovery::{TokenAnswer, UserTokenAnswer},
    secret::Secret,
};
use hub::Hub;
use model::{Office, Principal, PrincipalKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Tenant, audience,
    device::draw,
    form::{Client, Form},
    memory,
    refusal::Refusal,
};
use crate::{
    Door,
    call::Call,
    identity::issuer_of,
    token::{TokenKind, peek},
};

/// How long a token holds. Unit: seconds.
const TOKEN_SECONDS: i64 = 3_600;
/// How long a refresh token holds: a working day. Unit: seconds.
const REFRESH_SECONDS: i64 = 12 * 3_600;
/// The longest text that a client has sent back to it. Unit: bytes.
const NONCE_BYTES_MAX: usize = 256;

/// Gives what a form asks for.
pub(super) fn grant(call: &Call<'_>, tenant: &Tenant, form: &Form) -> Result<Value, Refusal> {
    match form.need("grant_type")? {
        "client_credentials" => program(call, tenant, form),
        "password" => password(call, tenant, form),
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device(call, tenant, form),
        "refresh_token" => refresh(call, tenant, form),
        other => Err(Refusal::unknown_grant(other)),
    }
}

fn program(call: &Call<'_>, tenant: &Tenant, form: &Form) -> Result<Value, Refusal> {
    let client = form.client(call)?;
    let audience = audience::wanted(call, form)?;
    if client.secret.is_none() {
        return Err(Refusal::no_secret());
    }
    let principal = prove(call, tenant, &client)?;
    let issue = Issue { call, principal: &principal, client: &client.id, audience: &audience };
    let answer = TokenAnswer::bearer(issue.access()?, TOKEN_SECONDS.unsigned_abs());
    written(&answer)
}

/// The service principal of a program that shows a secret.
fn prove(call: &Call<'_>, tenant: &Tenant, client: &Client) -> Result<Principal, Refusal> {
    let now = call.hub().now();
    let attempts = &memory(call).attempts;
    let account = format!("client {}", client.id);
    attempts.check(&account, now)?;
    let secret = client.secret.as_deref().unwrap_or_default();
    let found = call.hub().principal_of_secret(&call.office, &client.id, secret);
    found.filter(|principal| tenant.holds(principal)).ok_or_else(|| {
        attempts.note(&account, now);
        Refusal::wrong_secret()
    })
}

/// A program without a secret of its own may ask for people. One that shows a secret must show the right one.
fn client_of_people(call: &Call<'_>, form: &Form) -> Result<String, Refusal> {
    let client = form.client(call)?;
    if client.secret.is_some() {
        prove(call, &Tenant::Any, &client)?;
    }
    Ok(client.id)
}

fn password(call: &Call<'_>, tenant: &Tenant, form: &Form) -> Result<Value, Refusal> {
    let client = client_of_people(call, form)?;
    let audience = audience::wanted(call, form)?;
    let person = person(call, tenant, form.need("username")?, form.need("password")?)?;
    people(&Issue { call, principal: &person, client: &client, audience: &audience }, form)
}

/// The person of a name and a password.
pub(super) fn person(call: &Call<'_>, tenant: &Tenant, name: &str, password: &str) -> Result<Principal, Refusal> {
    person_at(call.door, &call.office, tenant, (name, password))
}

/// The same, at a door.
pub(super) fn person_at(
    door: &Door,
    office: &Office,
    tenant: &Tenant,
    (name, password): (&str, &str),
) -> Result<Principal, Refusal> {
    let now = door.hub.now();
    let memory = &door.identity.memory;
    let account = format!("user {}", name.chars().take(256).collect::<String>());
    memory.attempts.check(&account, now)?;
    let turn = memory.turns.take()?;
    let found = door.hub.person_of_password(office, name, password);
    drop(turn);
    found.filter(|person| tenant.holds(person)).ok_or_else(|| {
        memory.attempts.note(&account, now);
        Refusal::wrong_password()
    })
}

fn device(call: &Call<'_>, tenant: &Tenant, form: &Form) -> Result<Value, Refusal> {
    let client = client_of_people(call, form)?;
    let code = match form.get("device_code")? {
        Some(code) => code,
        // What the first version calls it.
        None => form.get("code")?.ok_or_else(|| Refusal::missing("device_code"))?,
    };
    let (begun, principal) = memory(call).devices.ask(code, &client, call.hub().now())?;
    let person = call.office.principals.get(&principal).filter(|person| person.enabled);
    // The account may have been switched off since, and it must live where the program asks now.
    let person = person.filter(|person| tenant.holds(person) && begun.tenant.holds(person));
    let person = person.ok_or_else(Refusal::declined)?;
    people(&Issue { call, principal: person, client: &client, audience: &begun.audience }, form)
}

/// What a refresh token says beyond what is checked of every token.
#[derive(Serialize, Deserialize)]
struct RefreshClaims {
    appid: String,
    /// The audience of the tokens that it stands for.
    resource: String,
    /// A digest of what the person proves itself with: another password ends the token.
    proof: String,
}

fn refresh(call: &Call<'_>, tenant: &Tenant, form: &Form) -> Result<Value, Refusal> {
    let client = client_of_people(call, form)?;
    let sent = form.need("refresh_token")?;
    let issuer = peek(sent).map_err(Refusal::refresh_ended)?.issuer;
    let identity = &call.door.identity;
    let audiences = [issuer.clone()];
    let checked = identity.check_own(call.hub(), sent, TokenKind::Refresh, &issuer, &audiences, call.origin);
    let claims = checked.map_err(|_| Refusal::refresh_ended("it has ended, or it is not one of this hub"))?;
    let payload = sent.split('.').nth(1).and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    let more = payload.and_then(|payload| serde_json::from_slice::<RefreshClaims>(&payload).ok());
    let more = more.ok_or_else(|| Refusal::refresh_ended("it does not say what it is for"))?;
    if !more.appid.eq_ignore_ascii_case(&client) {
        return Err(Refusal::refresh_ended("it was given to another client"));
    }
    let person = Hub::principal_of_token(&call.office, &claims.directory, &claims.object);
    let person = person.filter(|person| tenant.holds(person) && Hub::secrets_digest(person) == more.proof);
    let person =
        person.ok_or_else(|| Refusal::refresh_ended("the account was switched off or has another password"))?;
    let audience = match (form.get("scope")?, form.get("resource")?) {
        (None, None) => more.resource,
        _ => audience::wanted(call, form)?,
    };
    people(&Issue { call, principal: &person, client: &client, audience: &audience }, form)
}

/// Who is given a token, and for what.
struct Issue<'a> {
    call: &'a Call<'a>,
    principal: &'a Principal,
    client: &'a str,
    audience: &'a str,
}

/// The answer for a person.
fn people(issue: &Issue<'_>, form: &Form) -> Result<Value, Refusal> {
    let nonce = form.get("nonce")?.filter(|nonce| nonce.len() <= NONCE_BYTES_MAX);
    let wants_info = form.get("client_info")? == Some("1");
    let person = issue.principal;
    let info = json!({ "uid": person.id.folded(), "utid": person.directory.folded() });
    let answer = UserTokenAnswer {
        token: TokenAnswer::bearer(issue.access()?, TOKEN_SECONDS.unsigned_abs()),
        scope: format!("{}/.default", issue.audience),
        id_token: Secret::new(issue.id(nonce)?),
        refresh_token: Secret::new(issue.refresh()?),
        client_info: wants_info.then(|| URL_SAFE_NO_PAD.encode(info.to_string())),
    };
    written(&answer)
}

impl Issue<'_> {
    fn access(&self) -> Result<String, Refusal> {
        let mut claims = self.claims(self.audience, TOKEN_SECONDS)?;
        claims["appid"] = self.client.into();
        claims["uti"] = draw()?.into();
        if self.principal.kind == PrincipalKind::User {
            claims["idtyp"] = "user".into();
            claims["upn"] = self.principal.name.as_str().into();
            claims["name"] = self.principal.name.as_str().into();
        } else {
            claims["idtyp"] = "app".into();
        }
        self.sign(TokenKind::Access, &claims)
    }

    fn id(&self, nonce: Option<&str>) -> Result<String, Refusal> {
        let mut claims = self.claims(self.client, TOKEN_SECONDS)?;
        claims["preferred_username"] = self.principal.name.as_str().into();
        claims["name"] = self.principal.name.as_str().into();
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        self.sign(TokenKind::Id, &claims)
    }

    fn refresh(&self) -> Result<String, Refusal> {
        let issuer = self.issuer();
        let mut claims = self.claims(&issuer, REFRESH_SECONDS)?;
        claims["uti"] = draw()?.into();
        claims["appid"] = self.client.into();
        claims["resource"] = self.audience.into();
        claims["proof"] = Hub::secrets_digest(self.principal).into();
        self.sign(TokenKind::Refresh, &claims)
    }

    fn issuer(&self) -> String {
        issuer_of(self.call.origin, self.principal.directory.as_str())
    }

    /// What every token says.
    fn claims(&self, audience: &str, seconds: i64) -> Result<Value, Refusal> {
        let now = self.call.hub().now().0;
        let ends = now.checked_add(seconds).ok_or_else(|| Refusal::unable("the clock is at its end"))?;
        let object = self.principal.id.as_str();
        Ok(json!({
            "aud": audience,
            "iss": self.issuer(),
            "iat": now,
            "nbf": now,
            "exp": ends,
            "oid": object,
            "sub": object,
            "tid": self.principal.directory.as_str(),
            "ver": "2.0",
        }))
    }

    fn sign(&self, kind: TokenKind, claims: &Value) -> Result<String, Refusal> {
        let signer = self.call.door.identity.signer(self.call.hub())?;
        signer.sign(kind, claims).map_err(|error| Refusal::unable(&error.to_string()))
    }
}

fn written(answer: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(answer).map_err(|error| Refusal::unable(&error.to_string()))
}
