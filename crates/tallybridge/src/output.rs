//! Output: tables for people, JSON for programs, progress on standard error.

use std::io::{IsTerminal as _, Write as _};

use comfy_table::{Attribute, Cell, CellAlignment, Table, presets};
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

/// A table for people: aligned, and in colour on a terminal only.
pub struct Rows {
    columns: Vec<Column>,
    table: Table,
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
        Self { columns: columns.to_vec(), table }
    }

    /// Adds a line.
    pub fn add<T: ToString>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells = self.columns.iter().zip(cells).map(|(column, cell)| {
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
        self.table.trim_fmt()
    }

    /// Prints it.
    pub fn print(&self) {
        print(&self.text());
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
