//! Stamp: the stamp's side of a registration, by files, so that it also works without a connection.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail, ensure};
use contract::registration_token::read_billing_model;
use hub::Clock as _;
use model::{BillingModel, CloudId, DirectoryId, LocalSubscriptionId};
use serde::{Deserialize, Serialize};
use stamp::{
    Place,
    activation::{self, Activation},
    registration_token::{self, TokenChoice},
};

use crate::{Printing, clock::SystemClock, output};

/// What the stamp is, in its folder.
const IDENTITY: &str = "stamp.json";
/// Its activation. Holds the credential of its bridge.
const ACTIVATION: &str = "activation.json";
/// The largest file that is read. Unit: bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The stamp's side of a registration.
///
/// 1. `stamp token` makes the registration token of a stamp.
/// 2. The token goes into a registration, from any machine that reaches the hub: docs/operate/register.md has the commands.
/// 3. `getactivationkey` of the registration gives the activation key.
/// 4. `stamp activate` checks the key and switches reporting on. Its activation holds what the bridge needs.
#[derive(clap::Subcommand)]
pub enum Stamp {
    /// Make the registration token of a stamp.
    Token(TokenOptions),
    /// Check an activation key and activate the stamp with it.
    Activate(ActivateOptions),
    /// Say whether the stamp is registered, and under what.
    Status(StatusOptions),
    /// End the activation. Usage is still collected, and nothing is sent.
    Deactivate(DeactivateOptions),
}

#[derive(clap::Args)]
struct StampFolder {
    /// The stamp's folder. It holds what the stamp is and its activation.
    #[arg(long, value_name = "DIR", default_value = "tallybridge-stamp", env = "TALLYBRIDGE_STAMP")]
    stamp: PathBuf,
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

/// Say whether the stamp is registered.
#[derive(clap::Args)]
pub struct StatusOptions {
    #[command(flatten)]
    folder: StampFolder,
    #[command(flatten)]
    printing: Printing,
}

/// End the activation of a stamp.
#[derive(clap::Args)]
pub struct DeactivateOptions {
    #[command(flatten)]
    folder: StampFolder,
}

/// What a stamp is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Identity {
    cloud_id: String,
    region: String,
    default_provider_subscription_id: String,
}

fn billing_model(text: &str) -> Result<BillingModel, String> {
    let words: Vec<&str> = BillingModel::ALL.iter().map(|model| model.word()).collect();
    read_billing_model(text).ok_or_else(|| format!("give one of {}", words.join(", ")))
}

/// Runs the command.
pub fn run(stamp: &Stamp) -> anyhow::Result<ExitCode> {
    match stamp {
        Stamp::Token(options) => token(options)?,
        Stamp::Activate(options) => activate(options)?,
        Stamp::Status(options) => status(options)?,
        Stamp::Deactivate(options) => deactivate(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn token(options: &TokenOptions) -> anyhow::Result<()> {
    let folder = &options.folder.stamp;
    let identity = identity_for(options, folder)?;
    let place = Place {
        cloud: CloudId::new(&identity.cloud_id)?,
        region: identity.region.clone(),
        provider_subscription: LocalSubscriptionId::new(&identity.default_provider_subscription_id)?,
        home_directory: DirectoryId::new("unknown")?,
    };
    let choice = TokenChoice {
        billing_model: options.billing_model,
        object_id: options.object_id.clone(),
        usage_reporting: !options.no_usage_reporting && options.billing_model != BillingModel::Capacity,
        marketplace_syndication: !options.no_marketplace,
        agreement_number: options.agreement_number.clone(),
        ms_asset_tag: options.asset_tag.clone(),
    };
    let token = registration_token::make(&place, &identity.cloud_id, &choice);
    // What the hub would refuse is better said here.
    contract::registration_token::read(&token).map_err(|problem| anyhow::anyhow!(problem.message))?;
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    write(&folder.join(IDENTITY), &serde_json::to_string_pretty(&identity)?)?;
    match &options.out {
        Some(file) => fs::write(file, &token).with_context(|| format!("write {}", file.display()))?,
        None => output::print(&token),
    }
    Ok(())
}

fn identity_for(options: &TokenOptions, folder: &Path) -> anyhow::Result<Identity> {
    let known = identity(folder)?;
    if let (Some(known), Some(cloud)) = (&known, &options.cloud) {
        ensure!(
            CloudId::new(&known.cloud_id)? == *cloud,
            "{} is the folder of the stamp {}, whose cloud id is the same for ever: give another folder with --stamp",
            folder.display(),
            known.cloud_id
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
    })
}

fn activate(options: &ActivateOptions) -> anyhow::Result<()> {
    let folder = &options.folder.stamp;
    let identity = identity(folder)?.with_context(|| {
        format!(
            "{} does not say what the stamp is: make its token first, with `tallybridge stamp token`",
            folder.display()
        )
    })?;
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
    write(&folder.join(ACTIVATION), &activation.to_file())?;
    print_status(options.printing, &identity, Some(&activation))
}

fn status(options: &StatusOptions) -> anyhow::Result<()> {
    let folder = &options.folder.stamp;
    let Some(identity) = identity(folder)? else {
        bail!("{} holds no stamp: make its token with `tallybridge stamp token`", folder.display())
    };
    print_status(options.printing, &identity, activation(folder)?.as_ref())
}

fn deactivate(options: &DeactivateOptions) -> anyhow::Result<()> {
    let file = options.folder.stamp.join(ACTIVATION);
    if !file.is_file() {
        output::print("The stamp is not activated.");
        return Ok(());
    }
    fs::remove_file(&file).with_context(|| format!("remove {}", file.display()))?;
    output::print("The activation is ended. Usage is still collected, and nothing is sent.");
    Ok(())
}

fn print_status(printing: Printing, identity: &Identity, activation: Option<&Activation>) -> anyhow::Result<()> {
    let state = match activation {
        None => "Not registered",
        Some(activation) if activation.has_expired(SystemClock.now()) => "Expired",
        Some(_) => "Registered",
    };
    if printing.json {
        let resource: Option<serde_json::Value> =
            activation.map(|activation| serde_json::from_str(&activation.to_json())).transpose()?;
        return output::json(&serde_json::json!({
            "cloudId": identity.cloud_id, "state": state, "activation": resource,
        }));
    }
    output::print(&format!("Stamp         {}\nState         {state}", identity.cloud_id));
    let Some(activation) = activation else { return Ok(()) };
    let on = |flag| if flag { "on" } else { "off" };
    output::print(&format!(
        "Registration  {}\nBilling       {}\nUsage         {}\nMarketplace   {}\nHub           {}\nExpires       {}",
        activation.registration,
        activation.billing_model,
        on(activation.usage_reporting),
        on(activation.marketplace_syndication),
        activation.hub,
        activation.expires.map_or_else(|| "never".to_owned(), |expires| expires.to_string()),
    ));
    Ok(())
}

fn identity(folder: &Path) -> anyhow::Result<Option<Identity>> {
    let file = folder.join(IDENTITY);
    if !file.is_file() {
        return Ok(None);
    }
    serde_json::from_str(&read(&file)?).map(Some).with_context(|| format!("read {}", file.display()))
}

fn activation(folder: &Path) -> anyhow::Result<Option<Activation>> {
    let file = folder.join(ACTIVATION);
    if !file.is_file() {
        return Ok(None);
    }
    Activation::from_file(&read(&file)?).map(Some).with_context(|| format!("read {}", file.display()))
}

fn read(file: &Path) -> anyhow::Result<String> {
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

/// Writes a file that nobody else may read, so that a failure leaves the old one whole.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let fresh = file.with_extension("new");
    let attempt = || format!("write {}", file.display());
    let mut options = fs::OpenOptions::new();
    let mut open = options.write(true).create(true).truncate(true).mode(0o600).open(&fresh).with_context(attempt)?;
    open.write_all(text.as_bytes()).and_then(|()| open.sync_all()).with_context(attempt)?;
    fs::rename(&fresh, file).with_context(attempt)
}
