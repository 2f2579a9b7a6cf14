use std::{collections::BTreeMap, sync::Arc};

use model::{Currency, DocumentKind, InvoiceNumber, Money, Month, Second};

use super::{Issued, chained, changed_lists};

fn issued(number: &str, hash: u8, previous: u8) -> Arc<Issued> {
    let month = Month::parse("2026-10").unwrap();
    Arc::new(Issued {
        number: InvoiceNumber::new(number).unwrap(),
        kind: DocumentKind::Invoice,
        month,
        total: Money::zero(Currency::parse("EUR").unwrap()),
        lines: 0,
        adjustments: 0,
        at: Second(0),
        by_month: BTreeMap::new(),
        hash: [hash; 32],
        previous: [previous; 32],
    })
}

/// Numbers, each with its hash and that of the document before.
type Given = &'static [(&'static str, u8, u8)];

#[test]
fn documents_come_in_the_order_of_their_chain() {
    let table: [(Given, &[&str]); 4] = [
        (&[], &[]),
        (&[("INV-1", 1, 0), ("INV-2", 3, 2), ("CN-1", 2, 1)], &["INV-1", "CN-1", "INV-2"]),
        (&[("CN-1", 2, 1), ("INV-1", 1, 0)], &["INV-1", "CN-1"]),
        // Another one was issued while they were read, and it lies between.
        (&[("INV-1", 1, 0), ("INV-3", 3, 2)], &["INV-1"]),
    ];
    for (given, expected) in table {
        let given = given.iter().map(|(number, hash, previous)| issued(number, *hash, *previous)).collect();
        let ordered = chained(given);
        assert_eq!(ordered.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn changes_of_price_lists_are_found_in_the_log() {
    let table: [(&str, &[&str]); 5] = [
        ("{}", &[]),
        ("no JSON", &[]),
        (r#"{"changes":[{"kind":"partner","id":"1"}]}"#, &[]),
        (r#"{"changes":[{"id":"a","kind":"price_list"},{"kind":"partner","id":"1"}]}"#, &["a"]),
        (r#"{"reason":"\"kind\":\"price_list\"","changes":[]}"#, &[]),
    ];
    for (detail, lists) in table {
        assert_eq!(changed_lists(detail), lists, "{detail}");
    }
}
