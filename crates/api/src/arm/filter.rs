//! Filter: which items of a list are asked for, and how many: `$filter` and `$top`.
//!
//! Source: Azure Resource Manager resources list 2021-04-01; OData 4.01 part 2, 5.1.1, of which comparisons with `eq`, calls
//! and `and` are understood.

use crate::{call::Call, error::ApiError};

/// How many comparisons and calls a filter may have.
const NODES_MAX: usize = 50;

/// The largest `$top`.
const TOP_MAX: usize = 1_000_000;

/// What a filter may speak of.
pub(crate) struct Words {
    /// What can be compared.
    pub(crate) fields: &'static [&'static str],
    /// What can be called without an argument.
    pub(crate) calls: &'static [&'static str],
    /// What can be called with a text.
    pub(crate) calls_with_text: &'static [&'static str],
}

/// One condition. All of them must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    /// The field or the function, as the list of words has it.
    pub(crate) word: &'static str,
    /// What it is compared with, or the argument.
    pub(crate) text: String,
}

/// Why a filter cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FilterProblem {
    /// Where: how many characters stand before it.
    pub(crate) position: usize,
    /// What should stand there.
    pub(crate) expected: String,
}

/// The conditions of a call; none when it has no filter or an empty one.
pub(super) fn conditions(call: &Call<'_>, words: &Words) -> Result<Vec<Condition>, ApiError> {
    read(call.query.get("$filter").unwrap_or_default(), words).map_err(|problem| {
        let FilterProblem { position, expected } = problem;
        ApiError::bad_request("InvalidFilter", format!("The $filter is invalid at position {position}: {expected}."))
    })
}

/// How many items a call wants at the most.
pub(super) fn top(call: &Call<'_>) -> Result<usize, ApiError> {
    let Some(sent) = call.query.get("$top").filter(|sent| !sent.is_empty()) else { return Ok(usize::MAX) };
    let digits = sent.bytes().all(|byte| byte.is_ascii_digit());
    let number = sent.parse().ok().filter(|number| digits && (1..=TOP_MAX).contains(number));
    number.ok_or_else(|| {
        ApiError::bad_request("InvalidParameter", format!("The $top {sent:?} is no number from 1 to {TOP_MAX}."))
    })
}

/// Reads a filter.
pub(crate) fn read(text: &str, words: &Words) -> Result<Vec<Condition>, FilterProblem> {
    let mut reader = Reader { text, rest: text };
    let mut found = Vec::new();
    reader.skip_blanks();
    if reader.rest.is_empty() {
        return Ok(found);
    }
    loop {
        if found.len() == NODES_MAX {
            return Err(reader.problem(&format!("there are more than {NODES_MAX} conditions")));
        }
        found.push(reader.condition(words)?);
        if reader.rest.is_empty() {
            return Ok(found);
        }
        if !reader.word().eq_ignore_ascii_case("and") {
            return Err(reader.problem("'and' or the end is expected"));
        }
        reader.pass_word();
    }
}

/// What was not read yet.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn problem(&self, expected: &str) -> FilterProblem {
        let read = self.text.len().saturating_sub(self.rest.len());
        let position = self.text.get(..read).map_or(0, |read| read.chars().count());
        FilterProblem { position, expected: expected.to_owned() }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    /// The letters and digits that come next.
    fn word(&self) -> &'a str {
        let end = self.rest.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        self.rest.get(..end).unwrap_or_default()
    }

    fn pass_word(&mut self) {
        self.rest = self.rest.get(self.word().len()..).unwrap_or_default();
        self.skip_blanks();
    }

    fn pass(&mut self, sign: char) -> bool {
        let Some(rest) = self.rest.strip_prefix(sign) else { return false };
        self.rest = rest;
        self.skip_blanks();
        true
    }

    fn condition(&mut self, words: &Words) -> Result<Condition, FilterProblem> {
        let named = |list: &[&'static str]| list.iter().copied().find(|one| one.eq_ignore_ascii_case(self.word()));
        if let Some(word) = named(words.fields) {
            self.pass_word();
            if !self.word().eq_ignore_ascii_case("eq") {
                return Err(self.problem("'eq' is expected"));
            }
            self.pass_word();
            return Ok(Condition { word, text: self.quoted()? });
        }
        let plain = named(words.calls);
        let with_text = named(words.calls_with_text);
        let Some(word) = plain.or(with_text) else {
            let known: Vec<&str> = [words.fields, words.calls, words.calls_with_text].concat();
            return Err(self.problem(&format!("one of {} is expected", known.join(", "))));
        };
        self.pass_word();
        if !self.pass('(') {
            return Err(self.problem("'(' is expected"));
        }
        let text = if plain.is_some() { String::new() } else { self.quoted()? };
        if !self.pass(')') {
            return Err(self.problem("')' is expected"));
        }
        Ok(Condition { word, text })
    }

    /// A text between quotes, in which a quote is written twice.
    fn quoted(&mut self) -> Result<String, FilterProblem> {
        let Some(mut left) = self.rest.strip_prefix('\'') else {
            return Err(self.problem("a text between single quotes is expected"));
        };
        let mut text = String::new();
        while let Some((part, after)) = left.split_once('\'') {
            text.push_str(part);
            let Some(after) = after.strip_prefix('\'') else {
                self.rest = after;
                self.skip_blanks();
                return Ok(text);
            };
            text.push('\'');
            left = after;
        }
        Err(self.problem("this text has no closing quote"))
    }
}

#[cfg(test)]
mod tests;
