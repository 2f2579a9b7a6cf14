//! Config: where a bridge reads, where it puts, and as whom.

use std::time::Duration;

use model::{CloudId, DirectoryId, LocalSubscriptionId};

/// Everything a bridge has to be told.
#[derive(Clone)]
pub struct Config {
    /// The stamp, as the hub knows it.
    pub cloud: CloudId,
    /// The address of the stamp's operator interface, such as `https://adminmanagement.north.contoso.com`.
    pub stamp_url: String,
    /// The operator's own local subscription on the stamp.
    pub provider_subscription: LocalSubscriptionId,
    /// The directory that the stamp was deployed with: that of the operator's own local subscription.
    pub home_directory: DirectoryId,
    /// The bearer token for the stamp, where it wants one.
    pub stamp_token: Option<String>,
    /// The address of the hub.
    pub hub_url: String,
    /// Certificates in PEM that the hub's may be signed with, besides those the machine trusts. They are not used for the
    /// stamp.
    pub hub_ca: Option<Vec<u8>>,
    /// The bearer token for the hub: the credential of this stamp.
    pub credential: String,
    /// How long after an hour's end its window is left alone, because rows may still arrive in it.
    pub settle: Duration,
    /// How often a failed request is tried again.
    pub retry: Retry,
}

/// How often a failed request is tried again, and how long between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often a request is sent at most. Range: from 1.
    pub attempts: u32,
    /// The pause after the first failure. It doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause. A longer one that the other side asks for is kept, up to ten minutes.
    pub longest_pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 8, first_pause: Duration::from_millis(500), longest_pause: Duration::from_secs(30) }
    }
}
