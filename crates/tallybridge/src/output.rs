//! Output: tables for people, JSON for programs, progress on standard error.

use std::io::{IsTerminal as _, Write as _};

use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};
use indicatif::{ProgressBar, ProgressStyle};

/// Prints one JSON object and nothing else. A reader that went away is no error.
pub fn json(value: &serde_json::Value) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    print(&text);
    Ok(())
}

/// Prints a text with a line end. A reader that went away is no error.
pub fn print(text: &str) {
    // Nobody is left to be told when standard output is gone.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// The alignment of a column.
#[derive(Clone, Copy)]
pub enum Column {
    /// Words.
    Left(&'static str),
    /// Numbers.
    Right(&'static str),
}

/// The blanks on both sides of a cell.
const PADDING: u16 = 2;

/// A table for people: aligned, and in colour on a terminal only. Where a terminal is too narrow for it, words go on in the
/// next line of their cell; numbers and ids stay whole.
pub struct Rows {
    columns: Vec<Column>,
    table: Table,
    /// The width below which each column would break a word or a number.
    narrowest: Vec<u16>,
}

impl Rows {
    /// An empty table.
    pub fn new(columns: &[Column]) -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        if !std::io::stdout().is_terminal() {
            table.force_no_tty();
        }
        let heads = columns.iter().map(|column| match column {
            Column::Left(name) => Cell::new(name).add_attribute(Attribute::Bold),
            Column::Right(name) => Cell::new(name).add_attribute(Attribute::Bold).set_alignment(CellAlignment::Right),
        });
        table.set_header(heads);
        let narrowest = columns.iter().map(|column| column.narrowest(column.name())).collect();
        Self { columns: columns.to_vec(), table, narrowest }
    }

    /// Adds a line.
    pub fn add<T: ToString>(&mut self, cells: impl IntoIterator<Item = T>) {
        let columns = self.columns.iter().zip(&mut self.narrowest);
        let cells = columns.zip(cells).map(|((column, narrowest), cell)| {
            let cell = cell.to_string();
            *narrowest = column.narrowest(&cell).max(*narrowest);
            let alignment = match column {
                Column::Left(_) => CellAlignment::Left,
                Column::Right(_) => CellAlignment::Right,
            };
            Cell::new(cell).set_alignment(alignment)
        });
        self.table.add_row(cells);
    }

    /// The table as text.
    pub fn text(&self) -> String {
        self.fitted(self.table.width())
    }

    /// The table as text for lines of that many characters, as wide as it is when nothing is said or when it cannot fit.
    fn fitted(&self, width: Option<u16>) -> String {
        let narrowest: u32 = self.narrowest.iter().map(|width| u32::from(width.saturating_add(PADDING))).sum();
        let Some(width) = width.filter(|width| narrowest <= u32::from(*width)) else { return self.table.trim_fmt() };
        let mut table = self.table.clone();
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
        for ((column, narrowest), shown) in self.columns.iter().zip(&self.narrowest).zip(table.column_iter_mut()) {
            shown.set_constraint(match column {
                Column::Left(_) => ColumnConstraint::LowerBoundary(Width::Fixed(narrowest.saturating_add(PADDING))),
                Column::Right(_) => ColumnConstraint::ContentWidth,
            });
        }
        table.trim_fmt()
    }

    /// Prints it.
    pub fn print(&self) {
        print(&self.text());
    }
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Left(name) | Self::Right(name) => name,
        }
    }

    /// How many characters of a cell must stand in one line: the longest word, or all of a number.
    fn narrowest(self, cell: &str) -> u16 {
        let longest = match self {
            Self::Left(_) => cell.split(' ').map(|word| word.chars().count()).max().unwrap_or(0),
            Self::Right(_) => cell.chars().count(),
        };
        u16::try_from(longest).unwrap_or(u16::MAX)
    }
}

/// A bar on standard error; nothing when that is no terminal.
pub fn bar(total: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let style = ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar
}

#[cfg(test)]
mod tests;
