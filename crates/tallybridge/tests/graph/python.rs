//! Python: the published storage client reads the files of an export, unmodified, in many small ranges.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    environment::{self, Requirements},
    house::{House, digits},
};

const STORAGE: Requirements = Requirements { file: "graph/storage.txt", text: include_str!("storage.txt") };

#[test]
fn the_storage_client_for_python_walks_from_the_wish_to_the_last_row() {
    let house = House::with_usage();
    let document = house.close();
    let output = Command::new(environment::python(STORAGE))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graph/storage.py"))
        .args([&house.origin, &house.token("contoso billing"), document.number.as_str()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(digits(read["total"].as_str().unwrap()), digits(&document.total.decimal()), "{read}");
    assert!(read["requests"].as_u64().unwrap() > 5, "{read}");
    assert_eq!(read["part"], read["part of the whole"], "{read}");
    assert_eq!(read["type"], "BlockBlob");
    assert_eq!(
        read["refused"],
        json!({ "wrong": [403, "AuthenticationFailed"], "missing": [404, "BlobNotFound"], "beyond": [416, "InvalidRange"] })
    );
}
