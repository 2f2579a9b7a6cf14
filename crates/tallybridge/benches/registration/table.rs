//! Table: samples, and how they are shown.

use std::time::Duration;

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    /// Requests a second.
    Requests,
    /// Hundredths of a millisecond, shown in milliseconds.
    Milliseconds,
    /// Hundredths of a MiB, shown in MiB.
    Mebibytes,
    /// How many.
    Pages,
}

impl Unit {
    /// Its name, and how many decimals a sample carries.
    fn shape(self) -> (&'static str, usize) {
        match self {
            Self::Requests => ("requests/s", 0),
            Self::Milliseconds => ("ms", 2),
            Self::Mebibytes => ("MiB", 2),
            Self::Pages => ("pages", 0),
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

    /// Adds times.
    pub fn add_times(&mut self, what: impl Into<String>, times: &[Duration]) {
        let hundredths = |time: &Duration| u64::try_from(time.as_micros() / 10).unwrap_or(u64::MAX);
        self.add(what, Unit::Milliseconds, times.iter().map(hundredths).collect());
    }

    /// Prints all lines.
    pub fn print(&self) {
        println!("{:<64} {:>11} {:>11} {:>11}  {:<10} {:>7}", "what", "min", "median", "max", "unit", "samples");
        for line in &self.lines {
            println!("{}", show(line));
        }
    }
}

fn show(line: &Line) -> String {
    let (unit, decimals) = line.unit.shape();
    let cell = |sample: Option<&u64>| sample.map_or_else(String::new, |sample| grouped(*sample, decimals));
    let several = line.samples.len() > 1;
    let (least, most) = (line.samples.first().filter(|_| several), line.samples.last().filter(|_| several));
    let (least, median, most) = (cell(least), cell(line.samples.get(line.samples.len() / 2)), cell(most));
    format!("{:<64} {least:>11} {median:>11} {most:>11}  {unit:<10} {:>7}", line.what, line.samples.len())
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
pub fn rate(count: usize, took: Duration) -> u64 {
    let count = u128::try_from(count).unwrap_or(0);
    u64::try_from(count * 1_000_000_000 / took.as_nanos().max(1)).unwrap_or(u64::MAX)
}

/// Bytes as hundredths of a MiB.
pub fn mebibytes(bytes: u64) -> u64 {
    bytes * 100 / (1_024 * 1_024)
}
