//! Life: what becomes of a virtual machine between its first and its last hour.

use std::{ops::Range, sync::Arc};

use model::Hour;

use crate::emulate::{calendar::Calendar, dice::Dice};

/// The most phases of one machine, so that a long plan stays small.
const PHASES_MAX: usize = 64;

/// Whether a machine holds its processors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// Its system is shut down, and it is still allocated. Source: domain notes E.7: it counts as if it ran.
    Stopped,
    /// It is deallocated. Source: domain notes E.7: it counts nothing.
    Deallocated,
}

/// A span in which nothing about a machine changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// Its first hour. It ends where the next one begins.
    pub from: Hour,
    /// Whether it holds its processors.
    pub state: State,
    /// Unit: virtual processors.
    pub vcpus: u64,
    /// What its rows say about it. The size is in there.
    pub instance_data: Arc<str>,
}

/// A virtual machine that is stopped, deallocated and resized in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The meter of its processors.
    pub meter: &'static str,
    /// When it is allocated. Outside of these hours it is deallocated.
    pub calendar: Calendar,
    /// At least one, in order.
    pub phases: Vec<Phase>,
}

impl Machine {
    /// What the machine is in an hour.
    pub fn phase(&self, hour: Hour) -> Option<&Phase> {
        let after = self.phases.partition_point(|phase| phase.from <= hour);
        self.phases.get(after.saturating_sub(1))
    }

    /// Its phase, if it counts in this hour.
    pub fn counts(&self, hour: Hour) -> Option<&Phase> {
        self.phase(hour).filter(|phase| phase.state != State::Deallocated && self.calendar.works(hour))
    }
}

/// A change in the life of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It goes into another state.
    Into(State),
    /// It gets another size.
    Resized,
}

/// The turns of a machine with their hours. Half of all machines have none.
pub fn turns(runs: &Range<Hour>, dice: &mut Dice) -> Vec<(Hour, Turn)> {
    let mut turns = Vec::new();
    if dice.one_in(2) {
        return turns;
    }
    let later = |hour: Hour, hours: u64| hour.plus(u32::try_from(hours).unwrap_or(u32::MAX));
    let mut hour = later(runs.start, dice.within(12, 24 * 12));
    while hour < runs.end && turns.len() < PHASES_MAX {
        match dice.below(3) {
            0 => turns.push((hour, Turn::Resized)),
            draw => {
                let (state, longest) = if draw == 1 { (State::Stopped, 30) } else { (State::Deallocated, 100) };
                turns.push((hour, Turn::Into(state)));
                hour = later(hour, dice.within(2, longest));
                turns.push((hour, Turn::Into(State::Running)));
            }
        }
        hour = later(hour, dice.within(24 * 2, 24 * 20));
    }
    turns
}
