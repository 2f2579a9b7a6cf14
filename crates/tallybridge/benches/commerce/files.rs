//! Files: a month written out by the program, day by day, and rated a second time by programs that read Parquet.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    house,
    table::{Table, Unit, per, rate},
};

/// What rates the month again, with DuckDB and with pandas.
const SCRIPT: &str = include_str!("rate.py");
/// How often the memory of the program is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What became of a run of the program.
struct Ran {
    took: Duration,
    /// The most memory that it had. Unit: MiB.
    peak: u64,
    /// What it wrote to standard output. Unit: bytes.
    printed: u64,
}

/// Runs the program to its end, and counts what it prints.
fn run(arguments: &[&str]) -> Result<Ran> {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tallybridge"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut pipe = child.stdout.take().context("read what the program prints")?;
    let printed = thread::spawn(move || std::io::copy(&mut pipe, &mut std::io::sink()));
    let mut peak = 0;
    let status = loop {
        peak = peak.max(resident(&child).unwrap_or(0));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(LOOK);
    };
    ensure!(status.success(), "tallybridge {arguments:?} ended with {status}");
    let took = start.elapsed();
    let printed = printed.join().map_err(|_| anyhow::anyhow!("count what the program prints"))??;
    Ok(Ran { took, peak, printed })
}

/// The most memory of a process so far; nothing once it has ended.
fn resident(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes / 1_024)
}

/// Writes what each day of a document cost, as values of 55 columns, to a pipe: a file of fifty million rows has 50 GB.
pub fn daily(table: &mut Table, data: &Path, number: &str, rows: u64) -> Result<()> {
    let data = text(data)?;
    let arguments =
        ["export", "reconciliation", "--data", data, "--invoice", number, "--layout", "daily", "--output", "-"];
    let Ran { took, peak, printed } = run(&arguments)?;
    table.add(format!("write {rows} daily rated rows, 55 columns"), Unit::Rows, vec![rate(rows, took)]);
    table.add("the most memory of that", Unit::Mebibytes, vec![peak]);
    table.add("a row of it", Unit::Bytes, vec![per(u128::from(printed) * 100, u128::from(rows))]);
    Ok(())
}

/// Writes the month as Parquet, and has it rated by DuckDB and by pandas. Both must come to the document's total.
pub fn compare(table: &mut Table, data: &Path, number: &str, rows: u64, total: &str, close: Duration) -> Result<()> {
    let folder = data.join("focus");
    let (data_text, folder_text) = (text(data)?, text(&folder)?);
    let arguments =
        ["export", "focus", "--data", data_text, "--invoice", number, "--format", "parquet", "--output", folder_text];
    let Ran { took, peak, .. } = run(&arguments)?;
    table.add("write the month as FOCUS 1.4 in Parquet", Unit::Rows, vec![rate(rows, took)]);
    table.add("the most memory of that", Unit::Mebibytes, vec![peak]);
    let python = python(data)?;
    let script = data.join("rate.py");
    std::fs::write(&script, SCRIPT)?;
    let costs = costs(&folder)?;
    let meters: Vec<&str> = house::meters().into_iter().map(|meter| meter.id.as_str()).collect();
    std::fs::write(format!("{}.meters", text(&costs)?), meters.join("\n"))?;
    for tool in ["duckdb", "pandas"] {
        let output = Command::new(&python).arg(&script).arg(tool).arg(&costs).output()?;
        ensure!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
        let answer = String::from_utf8(output.stdout)?;
        let (minor, milliseconds) = answer.trim().split_once(' ').context("read what the script says")?;
        ensure!(minor == total, "{tool} comes to {minor} minor units and the document to {total}");
        let milliseconds: u64 = milliseconds.parse()?;
        table.add(format!("rate the same month with {tool}"), Unit::Milliseconds, vec![milliseconds * 100]);
        let hundredths = per(u128::from(milliseconds) * 100, close.as_millis());
        table.add(format!("{tool}, by the median of our close"), Unit::Times, vec![hundredths]);
    }
    Ok(())
}

/// The Parquet file of costs and usage in a folder.
fn costs(folder: &Path) -> Result<PathBuf> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "parquet") && text(&path)?.contains("cost") {
            return Ok(path);
        }
    }
    anyhow::bail!("find the file of costs in {}", folder.display())
}

/// A Python with DuckDB and pandas.
fn python(folder: &Path) -> Result<PathBuf> {
    let venv = folder.join("venv");
    let done = Command::new("python3").args(["-m", "venv"]).arg(&venv).status()?;
    ensure!(done.success(), "make a Python environment");
    let done =
        Command::new(venv.join("bin/pip")).args(["install", "--quiet", "duckdb", "pandas", "pyarrow"]).status()?;
    ensure!(done.success(), "install duckdb, pandas and pyarrow");
    Ok(venv.join("bin/python"))
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("read a path as text")
}
