//! Effects: what a changed price list is said to change is what the next document then changes.

use std::collections::BTreeMap;

use model::{Document, Money};
use serde_json::Value;

use crate::house::{BLOB, House, List, SUBSCRIPTION, VM, WINDOWS, close, json, write_list};

/// The months that an effect tells, by month.
fn months(answer: &Value) -> BTreeMap<String, Value> {
    let [partner] = answer["effects"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    let months = partner["months"].as_array().unwrap();
    months.iter().map(|month| (month["month"].as_str().unwrap().to_owned(), month.clone())).collect()
}

/// The sum of a document's lines by month.
fn by_month(document: Option<&Document>) -> BTreeMap<String, i128> {
    let mut sums = BTreeMap::new();
    for line in document.iter().flat_map(|document| &document.lines) {
        *sums.entry(line.key.month.to_string()).or_insert(0) += line.amount.minor;
    }
    sums
}

/// Cents of a decimal.
fn cents(value: &Value) -> i128 {
    let usd = model::Currency::parse("USD").unwrap();
    Money::from_decimal(value.as_str().unwrap(), usd).unwrap().minor
}

#[test]
fn a_changed_price_is_shown_with_its_months_and_asks_why_a_closed_one_changes() {
    let house = House::new();
    let list = house.folder.path().join("list");
    write_list(&list, &List { prices: List::default().prices.replace(",0.8,", ",1,"), ..List::default() });
    let before = house.bytes();
    let looked = house.apply(&list, &["--dry-run"]);
    assert!(looked.done, "{}{}", looked.printed, looked.said);
    for part in [
        "PRICE LIST list, changed",
        "(Base VM Size Hours)",
        "0.8 from 0 for 1 vCPU hour",
        "PARTNER 4390934",
        // 12.5 hours of machines at 0.8 and then at 1; 9.332 at 4.6; 4004 GB hours at 0.6 for 720.
        "2026-09  closed   56.27 USD   58.77 USD    2.50 USD  56.27 USD   2.50 USD",
        "2026-09: INV-4390934-000001: the next close puts 2.50 USD on adjustment lines",
        "It touches 1 closed month, so applying it asks for --reason.",
    ] {
        assert!(looked.printed.contains(part), "{}\nhas no {part}", looked.printed);
    }
    assert_eq!(house.bytes(), before, "a dry run writes nothing");
    let refused = house.apply(&list, &[]);
    assert!(!refused.done && refused.said.contains("say why with --reason; nothing was changed"), "{}", refused.said);
    assert_eq!(json(&house.apply(&list, &["--json", "--dry-run"]))["applied"], false);
    let refused = house.apply(&list, &["--json"]);
    assert!(!refused.done && json(&refused)["reasonNeeded"] == true);
    let applied = house.apply(&list, &["--reason", "the contract of September was misread"]);
    assert!(applied.done && applied.printed.contains("1 closed month will be adjusted"), "{}", applied.printed);
    let again = house.apply(&list, &[]);
    assert!(again.done && again.printed.contains("Nothing to change"), "{}", again.printed);
    let mut details = Vec::new();
    let mut look = |entry: hub::AuditEntry| {
        if entry.note.action == "price_list.apply" {
            details.push(entry.note.detail);
        }
        Ok(())
    };
    house.hub().store().audit(0, &mut look).unwrap();
    let [detail] = details.as_slice() else { panic!("{details:?}") };
    assert!(detail.contains("the contract of September was misread"), "{detail}");
}

/// A change of the list, by its number: each of six parts is in some and not in others.
fn change(number: u32) -> List {
    let List { mut prices, mut meters, mut reductions } = List::default();
    let is_in = |part: u32| number >> part & 1 == 1;
    if is_in(0) {
        prices = prices.replace(",0.8,", &format!(",0.{},", 50 + number));
    }
    if is_in(1) {
        prices.push_str(&format!("{VM},2026-09-15,vcpu_hours,vCPU hour,1,{number},0,1.2,a test\n"));
    }
    if is_in(2) {
        prices.push_str(&format!("{BLOB},2026-10-01,gb_hours,GB month,720,0,0,0.7,a test\n"));
        prices.push_str(&format!("{BLOB},2026-10-01,gb_hours,GB month,720,0,1500,0.3,a test\n"));
    }
    if is_in(3) {
        reductions += "discount,,,2026-09-10,2026-10-15,12.5\n";
        reductions.push_str(&format!("earned_credit,{SUBSCRIPTION},,2026-10-01,,15\n"));
    }
    if is_in(4) {
        let commerce = "fb8c0713-ea20-40bf-901f-5560fd3f6330";
        meters.push_str(&format!("{WINDOWS},tenant,2026-09-14,{commerce}\n"));
        prices.push_str(&format!("{commerce},2026-09-01,vcpu_hours,vCPU hour,100,0,0,333,a test\n"));
    }
    if is_in(5) {
        let commerce = "8767aeb3-6909-4db2-9927-3f51e9a9085e";
        meters.push_str(&format!("{BLOB},infrastructure,2026-09-01,{commerce}\n"));
        prices.push_str(&format!("{commerce},2026-09-01,gb_hours,GB month,720,0,0,0.1,a test\n"));
    }
    List { prices, meters, reductions }
}

#[test]
fn what_a_dry_run_shows_is_what_the_next_close_issues() {
    for number in [1, 2, 6, 8, 16, 24, 32, 43, 55, 63] {
        let house = House::new();
        let list = house.folder.path().join("list");
        write_list(&list, &change(number));
        let before = house.bytes();
        let shown = json(&house.apply(&list, &["--dry-run", "--json"]));
        assert_eq!(house.bytes(), before, "change {number}: a dry run writes nothing");
        let effects = months(&shown);
        let applied = house.apply(&list, &["--reason", "a test", "--json"]);
        assert!(applied.done, "change {number}: {}{}", applied.printed, applied.said);
        assert_eq!(months(&json(&applied)), effects, "change {number}");
        let issued = by_month(close(&house.hub(), "2026-10").as_ref());
        for (month, effect) in effects {
            let due = cents(&effect["after"]) - cents(&effect["invoiced"]);
            assert_eq!(effect["closed"], month == "2026-09", "{month}");
            if effect["closed"] == true {
                assert_eq!(cents(&effect["adjustment"]), due, "change {number}, {month}");
            }
            let issued = issued.get(&month).copied().unwrap_or(0);
            let expected = if month == "2026-11" { 0 } else { due };
            assert_eq!(issued, expected, "change {number}, {month}: {effect}");
        }
        // With both months closed, nothing is left to be adjusted.
        let back = json(&house.apply(&list, &["--dry-run", "--json"]));
        assert_eq!(back["differences"], serde_json::json!([]));
    }
}

#[test]
fn taking_a_change_back_gives_back_what_it_cost() {
    let house = House::new();
    let list = house.folder.path().join("list");
    write_list(&list, &change(43));
    assert!(house.apply(&list, &["--reason", "a test"]).done);
    close(&house.hub(), "2026-10").unwrap();
    write_list(&list, &List::default());
    let effects = months(&json(&house.apply(&list, &["--reason", "it was wrong", "--json"])));
    let adjustments: i128 = ["2026-09", "2026-10"].iter().map(|month| cents(&effects[*month]["adjustment"])).sum();
    let issued = by_month(close(&house.hub(), "2026-11").as_ref());
    assert_eq!(issued["2026-09"] + issued["2026-10"], adjustments);
    let plain = House::new();
    close(&plain.hub(), "2026-10").unwrap();
    let untouched = close(&plain.hub(), "2026-11").unwrap().total.minor;
    assert_eq!(issued["2026-11"], untouched);
}

#[test]
fn a_price_that_is_taken_away_is_told_as_rows_without_one() {
    let house = House::new();
    let list = house.folder.path().join("list");
    let prices: Vec<String> =
        List::default().prices.lines().filter(|line| !line.starts_with(VM)).map(|line| format!("{line}\n")).collect();
    write_list(&list, &List { prices: prices.concat(), ..List::default() });
    let looked = house.apply(&list, &["--dry-run"]);
    assert!(looked.printed.contains("2026-10: 4 rows have no price then, 0 have none now"), "{}", looked.printed);
}

#[test]
fn a_catalogue_changes_no_price_of_a_closed_month() {
    let house = House::new();
    let hub = house.hub();
    let apply = |change: &dyn Fn(&mut model::PriceList)| {
        let mut list = hub.office().price_lists.values().next().unwrap().clone();
        change(&mut list);
        let wanted = hub::Catalogue { price_lists: vec![list], ..hub::Catalogue::default() };
        hub.apply_catalogue(&hub::Actor::at_home("test"), &wanted, false)
    };
    let dearer = |list: &mut model::PriceList| {
        for tier in list.prices.iter_mut().flat_map(|price| &mut price.tiers) {
            tier.unit_price = model::UnitPrice::parse("7").unwrap();
        }
    };
    let refused = apply(&dearer).unwrap_err().to_string();
    assert!(refused.contains("prices apply --reason") && refused.contains("2026-09"), "{refused}");
    // From a day after the closed month on, prices may change as they like.
    let later = |list: &mut model::PriceList| {
        let mut from_now = list.prices.clone();
        for price in &mut from_now {
            price.from = model::Day::parse("2026-12-01").unwrap();
        }
        list.prices.extend(from_now);
        list.prices.sort_by(|left, right| (&left.meter, left.from).cmp(&(&right.meter, right.from)));
    };
    assert_eq!(apply(&later).unwrap().len(), 1);
}
