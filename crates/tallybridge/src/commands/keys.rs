//! Keys: what the hub signs and seals with.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use hub::Hub;
use model::{HubKey, KeyPurpose, Second};
use serde_json::json;

use crate::{
    DataFolder, Printing, house,
    output::{self, Column, Rows},
};

/// Look at the hub's own keys, or replace one. They are made when the hub is served for the first time.
#[derive(Subcommand)]
pub enum Keys {
    /// List the keys, without their secret parts.
    List(List),
    /// Make a new key and use it from now on. A signing key that is replaced proves what it signed for 30 days more; what was
    /// sealed with a replaced sealing key, such as a page's continuation, has to be asked for again.
    Rotate(Rotate),
}

/// What to list.
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
}

/// What to replace.
#[derive(clap::Args)]
pub struct Rotate {
    #[command(flatten)]
    folder: DataFolder,
    /// Which key.
    #[arg(default_value = "signing")]
    purpose: Purpose,
}

/// What a key is for.
#[derive(ValueEnum, Clone, Copy)]
enum Purpose {
    /// It signs tokens and activation keys.
    Signing,
    /// It makes the credentials of bridges and seals continuations.
    Sealing,
}

impl Purpose {
    fn of_model(self) -> KeyPurpose {
        match self {
            Self::Signing => KeyPurpose::Signing,
            Self::Sealing => KeyPurpose::Sealing,
        }
    }
}

/// Runs the command.
pub fn run(command: &Keys) -> anyhow::Result<ExitCode> {
    match command {
        Keys::List(options) => list(options),
        Keys::Rotate(options) => rotate(options),
    }
}

/// Makes the keys that an office lacks: a hub without them can issue no tokens and admit no bridges.
pub fn ensure(hub: &Hub) -> anyhow::Result<()> {
    let office = hub.current_office()?;
    for purpose in KeyPurpose::ALL {
        if Hub::key(&office, *purpose).is_none() {
            let key = make(*purpose, hub.now())?;
            hub.add_key(house::OPERATOR, &key).with_context(|| format!("keep the first {} key", purpose.word()))?;
        }
    }
    Ok(())
}

fn make(purpose: KeyPurpose, from: Second) -> anyhow::Result<HubKey> {
    let attempt = || format!("make a {} key", purpose.word());
    let (id, secret) = match purpose {
        KeyPurpose::Signing => {
            let key = api::token::generate().with_context(attempt)?;
            (key.id, key.pkcs8)
        }
        KeyPurpose::Sealing => {
            let (mut id, mut secret) = ([0_u8; 16], vec![0_u8; 32]);
            getrandom::fill(&mut id).with_context(attempt)?;
            getrandom::fill(&mut secret).with_context(attempt)?;
            (hub::hex(&id), secret)
        }
    };
    Ok(HubKey { id, purpose, secret, from, retired: None })
}

fn rotate(options: &Rotate) -> anyhow::Result<ExitCode> {
    let hub = house::open_existing(&options.folder.data)?;
    let purpose = options.purpose.of_model();
    let key = make(purpose, hub.now())?;
    hub.add_key(house::OPERATOR, &key)?;
    output::print(&format!("The {} key {} is in use now.", purpose.word(), key.id));
    if purpose == KeyPurpose::Signing {
        output::print("What the key before it signed is believed for 30 days more.");
    }
    Ok(ExitCode::SUCCESS)
}

fn list(options: &List) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    let office = hub.office();
    let mut keys: Vec<&HubKey> = office.keys.values().collect();
    keys.sort_by(|left, right| (left.purpose, left.from, &left.id).cmp(&(right.purpose, right.from, &right.id)));
    let proving = hub.signing_keys(&office);
    let state = |key: &HubKey| match key.retired {
        None => "in use",
        Some(_) if proving.contains(key) => "proves",
        Some(_) => "ended",
    };
    if options.printing.json {
        let each = keys.iter().map(|key| {
            json!({
                "id": key.id,
                "purpose": key.purpose.word(),
                "from": key.from.to_string(),
                "retired": key.retired.map(|at| at.to_string()),
                "state": state(key),
            })
        });
        output::json(&json!({ "keys": each.collect::<Vec<_>>() }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if keys.is_empty() {
        output::print("There are no keys yet: they are made when the hub is served, or by `tallybridge keys rotate`.");
        return Ok(ExitCode::SUCCESS);
    }
    let columns = ["KEY", "PURPOSE", "FROM", "RETIRED", "STATE"].map(Column::Left);
    let mut rows = Rows::new(&columns);
    for key in keys {
        let retired = key.retired.map(|at| at.to_string()).unwrap_or_default();
        let (purpose, from) = (key.purpose.word().to_owned(), key.from.to_string());
        rows.add([key.id.clone(), purpose, from, retired, state(key).to_owned()]);
    }
    rows.print();
    Ok(ExitCode::SUCCESS)
}
