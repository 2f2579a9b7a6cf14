use model::{Month, Rounding};
use proptest::prelude::*;

use super::*;
use crate::{
    bill::{Terms, draft, due},
    rate::RatedMonth,
    samples::{self, BASE_VM, Sum, any_sum, month, price_list, rated},
};

fn list() -> PriceList {
    price_list("USD", Rounding::HalfUp, samples::tiered_prices())
}

/// Explains the only line of a month.
fn explained(sum: &Sum, list: &PriceList) -> Explanation {
    let month = rated("A1", Month::parse("2026-10").unwrap(), [sum], Some(list));
    let due = due(&month, Terms::from(list)).unwrap();
    let [line] = due.lines.as_slice() else { panic!("one line is expected in {due:?}") };
    explain(line, list)
}

#[test]
fn the_explanation_names_the_price_that_was_applied() {
    for (day, price) in [("2026-10-15", "0.008"), ("2026-10-16", "0.0123456789")] {
        let mut list = list();
        list.prices.iter_mut().for_each(|price| price.included = Quantity::ZERO);
        list.prices.iter_mut().for_each(|price| price.source = format!("sheet of {}", price.from));
        let from = if price == "0.008" { "2026-01-01" } else { "2026-10-16" };
        let explanation = explained(&Sum::new("S", day, BASE_VM, "2"), &list);
        let arithmetic = format!("2 vcpu_hours x {price} USD = ");
        assert!(explanation.arithmetic.starts_with(&arithmetic), "{explanation}");
        let expected = format!("tier 1 of \"list\", in force from {from}, per priced unit; source: sheet of {from}");
        assert_eq!(explanation.price, expected);
    }
}

#[test]
fn infrastructure_has_no_price_of_the_list_even_when_one_begins_with_the_month() {
    let mut list = list();
    list.prices[0].from = samples::day("2026-10-01");
    let sum = Sum { scope: model::Scope::Infrastructure, ..Sum::new("S", "2026-10-02", BASE_VM, "2") };
    let explanation = explained(&sum, &list);
    assert_eq!(explanation.price, "none; the house rule says zero");
    assert_eq!(explanation.arithmetic, "2 units x 0 USD = 0 USD");
}

#[test]
fn a_statement_counts_rows_and_rules_and_lists_what_has_no_amount() {
    let sums = [
        Sum { rows: 2, ..Sum::new("S", "2026-10-20", BASE_VM, "1") },
        Sum { rows: 3, ..Sum::new("S", "2026-10-20", samples::VM_HOURS, "1") },
        Sum { rows: 4, ..Sum::new("S", "2026-10-01", samples::APP_SERVICE, "1") },
    ];
    let list = list();
    let month = rated("A1", month("2026-10"), &sums, Some(&list));
    let due = [due(&month, Terms::from(&list)).unwrap(), due(&month, Terms::from(&list)).unwrap()];
    let statement = statement(list.currency, &due).unwrap();
    assert_eq!(statement.rows, RowCounts { rated: 4, unpriced: 8, informational: 6 });
    assert_eq!(statement.rules, BTreeMap::from([(Rule::Mapped, 18)]));
    let ratings = |unrated: &[&Unrated]| unrated.iter().map(|unrated| unrated.rating).collect::<Vec<_>>();
    assert_eq!(ratings(&statement.unpriced), [Rating::NoPriceForMeter; 2]);
    assert_eq!(ratings(&statement.informational), [Rating::Informational; 2]);
}

#[test]
fn amounts_of_another_currency_are_not_added() {
    let list = list();
    let month = rated("A1", month("2026-10"), [&Sum::new("S", "2026-10-01", BASE_VM, "100")], Some(&list));
    let due = [due(&month, Terms::from(&list)).unwrap()];
    assert_eq!(statement(Currency::parse("EUR").unwrap(), &due).map(|statement| statement.total), Err(Overflow));
}

proptest! {
    #[test]
    fn every_grouping_adds_up_to_the_invoice(sums in prop::collection::vec(any_sum(-20), 0..30)) {
        let list = list();
        let rated: Vec<RatedMonth> = ["A1", "B1", "D"]
            .map(|subscription| rated(subscription, month("2026-10"), &sums, Some(&list)))
            .into();
        let due: Vec<DueMonth<'_>> = rated.iter().map(|month| due(month, Terms::from(&list)).unwrap()).collect();
        let statement = statement(list.currency, &due).unwrap();
        let add = |amounts: Vec<Money>| amounts.iter().map(|money| money.minor).sum::<i128>();
        let total = statement.total.minor;
        prop_assert_eq!(add(statement.by_paying_subscription.values().copied().collect()), total);
        prop_assert_eq!(add(statement.by_stamp.values().copied().collect()), total);
        prop_assert_eq!(add(statement.by_customer.values().copied().collect()), total);
        prop_assert_eq!(add(statement.by_meter.values().map(|meter| meter.amount).collect()), total);
        let partner = model::PartnerId::new("P").unwrap();
        let invoice = draft(&partner, month("2026-10"), Terms::from(&list), &rated, &[]).unwrap();
        prop_assert_eq!(invoice.map_or(0, |draft| draft.total.minor), total);
    }
}
