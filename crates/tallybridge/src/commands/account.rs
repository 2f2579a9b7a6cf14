//! Account: who can sign in, and what they prove it with.

mod operator;
mod password;

pub use operator::guid;

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use hub::Hub;
use model::{Office, Principal, PrincipalKind, Second};
use serde_json::{Value, json};

use crate::{
    DataFolder, Printing,
    commands::credential,
    house,
    output::{self, Column, Rows},
};

/// The beginning of every secret, by which scanners of source code know it.
const SECRET_PREFIX: &str = "tbs_";
/// The longest name of a secret. Unit: bytes.
const NAME_BYTES_MAX: usize = 64;
/// Unit: seconds.
const DAY_SECONDS: i64 = 24 * 3_600;

/// Look at accounts and give them what they sign in with. Accounts themselves are made by `tallybridge catalog apply`, the first
/// one by `tallybridge account create-operator`.
#[derive(Subcommand)]
pub enum Account {
    /// List the accounts.
    List(List),
    /// Give a service principal a new secret and show it, once: only its digest is kept. Of more than four secrets the oldest
    /// ends.
    Secret(Secret),
    /// Give a person a password, in place of the one before. What they are signed in with ends within an hour.
    Password(password::Options),
    /// Let an account sign in no longer. Its tokens end at once.
    Disable(Switch),
    /// Let an account sign in again.
    Enable(Switch),
    /// Make the first account: a platform operator, who sees everything and can do what needs doing.
    CreateOperator(operator::Options),
}

/// What to list.
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
}

/// Which secret to draw.
#[derive(clap::Args)]
pub struct Secret {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// Whose: an object id, a client id or a name.
    principal: String,
    /// What to call the secret. One of the same name ends at once. Without a name it is called after the moment.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// After how many days it ends. Without that it holds until it is replaced.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=3_650))]
    days: Option<u16>,
}

/// Which account to switch.
#[derive(clap::Args)]
pub struct Switch {
    #[command(flatten)]
    folder: DataFolder,
    /// Whose: an object id, a client id or a name.
    principal: String,
}

/// Runs the command.
pub fn run(command: &Account) -> anyhow::Result<ExitCode> {
    match command {
        Account::List(options) => list(options),
        Account::Secret(options) => secret(options),
        Account::Password(options) => password::run(options),
        Account::Disable(options) => disable(options),
        Account::Enable(options) => enable(options),
        Account::CreateOperator(options) => operator::run(options),
    }
}

/// The account that was named.
fn find<'a>(office: &'a Office, text: &str) -> anyhow::Result<&'a Principal> {
    Hub::principal_named(office, text).with_context(|| {
        format!(
            "no account, or more than one, is called {text:?}: see `tallybridge account list` and give the object id"
        )
    })
}

fn secret(options: &Secret) -> anyhow::Result<ExitCode> {
    let hub = house::open_existing(&options.folder.data)?;
    let office = hub.current_office()?;
    let principal = find(&office, &options.principal)?;
    if principal.kind == PrincipalKind::User {
        bail!("{} is a person: give a password with `tallybridge account password {}`", principal.name, principal.name);
    }
    let now = hub.now();
    let name = options.name.clone().unwrap_or_else(|| now.to_string());
    if name.is_empty() || name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
        bail!("the name {name:?} has not from 1 to {NAME_BYTES_MAX} printable bytes");
    }
    let until = options.days.map(|days| Second(now.0.saturating_add(i64::from(days).saturating_mul(DAY_SECONDS))));
    let drawn = draw_secret(&hub, principal, &name, until)?;
    if options.printing.json {
        output::json(&json!({
            "id": principal.id.as_str(),
            "client_id": principal.application.as_ref().map(model::PrincipalId::as_str),
            "name": name,
            "until": until.map(|until| until.to_string()),
            "secret": drawn,
        }))?;
    } else {
        output::print(&drawn);
    }
    Ok(ExitCode::SUCCESS)
}

/// Draws a secret, keeps its digest and gives it.
pub fn draw_secret(hub: &Hub, principal: &Principal, name: &str, until: Option<Second>) -> anyhow::Result<String> {
    let drawn = format!("{SECRET_PREFIX}{}", credential::draw()?);
    hub.add_secret(house::OPERATOR, &principal.id, name, &drawn, until)?;
    Ok(drawn)
}

fn disable(options: &Switch) -> anyhow::Result<ExitCode> {
    let hub = house::open_existing(&options.folder.data)?;
    let id = find(&*hub.current_office()?, &options.principal)?.id.clone();
    let done = hub.disable_principal(house::OPERATOR, &id)?;
    output::print(&format!("{} ({id}) can sign in no longer.", done.name));
    Ok(ExitCode::SUCCESS)
}

fn enable(options: &Switch) -> anyhow::Result<ExitCode> {
    let hub = house::open_existing(&options.folder.data)?;
    let id = find(&*hub.current_office()?, &options.principal)?.id.clone();
    let done = hub.enable_principal(house::OPERATOR, &id)?;
    output::print(&format!("{} ({id}) can sign in.", done.name));
    Ok(ExitCode::SUCCESS)
}

fn list(options: &List) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let office = hub.office();
    if options.printing.json {
        let each: Vec<Value> = office.principals.values().map(|one| as_json(&office, one)).collect();
        output::json(&json!({ "accounts": each }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if office.principals.is_empty() {
        output::print(NO_ACCOUNT);
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Rows::new(&["NAME", "KIND", "ID", "CLIENT ID", "DIRECTORY", "STATE", "SECRETS"].map(Column::Left));
    for one in office.principals.values() {
        let secrets = one.secrets.iter().map(|secret| match secret.until {
            Some(until) if until <= hub.now() => format!("{} (ended)", secret.name),
            Some(until) => format!("{} (until {until})", secret.name),
            None => secret.name.clone(),
        });
        rows.add([
            one.name.clone(),
            one.kind.word().to_owned(),
            one.id.to_string(),
            one.application.as_ref().map(ToString::to_string).unwrap_or_default(),
            office.directories.get(&one.directory).map_or(one.directory.to_string(), |found| found.domain.clone()),
            if one.enabled { "enabled" } else { "disabled" }.to_owned(),
            secrets.collect::<Vec<_>>().join(", "),
        ]);
    }
    rows.print();
    Ok(ExitCode::SUCCESS)
}

/// What to do while nobody can sign in.
pub const NO_ACCOUNT: &str = "No account can sign in yet. Make the first one: tallybridge account create-operator --name NAME \
                              --directory DOMAIN";

fn as_json(office: &Office, one: &Principal) -> Value {
    let secrets = one.secrets.iter().map(|secret| {
        let until = secret.until.map(|until| until.to_string());
        json!({ "name": secret.name, "from": secret.from.to_string(), "until": until })
    });
    let roles = office.role_assignments.values().filter(|role| !role.removed && role.principal == one.id);
    let roles = roles.map(|role| json!({ "role": role.role.word(), "scope": role.scope.as_str() }));
    json!({
        "id": one.id.as_str(),
        "kind": one.kind.word(),
        "name": one.name,
        "directory": one.directory.as_str(),
        "domain": office.directories.get(&one.directory).map(|found| found.domain.as_str()),
        "client_id": one.application.as_ref().map(model::PrincipalId::as_str),
        "enabled": one.enabled,
        "secrets": secrets.collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(),
    })
}
