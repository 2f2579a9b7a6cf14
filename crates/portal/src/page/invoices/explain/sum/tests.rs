use billing::{
    bill::{DueLine, Terms, round},
    rate::{RatedLine, Rating},
    show,
};
use model::{
    CloudId, Conversion, Currency, Day, Exchange, ExchangeRate, LineKey, MeterId, Month, PayingSubscriptionId, Price,
    PriceList, PriceListId, Quantity, Rounding, Scope, Share, Tier, Unit, UnitPrice,
};

use super::{Reduced, read};

fn list(invoiced_in: &str, rounding: Rounding, divisor: u32) -> PriceList {
    let price = Price {
        meter: MeterId::new("m").unwrap(),
        from: Day::parse("2026-01-01").unwrap(),
        unit: Unit::GbHours,
        conversion: Conversion { priced_unit: "GB month, less or more".to_owned(), divisor },
        included: Quantity::ZERO,
        tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse("0.05").unwrap() }],
        source: "a = x; at / less".to_owned(),
    };
    PriceList {
        id: PriceListId::new("l").unwrap(),
        name: "A list, per hour; source: none".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        billing_currency: Some(Currency::parse(invoiced_in).unwrap()),
        rounding,
        prices: vec![price],
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

fn line(discount: &str, credit: &str, divisor: u32, rating: Rating) -> RatedLine {
    let quantity = Quantity::parse("-1234.5").unwrap();
    let unit_price = if rating == Rating::Rated { UnitPrice::parse("0.05").unwrap() } else { UnitPrice::ZERO };
    let (discount, credit) = (Share::parse_percent(discount).unwrap(), Share::parse_percent(credit).unwrap());
    let amount = quantity.times(unit_price, divisor).unwrap();
    let amount = amount.times(discount.rest()).unwrap().times(credit.rest()).unwrap();
    let key = LineKey {
        month: Month::parse("2026-10").unwrap(),
        paying_subscription: PayingSubscriptionId::new("s").unwrap(),
        stamp: CloudId::new("c").unwrap(),
        meter: MeterId::new("m").unwrap(),
        commerce_meter: MeterId::new("m").unwrap(),
        scope: Scope::Tenant,
        price_from: Day::parse("2026-01-01").unwrap(),
        tier: 1,
        discount,
        credit,
    };
    RatedLine { key, rating, unit_price, divisor, quantity, amount }
}

/// The arithmetic is read from text that another room writes: this is what breaks when that text changes.
#[test]
fn whatever_is_explained_can_be_read() {
    for (discount, credit) in [("0", "0"), ("10", "0"), ("0", "12.5"), ("10", "12.5")] {
        for divisor in [1, 720] {
            for currency in ["USD", "EUR"] {
                for rounding in Rounding::ALL {
                    for rating in [Rating::Rated, Rating::InfrastructureAtZero] {
                        let list = list(currency, *rounding, divisor);
                        let line = line(discount, credit, divisor, rating);
                        let rate = ExchangeRate::parse("0.85").unwrap();
                        let exchange = (currency != "USD").then_some(Exchange { from: list.currency, rate });
                        let rounded = round(line.amount, exchange, Terms::from(&list)).unwrap();
                        let due = DueLine { line: &line, customer: None, exchange, rounded };
                        let explained = show::explain(&due, &list);
                        let sum = read(&explained).unwrap_or_else(|| panic!("{explained}"));
                        assert_eq!(sum.quantity, line.quantity);
                        assert_eq!(sum.unit_price, line.unit_price.to_string());
                        assert_eq!(sum.currency, "USD");
                        assert_eq!(sum.divisor, (divisor != 1).then(|| divisor.to_string()));
                        let taken: Vec<(&str, Reduced)> = [(discount, Reduced::Discount), (credit, Reduced::Credit)]
                            .into_iter()
                            .filter(|(percent, _)| *percent != "0")
                            .collect();
                        let read: Vec<_> = sum.reductions.iter().map(|(text, what)| (text.as_str(), *what)).collect();
                        assert_eq!(read, taken);
                        assert_eq!(sum.exact, line.amount.exact_text());
                        assert_eq!(sum.rounding, *rounding);
                        assert_eq!(sum.rate.as_deref(), exchange.map(|_| "0.85"));
                        assert_eq!(sum.money, rounded.money.decimal());
                        assert_eq!(sum.invoiced_in, currency);
                        assert_eq!(sum.residual, rounded.residual.exact_text());
                        let source = sum.source.map(|(_, source)| source);
                        assert_eq!(source.is_some(), rating == Rating::Rated, "{explained}");
                        assert_eq!(sum.unit.is_some(), rating == Rating::Rated);
                    }
                }
            }
        }
    }
}

#[test]
fn another_form_is_not_read() {
    let explained = show::Explanation {
        arithmetic: "nothing".to_owned(),
        rounding: String::new(),
        rule: String::new(),
        price: String::new(),
    };
    assert_eq!(read(&explained), None);
}
