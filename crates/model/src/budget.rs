//! Budgets: what a month may cost, and who hears of it when it comes near.

use crate::{BudgetId, CustomerId, Money, PartnerId, Share, meter::words};

words! {
    /// Whose money a budget counts.
    BudgetSide {
        /// What the partner is charged.
        Cost = "cost",
        /// What the partner charges its customers.
        Retail = "retail",
    }
}

/// What a calendar month may cost. Source: domain notes, formats 6 (`usagebudget`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Its id.
    pub id: BudgetId,
    /// Whose it is.
    pub partner: PartnerId,
    /// The customer it is for; all of the partner's usage when there is none.
    pub customer: Option<CustomerId>,
    /// Whose money it counts.
    pub side: BudgetSide,
    /// What a month may cost.
    pub amount: Money,
    /// At which parts of it somebody hears: by rising size, never empty.
    pub thresholds: Vec<Share>,
    /// Where a signed message is posted; none when nobody listens.
    pub webhook: Option<String>,
    /// By what messages are signed: HMAC-SHA256 with this secret.
    pub secret: Option<String>,
    /// To whom a mail goes.
    pub mail: Vec<String>,
    /// Whether it no longer counts.
    pub ended: bool,
}
