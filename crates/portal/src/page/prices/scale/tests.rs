use model::{MeterId, UnitPrice};

use super::{Refusal, factor, product, scaled};
use crate::page::prices::tests::{list, price};

#[test]
fn a_percentage_is_read_as_people_write_it() {
    let table = [
        ("0", Ok(1_000_000)),
        ("-2.5", Ok(975_000)),
        ("−2,5 %", Ok(975_000)),
        ("+ 10 %", Ok(1_100_000)),
        ("12.3456", Ok(1_123_456)),
        ("-100", Ok(0)),
        ("10000", Ok(101_000_000)),
        ("-100.0001", Err(Refusal::NotAPercentage)),
        ("10001", Err(Refusal::NotAPercentage)),
        ("1.23456", Err(Refusal::NotAPercentage)),
        ("ten", Err(Refusal::NotAPercentage)),
        ("", Err(Refusal::NotAPercentage)),
        ("1.", Err(Refusal::NotAPercentage)),
        ("--1", Err(Refusal::NotAPercentage)),
    ];
    for (text, expected) in table {
        assert_eq!(factor(text), expected, "{text}");
    }
}

#[test]
fn a_price_is_multiplied_exactly_or_not_at_all() {
    let table = [
        ("0.0564", 975_000, Some("0.05499")),
        ("20.48", 1_100_000, Some("22.528")),
        ("1", 0, Some("0")),
        ("0", 1_100_000, Some("0")),
        ("0.000000000001", 2_000_000, Some("0.000000000002")),
        ("0.000000000001", 500_000, None),
        ("999999999999999999.999999999999", 101_000_000, None),
    ];
    for (text, factor, expected) in table {
        let changed = product(UnitPrice::parse(text).unwrap(), factor);
        assert_eq!(changed.map(|price| price.to_string()).as_deref(), expected, "{text} times {factor}");
    }
}

#[test]
fn a_price_that_cannot_be_kept_is_named() {
    let list = list(vec![price("a", "2026-01-01", "1"), price("b", "2026-01-01", "0.000000000001")]);
    assert_eq!(scaled(&list, 500_000), Err(Refusal::NotExact(MeterId::new("b").unwrap())));
    let changed = scaled(&list, 2_000_000).unwrap();
    assert_eq!(changed.prices[0].tiers[0].unit_price.to_string(), "2");
}
