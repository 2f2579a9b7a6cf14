//! Config: where a bridge reads, where it puts, and as whom.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use contract::secret::Secret;
use model::{CloudId, DirectoryId, LocalSubscriptionId, Second};

/// How long after an hour's end its window is left alone, unless somebody says otherwise.
pub const SETTLE: Duration = Duration::from_mins(15);

/// The short form of [`Settings`]: a stamp whose token and home directory are known, and no loop.
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

/// Everything a bridge has to be told.
#[derive(Clone)]
pub struct Settings {
    /// The stamp, as the hub knows it.
    pub cloud: CloudId,
    /// Where usage is read.
    pub stamp: StampSettings,
    /// Where usage is put.
    pub hub: HubSettings,
    /// How long after an hour's end its window is left alone, because rows may still arrive in it.
    pub settle: Duration,
    /// How long the bridge rests after each window, so that neither side is busy with it alone.
    pub pause: Duration,
    /// How often a failed request is tried again.
    pub retry: Retry,
    /// What tells the time.
    pub clock: Clock,
    /// What the activation says that lies beside the bridge, where one does.
    pub activation: Option<OwnActivation>,
}

/// Where usage is read, and as whom.
#[derive(Debug, Clone)]
pub struct StampSettings {
    /// The address of the stamp's operator interface, such as `https://adminmanagement.north.contoso.com`.
    pub url: String,
    /// Certificates in PEM that the stamp's may be signed with, besides those the machine trusts.
    pub ca: Option<Vec<u8>>,
    /// How the bridge gets a token.
    pub sign_in: SignIn,
    /// The operator's own local subscription, the default provider subscription.
    pub provider_subscription: LocalSubscriptionId,
    /// The directory that the stamp was deployed with; without it the stamp is asked.
    pub home_directory: Option<DirectoryId>,
}

/// Where usage is put, and as whom.
#[derive(Clone)]
pub struct HubSettings {
    /// The address of the hub.
    pub url: String,
    /// Certificates in PEM that the hub's may be signed with, besides those the machine trusts.
    pub ca: Option<Vec<u8>>,
    /// The credential of this stamp.
    pub credential: Secret,
}

/// How the bridge gets a token for the stamp.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// The stamp wants none.
    Nobody,
    /// With a token that somebody gave.
    Token(Secret),
    /// With the token in a file, which somebody may replace. It is read again after a token was refused.
    File(PathBuf),
    /// As a program with a secret.
    Program(Program),
}

/// A program that signs in with a secret.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its client id.
    pub client: String,
    /// Its secret.
    pub secret: Secret,
    /// The directory it signs in to; `adfs` where there are no directories.
    pub directory: String,
    /// Where tokens are; without it the stamp is asked.
    pub token_url: Option<String>,
    /// For whom a token must be; without it the stamp is asked.
    pub audience: Option<String>,
}

/// What tells the time. The bridge itself has no clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Second + Send + Sync>);

impl Clock {
    /// A clock.
    pub fn new(now: impl Fn() -> Second + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present moment.
    pub fn now(&self) -> Second {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock(..)")
    }
}

/// What an activation says about reporting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationState {
    /// Whether the stamp reports its usage.
    pub usage_reporting: bool,
    /// The first moment at which the activation no longer holds; none is for ever.
    pub expires: Option<Second>,
    /// The registration that it belongs to, where it says so.
    pub registration: String,
}

/// Reads the activation that lies beside the bridge; none when the stamp was deactivated. The error is for people.
pub type OwnActivation = Arc<dyn Fn() -> Result<Option<ActivationState>, String> + Send + Sync>;

impl From<Config> for Settings {
    fn from(config: Config) -> Self {
        let sign_in = config.stamp_token.map_or(SignIn::Nobody, |token| SignIn::Token(Secret::new(token)));
        Self {
            cloud: config.cloud,
            stamp: StampSettings {
                url: config.stamp_url,
                ca: None,
                sign_in,
                provider_subscription: config.provider_subscription,
                home_directory: Some(config.home_directory),
            },
            hub: HubSettings { url: config.hub_url, ca: config.hub_ca, credential: Secret::new(config.credential) },
            settle: config.settle,
            pause: Duration::ZERO,
            retry: config.retry,
            // The short form has neither a loop nor tokens that end, so nothing depends on the time.
            clock: Clock::new(|| Second(0)),
            activation: None,
        }
    }
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
