use super::*;

#[test]
fn a_share_is_a_percentage_with_up_to_four_decimals() {
    let table = [
        ("15", Ok("15")),
        ("12.5", Ok("12.5")),
        ("0.0001", Ok("0.0001")),
        ("-100", Ok("-100")),
        ("10000", Ok("10000")),
        ("15.00000", Ok("15")),
        ("10000.0001", Err(NumberError::TooLarge)),
        ("-100.0001", Err(NumberError::TooLarge)),
        ("0.00001", Err(NumberError::TooPrecise)),
        ("15%", Err(NumberError::NotANumber)),
        ("", Err(NumberError::NotANumber)),
        (".5", Err(NumberError::NotANumber)),
        ("5.", Err(NumberError::NotANumber)),
    ];
    for (text, expected) in table {
        let read = Share::parse_percent(text).map(|share| share.to_string());
        assert_eq!(read, expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn a_share_is_taken_away_or_put_on_top_in_lowest_terms() {
    let table = [("15", (17, 20), (23, 20)), ("0", (1, 1), (1, 1)), ("100", (0, 1), (2, 1)), ("-100", (2, 1), (0, 1))];
    for (text, rest, on_top) in table {
        let share = Share::parse_percent(text).unwrap();
        let both = |ratio: Ratio| (ratio.dividend, ratio.divisor);
        assert_eq!((both(share.rest()), both(share.on_top())), (rest, on_top), "{text}");
    }
}

#[test]
fn an_exchange_rate_is_above_zero_with_up_to_twelve_decimals() {
    let table = [
        ("0.846202666", Ok("0.846202666")),
        ("112", Ok("112")),
        ("1.000000000000", Ok("1")),
        ("0", Err(NumberError::NotANumber)),
        ("-1", Err(NumberError::NotANumber)),
        ("0.0000000000001", Err(NumberError::TooPrecise)),
        ("1000000000000", Err(NumberError::TooLarge)),
    ];
    for (text, expected) in table {
        let read = ExchangeRate::parse(text).map(|rate| rate.to_string());
        assert_eq!(read, expected.map(str::to_owned), "{text}");
    }
}
