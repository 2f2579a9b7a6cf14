//! Rates: how often each fault happens, read from a list of words and decimal numbers.

use std::{collections::BTreeMap, fmt};

/// What is certain. Unit: millionths.
pub(super) const ONE: u32 = 1_000_000;

/// The furthest that a clock may be wrong. Unit: seconds.
const CLOCK_SECONDS_MAX: i64 = 10 * 366 * 86_400;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A row is missing the first time that its window is read, and is there from then on. Rate: of windows.
    Late,
    /// The last row of a page stands on the next page, too. Rate: of pages.
    Repeat,
    /// A page comes twice. Rate: of pages.
    RepeatPage,
    /// A page is left out in one reading. Rate: of pages.
    Lose,
    /// 503 with Retry-After. Rate: of requests.
    Busy,
    /// An answer takes long. Rate: of requests.
    Slow,
    /// 504. Rate: of requests.
    Timeout,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Late, Self::Repeat, Self::RepeatPage, Self::Lose, Self::Busy, Self::Slow, Self::Timeout];

    /// Its word in a list.
    pub fn word(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Repeat => "repeat",
            Self::RepeatPage => "repeat-page",
            Self::Lose => "lose",
            Self::Busy => "busy",
            Self::Slow => "slow",
            Self::Timeout => "timeout",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// How often each fault happens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultRates {
    /// Unit: millionths.
    rates: BTreeMap<FaultKind, u32>,
    /// How far the clock is wrong; below zero it is late. Unit: seconds.
    pub clock_seconds: i64,
}

/// Why a list of faults cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultsError {
    /// A part is no word with a value.
    #[error("read the faults: {0:?} is not a word with a value, such as late=0.01")]
    Form(String),
    /// A word is unknown.
    #[error(
        "read the faults: {0:?} is unknown; there are late, repeat, repeat-page, lose, busy, slow, timeout and clock"
    )]
    Word(String),
    /// A word stands there twice.
    #[error("read the faults: {0:?} is given twice")]
    Twice(String),
    /// A rate is not between 0 and 1.
    #[error("read the faults: the rate {0:?} is not a decimal number from 0 to 1 with at most 6 decimals")]
    Rate(String),
    /// The clock's shift is no number of seconds.
    #[error("read the faults: {0:?} is not a whole number of seconds that a clock may be wrong, ten years at most")]
    Clock(String),
}

impl FaultRates {
    /// Reads a list such as `late=0.01,clock=-300`. An empty one has no faults.
    pub(super) fn parse(text: &str) -> Result<Self, FaultsError> {
        let mut read = Self::default();
        let mut clock = false;
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (word, value) = part.split_once('=').ok_or_else(|| FaultsError::Form(part.to_owned()))?;
            let (word, value) = (word.trim(), value.trim());
            let twice = if word == "clock" {
                read.clock_seconds = seconds(value).ok_or_else(|| FaultsError::Clock(value.to_owned()))?;
                std::mem::replace(&mut clock, true)
            } else {
                let kind = FaultKind::ALL.into_iter().find(|kind| kind.word() == word);
                let kind = kind.ok_or_else(|| FaultsError::Word(word.to_owned()))?;
                let rate = millionths(value).ok_or_else(|| FaultsError::Rate(value.to_owned()))?;
                read.rates.insert(kind, rate).is_some()
            };
            if twice {
                return Err(FaultsError::Twice(word.to_owned()));
            }
        }
        Ok(read)
    }

    /// How often a fault happens. Unit: millionths.
    pub fn rate(&self, kind: FaultKind) -> u32 {
        self.rates.get(&kind).copied().unwrap_or(0)
    }
}

fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().filter(|seconds: &i64| (-CLOCK_SECONDS_MAX..=CLOCK_SECONDS_MAX).contains(seconds))
}

/// Reads `0.01` as 10,000 millionths.
fn millionths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 6 || whole.len() > 6 {
        return None;
    }
    let below: u32 = format!("{decimals:0<6}").parse().ok()?;
    let whole: u32 = whole.parse().ok()?;
    whole.checked_mul(ONE)?.checked_add(below).filter(|rate| *rate <= ONE)
}

#[cfg(test)]
mod tests;
