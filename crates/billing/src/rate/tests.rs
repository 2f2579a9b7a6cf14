use std::collections::BTreeMap;

use model::{Rounding, Unit};
use proptest::prelude::*;

use super::*;

mod commerce;
mod daily;
mod tiers;

use crate::samples::{self, APP_SERVICE, BASE_VM, BLOCK_BLOB, Sum, VM_HOURS, any_sum, month, price, quantity, rated};

fn total(quantities: impl IntoIterator<Item = Quantity>) -> Quantity {
    quantities.into_iter().fold(Quantity::ZERO, |sum, quantity| sum.checked_add(quantity).unwrap())
}

fn tiered_list() -> PriceList {
    samples::price_list("USD", Rounding::HalfUp, samples::tiered_prices())
}

/// Rates one sum of 2026-10-20 by each row: what it is, and what became of it.
fn check(list: Option<&PriceList>, table: &str) {
    for line in table.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [meter, scope, charged, size, verdict, amount] = cells.as_slice() else { panic!("{line}: six cells") };
        let named = [("base_vm", BASE_VM), ("block_blob", BLOCK_BLOB), ("app", APP_SERVICE), ("vm_hours", VM_HOURS)];
        let meter = named.iter().find(|(name, _)| name == meter).map_or(*meter, |(_, id)| id);
        let (scope, charged) = (Scope::from_word(scope).unwrap(), *charged == "yes");
        let sum = Sum { scope, charged, ..Sum::new("S", "2026-10-20", meter, size) };
        let month = rated("A1", month("2026-10"), [&sum], list);
        let unrated = month.unpriced.iter().chain(&month.informational).map(|unrated| (unrated.rating, "-".to_owned()));
        let lines = month.lines.iter().map(|line| (line.rating, line.amount.exact_text()));
        let outcomes: Vec<(&str, String)> = lines.chain(unrated).map(|(rating, text)| (rating.word(), text)).collect();
        assert_eq!(outcomes, [(*verdict, (*amount).to_owned())], "{line}");
        assert_eq!(month.rows.attributed(), Ok(1), "{line}");
        assert_eq!(month.rules, BTreeMap::from([(Rule::Mapped, 1)]), "{line}");
    }
}

#[test]
fn the_first_verdict_that_holds_decides() {
    check(
        None,
        "meter       scope           charged  quantity  verdict                 amount
         vm_hours    tenant          yes      1         informational           -
         vm_hours    infrastructure  yes      1         informational           -
         base_vm     tenant          no       1         informational           -
         base_vm     infrastructure  no       1         informational           -
         other       tenant          no       1         informational           -
         other       infrastructure  yes      1         unknown_meter           -
         base_vm     infrastructure  yes      1         infrastructure_at_zero  0
         app         infrastructure  yes      1         no_price_list           -
         base_vm     tenant          yes      0         no_price_list           -",
    );
    let huge = "999999999999999999";
    let mut list = tiered_list();
    list.prices.push(price(APP_SERVICE, "2026-10-19", Unit::VmHours, 1, "0", &[("0", huge)]));
    check(
        Some(&list),
        "meter       scope           charged  quantity            verdict                 amount
         base_vm     infrastructure  yes      999999999999999999  infrastructure_at_zero  0
         app         infrastructure  yes      999999999999999999  unit_differs            -
         block_blob  infrastructure  yes      1                   infrastructure_at_zero  0
         block_blob  tenant          yes      1                   rated                   0.006/720",
    );
    let list = samples::price_list(
        "USD",
        Rounding::HalfUp,
        vec![
            price(BASE_VM, "2026-10-20", Unit::VcpuHours, 1, "0", &[("0", huge)]),
            price(APP_SERVICE, "2026-10-21", Unit::VcpuHours, 1, "0", &[("0", "1")]),
            price(BLOCK_BLOB, "2026-01-01", Unit::GbHours, 720, "0", &[]),
        ],
    );
    check(
        Some(&list),
        "meter       scope           charged  quantity            verdict                 amount
         base_vm     tenant          yes      999999999999999999  amount_too_large        -
         base_vm     tenant          yes      1                   rated                   999999999999999999
         app         infrastructure  yes      1                   no_price_for_meter      -
         block_blob  tenant          yes      1                   no_price_for_meter      -",
    );
}

#[test]
fn usage_of_another_month_is_refused() {
    for (day, fits) in [("2026-09-30", false), ("2026-10-01", true), ("2026-10-31", true), ("2026-11-01", false)] {
        let sum = Sum::new("S", day, BASE_VM, "1");
        let refused = UsageError::OtherMonth { day: sum.day, month: month("2026-10") };
        let outcome = samples::usage("A1", month("2026-10"), [&sum]).map(drop);
        assert_eq!(outcome, if fits { Ok(()) } else { Err(refused) }, "{day}");
    }
}

#[test]
fn rows_that_cannot_be_counted_are_refused() {
    let sum = Sum { rows: u64::MAX, ..Sum::new("S", "2026-10-01", BASE_VM, "1") };
    let outcome = samples::usage("A1", month("2026-10"), [&sum, &sum]).map(drop);
    assert_eq!(outcome, Err(UsageError::TooLarge));
}

#[test]
fn of_two_prices_with_one_first_day_the_last_counts() {
    let meter = MeterId::new(BASE_VM).unwrap();
    let prices = ["1", "2", "3"].map(|unit_price| {
        let from = if unit_price == "1" { "2026-10-05" } else { "2026-10-01" };
        price(BASE_VM, from, Unit::VcpuHours, 1, "0", &[("0", unit_price)])
    });
    let list = samples::price_list("USD", Rounding::HalfUp, prices.to_vec());
    for (day, expected) in [("2026-10-04", "3"), ("2026-10-05", "1")] {
        let sum = Sum::new("S", day, BASE_VM, "1");
        let month = rated("A1", month("2026-10"), [&sum], Some(&list));
        assert_eq!(month.lines[0].unit_price.to_string(), expected, "{day}");
        let model = list.price(&meter, sum.day).map(|price| price.tiers[0].unit_price);
        assert_eq!(model, Some(month.lines[0].unit_price), "{day}");
    }
}

/// A sum of tenants' virtual core hours on one of 3 stamps and 15 days, all before the price changes.
fn any_core_hours() -> impl Strategy<Value = Sum> {
    any_sum(0).prop_map(|sum| Sum {
        meter: MeterId::new(BASE_VM).unwrap(),
        day: sum.day.min(samples::day("2026-10-15")),
        scope: Scope::Tenant,
        charged: true,
        ..sum
    })
}

proptest! {
    #[test]
    fn the_order_of_the_sums_does_not_matter(
        (sums, shuffled) in prop::collection::vec(any_sum(-40), 0..40)
            .prop_flat_map(|sums| (Just(sums.clone()), Just(sums).prop_shuffle())),
    ) {
        let list = tiered_list();
        let month = month("2026-10");
        prop_assert_eq!(rated("A1", month, &sums, Some(&list)), rated("A1", month, &shuffled, Some(&list)));
    }

    #[test]
    fn nothing_is_lost(sums in prop::collection::vec(any_sum(-40), 0..40), priced in any::<bool>()) {
        let list = Some(tiered_list()).filter(|_| priced);
        let month = rated("A1", month("2026-10"), &sums, list.as_ref());
        prop_assert_eq!(month.rows.attributed().unwrap(), sums.iter().map(|sum| sum.rows).sum::<u64>());
        let unrated = || month.unpriced.iter().chain(&month.informational);
        prop_assert_eq!(
            month.unpriced.iter().map(|unpriced| unpriced.rows).sum::<u64>(), month.rows.unpriced);
        prop_assert_eq!(
            month.informational.iter().map(|shown| shown.rows).sum::<u64>(), month.rows.informational);
        let meters: std::collections::BTreeSet<&MeterId> = sums.iter().map(|sum| &sum.meter).collect();
        for meter in meters {
            for stamp in ["S0", "S1", "S2"].map(|stamp| CloudId::new(stamp).unwrap()) {
                let used = total(sums.iter().filter(|sum| sum.meter == *meter && sum.stamp == stamp).map(|sum| sum.quantity));
                let lines = month.lines.iter().filter(|line| line.key.meter == *meter && line.key.stamp == stamp);
                let others = unrated().filter(|unrated| unrated.meter == *meter && unrated.stamp == stamp);
                let shown = total(lines.map(|line| line.quantity).chain(others.map(|unrated| unrated.quantity)));
                prop_assert_eq!(used, shown);
            }
        }
    }

    #[test]
    fn the_amount_of_a_line_is_its_quantity_times_its_price(sums in prop::collection::vec(any_sum(-40), 0..40)) {
        let list = tiered_list();
        for line in rated("A1", month("2026-10"), &sums, Some(&list)).lines {
            prop_assert!(!line.quantity.is_zero());
            prop_assert_eq!(line.amount, line.quantity.times(line.unit_price, line.divisor).unwrap());
        }
    }

    #[test]
    fn tiers_depend_on_the_total_of_the_month_alone(sums in prop::collection::vec(any_core_hours(), 1..12)) {
        let list = tiered_list();
        let spread = rated("A1", month("2026-10"), &sums, Some(&list));
        let all = Sum { quantity: total(sums.iter().map(|sum| sum.quantity)), ..sums[0].clone() };
        let at_once = rated("A1", month("2026-10"), [&all], Some(&list));
        let by_tier = |month: &RatedMonth| {
            let mut tiers: BTreeMap<u32, Quantity> = BTreeMap::new();
            for line in &month.lines {
                let tier = tiers.entry(line.key.tier).or_default();
                *tier = tier.checked_add(line.quantity).unwrap();
            }
            tiers
        };
        prop_assert_eq!(by_tier(&spread), by_tier(&at_once));
        // An oracle of its own: how much of the total lies in each of the ranges 0..10..110..260.
        let bounds = [quantity("0"), quantity("10"), quantity("110"), quantity("260"), quantity("1e9")];
        for (tier, range) in (0..).zip(bounds.windows(2)) {
            let reached = all.quantity.clamp(range[0], range[1]).checked_sub(range[0]).unwrap();
            prop_assert_eq!(by_tier(&at_once).get(&tier).copied().unwrap_or_default(), reached, "tier {}", tier);
        }
    }

    #[test]
    fn a_total_and_its_reversal_cost_nothing(sums in prop::collection::vec(any_core_hours(), 1..12)) {
        let list = tiered_list();
        let reversals = sums.iter().map(|sum| Sum {
            quantity: sum.quantity.negated(),
            day: samples::day("2026-10-15"),
            ..sum.clone()
        });
        let all: Vec<Sum> = sums.iter().cloned().chain(reversals).collect();
        let month = rated("A1", month("2026-10"), &all, Some(&list));
        // What was placed on one stamp may be taken back on another; by tier nothing is left.
        for tier in 0..4 {
            let lines = month.lines.iter().filter(|line| line.key.tier == tier);
            prop_assert_eq!(total(lines.map(|line| line.quantity)), Quantity::ZERO, "tier {}", tier);
        }
    }
}
