use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn meter(text: &str) -> MeterId {
    MeterId::new(text).unwrap()
}

fn list(prices: Vec<Price>) -> PriceList {
    PriceList {
        id: PriceListId::new("list").unwrap(),
        name: "List".to_owned(),
        currency: Currency::parse("EUR").unwrap(),
        rounding: Rounding::HalfUp,
        prices,
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

#[test]
fn the_latest_price_that_has_begun_counts_in_any_order() {
    let price = |of: &str, from: &str, source: &str| Price {
        meter: meter(of),
        from: day(from),
        unit: Unit::Hours,
        conversion: Conversion { priced_unit: "hour".to_owned(), divisor: 1 },
        included: Quantity::ZERO,
        tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::ZERO }],
        source: source.to_owned(),
    };
    let mut list = list(vec![
        price("m1", "2026-10-10", "second"),
        price("m2", "2026-10-01", "other"),
        price("m1", "2026-10-01", "first"),
    ]);
    let table = [
        ("m1", "2026-09-30", None),
        ("m1", "2026-10-01", Some("first")),
        ("M1", "2026-10-09", Some("first")),
        ("m1", "2026-10-10", Some("second")),
        ("m2", "2026-10-10", Some("other")),
        ("m3", "2026-10-10", None),
    ];
    for _ in 0..2 {
        for (of, date, expected) in table {
            let found = list.price(&meter(of), day(date));
            assert_eq!(found.map(|price| price.source.as_str()), expected, "{of} on {date}");
        }
        list.prices.reverse();
    }
}

#[test]
fn a_local_meter_is_the_commerce_meter_of_its_scope_and_day_or_itself() {
    let mapping = |local: &str, scope, from: &str, commerce: &str| MeterMapping {
        meter: meter(local),
        scope,
        from: day(from),
        commerce_meter: meter(commerce),
    };
    let (tenant, infrastructure) = (Scope::Tenant, Scope::Infrastructure);
    let mut list = list(Vec::new());
    list.meters = vec![
        mapping("m1", tenant, "2026-10-16", "c2"),
        mapping("m1", tenant, "2026-10-01", "c1"),
        mapping("m1", infrastructure, "2026-10-10", "free"),
        mapping("m2", tenant, "2026-10-01", "c1"),
        // Of two of one day the last counts; a meter may be mapped back to itself.
        mapping("m3", tenant, "2026-10-01", "c9"),
        mapping("m3", tenant, "2026-10-01", "m3"),
    ];
    let table = [
        ("m1", tenant, "2026-09-30", None),
        ("m1", tenant, "2026-10-01", Some("c1")),
        ("M1", tenant, "2026-10-15", Some("c1")),
        ("m1", tenant, "2026-10-16", Some("c2")),
        ("m1", infrastructure, "2026-10-09", None),
        ("m1", infrastructure, "2026-10-10", Some("free")),
        ("m2", tenant, "2027-01-01", Some("c1")),
        ("m2", infrastructure, "2027-01-01", None),
        ("m3", tenant, "2026-10-01", Some("m3")),
        // A commerce meter is not mapped on.
        ("c1", tenant, "2026-10-01", None),
    ];
    for (local, scope, date, expected) in table {
        let (sent, date) = (meter(local), day(date));
        assert_eq!(list.mapped_meter(&sent, scope, date), expected.map(meter).as_ref(), "{local} on {date}");
        let priced = expected.map_or_else(|| sent.clone(), meter);
        assert_eq!(*list.commerce_meter(&sent, scope, date), priced, "{local} on {date}");
    }
}

/// Kind, subscription, meter, first day, end, percent; `-` is nothing. Of each kind one counts.
const REDUCTIONS: &str = "
    discount       -   -   2026-10-01  -           10
    discount       -   c1  2026-10-05  2026-10-10  20
    discount       a1  -   2026-10-08  -           30
    discount       a1  c1  2026-10-20  2026-10-21  40
    earned_credit  -   -   2026-10-01  2026-10-15  15
    earned_credit  -   -   2026-10-03  2026-10-04  16
    earned_credit  -   -   2026-10-03  2026-10-04  17
    earned_credit  b1  c2  2026-09-01  -           0";

#[test]
fn of_each_kind_of_reduction_the_one_that_says_most_of_a_day_counts() {
    let mut list = list(Vec::new());
    for line in REDUCTIONS.lines().skip(1) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [kind, subscription, of, from, until, percent] = cells.as_slice() else { panic!("{line}: six cells") };
        let said = |text: &str| (text != "-").then(|| text.to_owned());
        list.reductions.push(Reduction {
            kind: ReductionKind::from_word(kind).unwrap(),
            paying_subscription: said(subscription).map(|id| PayingSubscriptionId::new(&id).unwrap()),
            meter: said(of).map(|id| meter(&id)),
            from: day(from),
            until: said(until).map(|until| day(&until)),
            share: Share::parse_percent(percent).unwrap(),
        });
    }
    let table = [
        ("a1", "c1", "2026-09-30", "0", "0"),
        ("a1", "c1", "2026-10-01", "10", "15"),
        ("A1", "C1", "2026-10-05", "20", "15"),
        ("a1", "c2", "2026-10-05", "10", "15"),
        // What is said of the subscription comes before what is said of the meter.
        ("a1", "c1", "2026-10-08", "30", "15"),
        ("b1", "c1", "2026-10-08", "20", "15"),
        // The end is exclusive.
        ("b1", "c1", "2026-10-10", "10", "15"),
        ("a1", "c1", "2026-10-20", "40", "0"),
        ("a1", "c1", "2026-10-21", "30", "0"),
        // What began last, and of one day the last of the list.
        ("a1", "c2", "2026-10-03", "10", "17"),
        ("a1", "c2", "2026-10-04", "10", "15"),
        // Nothing is said on purpose.
        ("b1", "c2", "2026-10-03", "10", "0"),
    ];
    for (subscription, of, date, discount, credit) in table {
        let found = list.reductions(&PayingSubscriptionId::new(subscription).unwrap(), &meter(of), day(date));
        let shown = (found.discount.to_string(), found.credit.to_string());
        assert_eq!(shown, (discount.to_owned(), credit.to_owned()), "{subscription} {of} on {date}");
    }
}

#[test]
fn prices_become_the_currency_of_the_invoice_by_the_rate_of_the_month() {
    let currency = |code: &str| Currency::parse(code).unwrap();
    let rate = |of: &str, rate: &str| MonthlyRate { month: month(of), rate: ExchangeRate::parse(rate).unwrap() };
    let mut list = list(Vec::new());
    list.exchange = vec![rate("2026-10", "1.5"), rate("2026-11", "3"), rate("2026-10", "2")];
    for same in [None, Some(currency("EUR"))] {
        list.billing_currency = same;
        assert_eq!((list.invoiced_in(), list.exchange(month("2026-12"))), (currency("EUR"), Ok(None)));
    }
    list.billing_currency = Some(currency("JPY"));
    assert_eq!(list.invoiced_in(), currency("JPY"));
    for (of, expected) in [("2026-10", Some("2")), ("2026-11", Some("3")), ("2026-09", None), ("2026-12", None)] {
        let exchange = |rate| Some(Exchange { from: currency("EUR"), rate: ExchangeRate::parse(rate).unwrap() });
        assert_eq!(list.exchange(month(of)), expected.map(exchange).ok_or(MissingRate), "{of}");
    }
}
