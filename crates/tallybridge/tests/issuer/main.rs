//! The hub's own issuer over real HTTP: who proves to be somebody gets a token that the front door believes, and nobody else.

#[cfg(test)]
mod device;
#[cfg(test)]
#[path = "../../../api/src/token/verify/tests/forge.rs"]
mod forge;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod house;
#[cfg(test)]
#[path = "../../../api/src/token/verify/tests/hostile.rs"]
mod tokens;
