//! Account: who may do what at a local subscription of a stamp.

use anyhow::{Context as _, bail, ensure};
use hub::{Hub, OfficeRecord};
use model::{
    AssignmentId, DirectoryId, LocalSubscriptionId, Office, Principal, PrincipalId, PrincipalKind, Role,
    RoleAssignment, ScopePath,
};
use serde_json::json;

use super::folder::StampFolder;
use crate::{
    Printing,
    commands::{
        account::{draw_secret, guid},
        credential, keys,
    },
    house, output,
};

/// The longest name of an account. Unit: bytes.
const NAME_BYTES_MAX: usize = 256;

/// The roles that make sense at a local subscription.
const ROLES: &[Role] = &[Role::Owner, Role::Contributor, Role::Reader, Role::UsageEventSender];

/// Give an account a role at a local subscription. When there is no account of that name, it is made, and what it signs in with
/// is shown, once. Everything else about accounts is `tallybridge account`, with the stamp's folder as --data.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: StampFolder,
    #[command(flatten)]
    printing: Printing,
    /// The name of the account. A person signs in with it, such as ada@contoso.example; a program has a client id.
    name: String,
    /// What it may do: Owner, Contributor, Reader or "Usage Event Sender".
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Role,
    /// At which local subscription. Without it, at the default provider subscription.
    #[arg(long, value_name = "ID")]
    subscription: Option<LocalSubscriptionId>,
    /// The account is a program's. Without this and --person, a name with an @ is a person's.
    #[arg(long, conflicts_with = "person")]
    program: bool,
    /// The account is a person's.
    #[arg(long)]
    person: bool,
    /// The directory of a new account: an id or a domain. Without it, the home directory.
    #[arg(long, value_name = "DIRECTORY")]
    directory: Option<String>,
}

fn role(text: &str) -> Result<Role, String> {
    let known = ROLES.iter().find(|role| role.word().eq_ignore_ascii_case(text));
    let words: Vec<String> = ROLES.iter().map(|role| format!("{:?}", role.word())).collect();
    known.copied().ok_or_else(|| format!("give one of {}", words.join(", ")))
}

/// Runs the command.
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let identity = options.folder.serving()?;
    let place = identity.place()?;
    let hub = house::open_existing(options.folder.path())?;
    let office = hub.current_office()?;
    let subscription = options.subscription.as_ref().unwrap_or(&place.provider_subscription);
    ensure!(
        *subscription == place.provider_subscription || office.user_subscriptions.contains_key(subscription),
        "the stamp has no local subscription {subscription}: make it first, through the stamp's own API"
    );
    let found = Hub::principal_named(&office, &options.name).cloned();
    let (principal, is_new) = match found {
        Some(found) => (found, false),
        None => (new_account(options, &office, &place.home_directory)?, true),
    };
    let mut records = Vec::new();
    if is_new {
        records.push(OfficeRecord::Principal(principal.clone()));
    }
    let scope = ScopePath::new(&scope_of(subscription)).context("the scope of the role")?;
    let held = office
        .role_assignments
        .values()
        .any(|one| !one.removed && one.principal == principal.id && one.role == options.role && one.scope == scope);
    if !held {
        records.push(OfficeRecord::RoleAssignment(RoleAssignment {
            id: AssignmentId::new(&guid()?)?,
            scope,
            principal: principal.id.clone(),
            role: options.role,
            removed: false,
        }));
    }
    if !records.is_empty() {
        hub.record(house::OPERATOR, &format!("the account {}", principal.name), &records)?;
    }
    keys::ensure(&hub)?;
    let secret = if is_new { Some(prove(&hub, &principal)?) } else { None };
    show(options, &principal, subscription, secret.as_deref())
}

/// The place of a local subscription. The same GUID may be written with dashes or without, and a place has one spelling.
pub(super) fn scope_of(subscription: &LocalSubscriptionId) -> String {
    format!("/subscriptions/{}", subscription.folded())
}

fn new_account(options: &Options, office: &Office, home: &DirectoryId) -> anyhow::Result<Principal> {
    let name = &options.name;
    ensure!(
        !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.chars().any(char::is_control),
        "the name {name:?} has not from 1 to {NAME_BYTES_MAX} printable bytes"
    );
    let same = office.principals.values().any(|one| one.name.eq_ignore_ascii_case(name));
    ensure!(!same, "several accounts are called {name:?}: give the object id of the one that is meant");
    let directory = match &options.directory {
        None => home.clone(),
        Some(text) => Hub::directory_of(office, text).with_context(|| {
            format!("the stamp knows no directory {text:?}: onboard it first, through the stamp's own API")
        })?,
    };
    let is_person = options.person || !options.program && name.contains('@');
    if is_person && !name.contains('@') {
        bail!("a person signs in with a name such as {name}@contoso.example: give one, or --program");
    }
    Ok(Principal {
        id: PrincipalId::new(&guid()?)?,
        kind: if is_person { PrincipalKind::User } else { PrincipalKind::ServicePrincipal },
        name: name.clone(),
        directory,
        application: if is_person { None } else { Some(PrincipalId::new(&guid()?)?) },
        administrator: false,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    })
}

/// Draws what a new account signs in with.
fn prove(hub: &Hub, principal: &Principal) -> anyhow::Result<String> {
    if principal.kind == PrincipalKind::ServicePrincipal {
        return draw_secret(hub, principal, "first", None);
    }
    let password = credential::draw()?;
    hub.set_password(house::OPERATOR, &principal.id, &password)?;
    Ok(password)
}

fn show(
    options: &Options,
    principal: &Principal,
    subscription: &LocalSubscriptionId,
    secret: Option<&str>,
) -> anyhow::Result<()> {
    let client = principal.application.as_ref().map(PrincipalId::as_str);
    if options.printing.json {
        return output::json(&json!({
            "id": principal.id.as_str(),
            "kind": principal.kind.word(),
            "name": principal.name,
            "directory": principal.directory.as_str(),
            "client_id": client,
            "role": options.role.word(),
            "subscription": subscription.as_str(),
            "secret": secret,
        }));
    }
    output::print(&format!("{} is {} at the local subscription {subscription}.", principal.name, options.role.word()));
    let Some(secret) = secret else { return Ok(()) };
    output::print(&format!("  directory  {}\n  object id  {}", principal.directory, principal.id));
    if let Some(client) = client {
        output::print(&format!("  client id  {client}\n  secret     {secret}"));
    } else {
        output::print(&format!("  password   {secret}"));
    }
    output::print("It is shown this once.");
    Ok(())
}

#[cfg(test)]
mod tests;
