//! Settings: what a bridge needs, from its options, the stamp's folder and files with secrets.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use bridge::{ActivationState, Clock, HubSettings, OwnActivation, Program, Retry, Settings, SignIn, StampSettings};
use contract::secret::Secret;
use hub::Clock as _;
use model::{CloudId, DirectoryId, LocalSubscriptionId};
use stamp::activation::{Activation, Shelf};

use super::{HubOptions, StampOptions};
use crate::clock::SystemClock;

/// The largest file that is read. Unit: bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// What the stamp is, in its folder.
const IDENTITY: &str = "stamp.json";
/// Its activation.
const ACTIVATION: &str = "activation.json";

/// What a stamp's folder says. Everything can be given instead.
struct Folder {
    path: PathBuf,
    identity: serde_json::Value,
    activation: Option<Activation>,
}

impl Folder {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let file = path.join(IDENTITY);
        let identity = if file.is_file() {
            serde_json::from_str(&read(&file)?).with_context(|| format!("read {}", file.display()))?
        } else {
            serde_json::Value::Null
        };
        let activation = Shelf::new(path.join(ACTIVATION)).read()?;
        Ok(Self { path: path.to_owned(), identity, activation })
    }

    fn word(&self, name: &str) -> Option<&str> {
        self.identity[name].as_str()
    }

    fn missing(&self, option: &str) -> String {
        format!(
            "{} does not say it: make the stamp's folder with `tallybridge stamp token`, or give {option}",
            self.path.join(IDENTITY).display()
        )
    }

    fn not_activated(&self, option: &str) -> String {
        format!(
            "{} holds no activation: activate the stamp with `tallybridge stamp activate`, or give {option}",
            self.path.display()
        )
    }
}

/// What is needed to read a stamp.
pub struct StampSide {
    /// The stamp.
    pub cloud: CloudId,
    /// How it is reached.
    pub settings: StampSettings,
}

/// Reads what is needed to read a stamp.
pub fn stamp_side(options: &StampOptions) -> anyhow::Result<StampSide> {
    stamp_side_in(options, &Folder::read(&options.stamp)?)
}

fn stamp_side_in(options: &StampOptions, folder: &Folder) -> anyhow::Result<StampSide> {
    let cloud = match &options.cloud {
        Some(cloud) => cloud.clone(),
        None => CloudId::new(folder.word("cloudId").with_context(|| folder.missing("--cloud"))?)?,
    };
    let known =
        || folder.word("defaultProviderSubscriptionId").with_context(|| folder.missing("--provider-subscription"));
    let provider_subscription = match &options.provider_subscription {
        Some(subscription) => subscription.clone(),
        None => LocalSubscriptionId::new(known()?)?,
    };
    let home_directory = match &options.home_directory {
        Some(home) => Some(home.clone()),
        None => folder.word("homeDirectoryId").map(DirectoryId::new).transpose()?,
    };
    let settings = StampSettings {
        url: options.stamp_url.clone(),
        ca: certificates(options.stamp_ca.as_deref())?,
        sign_in: sign_in(options)?,
        provider_subscription,
        home_directory,
    };
    Ok(StampSide { cloud, settings })
}

/// Reads everything that a bridge needs.
pub fn settings(stamp: &StampOptions, hub: &HubOptions, pause: Duration, retry: Retry) -> anyhow::Result<Settings> {
    let folder = Folder::read(&stamp.stamp)?;
    let side = stamp_side_in(stamp, &folder)?;
    let known = folder.activation.as_ref();
    if let Some(activation) = known {
        ensure!(
            activation.cloud == side.cloud,
            "{} holds the activation of the stamp {}, and the bridge is for {}: give another folder with --stamp",
            stamp.stamp.display(),
            activation.cloud,
            side.cloud
        );
    }
    let url = match &hub.hub {
        Some(url) => url.clone(),
        None => known.map(|activation| activation.hub.clone()).with_context(|| folder.not_activated("--hub"))?,
    };
    let credential = match &hub.credential_file {
        Some(file) => secret(file)?,
        None => known
            .map(|activation| activation.credential.clone())
            .with_context(|| folder.not_activated("--credential-file"))?,
    };
    // Where the credential comes from the activation, an activation that is gone or off silences the bridge.
    let activation: Option<OwnActivation> =
        hub.credential_file.is_none().then(|| own_activation(stamp.stamp.join(ACTIVATION)));
    Ok(Settings {
        cloud: side.cloud,
        stamp: side.settings,
        hub: HubSettings { url, ca: certificates(hub.hub_ca.as_deref())?, credential },
        settle: stamp.settle,
        pause,
        retry,
        clock: clock(),
        activation,
    })
}

/// The machine's clock, for the bridge.
pub fn clock() -> Clock {
    Clock::new(|| SystemClock.now())
}

fn own_activation(file: PathBuf) -> OwnActivation {
    let shelf = Shelf::new(file);
    Arc::new(move || {
        let found = shelf.read().map_err(|error| error.to_string())?;
        Ok(found.map(|activation| ActivationState {
            usage_reporting: activation.usage_reporting,
            expires: activation.expires,
            registration: activation.registration,
        }))
    })
}

fn sign_in(options: &StampOptions) -> anyhow::Result<SignIn> {
    if let Some(file) = &options.stamp_token_file {
        return Ok(SignIn::File(file.clone()));
    }
    let (Some(client), Some(file), Some(directory)) =
        (&options.client_id, &options.client_secret_file, &options.directory)
    else {
        return Ok(SignIn::Nobody);
    };
    Ok(SignIn::Program(Program {
        client: client.clone(),
        secret: secret(file)?,
        directory: directory.clone(),
        token_url: options.token_url.clone(),
        audience: options.audience.clone(),
    }))
}

/// Reads a secret: the first line of a file.
fn secret(file: &Path) -> anyhow::Result<Secret> {
    let text = read(file)?;
    let secret = text.trim();
    ensure!(!secret.is_empty() && secret.lines().count() == 1, "read {}: it must hold one line", file.display());
    Ok(Secret::new(secret))
}

fn certificates(file: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    file.map(|file| Ok(read(file)?.into_bytes())).transpose()
}

/// Reads a small file of text.
pub fn read(file: &Path) -> anyhow::Result<String> {
    let attempt = || format!("read {}", file.display());
    let mut text = String::new();
    let open = File::open(file).with_context(attempt)?;
    open.take(FILE_BYTES_MAX.saturating_add(1)).read_to_string(&mut text).with_context(attempt)?;
    ensure!(u64::try_from(text.len())? <= FILE_BYTES_MAX, "{}: it is larger than {FILE_BYTES_MAX} bytes", attempt());
    Ok(text)
}
