use super::*;

#[test]
fn numbers_are_written_as_a_stamp_writes_them() {
    for (number, text) in [
        (Number::whole(0), "0.0"),
        (Number::whole(2), "2.0"),
        (Number::scaled(0, 9), "0.0"),
        (Number::scaled(2_000, 3), "2.0"),
        (Number::scaled(16_461_425_899_527_967, 15), "16.461425899527967"),
        (Number::scaled(5, 1), "0.5"),
        (Number::scaled(179_290_771_484_375, 18), "0.000179290771484375"),
        (Number::scaled(1, 4), "0.0001"),
        (Number::scaled(1, 5), "1e-05"),
        (Number::scaled(636_465_847_492_218, 20), "6.36465847492218e-06"),
        (Number::scaled(8_381_903_171_539_307, 23), "8.381903171539307e-08"),
        (Number::scaled(12, 13), "1.2e-12"),
    ] {
        assert_eq!(number.text(), text);
        assert_eq!(Quantity::parse(text), Ok(number.quantity()), "{text}");
    }
}

#[test]
fn a_share_has_the_digits_that_were_asked_for() {
    for (numerator, divisor, significant, text) in [
        (1, 744, 15, "0.00134408602150538"),
        (1, 720, 15, "0.00138888888888889"),
        (1, 672, 15, "0.00148809523809524"),
        (1, 744, 17, "0.0013440860215053763"),
        (1, 4, 15, "0.25"),
        (60, 60, 15, "1.0"),
        (2, 3, 2, "0.67"),
        (999_999, 1_000_000, 3, "1.0"),
        (22_014, 744_000, 16, "0.02958870967741935"),
        (0, 744, 15, "0.0"),
    ] {
        assert_eq!(Number::share(numerator, divisor, significant).text(), text, "{numerator}/{divisor}");
    }
}

#[test]
fn a_number_that_was_read_keeps_its_text() {
    assert_eq!(Number::read("1.50e+1").unwrap().text(), "1.50e+1");
    assert_eq!(Number::read("1.50e+1").unwrap().quantity(), Quantity::from_whole(15));
    assert_eq!(Number::read("many"), Err(NumberError::NotANumber));
}
