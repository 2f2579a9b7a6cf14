//! Emulate: a cloud whose usage never was, on a port, for whoever reads a stamp.

use std::{
    collections::BTreeMap,
    fs,
    io::Read as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use hub::Clock as _;
use model::{Hour, Second};
use serde_json::{Value, json};
use stamp::{
    Source, TokenGate,
    emulate::{Account, Cloud, CloudHandle, FaultRates, Faults, Plan, Profile},
};

use crate::{
    Printing,
    clock::SystemClock,
    commands::serve::{runtime, stopped},
    output::{self, Column, Rows},
};

/// How long a cloud that follows the system's clock goes on. Unit: days.
const LIVE_DAYS: u32 = 400;

/// How long a slow answer takes.
const SLOW: Duration = Duration::from_secs(2);

/// The longest file with a token. Unit: bytes.
const TOKEN_BYTES_MAX: u64 = 16 * 1024;

/// Serve an emulated cloud until it is stopped with Ctrl-C or SIGTERM.
///
/// Everything it reports follows from the profile, the seed, the start and the days. docs/operate/emulate.md has the profiles and
/// the faults.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    printing: Printing,
    /// How large it is: small-office, hoster or many-tenants.
    #[arg(long, value_name = "NAME", default_value = "small-office")]
    profile: Profile,
    /// The number that everything by chance follows from. Two seeds share no id.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// The address to listen on. Port 0 takes a free one and says which. Beyond this machine a token is needed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7090")]
    listen: SocketAddr,
    /// The first hour in which anything runs, such as 2026-10-01T00. Without it, as many days ago as --days says.
    #[arg(long, value_name = "HOUR", value_parser = Hour::parse)]
    start: Option<Hour>,
    /// How many days of usage there are. A cloud that follows the system's clock goes on after them.
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    days: u32,
    /// Everything has happened: the cloud's clock stands at the end of its days.
    #[arg(long, conflicts_with = "speed")]
    fast_forward: bool,
    /// The cloud's clock begins at its start and goes so many seconds in each second. Without this and --fast-forward the cloud
    /// follows the system's clock.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    speed: Option<i64>,
    /// How many resources there are at a time, about. Each profile has its own number.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=200_000))]
    resources: Option<u32>,
    /// Faults with their rates, such as late=0.01,repeat=0.02,lose=0.01,busy=0.05,slow=0.02,timeout=0.01,clock=-300.
    #[arg(long, value_name = "LIST", value_parser = Faults::parse)]
    faults: Option<FaultRates>,
    /// A file with the bearer token that callers have to show. Without it everybody on this machine may read.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Write what ran, summed by day, subscription and meter, into a file as CSV: all that is reported in the days.
    #[arg(long, value_name = "FILE")]
    account: Option<PathBuf>,
    /// Show who uses the cloud, and end.
    #[arg(long)]
    print_plan: bool,
}

/// Runs the command.
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let token = options.token_file.as_deref().map(read_token).transpose()?;
    ensure!(
        token.is_some() || options.listen.ip().is_loopback(),
        "serve {} without a token: everybody could read; give --token-file, or listen on 127.0.0.1",
        options.listen
    );
    let plan = plan(options)?;
    let reported = plan.start..plan.start.plus(options.days.saturating_mul(24));
    if options.print_plan {
        return print_plan(&plan, options.printing);
    }
    let cloud = Cloud::new(plan)?;
    if let Some(file) = &options.account {
        write_account(&Account::of_reported(&cloud, reported.clone())?, file)?;
    }
    if options.fast_forward && reported.end.start() > SystemClock.now() {
        eprintln!(
            "the cloud's clock stands at {}, which is not over yet: a hub may refuse its last hours",
            reported.end
        );
    }
    let handle = Arc::new(start(options, cloud, reported.end));
    let faults = options.faults.clone().map(|rates| {
        let source: Arc<dyn Source> = Arc::<CloudHandle>::clone(&handle);
        Arc::new(Faults::new(source, rates, options.seed, Box::new(|| std::thread::sleep(SLOW))))
    });
    let source: Arc<dyn Source> = match &faults {
        Some(faults) => Arc::<Faults>::clone(faults),
        None => Arc::<CloudHandle>::clone(&handle),
    };
    runtime()?.block_on(serve(options, &handle, source, token))?;
    for (kind, count) in faults.iter().flat_map(|faults| faults.counts()) {
        eprintln!("fault {kind}: {count}");
    }
    Ok(())
}

fn plan(options: &Options) -> anyhow::Result<Plan> {
    let live = !options.fast_forward && options.speed.is_none();
    let hours = options.days.saturating_mul(24);
    let start = if let Some(start) = options.start {
        start
    } else {
        let now = SystemClock.now().hour().context("the system's clock shows no hour from 1970 on")?;
        Hour(now.0.checked_sub(hours).context("there are more days than the system's clock has seen")?)
    };
    let days = if live { options.days.saturating_add(LIVE_DAYS) } else { options.days };
    Ok(Plan::of(options.profile, options.seed, start, days, options.resources)?)
}

/// Sets the cloud's clock going.
fn start(options: &Options, cloud: Cloud, end: Hour) -> CloudHandle {
    let start = cloud.plan().start.start();
    let begun = SystemClock.now();
    match options.speed {
        _ if options.fast_forward => CloudHandle::new(cloud, end),
        Some(speed) => {
            let clock = move || {
                let elapsed = SystemClock.now().0.saturating_sub(begun.0).max(0);
                Second(start.0.saturating_add(elapsed.saturating_mul(speed)))
            };
            CloudHandle::with_clock(cloud, Box::new(clock))
        }
        None => CloudHandle::with_clock(cloud, Box::new(|| SystemClock.now())),
    }
}

async fn serve(
    options: &Options,
    cloud: &CloudHandle,
    source: Arc<dyn Source>,
    token: Option<String>,
) -> anyhow::Result<()> {
    let listen = options.listen;
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listen on {listen}"))?;
    let address = format!("http://{}", listener.local_addr()?);
    print_start(cloud, &address, options.printing)?;
    eprintln!("listening on {address}");
    // The operator of an emulated cloud has to see the customers of its delegated providers: nobody else reads for them.
    let settings = stamp::Settings { operator_sees_all: true, ..stamp::Settings::default() };
    // The hub's own server has the limits that a door to the outside needs.
    api::serve(listener, stamp::router(source, Arc::new(TokenGate { token }), settings), None, stopped()).await?;
    eprintln!("stopped");
    Ok(())
}

/// Says what a bridge needs; as JSON in one line, so that a program can read it before the cloud ends.
fn print_start(cloud: &CloudHandle, address: &str, printing: Printing) -> anyhow::Result<()> {
    let plan = cloud.cloud().plan();
    if printing.json {
        let mut value = describe(plan);
        value["address"] = json!(address);
        value["now"] = json!(Source::now(cloud).to_string());
        output::print(&serde_json::to_string(&value)?);
        return Ok(());
    }
    let subscriptions: usize = plan.tenants.iter().map(|tenant| tenant.subscriptions.len()).sum();
    output::print(&format!(
        "Cloud                  {}\nRegion                 {}\nProvider subscription  {}\nHome directory         {}\n\
         Tenants                {} with {subscriptions} local subscriptions; --print-plan lists them\n\
         Usage                  from {}\nClock                  {}\nAddress                {address}",
        plan.cloud,
        plan.region,
        plan.provider_subscription,
        plan.home_directory,
        plan.tenants.len(),
        plan.start,
        Source::now(cloud),
    ));
    Ok(())
}

fn describe(plan: &Plan) -> Value {
    let providers = providers(plan);
    let tenants: Vec<Value> = plan
        .tenants
        .iter()
        .map(|tenant| {
            let planned = tenant.subscriptions.iter().map(|planned| {
                json!({
                    "subscriptionId": planned.id.as_str(),
                    "from": planned.from.to_string(),
                    "deletedAt": planned.deleted_at.map(|hour| hour.to_string()),
                    "delegatedProviderSubscriptionId":
                        providers.get(planned.id.as_str()).unwrap_or(&plan.provider_subscription.as_str()),
                })
            });
            let subscriptions: Vec<Value> = planned.collect();
            json!({ "directoryId": tenant.directory.as_str(), "domain": tenant.domain, "subscriptions": subscriptions })
        })
        .collect();
    json!({
        "cloudId": plan.cloud.as_str(),
        "region": plan.region,
        "providerSubscriptionId": plan.provider_subscription.as_str(),
        "homeDirectoryId": plan.home_directory.as_str(),
        "start": plan.start.to_string(),
        "end": plan.end.to_string(),
        "tenants": tenants,
    })
}

/// The delegated provider of each local subscription that has one.
fn providers(plan: &Plan) -> BTreeMap<&str, &str> {
    plan.story.delegations.iter().map(|one| (one.subscription.as_str(), one.provider.as_str())).collect()
}

fn print_plan(plan: &Plan, printing: Printing) -> anyhow::Result<()> {
    if printing.json {
        return output::json(&describe(plan));
    }
    let columns = ["Domain", "Directory", "Subscription", "From", "Deleted", "Delegated provider"];
    let mut rows = Rows::new(&columns.map(Column::Left));
    let providers = providers(plan);
    for tenant in &plan.tenants {
        for planned in &tenant.subscriptions {
            rows.add([
                tenant.domain.clone(),
                tenant.directory.to_string(),
                planned.id.to_string(),
                planned.from.to_string(),
                planned.deleted_at.map_or_else(String::new, |hour| hour.to_string()),
                providers.get(planned.id.as_str()).map_or_else(String::new, |provider| (*provider).to_owned()),
            ]);
        }
    }
    rows.print();
    Ok(())
}

fn write_account(account: &Account, file: &Path) -> anyhow::Result<()> {
    let attempt = || format!("write the account to {}", file.display());
    let mut writer = csv::Writer::from_path(file).with_context(attempt)?;
    writer.write_record(["day", "subscription", "meter", "quantity"]).with_context(attempt)?;
    for (key, quantity) in &account.sums {
        let texts = [key.day.to_string(), key.subscription.to_string(), key.meter.to_string(), quantity.to_string()];
        writer.write_record(texts).with_context(attempt)?;
    }
    writer.flush().with_context(attempt)
}

fn read_token(file: &Path) -> anyhow::Result<String> {
    let attempt = || format!("read the token in {}", file.display());
    let mut text = String::new();
    fs::File::open(file)
        .with_context(attempt)?
        .take(TOKEN_BYTES_MAX)
        .read_to_string(&mut text)
        .with_context(attempt)?;
    let token = text.trim();
    ensure!(
        !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()),
        "{}: it has to be one line of printable ASCII without blanks",
        attempt()
    );
    Ok(token.to_owned())
}
