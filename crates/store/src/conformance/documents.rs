//! Documents: issued once, never changed.

use model::{
    Currency, CustomerId, DocumentKind, Exchange, ExchangeRate, InvoiceLine, InvoiceNumber, LineKey, LineKind, Money,
    Month, PartnerId, PayingSubscriptionId, Quantity, Scope, Second, Share, UnitPrice,
};

use super::{
    Place, cases, collected,
    samples::{day, meter, note, quantity, stamp},
};
use crate::{Document, Pins, Store, StoreError};

cases! {
    a_document_comes_back_line_by_line,
    what_a_line_was_priced_by_and_what_a_document_was_computed_from_come_back,
    documents_come_in_order_of_issue,
    somebody_who_saw_fewer_documents_is_refused,
    a_number_is_given_once,
    money_in_another_currency_is_refused,
}

fn euros(minor: i128) -> Money {
    Money { currency: Currency::parse("EUR").unwrap(), minor }
}

fn partner(id: &str) -> PartnerId {
    PartnerId::new(id).unwrap()
}

fn number(text: &str) -> InvoiceNumber {
    InvoiceNumber::new(text).unwrap()
}

fn line(tier: u32, size: Quantity, minor: i128) -> InvoiceLine {
    InvoiceLine {
        key: LineKey {
            month: Month::parse("2026-09").unwrap(),
            paying_subscription: PayingSubscriptionId::new("Paying-1").unwrap(),
            stamp: stamp(),
            meter: meter("FAB6EB84500B4A09A8CA7358F8BBAEA5"),
            scope: Scope::Infrastructure,
            price_from: day(0),
            tier,
            commerce_meter: meter("FAB6EB84500B4A09A8CA7358F8BBAEA5"),
            discount: Share::ZERO,
            credit: Share::ZERO,
        },
        kind: LineKind::Adjustment,
        customer: (tier > 0).then(|| CustomerId::new("Customer-1").unwrap()),
        unit_price: UnitPrice::parse("0.000000000001").unwrap(),
        divisor: 720,
        quantity: size,
        amount: euros(minor),
        residual: "-0.0049999/720".to_owned(),
        exchange: None,
    }
}

pub(crate) fn document(name: &str, whose: &str) -> Document {
    let mut sum = quantity("999999999999999999");
    for _ in 0..50 {
        sum = sum.checked_add(sum).unwrap();
    }
    let sum = sum.checked_add(quantity("1e-36")).unwrap();
    let lines = vec![line(0, sum.negated(), -5), line(1, quantity("0.00134408602150537"), i128::MAX)];
    Document {
        document: model::Document {
            number: number(name),
            kind: DocumentKind::CreditNote,
            partner: partner(whose),
            month: Month::parse("2026-10").unwrap(),
            currency: Currency::parse("EUR").unwrap(),
            lines,
            total: euros(i128::MIN + 1),
        },
        bytes: format!("canonical {name}").into_bytes(),
        previous: [3; 32],
        hash: [4; 32],
        at: Second(1_790_000_123),
        pins: None,
    }
}

/// A document that says what it was computed from.
pub(crate) fn pinned(name: &str, whose: &str, delivery: u64, office: u64) -> Document {
    let pins = Pins { delivery, office, inputs: r#"{"rounding":"legacy","text":"ä"}"#.to_owned() };
    Document { pins: Some(pins), ..document(name, whose) }
}

fn numbers(store: &dyn Store, whose: Option<&str>) -> Vec<String> {
    let documents = store.documents(whose.map(partner).as_ref()).unwrap();
    documents.iter().map(|document| document.document.number.to_string()).collect()
}

fn a_document_comes_back_line_by_line(place: &dyn Place) {
    let store = place.open();
    let issued = document("CN-1", "P1");
    store.issue(0, &[], &issued, &note("issue")).unwrap();
    assert_eq!(store.document(&number("cn-1")).unwrap().as_ref(), Some(&issued));
    assert_eq!(format!("{:?}", store.documents(None).unwrap()), format!("{:?}", [&issued]));
    assert_eq!(store.document(&number("CN-2")).unwrap(), None);
    assert_eq!(collected(|each| store.audit(1, each)).len(), 1);
    let mut empty = document("CN-2", "P1");
    empty.document.lines.clear();
    store.issue(1, &[], &empty, &note("issue")).unwrap();
    assert_eq!(store.document(&number("CN-2")).unwrap(), Some(empty));
}

fn what_a_line_was_priced_by_and_what_a_document_was_computed_from_come_back(place: &dyn Place) {
    let store = place.open();
    let mut issued = pinned("CN-1", "P1", 0, 0);
    let percent = |text| Share::parse_percent(text).unwrap();
    let of = |currency, rate| {
        Some(Exchange { from: Currency::parse(currency).unwrap(), rate: ExchangeRate::parse(rate).unwrap() })
    };
    let [first, second] = issued.document.lines.as_mut_slice() else { panic!("two lines") };
    first.key.commerce_meter = meter("8B251E8F-CE5E-4A58-A6E5-2B8F0D176E3A");
    first.key.discount = percent("0.0001");
    first.exchange = of("CLF", "0.000000000001");
    second.key.credit = percent("100");
    second.exchange = of("JPY", "999999999999.999999999999");
    store.issue(0, &[stamp()], &issued, &note("issue")).unwrap();
    for store in [store, place.open()] {
        // Ids are equal in any case, so their spelling is looked at apart.
        assert_eq!(format!("{:?}", store.documents(None).unwrap()), format!("{:?}", [&issued]));
        assert_eq!(store.document(&number("CN-1")).unwrap().as_ref(), Some(&issued));
    }
}

fn documents_come_in_order_of_issue(place: &dyn Place) {
    let store = place.open();
    for (seen, name, whose) in [(0, "z", "P1"), (0, "y", "P2"), (1, "x", "p1"), (1, "a", "P2")] {
        store.issue(seen, &[], &document(name, whose), &note("issue")).unwrap();
    }
    assert_eq!(numbers(store.as_ref(), None), ["z", "y", "x", "a"]);
    assert_eq!(numbers(store.as_ref(), Some("P1")), ["z", "x"]);
    assert_eq!(numbers(store.as_ref(), Some("p2")), ["y", "a"]);
    assert_eq!(numbers(store.as_ref(), Some("P3")), Vec::<String>::new());
}

fn somebody_who_saw_fewer_documents_is_refused(place: &dyn Place) {
    let store = place.open();
    store.issue(0, &[], &document("1", "P1"), &note("issue")).unwrap();
    for seen in [0, 2] {
        let refused = store.issue(seen, &[], &document("2", "P1"), &note("issue"));
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    assert_eq!(numbers(store.as_ref(), None), ["1"]);
    assert_eq!(collected(|each| store.audit(1, each)).len(), 1);
}

fn a_number_is_given_once(place: &dyn Place) {
    let store = place.open();
    store.issue(0, &[], &document("Number-1", "P1"), &note("issue")).unwrap();
    for (seen, whose) in [(1, "P1"), (0, "P2")] {
        let refused = store.issue(seen, &[], &document("number-1", whose), &note("issue"));
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    assert_eq!(numbers(store.as_ref(), None), ["Number-1"]);
}

fn money_in_another_currency_is_refused(place: &dyn Place) {
    let store = place.open();
    let yen = |minor| Money { currency: Currency::parse("JPY").unwrap(), minor };
    let mut line = document("1", "P1");
    line.document.lines[1].amount = yen(7);
    let mut total = document("1", "P1");
    total.document.total = yen(7);
    for other in [line, total] {
        let refused = store.issue(0, &[], &other, &note("issue"));
        assert!(matches!(refused, Err(StoreError::Database { .. })), "{refused:?}");
    }
    assert_eq!(numbers(store.as_ref(), None), Vec::<String>::new());
}
