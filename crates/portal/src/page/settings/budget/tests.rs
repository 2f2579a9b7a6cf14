use model::{Currency, Money};

use super::{is_name, list, money};

#[test]
fn amounts_are_read_as_people_write_them() {
    let table = [
        ("EUR", "1500", Some("1500.00")),
        ("EUR", "1500.5", Some("1500.50")),
        ("EUR", "1 500,50", Some("1500.50")),
        ("EUR", "1\u{202f}500", Some("1500.00")),
        ("JPY", "1500", Some("1500")),
        ("JPY", "1500.5", None),
        ("EUR", "1500.505", None),
        ("EUR", "1,500.50", None),
        ("EUR", "", None),
        ("EUR", "many", None),
    ];
    for (currency, text, expected) in table {
        let found = money(text, Currency::parse(currency).unwrap()).map(Money::decimal);
        assert_eq!(found.as_deref(), expected, "{text} {currency}");
    }
}

#[test]
fn lists_are_read_with_commas_and_semicolons() {
    assert_eq!(list(" 80, 100;;120 ,").collect::<Vec<_>>(), ["80", "100", "120"]);
}

#[test]
fn a_name_is_one_word() {
    let table =
        [("monthly", true), ("adatum-2026_a.b", true), ("", false), ("a b", false), ("a/b", false), ("é", false)];
    for (text, expected) in table {
        assert_eq!(is_name(text), expected, "{text}");
    }
}
