//! Doorkeeper: who signs in to the portal, as the front door knows them.

use api::{Departure, ElsewhereError, Gatekeeper, ReturnedCode, issuer::PersonError};
use hub::{Actor, RegistrationPath, RegistrationTerms};
use model::PrincipalId;
use portal::{CodeProof, CodeWish, Later, OtherDoor, SignInError};

/// Knows the accounts of a hub.
pub struct Doorkeeper {
    gatekeeper: Gatekeeper,
}

impl Doorkeeper {
    /// One that asks a gatekeeper.
    pub fn new(gatekeeper: Gatekeeper) -> Self {
        Self { gatekeeper }
    }
}

impl portal::Doorkeeper for Doorkeeper {
    fn takes_passwords(&self) -> bool {
        self.gatekeeper.takes_passwords()
    }

    fn by_password(&self, name: &str, password: &str) -> Result<PrincipalId, SignInError> {
        self.gatekeeper.person(name, password).map_err(|error| match error {
            PersonError::Wrong => SignInError::Wrong,
            PersonError::Later(seconds) => SignInError::TooOften(seconds),
        })
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
        self.gatekeeper.activation_key(actor, path, origin)
    }

    fn others(&self) -> Vec<OtherDoor> {
        let elsewhere = self.gatekeeper.elsewhere().iter();
        elsewhere.map(|one| OtherDoor { id: one.id().to_owned(), name: one.name().to_owned() }).collect()
    }

    fn begin<'a>(&'a self, id: &'a str, wish: &'a CodeWish) -> Later<'a, Result<String, SignInError>> {
        let CodeWish { return_path, state, nonce, challenge } = wish;
        let departure = Departure { return_path, state, nonce, challenge };
        Box::pin(async move { self.gatekeeper.leave(id, &departure).map_err(refusal) })
    }

    fn complete<'a>(&'a self, id: &'a str, proof: &'a CodeProof) -> Later<'a, Result<PrincipalId, SignInError>> {
        let CodeProof { code, return_path, nonce, verifier } = proof;
        let returned = ReturnedCode { code, return_path, nonce, verifier };
        Box::pin(async move { self.gatekeeper.come_back(id, &returned).await.map_err(refusal) })
    }
}

fn refusal(error: ElsewhereError) -> SignInError {
    match error {
        ElsewhereError::Unknown => SignInError::Wrong,
        ElsewhereError::Away => SignInError::Busy,
        ElsewhereError::Refused(reason) => SignInError::Refused(reason),
    }
}

/// Random bits of the system; nothing when it has none to give.
pub fn draw() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}
