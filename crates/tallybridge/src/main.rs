//! Tallybridge: the executable. Arguments, wiring, and what people see.

mod catalog_file;
mod clock;
mod commands;
mod demo;
mod doorkeeper;
mod house;
mod identity_file;
mod names;
mod notices;
mod output;
mod price_file;
mod tls;
mod usage_file;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use hub::Hub;
use model::{Month, PartnerId};

/// Usage and billing for clouds that many customers share.
///
/// Stamps report what their tenants used, hour by hour. Tallybridge keeps it, says which subscription pays for what, prices
/// it, and writes the partner's invoices. Everything it says can be explained down to the row it came from.
///
/// Begin with `tallybridge demo`.
#[derive(Parser)]
#[command(name = "tallybridge", version, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    /// How much to log on standard error: error, warn, info, debug or trace.
    #[arg(long, global = true, value_name = "LEVEL", default_value = "warn", env = "TALLYBRIDGE_LOG")]
    log: String,
    #[command(subcommand)]
    command: Command,
}

/// Where the data lies.
#[derive(Args, Clone)]
struct DataFolder {
    /// The data folder. It holds the database, tallybridge.db, and with --tls self-signed the folder tls.
    #[arg(long, value_name = "DIR", default_value = "tallybridge-data", env = "TALLYBRIDGE_DATA")]
    data: PathBuf,
}

/// A month of a partner.
#[derive(Args, Clone)]
struct PartnerMonth {
    /// The month, such as 2026-10; this one when nothing is said.
    #[arg(long, value_parser = Month::parse)]
    month: Option<Month>,
    /// The partner that is invoiced; not needed when there is only one.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
}

impl PartnerMonth {
    /// The partner and the month that are meant.
    fn find(&self, hub: &Hub) -> anyhow::Result<(PartnerId, Month)> {
        let partner = house::partner(hub, self.partner.as_ref())?;
        Ok((partner, self.month.unwrap_or_else(|| house::this_month(hub))))
    }
}

/// How to print.
#[derive(Args, Clone, Copy)]
struct Printing {
    /// Print one JSON object on standard output and nothing else there.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Tell the whole story with two emulated stamps, then serve what came of it.
    Demo(demo::Options),
    /// Serve the hub: registrations, partners, sign-in, and the windows of bridges.
    Serve(commands::serve::Options),
    /// Look at accounts and give them secrets and passwords.
    #[command(subcommand)]
    Account(commands::account::Account),
    /// Look at the hub's own keys, or replace one.
    #[command(subcommand)]
    Keys(commands::keys::Keys),
    /// List who did what, or prove that nobody changed the list.
    Audit(commands::audit::Options),
    /// Bring usage in from files.
    #[command(subcommand)]
    Import(commands::import::Import),
    /// Keep the catalogue: partners, directories, customers, subscriptions, stamps, accounts, roles and price lists.
    #[command(subcommand)]
    Catalog(commands::catalog::Catalog),
    /// Keep price lists: look at them, read them from files, and see what a change is worth before it is made.
    #[command(subcommand)]
    Prices(Box<commands::prices::Prices>),
    /// The stamp's side of a registration: token, activation, status.
    #[command(subcommand)]
    Stamp(commands::stamp::Stamp),
    /// Carry the usage of a stamp to the hub, check the way, or write windows to files.
    #[command(subcommand)]
    Bridge(Box<commands::bridge::Bridge>),
    /// List the stamps: how far each one has come, and which one is late.
    Stamps(commands::stamps::Options),
    /// Draw a credential with which a bridge may deliver windows of one stamp.
    Credential(commands::credential::Options),
    /// Show who pays for what in a month, closed or not.
    Statement(commands::statement::Options),
    /// Say what a month may come to when its remaining days are like the last ones.
    Forecast(commands::forecast::Options),
    /// Close a month of a partner: issue what is due and was not invoiced.
    Close(commands::close::Options),
    /// List issued documents, or show one.
    Invoice(commands::invoice::Options),
    /// Make statements for customers: what their partner charges them for a month.
    Chargeback(commands::chargeback::Options),
    /// Explain a line of an issued document, down to the rows it came from.
    Explain(commands::explain::Options),
    /// Write files for finance: reconciliation, daily rated usage, FOCUS.
    #[command(subcommand)]
    Export(Box<commands::export::Export>),
    /// Keep budgets: what a month may cost, and how far it has come.
    #[command(subcommand)]
    Budget(commands::budget::Budget),
    /// List the tenants whose usage falls to the default subscription because nobody mapped them.
    Unmapped(commands::unmapped::Options),
    /// List the usage that has no price, with the reason and what to do.
    Unpriced(commands::unpriced::Options),
    /// Say what other prices, mappings or billing models would make of each month. Nothing is written.
    WhatIf(commands::what_if::Options),
    /// List the rows that are held back, with the reason and what to do.
    Held(commands::held::Options),
    /// Prove that nothing was dropped, doubled or changed. Ends with status 1 if something was.
    Verify(commands::verify::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_new(&arguments.log)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match arguments.command {
        Command::Demo(options) => demo::run(&options),
        Command::Serve(options) => commands::serve::run(&options),
        Command::Account(account) => commands::account::run(&account),
        Command::Keys(keys) => commands::keys::run(&keys),
        Command::Audit(options) => commands::audit::run(&options),
        Command::Import(import) => commands::import::run(&import),
        Command::Catalog(catalog) => commands::catalog::run(&catalog),
        Command::Prices(prices) => commands::prices::run(&prices),
        Command::Stamp(stamp) => commands::stamp::run(&stamp),
        Command::Bridge(bridge) => commands::bridge::run(&bridge),
        Command::Stamps(options) => commands::stamps::run(&options),
        Command::Credential(options) => commands::credential::run(&options),
        Command::Statement(options) => commands::statement::run(&options),
        Command::Forecast(options) => commands::forecast::run(&options),
        Command::Close(options) => commands::close::run(&options),
        Command::Invoice(options) => commands::invoice::run(&options),
        Command::Chargeback(options) => commands::chargeback::run(&options),
        Command::Explain(options) => commands::explain::run(&options),
        Command::Export(export) => commands::export::run(&export),
        Command::Budget(budget) => commands::budget::run(&budget),
        Command::Unmapped(options) => commands::unmapped::run(&options),
        Command::Unpriced(options) => commands::unpriced::run(&options),
        Command::WhatIf(options) => commands::what_if::run(&options),
        Command::Held(options) => commands::held::run(&options),
        Command::Verify(options) => commands::verify::run(&options),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
