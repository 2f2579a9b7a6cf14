//! The hub's own issuer, and another at which people sign in, over real HTTP: who proves to be somebody gets in, and nobody else.

#[cfg(test)]
mod device;
#[cfg(test)]
mod elsewhere;
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
