//! Statement tests: how lines and days are added up, and what is left of what customers are charged.

use std::{collections::BTreeMap, sync::Arc};

use billing::bill::Terms;
use model::{
    CloudId, Currency, CustomerId, Day, LineKey, MeterId, Money, Month, Office, PayingSubscriptionId, Quantity,
    Rounding, Scope, Share,
};

use super::{
    breakdown::{Account, Breakdown, Days, Group, Grouping, Sums, Tally},
    margin::compare,
};

const BY: &[Grouping] = &[Grouping::Customer, Grouping::Stamp, Grouping::Meter, Grouping::Subscription, Grouping::Day];

fn money(text: &str) -> Money {
    let (amount, code) = text.split_once(' ').unwrap();
    Money::from_decimal(amount, Currency::parse(code).unwrap()).unwrap()
}

fn customer(id: &str) -> Option<CustomerId> {
    (id != "-").then(|| CustomerId::new(id).unwrap())
}

/// Customer (and its subscription), stamp, meter, day, quantity, money.
type Row = (&'static str, &'static str, &'static str, Option<&'static str>, &'static str, &'static str);

fn tally(rows: &[Row], by: &[Grouping]) -> Breakdown {
    let mut tally = Tally::new(by);
    for (who, stamp, meter, day, quantity, amount) in rows {
        let amount = money(amount);
        let terms = Terms { currency: amount.currency, rounding: Rounding::HalfUp };
        let account = Account { customer: customer(who), exchange: None, terms };
        let meter = MeterId::new(meter).unwrap();
        let key = LineKey {
            month: Month::parse("2026-10").unwrap(),
            paying_subscription: PayingSubscriptionId::new(&format!("of{who}")).unwrap(),
            stamp: CloudId::new(stamp).unwrap(),
            meter: meter.clone(),
            commerce_meter: meter,
            scope: Scope::Tenant,
            price_from: Day::parse("2026-01-01").unwrap(),
            tier: 1,
            discount: Share::ZERO,
            credit: Share::ZERO,
        };
        let day = day.map(|day| Day::parse(day).unwrap());
        tally.add(&account, &key, day, (Quantity::parse(quantity).unwrap(), amount)).unwrap();
    }
    let (total, groups) = (tally.total, tally.groups);
    Breakdown { office: Arc::new(Office::default()), total, groups, left_out: Vec::new(), unpriced_rows: 0 }
}

fn shown(sums: &Sums) -> String {
    sums.iter().map(|money| money.to_string()).collect::<Vec<_>>().join(" and ")
}

const ROWS: &[Row] = &[
    ("A", "S", "vm", Some("2026-10-01"), "1", "0.10 USD"),
    ("A", "T", "vm", Some("2026-10-02"), "2.5", "0.20 USD"),
    ("A", "S", "blob", Some("2026-10-02"), "7", "-0.05 USD"),
    ("B", "S", "vm", Some("2026-10-02"), "3", "4 JPY"),
    ("-", "S", "vm", Some("2026-10-03"), "0.5", "0.01 USD"),
];

#[test]
fn each_grouping_says_who_where_what_and_when() {
    let found = tally(ROWS, BY);
    let group = |grouping| {
        let each = found.by(grouping).map(|(group, total)| match group {
            Group::Customer(id) => format!("{}: {}", id.as_ref().map_or("-", CustomerId::as_str), total.amount),
            Group::Stamp(id) => format!("{id}: {}", total.amount),
            Group::Meter(id) => format!("{id} {}: {}", total.quantity, total.amount),
            Group::Subscription(id) => format!("{id}: {}", total.amount),
            Group::Day(day) => format!("{day}: {}", total.amount),
        });
        each.collect::<Vec<_>>().join(", ")
    };
    let table = [
        (Grouping::Customer, "-: 0.01 USD, A: 0.25 USD, B: 4 JPY"),
        (Grouping::Stamp, "S: 4 JPY, S: 0.06 USD, T: 0.20 USD"),
        (Grouping::Meter, "blob 7: -0.05 USD, vm 3: 4 JPY, vm 4: 0.31 USD"),
        (Grouping::Subscription, "of-: 0.01 USD, ofA: 0.25 USD, ofB: 4 JPY"),
        (Grouping::Day, "2026-10-01: 0.10 USD, 2026-10-02: 4 JPY, 2026-10-02: 0.15 USD, 2026-10-03: 0.01 USD"),
    ];
    for (grouping, expected) in table {
        assert_eq!(group(grouping), expected, "{grouping:?}");
    }
}

#[test]
fn the_groups_of_each_grouping_add_up_to_the_total_of_each_currency() {
    let found = tally(ROWS, BY);
    assert_eq!(shown(&found.total), "4 JPY and 0.26 USD");
    for grouping in BY {
        let mut added = Sums::default();
        for (_, total) in found.by(*grouping) {
            added.add(total.amount).unwrap();
        }
        assert_eq!(added, found.total, "{grouping:?}");
    }
}

#[test]
fn what_was_used_before_a_day_is_known_to_it_and_not_shown() {
    let day = |text| Day::parse(text).unwrap();
    let (first, second, third) = (day("2026-10-01"), day("2026-10-02"), day("2026-10-03"));
    for (days, expected) in [
        (Days::Whole, [(false, true), (false, true), (false, true)]),
        (Days::Until(second), [(false, true), (false, true), (false, false)]),
        (Days::Only(second), [(true, false), (false, true), (false, false)]),
    ] {
        assert_eq!([first, second, third].map(|day| days.hold(day)), expected, "{days:?}");
    }
}

#[test]
fn a_margin_is_taken_within_one_currency_only() {
    let cost = tally(
        &[
            ("A", "S", "vm", None, "1", "80.00 USD"),
            ("B", "S", "vm", None, "1", "10.00 USD"),
            ("C", "S", "vm", None, "1", "5.00 USD"),
            ("D", "S", "vm", None, "1", "3.00 USD"),
            ("-", "S", "vm", None, "1", "1.00 USD"),
        ],
        &[Grouping::Customer],
    );
    let retail = tally(
        &[
            ("A", "S", "vm", None, "1", "100.00 USD"),
            ("B", "S", "vm", None, "1", "9.00 EUR"),
            // What costs nothing yet is charged all the same.
            ("E", "S", "vm", None, "1", "2.00 USD"),
        ],
        &[Grouping::Customer],
    );
    let usd = Currency::parse("USD").unwrap();
    // D has a retail price, but none for what it used.
    let charged_in = |id: &CustomerId| ["A", "D"].contains(&id.as_str()).then_some(usd);
    let margins = compare(&cost, retail, Money::zero(usd), &charged_in).unwrap();
    let text = |money: Option<Money>| money.map_or_else(|| "-".to_owned(), |money| money.to_string());
    let expected = BTreeMap::from([
        (customer("-"), ("1.00 USD", "-", "-")),
        (customer("A"), ("80.00 USD", "100.00 USD", "20.00 USD")),
        (customer("B"), ("10.00 USD", "9.00 EUR", "-")),
        (customer("C"), ("5.00 USD", "-", "-")),
        (customer("D"), ("3.00 USD", "0.00 USD", "-3.00 USD")),
        (customer("E"), ("0.00 USD", "2.00 USD", "2.00 USD")),
    ]);
    let found = margins
        .customers
        .iter()
        .map(|(id, one)| (id.clone(), (one.cost.to_string(), text(one.retail), text(one.margin))));
    for ((id, found), expected) in found.zip(expected.values()) {
        assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), *expected, "{id:?}");
    }
    assert_eq!(margins.customers.len(), expected.len());
    let sum = margins.compared;
    assert_eq!(
        (sum.cost.to_string(), text(sum.retail), text(sum.margin)),
        ("83.00 USD".into(), "102.00 USD".into(), "19.00 USD".into())
    );
    assert_eq!(margins.cost.to_string(), "99.00 USD");
}
