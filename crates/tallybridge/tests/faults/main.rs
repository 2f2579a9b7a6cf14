//! Faults: a stamp, a hub and bridges as real processes, with a network that cuts, delays, doubles and reorders between them,
//! processes that are killed, a hub that is restored from an older backup, and a stamp that repeats and loses pages. Afterwards
//! the hub's sums are those of the stamp's own account, exactly.
//!
//! `TALLYBRIDGE_FAULT_RUNS` says how many seeded runs there are, `TALLYBRIDGE_FAULT_SEED` which seed is the first.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod network;
mod run;
mod world;

use std::sync::Mutex;

/// How many runs the suite makes when nobody asks for more.
const RUNS: u64 = 24;
/// How many runs go on at the same time: most of a run is waiting.
const AT_ONCE: usize = 3;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text:?}")))
}

#[test]
fn after_every_disturbance_the_sums_are_those_of_the_stamps_own_account() {
    let first = number("TALLYBRIDGE_FAULT_SEED", 1);
    let seeds = first..first + number("TALLYBRIDGE_FAULT_RUNS", RUNS);
    let waiting = Mutex::new(seeds.clone());
    let done = Mutex::new(run::Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(seed) = waiting.lock().unwrap().next() else { return };
                    let tally = run::run(seed);
                    done.lock().unwrap().add(&tally);
                }
            });
        }
    });
    let done = done.into_inner().unwrap();
    println!("{} runs: {done}", seeds.end - seeds.start);
    // A run that disturbs nothing proves nothing.
    assert!(seeds.end - seeds.start < RUNS || done.every_kind_happened(), "{done}");
}
