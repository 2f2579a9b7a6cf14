//! Invoice: what the program writes of an issued document, in every form.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    house::{ADATUM, House, rename},
    reader,
};

const FIRST: &str = "INV-7000001-000001";
const SECOND: &str = "INV-7000001-000002";

#[test]
fn an_invoice_says_the_same_in_both_languages() {
    let house = House::with_two_invoices();
    for language in ["en", "fr"] {
        let arguments = ["invoice", SECOND, "--format", "pdf", "--language", language];
        let file = house.write(&format!("{language}.pdf"), &arguments);
        assert_eq!(reader::pages(&file), 2);
        insta::assert_snapshot!(format!("invoice_{language}"), reader::text(&file));
    }
}

#[test]
fn pages_show_the_names_of_the_day_of_issue() {
    let house = House::with_two_invoices();
    let arguments = ["invoice", SECOND, "--format", "pdf", "--output", "-"];
    let before = house.bytes(&arguments);
    rename(&house, ADATUM, "Adatum has another name");
    assert_eq!(house.bytes(&arguments), before);
}

#[test]
fn a_file_is_not_replaced_unasked_and_nothing_is_left_half_done() {
    let house = House::with_two_invoices();
    let arguments = ["invoice", FIRST, "--format", "pdf"];
    let file = house.write("one.pdf", &arguments);
    let output = ["--output", file.to_str().unwrap()];
    let again = [&arguments[..], &output].concat();
    assert!(house.refusal(&again).contains("replace it with --force"));
    let written = std::fs::read(&file).unwrap();
    house.bytes(&[&again[..], &["--force"]].concat());
    assert_eq!(std::fs::read(&file).unwrap(), written);
    let missing = house.path("no/such/folder.pdf");
    assert!(house.refusal(&[&arguments[..], &["--output", missing.to_str().unwrap()]].concat()).contains("folder.pdf"));
    let names = std::fs::read_dir(house.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().ends_with(".part")));
}

#[test]
fn every_form_tells_the_same_numbers() {
    let house = House::with_two_invoices();
    let json: Value = serde_json::from_slice(&house.bytes(&["invoice", SECOND, "--format", "json"])).unwrap();
    let old: Value = serde_json::from_slice(&house.bytes(&["invoice", SECOND, "--json"])).unwrap();
    let file = house.write("canonical.json", &["invoice", SECOND, "--format", "canonical"]);
    let canonical = std::fs::read(&file).unwrap();
    let record: Value = serde_json::from_slice(&canonical).unwrap();
    assert_eq!(house.text(&["invoice", SECOND, "--canonical"]).trim_end().as_bytes(), canonical);
    assert_eq!(json["total"], record["total"]);
    assert_eq!(json["hash"], old["hash"]);
    let amounts = |document: &Value| -> Vec<String> {
        document["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(amounts(&json), amounts(&record));
    assert_eq!(amounts(&json), amounts(&old));
    assert!(house.text(&["invoice", SECOND]).contains(json["hash"].as_str().unwrap()));
}

#[test]
fn the_hash_on_paper_is_that_of_the_record() {
    let house = House::with_two_invoices();
    let mut previous = [0_u8; 32];
    for number in [FIRST, SECOND] {
        let record = house.write(&format!("{number}.json"), &["invoice", number, "--format", "canonical"]);
        let chained = [b"tallybridge.document.1".as_slice(), &previous, &std::fs::read(record).unwrap()].concat();
        previous = Sha256::digest(chained).into();
        let hash = hub::hex(&previous);
        let text = reader::text(&house.write(&format!("{number}.pdf"), &["invoice", number, "--format", "pdf"]));
        assert!(text.contains(&hash), "{hash}\n{text}");
        assert!(text.lines().filter(|line| line.contains(&hash[..16])).count() >= 3, "{hash}\n{text}");
    }
}

#[test]
fn documents_are_listed_with_and_without_the_word() {
    let house = House::with_two_invoices();
    let list = house.text(&["invoice", "list"]);
    assert_eq!(list, house.text(&["invoice"]));
    assert!(list.contains(FIRST) && list.contains(SECOND));
    assert!(house.refusal(&["invoice", "list", "--format", "pdf"]).contains("name the document"));
    assert!(house.refusal(&["invoice", FIRST, "--format", "pdf", "--language", "de"]).contains("en and fr"));
}
