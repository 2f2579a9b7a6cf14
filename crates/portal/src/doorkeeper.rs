//! Doorkeeper: what the portal asks of whoever knows accounts. The executable gives it one, so that the portal is no second
//! place where passwords and tokens are checked.

use std::{future::Future, pin::Pin};

use hub::{Actor, RegistrationPath, RegistrationTerms};
use model::PrincipalId;

/// Why somebody was not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInError {
    /// The name or the password is wrong, or the account is switched off.
    Wrong,
    /// It was wrong too often; after so many seconds it may be tried again.
    TooOften(i64),
    /// Others are being checked, or the other issuer does not answer: it may be tried again.
    Busy,
    /// Another issuer refused, in its words.
    Refused(String),
}

/// An issuer of another's at which people can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherDoor {
    /// What it is called in addresses: letters, digits and dashes.
    pub id: String,
    /// What it is called on the button.
    pub name: String,
}

/// What is answered later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Proves that people are who they say.
pub trait Doorkeeper: Send + Sync {
    /// Whether accounts of this hub sign in with a password.
    fn takes_passwords(&self) -> bool;

    /// The account of a name and a password. It may take a moment of computing.
    ///
    /// # Errors
    ///
    /// When it is wrong, or was wrong too often.
    fn by_password(&self, name: &str, password: &str) -> Result<PrincipalId, SignInError>;

    /// What a stamp says about itself when it is registered.
    ///
    /// # Errors
    ///
    /// When the text is no registration token, with what is wrong.
    fn read_token(&self, text: &str) -> Result<RegistrationTerms, String>;

    /// The activation key of a registration, for a stamp that finds the hub at an address.
    ///
    /// # Errors
    ///
    /// With the code and the reason.
    fn activation_key(
        &self,
        actor: &Actor,
        path: &RegistrationPath,
        origin: &str,
    ) -> Result<String, (&'static str, String)>;

    /// The other issuers, in the order in which they are shown.
    fn others(&self) -> Vec<OtherDoor>;

    /// Where a browser goes to sign in at another issuer. `state`, `nonce` and `challenge` go with it; the last is the
    /// SHA-256 of a secret in base64url.
    ///
    /// # Errors
    ///
    /// When the issuer cannot be asked.
    fn begin<'a>(&'a self, id: &'a str, wish: &'a CodeWish) -> Later<'a, Result<String, SignInError>>;

    /// The account for which another issuer gave a code.
    ///
    /// # Errors
    ///
    /// When the code is not good, or when nobody here has the account.
    fn complete<'a>(&'a self, id: &'a str, wish: &'a CodeProof) -> Later<'a, Result<PrincipalId, SignInError>>;
}

/// A sign-in that begins at another issuer.
#[derive(Debug, Clone)]
pub struct CodeWish {
    /// The path of this hub that the issuer sends the browser back to.
    pub return_path: String,
    /// What it must send back.
    pub state: String,
    /// What its token must name.
    pub nonce: String,
    /// The digest of the secret that takes the code.
    pub challenge: String,
}

/// A sign-in that came back.
#[derive(Debug, Clone)]
pub struct CodeProof {
    /// What the issuer sent.
    pub code: String,
    /// The path of this hub that it sent the browser back to.
    pub return_path: String,
    /// What its token must name.
    pub nonce: String,
    /// The secret whose digest was sent.
    pub verifier: String,
}
