//! Attempts: how often somebody was wrong lately, and who may compute a slow hash now.

use std::{
    collections::HashMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::Second;

use super::refusal::Refusal;

/// How often an account may be wrong in a minute.
const FAILURES_MAX: u32 = 10;
/// How long failures count. Unit: seconds.
const WINDOW_SECONDS: i64 = 60;
/// How many accounts are remembered.
const ACCOUNTS_MAX: usize = 10_000;
/// How many slow hashes are computed at the same time: each takes a processor and 19 MiB.
const HASHES_MAX: usize = 2;
/// How many wait for their turn. Each holds a thread.
const WAITING_MAX: usize = 16;
/// How long somebody waits for a turn.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Failures by account.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<String, Failures>>);

#[derive(Clone, Copy)]
struct Failures {
    since: Second,
    count: u32,
}

impl Failures {
    fn counts(self, now: Second) -> bool {
        // A clock that was set back must not lock anybody out for longer.
        self.since <= now && now.0.saturating_sub(self.since.0) < WINDOW_SECONDS
    }
}

impl Attempts {
    /// Refuses who was wrong too often.
    pub(super) fn check(&self, account: &str, now: Second) -> Result<(), Refusal> {
        match lock(&self.0).get(&account.to_lowercase()) {
            Some(known) if known.counts(now) && known.count >= FAILURES_MAX => {
                Err(Refusal::too_often(known.since.0.saturating_add(WINDOW_SECONDS).saturating_sub(now.0)))
            }
            _ => Ok(()),
        }
    }

    /// Notes that somebody was wrong.
    pub(super) fn note(&self, account: &str, now: Second) {
        let mut known = lock(&self.0);
        let account = account.to_lowercase();
        if known.len() >= ACCOUNTS_MAX && !known.contains_key(&account) {
            known.retain(|_, failures| failures.counts(now));
        }
        if known.len() >= ACCOUNTS_MAX && !known.contains_key(&account) {
            // Somebody tries many names. Those that are locked stay locked, the others begin anew.
            known.retain(|_, failures| failures.count >= FAILURES_MAX);
        }
        if known.len() >= ACCOUNTS_MAX {
            return;
        }
        let failures = known.entry(account).or_insert(Failures { since: now, count: 0 });
        if !failures.counts(now) {
            *failures = Failures { since: now, count: 0 };
        }
        failures.count = failures.count.saturating_add(1);
    }
}

/// Who computes a slow hash, and who waits.
#[derive(Default)]
pub(super) struct Turns {
    taken: Mutex<Taken>,
    freed: Condvar,
}

#[derive(Default)]
struct Taken {
    computing: usize,
    waiting: usize,
}

/// A turn, until it is dropped.
pub(super) struct Turn<'a>(&'a Turns);

impl Turns {
    /// Waits for a turn.
    pub(super) fn take(&self) -> Result<Turn<'_>, Refusal> {
        let mut taken = lock(&self.taken);
        if taken.computing >= HASHES_MAX {
            if taken.waiting >= WAITING_MAX {
                return Err(Refusal::busy());
            }
            taken.waiting = taken.waiting.saturating_add(1);
            let waited = self.freed.wait_timeout_while(taken, WAIT_MAX, |taken| taken.computing >= HASHES_MAX);
            taken = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(taken, _)| taken);
            taken.waiting = taken.waiting.saturating_sub(1);
            if taken.computing >= HASHES_MAX {
                return Err(Refusal::busy());
            }
        }
        taken.computing = taken.computing.saturating_add(1);
        Ok(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut taken = lock(&self.0.taken);
        taken.computing = taken.computing.saturating_sub(1);
        self.0.freed.notify_one();
    }
}

/// Takes a lock. What is under it is whole after each step.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
