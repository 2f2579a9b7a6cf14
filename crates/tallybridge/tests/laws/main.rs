//! The laws of the house over generated histories: usage, mistakes, corrections and changes of the office, in any order.
//!
//! A run is always the same. `LAWS_TIMES=10` looks at ten times as many; `TMPDIR` says where the databases stand.
//! Measured on 2026-11-23 on two cores that others used as well: 5,000 and 500 histories in 94 seconds, of which the processors
//! worked 80.

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod house;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod records;
