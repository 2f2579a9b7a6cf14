//! Password: what a person signs in with, read from where nobody looks.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, IsTerminal as _, Read},
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context as _, bail, ensure};
use model::PrincipalKind;

use super::find;
use crate::{DataFolder, house, output};

/// The longest line that is read. Unit: bytes.
const LINE_BYTES_MAX: u64 = 4_096;

/// Whose password, and where it is read.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// Whose: an object id or the name to sign in with.
    user: String,
    /// Read the password from the first line of a file. Without it, it is asked for, or read from standard input.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_existing(&options.folder.data)?;
    let office = hub.current_office()?;
    let person = find(&office, &options.user)?;
    if person.kind != PrincipalKind::User {
        bail!("{} is a program: draw a secret with `tallybridge account secret {}`", person.name, person.id);
    }
    let password = match &options.from {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
            first_line(file).with_context(|| format!("read a password from {}", path.display()))?
        }
        None if std::io::stdin().is_terminal() => ask(&person.name)?,
        None => first_line(std::io::stdin().lock()).context("read a password from standard input")?,
    };
    hub.set_password(house::OPERATOR, &person.id, &password)?;
    output::print(&format!("{} has a new password.", person.name));
    Ok(ExitCode::SUCCESS)
}

fn first_line(reader: impl Read) -> anyhow::Result<String> {
    let mut line = String::new();
    BufReader::new(reader.take(LINE_BYTES_MAX)).read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    ensure!(!line.is_empty(), "the first line is empty");
    Ok(line.to_owned())
}

fn ask(name: &str) -> anyhow::Result<String> {
    let _silence = Silence::begin()?;
    eprint!("New password of {name}: ");
    let first = first_line(std::io::stdin());
    eprint!("\nThe same again: ");
    let second = first_line(std::io::stdin());
    eprintln!();
    let (first, second) = (first?, second?);
    ensure!(first == second, "the two passwords differ: nothing was changed");
    Ok(first)
}

/// A terminal that does not show what is typed, until this is dropped.
struct Silence;

impl Silence {
    fn begin() -> anyhow::Result<Self> {
        // The terminal's own tool needs no library and no unsafe code.
        let quiet = stty("-echo").context("turn off the echo of the terminal with stty")?;
        ensure!(quiet, "the echo of the terminal cannot be turned off: give the password with --from FILE");
        Ok(Self)
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        if !stty("echo").unwrap_or(false) {
            eprintln!("the terminal stays silent: type `stty echo`");
        }
    }
}

fn stty(argument: &str) -> std::io::Result<bool> {
    let status = Command::new("stty").arg(argument).stdin(Stdio::inherit()).status()?;
    Ok(status.success())
}
