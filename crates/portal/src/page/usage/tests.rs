use super::steps;

#[test]
fn quantities_are_drawn_to_three_decimals() {
    let table = [("1", 1_000), ("1.5", 1_500), ("0.0019", 1), ("-2.25", -2_250), ("none", 0)];
    for (text, expected) in table {
        assert_eq!(steps(text, 3), expected, "{text}");
    }
}
