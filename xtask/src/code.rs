//! Code: what Rust source in the crates may not say.

use crate::{
    breach::Breach,
    house::{House, extension, is_test},
    lexer::{self, Kind, code_lines, has_word},
};

/// The crates that know usage or money.
const EXACT: &[&str] = &["crates/model/src/", "crates/billing/src/", "crates/store/src/"];

/// How a statement in SQL begins, blanks made single.
const STATEMENTS: &[&str] = &["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE "];

/// Where a program learns what it was not told: the time, chance, its surroundings.
const OUTSIDE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "getrandom",
    "thread_rng",
    "rand::rng",
    "OsRng",
    "from_os_rng",
    "from_entropy",
    "new_v4",
    "now_v7",
    "env::var",
];

/// The executable, which hands the time and chance to all others.
const EXECUTABLE: &str = "crates/tallybridge/";

/// The one file of the executable that reads the machine's time.
const CLOCK: &str = "crates/tallybridge/src/clock.rs";

/// Places outside the executable that may all the same, with the reason. This list only shrinks.
const ALLOWANCES: &[Allowance] = &[];

/// A place that may learn one thing from outside.
#[derive(Debug, Clone, Copy)]
struct Allowance {
    /// The file.
    path: &'static str,
    /// One of [`OUTSIDE`].
    word: &'static str,
}

/// What no crate may say, with what to do instead.
const MARKS: &[(&str, &str)] = &[
    ("#[allow", "use #[expect(lint, reason = \"...\")] on the smallest item"),
    ("#![allow", "use #[expect(lint, reason = \"...\")] on the smallest item"),
    ("#[ignore", "a test that does not run proves nothing: fix it or delete it"),
];

fn is_rust_of_a_crate(path: &str) -> bool {
    path.starts_with("crates/") && extension(path) == Some("rs")
}

/// No float type and no float number in the crates that know usage or money, nor in their tests.
pub(crate) fn floats(path: &str, text: &str) -> Vec<Breach> {
    if extension(path) != Some("rs") || !EXACT.iter().any(|folder| path.starts_with(folder)) {
        return Vec::new();
    }
    code_lines(text)
        .iter()
        .filter_map(|(line, code)| float_in(code).map(|found| (line, found)))
        .map(|(line, found)| Breach::at(path, *line, format!("{found} is a float: usage and money are exact")))
        .collect()
}

/// The first float type or float number in a line of code.
fn float_in(code: &str) -> Option<String> {
    let mut rest = code;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|character| !lexer::is_name(character)).unwrap_or(rest.len());
        if length == 0 {
            before = first;
            rest = rest.get(first.len_utf8()..)?;
            continue;
        }
        let (word, after) = rest.split_at(length);
        if is_float(word, before, after) {
            let fraction = after.chars().take_while(|next| *next == '.' || lexer::is_name(*next));
            return Some(word.chars().chain(fraction).collect());
        }
        before = 'x';
        rest = after;
    }
    None
}

fn is_float(word: &str, before: char, after: &str) -> bool {
    if matches!(word, "f32" | "f64") {
        return true;
    }
    let other_base = word.starts_with("0x") || word.starts_with("0b") || word.starts_with("0o");
    // Behind a point stands the number of a tuple's field.
    if !word.starts_with(|first: char| first.is_ascii_digit()) || other_base || before == '.' {
        return false;
    }
    let has_fraction = after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let has_suffix = word.ends_with("f32") || word.ends_with("f64");
    let has_exponent = word.split_once(['e', 'E']).is_some_and(|(_, exponent)| {
        exponent.is_empty() && after.starts_with(['-', '+']) || exponent.starts_with(|next: char| next.is_ascii_digit())
    });
    has_fraction || has_suffix || has_exponent
}

/// No SQL outside the store. Tests may look into a database.
pub(crate) fn sql(path: &str, text: &str) -> Vec<Breach> {
    if !is_rust_of_a_crate(path) || path.starts_with("crates/store/") || is_test(path) {
        return Vec::new();
    }
    lexer::pieces(text)
        .iter()
        .filter(|piece| piece.kind == Kind::Literal)
        .filter_map(|piece| {
            let words = format!("{} ", piece.text.split_whitespace().collect::<Vec<_>>().join(" "));
            let statement = STATEMENTS.iter().find(|statement| words.contains(**statement))?;
            Some(Breach::at(path, piece.line, format!("{statement}is SQL, which only crates/store speaks")))
        })
        .collect()
}

/// No clock, no chance and no surroundings outside the executable. Tests may have a clock.
pub(crate) fn clocks_and_dice(path: &str, text: &str) -> Vec<Breach> {
    outside_words(path, text)
        .into_iter()
        .filter(|(_, word)| !ALLOWANCES.iter().any(|allowed| allowed.path == path && allowed.word == *word))
        .map(|(line, word)| Breach::at(path, line, format!("{word}: take the value as an argument instead")))
        .collect()
}

fn outside_words(path: &str, text: &str) -> Vec<(usize, &'static str)> {
    if !is_rust_of_a_crate(path) || path == CLOCK || is_test(path) {
        return Vec::new();
    }
    // The executable may throw dice and look around; only its clock may read the time.
    let is_refused = |word: &str| !path.starts_with(EXECUTABLE) || word.ends_with("::now");
    code_lines(text)
        .iter()
        .flat_map(|(line, code)| OUTSIDE.iter().filter(|word| has_word(code, word)).map(|word| (*line, *word)))
        .filter(|(_, word)| is_refused(word))
        .collect()
}

/// An allowance that is no longer needed must go.
pub(crate) fn unused_allowances(house: &House) -> Vec<Breach> {
    unused(house, ALLOWANCES)
}

fn unused(house: &House, allowances: &[Allowance]) -> Vec<Breach> {
    let is_used = |allowed: &&Allowance| {
        let text = house.text(allowed.path).unwrap_or_default();
        !outside_words(allowed.path, text).iter().any(|(_, word)| *word == allowed.word)
    };
    allowances
        .iter()
        .filter(is_used)
        .map(|allowed| Breach::of("xtask/src/code.rs", format!("{} no longer needs {}", allowed.path, allowed.word)))
        .collect()
}

/// No marks of unfinished or silenced work.
pub(crate) fn marks(path: &str, text: &str) -> Vec<Breach> {
    if !is_rust_of_a_crate(path) {
        return Vec::new();
    }
    let in_code = code_lines(text).into_iter().flat_map(|(line, code)| {
        let squeezed = code.replace(' ', "");
        MARKS
            .iter()
            .filter(move |(mark, _)| squeezed.contains(mark))
            .map(move |(mark, advice)| (line, format!("{mark}: {advice}")))
    });
    let in_comments = lexer::pieces(text)
        .into_iter()
        .filter(|piece| piece.kind == Kind::Comment)
        .filter(|piece| ["TODO", "FIXME", "XXX"].iter().any(|mark| has_word(&piece.text, mark)))
        .map(|piece| (piece.line, "unfinished: do it, or say plainly what is missing".to_owned()));
    in_code.chain(in_comments).map(|(line, text)| Breach::at(path, line, text)).collect()
}

#[cfg(test)]
mod tests;
