//! Bridge: carries the usage of one stamp to the hub, checks the way, and writes windows to files.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use model::{CloudId, DirectoryId, LocalSubscriptionId};

mod check;
mod export;
mod metrics;
mod run;
mod settings;
mod show;

pub use export::{MANIFEST, Manifest, WindowFiles};

/// Carry the usage of one stamp to the hub.
///
/// The bridge asks the hub which window is next, reads it from the stamp's provider usage API, and puts it. It keeps nothing
/// on disk. docs/operate/bridge.md says how to set it up.
#[derive(clap::Subcommand)]
pub enum Bridge {
    /// Carry usage until it is stopped.
    Run(run::Options),
    /// Try every leg of the way, and say what to do where one fails.
    Check(check::Options),
    /// Write windows to files, for a stamp that does not reach the hub.
    Export(export::Options),
}

/// Runs the command.
pub fn run(bridge: &Bridge) -> anyhow::Result<ExitCode> {
    match bridge {
        Bridge::Run(options) => run::run(options),
        Bridge::Check(options) => check::run(options),
        Bridge::Export(options) => export::run(options),
    }
}

/// Which stamp, and how it is reached.
#[derive(clap::Args)]
pub struct StampOptions {
    /// The stamp's folder, as `tallybridge stamp` made it. Cloud id, provider subscription, hub and credential come from
    /// there; each can be given instead.
    #[arg(long, value_name = "DIR", default_value = "tallybridge-stamp", env = "TALLYBRIDGE_STAMP")]
    stamp: PathBuf,
    /// The address of the stamp's operator interface, such as https://adminmanagement.north.contoso.com.
    #[arg(long, value_name = "URL", env = "TALLYBRIDGE_STAMP_URL")]
    stamp_url: String,
    /// The stamp's cloud id.
    #[arg(long, value_name = "ID")]
    cloud: Option<CloudId>,
    /// The operator's own local subscription, the default provider subscription.
    #[arg(long, value_name = "ID")]
    provider_subscription: Option<LocalSubscriptionId>,
    /// The directory that the stamp was deployed with. Without it the stamp is asked.
    #[arg(long, value_name = "ID")]
    home_directory: Option<DirectoryId>,
    /// A file with a token for the stamp. It is read again when the stamp refuses the token.
    #[arg(long, value_name = "FILE", conflicts_with = "client_id")]
    stamp_token_file: Option<PathBuf>,
    /// The client id with which the bridge signs in to the stamp.
    #[arg(long, value_name = "ID", requires = "client_secret_file", requires = "directory")]
    client_id: Option<String>,
    /// A file with the client's secret.
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_secret_file: Option<PathBuf>,
    /// The directory to sign in to; `adfs` for a stamp without directories.
    #[arg(long, value_name = "ID", requires = "client_id")]
    directory: Option<String>,
    /// Where tokens are. Without it the stamp is asked.
    #[arg(long, value_name = "URL", requires = "client_id")]
    token_url: Option<String>,
    /// For whom a token must be. Without it the stamp is asked.
    #[arg(long, value_name = "URL", requires = "client_id")]
    audience: Option<String>,
    /// Certificates in PEM that the stamp's may be signed with, besides those this machine trusts.
    #[arg(long, value_name = "FILE")]
    stamp_ca: Option<PathBuf>,
    /// How long after an hour's end its window is left alone, because rows may still arrive: such as 90s, 15m or 2h.
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration)]
    settle: Duration,
}

/// Which hub, and how it is reached.
#[derive(clap::Args)]
pub struct HubOptions {
    /// The address of the hub. Without it, the one of the activation.
    #[arg(long, value_name = "URL", env = "TALLYBRIDGE_HUB")]
    hub: Option<String>,
    /// A file with the stamp's credential. Without it, the one of the activation.
    #[arg(long, value_name = "FILE")]
    credential_file: Option<PathBuf>,
    /// Certificates in PEM that the hub's may be signed with, besides those this machine trusts.
    #[arg(long, value_name = "FILE")]
    hub_ca: Option<PathBuf>,
}

/// Reads a time such as `90s`, `15m` or `2h`.
fn duration(text: &str) -> Result<Duration, String> {
    let error = || format!("{text:?} is no time: give a number with s, m or h, such as 15m");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(error)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(error()),
    };
    let number: u64 = number.parse().map_err(|_| error())?;
    let seconds = number.checked_mul(seconds).filter(|seconds| *seconds <= 366 * 24 * 3_600).ok_or_else(error)?;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
