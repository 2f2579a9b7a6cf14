//! Source: what the door of a stamp asks for: reported usage, and who may have used it.
//!
//! Two things answer: the usage service, from what was posted and kept, and the emulated cloud, from its plan.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use model::{CloudId, DirectoryId, Hour, LocalSubscriptionId, Second, UserSubscription};

/// What a stamp is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The cloud, for ever.
    pub cloud: CloudId,
    /// The region that rows and addresses carry.
    pub region: String,
    /// The operator's own local subscription.
    pub provider_subscription: LocalSubscriptionId,
    /// The directory the stamp was deployed with.
    pub home_directory: DirectoryId,
}

/// How much of a day one row sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// One UTC hour of use.
    Hourly,
    /// One UTC day of use.
    Daily,
}

/// Whose usage is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscribers {
    /// Everybody's.
    All,
    /// That of some local subscriptions.
    Of(Arc<BTreeSet<LocalSubscriptionId>>),
}

impl Subscribers {
    /// Whether a local subscription's usage is asked for.
    pub fn include(&self, subscription: &LocalSubscriptionId) -> bool {
        match self {
            Self::All => true,
            Self::Of(some) => some.contains(subscription),
        }
    }
}

/// Which rows are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The reported hours, half-open. For daily rows, whole UTC days.
    pub reported: Range<Hour>,
    /// By hour or by day.
    pub granularity: Granularity,
    /// Whose.
    pub subscribers: Subscribers,
}

/// The place of a row among all that were reported. Rows that are reported later never come before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The reported hour; for daily rows, the first hour of the reported day.
    pub reported: Hour,
    /// The row's number in that hour or day, from 0, whoever asks.
    pub row: u64,
}

/// One row, with every text as it was emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub position: Position,
    /// Who used it.
    pub subscription: LocalSubscriptionId,
    /// When the use began: a full hour, or midnight.
    pub start: Second,
    /// When it ended, exclusive.
    pub end: Second,
    /// The meter.
    pub meter: Arc<str>,
    /// The inner document about the resource, as JSON text.
    pub instance_data: Arc<str>,
    /// The number.
    pub quantity: String,
}

/// Some rows, and where the next ones begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// The first row that is not among them; none at the end.
    pub next: Option<Position>,
}

/// Why a source could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It is too busy. Asking again later helps.
    #[error("the usage service is busy, ask again in {0} s")]
    Busy(u64),
    /// It takes longer than anybody waits.
    #[error("the usage service did not answer in time")]
    Slow,
    /// It failed.
    #[error("{0}")]
    Failed(String),
}

/// Reported usage. All methods block.
pub trait Source: Send + Sync {
    /// What the stamp is.
    fn place(&self) -> &Place;

    /// The present moment by the stamp's clock.
    fn now(&self) -> Second;

    /// The first hour whose reports are not complete. What was reported before it never changes.
    fn processed_until(&self) -> Result<Hour, SourceError>;

    /// Every local subscription there ever was, the default provider subscription among them, by id.
    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError>;

    /// At most so many rows from a position on. `selection.reported` ends at or before [`Source::processed_until`].
    fn usage(&self, selection: &Selection, from: Position, rows_max: usize) -> Result<Page, SourceError>;

    /// The service behind it, where usage and subscriptions can also be written; none for an emulated cloud.
    fn service(&self) -> Option<&crate::UsageService> {
        None
    }
}
