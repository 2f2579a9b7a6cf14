//! Commerce over real HTTP: prices, usage, invoices and spending on the paying side, and who sees them.

#[cfg(test)]
#[path = "../partner/cast.rs"]
mod cast;
#[cfg(test)]
#[path = "../clients/environment.rs"]
mod environment;
#[cfg(test)]
#[path = "../partner/house.rs"]
#[expect(dead_code, reason = "its other names are for the tests of partners")]
mod house;
#[cfg(test)]
mod invoices;
#[cfg(test)]
mod members;
#[cfg(test)]
mod prices;
#[cfg(test)]
mod python;
#[cfg(test)]
mod spending;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod world;
