//! Partner Center: numbers of its documentation, digit by digit.

use billing::{
    attribute::Rule,
    bill::{Terms, cut, due, published_unit_price},
    rate::{AttributedSum, MonthUsage, rate_month},
};
use model::{
    CloudId, Conversion, Currency, Day, DirectoryId, ExchangeRate, MeterCatalogue, MeterId, Money, Month, MonthlyRate,
    PayingSubscription, PayingSubscriptionId, Price, PriceList, PriceListId, Quantity, Reduction, ReductionKind,
    Rounding, Scope, Share, SubscriptionKind, Tier, Unit, UnitPrice,
};

/// A meter of virtual core hours that tenants pay for.
const METER: &str = "FAB6EB84-500B-4A09-A8CA-7358F8BBAEA5";

/// One row of the table.
struct Vector<'a> {
    rounding: Rounding,
    unit_price: &'a str,
    divisor: &'a str,
    credit: &'a str,
    quantity: &'a str,
    exchange_rate: &'a str,
    tax: &'a str,
    shows: &'a str,
    published: &'a str,
}

fn vectors() -> Vec<Vector<'static>> {
    let vector = |line: &'static str| {
        // Only the source has a comma, and it comes last.
        let cells: Vec<&str> = line.splitn(11, ',').collect();
        let [_, rounding, unit_price, divisor, credit, quantity, exchange_rate, tax, shows, published, source] =
            cells.as_slice()
        else {
            panic!("{line}: eleven cells");
        };
        assert!(source.starts_with('"') && source.ends_with('"'), "{line}: the source comes last");
        let rounding = Rounding::from_word(rounding).unwrap();
        Vector { rounding, unit_price, divisor, credit, quantity, exchange_rate, tax, shows, published }
    };
    include_str!("partner_center.csv").lines().skip(1).map(vector).collect()
}

fn day() -> Day {
    Day::parse("2026-10-01").unwrap()
}

fn dollars() -> Currency {
    Currency::parse("USD").unwrap()
}

impl Vector<'_> {
    fn price_list(&self) -> PriceList {
        let price = Price {
            meter: MeterId::new(METER).unwrap(),
            from: day(),
            unit: Unit::VcpuHours,
            conversion: Conversion { priced_unit: "unit".to_owned(), divisor: self.divisor.parse().unwrap() },
            included: Quantity::ZERO,
            tiers: vec![Tier { from: Quantity::ZERO, unit_price: UnitPrice::parse(self.unit_price).unwrap() }],
            source: "the table".to_owned(),
        };
        let credit = Reduction {
            kind: ReductionKind::EarnedCredit,
            paying_subscription: None,
            meter: None,
            from: day(),
            until: None,
            share: Share::parse_percent(self.credit).unwrap(),
        };
        let rate = |text| MonthlyRate { month: day().month(), rate: ExchangeRate::parse(text).unwrap() };
        let exchange: Vec<MonthlyRate> =
            Some(self.exchange_rate).filter(|text| !text.is_empty()).map(rate).into_iter().collect();
        PriceList {
            id: PriceListId::new("list").unwrap(),
            name: "list".to_owned(),
            currency: dollars(),
            billing_currency: (!exchange.is_empty()).then(|| Currency::parse("EUR").unwrap()),
            rounding: self.rounding,
            prices: vec![price],
            meters: Vec::new(),
            reductions: vec![credit],
            exchange,
        }
    }

    fn quantity(&self) -> Quantity {
        Quantity::parse(self.quantity).unwrap()
    }

    /// What the rooms make of it, as it was published.
    fn shown(&self) -> String {
        let list = self.price_list();
        let payer = PayingSubscription {
            id: PayingSubscriptionId::new("payer").unwrap(),
            name: "payer".to_owned(),
            kind: SubscriptionKind::Csp,
            directory: DirectoryId::new("directory").unwrap(),
            customer: None,
            standings: Vec::new(),
        };
        let (stamp, meter) = (CloudId::new("stamp").unwrap(), MeterId::new(METER).unwrap());
        let mut usage = MonthUsage::new(Month::parse("2026-10").unwrap(), &payer);
        let (scope, rule) = (Scope::Tenant, Rule::Mapped);
        let sum = AttributedSum {
            stamp: &stamp,
            day: day(),
            meter: &meter,
            scope,
            charged: true,
            rule,
            quantity: self.quantity(),
            rows: 1,
        };
        usage.add(sum).unwrap();
        let rated = rate_month(&usage, Some(&list), MeterCatalogue::published()).unwrap();
        let month = due(&rated, Terms::from(&list)).unwrap();
        let [line] = month.lines.as_slice() else { panic!("one line is expected: {month:?}") };
        let money = line.rounded.money;
        match self.shows {
            "amount" => money.decimal(),
            "effective" => {
                let tax =
                    Money::from_decimal(Some(self.tax).filter(|tax| !tax.is_empty()).unwrap_or("0.00"), money.currency);
                let with_tax = money.checked_add(tax.unwrap()).unwrap();
                published_unit_price(with_tax, self.quantity(), self.rounding).unwrap()
            }
            "price" => {
                let decimals = self.published.split_once('.').unwrap().1.len();
                let steps = cut(line.line.amount, u32::try_from(decimals).unwrap()).unwrap();
                format!("0.{steps:0>decimals$}")
            }
            other => panic!("nobody shows {other:?}"),
        }
    }
}

#[test]
fn published_numbers_come_out_digit_by_digit() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 11);
    for vector in vectors {
        let Vector { unit_price, quantity, shows, .. } = vector;
        assert_eq!(vector.shown(), vector.published, "{shows} of {quantity} at {unit_price}");
    }
}
