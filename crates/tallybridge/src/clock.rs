//! Clock: the only place that reads the machine's time.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use hub::Clock;
use model::Second;

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Second {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Second(i64::try_from(since).unwrap_or(i64::MAX))
    }
}

/// A clock that shows what it is set to: a story has its own time.
pub struct StoryClock(AtomicI64);

impl StoryClock {
    /// A clock that shows a moment.
    pub fn new(now: Second) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Sets the clock.
    pub fn set(&self, now: Second) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Second {
        Second(self.0.load(Ordering::SeqCst))
    }
}
