use super::*;

#[test]
fn the_latest_price_that_has_begun_counts_in_any_order() {
    let day = |text: &str| Day::parse(text).unwrap();
    let price = |meter: &str, from: &str, source: &str| Price {
        meter: MeterId::new(meter).unwrap(),
        from: day(from),
        unit: Unit::Hours,
        conversion: Conversion { priced_unit: "hour".to_owned(), divisor: 1 },
        included: Quantity::ZERO,
        tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::ZERO }],
        source: source.to_owned(),
    };
    let mut list = PriceList {
        id: PriceListId::new("list").unwrap(),
        name: "List".to_owned(),
        currency: Currency::parse("EUR").unwrap(),
        rounding: Rounding::HalfUp,
        prices: vec![
            price("m1", "2026-10-10", "second"),
            price("m2", "2026-10-01", "other"),
            price("m1", "2026-10-01", "first"),
        ],
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    };
    let table = [
        ("m1", "2026-09-30", None),
        ("m1", "2026-10-01", Some("first")),
        ("M1", "2026-10-09", Some("first")),
        ("m1", "2026-10-10", Some("second")),
        ("m2", "2026-10-10", Some("other")),
        ("m3", "2026-10-10", None),
    ];
    for _ in 0..2 {
        for (meter, date, expected) in table {
            let found = list.price(&MeterId::new(meter).unwrap(), day(date));
            assert_eq!(found.map(|price| price.source.as_str()), expected, "{meter} on {date}");
        }
        list.prices.reverse();
    }
}
