//! Paying subscriptions: what is charged.

use crate::{CustomerId, Day, DirectoryId, PartnerId, PayingSubscriptionId, meter::words};

words! {
    /// The type of a paying subscription.
    SubscriptionKind {
        /// Sold by a partner to a customer.
        Csp = "CSP",
        /// Partner shared services; also called APSS or CSL. Lives in the partner's own shared-services directory.
        Cspss = "CSPSS",
        /// Enterprise Agreement.
        Ea = "EA",
        /// Pay as you go.
        PayAsYouGo = "PAYG",
        /// Developer benefit.
        Msdn = "MSDN",
    }
}

words! {
    /// Whether a subscription can be charged.
    SubscriptionState {
        /// It can.
        Active = "active",
        /// Suspended by the partner.
        Suspended = "suspended",
        /// Cancelled for good.
        Cancelled = "cancelled",
    }
}

/// Whose a subscription is and in which state, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The first day that this holds.
    pub from: Day,
    /// The partner of record.
    pub partner: Option<PartnerId>,
    /// The state.
    pub state: SubscriptionState,
}

/// A subscription that can be charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayingSubscription {
    /// Its id.
    pub id: PayingSubscriptionId,
    /// The name people know.
    pub name: String,
    /// Its type.
    pub kind: SubscriptionKind,
    /// The directory it lives in.
    pub directory: DirectoryId,
    /// The customer it was sold to; none for the partner's own.
    pub customer: Option<CustomerId>,
    /// Its history. For one day the last entry counts; the days never go down.
    pub standings: Vec<Standing>,
}

impl PayingSubscription {
    /// What held on a day; nothing before the subscription was there.
    pub fn standing(&self, day: Day) -> Option<&Standing> {
        self.standings.iter().rev().find(|standing| standing.from <= day)
    }

    /// The partner of record on a day.
    pub fn partner(&self, day: Day) -> Option<&PartnerId> {
        self.standing(day).and_then(|standing| standing.partner.as_ref())
    }

    /// Whether it is of a partner's kind: CSP or CSPSS.
    pub fn is_of_partner_kind(&self) -> bool {
        matches!(self.kind, SubscriptionKind::Csp | SubscriptionKind::Cspss)
    }
}

#[cfg(test)]
mod tests;
