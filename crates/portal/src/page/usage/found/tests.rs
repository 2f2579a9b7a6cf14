use super::share;

#[test]
fn a_share_is_cut_to_one_decimal() {
    let table = [
        (0, 100, Some("0.0")),
        (1, 3, Some("33.3")),
        (2, 3, Some("66.6")),
        (100, 100, Some("100.0")),
        (-1, 8, Some("-12.5")),
        (-1, 10_000, Some("0.0")),
        (5, 0, None),
        (i128::MAX, 7, None),
    ];
    for (part, whole, expected) in table {
        assert_eq!(share(part, whole).as_deref(), expected, "{part} of {whole}");
    }
}
