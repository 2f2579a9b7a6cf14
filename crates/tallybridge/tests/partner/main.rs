//! Partners over real HTTP: each sees its own and nothing else, and makes customers and subscriptions as its tools do.

#[cfg(test)]
mod cast;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod house;
#[cfg(test)]
mod money;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod roles;
