//! Python: the published tools for FOCUS and for tables read the files, unmodified.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    cast::{DINAR, EURO, Seller, YEN},
    environment::{self, Requirements},
    house::{House, exact, text},
    table::number,
};

const TOOLS: Requirements = Requirements { file: "export/tools.txt", text: include_str!("tools.txt") };

/// Writes the bundle of a document both ways, and lets the tools look at it.
fn looked_at(house: &House, invoice: &str) -> Value {
    let folder = house.path(invoice);
    for format in ["csv", "parquet"] {
        house.exported(&["focus", "--invoice", invoice, "--format", format, "--output", text(&folder)]);
    }
    let output = Command::new(environment::python(TOOLS))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/export/tools.py"))
        .arg(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Everything that every tool must say about a document.
fn agrees(house: &House, seller: &Seller) {
    for document in house.documents(seller) {
        let report = looked_at(house, document.number.as_str());
        for (file, verdict) in report["validate"].as_object().unwrap() {
            assert_eq!(verdict["status"], 0, "{file} of {}: {}", document.number, verdict["said"]);
        }
        let costs = &report["costs"];
        for reader in ["duckdb", "pandas", "csv"] {
            let total = number(costs[reader].as_str().unwrap());
            assert_eq!(total, exact(document.total), "{reader} of {}", document.number);
        }
        let rows = costs["rows"].as_array().unwrap();
        assert!(rows.iter().all(|count| *count == rows[0]), "{rows:?}");
        for (line, index) in document.lines.iter().zip(1..) {
            let cost = costs["lines"][format!("{}-L{index}", document.number)].as_str().unwrap();
            assert_eq!(number(cost), exact(line.amount), "line {index} of {}", document.number);
        }
        assert_eq!(costs["columns"], true, "both formats have the same columns");
        for (column, kind) in [
            ("BilledCost", "decimal128(38, 12)"),
            ("PricingQuantity", "decimal128(38, 12)"),
            ("ChargePeriodStart", "timestamp[us, tz=UTC]"),
            ("ServiceName", "string"),
            ("SkuPriceDetails", "string"),
        ] {
            assert_eq!(costs["types"][column], kind, "{column}");
        }
        assert_eq!(costs["first"], "2026-10-01 00:00:00+00:00");
        the_bundle_holds(&report["bundle"]);
    }
}

/// The data sets of a bundle fit each other. One thing is known: a row of rounding belongs to the usage line that it rounds,
/// so its category is another than that of its invoice detail.
fn the_bundle_holds(verdict: &Value) {
    let said: Value = serde_json::from_str(verdict["said"].as_str().unwrap()).unwrap();
    for diagnostic in said["diagnostics"].as_array().unwrap() {
        let is_error = diagnostic["severity"] == json!("ERROR");
        let is_known = diagnostic["column"] == "ChargeCategory" && diagnostic["actual"] == "Adjustment";
        assert!(!is_error || is_known, "{diagnostic}");
    }
}

#[test]
fn the_tools_accept_every_data_set_and_add_it_up_to_the_last_digit() {
    let house = House::october(&[&EURO, &YEN, &DINAR]);
    house.late_usage(&EURO);
    house.close_november(&EURO);
    for seller in [&EURO, &YEN, &DINAR] {
        agrees(&house, seller);
    }
}
