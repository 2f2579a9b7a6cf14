//! Python: the published library for usage reads a stamp, unmodified.

use std::{collections::BTreeMap, process::Command};

use model::{Quantity, Second};
use serde_json::{Value, json};

use crate::{
    environment::{self, Requirements},
    house::{CORES, House, LA, event},
};

const COMMERCE: Requirements = Requirements { file: "usage/commerce.txt", text: include_str!("commerce.txt") };

/// Hours that something ran, from midnight of a day.
const HOURS: i64 = 60;
/// Machines in each hour, so that a window of two days has several pages.
const MACHINES: u32 = 31;

#[test]
fn the_library_for_python_reads_all_pages_by_hour_and_by_day() {
    let house = House::open();
    let begin = Second::parse("2026-10-15T00:00:00Z").unwrap();
    // By resource and start, the quantities in the order in which they are reported.
    let mut hourly: BTreeMap<(String, String), Vec<Quantity>> = BTreeMap::new();
    let mut daily: BTreeMap<(String, String), BTreeMap<String, Quantity>> = BTreeMap::new();
    for hour in 0..HOURS {
        let start = Second(begin.0 + hour * 3_600);
        // What ran is reported in the hour after it.
        let reported = Second(start.0 + 4_000).to_string();
        house.at(&reported);
        let mut events = Vec::new();
        for machine in 0..MACHINES {
            let quantity = format!("{}.{:03}", machine % 4 + 1, hour);
            let mut one = event(&format!("{hour}/{machine}"), LA, &start.to_string(), CORES, &quantity);
            one["resourceUri"] = json!(format!("/subscriptions/{LA}/machines/{machine}"));
            events.push(one);
            let quantity = Quantity::parse(&quantity).unwrap();
            let name = machine.to_string();
            hourly.entry((name.clone(), start.to_string())).or_default().push(quantity);
            let days = daily.entry((name, start.to_string()[..10].to_owned())).or_default();
            let sum = days.entry(reported[..10].to_owned()).or_default();
            *sum = sum.checked_add(quantity).unwrap();
        }
        house.post(&Value::Array(events)).ok();
    }
    house.at("2026-10-20T12:10:00Z");
    let output = Command::new(environment::python(COMMERCE))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/usage/commerce.py"))
        .args([&house.origin(), LA])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let daily = daily.into_iter().map(|(key, days)| (key, days.into_values().collect())).collect();
    for (granularity, expected) in [("Hourly", hourly), ("Daily", daily)] {
        for details in ["none", "true", "false"] {
            let mut found: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
            for row in read[format!("{granularity} {details}")]["rows"].as_array().unwrap() {
                let resource = row["resource"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
                let start = row["start"].as_str().unwrap();
                let key = if granularity == "Daily" { start[..10].to_owned() } else { start.replace("+00:00", "Z") };
                found.entry((resource, key)).or_default().push(row["quantity"].clone());
                assert_eq!(row["meter"], CORES);
            }
            // The library reads doubles, so what it shows is compared with the nearest double.
            let nearest = |sum: &Quantity| json!(sum.to_string().parse::<serde_json::Number>().unwrap().as_f64());
            let expected = expected.iter().map(|(key, sums)| (key.clone(), sums.iter().map(nearest).collect()));
            assert_eq!(found, expected.collect(), "{granularity} {details}");
        }
    }
    assert_eq!(read["Hourly none"]["pages"], 2);
    assert_eq!(
        read["errors"],
        json!({
            "future": "RequestEndTimeIsInFuture", "granularity": "InvalidAggregationGranularity",
            "half hour": "InvalidProperty", "foreign": "AuthorizationFailed", "unknown": "SubscriptionNotFound",
        })
    );
}
