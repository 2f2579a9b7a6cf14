use model::{MeterCatalogue, Month, Rounding, UnitPrice};

use super::*;
use crate::{
    attribute::Rule,
    bill,
    rate::{AttributedSum, rate_month},
    samples::{self, BASE_VM, day, paying_subscription, price_list},
};

fn usage(sizes: &[(&str, &str)]) -> MonthUsage {
    let mut usage = MonthUsage::new(Month::parse("2026-10").unwrap(), &paying_subscription("A1"));
    for (on, size) in sizes {
        let (stamp, meter) = (model::CloudId::new("S").unwrap(), MeterId::new(BASE_VM).unwrap());
        let sum = AttributedSum {
            stamp: &stamp,
            day: day(on),
            meter: &meter,
            scope: Scope::Tenant,
            charged: true,
            rule: Rule::Mapped,
            quantity: samples::quantity(size),
            rows: 1,
        };
        usage.add(sum).unwrap();
    }
    usage
}

/// Something that must not go unseen.
type Change = fn(&mut RatedMonth);

#[test]
fn the_second_way_agrees_with_the_first_and_sees_what_was_changed() {
    let list = price_list("USD", Rounding::HalfUp, samples::tiered_prices());
    let terms = Terms::from(&list);
    let usage = usage(&[("2026-10-01", "5000.25"), ("2026-10-20", "7000000"), ("2026-10-21", "-7000000.125")]);
    let catalogue = MeterCatalogue::published();
    let rated = rate_month(&usage, Some(&list), catalogue).unwrap();
    assert_eq!(recheck_month(&usage, Some(&list), catalogue, &rated, terms), Ok(()));
    let changes: [(&str, Change); 3] = [
        ("a line is missing", |month| drop(month.lines.pop())),
        ("the quantity differs", |month| month.lines[0].quantity = samples::quantity("1")),
        ("the amount differs", |month| {
            let line = &mut month.lines[0];
            line.amount = line.quantity.times(UnitPrice::parse("99").unwrap(), 1).unwrap();
        }),
    ];
    for (what, change) in changes {
        let mut other = rated.clone();
        change(&mut other);
        assert!(recheck_month(&usage, Some(&list), catalogue, &other, terms).is_err(), "{what}");
    }
}

#[test]
fn a_draft_that_leaves_something_open_is_seen() {
    let list = price_list("USD", Rounding::HalfUp, samples::tiered_prices());
    let terms = Terms::from(&list);
    let usage = usage(&[("2026-10-01", "5000.25")]);
    let rated = vec![rate_month(&usage, Some(&list), MeterCatalogue::published()).unwrap()];
    let partner = model::PartnerId::new("P").unwrap();
    let month = Month::parse("2026-10").unwrap();
    let mut draft = bill::draft(&partner, month, terms, &rated, &[]).unwrap().unwrap();
    assert_eq!(recheck_draft(month, Some(&draft), &rated, terms, &[]), Ok(()));
    assert!(recheck_draft(month, None, &rated, terms, &[]).is_err());
    draft.lines[0].amount.minor += 1;
    assert!(recheck_draft(month, Some(&draft), &rated, terms, &[]).is_err());
}
