use model::{
    CloudId, Currency, CustomerId, DocumentKind, InvoiceNumber, LineKey, LineKind, MeterId, Money, PartnerId,
    PayingSubscriptionId, Scope, UnitPrice,
};

use super::*;
use crate::samples::{day, month, quantity};

fn line(meter: &str, stamp: &str, tier: u32) -> InvoiceLine {
    let currency = Currency::parse("KWD").unwrap();
    InvoiceLine {
        key: LineKey {
            month: month("2026-10"),
            paying_subscription: PayingSubscriptionId::new("A1").unwrap(),
            stamp: CloudId::new(stamp).unwrap(),
            meter: MeterId::new(meter).unwrap(),
            scope: Scope::Infrastructure,
            price_from: day("2026-01-01"),
            tier,
            commerce_meter: MeterId::new(meter).unwrap(),
            discount: model::Share::ZERO,
            credit: model::Share::ZERO,
        },
        kind: LineKind::Adjustment,
        customer: CustomerId::new("C\"1\\").ok().filter(|_| tier == 1),
        unit_price: UnitPrice::parse("0.000000000001").unwrap(),
        divisor: 720,
        quantity: quantity("-1.5"),
        amount: Money { currency, minor: -7 },
        residual: "0.0005/720".to_owned(),
        exchange: None,
    }
}

fn document(lines: Vec<InvoiceLine>) -> Document {
    let currency = Currency::parse("KWD").unwrap();
    Document {
        number: InvoiceNumber::new("CN-P-000001").unwrap(),
        kind: DocumentKind::CreditNote,
        partner: PartnerId::new("P").unwrap(),
        month: month("2026-11"),
        currency,
        lines,
        total: Money { currency, minor: -14 },
    }
}

#[test]
fn the_bytes_are_these() {
    let written = canonical(&document(vec![line("M", "S", 1), line("M", "S", 2)]));
    let expected = concat!(
        r#"{"format":"tallybridge.document.1","number":"CN-P-000001","kind":"credit_note","partner":"p","#,
        r#""month":"2026-11","currency":"KWD","lines":["#,
        r#"{"month":"2026-10","paying_subscription":"a1","stamp":"s","meter":"m","scope":"infrastructure","#,
        r#""price_from":"2026-01-01","tier":1,"kind":"adjustment","customer":"c\"1\\","#,
        r#""unit_price":"0.000000000001","divisor":720,"quantity":"-1.5","amount":"-0.007","residual":"0.0005/720"},"#,
        r#"{"month":"2026-10","paying_subscription":"a1","stamp":"s","meter":"m","scope":"infrastructure","#,
        r#""price_from":"2026-01-01","tier":2,"kind":"adjustment","customer":null,"#,
        r#""unit_price":"0.000000000001","divisor":720,"quantity":"-1.5","amount":"-0.007","residual":"0.0005/720"}"#,
        r#"],"total":"-0.014"}"#,
    );
    assert_eq!(String::from_utf8(written).unwrap(), expected);
    let empty = String::from_utf8(canonical(&document(Vec::new()))).unwrap();
    assert!(empty.ends_with(r#""lines":[],"total":"-0.014"}"#), "{empty}");
}

#[test]
fn the_bytes_depend_neither_on_the_order_of_lines_nor_on_the_spelling_of_ids() {
    let meter = "FAB6EB84500B4A09A8CA7358F8BBAEA5";
    let other_spelling = "fab6eb84-500b-4a09-a8ca-7358f8bbaea5";
    let one = canonical(&document(vec![line(meter, "Cloud1", 1), line(meter, "Cloud1", 2)]));
    let other = canonical(&document(vec![line(other_spelling, "CLOUD1", 2), line(other_spelling, "cloud1", 1)]));
    assert_eq!(one, other);
    let third = canonical(&document(vec![line(meter, "Cloud1", 1), line(meter, "Cloud1", 3)]));
    assert_ne!(one, third);
}
