//! Problem: what is wrong with a catalogue, entry by entry.

use std::fmt;

use store::StoreError;

use super::EntryKind;

/// Something that is wrong with one entry of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind of the entry.
    pub kind: EntryKind,
    /// Its id as it was written.
    pub id: String,
    /// The member that is wrong, as a catalogue file calls it; empty when it is the entry as a whole.
    pub member: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.word())?;
        if !self.id.is_empty() {
            write!(formatter, " {}", self.id)?;
        }
        if !self.member.is_empty() {
            write!(formatter, ", {}", self.member)?;
        }
        write!(formatter, ": {}", self.message)
    }
}

/// Why a catalogue was not applied.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// All that is wrong with it, never empty. Nothing was recorded.
    #[error("the catalogue has {} problems: {}", .0.len(), first(.0))]
    Problems(Vec<Problem>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn first(problems: &[Problem]) -> String {
    let text = problems.first().map(ToString::to_string).unwrap_or_default();
    if problems.len() > 1 { format!("{text}, and others") } else { text }
}
