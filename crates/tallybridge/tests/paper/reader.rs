//! Reader: what other programs read in a PDF.

use std::{path::Path, process::Command};

fn read(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}: install poppler-utils and qpdf"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The text of all pages. Columns are parted by a bar, because how many blanks part them is the reader's choice.
pub fn text(pdf: &Path) -> String {
    let text = read("pdftotext", &["-layout", pdf.to_str().unwrap(), "-"]);
    let line = |line: &str| {
        let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join(" | ")
    };
    let lines: Vec<String> = text.split(['\n', '\u{c}']).map(line).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Proves that the structure of a file is sound, and gives its number of pages.
pub fn pages(pdf: &Path) -> u32 {
    let said = read("qpdf", &["--check", pdf.to_str().unwrap()]);
    assert!(said.contains("No syntax or stream encoding errors"), "{said}");
    read("qpdf", &["--show-npages", pdf.to_str().unwrap()]).trim().parse().unwrap()
}
