//! Wait: how long a bridge rests after a failure, and what cuts a rest short.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use model::Second;
use tokio::sync::watch;

use crate::Retry;

/// The longest pause that a peer may ask for.
pub const RETRY_AFTER_MAX: Duration = Duration::from_mins(10);

/// Tells a bridge that it should end. It goes on to the end of the window in flight.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A stop that comes when the other end sends `true`.
    pub fn new(receiver: watch::Receiver<bool>) -> Self {
        Self(receiver)
    }

    /// A stop that never comes.
    pub fn never() -> Self {
        Self(watch::channel(false).1)
    }

    /// Whether it has come.
    pub fn has_come(&self) -> bool {
        *self.0.borrow()
    }

    /// Rests, but not longer than until the stop comes.
    pub async fn rest(&self, pause: Duration) {
        let mut receiver = self.0.clone();
        let come = async {
            if receiver.wait_for(|come| *come).await.is_err() {
                // Nobody is left who could stop it.
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = come => {}
        }
    }
}

/// The pause after so many failures: twice as long each time, and up to as much again, so that the bridges that lost the
/// same hub do not come back in the same moment.
///
/// Without chance: the name, the attempt and the present second decide.
pub fn pause(retry: &Retry, name: &str, attempt: u32, now: Second, asked: Option<Duration>) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let grown = retry.first_pause.saturating_mul(1 << doublings).min(retry.longest_pause);
    grown.saturating_add(share(grown, name, attempt, now)).max(asked.unwrap_or_default().min(RETRY_AFTER_MAX))
}

/// A part of a time, from nothing to nearly all of it.
pub fn share(whole: Duration, name: &str, attempt: u32, now: Second) -> Duration {
    let mut hasher = DefaultHasher::new();
    (name, attempt, now.0).hash(&mut hasher);
    let micros = u64::try_from(whole.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(hasher.finish().checked_rem(micros).unwrap_or(0))
}

/// Reads `Retry-After`: seconds, or a date, which is counted from the answer's own `Date` where it has one.
///
/// Source: RFC 9110, 10.2.3.
pub fn read_retry_after(value: &str, date: Option<&str>, now: Second) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let asked = read_http_date(value)?;
    let from = date.and_then(read_http_date).unwrap_or(now);
    Some(Duration::from_secs(u64::try_from(asked.0.saturating_sub(from.0)).unwrap_or(0)))
}

/// Reads a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Source: RFC 9110, 5.6.7. The two obsolete forms are not read.
pub fn read_http_date(text: &str) -> Option<Second> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = text.trim().split_once(", ")?;
    let [day, month, year, time, "GMT"] = date.split(' ').collect::<Vec<_>>()[..] else { return None };
    let month = (1..).zip(MONTHS).find_map(|(number, name): (u8, _)| (name == month).then_some(number))?;
    Second::parse(&format!("{year}-{month:02}-{day:0>2}T{time}Z")).ok()
}

#[cfg(test)]
mod tests;
