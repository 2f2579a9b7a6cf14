//! Token: who a caller is, by a text that somebody trusted has signed.
//!
//! In: the text behind `Bearer`, the issuers that the settings name, the moment.
//! Out: the claims of a token that passed every check, or what is wrong with it; tokens that the hub signs itself.
//! Holds: the hub's own keys, and the public keys of each issuer, for as long as they may be believed.
//!
//! A token is checked in three steps: [`peek`] reads which issuer and which key it claims, [`Jwks::key`] finds that
//! key, and [`verify`] decides. [`Jwks::verify`] does the three in a row. Nothing that a token says leads to an
//! address: keys come from where the settings say, and from nowhere else.

pub mod jwks;
pub mod key;
pub mod public_key;
pub mod verify;

mod compact;
mod members;

pub use compact::{Peek, peek};
pub use jwks::{Fetch, FetchError, Jwks, JwksError, Source, SourceError, Web};
pub use key::{KeyError, NewKey, Signer, TokenKind, generate, jwks};
pub use public_key::{Algorithm, JwkError, PublicKey};
pub use verify::{Claims, KeySet, OneKey, TokenError, TrustedIssuer, verify, verify_id, verify_own};
