//! Table: samples, and how they are shown.

use std::time::Duration;

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    /// Rows a second.
    Rows,
    /// Windows a second.
    Windows,
    /// Nanoseconds a row.
    Nanoseconds,
    /// Hundredths of a millisecond, shown in milliseconds.
    Milliseconds,
    /// Hundredths of a byte a row, shown in bytes.
    Bytes,
    /// MiB.
    Mebibytes,
    /// Hundredths of how often one thing is in another, shown as a number.
    Times,
}

impl Unit {
    /// Its name, and how many decimals a sample carries.
    fn shape(self) -> (&'static str, usize) {
        match self {
            Self::Rows => ("rows/s", 0),
            Self::Windows => ("windows/s", 0),
            Self::Nanoseconds => ("ns/row", 0),
            Self::Milliseconds => ("ms", 2),
            Self::Bytes => ("bytes/row", 2),
            Self::Mebibytes => ("MiB", 0),
            Self::Times => ("times", 2),
        }
    }
}

struct Line {
    what: String,
    unit: Unit,
    samples: Vec<u64>,
}

/// Everything that was measured, in order.
#[derive(Default)]
pub struct Table {
    lines: Vec<Line>,
}

impl Table {
    /// Adds a line; says it at once to whoever waits.
    pub fn add(&mut self, what: impl Into<String>, unit: Unit, mut samples: Vec<u64>) {
        samples.sort_unstable();
        let line = Line { what: what.into(), unit, samples };
        eprintln!("{}", show(&line));
        self.lines.push(line);
    }

    /// Prints all lines.
    pub fn print(&self) {
        println!("{:<64} {:>13} {:>13} {:>13}  {:<10} {:>7}", "what", "min", "median", "max", "unit", "samples");
        for line in &self.lines {
            println!("{}", show(line));
        }
    }
}

fn show(line: &Line) -> String {
    let (unit, decimals) = line.unit.shape();
    let cell = |sample: u64| grouped(sample, decimals);
    let (least, most) = (line.samples.first().copied(), line.samples.last().copied());
    let cells = [least, Some(median(&line.samples)), most].map(|sample| sample.map_or_else(String::new, cell));
    let [least, median, most] = cells;
    let (least, most) = if line.samples.len() > 1 { (least, most) } else { (String::new(), String::new()) };
    format!("{:<64} {least:>13} {median:>13} {most:>13}  {unit:<10} {:>7}", line.what, line.samples.len())
}

/// The middle one of sorted samples.
pub fn median(samples: &[u64]) -> u64 {
    samples.get(samples.len() / 2).copied().unwrap_or(0)
}

fn grouped(number: u64, decimals: usize) -> String {
    let digits = format!("{number:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if decimals > 0 {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// How many of something a second.
pub fn rate(count: u64, took: Duration) -> u64 {
    per(u128::from(count) * 1_000_000_000, took.as_nanos())
}

/// Nanoseconds for one of something.
pub fn nanoseconds_each(took: Duration, count: u64) -> u64 {
    per(took.as_nanos(), u128::from(count))
}

/// A division that nobody needs exactly.
pub fn per(dividend: u128, divisor: u128) -> u64 {
    u64::try_from(dividend / divisor.max(1)).unwrap_or(u64::MAX)
}
