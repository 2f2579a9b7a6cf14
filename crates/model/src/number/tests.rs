use super::*;

#[test]
fn quantities_are_read_from_their_text_exactly() {
    let table = [
        ("16.461425899527967", "16.461425899527967"),
        ("8.381903171539307e-08", "0.00000008381903171539307"),
        ("6.36465847492218E-06", "0.00000636465847492218"),
        ("9.31322574615478515625e-10", "0.000000000931322574615478515625"),
        ("1.0", "1"),
        ("0", "0"),
        ("-0", "0"),
        ("0.0e99", "0"),
        ("00012.500", "12.5"),
        ("1e17", "100000000000000000"),
        ("999999999999999999", "999999999999999999"),
        ("1e-36", "0.000000000000000000000000000000000001"),
        ("-2.5", "-2.5"),
        ("100200.003", "100200.003"),
        ("0.00100200e3", "1.002"),
        ("+7", "7"),
    ];
    for (text, shown) in table {
        assert_eq!(Quantity::parse(text).map(|q| q.to_string()), Ok(shown.to_owned()), "{text}");
    }
}

#[test]
fn a_number_that_cannot_be_kept_is_refused() {
    let long = "1".repeat(10_000);
    let precise = format!("0.{}", "1".repeat(35));
    let table = [
        ("", NumberError::NotANumber),
        ("-", NumberError::NotANumber),
        (".", NumberError::NotANumber),
        (".5", NumberError::NotANumber),
        ("5.", NumberError::NotANumber),
        ("1e", NumberError::NotANumber),
        ("1e+", NumberError::NotANumber),
        ("NaN", NumberError::NotANumber),
        ("Infinity", NumberError::NotANumber),
        ("1,5", NumberError::NotANumber),
        ("1.2.3", NumberError::NotANumber),
        ("0x10", NumberError::NotANumber),
        ("1e400", NumberError::TooLarge),
        ("1e18", NumberError::TooLarge),
        ("1e99999999999999999999", NumberError::TooLarge),
        ("1e-37", NumberError::TooPrecise),
        ("1e-400", NumberError::TooPrecise),
        (precise.as_str(), NumberError::TooPrecise),
        (long.as_str(), NumberError::TooLong),
    ];
    for (text, error) in table {
        assert_eq!(Quantity::parse(text), Err(error), "{text}");
    }
}

#[test]
fn prices_keep_twelve_decimals_and_are_never_negative() {
    let table = [
        ("0.0000083333", Ok("0.0000083333")),
        ("0.000000000001", Ok("0.000000000001")),
        ("10.24", Ok("10.24")),
        ("0.0000000000001", Err(NumberError::TooPrecise)),
        ("-1", Err(NumberError::NotANumber)),
    ];
    for (text, expected) in table {
        let read = UnitPrice::parse(text).map(|price| price.to_string());
        assert_eq!(read, expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn the_bytes_at_rest_give_the_number_back() {
    for text in ["0", "1", "-1", "0.5", "-0.000001", "127", "-128", "999999999999999999", "1e-36", "-1e-36"] {
        let quantity = Quantity::parse(text).unwrap();
        let bytes = quantity.to_bytes();
        assert_eq!(Quantity::from_bytes(&bytes), Some(quantity), "{text}: {bytes:?}");
    }
    for other in [&[][..], &[0, 0], &[0xff, 0xff], &[0; 33]] {
        assert_eq!(Quantity::from_bytes(other), None, "{other:?}");
    }
}

#[test]
fn an_amount_is_a_quotient_of_minor_units() {
    let hours = Quantity::parse("720").unwrap();
    let amount = hours.times(UnitPrice::parse("0.006").unwrap(), 720).unwrap();
    let (dividend, divisor) = amount.as_minor_quotient(3).unwrap();
    assert_eq!(dividend / divisor, I256::from(6_u8));
    assert_eq!(amount.exact_text(), "4.32/720");
}

#[test]
fn an_amount_of_many_decimals_keeps_room_for_reductions_and_a_rate() {
    let quantity = Quantity::parse("10000000.0000000001").unwrap();
    let amount = quantity.times(UnitPrice::parse("1.000000000001").unwrap(), 1).unwrap();
    let rest = |percent| crate::Share::parse_percent(percent).unwrap().rest();
    let rate = crate::ExchangeRate::parse("1.000000000007").unwrap().ratio();
    let factors = [rest("12.3457"), rest("3.2109"), rate];
    let product = factors.into_iter().try_fold(amount, Amount::times).unwrap();
    let (dividend, divisor) = product.as_minor_quotient(12).unwrap();
    // Computed with fractions of Python 3.11, and cut off.
    assert_eq!((dividend / divisor).to_string(), "8483980808197871931");
}

#[test]
fn powers_of_ten_are_right() {
    assert_eq!(power_of_ten(0), I256::ONE);
    for exponent in 1..=76 {
        let text = format!("1{}", "0".repeat(usize::try_from(exponent).unwrap()));
        assert_eq!(power_of_ten(exponent).to_string(), text);
    }
}

#[test]
fn a_sum_that_does_not_fit_is_an_error() {
    let mut sum = Quantity::parse("999999999999999999").unwrap();
    let mut doublings = 0;
    while let Ok(twice) = sum.checked_add(sum) {
        sum = twice;
        doublings += 1;
    }
    assert!(doublings > 70, "only {doublings} doublings");
    assert_eq!(sum.checked_add(sum), Err(Overflow));
    assert_eq!(sum.times(UnitPrice::parse("1000").unwrap(), 1), Err(Overflow));
}

#[test]
fn a_shown_quantity_is_read_back_also_when_it_is_a_long_sum() {
    let mut sum = Quantity::parse("999999999999999999").unwrap();
    for _ in 0..60 {
        sum = sum.checked_add(sum).unwrap();
    }
    let long = sum.checked_add(Quantity::parse("1e-36").unwrap()).unwrap();
    for quantity in [Quantity::ZERO, long, long.negated(), Quantity::parse("-0.5").unwrap(), Quantity::from_whole(3)] {
        assert_eq!(Quantity::from_decimal(&quantity.to_string()), Some(quantity), "{quantity}");
    }
    let too_large = "9".repeat(60);
    for other in ["", "-", "1.", ".5", "01", "1.50", "-0", "+1", "1e3", "1.2.3", too_large.as_str()] {
        assert_eq!(Quantity::from_decimal(other), None, "{other}");
    }
}
