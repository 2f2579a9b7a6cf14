//! Bar tests: how long a bar is.

use super::*;

#[test]
fn a_bar_is_as_long_beside_the_longest_as_its_amount_beside_the_largest() {
    let full = "█".repeat(24);
    let table: &[(i128, i128, &str)] = &[
        (100, 100, &full),
        (50, 100, "████████████"),
        (1, 1_000_000, "▏"),
        (1, 48, "▌"),
        (3, 48, "█▌"),
        (47, 48, "███████████████████████▌"),
        (0, 100, ""),
        (-5, 100, ""),
        (-5, -5, ""),
        (0, 0, ""),
        (i128::MAX, i128::MAX, &full),
    ];
    for (amount, largest, expected) in table {
        assert_eq!(bar(*amount, *largest), *expected, "{amount} of {largest}");
    }
}
