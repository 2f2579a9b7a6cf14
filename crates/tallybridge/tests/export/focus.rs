//! FOCUS: the data sets add up, hold what the specification asks for, and say the same as CSV and as Parquet.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cast::{DINAR, EURO, Seller, YEN},
    house::{House, exact, text},
    reconciliation::documented,
    table::{self, Row, number, sum},
};

const SELLERS: [&Seller; 3] = [&EURO, &YEN, &DINAR];

fn bundle(house: &House, invoice: &str, version: &str) -> BTreeMap<String, (Vec<String>, Vec<Row>)> {
    let folder = house.path(&format!("{invoice}-{version}"));
    let said = house.exported(&["focus", "--invoice", invoice, "--version", version, "--output", text(&folder)]);
    let mut files = BTreeMap::new();
    for file in said["files"].as_array().unwrap() {
        let path = std::path::PathBuf::from(file["path"].as_str().unwrap());
        let (names, rows) = table::read(&path);
        assert_eq!(file["rows"], rows.len());
        files.insert(path.file_stem().unwrap().to_string_lossy().into_owned(), (names, rows));
    }
    files
}

/// Every column that is mandatory is there, and those that may not be empty are not.
fn holds_what_is_mandatory(data_set: &str, names: &[String], rows: &[Row]) {
    for note in ["Mandatory", "Mandatory not null"] {
        for column in documented(data_set, Some(note)) {
            assert!(names.contains(&column), "{data_set} has no {column}");
            let may_be_empty = note == "Mandatory";
            assert!(may_be_empty || rows.iter().all(|row| !row[&column].is_empty()), "{data_set}: {column} is empty");
        }
    }
    let known: BTreeSet<String> = ["Mandatory", "Conditional", "Recommended"]
        .iter()
        .flat_map(|level| {
            let not_null = format!("{level} not null");
            [documented(data_set, Some(level)), documented(data_set, Some(&not_null))].concat()
        })
        .collect();
    assert!(names.iter().all(|name| known.contains(name) || name.starts_with("x_")), "{data_set}: a column is unknown");
}

#[test]
fn the_billed_costs_of_an_invoice_add_up_to_it_line_by_line() {
    let house = House::october(&SELLERS);
    house.late_usage(&EURO);
    house.close_november(&EURO);
    for seller in SELLERS {
        for document in house.documents(seller) {
            let files = bundle(&house, document.number.as_str(), "1.4");
            let (names, rows) = &files["cost-and-usage"];
            holds_what_is_mandatory("Cost and Usage", names, rows);
            let (detail_names, details) = &files["invoice-detail"];
            holds_what_is_mandatory("Invoice Detail", detail_names, details);
            let (period_names, periods) = &files["billing-period"];
            holds_what_is_mandatory("Billing Period", period_names, periods);
            assert_eq!(sum(rows, "BilledCost"), exact(document.total), "{}", document.number);
            assert_eq!(sum(details, "BilledCost"), exact(document.total));
            for (detail, line) in details.iter().zip(&document.lines) {
                let of_line: Vec<&Row> =
                    rows.iter().filter(|row| row["InvoiceDetailId"] == detail["InvoiceDetailId"]).collect();
                assert_eq!(sum(of_line.iter().copied(), "BilledCost"), exact(line.amount));
                assert_eq!(number(&detail["BilledCost"]), exact(line.amount));
                let correction = line.kind == model::LineKind::Adjustment;
                assert!(of_line.iter().all(|row| (row["ChargeClass"] == "Correction") == correction));
                assert!(correction || of_line.iter().all(|row| row["ChargePeriodStart"] >= row["BillingPeriodStart"]));
                let roundings = of_line.iter().filter(|row| row["ChargeCategory"] == "Adjustment").count();
                assert!(roundings <= 1);
            }
        }
    }
}

#[test]
fn a_price_times_a_quantity_is_its_cost() {
    let house = House::october(&SELLERS);
    for seller in SELLERS {
        let [document] = house.documents(seller).try_into().unwrap();
        let (_, rows) = &bundle(&house, document.number.as_str(), "1.4")["cost-and-usage"];
        let (mut of_months, mut reduced) = (0, 0);
        for row in rows.iter().filter(|row| row["ChargeCategory"] == "Usage") {
            let quantity = number(&row["PricingQuantity"]);
            for (cost, price) in [("ListCost", "ListUnitPrice"), ("ContractedCost", "ContractedUnitPrice")] {
                let product = number(&row[price]) * quantity;
                assert_eq!(product / 10_i128.pow(12), number(&row[cost]), "{row:?}");
            }
            assert!(number(&row["ContractedCost"]) <= number(&row["ListCost"]));
            reduced += i32::from(number(&row["ContractedCost"]) < number(&row["ListCost"]));
            of_months += i32::from(row["PricingUnit"] == "GB-Months");
            if row["x_PartnerCreditApplied"] == "true" {
                assert_eq!(row["x_PartnerCreditRate"], "0.15");
                assert!(number(&row["EffectiveCost"]) <= number(&row["ContractedCost"]));
            }
            assert_eq!(row["BilledCost"], row["EffectiveCost"]);
            assert!(row["SkuPriceId"].starts_with(&row["SkuId"]));
        }
        assert!(of_months > 0 && reduced > 0);
    }
}

#[test]
fn one_two_has_the_same_costs_under_its_own_names() {
    let house = House::october(&[&DINAR]);
    let [document] = house.documents(&DINAR).try_into().unwrap();
    let (_, new) = &bundle(&house, document.number.as_str(), "1.4")["cost-and-usage"];
    let files = bundle(&house, document.number.as_str(), "1.2");
    let (names, old) = &files["focus-1.2-cost-and-usage"];
    assert_eq!(files.len(), 1);
    for gone in ["ServiceProviderName", "HostProviderName", "InvoiceDetailId"] {
        assert!(!names.iter().any(|name| name == gone));
    }
    let costs = |rows: &[Row]| rows.iter().map(|row| row["BilledCost"].clone()).collect::<Vec<_>>();
    assert_eq!(costs(new), costs(old));
    assert!(old.iter().all(|row| row["ProviderName"] == row["PublisherName"]));
}

#[test]
fn what_is_not_billed_yet_has_no_invoice_and_its_period_is_open() {
    let house = House::open_month(&[&EURO]);
    let folder = house.path("open");
    let said = house.exported(&["focus", "--partner", EURO.id, "--month", "2026-10", "--output", text(&folder)]);
    assert_eq!(said["files"].as_array().unwrap().len(), 2);
    let (_, rows) = table::read(&folder.join("cost-and-usage.csv"));
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!((row["InvoiceId"].as_str(), row["InvoiceDetailId"].as_str()), ("", ""));
        assert_eq!(row["ChargeCategory"], "Usage");
    }
    let (_, periods) = table::read(&folder.join("billing-period.csv"));
    assert_eq!(periods[0]["BillingPeriodStatus"], "Open");
}
