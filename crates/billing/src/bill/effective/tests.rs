use model::Currency;

use super::*;
use crate::samples::quantity;

/// Money, quantity, decimals, what is cut and what is nearest.
const TABLE: &str = "money      currency  quantity                decimals  cut                nearest
    21.39      USD       29                      15                 0.737586206896551  0.737586206896552
    155.63     USD       210.950039              15                 0.737757626107857  0.737757626107858
    0          USD       29                      15                 0                  0
    1          EUR       2                       0                  0                  1
    -1         EUR       2                       0                  0                  -1
    1          EUR       -3                      4                  -0.3333            -0.3333
    -2         EUR       -3                      4                  0.6666             0.6667
    100        JPY       3                       2                  33.33              33.33
    1.000      KWD       8                       3                  0.125              0.125
    1.000      KWD       16                      3                  0.062              0.063
    0.0001     CLF       100000000000000000      15                 0                  0
    9.99       EUR       0.1                     1                  99.9               99.9
    1.00       EUR       0.000000000000000000000000000000000001  2  1000000000000000000000000000000000000  1000000000000000000000000000000000000";

#[test]
fn an_effective_price_has_the_decimals_that_were_asked_for() {
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [money, currency, size, decimals, cut, nearest] = cells.as_slice() else { panic!("{line}: six cells") };
        let currency = Currency::parse(currency).unwrap();
        let padded = match (money.split_once('.'), currency.decimals()) {
            (None, 1..) => format!("{money}.{}", "0".repeat(usize::try_from(currency.decimals()).unwrap())),
            _ => (*money).to_owned(),
        };
        let money = Money::from_decimal(&padded, currency).unwrap();
        let decimals = decimals.parse().unwrap();
        let shown = |rounding| effective_unit_price(money, quantity(size), decimals, rounding);
        assert_eq!(shown(Rounding::NewCommerce).as_deref(), Some(*cut), "{line}");
        assert_eq!(shown(Rounding::HalfUp).as_deref(), Some(*nearest), "{line}");
        assert_eq!(shown(Rounding::Legacy).as_deref(), Some(*nearest), "{line}");
    }
}

#[test]
fn what_cannot_be_said_is_not_said() {
    let euros = |minor| Money { currency: Currency::parse("EUR").unwrap(), minor };
    assert_eq!(effective_unit_price(euros(1), Quantity::ZERO, 8, Rounding::HalfUp), None, "nothing was used");
    assert_eq!(effective_unit_price(euros(i128::MAX), quantity("1"), 8, Rounding::HalfUp), None, "more than fits");
    assert_eq!(effective_unit_price(euros(i128::MIN), quantity("1"), 8, Rounding::HalfUp), None, "more than fits");
}

#[test]
fn each_rule_shows_the_decimals_of_its_files() {
    let money = Money { currency: Currency::parse("EUR").unwrap(), minor: 200 };
    let shown = |rule| published_unit_price(money, quantity("3"), rule).unwrap();
    assert_eq!(shown(Rounding::Legacy), "0.66666666");
    assert_eq!(shown(Rounding::NewCommerce), "0.666666666666667");
    assert_eq!(shown(Rounding::HalfUp), "0.666666666666667");
}
