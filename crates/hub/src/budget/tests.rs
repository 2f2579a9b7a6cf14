use model::{Currency, Customer, CustomerId, Partner, PartnerKind, PriceList, PriceListId, Retail, Rounding};

use super::*;

fn list(id: &str, currency: &str) -> PriceList {
    PriceList {
        id: PriceListId::new(id).unwrap(),
        name: id.to_owned(),
        currency: Currency::parse(currency).unwrap(),
        billing_currency: None,
        rounding: Rounding::HalfUp,
        prices: Vec::new(),
        meters: Vec::new(),
        reductions: Vec::new(),
        exchange: Vec::new(),
    }
}

fn customer(id: &str, retail: Option<&str>) -> Customer {
    let retail = retail.map(|list| Retail::List(PriceListId::new(list).unwrap()));
    Customer { id: CustomerId::new(id).unwrap(), name: id.to_owned(), partner: partner_id(), retail }
}

fn partner_id() -> PartnerId {
    PartnerId::new("P").unwrap()
}

fn office() -> Office {
    let mut office = Office::default();
    let partner = Partner {
        id: partner_id(),
        name: "Contoso".to_owned(),
        kind: PartnerKind::Direct,
        provider: None,
        price_list: Some(PriceListId::new("cost").unwrap()),
        retail: None,
    };
    office.partners.insert(partner.id.clone(), partner);
    for one in [list("cost", "USD"), list("euro", "EUR"), list("yen", "JPY")] {
        office.price_lists.insert(one.id.clone(), one);
    }
    for one in [customer("euro", Some("euro")), customer("yen", Some("yen")), customer("none", None)] {
        office.customers.insert(one.id.clone(), one);
    }
    office
}

fn budget(side: BudgetSide, customer: Option<&str>, currency: &str) -> Budget {
    Budget {
        id: BudgetId::new("b").unwrap(),
        partner: partner_id(),
        customer: customer.map(|id| CustomerId::new(id).unwrap()),
        side,
        amount: Money { currency: Currency::parse(currency).unwrap(), minor: 10_000 },
        thresholds: vec![Share::parse_percent("80").unwrap(), Share::WHOLE],
        webhook: None,
        secret: None,
        mail: Vec::new(),
        ended: false,
    }
}

#[test]
fn a_budget_is_in_the_currency_of_what_it_counts() {
    for (side, customer, currency, problem) in [
        (BudgetSide::Cost, None, "USD", None),
        (BudgetSide::Cost, Some("euro"), "USD", None),
        (BudgetSide::Cost, Some("euro"), "EUR", Some("its amount is in EUR, and what it counts is in USD")),
        (BudgetSide::Retail, Some("euro"), "EUR", None),
        (BudgetSide::Retail, Some("euro"), "USD", Some("its amount is in USD, and what it counts is in EUR")),
        (BudgetSide::Retail, Some("none"), "USD", Some("nobody it is for has a retail price")),
        (BudgetSide::Retail, None, "EUR", Some("several currencies (EUR, JPY): make a budget for each customer")),
    ] {
        let checked = check_currency(&office(), &budget(side, customer, currency));
        match (checked, problem) {
            (Ok(()), None) => {}
            (Err(error), Some(problem)) => assert!(error.to_string().contains(problem), "{error}"),
            (checked, problem) => panic!("{side:?} {customer:?} {currency}: {checked:?}, expected {problem:?}"),
        }
    }
}

#[test]
fn what_is_wrong_with_a_budget_is_said() {
    type Spoil = fn(&mut Budget);
    let rows: &[(Spoil, &str)] = &[
        (|one| one.partner = PartnerId::new("Q").unwrap(), "partner Q is not known"),
        (|one| one.customer = CustomerId::new("stranger").ok(), "customer stranger is not known"),
        (|one| one.amount.minor = 0, "0.00 USD is not above zero"),
        (|one| one.thresholds.clear(), "thresholds are 1 to 10 percentages"),
        (|one| one.thresholds.reverse(), "thresholds are 1 to 10 percentages"),
        (|one| one.thresholds[0] = Share::ZERO, "a threshold is above 0 percent"),
        (|one| one.webhook = Some("ftp://x".to_owned()), "the webhook is no address"),
        (|one| one.webhook = Some("https://me:secret@host/".to_owned()), "the webhook is no address"),
        (|one| one.webhook = Some("https://host/".to_owned()), "a webhook needs a secret"),
        (
            |one| (one.webhook, one.secret) = (Some("https://host/".to_owned()), Some("short".to_owned())),
            "the secret has less than 16 characters",
        ),
        (|one| one.mail = vec!["nobody".to_owned()], "\"nobody\" is no mail address"),
        (|one| one.mail = vec!["a@b\r\nBcc: c@d".to_owned()], "is no mail address"),
    ];
    assert_eq!(validate(&office(), &budget(BudgetSide::Cost, None, "USD")), Ok(()));
    for (spoil, expected) in rows {
        let mut spoilt = budget(BudgetSide::Cost, None, "USD");
        spoil(&mut spoilt);
        let problem = validate(&office(), &spoilt).unwrap_err();
        assert!(problem.contains(expected), "{problem}, expected {expected}");
    }
}
