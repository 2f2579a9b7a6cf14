//! Import: the program reads usage files, sums them exactly, and changes nothing the second time.

use std::{collections::BTreeMap, path::Path};

use crate::house::{run, stdout};
use model::Quantity;
use serde_json::Value;

/// Rows in the recorded shape, with numbers as real stamps print them.
const PAGE: &str = include_str!("data/page.json");
/// The same rows as the usage summary script writes them.
const SUMMARY: &str = include_str!("data/usage-summary.csv");

/// Imports a file and gives what was printed.
fn import(folder: &Path, file: &Path, more: &[&str]) -> Value {
    let (folder, file) = (folder.to_str().unwrap(), file.to_str().unwrap());
    let arguments = [&["import", "usage", "--json", "--data", folder, "--stamp", "cloud1"], more, &[file]].concat();
    let output = run(&arguments);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The sums of a page's number texts, by meter, added one by one in plain sight.
fn expected_totals(page: &str) -> BTreeMap<String, Quantity> {
    let mut totals = BTreeMap::new();
    let (mut quantity, mut lines) = (Quantity::ZERO, page.lines());
    for line in &mut lines {
        let field =
            |name: &str| line.trim().strip_prefix(&format!("\"{name}\": ")).map(|rest| rest.trim_end_matches(','));
        if let Some(text) = field("quantity") {
            quantity = Quantity::parse(text).unwrap();
        }
        if let Some(meter) = field("meterId") {
            let total: &mut Quantity = totals.entry(meter.trim_matches('"').to_owned()).or_default();
            *total = total.checked_add(quantity).unwrap();
        }
    }
    totals
}

fn totals(printed: &Value) -> BTreeMap<String, Quantity> {
    let totals = printed["totals"].as_object().unwrap();
    totals.iter().map(|(meter, total)| (meter.clone(), Quantity::parse(total.as_str().unwrap()).unwrap())).collect()
}

fn counts(printed: &Value) -> Vec<u64> {
    ["revision", "received", "stored", "copies", "held", "replaced", "removed"]
        .iter()
        .map(|name| printed[name].as_u64().unwrap())
        .collect()
}

#[test]
fn a_page_is_summed_exactly_and_importing_it_again_moves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, page) = (folder.path().join("data"), write(folder.path(), "page.json", PAGE));
    let first = import(&data, &page, &[]);
    assert_eq!(counts(&first), [1, 8, 8, 0, 0, 0, 0]);
    assert_eq!(first["hour"], "2019-12-10T20:00:00Z");
    assert_eq!(totals(&first), expected_totals(PAGE));
    // 8.381903171539307e-08 + 6.36465847492218e-06
    assert_eq!(first["totals"]["B4438D5D-453B-4EE1-B42A-DC72E377F1E4"], "0.00000644847750663757307");

    let again = import(&data, &page, &[]);
    assert_eq!(counts(&again), [1, 8, 0, 8, 0, 0, 0]);
    assert_eq!((&again["totals"], &again["hash"]), (&first["totals"], &first["hash"]));

    let changed = write(folder.path(), "changed.json", &PAGE.replace("16.461425899527967", "17.461425899527968"));
    let second = import(&data, &changed, &[]);
    assert_eq!(counts(&second), [2, 8, 1, 7, 0, 1, 0]);
    let meter = "B5C15376-6C94-4FDD-B655-1A69D138ACA3";
    let moved = totals(&second)[meter].checked_sub(totals(&first)[meter]).unwrap();
    assert_eq!(moved.to_string(), "1.000000000000001");
    assert!(run(&["verify", "--data", data.to_str().unwrap()]).status.success());
}

#[test]
fn the_summary_of_the_script_gives_the_same_sums() {
    let folder = tempfile::tempdir().unwrap();
    let page = import(&folder.path().join("page"), &write(folder.path(), "page.json", PAGE), &[]);
    let summary = import(&folder.path().join("summary"), &write(folder.path(), "summary.csv", SUMMARY), &[]);
    assert_eq!((totals(&summary), counts(&summary)), (totals(&page), counts(&page)));
    assert_eq!(summary["hour"], page["hour"]);
}

#[test]
fn tenants_and_the_reported_hour_can_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let page = write(folder.path(), "page.json", PAGE);
    let tenants =
        write(folder.path(), "tenants.csv", "subscriptionId,tenantId\n61000000-0000-4000-8000-000000000001,adatum\n");
    let more = ["--reported", "2019-12-10T19", "--tenants", tenants.to_str().unwrap()];
    let printed = import(&data, &page, &more);
    assert_eq!(printed["hour"], "2019-12-10T19:00:00Z");
    // Two rows of the page were used from 19:00 on: within the window's hour, so they count.
    assert_eq!(counts(&printed), [1, 8, 8, 0, 0, 0, 0]);
    let hub = crate::house::hub(&data, "2020-01-01T00");
    let mut known = 0;
    let stamp = "cloud1".parse().unwrap();
    hub.store()
        .daily_sums(&stamp, model::Day(0)..model::Day(u32::MAX), &mut |sum| {
            known += usize::from(sum.subscriber.tenant.as_ref().is_some_and(|tenant| tenant.as_str() == "adatum"));
            Ok(())
        })
        .unwrap();
    assert!(known > 0);
}

#[test]
fn what_cannot_be_imported_is_refused_with_a_reason_and_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let table = [
        ("text.txt", "hello", "neither a stamp's page"),
        ("empty.json", "", "neither a stamp's page"),
        ("broken.json", "{\"value\":[", "not JSON"),
        ("none.json", "{\"value\":[]}", "--reported"),
    ];
    for (name, text, reason) in table {
        let file = write(folder.path(), name, text);
        let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
        let output = run(&["import", "usage", "--data", data, "--stamp", "cloud1", file]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(reason), "{name}: {message}");
        assert!(output.stdout.is_empty(), "{name}");
    }
    assert!(!data.exists(), "a refused file leaves no folder behind");
}

#[test]
fn the_recorded_page_of_a_real_stamp_is_summed_exactly() {
    // The recording does not live in this project; its rows in other places are the fixture above.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/azure-stack/window-real.json");
    let Ok(page) = std::fs::read_to_string(&path) else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = import(&data, &path, &[]);
    assert_eq!(counts(&first), [1, 236, 236, 0, 0, 0, 0]);
    assert_eq!(totals(&first), expected_totals(&page));
    assert_eq!(first["totals"]["B5C15376-6C94-4FDD-B655-1A69D138ACA3"], "6625.2264587506651409");
    assert_eq!(counts(&import(&data, &path, &[])), [1, 236, 0, 236, 0, 0, 0]);
}
