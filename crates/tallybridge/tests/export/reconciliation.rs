//! Reconciliation: the files of documents have the documented columns, and add up to the last unit.

use std::{collections::BTreeMap, fs};

use model::{Document, LineKind, Rounding, Second};
use num_bigint::BigInt;
use num_rational::Ratio;

use crate::{
    cast::{self, DINAR, EURO, HOSTILE, RESELLER, Seller, YEN},
    house::{House, exact, text},
    table::{self, Row, number, sum},
};

const SELLERS: [&Seller; 3] = [&EURO, &YEN, &DINAR];

/// The documented names of the columns of a file, in order.
pub fn documented(file: &str, note: Option<&str>) -> Vec<String> {
    let all = include_str!("columns.csv").lines().skip(2).map(|line| line.split(',').collect::<Vec<_>>());
    let of_file = all.filter(|line| line[0] == file && note.is_none_or(|note| line[3] == note));
    of_file.map(|line| line[2].to_owned()).collect()
}

/// Writes a file and reads it back.
fn written(house: &House, number: &str, layout: &str) -> (Vec<String>, Vec<Row>) {
    let path = house.path(&format!("{number}-{layout}.csv"));
    let said = house.exported(&[
        "reconciliation",
        "--invoice",
        number,
        "--layout",
        layout,
        "--output",
        text(&path),
        "--issuer",
        "Operator",
    ]);
    let (names, rows) = table::read(&path);
    assert_eq!(said["files"][0]["rows"], rows.len());
    (names, rows)
}

/// The lines of a document by what rows call them.
fn by_reference(document: &Document) -> BTreeMap<String, &model::InvoiceLine> {
    document.lines.iter().zip(1..).map(|(line, number)| (format!("{}-L{number}", document.number), line)).collect()
}

#[test]
fn every_layout_has_the_documented_columns_and_adds_up_to_the_document() {
    let house = House::october(&SELLERS);
    house.late_usage(&EURO);
    house.close_november(&EURO);
    for seller in SELLERS {
        for document in house.documents(seller) {
            let total = exact(document.total);
            for (layout, money) in
                [("new-commerce", "Total"), ("legacy", "PostTaxTotal"), ("daily", "BillingPreTaxTotal")]
            {
                let (names, rows) = written(&house, document.number.as_str(), layout);
                assert_eq!(names, documented(layout, None), "{layout}");
                assert_eq!(sum(&rows, money), total, "{layout} of {}", document.number);
                assert!(rows.iter().all(|row| row["InvoiceNumber"] == document.number.as_str()));
                assert!(layout == "daily" || rows.len() == document.lines.len());
            }
        }
    }
}

#[test]
fn the_documented_formulas_of_the_new_commerce_give_every_subtotal() {
    let house = House::october(&[&EURO]);
    let [document] = house.documents(&EURO).try_into().unwrap();
    let lines = by_reference(&document);
    let (_, rows) = written(&house, document.number.as_str(), "new-commerce");
    for row in &rows {
        let line = lines[&row["ReferenceId"]];
        // ROUNDDOWN(ROUNDDOWN(EffectiveUnitPrice * BillableQuantity, 2) * PCToBCExchangeRate, 2): the price has 15 decimals,
        // so the product is brought to 6 before it is cut, as a spreadsheet does that shows 15 digits.
        let product = ratio(&row["EffectiveUnitPrice"]) * ratio(&row["BillableQuantity"]);
        let cents = (product * ratio("1000000")).round() / ratio("10000");
        let billed = (cents.trunc() * ratio(&row["PCToBCExchangeRate"])).trunc() / ratio("100");
        assert_eq!(billed, ratio(&row["Subtotal"]), "{row:?}");
        assert_eq!(row["Subtotal"], line.amount.decimal());
        assert_eq!((row["TaxTotal"].as_str(), row["Currency"].as_str()), ("0.00", "EUR"));
        assert_eq!((row["PricingCurrency"].as_str(), row["PCToBCExchangeRate"].as_str()), ("USD", "0.846202666"));
        assert_eq!(row["PCToBCExchangeRateDate"], "2026-09-30T23:59:59Z");
        assert_eq!(row["Quantity"], line.quantity.to_string(), "a quantity is never cut");
        assert_eq!((row["ChargeType"].as_str(), row["ResellerMpnId"].as_str()), ("New", "0"));
        assert_eq!(row["ChargeStartDate"], "2026-10-01T00:00:00Z");
        assert_eq!(row["ChargeEndDate"], "2026-10-31T23:59:59Z");
        let earned = !line.key.credit.is_zero();
        assert_eq!(row["PriceAdjustmentDescription"].contains("15.0% Partner earned credit"), earned);
        let reduced = !line.key.discount.is_zero();
        assert_eq!(row["PriceAdjustmentDescription"].contains("2.5% Partner discount"), reduced);
        assert_eq!(row["ProductId"], line.key.commerce_meter.as_str());
    }
    // What was free, three tiers, and days with and without credit and discount.
    let tiers: std::collections::BTreeSet<_> = rows.iter().map(|row| row["SkuId"].clone()).collect();
    assert_eq!(tiers.into_iter().collect::<Vec<_>>(), ["0000", "0001", "0002", "0003"]);
    assert!(rows.iter().any(|row| row["PriceAdjustmentDescription"].contains(',')), "both on one line");
}

/// A number that is kept exactly.
type Exact = Ratio<BigInt>;

fn ratio(text: &str) -> Exact {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().unwrap();
    Exact::new(digits, BigInt::from(10).pow(u32::try_from(fraction.len()).unwrap()))
}

#[test]
fn the_days_of_every_line_and_one_row_of_rounding_add_up_to_it() {
    let house = House::october(&SELLERS);
    for seller in SELLERS {
        let [document] = house.documents(seller).try_into().unwrap();
        let (_, rows) = written(&house, document.number.as_str(), "daily");
        let mut by_line: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in rows {
            let more: serde_json::Value = serde_json::from_str(&row["AdditionalInfo"]).unwrap();
            by_line.entry(more["invoiceLine"].as_str().unwrap().to_owned()).or_default().push(row);
        }
        let lines = by_reference(&document);
        assert!(lines.keys().eq(by_line.keys()));
        for (id, rows) in &by_line {
            let line = lines[id];
            let (rounding, days): (Vec<_>, Vec<_>) =
                rows.iter().partition(|row| row["ChargeType"] == "rounding adjustment");
            assert!(rounding.len() <= 1, "{id}");
            assert!(rounding.iter().all(|row| row["Quantity"] == "0"));
            assert!(!days.is_empty() && days.iter().all(|row| row["ChargeType"] == "new"));
            assert_eq!(sum(rows, "BillingPreTaxTotal"), exact(line.amount), "{id}");
            let used = days.iter().map(|row| ratio(&row["Quantity"])).sum::<Exact>();
            assert_eq!(used, ratio(&line.quantity.to_string()), "{id}");
            for day in days {
                assert_eq!(day["MeterId"], line.key.commerce_meter.as_str());
                let credit = &day["PartnerEarnedCreditPercentage"];
                let of_credit = ("2026-10-10".."2026-10-17").contains(&&day["UsageDate"][..10]);
                let of_customer = !day["CustomerId"].is_empty();
                assert_eq!(credit, if of_credit && of_customer { "15" } else { "0" }, "{day:?}");
                assert!(day["AdditionalInfo"].contains("azureStack.SubscriptionId"));
                assert!(day["AdditionalInfo"].contains(r#""azureStack.Location":"north""#));
            }
        }
    }
}

#[test]
fn the_basic_set_is_the_documented_one_and_adds_up_too() {
    let house = House::october(&[&YEN]);
    let [document] = house.documents(&YEN).try_into().unwrap();
    let path = house.path("basic.csv");
    let number = document.number.to_string();
    let arguments = ["reconciliation", "--invoice", &number, "--layout", "daily", "--attributes", "basic", "--output"];
    house.exported(&[&arguments[..], &[text(&path)]].concat());
    let (names, rows) = table::read(&path);
    assert_eq!(names, documented("daily", Some("yes")));
    assert_eq!(sum(&rows, "BillingPreTaxTotal"), exact(document.total));
    assert!(rows.iter().any(|row| row["ChargeType"] == "rounding adjustment"), "yen have no decimals");
}

#[test]
fn effective_rates_of_the_legacy_layout_are_cut_to_eight_decimals() {
    let house = House::october(&[&YEN]);
    let [document] = house.documents(&YEN).try_into().unwrap();
    assert_eq!(cast::price_list(&YEN).rounding, Rounding::Legacy);
    let (_, rows) = written(&house, document.number.as_str(), "legacy");
    for row in &rows {
        let (consumed, included) = (ratio(&row["ConsumedQuantity"]), ratio(&row["IncludedQuantity"]));
        let overage = ratio(&row["OverageQuantity"]);
        assert_eq!(consumed - included, overage);
        if row["DetailLineItemId"] == "0" {
            assert_eq!((row["OverageQuantity"].as_str(), row["PretaxEffectiveRate"].as_str()), ("0", "0"));
            continue;
        }
        let rate = ratio(&row["PretaxCharges"]) / overage * ratio("100000000");
        assert_eq!(rate.trunc(), ratio(&row["PretaxEffectiveRate"]) * ratio("100000000"), "{row:?}");
        assert_eq!(row["Currency"], "JPY");
        assert!(!row["PretaxCharges"].contains('.'), "yen have no decimals");
    }
    let resellers: std::collections::BTreeSet<_> = rows.iter().map(|row| row["ResellerMpnId"].as_str()).collect();
    assert_eq!(
        resellers.into_iter().collect::<Vec<_>>(),
        [YEN.id, RESELLER],
        "what it sells itself has its own number"
    );
}

#[test]
fn usage_that_came_late_stands_on_the_next_files_with_its_own_dates() {
    let house = House::october(&[&EURO]);
    house.late_usage(&EURO);
    house.close_november(&EURO);
    let [_, second] = house.documents(&EURO).try_into().unwrap();
    let late = second.lines.iter().filter(|line| line.kind == LineKind::Adjustment).count();
    assert!(late > 0 && late < second.lines.len());
    for (layout, charge) in [("new-commerce", "addQuantity"), ("daily", "adjustment")] {
        let (_, rows) = written(&house, second.number.as_str(), layout);
        let of_october: Vec<&Row> =
            rows.iter().filter(|row| row["ChargeStartDate"] == "2026-10-01T00:00:00Z").collect();
        assert_eq!(of_october.len(), late, "{layout}");
        assert!(of_october.iter().all(|row| row["ChargeEndDate"] == "2026-10-31T23:59:59Z"));
        assert!(of_october.iter().any(|row| row["ChargeType"] == charge), "{layout}");
        assert!(of_october.iter().all(|row| row["PCToBCExchangeRate"] == "0.846202666"), "the rate of its own month");
    }
}

#[test]
fn files_of_a_document_stay_the_same_byte_for_byte_when_usage_comes_late_and_names_change() {
    let house = House::october(&[&EURO]);
    let [first] = house.documents(&EURO).try_into().unwrap();
    let number = first.number.to_string();
    let write = |round: &str| -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        for layout in ["new-commerce", "legacy", "daily"] {
            let path = house.path(&format!("{round}-{layout}.csv"));
            house.exported(&["reconciliation", "--invoice", &number, "--layout", layout, "--output", text(&path)]);
            files.push(fs::read(path).unwrap());
        }
        for format in ["csv", "parquet"] {
            let folder = house.path(&format!("{round}-{format}"));
            house.exported(&["focus", "--invoice", &number, "--format", format, "--output", text(&folder)]);
            for name in ["cost-and-usage", "invoice-detail", "billing-period"] {
                files.push(fs::read(folder.join(format!("{name}.{format}"))).unwrap());
            }
        }
        files
    };
    let before = write("before");
    house.late_usage(&EURO);
    house.close_november(&EURO);
    let mut partner = house.hub("2026-12-05T00").office().partners[&EURO.partner()].clone();
    partner.name = "Another name".to_owned();
    house.hub("2026-12-05T00").record("test", "a name", &[hub::OfficeRecord::Partner(partner)]).unwrap();
    assert!(before == write("after"), "a file of the first document changed");
}

#[test]
fn a_name_is_no_formula_and_a_number_is_no_text() {
    let house = House::october(&[&EURO]);
    let [document] = house.documents(&EURO).try_into().unwrap();
    for (layout, column) in
        [("new-commerce", "CustomerName"), ("legacy", "CustomerCompanyName"), ("daily", "CustomerName")]
    {
        let (_, rows) = written(&house, document.number.as_str(), layout);
        let names: std::collections::BTreeSet<_> = rows.iter().map(|row| row[column].clone()).collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), [String::new(), format!("'{HOSTILE}")]);
        for row in &rows {
            for (column, cell) in row {
                let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                assert!(!is_formula || cell.parse::<serde_json::Number>().is_ok(), "{column}: {cell}");
            }
        }
    }
}

#[test]
fn usage_that_is_not_billed_yet_has_days_without_a_number_and_without_rounding() {
    let house = House::open_month(&[&EURO]);
    let path = house.path("usage.csv");
    let said = house.exported(&["usage", "--partner", EURO.id, "--month", "2026-10", "--output", text(&path)]);
    let (names, rows) = table::read(&path);
    assert_eq!(names, documented("daily", None));
    assert!(rows.iter().all(|row| row["InvoiceNumber"].is_empty() && row["ChargeType"] == "new"));
    assert_eq!(said["invoice"], serde_json::Value::Null);
    assert_eq!(number(said["files"][0]["total"].as_str().unwrap()), sum(&rows, "BillingPreTaxTotal"));
    // The days add up to what closing now would bill, but for what rounding of each line takes.
    let hub = house.hub("2026-11-05T00");
    let wish = hub::MonthClose {
        partner: EURO.partner(),
        month: model::Month::parse("2026-10").unwrap(),
        actor: "test".to_owned(),
        override_reason: Some("only to see".to_owned()),
        dry_run: true,
    };
    let document = hub.close(&wish).unwrap().document.unwrap();
    let gap = sum(&rows, "BillingPreTaxTotal") - exact(document.total);
    let lines = i128::try_from(document.lines.len()).unwrap();
    assert!(gap > 0 && gap < lines * 2 * 10_i128.pow(10), "{gap}");
    assert!(Second::parse(&rows[0]["UsageDate"]).is_ok());
}
