//! Stamp: the stamp's side of a registration, by files, so that it also works without a connection.

mod account;
mod emulate;
mod folder;
mod init;
mod serve;
mod status;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, ensure};
use contract::registration_token::read_billing_model;
use hub::Clock as _;
use model::{BillingModel, CloudId, LocalSubscriptionId};
use stamp::{
    activation,
    registration_token::{self, TokenChoice},
};

use crate::{Printing, clock::SystemClock, output};
use folder::{Identity, StampFolder, read};

/// A stamp: its usage service, and its side of a registration.
///
/// `stamp init` makes a stamp's folder, `stamp account` says who may do what there, and `stamp serve` takes usage and answers both
/// usage APIs: docs/operate/stamp.md has the commands.
///
/// To register a stamp:
///
/// 1. `stamp token` makes the registration token of a stamp.
/// 2. The token goes into a registration, from any machine that reaches the hub: docs/operate/register.md has the commands.
/// 3. `getactivationkey` of the registration gives the activation key.
/// 4. `stamp activate` checks the key and switches reporting on. Its activation holds what the bridge needs.
#[derive(clap::Subcommand)]
pub enum Stamp {
    /// Make a stamp that serves: say what it is, and whose directory it stands in.
    Init(init::Options),
    /// Give an account a role at a local subscription. Makes the account when there is none.
    Account(account::Options),
    /// Serve the stamp: take usage, answer both usage APIs, and let people and programs sign in.
    Serve(serve::Options),
    /// Make the registration token of a stamp.
    Token(TokenOptions),
    /// Check an activation key and activate the stamp with it.
    Activate(ActivateOptions),
    /// Say whether the stamp is registered, and under what.
    Status(status::Options),
    /// End the activation. Usage is still collected, and nothing is sent.
    Deactivate(DeactivateOptions),
    /// Serve an emulated cloud, whose usage never was, for trying and testing.
    Emulate(emulate::Options),
}

/// Make the registration token of a stamp, and remember in its folder what the stamp is.
#[derive(clap::Args)]
pub struct TokenOptions {
    #[command(flatten)]
    folder: StampFolder,
    /// The stamp's cloud id: it is the same for ever. Needed the first time.
    #[arg(long, value_name = "ID")]
    cloud: Option<CloudId>,
    /// The operator's own local subscription, the default provider subscription. Needed the first time.
    #[arg(long, value_name = "ID")]
    provider_subscription: Option<LocalSubscriptionId>,
    /// The stamp's region.
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The object id of the bridge's service principal.
    #[arg(long, value_name = "ID")]
    object_id: String,
    /// How the stamp is paid for: PayAsYouUse, Capacity, Development, Custom or Ruggedized.
    #[arg(long, value_name = "MODEL", default_value = "PayAsYouUse", value_parser = billing_model)]
    billing_model: BillingModel,
    /// Report no usage. PayAsYouUse forbids it.
    #[arg(long)]
    no_usage_reporting: bool,
    /// Take no items of the marketplace.
    #[arg(long)]
    no_marketplace: bool,
    /// The number of the agreement, which Capacity needs.
    #[arg(long, value_name = "NUMBER")]
    agreement_number: Option<String>,
    /// The tag of a contract, which Custom needs.
    #[arg(long, value_name = "TAG")]
    asset_tag: Option<String>,
    /// Write the token into a file instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Check an activation key and activate the stamp with it.
#[derive(clap::Args)]
pub struct ActivateOptions {
    #[command(flatten)]
    folder: StampFolder,
    #[command(flatten)]
    printing: Printing,
    /// The file with the key; `-` reads standard input. The answer of getactivationkey is taken as it is, too.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The file with the hub's published keys: the answer of GET /discovery/v2.0/keys, fetched over a connection that you
    /// trust.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
}

/// End the activation of a stamp.
#[derive(clap::Args)]
pub struct DeactivateOptions {
    #[command(flatten)]
    folder: StampFolder,
}

fn billing_model(text: &str) -> Result<BillingModel, String> {
    let words: Vec<&str> = BillingModel::ALL.iter().map(|model| model.word()).collect();
    read_billing_model(text).ok_or_else(|| format!("give one of {}", words.join(", ")))
}

/// Runs the command.
pub fn run(stamp: &Stamp) -> anyhow::Result<ExitCode> {
    match stamp {
        Stamp::Init(options) => init::run(options)?,
        Stamp::Account(options) => account::run(options)?,
        Stamp::Serve(options) => serve::run(options)?,
        Stamp::Token(options) => token(options)?,
        Stamp::Activate(options) => activate(options)?,
        Stamp::Status(options) => status::run(options)?,
        Stamp::Deactivate(options) => deactivate(options)?,
        Stamp::Emulate(options) => emulate::run(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn token(options: &TokenOptions) -> anyhow::Result<()> {
    let folder = &options.folder;
    let identity = identity_for(options, folder)?;
    let choice = TokenChoice {
        billing_model: options.billing_model,
        object_id: options.object_id.clone(),
        usage_reporting: !options.no_usage_reporting && options.billing_model != BillingModel::Capacity,
        marketplace_syndication: !options.no_marketplace,
        agreement_number: options.agreement_number.clone(),
        ms_asset_tag: options.asset_tag.clone(),
    };
    let token = registration_token::make(&identity.place()?, &identity.cloud_id, &choice);
    // What the hub would refuse is better said here.
    contract::registration_token::read(&token).map_err(|problem| anyhow::anyhow!(problem.message))?;
    folder.write_identity(&identity)?;
    match &options.out {
        Some(file) => fs::write(file, &token).with_context(|| format!("write {}", file.display()))?,
        None => output::print(&token),
    }
    Ok(())
}

fn identity_for(options: &TokenOptions, folder: &StampFolder) -> anyhow::Result<Identity> {
    let known = folder.identity()?;
    if let (Some(known), Some(cloud)) = (&known, &options.cloud) {
        ensure!(
            CloudId::new(&known.cloud_id)? == *cloud,
            "{} is the folder of the stamp {}, whose cloud id is the same for ever: give another folder with --stamp",
            folder.path().display(),
            known.cloud_id
        );
    }
    if let (Some(known), Some(provider)) = (&known, &options.provider_subscription) {
        ensure!(
            LocalSubscriptionId::new(&known.default_provider_subscription_id)? == *provider,
            "{} is the folder of a stamp whose default provider subscription is {} for ever: give another folder with --stamp",
            folder.path().display(),
            known.default_provider_subscription_id
        );
    }
    let pick = |sent: Option<String>, known: Option<&String>, option: &str| {
        sent.or_else(|| known.cloned()).with_context(|| format!("give {option} the first time"))
    };
    let known = known.as_ref();
    Ok(Identity {
        cloud_id: pick(options.cloud.as_ref().map(ToString::to_string), known.map(|one| &one.cloud_id), "--cloud")?,
        region: options.region.clone().or_else(|| known.map(|one| one.region.clone())).unwrap_or("local".to_owned()),
        default_provider_subscription_id: pick(
            options.provider_subscription.as_ref().map(ToString::to_string),
            known.map(|one| &one.default_provider_subscription_id),
            "--provider-subscription",
        )?,
        home_directory_id: known.and_then(|one| one.home_directory_id.clone()),
    })
}

fn activate(options: &ActivateOptions) -> anyhow::Result<()> {
    let folder = &options.folder;
    let identity = folder.known()?;
    let sent = read(&options.key)?;
    let key = match serde_json::from_str::<serde_json::Value>(&sent) {
        Ok(answer) => {
            answer["activationKey"].as_str().context("the key's file is JSON without an activationKey")?.to_owned()
        }
        Err(_) => sent,
    };
    let trust = read(&options.trust)?;
    let cloud = CloudId::new(&identity.cloud_id)?;
    let provider = LocalSubscriptionId::new(&identity.default_provider_subscription_id)?;
    let activation = activation::activate(&key, &cloud, &trust, &provider, SystemClock.now())?;
    folder.shelf().write(&activation)?;
    status::print(options.printing, &identity, Some(&activation), None)
}

fn deactivate(options: &DeactivateOptions) -> anyhow::Result<()> {
    output::print(if options.folder.shelf().remove()? {
        "The activation is ended. Usage is still collected, and nothing is sent."
    } else {
        "The stamp is not activated."
    });
    Ok(())
}
