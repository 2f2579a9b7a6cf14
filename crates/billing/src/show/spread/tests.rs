use model::{MeterCatalogue, Rounding};
use proptest::prelude::*;

use super::*;
use crate::{
    bill::due,
    rate::DailyRater,
    samples::{self, BASE_VM, Sum, any_sum, month, price, price_list},
};
use model::{LocalSubscriptionId, Subscriber, Unit};

fn subscriber() -> Subscriber {
    Subscriber { subscription: LocalSubscriptionId::new("local").unwrap(), tenant: None }
}

/// The money of each sum in the order given, and of the lines.
fn spread(sums: &[Sum], list: &model::PriceList) -> (Vec<(LineKey, Money)>, BTreeMap<LineKey, Money>) {
    let usage = samples::usage("A1", month("2026-10"), sums).unwrap();
    let (month, mut rater) = DailyRater::new(&usage, Some(list), MeterCatalogue::published()).unwrap();
    let terms = Terms::from(list);
    let mut spread = Spread::default();
    let mut parts = Vec::new();
    for sum in sums {
        for charge in rater.rate(&sum.attributed(), &subscriber()).unwrap().into_iter().flatten() {
            let money = spread.part(&charge.line, month.exchange, terms).unwrap();
            parts.push((charge.line.key, money));
        }
    }
    let lines = due(&month, terms).unwrap();
    (parts, lines.lines.iter().map(|line| (line.line.key.clone(), line.rounded.money)).collect())
}

#[test]
fn thirty_days_of_a_third_of_a_cent_are_ten_cents() {
    let prices = vec![price(BASE_VM, "2026-01-01", Unit::VcpuHours, 3, "0", &[("0", "0.01")])];
    let list = price_list("USD", Rounding::HalfUp, prices);
    let days: Vec<Sum> = (1..=30).map(|day| Sum::new("S", &format!("2026-10-{day:02}"), BASE_VM, "1")).collect();
    let (parts, lines) = spread(&days, &list);
    assert_eq!(parts.iter().map(|(_, money)| money.minor).sum::<i128>(), 10);
    assert_eq!(parts[..6].iter().map(|(_, money)| money.minor).collect::<Vec<_>>(), [0, 1, 0, 0, 1, 0]);
    assert_eq!(lines.values().map(|money| money.minor).collect::<Vec<_>>(), [10]);
}

proptest! {
    #[test]
    fn whatever_the_order_the_parts_of_a_line_add_up_to_it(
        sums in prop::collection::vec(any_sum(-20), 0..40).prop_shuffle()
    ) {
        let list = price_list("USD", Rounding::HalfUp, samples::tiered_prices());
        let (parts, lines) = spread(&sums, &list);
        let mut added: BTreeMap<LineKey, i128> = BTreeMap::new();
        for (key, money) in parts {
            *added.entry(key).or_default() += money.minor;
        }
        // A line whose quantities cancel out is none; its parts cost nothing together.
        added.retain(|key, minor| lines.contains_key(key) || *minor != 0);
        let lines: BTreeMap<LineKey, i128> = lines.into_iter().map(|(key, money)| (key, money.minor)).collect();
        prop_assert_eq!(added, lines);
    }
}
