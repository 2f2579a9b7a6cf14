//! Tests of cells and of numbers with 12 decimals.

use super::*;

#[test]
fn a_decimal_says_no_more_than_it_must() {
    for (value, decimals, expected) in [
        (0, 12, "0"),
        (1, 12, "0.000000000001"),
        (-1, 12, "-0.000000000001"),
        (1_500_000_000_000, 12, "1.5"),
        (-12_000_000_000_000, 12, "-12"),
        (7, 0, "7"),
        (i128::MIN, 0, "-170141183460469231731687303715884105728"),
    ] {
        assert_eq!(decimal(value, decimals), expected);
    }
}

#[test]
fn no_text_of_a_user_is_a_formula() {
    for (text, expected) in [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("Adatum = sons", "Adatum = sons"),
        ("", ""),
    ] {
        assert_eq!(plain(text), expected);
    }
}

#[test]
fn a_product_is_cut_toward_zero_and_never_wraps() {
    let one = 10_i128.pow(12);
    for (price, quantity, expected) in [
        (8_000_000_000, 96 * one, Ok(768_000_000_000)),
        (1, 1, Ok(0)),
        (one / 3, -one / 3, Ok(-111_111_111_110)),
        (5 * one, -one / 10, Ok(-one / 2)),
        (i128::MAX, 2 * one, Err(Overflow)),
    ] {
        assert_eq!(product(price, quantity), expected, "{price} x {quantity}");
    }
}

#[test]
fn json_keeps_its_order_and_escapes_what_it_must() {
    let members = json(&[("b", "a \"quoted\" name".into()), ("a", 7.into())]);
    assert_eq!(members, r#"{"b":"a \"quoted\" name","a":7}"#);
}

#[test]
fn units_are_called_as_files_call_them() {
    use model::Unit::{DiskMonths, GbHours, TenThousandRequests, VcpuHours};
    for (unit, divisor, focus, invoice) in [
        (VcpuHours, 1, "Core-Hours", "1 Hour"),
        (GbHours, 720, "GB-Months", "1 GB/Hr"),
        (GbHours, 24, "24 x GB-Hours", "1 GB/Hr"),
        (DiskMonths, 1, "Disk-Months", "1/Month"),
        (TenThousandRequests, 1, "10000 Requests", "10K"),
    ] {
        assert_eq!((focus_unit(unit, divisor).as_str(), invoice_unit(unit)), (focus, invoice));
    }
}
