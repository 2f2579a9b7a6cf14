//! Readme: what it promises and quotes is what the program does and prints.

use std::{path::Path, process::Command};

use serde_json::Value;

use crate::house::{program, stdout};

const README: &str = include_str!("../../../../README.md");

/// A command of the tour with the lines that are quoted from it.
struct Quote {
    command: Vec<String>,
    lines: Vec<&'static str>,
}

/// The commands that stand in bold lines or indented, each with the text block that follows.
fn quotes() -> Vec<Quote> {
    let mut quotes: Vec<Quote> = Vec::new();
    let (mut command, mut inside) = (None, false);
    for line in README.lines() {
        if line.starts_with("```") {
            inside = line == "```text";
            if let (true, Some(command)) = (inside, command.take()) {
                quotes.push(Quote { command, lines: Vec::new() });
            }
        } else if inside {
            quotes.last_mut().unwrap().lines.push(line);
        } else if let Some(at) =
            line.find("tallybridge ").filter(|_| line.starts_with("**") || line.starts_with("    "))
        {
            let words = line[at..].split('`').next().unwrap();
            // Of several commands in a row, the first one prints what is quoted.
            command.get_or_insert(words.split_whitespace().skip(1).map(str::to_owned).collect());
        }
    }
    quotes
}

fn run_in(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .env("TALLYBRIDGE_DATA", "tallybridge-demo")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    stdout(&output)
}

#[test]
fn the_tour_prints_what_the_readme_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    std::fs::create_dir_all(folder.path().join("docs/reference")).unwrap();
    for file in ["window.json", "usage-summary.csv"] {
        std::fs::copy(reference.join(file), folder.path().join("docs/reference").join(file)).unwrap();
    }
    let quotes = quotes();
    assert!(quotes.len() >= 7, "only {} quotes", quotes.len());
    for quote in quotes {
        let arguments: Vec<&str> = quote.command.iter().map(String::as_str).collect();
        let printed = run_in(folder.path(), &arguments);
        let mut rest = printed.lines();
        for line in quote.lines.iter().filter(|line| **line != "...") {
            let whole = |printed: &str| {
                printed == *line || line.strip_suffix("...").is_some_and(|start| printed.starts_with(start))
            };
            assert!(rest.any(whole), "`{}` does not print {line:?} there, but:\n{printed}", quote.command.join(" "));
        }
    }
}

#[test]
fn the_same_seed_tells_the_same_story_and_everything_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let tell = || run_in(folder.path(), &["demo", "--once", "--json", "--seed", "11"]);
    let (first, second) = (tell(), tell());
    assert_eq!(first, second);
    let told: Value = serde_json::from_str(&first).unwrap();
    let count = |group: &str, name: &str| told[group][name].as_u64().unwrap();
    let rows = |name| count("rows", name);
    assert_eq!(rows("received"), rows("stored") + rows("copies") + rows("held"));
    let usage = |name| count("usage", name);
    assert_eq!(rows("stored"), usage("attributed"));
    assert_eq!(usage("attributed"), usage("rated") + usage("unpriced") + usage("informational"));
    assert!(rows("copies") > 0 && rows("held") > 0 && usage("unpriced") == 0);
    let cents = |amount: &Value| amount.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let sum =
        |group: &str, name: &str| told[group].as_array().unwrap().iter().map(|one| cents(&one[name])).sum::<i64>();
    assert_eq!(sum("subscriptions", "amount"), sum("invoices", "total"));
    let codes: Vec<&str> =
        told["refusals"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    let expected = [
        "UnauthorizedCspRegistration",
        "AuthorizationFailed",
        "InvalidCSPSubscription",
        "BadCustomerSubscriptionId",
        "ScopeLocked",
    ];
    assert_eq!(codes, expected);
    assert_eq!(told["invoices"].as_array().unwrap().len(), 2);
    assert!(told["invoices"][1]["adjustments"].as_u64().unwrap() > 0);
    assert_eq!((&told["conservation"], &told["firstInvoiceUnchanged"]), (&Value::Bool(true), &Value::Bool(true)));
}
