//! Table: a CSV file of a price list, line by line, with the place of everything that is wrong.

use std::{fmt, path::Path};

use super::ROWS_MAX;

/// Something that is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1; none when it is about the file as a whole.
    pub line: Option<u64>,
    /// The column by its name; empty when it is about the line.
    pub column: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        if !self.column.is_empty() {
            write!(formatter, ", column {:?}", self.column)?;
        }
        write!(formatter, ": {}", self.message)
    }
}

/// How many faults are told; more would not be read.
const FAULTS_MAX: usize = 50;

/// Everything that is wrong with some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The first ones.
    pub shown: Vec<Fault>,
    /// How many there are.
    pub count: usize,
}

impl Faults {
    /// Notes one.
    pub fn add(&mut self, fault: Fault) {
        self.count = self.count.saturating_add(1);
        if self.shown.len() < FAULTS_MAX {
            self.shown.push(fault);
        }
    }

    /// Notes what is wrong with a file as a whole.
    pub fn of_file(&mut self, file: &str, message: impl Into<String>) {
        self.add(Fault { file: file.to_owned(), line: None, column: "", message: message.into() });
    }

    /// Goes on with what was read when nothing is wrong.
    pub fn or<T>(self, read: T) -> Result<T, Self> {
        if self.count == 0 { Ok(read) } else { Err(self) }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.shown.iter().enumerate() {
            write!(formatter, "{}{fault}", if index == 0 { "" } else { "\n" })?;
        }
        match self.count.saturating_sub(self.shown.len()) {
            0 => Ok(()),
            more => write!(formatter, "\nand {more} more"),
        }
    }
}

impl std::error::Error for Faults {}

/// Where a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
}

impl Place {
    /// What is wrong in a column of the line.
    pub fn fault(&self, column: &'static str, message: impl Into<String>) -> Fault {
        Fault { file: self.file.clone(), line: Some(self.line), column, message: message.into() }
    }
}

/// One line of a table.
pub struct Line<'a> {
    /// Where it stands.
    pub place: Place,
    columns: &'a [Option<usize>],
    names: &'a [&'static str],
    cells: &'a csv::StringRecord,
}

impl Line<'_> {
    /// The text of a column, without blanks around it; empty when the file has no such column.
    pub fn text(&self, column: &str) -> &str {
        let index = self.names.iter().position(|name| *name == column).and_then(|at| self.columns.get(at).copied());
        index.flatten().and_then(|index| self.cells.get(index)).unwrap_or_default()
    }

    /// The value of a column.
    pub fn value<T, E: fmt::Display>(
        &self,
        column: &'static str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Fault> {
        let text = self.text(column);
        read(text).map_err(|error| self.place.fault(column, format!("{text:?}: {error}")))
    }

    /// The value of a column that may be empty.
    pub fn optional<T, E: fmt::Display>(
        &self,
        column: &'static str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Fault> {
        if self.text(column).is_empty() { Ok(None) } else { self.value(column, read).map(Some) }
    }
}

/// Which columns a table has.
#[derive(Clone, Copy)]
pub struct Columns {
    /// Those it must have.
    pub needed: &'static [&'static str],
    /// Those it may have.
    pub optional: &'static [&'static str],
    /// Whether it may have others, which are not read.
    pub others: Others,
}

/// What happens to columns that are not known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They are a mistake.
    Refused,
    /// They are left out.
    Ignored,
}

/// Reads a table: gives each line to `each`, and notes what is wrong with it.
pub fn read(
    file: &str,
    text: &str,
    columns: Columns,
    faults: &mut Faults,
    each: &mut dyn FnMut(&Line<'_>) -> Result<(), Fault>,
) {
    // A mark of the order of bytes that some programs write first is no part of a name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let heads = match reader.headers() {
        Ok(heads) => heads.clone(),
        Err(error) => return faults.of_file(file, error.to_string()),
    };
    let first = Place { file: file.to_owned(), line: 1 };
    let names: Vec<&'static str> = columns.needed.iter().chain(columns.optional).copied().collect();
    let at: Vec<Option<usize>> = names.iter().map(|name| heads.iter().position(|head| head == *name)).collect();
    let before = faults.count;
    for (name, _) in columns.needed.iter().zip(&at).filter(|(_, at)| at.is_none()) {
        faults.add(first.fault("", format!("there is no column {name:?}: the first line names the columns")));
    }
    if columns.others == Others::Refused {
        for head in heads.iter().filter(|head| !names.contains(head)) {
            faults.add(first.fault("", format!("there is no column {head:?} here: take it out, or correct its name")));
        }
    }
    if faults.count > before {
        return;
    }
    let mut cells = csv::StringRecord::new();
    let mut rows: usize = 0;
    loop {
        match reader.read_record(&mut cells) {
            Ok(false) => return,
            Ok(true) => {}
            Err(error) => return faults.of_file(file, error.to_string()),
        }
        rows = rows.saturating_add(1);
        if rows > ROWS_MAX {
            return faults.of_file(file, format!("it has more than {ROWS_MAX} lines: split the list"));
        }
        let line = cells.position().map_or(0, csv::Position::line);
        let place = Place { file: file.to_owned(), line };
        if cells.len() != heads.len() {
            let message = format!("it has {} values for {} columns: look for a comma", cells.len(), heads.len());
            faults.add(place.fault("", message));
            continue;
        }
        let line = Line { place, columns: &at, names: &names, cells: &cells };
        if let Err(fault) = each(&line) {
            faults.add(fault);
        }
    }
}

/// The text of a file that is not too large.
pub fn text(path: &Path, bytes_max: u64) -> Result<String, String> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(|error| format!("open it: {error}"))?;
    let mut text = String::new();
    let mut limited = file.take(bytes_max.saturating_add(1));
    let bytes = limited.read_to_string(&mut text).map_err(|error| format!("read it as UTF-8: {error}"))?;
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > bytes_max) {
        return Err(format!("it has more than {bytes_max} bytes"));
    }
    Ok(text)
}

/// A day as it stands in a table.
pub fn day(text: &str) -> Result<model::Day, &'static str> {
    model::Day::parse(text).map_err(|_| "it is no day such as 2026-11-23")
}
