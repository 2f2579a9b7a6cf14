//! Catalog: the partner's catalogue, from a file into the office and back.

use std::{
    io::{BufRead as _, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
};

use hub::{Actor, CatalogueError, Clock as _, Difference, DifferenceAction, MemberChange, Problem};
use model::Office;
use serde_json::{Value, json};

use crate::{
    DataFolder, Printing,
    catalog_file::{self, Form},
    clock::SystemClock,
    house,
    output::{self, Column, Rows},
};

/// The file that a data folder holds.
const DATABASE: &str = "tallybridge.db";

/// Keep the catalogue: partners, directories, customers, subscriptions, stamps, accounts, roles and price lists.
#[derive(clap::Subcommand)]
pub enum Catalog {
    /// Make the office what a file wants, after showing what that changes. Applied again it changes nothing.
    ///
    /// The whole file is checked first; if anything is wrong with it, all of that is listed and nothing is changed. What the
    /// file does not name stays as it is. Ends with status 0, also when there was nothing to change, and with status 1 when
    /// something is wrong or when the question was not answered with yes.
    Apply(Apply),
    /// Print what the office has, as a catalogue file. Applied again it changes nothing. Secrets are not in it.
    Show(Show),
    /// Print an example of a catalogue file.
    Example,
}

/// What to apply, and how.
#[derive(clap::Args)]
pub struct Apply {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// Only show what would change.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask. Without a terminal nobody is asked.
    #[arg(long)]
    yes: bool,
    /// The catalogue: TOML, or JSON when the file is called .json.
    file: PathBuf,
}

/// What to show, and how.
#[derive(clap::Args)]
pub struct Show {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
}

/// Runs the command.
pub fn run(catalog: &Catalog) -> anyhow::Result<ExitCode> {
    match catalog {
        Catalog::Apply(options) => apply(options),
        Catalog::Show(options) => {
            let hub = house::open_to_read(&options.folder.data)?;
            let form = if options.printing.json { Form::Json } else { Form::Toml };
            output::print(catalog_file::show(&hub.office(), form)?.trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Catalog::Example => {
            output::print(catalog_file::EXAMPLE.trim_end());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// How an application ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Applied,
    Looked,
    Declined,
}

fn apply(options: &Apply) -> anyhow::Result<ExitCode> {
    let wanted = catalog_file::read(&options.file)?;
    let ask = !options.yes && !options.dry_run && std::io::stdin().is_terminal();
    let (differences, ending) = if ask || options.dry_run {
        let planned = match look(options, &wanted) {
            Ok(planned) => planned,
            Err(error) => return refuse(options, error),
        };
        if options.dry_run || planned.is_empty() {
            (planned, Ending::Looked)
        } else if confirm(options, &planned) {
            match write(options, &wanted) {
                Ok(done) => (done, Ending::Applied),
                Err(error) => return refuse(options, error),
            }
        } else {
            (planned, Ending::Declined)
        }
    } else {
        match write(options, &wanted) {
            Ok(done) => (done, Ending::Applied),
            Err(error) => return refuse(options, error),
        }
    };
    if options.printing.json {
        output::json(&as_json(&differences, ending))?;
    } else {
        // Whoever was asked has seen it.
        if !ask {
            show(&differences);
        }
        output::print(&summary(&differences, ending));
    }
    Ok(if ending == Ending::Declined { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Why nothing was applied.
enum Failure {
    Catalogue(CatalogueError),
    House(anyhow::Error),
}

/// What would change. A folder without a database is an office with nothing in it.
fn look(options: &Apply, wanted: &hub::Catalogue) -> Result<Vec<Difference>, Failure> {
    let folder = &options.folder.data;
    if !folder.join(DATABASE).is_file() {
        let differences = wanted.differences(&Office::default(), SystemClock.now());
        return differences.map_err(|problems| Failure::Catalogue(CatalogueError::Problems(problems)));
    }
    let hub = house::open_to_read(folder).map_err(Failure::House)?;
    hub.apply_catalogue(&Actor::at_home(house::OPERATOR), wanted, true).map_err(Failure::Catalogue)
}

fn write(options: &Apply, wanted: &hub::Catalogue) -> Result<Vec<Difference>, Failure> {
    let hub = house::open(&options.folder.data).map_err(Failure::House)?;
    hub.apply_catalogue(&Actor::at_home(house::OPERATOR), wanted, false).map_err(Failure::Catalogue)
}

fn refuse(options: &Apply, failure: Failure) -> anyhow::Result<ExitCode> {
    let problems = match failure {
        Failure::House(error) => return Err(error),
        Failure::Catalogue(CatalogueError::Store(error)) => return Err(error.into()),
        Failure::Catalogue(CatalogueError::Problems(problems)) => problems,
    };
    if options.printing.json {
        let each: Vec<Value> = problems.iter().map(problem_json).collect();
        output::json(&json!({ "applied": false, "problems": each }))?;
        return Ok(ExitCode::FAILURE);
    }
    for problem in &problems {
        eprintln!("  - {problem}");
    }
    let count = problems.len();
    let words = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
    eprintln!("error: the catalogue {} has {words}; nothing was changed", options.file.display());
    Ok(ExitCode::FAILURE)
}

/// Shows what would change and asks whether it may.
fn confirm(options: &Apply, differences: &[Difference]) -> bool {
    if !options.printing.json {
        show(differences);
    }
    eprint!("{} Apply this? [y/N] ", counts(differences, ["to add", "to change", "to take away"]));
    let mut answer = String::new();
    // Nobody there is no yes.
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

fn show(differences: &[Difference]) {
    if differences.is_empty() {
        return;
    }
    let mut rows = Rows::new(&[
        Column::Left(""),
        Column::Left("KIND"),
        Column::Left("ID"),
        Column::Left("NAME"),
        Column::Left("WHAT"),
    ]);
    for one in differences {
        let sign = match one.action {
            DifferenceAction::Add => "+",
            DifferenceAction::Change => "~",
            DifferenceAction::Remove => "-",
        };
        let mut head = [sign, one.kind.word(), one.id.as_str(), one.name.as_str()];
        for line in lines(one) {
            let cells = head.iter().map(|cell| (*cell).to_owned());
            rows.add(cells.chain([line]));
            head = [sign, "", "", ""];
        }
    }
    rows.print();
    output::print("");
}

/// Something new on one line, something that changes with a line for each member.
fn lines(one: &Difference) -> Vec<String> {
    if one.action == DifferenceAction::Change {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".to_owned());
        let line =
            |change: &MemberChange| format!("{}: {} -> {}", change.member, text(&change.before), text(&change.after));
        return one.members.iter().map(line).collect();
    }
    let other =
        one.members.iter().filter(|change| change.after.as_deref().or(change.before.as_deref()) != Some(&one.name));
    let each = other
        .filter_map(|change| Some(format!("{} {}", change.member, change.after.as_ref().or(change.before.as_ref())?)));
    vec![each.collect::<Vec<String>>().join(", ")]
}

fn counts(differences: &[Difference], words: [&str; 3]) -> String {
    let actions = [DifferenceAction::Add, DifferenceAction::Change, DifferenceAction::Remove];
    let each = actions.iter().zip(words).filter_map(|(action, word)| {
        let count = differences.iter().filter(|one| one.action == *action).count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    format!("{}.", each.collect::<Vec<String>>().join(", "))
}

fn summary(differences: &[Difference], ending: Ending) -> String {
    if differences.is_empty() {
        return "Nothing to change: the office is what the catalogue wants.".to_owned();
    }
    match ending {
        Ending::Applied => counts(differences, ["added", "changed", "taken away"]),
        Ending::Looked => {
            format!(
                "{} This was a dry run: nothing was changed.",
                counts(differences, ["to add", "to change", "to take away"])
            )
        }
        Ending::Declined => "Nothing was changed.".to_owned(),
    }
}

fn as_json(differences: &[Difference], ending: Ending) -> Value {
    let each: Vec<Value> = differences
        .iter()
        .map(|one| {
            let members: Vec<Value> = one
                .members
                .iter()
                .map(|change| json!({ "member": change.member, "before": change.before, "after": change.after }))
                .collect();
            json!({
                "action": one.action.word(), "kind": one.kind.word(), "id": one.id, "name": one.name,
                "members": members,
            })
        })
        .collect();
    json!({ "applied": ending == Ending::Applied, "differences": each })
}

fn problem_json(problem: &Problem) -> Value {
    json!({
        "kind": problem.kind.word(), "id": problem.id, "member": problem.member, "message": problem.message,
    })
}
