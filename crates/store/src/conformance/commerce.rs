//! Commerce: price lists with everything on them, budgets, and what an older program wrote of them.

use model::{
    Budget, BudgetId, BudgetSide, Conversion, Currency, Customer, ExchangeRate, MeterMapping, Money, Month,
    MonthlyRate, Partner, Price, PriceList, PriceListId, Reduction, ReductionKind, Rounding, Scope, Share, Tier, Unit,
    UnitPrice,
};

use super::{
    office::{customer, partner, paying},
    samples::{day, meter, quantity},
};
use crate::OfficeRecord;

fn percent(text: &str) -> Share {
    Share::parse_percent(text).unwrap()
}

pub(super) fn price_list() -> PriceList {
    let tier = |from, price| Tier { from: quantity(from), unit_price: UnitPrice::parse(price).unwrap() };
    PriceList {
        id: PriceListId::new("2026-EUR").unwrap(),
        name: "Prices of 2026".to_owned(),
        currency: Currency::parse("EUR").unwrap(),
        rounding: Rounding::NewCommerce,
        prices: vec![Price {
            meter: meter("FAB6EB84500B4A09A8CA7358F8BBAEA5"),
            from: day(0),
            unit: Unit::ALL[0],
            conversion: Conversion { priced_unit: "GB month".to_owned(), divisor: 720 },
            included: quantity("1e-36"),
            tiers: vec![tier("0", "0.006"), tier("999999999999999999", "0.000000000001")],
            source: "a list, §2".to_owned(),
        }],
        billing_currency: Some(Currency::parse("CLF").unwrap()),
        meters: vec![MeterMapping {
            meter: meter("09F8879E-87E9-4305-A572-4B7BE209F857"),
            scope: Scope::Infrastructure,
            from: day(1),
            commerce_meter: meter("Storage-Admin"),
        }],
        reductions: reductions(),
        exchange: vec![rate("2026-10", "0.846202666"), rate("2026-11", "999999999999.999999999999")],
    }
}

pub(super) fn rate(month: &str, rate: &str) -> MonthlyRate {
    MonthlyRate { month: Month::parse(month).unwrap(), rate: ExchangeRate::parse(rate).unwrap() }
}

fn reductions() -> Vec<Reduction> {
    let everybody = Reduction {
        kind: ReductionKind::EarnedCredit,
        paying_subscription: None,
        meter: None,
        from: day(0),
        until: None,
        share: percent("15"),
    };
    let one = Reduction {
        kind: ReductionKind::Discount,
        paying_subscription: Some(paying("P-1")),
        meter: Some(meter("Storage-Admin")),
        until: Some(day(9)),
        share: percent("0.0001"),
        ..everybody.clone()
    };
    vec![everybody, one]
}

pub(super) fn budget(id: &str) -> Budget {
    Budget {
        id: BudgetId::new(id).unwrap(),
        partner: partner().id,
        customer: Some(customer().id),
        side: BudgetSide::Retail,
        amount: Money { currency: Currency::parse("KWD").unwrap(), minor: 12_345 },
        thresholds: vec![percent("50"), percent("100"), percent("120.5")],
        webhook: Some("https://hooks.example/b?x=1".to_owned()),
        secret: Some("a \"secret\"".to_owned()),
        mail: vec!["one@contoso.example".to_owned(), "two@contoso.example".to_owned()],
        ended: true,
    }
}

/// A budget that says as little as one can.
pub(super) fn plain_budget() -> Budget {
    let (webhook, secret, mail) = (None, None, Vec::new());
    Budget { customer: None, side: BudgetSide::Cost, webhook, secret, mail, ended: false, ..budget("B2") }
}

/// What an older program wrote, and how it is read: what it did not know says nothing.
pub(crate) fn before_commerce() -> Vec<(&'static str, &'static str, OfficeRecord)> {
    let list = PriceList {
        billing_currency: None,
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
        ..price_list()
    };
    vec![
        (
            "partner",
            r#"{"id":"4390934","name":"Contoso \"Hosting\" GmbH","kind":"indirect_reseller","provider":"Provider-1","price_list":null}"#,
            OfficeRecord::Partner(Partner { retail: None, ..partner() }),
        ),
        (
            "customer",
            r#"{"id":"Customer-1","name":"Fabrikam ü","partner":"4390934"}"#,
            OfficeRecord::Customer(Customer { retail: None, ..customer() }),
        ),
        (
            "price_list",
            concat!(
                r#"{"id":"2026-EUR","name":"Prices of 2026","currency":"EUR","rounding":"new_commerce","prices":[{"#,
                r#""meter":"FAB6EB84500B4A09A8CA7358F8BBAEA5","from":"2026-10-01","unit":"ip_hours","#,
                r#""conversion":{"priced_unit":"GB month","divisor":720},"#,
                r#""included":"0.000000000000000000000000000000000001","#,
                r#""tiers":[{"from":"0","unit_price":"0.006"},"#,
                r#"{"from":"999999999999999999","unit_price":"0.000000000001"}],"source":"a list, §2"}]}"#,
            ),
            OfficeRecord::PriceList(list),
        ),
    ]
}
