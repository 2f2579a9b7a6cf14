//! The front door over real HTTP: what comes in damaged, hostile or twice is refused or held by name, and never counts.

#[cfg(test)]
mod gatekeeper;
#[cfg(test)]
mod house;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod request;
