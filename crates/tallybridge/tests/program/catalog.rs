//! Catalog: a catalogue file from outside, applied, shown and applied again.

use std::path::Path;

use serde_json::Value;

use crate::house::{run, stdout};

const GUIDE: &str = include_str!("../../../../docs/operate/catalog.md");
const BAD: &str = include_str!("data/bad-catalog.toml");
const BAD_SAID: &str = include_str!("data/bad-catalog.txt");

/// Runs `tallybridge catalog` in a folder. Gives the status, standard output and standard error.
fn catalog(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let data = folder.join("data");
    let output = run(&[&["catalog"], arguments, &["--data", data.to_str().unwrap()]].concat());
    (output.status.success(), stdout(&output), String::from_utf8(output.stderr).unwrap())
}

fn apply(folder: &Path, file: &str, more: &[&str]) -> (bool, String, String) {
    catalog(folder, &[&["apply", folder.join(file).to_str().unwrap()], more].concat())
}

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).unwrap();
}

fn example() -> String {
    let output = run(&["catalog", "example"]);
    assert!(output.status.success());
    stdout(&output)
}

const NOTHING: &str = "Nothing to change: the office is what the catalogue wants.\n";

#[test]
fn a_dry_run_writes_nothing_and_an_application_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "catalog.toml", &example());
    let (done, planned, _) = apply(folder, "catalog.toml", &["--dry-run"]);
    assert!(done && planned.ends_with("33 to add. This was a dry run: nothing was changed.\n"), "{planned}");
    assert!(!folder.join("data").exists(), "a dry run makes no folder");
    let (done, applied, _) = apply(folder, "catalog.toml", &[]);
    assert!(done && applied.ends_with("33 added.\n"), "{applied}");
    let lines = |text: &str| text.lines().filter(|line| line.starts_with(" +")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&planned), lines(&applied));
    for more in [&["--yes"][..], &["--dry-run"]] {
        let (done, again, _) = apply(folder, "catalog.toml", more);
        assert_eq!((done, again.as_str()), (true, NOTHING));
    }
    let changed = example().replace("name = \"Wingtip Toys\"\npartner", "name = \"Wingtip\"\npartner");
    write(folder, "changed.toml", &changed);
    let (_, planned, _) = apply(folder, "changed.toml", &["--dry-run"]);
    assert!(planned.contains(" ~  customer") && planned.contains("name: Wingtip Toys -> Wingtip"), "{planned}");
    let (_, again, _) = apply(folder, "catalog.toml", &["--dry-run"]);
    assert_eq!(again, NOTHING, "a dry run in a folder that is there writes nothing either");
}

#[test]
fn what_is_shown_changes_nothing_in_either_form() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "catalog.toml", &example());
    apply(folder, "catalog.toml", &[]);
    for (file, more) in [("shown.toml", &[][..]), ("shown.json", &["--json"])] {
        let (done, shown, _) = catalog(folder, &[&["show"], more].concat());
        assert!(done && !shown.contains("secret"), "{shown}");
        write(folder, file, &shown);
        let (done, again, _) = apply(folder, file, &[]);
        assert_eq!((done, again.as_str()), (true, NOTHING), "{file}");
    }
    let other = tempfile::tempdir().unwrap();
    std::fs::copy(folder.join("shown.toml"), other.path().join("shown.toml")).unwrap();
    let (_, applied, _) = apply(other.path(), "shown.toml", &[]);
    assert!(applied.ends_with("33 added.\n"), "{applied}");
    assert_eq!(catalog(folder, &["show"]).1, catalog(other.path(), &["show"]).1);
}

#[test]
fn everything_that_is_wrong_is_listed_and_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "catalog.toml", &example());
    apply(folder, "catalog.toml", &[]);
    write(folder, "bad.toml", BAD);
    for more in [&[][..], &["--dry-run"]] {
        let (done, printed, said) = apply(folder, "bad.toml", more);
        assert!(!done && printed.is_empty(), "{printed}");
        assert_eq!(said.replace(folder.to_str().unwrap(), ""), BAD_SAID);
    }
    let (done, printed, _) = apply(folder, "bad.toml", &["--json"]);
    let answer: Value = serde_json::from_str(&printed).unwrap();
    assert!(!done && answer["applied"] == Value::Bool(false));
    assert_eq!(answer["problems"].as_array().unwrap().len(), BAD_SAID.lines().count() - 1);
    assert_eq!(answer["problems"][0]["kind"], "partner");
    assert_eq!(apply(folder, "catalog.toml", &[]).1, NOTHING);
}

#[test]
fn the_difference_can_be_read_by_programs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "catalog.toml", &example());
    apply(folder, "catalog.toml", &[]);
    let subscription = "name = \"Wingtip Toys\"\nkind = \"CSP\"\n";
    let cancelled = format!("{subscription}state = \"cancelled\"\n");
    let wanted = example().replace(subscription, &cancelled);
    // It began in the past, which is said of a new subscription only.
    let (head, tail) = wanted.split_once("\nstate = \"cancelled\"").unwrap();
    write(
        folder,
        "wanted.toml",
        &format!("{head}\nstate = \"cancelled\"{}", tail.replacen("from = \"2026-09-01\"\n", "", 1)),
    );
    let (done, printed, _) = apply(folder, "wanted.toml", &["--json"]);
    let answer: Value = serde_json::from_str(&printed).unwrap();
    assert!(done, "{printed}");
    assert_eq!((&answer["applied"], &answer["differences"][0]["kind"]), (&Value::Bool(true), &"subscription".into()));
    let state = &answer["differences"][0]["members"][0];
    let parts = ["member", "before", "after"].map(|part| state[part].as_str().unwrap().to_owned());
    assert_eq!(parts, ["state", "active", "cancelled"]);
    let (_, shown, _) = catalog(folder, &["show", "--json"]);
    assert!(shown.contains("\"state\": \"cancelled\""));
    assert!(run(&["verify", "--data", folder.join("data").to_str().unwrap()]).status.success());
}

#[test]
fn prices_lie_beside_the_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let list = "[[price_list]]\nid = \"list\"\nname = \"List\"\ncurrency = \"EUR\"\nfile = \"prices.csv\"\n";
    write(folder, "catalog.toml", list);
    write(folder, "prices.csv", include_str!("../../data/azure-stack-hub-example/prices.csv"));
    let (done, applied, said) = apply(folder, "catalog.toml", &[]);
    assert!(done && applied.ends_with("1 added.\n"), "{applied}{said}");
    assert_eq!(apply(folder, "catalog.toml", &[]).1, NOTHING);
    write(folder, "shown.toml", &catalog(folder, &["show"]).1);
    assert_eq!(apply(folder, "shown.toml", &[]).1, NOTHING);
}

#[test]
fn the_guide_shows_a_catalogue_that_can_be_applied() {
    let start = GUIDE.find("```toml\n").unwrap() + "```toml\n".len();
    let end = start + GUIDE[start..].find("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "catalog.toml", &GUIDE[start..end]);
    let (done, applied, said) = apply(folder, "catalog.toml", &[]);
    assert!(done && applied.ends_with(" added.\n"), "{applied}{said}");
    assert_eq!(apply(folder, "catalog.toml", &[]).1, NOTHING);
    // Every table and every member of the format is explained.
    for table in
        ["partner", "directory", "customer", "subscription", "stamp", "user", "service_principal", "role", "price_list"]
    {
        assert!(GUIDE.contains(&format!("## `[[{table}]]`")), "{table}");
    }
}

#[test]
fn ten_thousand_customers_are_applied_and_shown() {
    use std::fmt::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = "[[partner]]\nid = \"1\"\nname = \"P\"\nkind = \"direct\"\n".to_owned();
    for number in 0..10_000 {
        let directory = format!("30000000-0000-4000-8000-{number:012}");
        write!(
            text,
            "[[directory]]\nid = \"{directory}\"\ndomain = \"c{number}.example.com\"\n\
             [[customer]]\nid = \"{directory}\"\nname = \"Customer {number}\"\npartner = \"1\"\n\
             [[subscription]]\nid = \"40000000-0000-4000-8000-{number:012}\"\nname = \"Customer {number}\"\nkind = \"CSP\"\n\
             directory = \"{directory}\"\ncustomer = \"{directory}\"\npartner = \"1\"\n"
        )
        .unwrap();
    }
    write(folder, "catalog.toml", &text);
    let (done, applied, said) = apply(folder, "catalog.toml", &[]);
    assert!(done && applied.ends_with("30001 added.\n"), "{said}");
    let (_, shown, _) = catalog(folder, &["show"]);
    write(folder, "shown.toml", &shown);
    assert_eq!(apply(folder, "shown.toml", &[]).1, NOTHING);
}
