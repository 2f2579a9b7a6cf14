//! Audit: who did what, and the proof that nobody changed the log.

use std::{collections::VecDeque, process::ExitCode};

use anyhow::Context as _;
use hub::{AuditEntry, Hub};
use model::{Day, Second};
use serde_json::{Map, Value, json};

use crate::{DataFolder, Printing, house, output};

/// The longest value that is shown of a change: the history of a tenant's mappings fits. With --json nothing is cut. Unit:
/// characters.
const VALUE_CHARACTERS_MAX: usize = 1_000;

/// List the audit log, newest last: who did what, on what, and what differs.
///
/// Every change of the office, every window and every document has an entry, which holds the hash of the one before.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(flatten)]
    printing: Printing,
    /// Begin with the entry of this number, instead of showing the last ones.
    #[arg(long, value_name = "N")]
    from: Option<u64>,
    /// How many entries to show at most.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// Only entries of whose actor this is a part, whatever the case.
    #[arg(long, value_name = "TEXT")]
    actor: Option<String>,
    /// Only entries of whose action this is a part, such as principal or key.add.
    #[arg(long, value_name = "TEXT")]
    action: Option<String>,
    /// Only entries of whose object this is a part.
    #[arg(long, value_name = "TEXT")]
    object: Option<String>,
    /// Only entries from this day or moment on, in UTC.
    #[arg(long, value_name = "DATE", value_parser = since)]
    since: Option<Second>,
    /// Walk the whole log and say whether every entry holds. Ends with status 1 at the first that does not.
    #[arg(long, conflicts_with_all = ["from", "actor", "action", "object", "since"])]
    check: bool,
}

fn since(text: &str) -> anyhow::Result<Second> {
    if let Ok(day) = Day::parse(text) {
        return Ok(day.start());
    }
    Second::parse(text).with_context(|| format!("{text:?} is no date such as 2026-10-01 and no time"))
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let hub = house::open_to_read(&options.folder.data)?;
    if options.check {
        return check(&hub, options.printing);
    }
    let entries = find(&hub, options)?;
    if options.printing.json {
        let each: Vec<Value> = entries.iter().map(as_json).collect();
        output::json(&json!({ "entries": each }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if entries.is_empty() {
        output::print("No entry is like that.");
    }
    for entry in &entries {
        let note = &entry.note;
        output::print(&format!("{}  {}  {}", entry.number, note.at, printable(&note.actor)));
        output::print(&format!("    {}  {}", printable(&note.action), printable(&note.object)));
        for line in lines(&note.detail) {
            output::print(&format!("        {line}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The first entries from a number on, or the last ones.
fn find(hub: &Hub, options: &Options) -> anyhow::Result<VecDeque<AuditEntry>> {
    let limit = usize::try_from(options.limit).unwrap_or(usize::MAX);
    let part = |text: &str, of: &Option<String>| {
        of.as_ref().is_none_or(|part| text.to_lowercase().contains(&part.to_lowercase()))
    };
    let mut found = VecDeque::new();
    hub.store().audit(options.from.unwrap_or(1), &mut |entry| {
        let note = &entry.note;
        let fits = part(&note.actor, &options.actor)
            && part(&note.action, &options.action)
            && part(&note.object, &options.object)
            && options.since.is_none_or(|since| note.at >= since);
        if !fits || options.from.is_some() && found.len() >= limit {
            return Ok(());
        }
        found.push_back(entry);
        if found.len() > limit {
            found.pop_front();
        }
        Ok(())
    })?;
    Ok(found)
}

fn as_json(entry: &AuditEntry) -> Value {
    let note = &entry.note;
    // A detail that cannot be read is shown as the text that it is.
    let detail = serde_json::from_str(&note.detail).unwrap_or_else(|_| Value::from(note.detail.as_str()));
    json!({
        "number": entry.number,
        "at": note.at.to_string(),
        "actor": note.actor,
        "action": note.action,
        "object": note.object,
        "detail": detail,
        "hash": hub::hex(&entry.hash),
    })
}

/// What an entry says beyond who and what, in lines for people.
fn lines(detail: &str) -> Vec<String> {
    let Ok(Value::Object(mut detail)) = serde_json::from_str(detail) else { return vec![printable(detail)] };
    let changes = detail.remove("changes");
    let mut lines: Vec<String> =
        detail.iter().map(|(name, value)| format!("{}: {}", printable(name), shown(value))).collect();
    for change in changes.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let word = |name: &str| printable(change.get(name).and_then(Value::as_str).unwrap_or_default());
        let (kind, id) = (word("kind"), word("id"));
        let empty = Map::new();
        let members = |name: &str| change.get(name).and_then(Value::as_object);
        let (before, after) = (members("before"), members("after").unwrap_or(&empty));
        lines.push(format!("{} {kind} {id}", if before.is_some() { "changed" } else { "new" }));
        for (name, value) in after {
            let name = printable(name);
            lines.push(match before.map(|before| before.get(name.as_str())) {
                Some(Some(old)) => format!("    {name}: {} -> {}", shown(old), shown(value)),
                Some(None) => format!("    {name}: (nothing) -> {}", shown(value)),
                None => format!("    {name}: {}", shown(value)),
            });
        }
    }
    lines
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "(nothing)".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut short: String = text.chars().take(VALUE_CHARACTERS_MAX).collect();
    if short.len() < text.len() {
        short.push_str(" ...");
    }
    printable(&short)
}

/// A text without what could move a terminal's cursor: names come from outside.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// What walking the log found.
#[derive(Debug, PartialEq, Eq)]
struct Walk {
    /// How many entries hold, from the first on.
    hold: u64,
    /// The number of the first that does not, and why.
    broken: Option<(u64, &'static str)>,
    last: [u8; 32],
}

impl Walk {
    fn new() -> Self {
        Self { hold: 0, broken: None, last: [0; 32] }
    }

    fn step(&mut self, entry: &AuditEntry) {
        if self.broken.is_some() {
            return;
        }
        let expected = self.hold.saturating_add(1);
        let problem = if entry.number != expected {
            Some("an entry before it is missing")
        } else if entry.previous != self.last {
            Some("it does not follow the entry before it")
        } else if entry.hash != AuditEntry::expected_hash(&entry.previous, entry.number, &entry.note) {
            Some("its content is not what its hash was made of")
        } else {
            None
        };
        self.broken = problem.map(|problem| (entry.number, problem));
        if self.broken.is_none() {
            (self.hold, self.last) = (expected, entry.hash);
        }
    }
}

fn check(hub: &Hub, printing: Printing) -> anyhow::Result<ExitCode> {
    let mut walk = Walk::new();
    hub.store().audit(1, &mut |entry| {
        walk.step(&entry);
        Ok(())
    })?;
    let last = hub::hex(&walk.last);
    if printing.json {
        let broken = walk.broken.map(|(number, problem)| json!({ "number": number, "problem": problem }));
        output::json(&json!({ "hold": walk.hold, "hash": last, "broken": broken }))?;
    } else {
        output::print(&format!("{} entries hold. The hash of the last one is {last}.", walk.hold));
        if let Some((number, problem)) = walk.broken {
            output::print(&format!("Entry {number} does not hold: {problem}. What follows it proves nothing."));
        }
    }
    Ok(if walk.broken.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests;
