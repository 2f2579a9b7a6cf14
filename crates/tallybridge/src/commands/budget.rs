//! Budget: what a month may cost, and how far it has come.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use billing::show::percent;
use hub::{Actor, BudgetStanding};
use model::{Budget as Record, BudgetId, BudgetSide, Currency, CustomerId, Money, Office, PartnerId, Share};
use serde_json::json;
use store::NoticeChannel;

use crate::{
    DataFolder, Printing,
    commands::serve::runtime,
    house, names,
    notices::{self, Delivery, NoticeOptions},
    output::{self, Column, Rows},
};

/// How many notices are listed.
const NOTICES_MAX: usize = 200;

/// Keep budgets: what a month may cost, and how far it has come.
#[derive(clap::Subcommand)]
pub enum Budget {
    /// Add a budget, or replace the one of that id.
    Set(Box<Set>),
    /// List the budgets that count.
    List(Look),
    /// End a budget.
    End(End),
    /// Compare what was spent with the budgets, and note each threshold that was reached, once.
    ///
    /// The month that goes on is looked at, and in its first two days the one before. What is due is told then, as by
    /// `deliver`.
    Check(Check),
    /// Tell what is due: post to webhooks and send mails. Ends with status 1 if a receiver did not take it.
    ///
    /// `tallybridge serve` does so by itself, see --budgets-every there.
    Deliver(Deliver),
    /// List the notices with what became of them, newest first.
    Notices(Look),
}

/// What a budget says.
#[derive(clap::Args)]
pub struct Set {
    #[command(flatten)]
    folder: DataFolder,
    /// Its id, such as adatum-monthly.
    id: BudgetId,
    /// What a month may cost, such as 1500 or 1500.50.
    #[arg(long)]
    amount: String,
    /// The currency of the amount, such as EUR. It must be that of what is counted.
    #[arg(long, value_parser = Currency::parse)]
    currency: Currency,
    /// The customer it is for; all of the partner's usage when nothing is said.
    #[arg(long, value_name = "ID")]
    customer: Option<CustomerId>,
    /// Whose money it counts: cost or retail.
    #[arg(long, default_value = "cost")]
    side: String,
    /// At which percentages of it somebody hears, by rising size.
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_value = "80,100", value_parser = Share::parse_percent)]
    thresholds: Vec<Share>,
    /// Where a signed message is to be posted.
    #[arg(long, value_name = "URL", requires = "secret_file")]
    webhook: Option<String>,
    /// A file with the secret by which messages are signed.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// To whom a mail is to go. May be given several times.
    #[arg(long, value_name = "ADDRESS")]
    mail: Vec<String>,
    /// The partner; not needed when there is only one.
    #[arg(long, value_name = "ID")]
    partner: Option<PartnerId>,
}

/// What to list.
#[derive(clap::Args)]
pub struct Look {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
}

/// What to end.
#[derive(clap::Args)]
pub struct End {
    #[command(flatten)]
    folder: DataFolder,
    /// Its id.
    id: BudgetId,
}

/// How to check.
#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// End with status 1 if any threshold was reached.
    #[arg(long)]
    fail: bool,
    #[command(flatten)]
    ways: NoticeOptions,
}

/// How to tell.
#[derive(clap::Args)]
pub struct Deliver {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    ways: NoticeOptions,
}

/// Runs the command.
pub fn run(budget: &Budget) -> anyhow::Result<ExitCode> {
    let me = || Actor::at_home(house::OPERATOR);
    match budget {
        Budget::Set(options) => {
            let hub = house::open_existing(&options.folder.data)?;
            let wanted = wanted(options, house::partner(&hub, options.partner.as_ref())?)?;
            hub.put_budget(&me(), &wanted)?;
            output::print(&format!("Budget {}: {} a month, {}.", wanted.id, wanted.amount, wanted.side.word()));
        }
        Budget::List(options) => list(options)?,
        Budget::End(options) => {
            house::open_existing(&options.folder.data)?.end_budget(&me(), &options.id)?;
            output::print(&format!("Budget {} no longer counts.", options.id));
        }
        Budget::Check(options) => return check(options),
        Budget::Deliver(options) => return deliver(options),
        Budget::Notices(options) => list_notices(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn wanted(options: &Set, partner: PartnerId) -> anyhow::Result<Record> {
    let side = BudgetSide::from_word(&options.side)
        .with_context(|| format!("--side {}: it is cost or retail", options.side))?;
    let secret = match &options.secret_file {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("read the secret in {}", path.display()))?;
            Some(text.trim().to_owned())
        }
        None => None,
    };
    Ok(Record {
        id: options.id.clone(),
        partner,
        customer: options.customer.clone(),
        side,
        amount: money(&options.amount, options.currency)?,
        thresholds: options.thresholds.clone(),
        webhook: options.webhook.clone(),
        secret,
        mail: options.mail.clone(),
        ended: false,
    })
}

/// An amount as people write it: decimals may be left out.
fn money(text: &str, currency: Currency) -> anyhow::Result<Money> {
    let decimals = usize::try_from(currency.decimals())?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > decimals {
        bail!("--amount {text}: {currency} has {decimals} decimals");
    }
    let point = if decimals == 0 { "" } else { "." };
    let full = format!("{whole}{point}{fraction:0<decimals$}");
    Money::from_decimal(&full, currency).with_context(|| format!("--amount {text}: write it as 1500 or 1500.50"))
}

fn customer_name(office: &Office, id: Option<&CustomerId>) -> String {
    id.map_or_else(|| "(all)".to_owned(), |id| names::customer(office, Some(id)))
}

/// The part of an address that is no secret: the path of a webhook often is one.
fn origin(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default())
}

fn list(options: &Look) -> anyhow::Result<()> {
    let hub = house::open_to_read(&options.folder.data)?;
    let budgets = hub.budgets(None)?;
    if options.printing.json {
        let all: Vec<_> = budgets.iter().map(as_json).collect();
        return output::json(&json!({ "budgets": all }));
    }
    if budgets.is_empty() {
        output::print("There is no budget. Make one with `tallybridge budget set`.");
        return Ok(());
    }
    let office = hub.office();
    let mut rows = Rows::new(&[
        Column::Left("BUDGET"),
        Column::Left("PARTNER"),
        Column::Left("CUSTOMER"),
        Column::Left("SIDE"),
        Column::Right("A MONTH"),
        Column::Left("AT PERCENT"),
        Column::Left("TELLS"),
    ]);
    for one in &budgets {
        let tells: Vec<String> = one.webhook.iter().map(|url| origin(url)).chain(one.mail.iter().cloned()).collect();
        let thresholds: Vec<String> = one.thresholds.iter().map(ToString::to_string).collect();
        rows.add([
            one.id.to_string(),
            one.partner.to_string(),
            customer_name(&office, one.customer.as_ref()),
            one.side.word().to_owned(),
            one.amount.to_string(),
            thresholds.join(", "),
            tells.join(", "),
        ]);
    }
    rows.print();
    Ok(())
}

fn check(options: &Check) -> anyhow::Result<ExitCode> {
    let courier = options.ways.courier()?;
    let hub = house::open_existing(&options.folder.data)?;
    let found = hub.check_budgets()?;
    for (partner, problem) in &found.problems {
        eprintln!("the budgets of partner {partner} were not computed: {problem}");
    }
    let office = hub.office();
    if options.printing.json {
        let each: Vec<_> = found.standings.iter().map(standing_json).collect();
        output::json(&json!({ "standings": each }))?;
    } else if found.standings.is_empty() {
        output::print(&format!("No budget counts in {}.", house::this_month(&hub)));
    } else {
        let mut rows = Rows::new(&[
            Column::Left("MONTH"),
            Column::Left("BUDGET"),
            Column::Left("CUSTOMER"),
            Column::Right("SPENT"),
            Column::Right("OF"),
            Column::Right("PERCENT"),
            Column::Left("REACHED"),
        ]);
        for one in &found.standings {
            let reached = one.reached.last().map_or_else(|| "-".to_owned(), |part| format!("{part} %"));
            rows.add([
                one.month.to_string(),
                one.budget.id.to_string(),
                customer_name(&office, one.budget.customer.as_ref()),
                one.spent.decimal(),
                one.budget.amount.to_string(),
                percent(one.spent, one.budget.amount).unwrap_or_default(),
                reached,
            ]);
        }
        rows.print();
    }
    // On standard error, because the answer is how far the budgets have come.
    let told = runtime()?.block_on(notices::deliver(&hub, &courier))?;
    if told != Delivery::default() {
        eprintln!("{}", told_words(told));
    }
    let reached = found.standings.iter().any(|one| !one.reached.is_empty());
    let failed = !found.problems.is_empty() || (options.fail && reached);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn deliver(options: &Deliver) -> anyhow::Result<ExitCode> {
    let courier = options.ways.courier()?;
    let hub = house::open_existing(&options.folder.data)?;
    let told = runtime()?.block_on(notices::deliver(&hub, &courier))?;
    if options.printing.json {
        output::json(&json!({
            "delivered": told.delivered, "failed": told.failed, "givenUp": told.given_up,
            "withoutServer": told.without_server,
        }))?;
    } else if told == Delivery::default() {
        output::print("Nothing is due.");
    } else {
        output::print(&told_words(told));
    }
    Ok(if told.failed + told.given_up > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn told_words(told: Delivery) -> String {
    let mut words = vec![format!("{} delivered", told.delivered)];
    if told.failed > 0 {
        words.push(format!("{} refused, to be tried again", told.failed));
    }
    if told.given_up > 0 {
        words.push(format!("{} given up", told.given_up));
    }
    if told.without_server > 0 {
        words.push(format!("{} waiting for a mail server, see --smtp-server", told.without_server));
    }
    let more = if told.failed + told.given_up > 0 { " `tallybridge budget notices` says why." } else { "" };
    format!("Notices: {}.{more}", words.join(", "))
}

fn list_notices(options: &Look) -> anyhow::Result<()> {
    let hub = house::open_to_read(&options.folder.data)?;
    let states = hub.store().notices(NOTICES_MAX)?;
    let target = |state: &store::NoticeState| match state.notice.channel {
        NoticeChannel::Webhook => origin(&state.notice.target),
        NoticeChannel::Mail => state.notice.target.clone(),
    };
    let stands = |state: &store::NoticeState| match (state.delivered_at, state.next_at) {
        (Some(at), _) => format!("delivered {at}"),
        (None, Some(at)) => format!("waits, next {at}"),
        (None, None) => "given up".to_owned(),
    };
    if options.printing.json {
        let each: Vec<_> = states
            .iter()
            .map(|state| {
                json!({
                    "number": state.number, "budget": state.notice.budget.as_str(), "target": target(state),
                    "at": state.notice.at.to_string(), "attempts": state.attempts, "problem": state.problem,
                    "delivered": state.delivered_at.map(|at| at.to_string()),
                    "next": state.next_at.map(|at| at.to_string()),
                    "message": serde_json::from_str::<serde_json::Value>(&state.notice.body).unwrap_or_default(),
                })
            })
            .collect();
        return output::json(&json!({ "notices": each }));
    }
    if states.is_empty() {
        output::print("Nobody was to be told anything yet.");
        return Ok(());
    }
    let mut rows = Rows::new(&[
        Column::Left("NOTED"),
        Column::Left("BUDGET"),
        Column::Left("TO"),
        Column::Right("ATTEMPTS"),
        Column::Left("STATE"),
        Column::Left("PROBLEM"),
    ]);
    for state in &states {
        rows.add([
            state.notice.at.to_string(),
            state.notice.budget.to_string(),
            target(state),
            state.attempts.to_string(),
            stands(state),
            state.problem.clone().unwrap_or_default(),
        ]);
    }
    rows.print();
    Ok(())
}

fn as_json(one: &Record) -> serde_json::Value {
    json!({
        "id": one.id.as_str(),
        "partner": one.partner.as_str(),
        "customer": one.customer.as_ref().map(CustomerId::as_str),
        "side": one.side.word(),
        "amount": one.amount.decimal(),
        "currency": one.amount.currency.code(),
        "thresholds": one.thresholds.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "webhook": one.webhook.as_deref().map(origin),
        "mail": one.mail,
    })
}

fn standing_json(one: &BudgetStanding) -> serde_json::Value {
    json!({
        "month": one.month.to_string(),
        "budget": one.budget.id.as_str(),
        "customer": one.budget.customer.as_ref().map(CustomerId::as_str),
        "side": one.budget.side.word(),
        "spent": one.spent.decimal(),
        "amount": one.budget.amount.decimal(),
        "currency": one.spent.currency.code(),
        "percent": percent(one.spent, one.budget.amount),
        "reached": one.reached.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
