//! Tiers: what lies on which step, at every bound and one last decimal beside it.

use model::{Rounding, Unit};

use crate::samples::{self, BASE_VM, Sum, month, price, quantity, rated};

use super::*;

/// The smallest quantity that is kept.
const STEP: &str = "1e-36";

/// `100`, `100+` for one last decimal more, and `100-` for one less.
fn near(text: &str) -> Quantity {
    match (text.strip_suffix('+'), text.strip_suffix('-')) {
        (Some(number), _) => quantity(number).checked_add(quantity(STEP)).unwrap(),
        (_, Some(number)) => quantity(number).checked_sub(quantity(STEP)).unwrap(),
        _ => quantity(text),
    }
}

/// `1:100,2:0+` as tiers with quantities; `-` is none.
fn parts(text: &str) -> Vec<(u32, Quantity)> {
    let part = |part: &str| part.split_once(':').map(|(tier, size)| (tier.parse().unwrap(), near(size))).unwrap();
    text.split(',').filter(|text| *text != "-").map(part).collect()
}

fn by_tier(rated: &RatedMonth) -> Vec<(u32, Quantity)> {
    rated.lines.iter().map(|line| (line.key.tier, line.quantity)).collect()
}

/// Rates one sum by a price with tiers from 0, 100 and 250 beyond what is included.
fn check(included: &str, table: &str) {
    let tiers = &[("0", "0.008"), ("100", "0.000000000001"), ("250", "0")];
    let prices = vec![price(BASE_VM, "2026-01-01", Unit::VcpuHours, 720, included, tiers)];
    let list = samples::price_list("USD", Rounding::HalfUp, prices);
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [used, expected] = cells.as_slice() else { panic!("{line}: two cells") };
        let sum = Sum { quantity: near(used), ..Sum::new("S", "2026-10-20", BASE_VM, "0") };
        let month = rated("A1", month("2026-10"), [&sum], Some(&list));
        assert_eq!(by_tier(&month), parts(expected), "{included} included: {line}");
        for line in &month.lines {
            let unit_price =
                if line.key.tier == 0 { "0" } else { tiers[usize::try_from(line.key.tier).unwrap() - 1].1 };
            assert_eq!(line.unit_price.to_string(), unit_price);
            assert_eq!(line.amount, line.quantity.times(line.unit_price, 720).unwrap());
        }
    }
}

#[test]
fn a_bound_belongs_to_the_step_that_ends_there() {
    check(
        "0",
        "used   parts
         0      -
         0+     1:0+
         100-   1:100-
         100    1:100
         100+   1:100,2:0+
         250-   1:100,2:150-
         250    1:100,2:150
         250+   1:100,2:150,3:0+
         1000   1:100,2:150,3:750
         -0+    1:0+
         -7     1:-7",
    );
}

#[test]
fn what_is_included_comes_before_the_first_tier() {
    check(
        "5",
        "used   parts
         0+     0:0+
         5-     0:5-
         5      0:5
         5+     0:5,1:0+
         105-   0:5,1:100-
         105    0:5,1:100
         105+   0:5,1:100,2:0+
         255-   0:5,1:100,2:150-
         255    0:5,1:100,2:150
         255+   0:5,1:100,2:150,3:0+
         -7     0:-7",
    );
    check(
        "0.000000000000000000000000000000000001",
        "used  parts
         0+    0:0+
         1     0:0+,1:1-
         100   0:0+,1:100-
         100+  0:0+,1:100",
    );
}

/// The first price has 10 included and tiers from 0 and 100; from the 16th on 20 are included and the tiers begin at 0 and 50.
/// Cells: what was used on the 10th and on the 20th, and the parts of each price.
const CHANGE: &str = "before  after  first           second
    60      30     0:10,1:50       1:10,2:20
    10      10     0:10            0:10
    10      11     0:10            0:10,1:1
    0       70     -               0:20,1:50
    0       70+    -               0:20,1:50,2:0+
    70      0+     0:10,1:60       2:0+
    70-     0+     0:10,1:60-      1:0+
    200     1      0:10,1:100,2:90 2:1
    60      -45    0:10,1:50       0:-5,1:-40
    5       -8     0:5             0:-8";

#[test]
fn a_price_that_changes_in_the_month_moves_the_bounds_and_not_the_position() {
    let prices = vec![
        price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "10", &[("0", "3"), ("100", "2")]),
        price(BASE_VM, "2026-10-16", Unit::VcpuHours, 1, "20", &[("0", "5"), ("50", "1")]),
    ];
    let list = samples::price_list("USD", Rounding::HalfUp, prices);
    for line in CHANGE.lines().skip(1) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [before, after, first, second] = cells.as_slice() else { panic!("{line}: four cells") };
        let sum = |on: &str, size: &str| Sum { quantity: near(size), ..Sum::new("S", on, BASE_VM, "0") };
        let sums = [sum("2026-10-20", after), sum("2026-10-10", before)];
        let month = rated("A1", month("2026-10"), &sums, Some(&list));
        let of = |from: &str| {
            let lines = month.lines.iter().filter(|line| line.key.price_from == samples::day(from));
            lines.map(|line| (line.key.tier, line.quantity)).collect::<Vec<_>>()
        };
        assert_eq!((of("2026-01-01"), of("2026-10-16")), (parts(first), parts(second)), "{line}");
    }
}
