//! Sheet: what stands on the pages of one document, ready to be shown.

use serde::Serialize;

/// Words that are longer than this get places to break. An id of 36 characters is shorter, and can be copied as it is.
///
/// Unit: characters.
const WORD_CHARACTERS_MAX: usize = 40;
/// So do words with a part between hyphens that is longer than this. Unit: characters.
const PART_CHARACTERS_MAX: usize = 24;
/// How far the added places to break are from each other. Unit: characters.
const RUN_STEP_CHARACTERS: usize = 8;
/// A place where a line may break, and nothing else.
const BREAK: char = '\u{200b}';

/// A document as the template reads it.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    /// The language of all texts, for breaking lines and for readers that speak.
    pub(crate) language: &'static str,
    /// The title of the file.
    pub(crate) title: String,
    /// What it is, on top of the first page.
    pub(crate) heading: String,
    /// What is said beside the heading, such as that it is not final.
    pub(crate) remark: Option<String>,
    /// Its number, or what stands in its place.
    pub(crate) number: String,
    /// What is known of the whole.
    pub(crate) facts: Vec<Fact>,
    /// The word for the sum, and the sum.
    pub(crate) total: (String, String),
    /// The tables, in order.
    pub(crate) blocks: Vec<Block>,
    /// What must be said at the end.
    pub(crate) notes: Vec<String>,
    /// The word for the fingerprint of the record, and the fingerprint.
    pub(crate) seal: Option<(String, String)>,
    /// What stands at the foot of every page.
    pub(crate) foot: String,
    /// The word between the number of the page and that of the last one.
    pub(crate) page_of: &'static str,
}

/// One fact with its name. More lines than the first are shown smaller.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    /// What it is.
    pub(crate) label: &'static str,
    /// It, by lines.
    pub(crate) lines: Vec<String>,
}

/// A table with its title.
#[derive(Debug, Serialize)]
pub(crate) struct Block {
    /// Its title.
    pub(crate) title: String,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Its rows.
    pub(crate) rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    /// Its head.
    pub(crate) head: String,
    /// To which side its cells go.
    pub(crate) align: Align,
    /// How wide it is.
    pub(crate) width: Width,
}

/// To which side something goes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Align {
    /// Words.
    Start,
    /// Numbers.
    End,
}

/// How wide a column is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Width {
    /// Unit: points.
    Points(usize),
    /// A part of what the others leave.
    Part(usize),
}

/// A row of a table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Row {
    /// What the rows up to the next group are about; on top again on each page.
    Group {
        /// What people call it.
        name: String,
        /// Its ids.
        ids: String,
    },
    /// Cells by column. Of a cell, more lines than the first are shown smaller.
    Cells(Vec<Vec<String>>),
    /// The sum of a group or of the table.
    Sum {
        /// Of what.
        label: String,
        /// By column, from the right.
        cells: Vec<String>,
    },
}

/// A text of a user as it may be shown: in one line, without marks that turn the direction of what follows, and with places
/// to break in long words.
pub(crate) fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let longest_part = word.split('-').map(|part| part.chars().count()).max().unwrap_or(0);
        let is_long = word.chars().count() > WORD_CHARACTERS_MAX || longest_part > PART_CHARACTERS_MAX;
        if !shown.is_empty() {
            shown.push(' ');
        }
        let mut run: usize = 0;
        for character in word.chars().filter(|character| !is_unseen(*character)) {
            // Marks that belong to the character before them are never parted from it.
            if is_long && run >= RUN_STEP_CHARACTERS && character.is_alphanumeric() {
                shown.push(BREAK);
                run = 0;
            }
            shown.push(character);
            run = run.saturating_add(1);
        }
    }
    shown
}

/// Control characters, and marks that change the direction of other text.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
}

/// A width that holds the longest of some texts of digits in one line, within bounds.
///
/// Unit: points.
pub(crate) fn wide_enough<'a>(texts: impl Iterator<Item = &'a str>, least: usize, most: usize) -> Width {
    let longest = texts.map(|text| text.chars().count()).max().unwrap_or(0);
    // Digits of the text size are narrower than five points, and a cell has a margin on both sides.
    Width::Points(longest.saturating_mul(5).saturating_add(10).clamp(least, most))
}
