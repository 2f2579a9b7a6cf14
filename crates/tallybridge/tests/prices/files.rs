//! Files: what people do with files of prices, from the example to a list that is in force.

use crate::house::{House, List, VM, json, prices, text, write_list};

#[test]
fn the_example_is_written_checked_applied_shown_and_written_again() {
    let house = House::new();
    let (example, copy) = (house.folder.path().join("example"), house.folder.path().join("copy"));
    assert!(prices(&["example", text(&example)]).done);
    let again = prices(&["example", text(&example)]);
    assert!(!again.done && again.said.contains("is not empty"), "{}", again.said);
    let checked = prices(&["check", text(&example)]);
    let expected = "azure-stack-hub-example can be applied: 40 prices, 9 meters, 0 reductions, 0 exchange rates.\n";
    assert!(checked.done, "{}", checked.said);
    assert_eq!(checked.printed, expected);
    let applied = house.apply(&example, &[]);
    assert!(
        applied.done && applied.printed.contains("No partner is invoiced by it."),
        "{}{}",
        applied.printed,
        applied.said
    );
    let data = house.data();
    let listed = prices(&["list", "--data", text(&data)]);
    assert!(listed.printed.contains("azure-stack-hub-example") && listed.printed.contains(crate::house::PARTNER));
    let show = |more: &[&str]| {
        let mut arguments = vec!["show", "azure-stack-hub-example", "--data", text(&data)];
        arguments.extend_from_slice(more);
        prices(&arguments)
    };
    let shown = show(&["--day", "2026-10-01"]);
    for part in ["S30, P30", "BlockBlobCapacity of infrastructure", "0.046", "rate card MS-AZR-0003P 2019-12"] {
        assert!(shown.printed.contains(part), "{}\nhas no {part}", shown.printed);
    }
    assert_eq!(json(&show(&["--day", "2019-12-31", "--json"]))["prices"], serde_json::json!([]));
    assert!(show(&["--into", text(&copy)]).done);
    let edited = std::fs::read_to_string(copy.join("prices.csv")).unwrap().replace("0.046", "0.05");
    std::fs::write(copy.join("prices.csv"), edited).unwrap();
    let refused = show(&["--into", text(&copy)]);
    assert!(!refused.done && refused.said.contains("replace it with --force"), "{}", refused.said);
    assert!(show(&["--into", text(&copy), "--force"]).done);
    let nothing = house.apply(&copy, &[]);
    assert!(nothing.printed.contains("Nothing to change"), "{}", nothing.printed);
}

#[test]
fn files_of_others_become_a_folder_that_can_be_applied() {
    let house = House::new();
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/prices/data");
    let (sheet, cards) = (
        format!("{files}/price-sheet.csv"),
        [format!("{files}/rate-card-partner-center.json"), format!("{files}/rate-card-resource-manager.json")],
    );
    let folder = house.folder.path().join("imported");
    let import = |form: &str, file: &str, more: &[&str]| {
        let mut arguments = vec!["import", "--format", form, "--into", text(&folder), file];
        arguments.extend_from_slice(more);
        prices(&arguments)
    };
    let nameless = import("price-sheet", &sheet, &[]);
    assert!(!nameless.done && nameless.said.contains("give it an id with --id"), "{}", nameless.said);
    let imported = import("price-sheet", &sheet, &["--id", "list", "--name", "Imported"]);
    assert!(imported.done, "{}", imported.said);
    for part in ["Left out, 1: no local meter is known", "line 10", "5 prices added, 0 replaced, 0 as they were"] {
        assert!(imported.printed.contains(part), "{}\nhas no {part}", imported.printed);
    }
    let merged = import("rate-card", &cards[0], &[]);
    assert!(merged.printed.contains("4 prices added, 0 replaced, 0 as they were"), "{}{}", merged.printed, merged.said);
    let merged = import("rate-card", &cards[1], &["--json"]);
    assert_eq!((json(&merged)["added"].clone(), json(&merged)["same"].clone()), (0.into(), 4.into()));
    let refused = import("rate-card", &sheet, &[]);
    assert!(!refused.done && refused.said.contains("it is no rate card"), "{}", refused.said);
    let applied = house.apply(&folder, &["--reason", "our own prices"]);
    assert!(applied.done, "{}{}", applied.printed, applied.said);
    let own = house.folder.path().join("own");
    let copied = prices(&[
        "import",
        "--format",
        "own",
        "--into",
        text(&own),
        "--id",
        "own",
        "--currency",
        "USD",
        text(&folder.join("prices.csv")),
        "--meters",
        text(&folder.join("meters.csv")),
    ]);
    assert!(copied.done && copied.printed.contains("9 prices added"), "{}{}", copied.printed, copied.said);
}

#[test]
fn a_folder_with_faults_is_refused_with_all_of_them_and_changes_nothing() {
    let house = House::new();
    let list = house.folder.path().join("list");
    let before = house.bytes();
    write_list(
        &list,
        &List {
            prices: format!("{VM},soon,vcpu_hours,vCPU hour,1,0,0,0.8,a test\n{VM},2026-09-01,gb_hours,h,1,0,0,1,x\n"),
            reductions: "discount,,,2026-09-01,,150\n".to_owned(),
            ..List::default()
        },
    );
    for arguments in [&["apply", text(&list), "--data", text(&house.data())][..], &["check", text(&list)]] {
        let refused = prices(arguments);
        assert!(!refused.done);
        for part in [
            "prices.csv, line 2, column \"from\": \"soon\": it is no day such as 2026-11-23",
            "prices.csv, line 3, column \"unit\": gb_hours of meter",
            "reductions.csv, line 2, column \"percent\": \"150\": it is not between 0 and 100 percent",
            "3 things are wrong",
        ] {
            assert!(refused.said.contains(part), "{}\nhas no {part}", refused.said);
        }
    }
    let faults = json(&house.apply(&list, &["--json"]));
    assert_eq!((faults["count"].clone(), faults["faults"][1]["line"].clone()), (3.into(), 3.into()));
    assert_eq!(house.bytes(), before);
}

#[test]
fn a_list_stays_in_its_currency() {
    let house = House::new();
    let list = house.folder.path().join("list");
    write_list(&list, &List::default());
    let head = std::fs::read_to_string(list.join("list.toml")).unwrap();
    for (from, to, said) in [
        ("\"USD\"", "\"EUR\"", "currency: its prices are in USD"),
        ("\"USD\"\n", "\"USD\"\nbilling_currency = \"EUR\"\n", "billing_currency: its invoices are in USD"),
    ] {
        std::fs::write(list.join("list.toml"), head.replace(from, to)).unwrap();
        let refused = house.apply(&list, &["--reason", "a test"]);
        assert!(!refused.done && refused.said.contains(said), "{}", refused.said);
    }
}
