//! Python: the published library for commerce reads the paying side, unmodified.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    cast::{A1, METER},
    environment::{self, Requirements},
    world,
};

const COMMERCE: Requirements = Requirements { file: "usage/commerce.txt", text: include_str!("../usage/commerce.txt") };

#[test]
fn the_library_for_python_reads_prices_and_all_pages_of_usage() {
    let house = world::house();
    let output = Command::new(environment::python(COMMERCE))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/commerce/paying.py"))
        .args([&house.origin, A1, &house.token("contoso"), &house.token("adatum")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        read["prices"],
        json!({ "currency": "USD", "meters": [[METER, "1 Hour", { "0": 0.046 }, "2026-10-01T00:00:00+00:00"]] })
    );
    let expected = world::total().to_string();
    for (asked, pages, rows) in
        [("Hourly true", 2, 1_175), ("Hourly false", 1, 47), ("Daily true", 1, 75), ("Daily false", 1, 3)]
    {
        assert_eq!(read["usage"][asked], json!({ "pages": pages, "rows": rows, "sum": expected }), "{asked}");
    }
    assert_eq!(
        read["errors"],
        json!({
            "prices of the customer": "AuthorizationFailed", "usage of the customer": "AuthorizationFailed",
            "currency": "InvalidFilter", "future": "RequestEndTimeIsInFuture", "incomplete": "empty",
        })
    );
}
