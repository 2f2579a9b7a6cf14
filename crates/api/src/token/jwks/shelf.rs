//! Shelf: the keys of one issuer as they were last read, and when to read them again. It is handed the time.

use std::collections::HashMap;

use model::Second;

use super::{JwksError, PublicKey};

/// How long keys are used without being read again. Unit: seconds.
const FRESH_SECONDS: i64 = 10 * 60;
/// How long keys are used while they cannot be read again. Unit: seconds.
const STALE_SECONDS: i64 = 24 * 60 * 60;
/// How long to wait after reading, or trying to. Unit: seconds.
const PAUSE_SECONDS: i64 = 60;

/// The keys of one issuer.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    keys: HashMap<String, PublicKey>,
    /// When they were read.
    read: Option<Second>,
    /// When somebody last set out to read them.
    tried: Option<Second>,
}

/// What a shelf says when it is asked for a key.
#[derive(Debug)]
pub(super) enum Answer {
    /// This, without waiting.
    Now(Result<PublicKey, JwksError>),
    /// The keys have to be read first.
    Read,
}

impl Shelf {
    /// Asks for a key.
    pub(super) fn ask(&mut self, key_id: &str, now: Second) -> Answer {
        self.forget_the_future(now);
        let age = self.read.map(|read| now.0.saturating_sub(read.0));
        let known = self.keys.get(key_id);
        if let Some(key) = known
            && age.is_some_and(|age| age < FRESH_SECONDS)
        {
            return Answer::Now(Ok(key.clone()));
        }
        if self.tried.is_none_or(|tried| now.0.saturating_sub(tried.0) >= PAUSE_SECONDS) {
            return Answer::Read;
        }
        if age.is_none_or(|age| age >= STALE_SECONDS) {
            return Answer::Now(Err(JwksError::Unavailable));
        }
        Answer::Now(known.cloned().ok_or(JwksError::UnknownKey))
    }

    /// Asks for a key, and notes that the keys are being read if that is the answer.
    pub(super) fn ask_to_read(&mut self, key_id: &str, now: Second) -> Answer {
        let answer = self.ask(key_id, now);
        if matches!(answer, Answer::Read) {
            self.tried = Some(now);
        }
        answer
    }

    /// Takes keys that were just read in place of all others: what an issuer no longer publishes no longer counts.
    pub(super) fn put(&mut self, keys: HashMap<String, PublicKey>, now: Second) {
        self.keys = keys;
        self.read = Some(now);
    }

    /// When the clock was set back, what lies ahead counts as of now: else it would stay fresh until then.
    fn forget_the_future(&mut self, now: Second) {
        self.read = self.read.map(|read| read.min(now));
        self.tried = self.tried.map(|tried| tried.min(now));
    }
}
