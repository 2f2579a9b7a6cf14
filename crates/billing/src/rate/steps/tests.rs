use model::Unit;

use super::*;
use crate::samples::{BASE_VM, price, quantity};

/// Splits by a price with 10 included, and tiers at 0 and 100 beyond it.
fn check(table: &str) {
    let price = price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "10", &[("0", "2"), ("100", "1")]);
    let in_force = PriceInForce::new(&price).unwrap();
    for line in table.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [position, size, expected] = cells.as_slice() else { panic!("{line}: three cells") };
        let parts = in_force.parts(quantity(position), quantity(size)).unwrap();
        let shown: Vec<String> = parts.iter().map(|part| format!("{}:{}", part.tier, part.quantity)).collect();
        let shown = if shown.is_empty() { "-".to_owned() } else { shown.join(",") };
        assert_eq!(shown, *expected, "{line}");
    }
}

#[test]
fn a_quantity_splits_at_the_bounds() {
    check(
        "position  quantity  parts
         0         0         -
         0         9.9       0:9.9
         0         10        0:10
         0         10.1      0:10,1:0.1
         10        100       1:100
         9         102       0:1,1:100,2:1
         110       5         2:5
         115       -5        2:-5
         115       -6        1:-1,2:-5
         115       -115      0:-10,1:-100,2:-5
         0         -3        0:-3
         -3        3         0:3
         -3        14        0:13,1:1",
    );
}

#[test]
fn bounds_that_do_not_rise_lose_nothing() {
    let price = price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "0", &[("0", "3"), ("50", "2"), ("20", "1")]);
    let in_force = PriceInForce::new(&price).unwrap();
    let parts = in_force.parts(Quantity::ZERO, quantity("60")).unwrap();
    let tiers: Vec<(u32, Quantity)> = parts.iter().map(|part| (part.tier, part.quantity)).collect();
    assert_eq!(tiers, [(1, quantity("50")), (3, quantity("10"))]);
}
