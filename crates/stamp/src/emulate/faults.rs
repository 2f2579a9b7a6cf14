//! Faults: a source that fails as real ones do, on demand and by a seed, so that whoever reads it can be tested.
//!
//! Every fault ends. What is refused is answered within a few tries. Rows are late, lost or repeated only in the first
//! reading of their window. So whoever reads a window twice has, the second time, what is there.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::{Hour, Second, UserSubscription};

use crate::{Granularity, Page, Place, Position, Row, Selection, Source, SourceError, emulate::dice::Chance};

mod rates;

pub use rates::{FaultKind, FaultRates, FaultsError};

/// How often in a row the same request is refused. Then it is answered.
const REFUSALS_MAX: u64 = 2;

/// How many requests and places are remembered. Beyond it the memory begins anew, and faults may happen again.
const REMEMBERED_MAX: usize = 1_000_000;

/// What a caller is asked to wait by a busy source. Unit: seconds.
const BUSY_SECONDS: u64 = 1;

/// Waits, when an answer is slow. A source has no clock of its own, so whoever makes it says how.
pub type Pause = Box<dyn Fn() + Send + Sync>;

/// How often each fault happened.
pub type FaultCounts = BTreeMap<FaultKind, u64>;

/// A source with faults.
pub struct Faults {
    source: Arc<dyn Source>,
    rates: FaultRates,
    chance: Chance,
    pause: Pause,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    counts: FaultCounts,
    /// How often each request was refused.
    refusals: HashMap<u64, u64>,
    /// Places that had their chance of a fault.
    spent: HashSet<(FaultKind, Spot)>,
    /// Windows, and days of daily rows, that were read to their end.
    read: HashSet<(Granularity, u32)>,
}

/// A place among the rows, however it is asked for: granularity, reported hour, and row.
type Spot = (Granularity, u32, u64);

fn spot(granularity: Granularity, position: Position) -> Spot {
    (granularity, position.reported.0, position.row)
}

impl Faults {
    /// Lets a source fail. The same seed and the same requests give the same faults.
    pub fn new(source: Arc<dyn Source>, rates: FaultRates, seed: u64, pause: Pause) -> Self {
        Self { source, rates, chance: Chance::new(seed), pause, state: Mutex::default() }
    }

    /// Reads a list such as `late=0.01,repeat=0.02,busy=0.05,clock=-300`.
    ///
    /// # Errors
    ///
    /// When a word is unknown or stands there twice, or a rate is not between 0 and 1.
    pub fn parse(text: &str) -> Result<FaultRates, FaultsError> {
        FaultRates::parse(text)
    }

    /// How often each fault happened until now.
    pub fn counts(&self) -> FaultCounts {
        self.state().counts.clone()
    }

    /// Whether chance wants a fault at a place. It is asked once for each, so a fault happens once.
    fn strikes(&self, kind: FaultKind, spot: Spot) -> bool {
        let rate = self.rates.rate(kind);
        if rate == 0 {
            return false;
        }
        let mut state = self.state();
        if state.read.contains(&(spot.0, spot.1)) {
            return false;
        }
        if state.spent.len() >= REMEMBERED_MAX {
            state.spent.clear();
        }
        if !state.spent.insert((kind, spot)) {
            return false;
        }
        let (granularity, reported, row) = spot;
        let strikes = self.draw(kind, [number_of(granularity), reported.into(), row]) < u64::from(rate);
        if strikes {
            count(&mut state, kind);
        }
        strikes
    }

    /// Refuses a request, or lets it wait. The same one is refused a few times at most.
    fn refuse(&self, request: u64) -> Result<(), SourceError> {
        let kind = {
            let mut state = self.state();
            let tried = state.refusals.get(&request).copied().unwrap_or(0);
            if tried >= REFUSALS_MAX {
                return Ok(());
            }
            let kinds = [FaultKind::Busy, FaultKind::Timeout, FaultKind::Slow];
            let strikes = |kind: &FaultKind| self.draw(*kind, [request, tried, 0]) < u64::from(self.rates.rate(*kind));
            let kind = kinds.into_iter().find(strikes);
            // A request that was answered has had its chance.
            let tried = if kind.is_some() { tried.saturating_add(1) } else { REFUSALS_MAX };
            if state.refusals.len() >= REMEMBERED_MAX {
                state.refusals.clear();
            }
            state.refusals.insert(request, tried);
            if let Some(kind) = kind {
                count(&mut state, kind);
            }
            kind
        };
        match kind {
            Some(FaultKind::Busy) => Err(SourceError::Busy(BUSY_SECONDS)),
            Some(FaultKind::Timeout) => Err(SourceError::Slow),
            Some(_) => {
                (self.pause)();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// A number below a million that follows from the seed and what it is about.
    fn draw(&self, kind: FaultKind, about: [u64; 3]) -> u64 {
        let kind = FaultKind::ALL.iter().zip(1_u64..).find(|(one, _)| **one == kind).map_or(0, |(_, number)| number);
        let [first, second, third] = about;
        self.chance.of_subject(mix(&[kind, first, second, third])).below(rates::ONE.into())
    }

    /// Keeps the last row of a window back the first time that it is reached: it seems to come later.
    fn hold_back(&self, selection: &Selection, page: &mut Page) {
        let mut index = 0;
        while let Some(row) = page.rows.get(index) {
            let reported = row.position.reported;
            let following = page.rows.get(index.saturating_add(1)).map(|row| row.position).or(page.next);
            let last = following.is_none_or(|following| following.reported != reported);
            // One chance for each window: its place is that of its first row.
            let spot = spot(selection.granularity, Position { reported, row: 0 });
            if last && self.strikes(FaultKind::Late, spot) {
                page.rows.remove(index);
            } else {
                index = index.saturating_add(1);
            }
        }
    }

    /// Sends the reader to a wrong place for the next page, once. Gives the rows that are left out.
    fn mislead(
        &self,
        selection: &Selection,
        from: Position,
        rows_max: usize,
        page: &mut Page,
    ) -> Result<Vec<Row>, SourceError> {
        let Some(next) = page.next else { return Ok(Vec::new()) };
        let spot = spot(selection.granularity, next);
        if self.strikes(FaultKind::Lose, spot) {
            let lost = self.source.usage(selection, next, rows_max)?;
            page.next = lost.next;
            return Ok(lost.rows);
        }
        if page.rows.len() > 1 && self.strikes(FaultKind::Repeat, spot) {
            page.next = page.rows.last().map(|row| row.position);
        } else if self.strikes(FaultKind::RepeatPage, spot) {
            page.next = Some(from);
        }
        Ok(Vec::new())
    }

    /// Remembers which windows have come to their end.
    fn finish(&self, granularity: Granularity, reached: BTreeSet<Hour>, next: Option<Position>) {
        let mut state = self.state();
        if state.read.len() >= REMEMBERED_MAX {
            state.read.clear();
        }
        let ended = reached.into_iter().filter(|reported| next.is_none_or(|next| *reported < next.reported));
        state.read.extend(ended.map(|reported| (granularity, reported.0)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(state: &mut State, kind: FaultKind) {
    let count = state.counts.entry(kind).or_default();
    *count = count.saturating_add(1);
}

fn number_of(granularity: Granularity) -> u64 {
    match granularity {
        Granularity::Hourly => 0,
        Granularity::Daily => 1,
    }
}

/// One number for several: the same on every machine and in every release, which the hashes of the library are not.
fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0xcbf2_9ce4_8422_2325, |mixed, part| {
        let mixed = (mixed ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    })
}

impl Source for Faults {
    fn place(&self) -> &Place {
        self.source.place()
    }

    fn now(&self) -> Second {
        Second(self.source.now().0.saturating_add(self.rates.clock_seconds))
    }

    fn processed_until(&self) -> Result<Hour, SourceError> {
        self.source.processed_until()
    }

    fn subscriptions(&self) -> Result<Arc<Vec<UserSubscription>>, SourceError> {
        self.source.subscriptions()
    }

    fn usage(&self, selection: &Selection, from: Position, rows_max: usize) -> Result<Page, SourceError> {
        let Selection { reported, granularity, subscribers: _ } = selection;
        let range = [u64::from(reported.start.0), u64::from(reported.end.0), number_of(*granularity)];
        self.refuse(mix(&[range[0], range[1], range[2], from.reported.0.into(), from.row]))?;
        let mut page = self.source.usage(selection, from, rows_max)?;
        let lost = self.mislead(selection, from, rows_max, &mut page)?;
        let reached = page.rows.iter().chain(&lost).map(|row| row.position.reported).collect();
        self.hold_back(selection, &mut page);
        self.finish(*granularity, reached, page.next);
        Ok(page)
    }

    fn service(&self) -> Option<&crate::UsageService> {
        self.source.service()
    }
}

#[cfg(test)]
mod tests;
