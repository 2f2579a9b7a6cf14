//! Status: whether a stamp is registered, and what it keeps.

use std::sync::Arc;

use hub::Clock as _;
use model::Hour;
use serde_json::{Value, json};
use stamp::{Granularity, Position, Selection, Source as _, Subscribers, UsageService, activation::Activation};

use super::{
    folder::{Identity, StampFolder},
    serve,
};
use crate::{Printing, clock::SystemClock, output};

/// How many rows are counted at a time.
const ROWS_MAX: usize = 10_000;
/// Unit: hours.
const DAY_HOURS: u32 = 24;

/// Say whether the stamp is registered, and what it keeps.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: StampFolder,
    #[command(flatten)]
    printing: Printing,
}

/// What a stamp keeps that serves.
pub(super) struct Kept {
    /// The first hour whose reports are not complete.
    processed_until: Hour,
    /// Local subscriptions that exist, the default provider subscription among them.
    subscriptions: usize,
    /// Hourly rows of the last 24 hours that are complete.
    rows: usize,
}

/// Runs the command.
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let identity = options.folder.known()?;
    let activation = options.folder.shelf().read()?;
    let kept = if options.folder.has_database() && identity.home_directory_id.is_some() {
        Some(look(&serve::open(&options.folder, &identity)?.service)?)
    } else {
        None
    };
    print(options.printing, &identity, activation.as_ref(), kept.as_ref())
}

fn look(service: &Arc<UsageService>) -> anyhow::Result<Kept> {
    let processed_until = service.processed_until()?;
    let known = service.subscriptions()?;
    let live = known.iter().filter(|one| one.deleted.is_none()).count();
    let from = Hour(processed_until.0.saturating_sub(DAY_HOURS));
    let selection =
        Selection { reported: from..processed_until, granularity: Granularity::Hourly, subscribers: Subscribers::All };
    let (mut next, mut rows) = (Some(Position { reported: from, row: 0 }), 0_usize);
    while let Some(position) = next {
        let page = service.usage(&selection, position, ROWS_MAX)?;
        rows = rows.saturating_add(page.rows.len());
        next = page.next;
    }
    Ok(Kept { processed_until, subscriptions: live, rows })
}

/// Prints what is known of a stamp.
pub(super) fn print(
    printing: Printing,
    identity: &Identity,
    activation: Option<&Activation>,
    kept: Option<&Kept>,
) -> anyhow::Result<()> {
    let state = match activation {
        None => "Not registered",
        Some(activation) if activation.has_expired(SystemClock.now()) => "Expired",
        Some(_) => "Registered",
    };
    if printing.json {
        let resource: Option<Value> =
            activation.map(|activation| serde_json::from_str(&activation.to_json())).transpose()?;
        let mut shown = json!({ "cloudId": identity.cloud_id, "state": state, "activation": resource });
        if let Some(kept) = kept {
            shown["processedUntil"] = json!(kept.processed_until.to_string());
            shown["subscriptions"] = json!(kept.subscriptions);
            shown["rowsOfLastDay"] = json!(kept.rows);
        }
        return output::json(&shown);
    }
    output::print(&format!("Stamp         {}\nState         {state}", identity.cloud_id));
    if let Some(activation) = activation {
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
    }
    if let Some(kept) = kept {
        output::print(&format!(
            "Complete to   {}\nLast day      {} rows\nSubscriptions {}",
            kept.processed_until, kept.rows, kept.subscriptions
        ));
    }
    Ok(())
}
