//! Run: one seeded history of disturbances, and what must be true after it.

use std::{fmt, sync::atomic::Ordering, time::Duration};

use model::Hour;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use stamp::emulate::{Plan, Profile};

use crate::{account, world::World};

/// What happened in some runs.
#[derive(Debug, Default)]
pub struct Tally {
    counts: [u64; KINDS.len()],
}

/// The kinds of disturbance, as they are counted.
const KINDS: [&str; 14] = [
    "requests that passed",
    "delayed",
    "cut",
    "doubled",
    "reordered",
    "told to come back",
    "bridges killed",
    "bridges that ran beside another",
    "hubs killed",
    "hubs restored from a backup",
    "stamps restarted",
    "runs with 30 days offline",
    "runs with a stamp that repeats, loses and is late",
    "windows",
];

const BRIDGES_KILLED: usize = 6;
const BRIDGES_BESIDE: usize = 7;
const HUBS_KILLED: usize = 8;
const HUBS_RESTORED: usize = 9;
const STAMPS_RESTARTED: usize = 10;
const RUNS_OFFLINE: usize = 11;
const RUNS_FAULTY: usize = 12;
const WINDOWS: usize = 13;

impl Tally {
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in self.counts.iter_mut().zip(other.counts) {
            *sum += more;
        }
    }

    pub fn every_kind_happened(&self) -> bool {
        self.counts.iter().all(|count| *count > 0)
    }

    fn note(&mut self, kind: usize) {
        self.counts[kind] += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<String> = KINDS.iter().zip(self.counts).map(|(kind, count)| format!("{count} {kind}")).collect();
        formatter.write_str(&each.join(", "))
    }
}

/// Does one run and compares.
pub fn run(seed: u64) -> Tally {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut tally = Tally::default();
    let offline = seed.is_multiple_of(12);
    let days = if offline { 33 } else { chance.random_range(2..5) };
    let resources = if offline { 8 } else { chance.random_range(6..24) };
    let start = Hour::parse("2026-10-01T00").unwrap();
    let plan = Plan::of(Profile::SmallOffice, seed, start, days, Some(resources)).unwrap();
    let (days, resources, named) = (days.to_string(), resources.to_string(), seed.to_string());
    let mut arguments: Vec<&str> = vec!["stamp", "emulate", "--profile", "small-office", "--seed", &named];
    arguments.extend(["--listen", "127.0.0.1:0", "--start", "2026-10-01T00", "--days", &days]);
    arguments.extend(["--fast-forward", "--resources", &resources]);
    // Every second stamp is one that misbehaves by itself.
    let faulty = seed.is_multiple_of(2);
    if faulty {
        arguments
            .extend(["--faults", "late=0.02,repeat=0.03,repeat-page=0.02,lose=0.02,busy=0.02,slow=0.01,timeout=0.01"]);
        tally.note(RUNS_FAULTY);
    }
    let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
    let mut world = World::start(plan, seed, &arguments);
    tally.counts[WINDOWS] = u64::from(world.hours());
    if offline {
        // The first days come in; then nothing for thirty days.
        world.bridge_once(&["--until", "2026-10-03T00"]);
        tally.note(RUNS_OFFLINE);
    }
    disturb(&mut world, &mut chance, &mut tally);
    finish(world, seed, faulty, &mut tally);
    tally
}

/// Makes trouble for a while.
fn disturb(world: &mut World, chance: &mut ChaCha8Rng, tally: &mut Tally) {
    world.start_bridge();
    for _ in 0..chance.random_range(8..20) {
        let longest = if chance.random_bool(0.2) { 1_500 } else { 250 };
        std::thread::sleep(Duration::from_millis(chance.random_range(20..longest)));
        match chance.random_range(0..9) {
            0..=2 => {
                // Another machine takes over.
                world.kill_bridges();
                world.start_bridge();
                tally.note(BRIDGES_KILLED);
            }
            3 => {
                world.start_bridge();
                tally.note(BRIDGES_BESIDE);
            }
            4 | 5 => {
                world.restart_hub();
                tally.note(HUBS_KILLED);
            }
            6 => world.back_up_hub(),
            7 => {
                if world.restore_hub() {
                    tally.note(HUBS_RESTORED);
                }
            }
            _ => {
                world.restart_stamp();
                tally.note(STAMPS_RESTARTED);
            }
        }
    }
}

/// Lets everything calm down, and compares.
fn finish(mut world: World, seed: u64, faulty: bool, tally: &mut Tally) {
    world.kill_bridges();
    world.to_hub.calm();
    world.to_stamp.calm();
    // The daily reading again finds what a stamp had lost or added late; here it reaches back to the beginning.
    let (end, hours) = (world.plan.end.to_string(), world.hours().to_string());
    let again = ["--until", &end, "--reread", &hours];
    world.bridge_once(&again);
    if faulty {
        // What was read for the first time in that very run may have been misread.
        world.bridge_once(&again);
    }
    for network in [&world.to_stamp, &world.to_hub] {
        let counts = &network.counts;
        let each = [&counts.passed, &counts.delayed, &counts.cut, &counts.doubled, &counts.reordered, &counts.busy];
        for (sum, count) in tally.counts.iter_mut().zip(each) {
            *sum += count.load(Ordering::SeqCst);
        }
    }
    let (hub, plan, folder) = world.end();
    account::compare(&hub, &plan, seed);
    drop((hub, folder));
}
