//! Operator: the first account of a hub, made at its own machine.

use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use hub::{Hub, OfficeRecord};
use model::{
    AssignmentId, Directory, DirectoryId, Office, Principal, PrincipalId, PrincipalKind, Role, RoleAssignment,
    ScopePath, is_guid,
};
use serde_json::json;

use super::draw_secret;
use crate::{DataFolder, Printing, commands::keys, house, output};

/// The longest name. Unit: bytes.
const NAME_BYTES_MAX: usize = 128;

/// Whom to make.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// The name. One such as ada@contoso.example makes a person, who then needs a password; any other makes a service principal
    /// with a secret, which is shown once.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The directory it lives in, by its id or its domain name. It is made when it is not there.
    #[arg(long, value_name = "ID|DOMAIN")]
    directory: String,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let name = &options.name;
    ensure!(
        !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.chars().any(char::is_control),
        "the name {name:?} has not from 1 to {NAME_BYTES_MAX} printable bytes"
    );
    let hub = house::open(&options.folder.data)?;
    let office = hub.current_office()?;
    if Hub::principal_named(&office, name).is_some() {
        bail!("there is an account {name:?} already: see `tallybridge account list`, and give another name");
    }
    let (directory, missing) = directory(&office, &options.directory)?;
    let kind = if name.contains('@') { PrincipalKind::User } else { PrincipalKind::ServicePrincipal };
    let program = kind == PrincipalKind::ServicePrincipal;
    let principal = Principal {
        id: PrincipalId::new(&guid()?)?,
        kind,
        name: name.clone(),
        directory: directory.id.clone(),
        application: if program { Some(PrincipalId::new(&guid()?)?) } else { None },
        administrator: true,
        owner: None,
        enabled: true,
        secrets: Vec::new(),
    };
    let mut records = Vec::new();
    if missing {
        records.push(OfficeRecord::Directory(directory.clone()));
    }
    records.push(OfficeRecord::Principal(principal.clone()));
    records.push(OfficeRecord::RoleAssignment(RoleAssignment {
        id: AssignmentId::new(&guid()?)?,
        scope: ScopePath::root(),
        principal: principal.id.clone(),
        role: Role::PlatformOperator,
        removed: false,
    }));
    hub.record(house::OPERATOR, &format!("the platform operator {name}"), &records)?;
    keys::ensure(&hub)?;
    let secret = if program { Some(draw_secret(&hub, &principal, "first", None)?) } else { None };
    show(options, &principal, &directory, secret.as_deref())?;
    Ok(ExitCode::SUCCESS)
}

/// The directory that was named, and whether it is still to be made.
fn directory(office: &Office, text: &str) -> anyhow::Result<(Directory, bool)> {
    if let Some(found) = Hub::directory_of(office, text).and_then(|id| office.directories.get(&id)) {
        return Ok((found.clone(), false));
    }
    let id = DirectoryId::new(text).with_context(|| format!("--directory {text:?}"))?;
    if is_guid(id.folded()) {
        return Ok((Directory { domain: format!("{}.invalid", id.folded()), id }, true));
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    ensure!(
        text.contains('.') && text.bytes().all(fits),
        "--directory {text:?} is no id of a directory and no domain name such as contoso.example"
    );
    Ok((Directory { id: DirectoryId::new(&guid()?)?, domain: text.to_ascii_lowercase() }, true))
}

/// Draws a GUID of version 4. Source: RFC 9562, May 2024, 5.4.
pub fn guid() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).context("draw an id")?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hub::hex(&bytes);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    Ok(format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)))
}

fn show(options: &Options, principal: &Principal, directory: &Directory, secret: Option<&str>) -> anyhow::Result<()> {
    let client = principal.application.as_ref().map(PrincipalId::as_str);
    if options.printing.json {
        return output::json(&json!({
            "id": principal.id.as_str(),
            "kind": principal.kind.word(),
            "name": principal.name,
            "directory": directory.id.as_str(),
            "domain": directory.domain,
            "client_id": client,
            "secret": secret,
        }));
    }
    output::print(&format!("{} is a platform operator of this hub.", principal.name));
    output::print(&format!("  directory  {} ({})", directory.id, directory.domain));
    output::print(&format!("  object id  {}", principal.id));
    match (client, secret) {
        (Some(client), Some(secret)) => {
            output::print(&format!("  client id  {client}"));
            output::print(&format!("  secret     {secret}"));
            output::print("The secret is shown this once. Next: serve the hub with TLS, and sign in:");
            output::print("  tallybridge serve --tls self-signed");
            output::print(&format!(
                "  az login --service-principal -u {client} -p SECRET --tenant {} --allow-no-subscriptions",
                directory.id
            ));
        }
        _ => output::print(&format!("Next: give a password with `tallybridge account password {}`.", principal.name)),
    }
    Ok(())
}
