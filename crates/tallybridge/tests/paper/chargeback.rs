//! Chargeback: what a customer is charged, and nothing of what its partner pays.

use serde_json::Value;

use crate::{
    house::{ADATUM, CANARIES, House, NORTHWIND, PROVIDER, RESELLER, TREY},
    reader,
};

const MONTH: [&str; 2] = ["--month", "2026-10"];

/// Every form of the statement of a customer, as text.
fn forms(house: &House, customer: &str) -> Vec<String> {
    let of = |format: &'static str| [&["chargeback", "--customer", customer, "--format", format], &MONTH[..]].concat();
    let mut forms: Vec<String> = ["text", "csv", "json"].iter().map(|format| house.text(&of(format))).collect();
    for language in ["en", "fr"] {
        let arguments = [of("pdf"), vec!["--language", language]].concat();
        let file = house.write(&format!("{customer}-{language}.pdf"), &arguments);
        reader::pages(&file);
        forms.push(reader::text(&file));
    }
    forms
}

#[test]
fn nothing_of_the_partners_own_stands_on_a_statement() {
    let house = House::with_two_invoices();
    // What the partner is invoiced for each customer is a canary, too.
    let invoice: Value =
        serde_json::from_slice(&house.bytes(&["invoice", "INV-7000001-000002", "--format", "json"])).unwrap();
    let lines = invoice["lines"].as_array().unwrap();
    let amounts = lines.iter().map(|line| line["amount"].as_str().unwrap()).filter(|amount| amount.len() > 4);
    let canaries: Vec<&str> = CANARIES.iter().copied().chain(amounts).chain(invoice["total"].as_str()).collect();
    for customer in [ADATUM, NORTHWIND] {
        for form in forms(&house, customer) {
            for canary in &canaries {
                assert!(!form.contains(canary), "{canary:?} of the partner stands in\n{form}");
            }
        }
    }
}

#[test]
fn a_statement_looks_like_this_in_every_form() {
    let house = House::with_two_invoices();
    let forms = forms(&house, NORTHWIND);
    insta::assert_snapshot!("statement", forms.join("\n\n--------\n\n"));
}

#[test]
fn a_month_that_is_not_closed_gives_a_preliminary_statement() {
    let house = House::with_two_invoices();
    for (month, is_closed) in [("2026-09", true), ("2026-10", true), ("2026-11", false)] {
        let text = house.text(&["chargeback", "--customer", ADATUM, "--month", month]);
        assert_eq!(text.contains("preliminary"), !is_closed, "{text}");
    }
}

#[test]
fn a_reseller_gets_one_file_for_each_customer_and_only_its_own() {
    let house = House::with_two_invoices();
    let all = [&["chargeback", "--reseller", RESELLER], &MONTH[..]].concat();
    let csv = house.text(&[&all[..], &["--format", "csv"]].concat());
    assert!(csv.contains(NORTHWIND) && !csv.contains(ADATUM) && !csv.contains(TREY), "{csv}");
    let folder = house.path("statements");
    let into = [&all[..], &["--format", "pdf", "--output", folder.to_str().unwrap()]].concat();
    house.bytes(&into);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, [format!("chargeback-{NORTHWIND}-2026-10.pdf").as_str()]);
    assert!(house.refusal(&into).contains("replace it with --force"));
}

#[test]
fn a_statement_that_cannot_be_made_is_refused_with_the_reason() {
    let house = House::with_two_invoices();
    for (arguments, reason) in [
        (vec![], "--customer <ID>|--reseller <ID>"),
        (vec!["--customer", TREY], "no retail price: the catalogue gives it or its partner one"),
        (vec!["--customer", "nobody"], "customer nobody is not known"),
        (vec!["--reseller", PROVIDER], "is no indirect reseller"),
        (vec!["--customer", ADATUM, "--partner", "1"], "invoiced to 7000001, not to 1"),
        (vec!["--customer", ADATUM, "--reseller", RESELLER], "cannot be used with"),
    ] {
        let refusal = house.refusal(&[&["chargeback"], &MONTH[..], &arguments].concat());
        assert!(refusal.contains(reason), "{refusal}");
    }
}
