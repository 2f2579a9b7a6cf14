//! Reads a page: its table of verdicts, and its fenced tables by worked example.

use std::{collections::BTreeMap, path::Path};

/// A fenced block: ```` ```kind argument argument ````.
#[derive(Debug, Clone)]
pub struct Block {
    pub kind: String,
    pub arguments: Vec<String>,
    pub text: String,
}

/// One row of a block's table by column.
pub type Row = BTreeMap<String, String>;

/// A worked example: the blocks that all examples of the page share, and then its own.
#[derive(Debug)]
pub struct Example {
    pub title: String,
    pub blocks: Vec<Block>,
}

pub fn read(room: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/rooms/{room}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("read {}: {error}", path.display()))
}

/// The words in the first column of the tables under `## Verdicts`, in their order.
pub fn verdicts(page: &str) -> Vec<String> {
    let (_, section) = page.split_once("\n## Verdicts\n").expect("a section of verdicts");
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `"));
    cells.filter_map(|cell| cell.split_once('`')).map(|(word, _)| word.to_owned()).collect()
}

pub fn examples(page: &str) -> Vec<Example> {
    let (_, section) = page.split_once("\n## Worked examples\n").expect("worked examples");
    let mut parts = section.split("\n### ");
    let shared = blocks(parts.next().unwrap_or_default());
    let example = |part: &str| {
        let title = part.lines().next().unwrap_or_default().to_owned();
        Example { title, blocks: shared.iter().cloned().chain(blocks(part)).collect() }
    };
    let examples: Vec<Example> = parts.map(example).collect();
    assert!(!examples.is_empty(), "a page without an example proves nothing");
    examples
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                let mut words = info.split_whitespace().map(str::to_owned);
                let kind = words.next().expect("a fenced block says what it is");
                open = Some(Block { kind, arguments: words.collect(), text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fenced block is not closed");
    blocks
}

impl Block {
    /// The table: a header, then rows with as many cells. `-` is an empty cell.
    pub fn rows(&self) -> Vec<Row> {
        let mut lines = self.text.lines().filter(|line| !line.trim().is_empty());
        let header: Vec<&str> = lines.next().expect("a header row").split_whitespace().collect();
        lines
            .map(|line| {
                let cells: Vec<&str> = line.split_whitespace().collect();
                assert_eq!(cells.len(), header.len(), "{line:?} has not the columns {header:?}");
                header.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect()
            })
            .collect()
    }

    /// The header's columns and the rows' cells, to be compared with what came out.
    pub fn lines(&self) -> Vec<String> {
        self.text.lines().filter(|line| !line.trim().is_empty()).map(normal).collect()
    }
}

fn normal(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compares a table with what came out, row by row and in order; the message shows what could stand in the page.
pub fn check(title: &str, expected: &Block, header: &str, actual: &[String]) {
    let actual: Vec<String> = std::iter::once(header).chain(actual.iter().map(String::as_str)).map(normal).collect();
    assert!(
        expected.lines() == actual,
        "{title}: the table {:?} should read\n{}\nand it reads\n{}",
        expected.kind,
        actual.join("\n"),
        expected.text
    );
}

/// The cell of a column, or nothing for `-`.
pub fn cell<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    let text = row.get(column).unwrap_or_else(|| panic!("no column {column:?} in {row:?}"));
    (text != "-").then_some(text.as_str())
}

/// The cell of a column that must not be empty.
pub fn need<'a>(row: &'a Row, column: &str) -> &'a str {
    cell(row, column).unwrap_or_else(|| panic!("an empty {column:?} in {row:?}"))
}

/// `-` for nothing.
pub fn dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
