//! Visitor: a caller with a browser: signed in at the portal by its form, with the cookie and the form token of its session.

use std::{collections::BTreeMap, fmt::Write as _};

use api::Gatekeeper;
use hub::{Actor, RegistrationPath, RegistrationTerms};
use model::PrincipalId;
use portal::{CodeProof, CodeWish, Doorkeeper, Later, OtherDoor, SignInError};

use crate::{
    cast::Caller,
    estate::OWN,
    house::{Answer, House},
};

/// Believes everybody who names an account: what is tried here comes after.
pub struct Believer(pub Gatekeeper);

impl Doorkeeper for Believer {
    fn takes_passwords(&self) -> bool {
        true
    }

    fn by_password(&self, name: &str, _password: &str) -> Result<PrincipalId, SignInError> {
        PrincipalId::new(name).map_err(|_| SignInError::Wrong)
    }

    fn read_token(&self, text: &str) -> Result<RegistrationTerms, String> {
        api::read_registration_token(text)
    }

    fn activation_key(
        &self,
        actor: &Actor,
        path: &RegistrationPath,
        origin: &str,
    ) -> Result<String, (&'static str, String)> {
        self.0.activation_key(actor, path, origin)
    }

    fn others(&self) -> Vec<OtherDoor> {
        Vec::new()
    }

    fn begin<'a>(&'a self, id: &'a str, _wish: &'a CodeWish) -> Later<'a, Result<String, SignInError>> {
        Box::pin(async move { Err(SignInError::Refused(format!("there is no issuer {id:?}"))) })
    }

    fn complete<'a>(&'a self, id: &'a str, _proof: &'a CodeProof) -> Later<'a, Result<PrincipalId, SignInError>> {
        Box::pin(async move { Err(SignInError::Refused(format!("there is no issuer {id:?}"))) })
    }
}

/// A caller at its browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    pub caller: Caller,
    /// What every form of the session carries; nothing without a session.
    pub form_token: String,
    headers: Vec<(&'static str, String)>,
}

impl Visitor {
    /// Whoever has an account signs in.
    pub fn sign_in(house: &House, caller: Caller) -> Self {
        let mut visitor = Self { caller, form_token: String::new(), headers: Vec::new() };
        if caller == Caller::Stamp {
            visitor.headers.push(("authorization", format!("Bearer {}", OWN.credential())));
        }
        let Some((id, _)) = caller.account() else { return visitor };
        let answer = visitor.ask(house, "POST", "/portal/sign-in", &form(&[("name", &id), ("password", "any")]));
        if caller == Caller::Unknown {
            assert_eq!(answer.status, 401, "an account that is not there signed in: {answer}");
            assert!(!answer.headers.contains_key("set-cookie"), "{answer}");
            return visitor;
        }
        assert_eq!(answer.status, 303, "{caller:?} did not sign in: {answer}");
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        visitor.headers.push(("cookie", cookie));
        visitor.form_token = visitor.read_token(house);
        visitor
    }

    /// The form token on the first page that there is.
    fn read_token(&self, house: &House) -> String {
        let mut target = "/portal".to_owned();
        loop {
            let answer = self.ask(house, "GET", &target, "");
            if let Some(next) = answer.headers.get("location") {
                assert_ne!(next, &target, "{answer}");
                target.clone_from(next);
                continue;
            }
            let (_, rest) = answer.text.split_once(r#"name="form_token" value=""#).unwrap();
            return rest.split('"').next().unwrap().to_owned();
        }
    }

    pub fn is_signed_in(&self) -> bool {
        !self.form_token.is_empty()
    }

    pub fn ask(&self, house: &House, method: &str, target: &str, body: &str) -> Answer {
        self.ask_with(house, method, target, body, &[])
    }

    /// Asks with more header fields.
    pub fn ask_with(
        &self,
        house: &House,
        method: &str,
        target: &str,
        body: &str,
        more: &[(&'static str, &str)],
    ) -> Answer {
        let mut headers: BTreeMap<&str, &str> = BTreeMap::new();
        headers.extend(self.headers.iter().map(|(name, value)| (*name, value.as_str())));
        headers.insert("content-type", "application/x-www-form-urlencoded");
        headers.extend(more.iter().copied());
        let headers: Vec<_> = headers.into_iter().collect();
        let answer = house.send(method, target, &headers, body);
        check_protection(method, target, &answer);
        answer
    }
}

/// Every answer keeps browsers from running, framing, guessing and keeping what it should not.
fn check_protection(method: &str, target: &str, answer: &Answer) {
    let context = format!("{method} {target}: {answer}");
    let header = |name: &str| answer.headers.get(name).map(String::as_str).unwrap_or_default();
    let policy = header("content-security-policy");
    for wanted in ["default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(wanted), "{context}");
    }
    assert!(!policy.contains("unsafe-") && !policy.contains("http") && !policy.contains('*'), "{context}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{context}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{context}");
    assert_eq!(header("x-frame-options"), "DENY", "{context}");
    let is_asset = target.starts_with("/portal/assets/") && answer.status == 200;
    assert_eq!(header("cache-control") == "no-store", !is_asset, "{context}");
    if let Some(cookie) = answer.headers.get("set-cookie") {
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{context}");
    }
}

/// A form as browsers write it.
pub fn form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
}

/// A text as it stands in forms and queries.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        match byte {
            b' ' => all.push('+'),
            b'*' | b'-' | b'.' | b'_' => all.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => all.push(char::from(byte)),
            _ => write!(all, "%{byte:02X}").unwrap(),
        }
        all
    })
}
