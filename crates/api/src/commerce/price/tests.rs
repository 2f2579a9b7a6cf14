use super::*;

#[test]
fn a_price_for_several_is_one_for_each_with_twelve_decimals_and_one_for_one_stays_as_it_is() {
    let table = [
        ("0.006", 720, "0.000008333333"),
        ("10.24", 1, "10.24"),
        ("10.24", 0, "10.24"),
        ("0.000000000001", 1, "0.000000000001"),
        ("0.000000000001", 2, "0"),
        ("720", 720, "1"),
        ("7395", 1, "7395"),
        ("1", 3, "0.333333333333"),
    ];
    for (price, divisor, expected) in table {
        let found = single(UnitPrice::parse(price).unwrap(), divisor).unwrap();
        assert_eq!(serde_json::to_string(&found).unwrap(), expected, "{price}/{divisor}");
    }
}

#[test]
fn an_amount_below_zero_is_cut_toward_zero() {
    let amount = Quantity::parse("-2").unwrap().times(UnitPrice::parse("1").unwrap(), 3).unwrap();
    assert_eq!(serde_json::to_string(&decimal(amount).unwrap()).unwrap(), "-0.666666666666");
    let amount = Quantity::parse("-0.05").unwrap().times(UnitPrice::parse("1").unwrap(), 1).unwrap();
    assert_eq!(serde_json::to_string(&decimal(amount).unwrap()).unwrap(), "-0.05");
}
