use model::Quantity;

use super::{quoted, thousandths};

#[test]
fn a_chart_goes_by_thousandths() {
    for (text, expected) in [("0", 0), ("12", 12_000), ("1.5", 1_500), ("0.0019", 1), ("1000000.25", 1_000_000_250)] {
        assert_eq!(thousandths(Quantity::parse(text).unwrap()), expected, "{text}");
    }
}

#[test]
fn a_cell_is_no_formula() {
    for (text, expected) in [("a", "\"a\""), ("=1+1", "\"'=1+1\""), ("a\"b,c", "\"a\"\"b,c\"")] {
        assert_eq!(quoted(text), expected, "{text}");
    }
}
