//! Dice: chance that can be asked in any order and always answers the same.

use model::Hour;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Words between the draws of two hours. Unit: 32-bit words; far more than one resource draws in an hour.
const WORDS_PER_HOUR: u128 = 256;

/// All chance of one cloud.
#[derive(Debug, Clone)]
pub struct Chance {
    seeded: ChaCha8Rng,
}

/// The draws of one subject in one hour.
#[derive(Debug)]
pub struct Dice {
    stream: ChaCha8Rng,
}

impl Chance {
    /// The chance of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seeded: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The draws that decide what a subject is.
    pub fn of_subject(&self, subject: u64) -> Dice {
        self.of_hour(subject, Hour(u32::MAX))
    }

    /// The draws that decide what happens to a subject in an hour.
    pub fn of_hour(&self, subject: u64, hour: Hour) -> Dice {
        let mut stream = self.seeded.clone();
        stream.set_stream(subject);
        stream.set_word_pos(u128::from(hour.0).saturating_mul(WORDS_PER_HOUR));
        Dice { stream }
    }
}

impl Dice {
    /// A number from 0 to `bound`, exclusive; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.stream.next_u64()).saturating_mul(u128::from(bound)) >> 64;
        u64::try_from(wide).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        low.saturating_add(self.below(high.saturating_sub(low).saturating_add(1)))
    }

    /// True once in `times` draws.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of the values; the first of an empty list does not exist.
    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
        usize::try_from(self.below(count)).ok().and_then(|index| values.get(index))
    }

    /// A draw as eight hexadecimal digits.
    pub fn hex(&mut self) -> String {
        format!("{:08x}", self.stream.next_u32())
    }
}
