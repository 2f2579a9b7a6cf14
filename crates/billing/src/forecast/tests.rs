//! Forecast: what is made of known days, against months that were used in full.

use model::{MeterCatalogue, PriceList, Rounding, Unit};

use super::*;
use crate::{
    rate::rate_month,
    samples::{BASE_VM, Sum, day, month, paying_subscription, price, price_list, quantity, tiered_prices, usage},
};

/// Usage of October and of the end of September 2026: a quantity for each day, from 25 September on.
fn sums(of_day: impl Fn(u32) -> String, days: Range<u32>) -> Vec<Sum> {
    let first = day("2026-09-25");
    let sum = |index| Sum { day: first.plus(index), ..Sum::new("S1", "2026-10-01", BASE_VM, &of_day(index)) };
    days.map(sum).collect()
}

fn history(frame: &Frame, sums: &[Sum]) -> History {
    let mut history = History::new(frame.clone(), &paying_subscription("A1"));
    for sum in sums {
        history.add(sum.attributed(), MeterCatalogue::published()).unwrap();
    }
    history
}

fn total(history: &History, pick: Pick) -> Option<Quantity> {
    let month = history.month(pick, |_| true).unwrap()?;
    Some(month.totals().try_fold(Quantity::ZERO, |sum, total| sum.checked_add(total.quantity)).unwrap())
}

fn list() -> PriceList {
    price_list("USD", Rounding::HalfUp, tiered_prices())
}

#[test]
fn a_frame_has_the_last_complete_days_and_the_days_that_are_missing() {
    for (first, until, wanted, observed, to_come, suffices) in [
        ("2026-01-01", "2026-10-11", 14, 14, 21, true),
        ("2026-10-09", "2026-10-11", 14, 2, 21, false),
        ("2026-10-08", "2026-10-11", 14, 3, 21, true),
        ("2026-10-20", "2026-10-11", 14, 0, 21, false),
        ("2026-01-01", "2026-09-20", 7, 7, 31, true),
        ("2026-10-31", "2026-11-05", 14, 1, 0, true),
        ("2020-01-01", "2026-10-11", 4_000, FORECAST_DAYS_MAX, 21, true),
    ] {
        let frame = Frame::new(month("2026-10"), day(first), day(until), wanted);
        let found = (frame.days_had(), frame.days_to_come(), frame.suffices());
        assert_eq!(found, (observed, to_come, suffices), "{first} {until} {wanted}");
    }
}

#[test]
fn constant_usage_gives_exactly_the_month_in_full() {
    let list = list();
    let october = month("2026-10");
    let full = sums(|_| "13.37".to_owned(), 6..37);
    let whole = rate_month(&usage("A1", october, &full).unwrap(), Some(&list), MeterCatalogue::published()).unwrap();
    for until in ["2026-10-01", "2026-10-04", "2026-10-16", "2026-10-31", "2026-11-01"] {
        let frame = Frame::new(october, day("2026-09-25"), day(until), 14);
        let known = history(&frame, &sums(|_| "13.37".to_owned(), 0..37));
        for pick in [Pick::Lowest, Pick::Median, Pick::Highest] {
            let made = known.month(pick, |_| true).unwrap().unwrap();
            let rated = rate_month(&made, Some(&list), MeterCatalogue::published()).unwrap();
            assert_eq!(rated.lines, whole.lines, "{until} {pick:?}");
        }
    }
}

#[test]
fn a_tier_that_is_reached_later_in_the_month_is_priced_as_that_tier() {
    let tiers = [("0", "2"), ("100", "1")];
    let list =
        price_list("USD", Rounding::HalfUp, vec![price(BASE_VM, "2026-01-01", Unit::VcpuHours, 1, "10", &tiers)]);
    let frame = Frame::new(month("2026-10"), day("2026-10-01"), day("2026-10-06"), 14);
    let known = history(&frame, &sums(|_| "10".to_owned(), 6..11));
    let tiers_of = |usage: &MonthUsage| -> Vec<_> {
        let rated = rate_month(usage, Some(&list), MeterCatalogue::published()).unwrap();
        rated.lines.iter().map(|line| (line.key.tier, line.quantity)).collect()
    };
    assert_eq!(tiers_of(known.so_far()), [(0, quantity("10")), (1, quantity("40"))]);
    let made = known.month(Pick::Median, |_| true).unwrap().unwrap();
    let (included, first, second) = (quantity("10"), quantity("100"), quantity("200"));
    assert_eq!(tiers_of(&made), [(0, included), (1, first), (2, second)]);
}

#[test]
fn the_median_of_a_week_is_a_working_day_and_of_an_even_number_the_lower_middle() {
    // 25 September 2026 is a Friday, so a weekend begins with each day 1 and 2 of seven.
    let weekly = |index: u32| if matches!(index % 7, 1 | 2) { "1" } else { "8" }.to_owned();
    let stepped = |index: u32| index.to_string();
    let early = |index: u32| if index < 8 { "5" } else { "0" }.to_owned();
    let cases: [(&dyn Fn(u32) -> String, _, [_; 3]); 4] = [
        // Ten complete days of the month have seven working days: 7 * 8 + 3 * 1 = 59 stand already, and 21 days follow.
        (&weekly, 14, ["80", "227", "227"]),
        (&weekly, 7, ["80", "227", "227"]),
        // The complete days of October are 6 to 15: 105. Of 12 to 15 the lower middle is 13.
        (&stepped, 4, ["357", "378", "420"]),
        // A day without usage counts as zero: two of ten days have 5.
        (&early, 10, ["10", "10", "115"]),
    ];
    for (index, (of_day, days, [low, middle, high])) in cases.into_iter().enumerate() {
        let frame = Frame::new(month("2026-10"), day("2026-09-25"), day("2026-10-11"), days);
        let used: Vec<Sum> = sums(of_day, 0..20).into_iter().filter(|sum| !sum.quantity.is_zero()).collect();
        let known = history(&frame, &used);
        let found = [Pick::Lowest, Pick::Median, Pick::Highest].map(|pick| total(&known, pick));
        assert_eq!(found, [low, middle, high].map(|text| Some(quantity(text))), "case {index}");
    }
}

#[test]
fn nothing_is_said_by_two_days_and_nothing_comes_from_a_stamp_that_reports_no_more() {
    let two = Frame::new(month("2026-10"), day("2026-10-09"), day("2026-10-11"), 14);
    let known = history(&two, &sums(|_| "5".to_owned(), 0..16));
    assert_eq!(total(&known, Pick::Median), None);
    let ten = Frame::new(month("2026-10"), day("2026-10-01"), day("2026-10-11"), 14);
    let known = history(&ten, &sums(|_| "5".to_owned(), 0..20));
    let made = known.month(Pick::Highest, |_| false).unwrap().unwrap();
    assert_eq!(made.totals().count(), known.so_far().totals().count());
}
