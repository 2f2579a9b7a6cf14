use model::{Currency, Day, Hour, Money, Month, Quantity};

use super::{day, decimal, difference, hour, money, month, quantity, short_quantity};
use crate::language::Language::{English, French};

#[test]
fn numbers_are_written_as_people_write_them() {
    let table = [
        ("0", "0", "0"),
        ("12", "12", "12"),
        ("1234", "1,234", "1\u{202f}234"),
        ("-1234567.891", "\u{2212}1,234,567.891", "\u{2212}1\u{202f}234\u{202f}567,891"),
    ];
    for (text, english, french) in table {
        assert_eq!(decimal(text, English), english);
        assert_eq!(decimal(text, French), french);
    }
}

#[test]
fn money_and_quantities_keep_every_digit() {
    let usd = |minor| Money { currency: Currency::parse("USD").unwrap_or_else(|error| panic!("{error}")), minor };
    assert_eq!(money(usd(754_184), English), "7,541.84\u{a0}USD");
    assert_eq!(difference(usd(5), French), "+0,05\u{a0}USD");
    assert_eq!(difference(usd(-5), English), "\u{2212}0.05\u{a0}USD");
    let parsed = |text| Quantity::parse(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(quantity(parsed("8.381903171539307e-08"), English), "0.00000008381903171539307");
    assert_eq!(quantity(parsed("720.0"), French), "720");
    assert_eq!(short_quantity(parsed("1.23456"), English), "1.234\u{2026}");
    assert_eq!(short_quantity(parsed("1.234"), French), "1,234");
}

#[test]
fn times_are_written_out() {
    let october = Month::parse("2026-10").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(month(october, English), "October 2026");
    assert_eq!(month(october, French), "octobre 2026");
    let fifth = Day::parse("2026-10-05").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(day(fifth, French), "5 octobre 2026");
    let first = Day::parse("2026-10-01").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(day(first, French), "1er octobre 2026");
    assert_eq!(day(first, English), "1 October 2026");
    let two = Hour::parse("2026-10-05T14").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(hour(two, English), "5 October 2026, 14:00\u{a0}UTC");
}
