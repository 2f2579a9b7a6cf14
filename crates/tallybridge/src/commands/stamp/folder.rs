//! Folder: what a stamp keeps on disk: what it is, its activation, and when it serves, its database.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use model::{CloudId, DirectoryId, LocalSubscriptionId};
use serde::{Deserialize, Serialize};
use stamp::{Place, activation::Shelf};

/// What the stamp is, in its folder.
const IDENTITY: &str = "stamp.json";
/// Its activation. Holds the credential of its bridge.
const ACTIVATION: &str = "activation.json";
/// Its database.
const DATABASE: &str = "tallybridge.db";
/// The largest file that is read. Unit: bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Where a stamp is.
#[derive(clap::Args, Clone)]
pub struct StampFolder {
    /// The stamp's folder. It holds what the stamp is, its activation, and when it serves, its database.
    #[arg(long, value_name = "DIR", default_value = "tallybridge-stamp", env = "TALLYBRIDGE_STAMP")]
    stamp: PathBuf,
}

/// What a stamp is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identity {
    /// The cloud id, for ever.
    pub cloud_id: String,
    /// Its region.
    pub region: String,
    /// The operator's own local subscription.
    pub default_provider_subscription_id: String,
    /// The directory it was deployed with. A stamp that only makes tokens has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_directory_id: Option<String>,
}

impl Identity {
    /// The same in the words of the stamp.
    pub fn place(&self) -> anyhow::Result<Place> {
        Ok(Place {
            cloud: CloudId::new(&self.cloud_id)?,
            region: self.region.clone(),
            provider_subscription: LocalSubscriptionId::new(&self.default_provider_subscription_id)?,
            home_directory: DirectoryId::new(self.home_directory_id.as_deref().unwrap_or("unknown"))?,
        })
    }
}

impl StampFolder {
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.stamp
    }

    /// Whether it has a database, so that the stamp can serve.
    pub fn has_database(&self) -> bool {
        self.stamp.join(DATABASE).is_file()
    }

    /// Where its activation is kept.
    pub fn shelf(&self) -> Shelf {
        Shelf::new(self.stamp.join(ACTIVATION))
    }

    /// What the stamp is; nothing when the folder does not say.
    pub fn identity(&self) -> anyhow::Result<Option<Identity>> {
        let file = self.stamp.join(IDENTITY);
        if !file.is_file() {
            return Ok(None);
        }
        serde_json::from_str(&read(&file)?).map(Some).with_context(|| format!("read {}", file.display()))
    }

    /// What the stamp is, which somebody must have said.
    pub fn known(&self) -> anyhow::Result<Identity> {
        self.identity()?.with_context(|| {
            format!(
                "{} does not say what the stamp is: make its token first, with `tallybridge stamp token`, or make a stamp that \
                 serves, with `tallybridge stamp init`",
                self.stamp.display()
            )
        })
    }

    /// What the stamp is, of one that can serve.
    pub fn serving(&self) -> anyhow::Result<Identity> {
        let identity = self.known()?;
        ensure!(
            self.has_database() && identity.home_directory_id.is_some(),
            "{} holds a stamp that does not serve: make it one with `tallybridge stamp init`",
            self.stamp.display()
        );
        Ok(identity)
    }

    /// Writes what the stamp is into a file that nobody else may read, so that a failure leaves the old one whole.
    pub fn write_identity(&self, identity: &Identity) -> anyhow::Result<()> {
        use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
        fs::create_dir_all(&self.stamp).with_context(|| format!("make {}", self.stamp.display()))?;
        let file = self.stamp.join(IDENTITY);
        let fresh = file.with_extension("new");
        let attempt = || format!("write {}", file.display());
        let text = serde_json::to_string_pretty(identity)?;
        let mut options = fs::OpenOptions::new();
        let mut open =
            options.write(true).create(true).truncate(true).mode(0o600).open(&fresh).with_context(attempt)?;
        open.write_all(text.as_bytes()).and_then(|()| open.sync_all()).with_context(attempt)?;
        fs::rename(&fresh, &file).with_context(attempt)
    }
}

/// Reads a file, or standard input for `-`, within a limit.
pub fn read(file: &Path) -> anyhow::Result<String> {
    let attempt = || format!("read {}", file.display());
    let mut text = String::new();
    let source: Box<dyn std::io::Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(fs::File::open(file).with_context(attempt)?)
    };
    let bytes = source.take(FILE_BYTES_MAX).read_to_string(&mut text).with_context(attempt)?;
    ensure!(u64::try_from(bytes)? < FILE_BYTES_MAX, "{}: it is larger than {FILE_BYTES_MAX} bytes", attempt());
    Ok(text)
}
