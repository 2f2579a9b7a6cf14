//! Tests of statements.

use std::collections::BTreeMap;

use billing::{
    bill::Terms,
    rate::{RatedLine, RatedMonth, Rating, RowCounts, Unrated},
};
use model::{
    CloudId, Currency, Customer, CustomerId, Day, LineKey, MeterId, Month, Office, PartnerId, PayingSubscriptionId,
    Quantity, Rounding, Scope, Share, UnitPrice,
};

use super::{CustomerStatement, statement_csv, statement_json, statement_pdf};
use crate::{names::Names, pdf::Language};

const METER: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";

fn customer(name: &str) -> Customer {
    let (id, partner) = (CustomerId::new("c1").unwrap(), PartnerId::new("4390934").unwrap());
    Customer { id, name: name.to_owned(), partner, retail: None }
}

/// A month with one line at 0.046 per hour, marked up, and one usage without a price.
fn rated(customer: &str, markup: &str, discount: &str) -> RatedMonth {
    let key = LineKey {
        month: Month::parse("2026-10").unwrap(),
        paying_subscription: PayingSubscriptionId::new("s").unwrap(),
        stamp: CloudId::new("cloud1").unwrap(),
        meter: MeterId::new(METER).unwrap(),
        commerce_meter: MeterId::new(METER).unwrap(),
        scope: Scope::Tenant,
        price_from: Day::parse("2026-01-01").unwrap(),
        tier: 1,
        discount: Share::parse_percent(discount).unwrap(),
        credit: Share::ZERO,
    };
    let unit_price = UnitPrice::parse("0.046").unwrap();
    let quantity = Quantity::from_whole(1000);
    let amount = quantity.times(unit_price, 1).unwrap().times(key.discount.rest()).unwrap();
    let unrated = Unrated {
        rating: Rating::NoPriceForMeter,
        stamp: key.stamp.clone(),
        meter: key.meter.clone(),
        scope: key.scope,
        first_day: key.price_from,
        last_day: key.price_from,
        quantity,
        rows: 1,
    };
    let month = RatedMonth {
        month: key.month,
        paying_subscription: key.paying_subscription.clone(),
        customer: Some(CustomerId::new(customer).unwrap()),
        exchange: None,
        lines: vec![RatedLine { key, rating: Rating::Rated, unit_price, divisor: 1, quantity, amount }],
        unpriced: vec![unrated],
        informational: Vec::new(),
        rows: RowCounts::default(),
        rules: BTreeMap::new(),
    };
    month.marked_up(Share::parse_percent(markup).unwrap()).unwrap()
}

fn statement(name: &str, months: &[RatedMonth], markup: &str) -> CustomerStatement {
    let terms = Terms { currency: Currency::parse("USD").unwrap(), rounding: Rounding::HalfUp };
    let markup = Share::parse_percent(markup).unwrap();
    let month = Month::parse("2026-10").unwrap();
    CustomerStatement::new(("Contoso", &customer(name)), (month, false), months, (terms, Some(markup)), &|_| Some(3))
        .unwrap()
}

#[test]
fn a_price_is_what_the_customer_pays_and_times_quantity_it_is_the_amount() {
    for (markup, discount, price, is_cut, amount) in [
        ("0", "0", "0.046", false, "46.00"),
        ("25", "0", "0.0575", false, "57.50"),
        ("25", "10", "0.05175", false, "51.75"),
        ("33.3333", "33.3333", "0.040888899111", true, "40.89"),
    ] {
        let statement = statement("Adatum", &[rated("c1", markup, discount)], markup);
        let [line] = statement.lines.as_slice() else { panic!("{:?}", statement.lines) };
        assert_eq!((line.unit_price.decimal.as_str(), line.unit_price.is_cut), (price, is_cut));
        assert_eq!(line.amount.decimal(), amount);
        assert_eq!(statement.total, line.amount);
    }
}

#[test]
fn nobody_else_stands_on_a_statement() {
    let statement = statement("Adatum", &[rated("c2", "25", "0"), rated("c1", "25", "0")], "25");
    assert_eq!((statement.lines.len(), statement.unpriced.len()), (1, 1));
}

#[test]
fn a_table_is_safe_to_open() {
    let office = Office::default();
    let statement = statement("=HYPERLINK(\"x\")", &[rated("c1", "25", "0")], "25");
    let mut bytes = Vec::new();
    statement_csv(&Names::new(&office), &[statement], &mut bytes).unwrap();
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap().replace("\r\n", "\n"), @r###"
    partner_id,partner_name,customer_id,customer_name,month,status,stamp_id,stamp_name,local_subscriptions,meter_id,meter_name,service,scope,quantity,unit,unit_price,price_per,amount,currency,note
    4390934,Contoso,c1,"'=HYPERLINK(""x"")",2026-10,preliminary,cloud1,cloud1,3,FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5,Base VM Size Hours,virtual_machines,tenant,1000,vcpu_hours,0.0575,1,57.50,USD,
    4390934,Contoso,c1,"'=HYPERLINK(""x"")",2026-10,preliminary,cloud1,cloud1,,FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5,Base VM Size Hours,virtual_machines,tenant,1000,vcpu_hours,,,,,not priced yet
    "###);
}

#[test]
fn every_form_has_the_retail_amount_and_no_own_price() {
    let office = Office::default();
    let names = Names::new(&office);
    let statement = statement("Adatum", &[rated("c1", "25", "0")], "25");
    let mut csv = Vec::new();
    statement_csv(&names, std::slice::from_ref(&statement), &mut csv).unwrap();
    let json = statement_json(&names, std::slice::from_ref(&statement)).unwrap();
    for form in
        [csv, json, format!("{:?}", super::sheet::sheet(&names, &statement, Language::French.words())).into_bytes()]
    {
        let text = String::from_utf8(form).unwrap();
        assert!(text.contains("57.50") || text.contains("57,50"), "{text}");
        assert!(!text.contains("0.046") && !text.contains("0,046") && !text.contains("46.00"), "{text}");
    }
}

#[test]
fn the_same_statement_gives_the_same_pages() {
    let office = Office::default();
    let empty = statement("Adatum", &[], "0");
    let full = statement(&"長".repeat(200), &[rated("c1", "25", "0")], "25");
    for statement in [empty, full] {
        for language in Language::ALL {
            let pages = || statement_pdf(&Names::new(&office), &statement, *language).unwrap();
            assert_eq!(pages(), pages());
        }
    }
}
