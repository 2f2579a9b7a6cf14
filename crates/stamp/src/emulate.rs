//! Emulate: a cloud that uses resources by a plan, with usage that never was, and reports it as a real stamp does.
//!
//! Everything a [`Cloud`] does follows from its [`Plan`] and the seed in it: the same plan gives the same bytes, in
//! any order of asking. Its [`Account`] is summed from what ran, not from the pages it serves, so it can judge
//! whoever reads them. No float comes near a quantity: number texts are made from whole digits.

mod account;
mod calendar;
mod cloud;
mod decimal;
pub(crate) mod dice;
mod faults;
mod fleet;
mod handle;
mod life;
mod measure;
mod meters;
mod order;
mod plan;
mod profile;
mod resource;
mod size;
#[cfg(test)]
pub(crate) mod tests;

pub use account::{Account, AccountError, AccountKey};
pub use cloud::{Cloud, Row};
pub use decimal::Number;
pub use faults::{FaultCounts, FaultKind, FaultRates, Faults, FaultsError, Pause};
pub use handle::{Clock, CloudHandle, CorrectionError};
pub use plan::{
    CopiedRow, CustomMeterRow, Delegation, LateRow, Plan, PlanError, PlannedSubscription, Story, Tenant, Workload,
};
pub use profile::Profile;
pub use size::{VmSize, vm_sizes};
