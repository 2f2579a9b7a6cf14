use model::Currency;

use super::*;

fn money(text: &str, currency: &str) -> Money {
    Money::from_decimal(text, Currency::parse(currency).unwrap()).unwrap()
}

#[test]
fn a_threshold_is_reached_at_its_last_minor_unit() {
    for (spent, whole, part, reached) in [
        ("79.99", "100.00", "80", false),
        ("80.00", "100.00", "80", true),
        ("80.01", "100.00", "80", true),
        // A third of a cent cannot be spent, so the next cent counts.
        ("0.33", "1.00", "33.3333", false),
        ("0.34", "1.00", "33.3333", true),
        ("-5.00", "100.00", "1", false),
        ("150.00", "100.00", "150", true),
    ] {
        let share = Share::parse_percent(part).unwrap();
        assert_eq!(
            reaches(money(spent, "USD"), money(whole, "USD"), share),
            Ok(reached),
            "{spent} of {whole} at {part}"
        );
    }
    assert_eq!(reaches(money("1.00", "USD"), money("1.00", "EUR"), Share::WHOLE), Err(Overflow));
}

#[test]
fn a_percentage_has_one_decimal_and_is_cut() {
    for (part, whole, expected) in [
        ("79.99", "100.00", Some("79.9")),
        ("0.00", "100.00", Some("0.0")),
        ("-0.05", "1.00", Some("-5.0")),
        ("3.00", "1.00", Some("300.0")),
        ("1.00", "0.00", None),
    ] {
        assert_eq!(percent(money(part, "USD"), money(whole, "USD")).as_deref(), expected, "{part} of {whole}");
    }
    assert_eq!(percent(money("1.00", "USD"), money("1.00", "EUR")), None);
}
