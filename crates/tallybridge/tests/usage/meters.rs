//! M-1 to M-9: what is measured, and in what. What a resource provider emits is shown on the emulated cloud, which measures as
//! the real providers do.

use std::collections::{BTreeMap, BTreeSet};

use model::{Family, Hour, MeterCatalogue, MeterId, Quantity};
use serde_json::{Value, json};
use stamp::emulate::{Cloud, Plan, Profile, Row};

use crate::{
    house::{LA, event},
    rules,
};

const SIZE_HOURS: &str = "6dab500f-a4fd-49c4-956d-229bb9c8c793";
const WINDOWS_CORES: &str = "9cd92d4c-bafd-4492-b278-bedc2de8232a";
const BASE_CORES: &str = "fab6eb84-500b-4a09-a8ca-7358f8bbaea5";
const STATIC_ADDRESS: &str = "F271A8A388C44D93956A063E1D2FA80B";
const SQL_SIZE: &str = "CBCFEF9A-B91F-4597-A4D3-01FE334BED82";

/// Everything that a small office reports of a fortnight.
fn rows() -> Vec<Row> {
    rows_of(7)
}

fn rows_of(seed: u64) -> Vec<Row> {
    let plan = Plan::of(Profile::SmallOffice, seed, Hour::parse("2026-12-01T00").unwrap(), 14, None).unwrap();
    let cloud = Cloud::new(plan.clone()).unwrap();
    (plan.start.0..plan.end.0 + 48).flat_map(|hour| cloud.window(Hour(hour))).collect()
}

fn family(row: &Row) -> Option<Family> {
    let meter: MeterId = row.meter.parse().unwrap();
    MeterCatalogue::published().find(&meter).map(|meter| meter.family)
}

/// A meter in lower case, a quantity, and what the row says about the machine.
type Used = (String, Quantity, Value);

/// The rows of each machine and hour.
fn machines(seed: u64) -> BTreeMap<(String, Hour), Vec<Used>> {
    let mut machines: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows_of(seed) {
        if family(&row) != Some(Family::VirtualMachines) || !row.resource_uri.contains("/virtualMachines/") {
            continue;
        }
        let instance: Value = serde_json::from_str(&row.instance_data).unwrap();
        let details = instance["Microsoft.Resources"]["additionalInfo"].as_str().unwrap();
        let details = serde_json::from_str(details).unwrap();
        let used = (row.meter.to_ascii_lowercase(), row.number.quantity(), details);
        machines.entry((row.resource_uri.to_string(), row.used)).or_default().push(used);
    }
    machines
}

rules! {
    m1 "each resource provider has meters of its own, with one unit each" => |_house| {
        let reported: BTreeSet<Option<Family>> = rows().iter().map(family).collect();
        for wanted in [Family::Network, Family::Storage, Family::VirtualMachines, Family::ManagedDisks, Family::AppService] {
            assert!(reported.contains(&Some(wanted)), "{wanted:?}");
        }
        let ids: BTreeSet<&MeterId> = MeterCatalogue::published().meters().iter().map(|meter| &meter.id).collect();
        assert_eq!(ids.len(), MeterCatalogue::published().meters().len());
    };
    m2 "a day of addresses and databases is amount times hours" => |house| {
        let table = [(STATIC_ADDRESS, "1", "24"), (SQL_SIZE, "512", "12288")];
        for hour in 0..24 {
            house.at(&format!("2026-10-19T{hour:02}:30:00Z"));
            for (meter, amount, _) in table {
                let mut one = event(&format!("{meter} {hour}"), LA, &format!("2026-10-19T{hour:02}:00:00Z"), meter, amount);
                one["resourceUri"] = json!(format!("/subscriptions/{LA}/{meter}"));
                house.post(&one).ok();
            }
        }
        house.at("2026-10-20T00:00:00Z");
        let rows = house.provider("reader", "2026-10-19T00:00:00Z", "2026-10-20T00:00:00Z", "").ok().rows();
        for (meter, _, day) in table {
            let found: Vec<_> = rows.iter().filter(|row| row[2] == meter).map(|row| row[3].as_str()).collect();
            assert_eq!(found, [day]);
        }
    };
    m3 "a machine has two rows an hour: its size, and its processors under Windows or without" => |_house| {
        let machines = machines(7);
        assert!(machines.len() > 100);
        let mut seen = BTreeSet::new();
        for ((machine, hour), rows) in &machines {
            let meters: Vec<&str> = rows.iter().map(|(meter, _, _)| meter.as_str()).collect();
            assert_eq!((meters.len(), meters[0]), (2, SIZE_HOURS), "{machine} in {hour}");
            assert!([WINDOWS_CORES, BASE_CORES].contains(&meters[1]), "{machine} in {hour}");
            assert_eq!(rows[0].1, Quantity::from_whole(1));
            let size = rows[1].2["ServiceType"].as_str().unwrap();
            let known = stamp::emulate::vm_sizes().iter().find(|known| known.name == size).unwrap();
            assert_eq!(rows[1].1, Quantity::from_whole(u64::from(known.vcpus)), "{size}");
            seen.insert(meters[1].to_owned());
        }
        assert_eq!(seen.len(), 2);
    };
    m4 "a machine that is deallocated reports nothing, and goes on later" => |_house| {
        let mut hours: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (machine, hour) in machines(7).into_keys() {
            hours.entry(machine).or_default().push(hour.0);
        }
        let paused = hours.values().filter(|hours| hours.windows(2).any(|two| two[1] > two[0] + 1)).count();
        assert!(paused > 0);
    };
    m5 "a machine with its own licence runs Windows and reports the base meter" => |_house| {
        let own = (1..8).flat_map(|seed| machines(seed).into_values()).filter(|rows| {
            rows[1].0 == BASE_CORES && rows[1].2["Publisher"] == "MicrosoftWindowsServer"
        });
        assert!(own.count() > 0);
    };
    m6 "a disk has a meter of its class by the month and one of its actual size; meters by the hour stay readable" => |_house| {
        let mut disks: BTreeMap<(String, Hour), BTreeSet<String>> = BTreeMap::new();
        for row in rows().into_iter().filter(|row| family(row) == Some(Family::ManagedDisks) && row.resource_uri.contains("/disks/")) {
            disks.entry((row.resource_uri.to_string(), row.used)).or_default().insert(row.meter.to_string());
        }
        assert!(!disks.is_empty());
        assert!(disks.values().all(|meters| meters.len() == 2));
        let deprecated = MeterCatalogue::published().meters().iter().filter(|meter| meter.deprecated).count();
        assert!(deprecated >= 16, "{deprecated}");
    };
    m7 "transactions are counted in ten thousands, capacity and traffic in gigabytes" => |_house| {
        let storage = |words: &str| {
            let all = MeterCatalogue::published().meters().iter();
            let some: BTreeSet<&str> = all
                .filter(|meter| meter.family == Family::Storage && meter.name.contains(words))
                .map(|meter| meter.unit.word())
                .collect();
            some.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(storage("ransactions"), ["ten_thousand_requests"]);
        assert_eq!(storage("Capacity"), ["gb_hours"]);
        assert_eq!(storage("DataTrans"), ["gb"]);
    };
    m8 "a custom worker tier has a meter of its own that stays" => |_house| {
        let custom = |seed| {
            let plan = Plan::of(Profile::Hoster, seed, Hour::parse("2026-12-01T00").unwrap(), 2, Some(2_000)).unwrap();
            let cloud = Cloud::new(plan.clone()).unwrap();
            let rows = (plan.start.0..plan.end.0).flat_map(|hour| cloud.window(Hour(hour)));
            rows.filter(|row| family(row).is_none()).map(|row| row.meter.to_string()).collect::<BTreeSet<String>>()
        };
        assert!(!custom(3).is_empty());
        assert_eq!(custom(3), custom(3));
    };
    m9 "a meter that nobody knows is kept and reported" => |house| {
        let meter = "99999999-0000-4000-8000-000000000001";
        house.post(&event("unknown", LA, "2026-10-20T11:00:00Z", meter, "1")).ok();
        house.at("2026-10-20T13:00:00Z");
        let rows = house.provider("reader", "2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z", "&aggregationGranularity=Hourly").ok().rows();
        assert_eq!(rows[0][2], meter);
    };
}
