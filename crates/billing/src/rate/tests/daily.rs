//! Daily: what each daily sum costs adds up to the lines of the month, whatever the order.

use std::collections::BTreeMap;

use model::{LocalSubscriptionId, ReductionKind, Rounding, Subscriber, Unit};
use proptest::prelude::*;

use super::*;
use crate::samples::{
    self, APP_SERVICE, BASE_VM, BLOCK_BLOB, Sum, any_sum, day, invoiced_in, mapped, month, price, reduction, usage,
};

/// Tiers, included quantities, a price that changes, meters that are mapped and mapped anew, and reductions of some days.
fn list() -> PriceList {
    let mut prices = samples::tiered_prices();
    prices.push(price("cores", "2026-01-01", Unit::VcpuHours, 3, "7", &[("0", "0.5"), ("60", "0.1"), ("90", "0")]));
    prices.push(price("cores", "2026-10-22", Unit::VcpuHours, 3, "0", &[("0", "0.25"), ("130", "0.2")]));
    let mut list =
        invoiced_in(samples::price_list("USD", Rounding::Legacy, prices), "EUR", &[("2026-10", "0.846202666")]);
    list.meters = vec![
        mapped(BASE_VM, Scope::Tenant, "2026-10-08", "cores"),
        mapped(APP_SERVICE, Scope::Tenant, "2026-10-01", "cores"),
        mapped(APP_SERVICE, Scope::Tenant, "2026-10-18", APP_SERVICE),
        mapped(BASE_VM, Scope::Infrastructure, "2026-10-12", "cores"),
        mapped(BLOCK_BLOB, Scope::Infrastructure, "2026-10-12", "nobody"),
    ];
    list.reductions = vec![
        reduction(ReductionKind::Discount, "2026-10-05", "12.5"),
        model::Reduction {
            until: Some(day("2026-10-25")),
            ..reduction(ReductionKind::EarnedCredit, "2026-10-10", "15")
        },
    ];
    list
}

/// What stands under a key, with everything that a line says of its price.
type ByKey = BTreeMap<LineKey, (Rating, UnitPrice, u32, Quantity, Amount)>;

fn add(lines: &mut ByKey, line: &RatedLine) {
    let RatedLine { key, rating, unit_price, divisor, quantity, amount } = line;
    match lines.get_mut(key) {
        None => drop(lines.insert(key.clone(), (*rating, *unit_price, *divisor, *quantity, *amount))),
        Some((same_rating, same_price, same_divisor, sum, cost)) => {
            assert_eq!((*same_rating, *same_price, *same_divisor), (*rating, *unit_price, *divisor), "{key:?}");
            *sum = sum.checked_add(*quantity).unwrap();
            *cost = cost.checked_add(*amount).unwrap();
        }
    }
}

/// Rates the sums one by one, and says what it added up to, and what had no amount by reason.
fn one_by_one(sums: &[Sum], list: Option<&PriceList>) -> (RatedMonth, ByKey, BTreeMap<Rating, Quantity>) {
    let usage = usage("A1", month("2026-10"), sums).unwrap();
    let (of_month, mut daily) = DailyRater::new(&usage, list, MeterCatalogue::published()).unwrap();
    let subscriber = Subscriber { subscription: LocalSubscriptionId::new("l").unwrap(), tenant: None };
    let (mut lines, mut without) = (ByKey::new(), BTreeMap::new());
    for sum in sums {
        match daily.rate(&sum.attributed(), &subscriber).unwrap() {
            Ok(charges) => {
                let together = total(charges.iter().map(|charge| charge.line.quantity));
                assert_eq!(together, sum.quantity, "the charges of a sum are all of it");
                for charge in charges {
                    assert_eq!((charge.day, &charge.subscriber), (sum.day, &subscriber));
                    add(&mut lines, &charge.line);
                }
            }
            Err(rating) => {
                let before: &mut Quantity = without.entry(rating).or_default();
                *before = before.checked_add(sum.quantity).unwrap();
            }
        }
    }
    (of_month, lines, without)
}

proptest! {
    #[test]
    fn the_charges_of_a_key_add_up_to_its_line(
        sums in prop::collection::vec(any_sum(-40), 0..60).prop_shuffle(),
        priced in prop::sample::select(vec![true, true, true, false]),
    ) {
        let list = Some(list()).filter(|_| priced);
        let (of_month, mut lines, without) = one_by_one(&sums, list.as_ref());
        prop_assert_eq!(&of_month, &samples::rated("A1", month("2026-10"), &sums, list.as_ref()));
        // A line of nothing is none; its charges came to nothing as well.
        lines.retain(|key, (_, _, _, quantity, amount)| {
            let stays = !quantity.is_zero();
            assert!(stays || amount.is_zero(), "{key:?} costs {amount:?}");
            stays
        });
        let mut expected = ByKey::new();
        of_month.lines.iter().for_each(|line| add(&mut expected, line));
        prop_assert_eq!(lines, expected);
        let mut unrated: BTreeMap<Rating, Quantity> = BTreeMap::new();
        for one in of_month.unpriced.iter().chain(&of_month.informational) {
            let before = unrated.entry(one.rating).or_default();
            *before = before.checked_add(one.quantity).unwrap();
        }
        prop_assert_eq!(without, unrated);
    }
}

#[test]
fn the_sums_of_one_day_fill_its_total_in_the_order_in_which_they_come() {
    let list = samples::price_list("USD", Rounding::HalfUp, samples::tiered_prices());
    let sums = ["8", "-20", "95"].map(|size| Sum::new("S", "2026-10-02", BASE_VM, size));
    let charges = |sums: &[Sum]| {
        let (_, lines, _) = one_by_one(sums, Some(&list));
        lines.into_iter().map(|(key, line)| (key.tier, line.3.to_string())).collect::<Vec<_>>()
    };
    let mut turned = sums.clone();
    turned.reverse();
    let expected = [(0, "10".to_owned()), (1, "73".to_owned())];
    assert_eq!(charges(&sums), expected);
    assert_eq!(charges(&turned), [&expected[..], &[(2, "0".to_owned())]].concat()[..2], "below 10 and back");
}

#[test]
fn a_daily_sum_without_a_rate_or_a_price_says_why() {
    let none = samples::price_list("USD", Rounding::HalfUp, samples::tiered_prices());
    let in_euro = invoiced_in(none.clone(), "EUR", &[("2026-09", "0.9")]);
    let sum = Sum::new("S", "2026-10-02", BASE_VM, "1");
    let table = [(None, Rating::NoPriceList), (Some(&in_euro), Rating::NoExchangeRate)];
    for (list, expected) in table {
        let (_, lines, without) = one_by_one(std::slice::from_ref(&sum), list);
        assert_eq!((lines.len(), without), (0, BTreeMap::from([(expected, sum.quantity)])));
    }
}
