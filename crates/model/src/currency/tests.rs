use super::*;

#[test]
fn minor_units_follow_iso_4217() {
    let table = [
        ("EUR", 1_234, "12.34"),
        ("USD", 5, "0.05"),
        ("JPY", 1_234, "1234"),
        ("KWD", 1_234, "1.234"),
        ("CLF", -1, "-0.0001"),
        ("eur", -100, "-1.00"),
    ];
    for (code, minor, shown) in table {
        let currency = Currency::parse(code).unwrap();
        let money = Money { currency, minor };
        assert_eq!(money.decimal(), shown, "{code}");
        assert_eq!(Money::from_decimal(shown, currency), Some(money));
    }
}

#[test]
fn the_list_has_every_code_once() {
    let all = Currency::all();
    assert!(all.len() >= 150, "{} codes", all.len());
    for (index, currency) in all.iter().enumerate() {
        assert_eq!(all.iter().position(|other| other == currency), Some(index), "{currency}");
    }
    assert!(Currency::parse("XYZ").is_err());
}

#[test]
fn money_of_two_currencies_is_never_added() {
    let euro = Money::zero(Currency::parse("EUR").unwrap());
    let dollar = Money::zero(Currency::parse("USD").unwrap());
    assert_eq!(euro.checked_add(dollar), Err(Overflow));
}
