//! Read: entries of the audit log from the newest back, in steps of bounded size.

use hub::{AuditEntry, StoreError};
use serde_json::Value;

use super::own::Ownership;
use crate::{fault::Fault, visit::Visit};

/// How many entries one page lists.
const PAGE_ENTRIES: usize = 50;
/// How many entries are read in one step. Unit: entries.
const STEP: u64 = 2_000;
/// How many entries are read for one page at most. Unit: entries.
const READ_MAX: u64 = 20_000;
/// What windows leave behind. A stamp has one every hour, so they are left out unless somebody asks.
const DELIVERY: &str = "window.receive";

/// What is asked for.
#[derive(Debug, Default)]
pub(super) struct Wish {
    /// Entries before this number; from the end when nothing is said.
    pub(super) before: Option<u64>,
    /// Nothing, `all`, or one action.
    pub(super) action: String,
    /// A part of who did it, in lower case.
    pub(super) actor: String,
    /// A part of what it says, in lower case.
    pub(super) text: String,
}

impl Wish {
    pub(super) fn fits(&self, entry: &AuditEntry) -> bool {
        let note = &entry.note;
        let action = match self.action.as_str() {
            "" => note.action != DELIVERY,
            "all" => true,
            wanted => note.action == wanted,
        };
        let has = |text: &str, part: &str| part.is_empty() || text.to_lowercase().contains(part);
        action && has(&note.actor, &self.actor)
    }

    /// Whether a part of what is shown of an entry is the text. What is not shown is not searched: it would be told so.
    fn is_said(&self, own: &Ownership<'_>, entry: &AuditEntry, detail: &Value) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.text);
        let has_value = |value: &Value| has(&value.to_string());
        let changes = detail.get("changes").and_then(Value::as_array).into_iter().flatten();
        let mut others = detail.as_object().into_iter().flatten().filter(|(name, _)| *name != "changes");
        self.text.is_empty()
            || has(&entry.note.object)
            || has(&entry.note.action)
            || others.any(|(_, value)| has_value(value))
            || changes.filter(|change| own.of_change(change).is_own()).any(has_value)
    }
}

/// A page of entries.
#[derive(Default)]
pub(super) struct Entries {
    /// Newest first.
    pub(super) entries: Vec<(AuditEntry, Value)>,
    /// Where to go on: entries before this number were not looked at.
    pub(super) rest: Option<u64>,
}

/// The entries of a page.
pub(super) fn entries(visit: &Visit<'_>, own: &Ownership<'_>, wish: &Wish) -> Result<Entries, Fault> {
    let end = last(visit)?.saturating_add(1);
    let mut until = wish.before.map_or(end, |before| before.min(end));
    let lowest = until.saturating_sub(READ_MAX).max(1);
    let mut found = Entries::default();
    while until > lowest {
        let first = until.saturating_sub(STEP).max(lowest);
        let step = step(visit, own, wish, first, until)?;
        for entry in step.into_iter().rev() {
            if found.entries.len() == PAGE_ENTRIES {
                found.rest = found.entries.last().map(|(entry, _)| entry.number);
                return Ok(found);
            }
            found.entries.push(entry);
        }
        until = first;
    }
    found.rest = (lowest > 1).then_some(lowest);
    Ok(found)
}

/// One entry, when it is the partner's.
pub(super) fn entry(visit: &Visit<'_>, own: &Ownership<'_>, number: u64) -> Result<Option<(AuditEntry, Value)>, Fault> {
    let wish = Wish { action: "all".to_owned(), ..Wish::default() };
    Ok(step(visit, own, &wish, number, number.saturating_add(1))?.pop())
}

fn step(
    visit: &Visit<'_>,
    own: &Ownership<'_>,
    wish: &Wish,
    first: u64,
    until: u64,
) -> Result<Vec<(AuditEntry, Value)>, Fault> {
    let mut found = Vec::new();
    walk(visit, first, &mut |entry| {
        if entry.number >= until {
            return false;
        }
        if wish.fits(&entry) {
            let note = &entry.note;
            let detail = serde_json::from_str(&note.detail).unwrap_or_else(|_| Value::from(note.detail.as_str()));
            if own.of_entry(&note.action, &note.object, &detail).is_own() && wish.is_said(own, &entry, &detail) {
                found.push((entry, detail));
            }
        }
        true
    })?;
    Ok(found)
}

/// Reads from a number on for as long as more is wanted.
fn walk(visit: &Visit<'_>, first: u64, each: &mut dyn FnMut(AuditEntry) -> bool) -> Result<(), Fault> {
    let mut enough = false;
    let done = visit.hub().store().audit(first, &mut |entry| {
        enough = !each(entry);
        // An error is the only way to end a walk; it goes no further than the line below.
        if enough { Err(StoreError::Conflict("the audit log".to_owned())) } else { Ok(()) }
    });
    if enough { Ok(()) } else { done.map_err(Fault::from) }
}

/// The number of the last entry; 0 when there is none. The log has no gaps, so it is found by halving.
fn last(visit: &Visit<'_>) -> Result<u64, Fault> {
    let (mut there, mut absent) = (0_u64, 1_u64 << 40);
    while there.saturating_add(1) < absent {
        let middle = there.midpoint(absent);
        let mut is_there = false;
        walk(visit, middle, &mut |_| {
            is_there = true;
            false
        })?;
        if is_there {
            there = middle;
        } else {
            absent = middle;
        }
    }
    Ok(there)
}
