use super::*;

#[test]
fn one_by_a_rate_is_cut_to_twelve_decimals() {
    let table = [
        ("1", "1"),
        ("2", "0.5"),
        ("0.5", "2"),
        ("0.846202666", "1.181749999355"),
        ("112", "0.008928571428"),
        ("0.000000000001", "1000000000000"),
        ("999999999999.999999999999", "0.000000000001"),
    ];
    for (rate, expected) in table {
        assert_eq!(inverse(rate).unwrap(), expected, "{rate}");
    }
}
