//! Refusals: nothing is overwritten, nothing half done is left behind, and every refusal says what to do.

use std::fs;

use crate::{
    cast::{EURO, RESELLER, YEN},
    house::{House, text},
};

/// The message of a refused export.
#[track_caller]
fn refused(house: &House, arguments: &[&str]) -> String {
    let output = house.export(arguments);
    assert!(!output.status.success(), "{arguments:?} is not refused");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_file_is_not_replaced_without_being_asked_and_nothing_is_left_beside_it() {
    let house = House::october(&[&EURO]);
    let number = house.documents(&EURO)[0].number.to_string();
    let folder = house.path("out");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("file.csv");
    fs::write(&path, "mine").unwrap();
    let arguments = ["reconciliation", "--invoice", &number, "--output", text(&path)];
    let said = refused(&house, &arguments);
    assert!(said.contains("is there already") && said.contains("--force"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    house.exported(&[&arguments[..], &["--force"]].concat());
    assert_ne!(fs::read(&path).unwrap(), b"mine");
    // On standard output stand the same bytes, and nothing else.
    let printed = house.export(&["reconciliation", "--invoice", &number, "--output", "-"]);
    assert!(printed.status.success());
    assert_eq!(printed.stdout, fs::read(&path).unwrap());
    let said = refused(&house, &["reconciliation", "--invoice", &number, "--output", "-", "--json"]);
    assert!(said.contains("--json"), "{said}");
    // One file of a bundle that is there already stops all of it.
    fs::write(folder.join("billing-period.csv"), "mine").unwrap();
    let said = refused(&house, &["focus", "--invoice", &number, "--output", text(&folder)]);
    assert!(said.contains("billing-period.csv"), "{said}");
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["billing-period.csv", "file.csv"]);
}

#[test]
fn what_cannot_be_exported_is_refused_with_what_to_do() {
    let house = House::october(&[&EURO, &YEN]);
    let number = house.documents(&EURO)[0].number.to_string();
    let out = house.path("out");
    let out = text(&out);
    for (arguments, words) in [
        (vec!["reconciliation", "--invoice", "INV-1-000001", "--output", out], "no document has the number"),
        (vec!["usage", "--partner", EURO.id, "--month", "2026-10", "--output", out], number.as_str()),
        (vec!["focus", "--partner", EURO.id, "--month", "2026-09", "--output", out], number.as_str()),
        (vec!["usage", "--month", "2026-11", "--output", out], "--partner"),
        (vec!["usage", "--partner", RESELLER, "--month", "2026-11", "--output", out], YEN.id),
        (vec!["usage", "--partner", "1", "--month", "2026-11", "--output", out], "is not known"),
        (vec!["focus", "--output", out], "--invoice"),
        (vec!["focus", "--invoice", &number, "--month", "2026-10", "--output", out], "cannot be used with"),
        (vec!["focus", "--invoice", &number, "--partner", YEN.id, "--output", out], "not of 5510001"),
        (vec!["focus", "--invoice", &number, "--version", "1.3", "--output", out], "1.4"),
        (vec!["reconciliation", "--invoice", &number, "--layout", "daily", "--output", "/nowhere/at/all.csv"], "write"),
    ] {
        let said = refused(&house, &arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn people_read_which_files_there_are() {
    let house = House::october(&[&EURO]);
    let document = house.documents(&EURO).remove(0);
    let folder = house.path("bundle");
    let output = house.export(&["focus", "--invoice", document.number.as_str(), "--output", text(&folder)]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with(&format!("{}, 2026-10: {}", document.number, document.total)), "{said}");
    for name in ["cost-and-usage.csv", "invoice-detail.csv", "billing-period.csv", "SUM OF THE ROWS"] {
        assert!(said.contains(name), "{said}");
    }
}
