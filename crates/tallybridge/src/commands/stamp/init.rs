//! Init: a stamp that serves, from nothing.

use anyhow::{Context as _, ensure};
use hub::OfficeRecord;
use model::{CloudId, Directory, DirectoryId, LocalSubscriptionId};
use serde_json::json;

use super::folder::{Identity, StampFolder};
use crate::{Printing, commands::keys, house, output};

/// The longest name of a region or of a domain. Unit: bytes.
const NAME_BYTES_MAX: usize = 253;

/// Make a stamp that serves: its folder, what it is, and a database for its usage and its accounts. Doing it again changes
/// nothing that is for ever.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: StampFolder,
    #[command(flatten)]
    printing: Printing,
    /// The cloud id: a GUID that no other stamp has. It is the same for ever.
    #[arg(long, value_name = "ID")]
    cloud: CloudId,
    /// The operator's own local subscription, the default provider subscription. It is the same for ever.
    #[arg(long, value_name = "ID")]
    provider_subscription: LocalSubscriptionId,
    /// The region, as rows and addresses carry it.
    #[arg(long, value_name = "NAME", default_value = "local")]
    region: String,
    /// The home directory: the one that the operators sign in with. It is the same for ever.
    #[arg(long, value_name = "ID")]
    home_directory: DirectoryId,
    /// The domain of the home directory, such as contoso.example.
    #[arg(long, value_name = "NAME")]
    domain: String,
}

/// Runs the command.
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let (folder, region, domain) = (&options.folder, &options.region, &options.domain);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    for (option, text) in [("--region", region), ("--domain", domain)] {
        ensure!(
            !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.bytes().all(plain),
            "{option} {text:?} has not from 1 to {NAME_BYTES_MAX} letters, digits, dots and hyphens"
        );
    }
    let known = folder.identity()?;
    ensure!(
        known.is_some() || !folder.has_database(),
        "{} holds a database that is no stamp's: give a folder of its own with --stamp",
        folder.path().display()
    );
    let identity = Identity {
        cloud_id: options.cloud.to_string(),
        region: region.clone(),
        default_provider_subscription_id: options.provider_subscription.to_string(),
        home_directory_id: Some(options.home_directory.to_string()),
    };
    if let Some(known) = &known {
        check_same(known, options)?;
    }
    // First, so that a folder with a database says whose it is also after an interruption here.
    folder.write_identity(&identity)?;
    let hub = house::open(folder.path())?;
    let directory = Directory { id: options.home_directory.clone(), domain: domain.to_ascii_lowercase() };
    if hub.current_office()?.directories.get(&directory.id) != Some(&directory) {
        hub.record(house::OPERATOR, "the home directory", &[OfficeRecord::Directory(directory)])?;
    }
    keys::ensure(&hub)?;
    if options.printing.json {
        return output::json(&json!({
            "cloudId": identity.cloud_id,
            "region": identity.region,
            "defaultProviderSubscriptionId": identity.default_provider_subscription_id,
            "homeDirectoryId": options.home_directory.as_str(),
        }));
    }
    output::print(&format!("The stamp {} is made in {}.", identity.cloud_id, folder.path().display()));
    output::print("Next: say who may do what, with `tallybridge stamp account NAME --role Owner`.");
    Ok(())
}

/// What is for ever must be what it was.
fn check_same(known: &Identity, options: &Options) -> anyhow::Result<()> {
    let place = known.place().context("read what the stamp is")?;
    let home = known.home_directory_id.is_none() || place.home_directory == options.home_directory;
    ensure!(
        place.cloud == options.cloud && place.provider_subscription == options.provider_subscription && home,
        "{} is the folder of the stamp {} with the default provider subscription {}: they and its home directory are the same \
         for ever, give another folder with --stamp",
        options.folder.path().display(),
        known.cloud_id,
        known.default_provider_subscription_id
    );
    Ok(())
}

#[cfg(test)]
mod tests;
