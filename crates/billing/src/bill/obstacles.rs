//! Bill: what stands against closing a month.

use std::fmt;

use model::{CloudId, HeldReason, Hour, MeterId, Month, Second};

use crate::{
    attribute::Unattributed,
    rate::{RatedMonth, Rating},
};

/// How far a stamp has delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampWatermark {
    /// The stamp.
    pub stamp: CloudId,
    /// The first hour that it has not delivered.
    pub watermark: Hour,
    /// Whether it cannot deliver before it is registered again, because its registration was reset.
    pub reset: bool,
}

/// Rows of a month that are kept aside by the room receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRows {
    /// The stamp that sent them.
    pub stamp: CloudId,
    /// Why they are held.
    pub reason: HeldReason,
    /// How many there are. Unit: rows.
    pub rows: u64,
}

/// Usage of a month for which nobody pays yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnattributedRows {
    /// Where it was used.
    pub stamp: CloudId,
    /// Why nobody pays.
    pub reason: Unattributed,
    /// How many there are. Unit: rows.
    pub rows: u64,
}

/// What is known when somebody asks to close a month.
#[derive(Debug, Clone, Copy)]
pub struct CloseFacts<'a> {
    /// The month to be closed.
    pub month: Month,
    /// The moment of the question.
    pub as_of: Second,
    /// How long after the month's end usage may still be reported for it. Unit: hours.
    pub grace_hours: u32,
    /// The stamps that are expected to deliver: not those that do not report, and not those without a registration.
    pub watermarks: &'a [StampWatermark],
    /// What is held of the month.
    pub held: &'a [HeldRows],
    /// What has no payer.
    pub unattributed: &'a [UnattributedRows],
    /// What is due for the month, of all paying subscriptions concerned. Other months in it play no part.
    pub rated: &'a [RatedMonth],
}

/// A reason not to close a month now, in the order in which they are checked. A person may override each of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// The month is not over.
    MonthNotOver {
        /// The month.
        month: Month,
    },
    /// A stamp has not delivered far enough.
    WatermarkBehind {
        /// The stamp.
        stamp: CloudId,
        /// The first hour that it has not delivered.
        watermark: Hour,
        /// The watermark that is needed.
        needed: Hour,
        /// Whether it cannot deliver before it is registered again.
        reset: bool,
    },
    /// Rows of the month are held.
    RowsHeld {
        /// The stamp that sent them.
        stamp: CloudId,
        /// Why they are held.
        reason: HeldReason,
        /// How many there are. Unit: rows.
        rows: u64,
    },
    /// Usage has no payer.
    Unattributed {
        /// Where it was used.
        stamp: CloudId,
        /// Why nobody pays.
        reason: Unattributed,
        /// How many there are. Unit: rows.
        rows: u64,
    },
    /// Usage has no price.
    Unpriced {
        /// What was used.
        meter: MeterId,
        /// Why it has none.
        reason: Rating,
        /// How many there are. Unit: rows.
        rows: u64,
    },
}

impl Obstacle {
    /// The word in files, in the store and on the wire.
    pub fn word(&self) -> &'static str {
        match self {
            Self::MonthNotOver { .. } => "month_not_over",
            Self::WatermarkBehind { .. } => "watermark_behind",
            Self::RowsHeld { .. } => "rows_held",
            Self::Unattributed { .. } => "usage_unattributed",
            Self::Unpriced { .. } => "usage_unpriced",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MonthNotOver { month } => {
                let end = month.next().first_day();
                write!(formatter, "the month {month} is not over: wait until {end}")
            }
            Self::WatermarkBehind { stamp, watermark, needed, reset } => {
                let advice = if *reset {
                    "its registration was reset and takes no usage, have the stamp registered again"
                } else {
                    "wait for it, or look at its bridge"
                };
                write!(formatter, "stamp {stamp} has delivered up to {watermark} and {needed} is needed: {advice}")
            }
            Self::RowsHeld { stamp, reason, rows } => {
                write!(formatter, "{rows} rows of stamp {stamp} are held as {}: {}", reason.word(), reason.advice())
            }
            Self::Unattributed { stamp, reason, rows } => {
                write!(formatter, "{rows} rows of stamp {stamp} have no payer: {}", reason.explain())
            }
            Self::Unpriced { meter, reason, rows } => {
                write!(formatter, "{rows} rows of meter {meter} have no amount: {}", reason.explain())
            }
        }
    }
}

/// Says what stands against closing a month, in the order of [`Obstacle`].
pub fn obstacles(facts: &CloseFacts<'_>) -> Vec<Obstacle> {
    let end = facts.month.next().first_day().first_hour();
    let needed = end.plus(facts.grace_hours);
    let mut found = Vec::new();
    if facts.as_of < end.start() {
        found.push(Obstacle::MonthNotOver { month: facts.month });
    }
    for StampWatermark { stamp, watermark, reset } in facts.watermarks {
        if *watermark < needed {
            let (stamp, watermark, reset) = (stamp.clone(), *watermark, *reset);
            found.push(Obstacle::WatermarkBehind { stamp, watermark, needed, reset });
        }
    }
    for HeldRows { stamp, reason, rows } in facts.held.iter().filter(|held| held.rows > 0) {
        found.push(Obstacle::RowsHeld { stamp: stamp.clone(), reason: *reason, rows: *rows });
    }
    for UnattributedRows { stamp, reason, rows } in facts.unattributed.iter().filter(|held| held.rows > 0) {
        found.push(Obstacle::Unattributed { stamp: stamp.clone(), reason: *reason, rows: *rows });
    }
    let unpriced = facts.rated.iter().filter(|rated| rated.month == facts.month).flat_map(|rated| &rated.unpriced);
    // A correction that took everything away leaves nothing that needs a price.
    for unpriced in unpriced.filter(|unpriced| !unpriced.quantity.is_zero()) {
        let (meter, reason, rows) = (unpriced.meter.clone(), unpriced.rating, unpriced.rows);
        found.push(Obstacle::Unpriced { meter, reason, rows });
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests;
