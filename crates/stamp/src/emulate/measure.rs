//! Measure: how much one resource uses in one hour.

use model::Hour;

use crate::emulate::{
    decimal::Number,
    dice::Dice,
    meters,
    resource::{Kind, Resource},
};

/// Digits that a share of the month is printed with.
const SHARE_DIGITS: u32 = 15;

/// What a resource used in an hour, by meter. Nothing where it does not run.
///
/// The draws of the hour are taken in a fixed order, so the same dice give the same answer.
pub fn measure<'a>(resource: &'a Resource, hour: Hour, dice: &mut Dice) -> Vec<(&'a str, Number)> {
    if !resource.runs.contains(&hour) {
        return Vec::new();
    }
    let age = u64::from(hour.0.saturating_sub(resource.runs.start.0));
    // Outside of its busy hours a resource is used a tenth as much.
    let quiet = if resource.calendar.works(hour) { 1 } else { 10 };
    match &resource.kind {
        Kind::Machine(machine) => machine.counts(hour).map_or_else(Vec::new, |phase| {
            vec![(meters::VM_SIZE_HOURS, Number::whole(1)), (machine.meter, Number::whole(phase.vcpus))]
        }),
        Kind::Snapshot { meter, stored_megabytes } => {
            let month_hours = u64::from(hour.day().month().hours());
            vec![(meter, Number::share(*stored_megabytes, month_hours.saturating_mul(1_000), SHARE_DIGITS))]
        }
        Kind::CustomPlan { meter } => vec![(meter, Number::whole(1))],
        Kind::VirtualMachine { vcpus, windows, off_hours, pause } => {
            if off_hours.contains(&(hour.0 % 24)) || pause.contains(&hour) {
                return Vec::new();
            }
            let processors = if *windows { meters::WINDOWS_VM } else { meters::BASE_VM };
            vec![(meters::VM_SIZE_HOURS, Number::whole(1)), (processors, Number::whole(*vcpus))]
        }
        Kind::Disk { class, stored_megabytes } => {
            let month_hours = u64::from(hour.day().month().hours());
            let stored = stored_megabytes.saturating_add(age / 6);
            vec![
                (class.meter, Number::share(1, month_hours, SHARE_DIGITS)),
                (class.actual_size, Number::share(stored, month_hours.saturating_mul(1_000), SHARE_DIGITS)),
            ]
        }
        Kind::Storage { .. } => storage(&resource.kind, age, quiet, dice),
        Kind::Address { meter } | Kind::AppPlan { meter } => vec![(meter, Number::whole(1))],
        Kind::Database { meter, megabytes } => vec![(meter, Number::whole(megabytes.saturating_add(age / 24)))],
        Kind::KeyVault => {
            let mut used = vec![(meters::KEY_VAULT_TRANSACTIONS, Number::scaled(dice.within(1, 9_000 / quiet), 4))];
            if dice.one_in(8) {
                used.push((meters::KEY_VAULT_ADVANCED, Number::scaled(dice.within(1, 90), 4)));
            }
            used
        }
        Kind::EventHubs { cores } => vec![(meters::EVENT_HUBS_CORE, Number::whole(*cores))],
        Kind::Workers { vcpus } => {
            // A worker counts the minutes in which it is ready.
            let minutes = if dice.one_in(10) { dice.within(1, 59) } else { 60 };
            vec![(meters::APP_SERVICE, Number::share(minutes.saturating_mul(*vcpus), 60, SHARE_DIGITS))]
        }
        Kind::Site { secured } => site(*secured, quiet, dice),
        Kind::Functions => vec![
            (meters::FUNCTIONS_REQUESTS, Number::scaled(dice.within(10, 50_000 / quiet), 1)),
            (meters::FUNCTIONS_COMPUTE, Number::scaled(dice.within(1, 900 / quiet).saturating_mul(128), 3)),
        ],
    }
}

fn site(secured: bool, quiet: u64, dice: &mut Dice) -> Vec<(&'static str, Number)> {
    let mut used = vec![
        (meters::SHARED_APP_SERVICE, Number::share(dice.within(1, 60), 60, SHARE_DIGITS)),
        (meters::WEB_PROCESS, Number::whole(1)),
        (meters::EXTERNAL_EGRESS, long(dice.within(1, 40_000_000 / quiet), dice)),
    ];
    if secured {
        used.push((meters::SNI_SSL, Number::whole(1)));
    }
    used
}

fn storage(kind: &Kind, age: u64, quiet: u64, dice: &mut Dice) -> Vec<(&'static str, Number)> {
    let Kind::Storage { page_nanogigabytes, block_kibibytes, tables, queues, busy } = kind else { return Vec::new() };
    let mut used = Vec::new();
    if let Some(held) = page_nanogigabytes {
        let grown = held.saturating_add(age.saturating_mul(40_000)).saturating_add(dice.below(4_000));
        used.push((meters::PAGE_BLOB_CAPACITY, long(grown, dice)));
    }
    if let Some(held) = block_kibibytes {
        used.push((meters::BLOCK_BLOB_CAPACITY, gigabytes_of_kibibytes(held.saturating_add(age / 48).min(999))));
    }
    if *tables {
        used.push((meters::TABLE_CAPACITY, long(dice.within(80, 7_000), dice)));
        used.push((meters::TABLE_TRANSACTIONS, Number::scaled(dice.within(1, 4_000), 4)));
    }
    if *queues {
        used.push((meters::QUEUE_CAPACITY, long(dice.within(8, 900), dice)));
        used.push((meters::QUEUE_TRANSACTIONS, Number::scaled(dice.within(1, 900), 4)));
    }
    if *busy {
        used.push((meters::BLOB_TRANSACTIONS, Number::scaled(dice.within(1, 250_000 / quiet), 4)));
        used.push((meters::BLOB_DATA_IN, long(dice.within(1, 900_000_000 / quiet), dice)));
        used.push((meters::BLOB_DATA_OUT, long(dice.within(1, 3_000_000_000 / quiet), dice)));
    }
    used
}

/// A measured number of gigabytes with 15 to 17 significant digits, as a double has them. Unit: 10^-9 gigabytes.
fn long(nanogigabytes: u64, dice: &mut Dice) -> Number {
    let known = nanogigabytes.checked_ilog10().unwrap_or(0).saturating_add(1);
    let wanted = u32::try_from(dice.within(15, 17)).unwrap_or(15);
    let further = wanted.saturating_sub(known);
    let step = 10_u64.saturating_pow(further);
    let digits = nanogigabytes.saturating_mul(step).saturating_add(dice.below(step));
    Number::scaled(digits, further.saturating_add(9))
}

/// Small accounts report exact binary fractions: so many times 2^-20. Range: below 1,000, so 17 digits suffice.
fn gigabytes_of_kibibytes(kibibytes: u64) -> Number {
    const FIVE_TO_THE_TWENTIETH: u64 = 95_367_431_640_625;
    Number::scaled(kibibytes.saturating_mul(FIVE_TO_THE_TWENTIETH), 20)
}
